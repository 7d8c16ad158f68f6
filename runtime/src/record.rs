//! Structs that are events, or sets of properties of a person or a group.

use uuid::Uuid;

use crate::capture;
use crate::value::Value;

/// A struct with the values of an event or of an update; written by the derive macros.
pub trait Record {
    /// See [`capture::capture`].
    const DESCRIPTION: &'static str;

    /// Lends the groups and the values that the fields hold, in the order of the description.
    fn lend<R>(&self, take: impl FnOnce(&[(&'static str, &str)], &[Value<'_>]) -> R) -> R;
}

/// An event of the plan as a struct: `#[derive(Event)]`, `#[event("…")]` and `plan!` write it.
///
/// `track!(event, actor = &user)` captures it about somebody that the context does not know.
pub trait Event: Record {
    /// Captures the event, with actor and groups of the context, and returns its id.
    fn capture(&self) -> Uuid {
        capture::event(self, None, &[])
    }
}

/// Properties of a person as a struct, for `identify!(properties, actor = &user)`.
pub trait PersonProperties: Record {}

/// Properties of a group as a struct, for `group!(properties, key = &team.slug)`.
pub trait GroupProperties: Record {
    /// What precedes the group's key in the id of its updates: `$team_`.
    #[doc(hidden)]
    const PREFIX: &'static str;
}
