//! Property values: what the plan's types accept from Rust.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration as StdDuration, SystemTime, UNIX_EPOCH};

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
    /// A whole number above `i64`.
    Uint(u64),
    /// A number; left out if it is not finite, which JSON can't say.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A moment, in milliseconds since 1970.
    Time(u64),
    /// Several values.
    List(&'a dyn Items),
}

/// The items of a list, one by one.
pub trait Items {
    /// Hands each item to `each`.
    fn each(&self, each: &mut dyn FnMut(Value<'_>));
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
/// `array` of `K`.
pub struct List<K: ?Sized>(std::marker::PhantomData<K>);
/// `optional: true`.
pub struct Optional<K: ?Sized>(std::marker::PhantomData<K>);
/// `nullable: true`.
pub struct Nullable<K: ?Sized>(std::marker::PhantomData<K>);

/// A type that reads as text, for newtypes such as `struct TeamSlug(String)`.
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

macro_rules! text_behind {
    ($($ty:ty,)+) => { $(
        impl ToText for $ty {
            fn to_text(&self) -> &str { self }
        }
    )+ };
}

text_behind! { Cow<'_, str>, Box<str>, Rc<str>, Arc<str>, }

impl<T: ToText + ?Sized> ToText for &T {
    fn to_text(&self) -> &str {
        (**self).to_text()
    }
}

impl<T: ToText + ?Sized> Property<Text> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

/// A Rust enum whose variants are members of an enum of the plan; derive it.
pub trait PlanEnum: Sized + 'static {
    /// Every variant, in the order of the Rust enum.
    const ALL: &'static [Self];

    /// The member that a variant stands for, as the plan writes it.
    fn as_str(&self) -> &'static str;

    /// The variant that stands for a member.
    #[must_use]
    fn parse(member: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|variant| variant.as_str() == member)
    }
}

/// Ties a Rust enum to the enum of the plan whose name has this hash; written by `#[derive(PlanEnum)]`.
pub trait PlanEnumOf<const ENUM: u64>: PlanEnum {}

impl<T: PlanEnumOf<ENUM>, const ENUM: u64> Property<Member<ENUM>> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

macro_rules! scalars {
    ($($kind:ident { $($ty:ty => |$value:ident| $convert:expr,)+ })+) => { $($(
        impl Property<$kind> for $ty {
            fn value(&self) -> Value<'_> { let $value = *self; $convert }
        }
        impl Property<$kind> for &$ty {
            fn value(&self) -> Value<'_> { Property::<$kind>::value(*self) }
        }
        impl Property<Optional<$kind>> for $ty {
            fn value(&self) -> Value<'_> { Property::<$kind>::value(self) }
        }
        impl Property<Nullable<$kind>> for $ty {
            fn value(&self) -> Value<'_> { Property::<$kind>::value(self) }
        }
    )+)+ };
}

scalars! {
    Integer {
        i8 => |value| Value::Int(value.into()),
        i16 => |value| Value::Int(value.into()),
        i32 => |value| Value::Int(value.into()),
        i64 => |value| Value::Int(value),
        isize => |value| Value::Int(value as i64),
        u8 => |value| Value::Uint(value.into()),
        u16 => |value| Value::Uint(value.into()),
        u32 => |value| Value::Uint(value.into()),
        u64 => |value| Value::Uint(value),
        usize => |value| Value::Uint(value as u64),
    }
    Number {
        f32 => |value| Value::Float(value.into()),
        f64 => |value| Value::Float(value),
        i32 => |value| Value::Int(value.into()),
        i64 => |value| Value::Int(value),
        u32 => |value| Value::Uint(value.into()),
        u64 => |value| Value::Uint(value),
        usize => |value| Value::Uint(value as u64),
    }
    Boolean {
        bool => |value| Value::Bool(value),
    }
    Datetime {
        SystemTime => |value| Value::Time(millis(value.duration_since(UNIX_EPOCH).unwrap_or_default())),
    }
    Duration {
        StdDuration => |value| Value::Uint(millis(value)),
    }
}

/// Whole milliseconds, at most 584 million years of them.
pub(crate) fn millis(duration: StdDuration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl<T: ToText> Property<Optional<Text>> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

impl<T: ToText> Property<Nullable<Text>> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

impl<T: PlanEnumOf<ENUM>, const ENUM: u64> Property<Optional<Member<ENUM>>> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl<T: PlanEnumOf<ENUM>, const ENUM: u64> Property<Nullable<Member<ENUM>>> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl<K: ?Sized, T: Property<K>> Property<Optional<K>> for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, Property::<K>::value)
    }
}

impl<K: ?Sized, T: Property<K>> Property<Nullable<K>> for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Property::<K>::value)
    }
}

/// A value that can stand in a list, whatever the kind of the list.
pub trait Item {
    /// The value to send.
    fn item(&self) -> Value<'_>;
}

impl<T: ToText> Item for T {
    fn item(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

macro_rules! items {
    ($($kind:ident { $($ty:ty,)+ })+) => { $($(
        impl Item for $ty {
            fn item(&self) -> Value<'_> { Property::<$kind>::value(self) }
        }
    )+)+ };
}

items! {
    Integer { i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, }
    Number { f32, f64, }
    Boolean { bool, }
    Datetime { SystemTime, }
    Duration { StdDuration, }
}

macro_rules! lists {
    ($([$($count:ident)?] $ty:ty,)+) => { $(
        impl<T: Item $(, const $count: usize)?> Items for $ty {
            fn each(&self, each: &mut dyn FnMut(Value<'_>)) {
                self.iter().for_each(|item| each(item.item()));
            }
        }
        impl<K: ?Sized, T: Property<K> + Item $(, const $count: usize)?> Property<List<K>> for $ty {
            fn value(&self) -> Value<'_> {
                Value::List(self)
            }
        }
    )+ };
}

lists! { [] Vec<T>, [] &[T], [N] [T; N], }
