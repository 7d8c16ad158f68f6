//! Structs that are events, or sets of properties of a person or a group.

use uuid::Uuid;

use crate::capture;
use crate::payload::{Payload, Reader};
use crate::value::Value;

/// What the fields of a struct say, encoded: the groups, then the values in the order of the description. It borrows
/// nothing of the struct: rustc takes longer to check a method, the more lifetimes it has.
#[must_use = "nothing is captured of it yet"]
pub struct Encoded {
    pub(crate) description: &'static str,
    payload: Payload,
    /// Where the values begin, behind the groups if there are any.
    values: usize,
}

impl Encoded {
    /// Takes groups and values. An array that is given away is less to check for rustc than a slice.
    pub fn new<const N: usize>(
        description: &'static str,
        groups: &[(&'static str, &str)],
        values: [Value<'_>; N],
    ) -> Self {
        Self::of(description, groups, &values)
    }

    fn of(
        description: &'static str,
        groups: &[(&'static str, &str)],
        values: &[Value<'_>],
    ) -> Self {
        let mut payload = Payload::new();
        if !groups.is_empty() {
            payload.subject(None, groups.iter().copied());
        }
        let start = payload.as_bytes().len();
        payload.values(values);
        Self {
            description,
            payload,
            values: start,
        }
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.payload.as_bytes().split_at(self.values)
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, &str)> {
        let (groups, _) = self.parts();
        Reader(groups).subject().groups.groups()
    }

    /// Writes the values.
    pub(crate) fn write(&self, payload: &mut Payload) {
        let (_, values) = self.parts();
        payload.encoded(values, self.payload.left_out());
    }
}

/// What a struct says whose types are the plan's own. A function, for that is less to check for rustc than a method.
pub fn fields(description: &'static str, fields: impl Fields) -> Encoded {
    fields.lend(|values| Encoded::of(description, &[], values))
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

/// Takes what an object holds.
pub struct Taker<'t>(pub(crate) &'t mut dyn FnMut(&[Value<'_>]));

impl Taker<'_> {
    /// Takes the values; the event's description has their names.
    pub fn values(self, values: &[Value<'_>]) {
        (self.0)(values);
    }
}

/// A tuple of at most twelve fields. It gives rustc less to do than an array of [`Value`]s.
pub trait Fields {
    /// Lends the fields as values.
    fn lend<R>(self, take: impl FnOnce(&[Value<'_>]) -> R) -> R;
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
            fn lend<R>(self, take: impl FnOnce(&[Value<'_>]) -> R) -> R {
                #[expect(non_snake_case, reason = "a type parameter's name stands for its field")]
                let ($first, $($rest,)*) = self;
                take(&[$first.value(), $($rest.value()),*])
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);

/// An event of the plan as a struct: `#[derive(Event)]`, `#[event("…")]` and `plan!` write it.
///
/// `track!(event, actor = &user)` captures it about somebody that the context does not know.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of the tracking plan",
    label = "expected the event's name in quotes, or a struct that is an event",
    note = "a struct is an event with `#[derive(Event)]`, `#[event(\"…\")]` or from `plan!`"
)]
pub trait Event {
    /// What the fields say.
    #[doc(hidden)]
    fn __encoded(&self) -> Encoded;

    /// Captures the event, with actor and groups of the context, and returns its id.
    fn capture(&self) -> Uuid {
        capture::event(self, None, &[])
    }
}

#[diagnostic::do_not_recommend]
impl<T: Event + ?Sized> Event for &T {
    fn __encoded(&self) -> Encoded {
        (**self).__encoded()
    }
}

/// Properties of a person as a struct, for `identify!(properties, actor = &user)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a person",
    label = "expected a struct with `#[derive(PersonProperties)]`"
)]
pub trait PersonProperties {
    /// What the fields say.
    #[doc(hidden)]
    fn __encoded(&self) -> Encoded;
}

#[diagnostic::do_not_recommend]
impl<T: PersonProperties + ?Sized> PersonProperties for &T {
    fn __encoded(&self) -> Encoded {
        (**self).__encoded()
    }
}

/// Properties of a group as a struct, for `group!(properties, key = &team.slug)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no properties of a group",
    label = "expected a struct with `#[derive(GroupProperties)]`"
)]
pub trait GroupProperties {
    /// What precedes a group's key in the id of its updates: `$team_`.
    #[doc(hidden)]
    const PREFIX: &'static str;

    /// What the fields say.
    #[doc(hidden)]
    fn __encoded(&self) -> Encoded;
}

#[diagnostic::do_not_recommend]
impl<T: GroupProperties + ?Sized> GroupProperties for &T {
    const PREFIX: &'static str = T::PREFIX;

    fn __encoded(&self) -> Encoded {
        (**self).__encoded()
    }
}
