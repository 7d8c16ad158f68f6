//! The functions through which the macros take values: one per type of the plan, whose bound says what a value must be.
//!
//! A bound of its own for each property of each call could name the property as well, but it takes a trait and an
//! impl each time: more than all the rest of an expansion costs rustc. The property's name stands beside the error.

use super::{
    Boolean, Datetime, Duration, Integer, List, Member, Nullable, Number, Optional, Private,
    Property, Pseudonym, Structure, Text, Value,
};

/// A trait for its words, and a function that asks for it. An argument of type `impl Trait` is what rustc points at,
/// even where the caller gives the other generics. The bound is written out in each use: where one of this macro's own
/// is not kept, rustc explains the macro too.
macro_rules! check {
    ($function:ident, $trait:ident [$($generics:tt)*] [$($bound:tt)*], $kind:ty, $message:literal, $label:literal $(, $note:literal)?) => {
        #[doc = $label]
        #[diagnostic::on_unimplemented(message = $message, label = $label $(, note = $note)?)]
        pub trait $trait<$($generics)*>: Property<$kind> {}

        #[diagnostic::do_not_recommend]
        impl<$($generics)* T: Property<$kind> + ?Sized> $($bound)* for T {}

        #[doc = $label]
        pub fn $function<$($generics)*>(value: &(impl $($bound)* + ?Sized)) -> Value<'_> {
            Property::<$kind>::value(value)
        }
    };
}

/// Takes the value of a call that can't be checked, for the plan can't be used: it does not compile anyway.
pub fn unplanned<T: ?Sized>(_: &T) -> Value<'_> {
    Value::Absent
}

check!(text, IsText [] [IsText], Text,
    "the property must be a string, found `{Self}`",
    "expected a string",
    "a type of yours is text if it implements `trackplan::ToText`");
check!(optional_text, IsOptionalText [] [IsOptionalText], Optional<Text>,
    "the property must be a string or an `Option` of one, found `{Self}`",
    "expected a string or an `Option` of one",
    "a type of yours is text if it implements `trackplan::ToText`");
check!(nullable_text, IsNullableText [] [IsNullableText], Nullable<Text>,
    "the property must be a string or an `Option` of one, found `{Self}`",
    "expected a string or an `Option` of one",
    "a type of yours is text if it implements `trackplan::ToText`");
check!(integer, IsInteger [] [IsInteger], Integer,
    "the property must be an integer, found `{Self}`",
    "expected an integer");
check!(optional_integer, IsOptionalInteger [] [IsOptionalInteger], Optional<Integer>,
    "the property must be an integer or an `Option` of one, found `{Self}`",
    "expected an integer or an `Option` of one");
check!(nullable_integer, IsNullableInteger [] [IsNullableInteger], Nullable<Integer>,
    "the property must be an integer or an `Option` of one, found `{Self}`",
    "expected an integer or an `Option` of one");
check!(number, IsNumber [] [IsNumber], Number,
    "the property must be a number, found `{Self}`",
    "expected a number");
check!(optional_number, IsOptionalNumber [] [IsOptionalNumber], Optional<Number>,
    "the property must be a number or an `Option` of one, found `{Self}`",
    "expected a number or an `Option` of one");
check!(nullable_number, IsNullableNumber [] [IsNullableNumber], Nullable<Number>,
    "the property must be a number or an `Option` of one, found `{Self}`",
    "expected a number or an `Option` of one");
check!(boolean, IsBoolean [] [IsBoolean], Boolean,
    "the property must be a boolean, found `{Self}`",
    "expected a boolean");
check!(optional_boolean, IsOptionalBoolean [] [IsOptionalBoolean], Optional<Boolean>,
    "the property must be a boolean or an `Option` of one, found `{Self}`",
    "expected a boolean or an `Option` of one");
check!(nullable_boolean, IsNullableBoolean [] [IsNullableBoolean], Nullable<Boolean>,
    "the property must be a boolean or an `Option` of one, found `{Self}`",
    "expected a boolean or an `Option` of one");
check!(datetime, IsDatetime [] [IsDatetime], Datetime,
    "the property must be a moment (`std::time::SystemTime`), found `{Self}`",
    "expected a `SystemTime`");
check!(optional_datetime, IsOptionalDatetime [] [IsOptionalDatetime], Optional<Datetime>,
    "the property must be a moment (`std::time::SystemTime`) or an `Option` of one, found `{Self}`",
    "expected a `SystemTime` or an `Option` of one");
check!(nullable_datetime, IsNullableDatetime [] [IsNullableDatetime], Nullable<Datetime>,
    "the property must be a moment (`std::time::SystemTime`) or an `Option` of one, found `{Self}`",
    "expected a `SystemTime` or an `Option` of one");
check!(duration, IsDuration [] [IsDuration], Duration,
    "the property must be a length of time (`std::time::Duration`), found `{Self}`",
    "expected a `Duration`");
check!(optional_duration, IsOptionalDuration [] [IsOptionalDuration], Optional<Duration>,
    "the property must be a length of time (`std::time::Duration`) or an `Option` of one, found `{Self}`",
    "expected a `Duration` or an `Option` of one");
check!(nullable_duration, IsNullableDuration [] [IsNullableDuration], Nullable<Duration>,
    "the property must be a length of time (`std::time::Duration`) or an `Option` of one, found `{Self}`",
    "expected a `Duration` or an `Option` of one");
