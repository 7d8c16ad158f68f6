//! The macros of trackplan: tracking calls checked against the compiled tracking plan.
//!
//! parse → check → expand, a file each: checks accumulate, expansion can't fail. They are documented, with examples
//! that compile, where they are exported: in the crate `trackplan`.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod check;
mod code;
mod editor;
mod expand;
mod flag;
mod function;
mod generate;
mod mistakes;
mod parse;
mod plan;
mod plan_enum;
mod plan_object;
#[cfg(test)]
mod snapshots;
mod structs;

use proc_macro::TokenStream;

use crate::parse::Form;
use crate::structs::Target;

/// Captures an event of the tracking plan and returns its id.
#[proc_macro]
pub fn track(input: TokenStream) -> TokenStream {
    expand::call(Form::Track, input.into()).into()
}

/// Captures an event of the tracking plan when the annotated function has returned.
#[proc_macro_attribute]
pub fn tracked(arguments: TokenStream, item: TokenStream) -> TokenStream {
    function::tracked(arguments.into(), &item.into()).into()
}

/// Declares an event of the plan in a page's HTML.
#[proc_macro]
pub fn track_attrs(input: TokenStream) -> TokenStream {
    expand::call(Form::Attributes, input.into()).into()
}

/// Sets properties of a person.
#[proc_macro]
pub fn identify(input: TokenStream) -> TokenStream {
    expand::call(Form::Identify, input.into()).into()
}

/// Sets properties of a group.
#[proc_macro]
pub fn group(input: TokenStream) -> TokenStream {
    expand::call(Form::Group, input.into()).into()
}

/// Makes a struct an event of the plan.
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(item: TokenStream) -> TokenStream {
    structs::derive(Target::Event, item.into()).into()
}

/// Makes a struct a set of properties of a person.
#[proc_macro_derive(PersonProperties)]
pub fn derive_person_properties(item: TokenStream) -> TokenStream {
    structs::derive(Target::Person, item.into()).into()
}

/// Makes a struct a set of properties of a group.
#[proc_macro_derive(GroupProperties, attributes(group))]
pub fn derive_group_properties(item: TokenStream) -> TokenStream {
    structs::derive(Target::Group, item.into()).into()
}

/// Generates the fields of an event's struct from the plan.
#[proc_macro_attribute]
pub fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    generate::event(arguments.into(), &item.into()).into()
}

/// Generates every event, enum, person and group of the plan.
#[proc_macro]
pub fn plan(input: TokenStream) -> TokenStream {
    generate::plan(&input.into()).into()
}

/// Ties a Rust enum to an enum of the plan.
#[proc_macro_derive(PlanEnum, attributes(plan_enum))]
pub fn plan_enum(item: TokenStream) -> TokenStream {
    plan_enum::derive(item.into()).into()
}

/// Makes a struct an object of the plan.
#[proc_macro_derive(PlanObject, attributes(plan_object))]
pub fn plan_object(item: TokenStream) -> TokenStream {
    plan_object::derive(item.into()).into()
}

/// Reads a feature flag of the plan.
#[proc_macro]
pub fn flag(input: TokenStream) -> TokenStream {
    flag::flag(input.into()).into()
}

/// Starts the client.
#[proc_macro]
pub fn init(input: TokenStream) -> TokenStream {
    expand::init(input.into()).into()
}
