//! `flag!("…", payload)`: a struct with the fields that the plan has, and how they are read.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use trackplan_schema::lock::{self, Property};
use trackplan_schema::naming::Case;

use super::constant;
use crate::code::{PRIVATE, read as tokens};
use crate::generate::{described, field_name};
use crate::plan::File;

/// Expands to: `{ struct OnboardingCopyPayload { headline: String } payload(&Flag { … }, |fields| Ok(…)) }`
pub(super) fn read(name: &str, file: &File, word: &Ident) -> syn::Result<TokenStream> {
    let properties = lock::properties(&file.text);
    let (mut members, mut fields, mut checks) = (String::new(), String::new(), String::new());
    for property in properties {
        let Some(ty) = rust_type(property) else {
            let message = format!(
                "the field `{}` of the flag's payload is an object, which Rust can't read yet\n  \
                 help: write its fields as fields of their own",
                property.name()
            );
            return Err(syn::Error::new(word.span(), message));
        };
        let (key, field) = (property.name(), field_name(property.name()));
        let noun = format!("The field `{key}` of the payload.");
        let docs = described(property.description(), &noun, None);
        _ = write!(members, "{docs} pub {field}: {ty},");
        _ = write!(fields, "{field}: fields.get({key:?})?,");
        let allowed = property.members();
        if !allowed.is_empty() {
            _ = write!(checks, "fields.one_of({key:?}, &{allowed:?})?;");
        }
    }
    if members.is_empty() {
        let message = format!(
            "the flag `{name}` has no payload in the tracking plan\n  help: declare its fields below `payload:`, \
             then run: cargo xtask regenerate"
        );
        return Err(syn::Error::new(word.span(), message));
    }
    let ident = format!("{}Payload", Case::Pascal.convert(name));
    let text = format!(
        "#[doc = \"The payload of a feature flag.\"] #[derive(::core::fmt::Debug, ::core::clone::Clone)] \
         #[allow(dead_code)] pub struct {ident} {{ {members} }}"
    );
    let parse = format!(
        "|fields: &{PRIVATE}Fields| {{ {checks} ::core::result::Result::Ok({ident} {{ {fields} }}) }}"
    );
    let (payload, parse, flag) = (tokens(&text), tokens(&parse), constant(name));
    Ok(quote!(#payload ::trackplan::__private::payload(#flag, #parse)))
}

/// The owned type of a field. `None` for an object.
fn rust_type(property: Property<'_>) -> Option<String> {
    let scalar = |ty: &str| {
        Some(match ty {
            "integer" => "::core::primitive::i64",
            "number" => "::core::primitive::f64",
            "boolean" => "::core::primitive::bool",
            "duration" => "::core::time::Duration",
            "object" => return None,
            _ => "::std::string::String",
        })
    };
    let ty = match property.items() {
        Some(items) => format!("::std::vec::Vec<{}>", scalar(items)?),
        None => scalar(property.type_name())?.to_owned(),
    };
    let may_lack = property.is_optional() || property.is_nullable();
    Some(match may_lack {
        true => format!("::core::option::Option<{ty}>"),
        false => ty,
    })
}
