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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of the tracking plan",
    label = "expected the event's name in quotes, or a struct that is an event",
    note = "a struct is an event with `#[derive(Event)]`, `#[event(\"…\")]` or from `plan!`"
)]
pub trait Event: Record {
    /// Captures the event, with actor and groups of the context, and returns its id.
    fn capture(&self) -> Uuid {
        capture::event(self, None, &[])
    }
}

/// Properties of a person as a struct, for `identify!(properties, actor = &user)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a person",
    label = "expected a struct with `#[derive(PersonProperties)]`"
)]
pub trait PersonProperties: Record {}

/// Properties of a group as a struct, for `group!(properties, key = &team.slug)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a group",
    label = "expected a struct with `#[derive(GroupProperties)]`"
)]
pub trait GroupProperties: Record {
    /// What precedes the group's key in the id of its updates: `$team_`.
    #[doc(hidden)]
    const PREFIX: &'static str;
}

impl<T: Record + ?Sized> Record for &T {
    const DESCRIPTION: &'static str = T::DESCRIPTION;

    fn lend<R>(&self, take: impl FnOnce(&[(&'static str, &str)], &[Value<'_>]) -> R) -> R {
        (**self).lend(take)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Event + ?Sized> Event for &T {}

#[diagnostic::do_not_recommend]
impl<T: PersonProperties + ?Sized> PersonProperties for &T {}

#[diagnostic::do_not_recommend]
impl<T: GroupProperties + ?Sized> GroupProperties for &T {
    const PREFIX: &'static str = T::PREFIX;
}
