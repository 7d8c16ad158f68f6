//! The functions through which the macros take values: one per kind, whose bound says what a value must be.
//!
//! A bound of its own for each property of each call could name the property as well, but it takes a trait and an
//! impl each time: more than all the rest of an expansion costs rustc. The property's name stands beside the error.

use super::{
    Boolean, Datetime, Duration, Integer, List, Member, Nullable, Number, Optional, Private,
    Property, Pseudonym, Text, Value,
};

macro_rules! checked {
    ($(
        $(#[doc = $doc:literal])+
        $function:ident, $bound:ident $([$($generics:tt)*] [$($names:tt)*])?, $kind:ty:
        $message:literal, $label:literal $(, $note:literal)?;
    )+) => { $(
        $(#[doc = $doc])+
        #[diagnostic::on_unimplemented(message = $message, label = $label $(, note = $note)?)]
        pub trait $bound<$($($generics)*)?>: Property<$kind> {}

        #[diagnostic::do_not_recommend]
        impl<$($($generics)*,)? T: Property<$kind> + ?Sized> $bound<$($($names)*)?> for T {}

        $(#[doc = $doc])+
        pub fn $function<$($($generics)*,)? T: $bound<$($($names)*)?> + ?Sized>(value: &T) -> Value<'_> {
            Property::<$kind>::value(value)
        }
    )+ };
}

checked! {
    /// `string`
    text, IsText, Text:
        "the property must be a string, found `{Self}`",
        "expected a string", "a type of yours is text if it implements `trackplan::ToText`";
    /// `integer`
    integer, IsInteger, Integer:
        "the property must be an integer, found `{Self}`",
        "expected an integer";
    /// `number`
    number, IsNumber, Number:
        "the property must be a number, found `{Self}`",
        "expected a number";
    /// `boolean`
    boolean, IsBoolean, Boolean:
        "the property must be a boolean, found `{Self}`",
        "expected a boolean";
    /// `datetime`
    datetime, IsDatetime, Datetime:
        "the property must be a moment (`std::time::SystemTime`), found `{Self}`",
        "expected a `SystemTime`";
    /// `duration`
    duration, IsDuration, Duration:
        "the property must be a length of time (`std::time::Duration`), found `{Self}`",
        "expected a `Duration`";
    /// An enum.
    member, IsMember [const ENUM: u64] [ENUM], Member<ENUM>:
        "the property must be a value of its enum in the plan, found `{Self}`",
        "expected a value of the property's enum",
        "give a member in quotes, or a type with `#[derive(PlanEnum)]` and the `#[plan_enum(\"…\")]` of this enum";
    /// `array`
    list, IsList [K: ?Sized] [K], List<K>:
        "the property must be a list of `{K}` values, found `{Self}`",
        "expected a slice, an array or a `Vec` of `{K}` values";
    /// `optional: true`
    optional, IsOptional [K: ?Sized] [K], Optional<K>:
        "the property must be a `{K}` value or an `Option` of one, found `{Self}`",
        "expected a `{K}` value or an `Option` of one";
    /// `nullable: true`
    nullable, IsNullable [K: ?Sized] [K], Nullable<K>:
        "the property must be a `{K}` value or an `Option` of one, found `{Self}`",
        "expected a `{K}` value or an `Option` of one";
    /// `pii: personal`
    personal, IsPersonal [K: ?Sized] [K], Private<K>:
        "the property is personal, found a bare `{Self}`",
        "wrap it: `trackplan::Personal(…)`",
        "the wrapper says at the call that personal data leaves the program";
    /// `pii: pseudonymous`
    pseudonymous, IsPseudonymous [K: ?Sized] [K], Pseudonym<K>:
        "the property is pseudonymous, found a bare `{Self}`",
        "wrap what is hashed already: `trackplan::Hashed(…)`",
        "the wrapper says at the call that the value names nobody";
}
