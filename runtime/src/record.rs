//! Structs that are events, or sets of properties of a person or a group.

use uuid::Uuid;

use crate::capture;
use crate::value::Value;

/// A struct with the values of an event or of an update, as `Of` says; written by the derive macros.
pub trait Record<Of> {
    /// What precedes a group's key in the id of its updates: `$team_`.
    const PREFIX: &'static str = "";

    /// Lends the description (see [`capture::capture`]), and the groups and values that the fields hold, in its order.
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

/// Takes what a struct holds. A plain type: rustc has half as much to do for a call of its methods as for one of a closure.
pub struct Taker<'t>(pub(crate) &'t mut Take<'t>);

/// See [`Taker`].
pub(crate) type Take<'t> = dyn FnMut(&'static str, &[(&'static str, &str)], &[Value<'_>]) + 't;

impl Taker<'_> {
    /// Takes the values of an object; the event's description has its keys.
    pub fn values(self, values: &[Value<'_>]) {
        (self.0)("", &[], values);
    }

    /// Takes the values of a struct whose types are the plan's own.
    pub fn fields(self, description: &'static str, fields: impl Fields) {
        fields.lend(|values| (self.0)(description, &[], values));
    }

    /// Takes the groups that the fields say, and the values.
    pub fn all(
        self,
        description: &'static str,
        groups: &[(&'static str, &str)],
        values: &[Value<'_>],
    ) {
        (self.0)(description, groups, values);
    }
}

/// A tuple of at most twelve fields. It gives rustc less to do than an array of [`Value`]s.
pub trait Fields {
    /// Lends the fields as values.
    fn lend(self, take: impl FnOnce(&[Value<'_>]));
}

/// What a field of the plan's own types holds, or a value that was made of it.
pub trait Field {
    /// The value to send.
    fn value(&self) -> Value<'_>;
}

macro_rules! fields {
    ($($type:ty: $value:expr,)+) => {
        $(impl Field for $type {
            fn value(&self) -> Value<'_> {
                $value(*self)
            }
        })+
    };
}

fields! {
    bool: Value::Bool,
    i64: Value::Int,
    f64: Value::Float,
    &str: Value::Text,
    Value<'_>: std::convert::identity,
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Field, $($rest: Field),*> Fields for ($first, $($rest,)*) {
            fn lend(self, take: impl FnOnce(&[Value<'_>])) {
                #[expect(non_snake_case, reason = "a type parameter's name stands for its field")]
                let ($first, $($rest,)*) = self;
                take(&[$first.value(), $($rest.value()),*]);
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);

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
