//! Structs that are events, or sets of properties of a person or a group.

use uuid::Uuid;

use crate::capture;
use crate::value::Value;

/// A struct with the values of an event or of an update, as `Of` says; written by the derive macros.
pub trait Record<Of> {
    /// See [`capture::capture`].
    const DESCRIPTION: &'static str;
    /// What precedes a group's key in the id of its updates: `$team_`.
    const PREFIX: &'static str = "";

    /// Lends the groups and the values that the fields hold, in the order of the description.
    fn lend(&self, taker: Taker<'_>);
}

/// A struct with the values of an object's fields; written by `#[derive(PlanObject)]`.
pub trait Object {
    /// Lends the values in the order of the plan.
    fn lend(&self, taker: Taker<'_>);
}

/// Ties a struct to the objects of the plan whose fields have this hash.
pub trait ObjectOf<const OBJECT: u64>: Object {}

impl<T: Object + ?Sized> Object for &T {
    fn lend(&self, taker: Taker<'_>) {
        (**self).lend(taker);
    }
}

impl<T: ObjectOf<OBJECT> + ?Sized, const OBJECT: u64> ObjectOf<OBJECT> for &T {}

/// Takes the groups and the values of a struct. A method of a plain type: rustc has half as much to do for a call of it
/// as for one of a closure.
pub struct Taker<'t>(pub(crate) &'t mut Take<'t>);

/// See [`Taker`].
pub(crate) type Take<'t> = dyn FnMut(&[(&'static str, &str)], &[Value<'_>]) + 't;

impl Taker<'_> {
    /// Takes the values of a struct whose fields say no group.
    pub fn values(self, values: &[Value<'_>]) {
        (self.0)(&[], values);
    }

    /// Takes the groups that the fields say, and the values.
    pub fn all(self, groups: &[(&'static str, &str)], values: &[Value<'_>]) {
        (self.0)(groups, values);
    }
}

/// [`Record`] of an event.
#[derive(Debug)]
pub enum OfEvent {}
/// [`Record`] of a person.
#[derive(Debug)]
pub enum OfPerson {}
/// [`Record`] of a group.
#[derive(Debug)]
pub enum OfGroup {}

impl<Of, T: Record<Of> + ?Sized> Record<Of> for &T {
    const DESCRIPTION: &'static str = T::DESCRIPTION;
    const PREFIX: &'static str = T::PREFIX;

    fn lend(&self, taker: Taker<'_>) {
        (**self).lend(taker);
    }
}

/// An event of the plan as a struct: `#[derive(Event)]`, `#[event("…")]` and `plan!` write it.
///
/// `track!(event, actor = &user)` captures it about somebody that the context does not know.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of the tracking plan",
    label = "expected the event's name in quotes, or a struct that is an event",
    note = "a struct is an event with `#[derive(Event)]`, `#[event(\"…\")]` or from `plan!`"
)]
pub trait Event: Record<OfEvent> {
    /// Captures the event, with actor and groups of the context, and returns its id.
    fn capture(&self) -> Uuid {
        capture::event(self, None, &[])
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record<OfEvent> + ?Sized> Event for T {}

/// Properties of a person as a struct, for `identify!(properties, actor = &user)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a person",
    label = "expected a struct with `#[derive(PersonProperties)]`"
)]
pub trait PersonProperties: Record<OfPerson> {}

#[diagnostic::do_not_recommend]
impl<T: Record<OfPerson> + ?Sized> PersonProperties for T {}

/// Properties of a group as a struct, for `group!(properties, key = &team.slug)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a group",
    label = "expected a struct with `#[derive(GroupProperties)]`"
)]
pub trait GroupProperties: Record<OfGroup> {}

#[diagnostic::do_not_recommend]
impl<T: Record<OfGroup> + ?Sized> GroupProperties for T {}