check!(member, IsMember [const ENUM: u64,] [IsMember<ENUM>], Member<ENUM>,
    "the property must be a value of its enum in the plan, found `{Self}`",
    "expected a value of its enum in the plan",
    "give a member in quotes, or a type with `#[derive(PlanEnum)]` and the `#[plan_enum(\"…\")]` of this enum");
check!(optional_member, IsOptionalMember [const ENUM: u64,] [IsOptionalMember<ENUM>], Optional<Member<ENUM>>,
    "the property must be a value of its enum in the plan or an `Option` of one, found `{Self}`",
    "expected a value of its enum in the plan or an `Option` of one",
    "give a member in quotes, or a type with `#[derive(PlanEnum)]` and the `#[plan_enum(\"…\")]` of this enum");
check!(nullable_member, IsNullableMember [const ENUM: u64,] [IsNullableMember<ENUM>], Nullable<Member<ENUM>>,
    "the property must be a value of its enum in the plan or an `Option` of one, found `{Self}`",
    "expected a value of its enum in the plan or an `Option` of one",
    "give a member in quotes, or a type with `#[derive(PlanEnum)]` and the `#[plan_enum(\"…\")]` of this enum");
check!(object, IsObject [const OBJECT: u64,] [IsObject<OBJECT>], Structure<OBJECT>,
    "the property must be a struct with the fields of its object in the plan, found `{Self}`",
    "expected a struct with `#[derive(PlanObject)]`",
    "`#[plan_object(\"event.property\")]` ties a struct to the object");
check!(optional_object, IsOptionalObject [const OBJECT: u64,] [IsOptionalObject<OBJECT>], Optional<Structure<OBJECT>>,
    "the property must be a struct with the fields of its object in the plan or an `Option` of one, found `{Self}`",
    "expected a struct with `#[derive(PlanObject)]` or an `Option` of one",
    "`#[plan_object(\"event.property\")]` ties a struct to the object");
check!(nullable_object, IsNullableObject [const OBJECT: u64,] [IsNullableObject<OBJECT>], Nullable<Structure<OBJECT>>,
    "the property must be a struct with the fields of its object in the plan or an `Option` of one, found `{Self}`",
    "expected a struct with `#[derive(PlanObject)]` or an `Option` of one",
    "`#[plan_object(\"event.property\")]` ties a struct to the object");
check!(list, IsList [K: ?Sized,] [IsList<K>], List<K>,
    "the property must be a list of values of its type in the plan, found `{Self}`",
    "expected a list of values of its type in the plan");
check!(optional_list, IsOptionalList [K: ?Sized,] [IsOptionalList<K>], Optional<List<K>>,
    "the property must be a list of values of its type in the plan or an `Option` of one, found `{Self}`",
    "expected a list of values of its type in the plan or an `Option` of one");
check!(nullable_list, IsNullableList [K: ?Sized,] [IsNullableList<K>], Nullable<List<K>>,
    "the property must be a list of values of its type in the plan or an `Option` of one, found `{Self}`",
    "expected a list of values of its type in the plan or an `Option` of one");
check!(personal, IsPersonal [K: ?Sized,] [IsPersonal<K>], Private<K>,
    "the property is personal: it must be a `trackplan::Personal` of its type in the plan, found `{Self}`",
    "expected `trackplan::Personal(…)`",
    "the wrapper says at the call that personal data leaves the program");
check!(optional_personal, IsOptionalPersonal [K: ?Sized,] [IsOptionalPersonal<K>], Optional<Private<K>>,
    "the property is personal: it must be a `trackplan::Personal` of its type in the plan, found `{Self}`",
    "expected `trackplan::Personal(…)`",
    "the wrapper says at the call that personal data leaves the program");
check!(nullable_personal, IsNullablePersonal [K: ?Sized,] [IsNullablePersonal<K>], Nullable<Private<K>>,
    "the property is personal: it must be a `trackplan::Personal` of its type in the plan, found `{Self}`",
    "expected `trackplan::Personal(…)`",
    "the wrapper says at the call that personal data leaves the program");
check!(pseudonymous, IsPseudonymous [K: ?Sized,] [IsPseudonymous<K>], Pseudonym<K>,
    "the property is pseudonymous: it must be a `trackplan::Hashed` of its type in the plan, found `{Self}`",
    "expected `trackplan::Hashed(…)`",
    "the wrapper says at the call that the value is hashed and names nobody");
check!(optional_pseudonymous, IsOptionalPseudonymous [K: ?Sized,] [IsOptionalPseudonymous<K>], Optional<Pseudonym<K>>,
    "the property is pseudonymous: it must be a `trackplan::Hashed` of its type in the plan, found `{Self}`",
    "expected `trackplan::Hashed(…)`",
    "the wrapper says at the call that the value is hashed and names nobody");
check!(nullable_pseudonymous, IsNullablePseudonymous [K: ?Sized,] [IsNullablePseudonymous<K>], Nullable<Pseudonym<K>>,
    "the property is pseudonymous: it must be a `trackplan::Hashed` of its type in the plan, found `{Self}`",
    "expected `trackplan::Hashed(…)`",
    "the wrapper says at the call that the value is hashed and names nobody");
