//! Which Rust types are properties of which kind.

use std::num::NonZero;
use std::time::{Duration as StdDuration, SystemTime, UNIX_EPOCH};

use super::{
    Boolean, Datetime, Duration, Integer, Item, ItemOf, Items, List, Member, Nullable, Number,
    Optional, PlanEnumOf, Private, Property, Pseudonym, Structure, Text, Texts, ToText, Value,
};
use crate::record::ObjectOf;

macro_rules! items {
    ($($ty:ty: $($kind:ident)+ => |$value:ident| $convert:expr,)+) => { $(
        impl Item for $ty {
            fn item(&self) -> Value<'_> { let $value = *self; $convert }
        }
        $(impl ItemOf<$kind> for $ty {})+
    )+ };
}

items! {
    i8: Integer Number => |value| Value::Int(value.into()),
    i16: Integer Number => |value| Value::Int(value.into()),
    i32: Integer Number => |value| Value::Int(value.into()),
    i64: Integer Number => |value| Value::Int(value),
    isize: Integer Number => |value| Value::Int(value as i64),
    u8: Integer Number => |value| Value::Uint(value.into()),
    u16: Integer Number => |value| Value::Uint(value.into()),
    u32: Integer Number => |value| Value::Uint(value.into()),
    u64: Integer Number => |value| Value::Uint(value),
    usize: Integer Number => |value| Value::Uint(value as u64),
    NonZero<i8>: Integer Number => |value| Value::Int(value.get().into()),
    NonZero<i16>: Integer Number => |value| Value::Int(value.get().into()),
    NonZero<i32>: Integer Number => |value| Value::Int(value.get().into()),
    NonZero<i64>: Integer Number => |value| Value::Int(value.get()),
    NonZero<isize>: Integer Number => |value| Value::Int(value.get() as i64),
    NonZero<u8>: Integer Number => |value| Value::Uint(value.get().into()),
    NonZero<u16>: Integer Number => |value| Value::Uint(value.get().into()),
    NonZero<u32>: Integer Number => |value| Value::Uint(value.get().into()),
    NonZero<u64>: Integer Number => |value| Value::Uint(value.get()),
    NonZero<usize>: Integer Number => |value| Value::Uint(value.get() as u64),
    f32: Number => |value| Value::Float(shortest(value)),
    f64: Number => |value| Value::Float(value),
    bool: Boolean => |value| Value::Bool(value),
    SystemTime: Datetime => |value| Value::Time(unix_millis(value)),
    StdDuration: Duration => |value| Value::Uint(u64::try_from(value.as_millis()).unwrap_or(u64::MAX)),
}

/// The number that reads like `value`: 0.1f32 is sent as 0.1, not as 0.10000000149011612.
fn shortest(value: f32) -> f64 {
    zmij::Buffer::new()
        .format(value)
        .parse()
        .unwrap_or(value.into())
}

/// Whole milliseconds since 1970, negative before.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    let millis = |distance: StdDuration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

impl<T: ToText + ?Sized> Property<Text> for T {
    fn value(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

impl<T: PlanEnumOf<ENUM> + ?Sized, const ENUM: u64> Property<Member<ENUM>> for T {
    fn value(&self) -> Value<'_> {
        self.item()
    }
}

impl<T: ObjectOf<OBJECT>, const OBJECT: u64> Property<Structure<OBJECT>> for T {
    fn value(&self) -> Value<'_> {
        Value::Object(self)
    }
}

macro_rules! properties {
    ($($kind:ident,)+) => { $(
        impl<T: ItemOf<$kind> + ?Sized> Property<$kind> for T {
            fn value(&self) -> Value<'_> { self.item() }
        }
    )+ };
}

properties! { Integer, Number, Boolean, Datetime, Duration, }

/// The kinds that lists take as [`Item`]s.
pub trait ItemKind {}
impl ItemKind for Integer {}
impl ItemKind for Number {}
impl ItemKind for Boolean {}
impl ItemKind for Datetime {}
impl ItemKind for Duration {}
impl<const ENUM: u64> ItemKind for Member<ENUM> {}

macro_rules! lists {
    ($([$($count:ident)?] $ty:ty,)+) => { $(
        impl<T: Item $(, const $count: usize)?> Items for $ty {
            fn each_item(&self, each: &mut dyn FnMut(Value<'_>)) {
                self.iter().for_each(|item| each(item.item()));
            }
        }
        impl<T: ToText $(, const $count: usize)?> Texts for $ty {
            fn each_text(&self, each: &mut dyn FnMut(&str)) {
                self.iter().for_each(|text| each(text.to_text()));
            }
        }
        impl<K: ItemKind, T: Property<K> + Item $(, const $count: usize)?> Property<List<K>> for $ty {
            fn value(&self) -> Value<'_> { Value::Items(self) }
        }
        impl<T: ToText $(, const $count: usize)?> Property<List<Text>> for $ty {
            fn value(&self) -> Value<'_> { Value::Texts(self) }
        }
    )+ };
}

lists! { [] Vec<T>, [] &Vec<T>, [] &[T], [] Box<[T]>, [N] [T; N], [N] &[T; N], }

/// A property that may be left out or null takes the plain type, or an `Option` of it.
///
/// One impl per kind: for a generic kind, rustc can't see that no `Option` is a plain value.
macro_rules! may_be_none {
    ($([$($generics:tt)*] $kind:ty,)+) => { $(
        may_be_none! { @ [$($generics)*] $kind, Optional<$kind>, Absent }
        may_be_none! { @ [$($generics)*] $kind, Nullable<$kind>, Null }
        may_be_none! { @ [$($generics)*] $kind, Optional<Nullable<$kind>>, Null }
    )+ };
    (@ [$($generics:tt)*] $kind:ty, $wrapped:ty, $none:ident) => {
        impl<T: Property<$kind> + ?Sized, $($generics)*> Property<$wrapped> for T {
            fn value(&self) -> Value<'_> { Property::<$kind>::value(self) }
        }
        impl<T: Property<$kind>, $($generics)*> Property<$wrapped> for Option<T> {
            fn value(&self) -> Value<'_> { self.as_ref().map_or(Value::$none, Property::<$kind>::value) }
        }
        impl<T: Property<$kind>, $($generics)*> Property<$wrapped> for &Option<T> {
            fn value(&self) -> Value<'_> { self.as_ref().map_or(Value::$none, Property::<$kind>::value) }
        }
    };
}

may_be_none! {
    [] Text,
    [] Integer,
    [] Number,
    [] Boolean,
    [] Datetime,
    [] Duration,
    [const ENUM: u64] Member<ENUM>,
    [const OBJECT: u64] Structure<OBJECT>,
    [K: ?Sized] List<K>,
    [K: ?Sized] Private<K>,
    [K: ?Sized] Pseudonym<K>,
}
