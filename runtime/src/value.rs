//! Property values: what the plan's types accept from Rust.

pub(crate) mod checked;
mod impls;
mod private;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use self::impls::unix_millis;
pub use self::private::{Hashed, Personal, Private, Pseudonym};
use crate::record::Object;

/// One property value, borrowed from the caller.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// An optional property that is left out.
    Absent,
    /// A nullable property without a value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that is never negative.
    Uint(u64),
    /// A number; left out and counted if it is not finite, which JSON can't say.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A moment, in milliseconds since 1970.
    Time(i64),
    /// Several numbers, booleans, moments, durations or enum members.
    Items(&'a dyn Items),
    /// Several texts.
    Texts(&'a dyn Texts),
    /// The fields of an object.
    Object(&'a dyn Object),
}

/// A Rust type that can be the value of a property of kind `K`.
pub trait Property<K: ?Sized> {
    /// The value to send.
    fn value(&self) -> Value<'_>;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)+) => { $($(#[$doc])* #[derive(Debug)] pub enum $kind {})+ };
}

kinds! {
    /// `string`
    Text,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `datetime`
    Datetime,
    /// `duration`
    Duration,
}

/// The enum of the plan whose name has this hash.
#[derive(Debug)]
pub enum Member<const ENUM: u64> {}
/// The `object`s of the plan whose fields have this hash.
#[derive(Debug)]
pub enum Structure<const OBJECT: u64> {}
/// `array` of `K`.
pub struct List<K: ?Sized>(PhantomData<K>);
/// `optional: true`.
pub struct Optional<K: ?Sized>(PhantomData<K>);
/// `nullable: true`.
pub struct Nullable<K: ?Sized>(PhantomData<K>);

/// A type that reads as text, for newtypes such as `struct TeamSlug(String)`.
///
/// What implements it can be the value of a `string` property and the key of a group.
///
/// ```
/// struct TeamSlug(String);
/// impl trackplan::ToText for TeamSlug {
///     fn to_text(&self) -> &str {
///         &self.0
///     }
/// }
/// ```
pub trait ToText {
    /// The text to send.
    fn to_text(&self) -> &str;
}

impl ToText for str {
    fn to_text(&self) -> &str {
        self
    }
}

impl ToText for String {
    fn to_text(&self) -> &str {
        self
    }
}

impl<T: ToOwned + ToText + ?Sized> ToText for Cow<'_, T> {
    fn to_text(&self) -> &str {
        (**self).to_text()
    }
}

/// A Rust enum whose variants are members of an enum of the plan; derive it.
pub trait PlanEnum: Sized + 'static {
    /// Every variant, in the order of the Rust enum.
    const ALL: &'static [Self];

    /// The member that a variant stands for, as the plan writes it.
    fn as_str(&self) -> &'static str;

    /// The variant that stands for a member, `None` if no variant does.
    #[must_use]
    fn parse(member: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|variant| variant.as_str() == member)
    }
}

/// A value whose form on the wire is the same for every kind that takes it: all but text.
pub trait Item {
    /// The value to send.
    fn item(&self) -> Value<'_>;
}

/// Ties a Rust type to a kind.
pub trait ItemOf<K: ?Sized>: Item {}

/// Ties a Rust enum to the enum of the plan whose name has this hash; written by `#[derive(PlanEnum)]`.
pub trait PlanEnumOf<const ENUM: u64>: Item {}

/// The items of a list, one by one.
pub trait Items {
    /// Hands each item to `each`.
    fn each_item(&self, each: &mut dyn FnMut(Value<'_>));
}

/// The texts of a list, one by one.
pub trait Texts {
    /// Hands each text to `each`.
    fn each_text(&self, each: &mut dyn FnMut(&str));
}

macro_rules! see_through {
    ($($pointer:ty,)+) => { $(
        impl<T: ToText + ?Sized> ToText for $pointer {
            fn to_text(&self) -> &str { (**self).to_text() }
        }
        impl<T: Item + ?Sized> Item for $pointer {
            fn item(&self) -> Value<'_> { (**self).item() }
        }
        impl<K: ?Sized, T: ItemOf<K> + ?Sized> ItemOf<K> for $pointer {}
        impl<T: PlanEnumOf<ENUM> + ?Sized, const ENUM: u64> PlanEnumOf<ENUM> for $pointer {}
    )+ };
}

see_through! { &T, &mut T, Box<T>, Rc<T>, Arc<T>, }
