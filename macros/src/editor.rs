//! What rust-analyzer needs to complete and explain the names of properties.
//!
//! An expansion drops these names, so an editor would know nothing of them. In rust-analyzer's macro server it holds,
//! besides, a struct whose fields are the properties, with the plan's words, and an access by each name of the call.
//! rustc never sees it.

use std::sync::LazyLock;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;
use trackplan_schema::lock::Property;

use crate::check::{find, list};
use crate::code::{Code, read};
use crate::generate::{described, field_name, rust_type};
use crate::parse::Call;
use crate::plan;

/// Whether this process expands macros for an editor.
static IS_EDITOR: LazyLock<bool> = LazyLock::new(|| {
    std::env::current_exe().is_ok_and(|program| {
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        name.starts_with("rust-analyzer")
    })
});

/// Expands to: `{ struct Properties { /** … */ row_count: i64 } fn names(properties: Properties) { properties.row_count; } }`
pub(crate) fn names(call: &Call) -> Option<TokenStream> {
    if !*IS_EDITOR {
        return None;
    }
    let plan = plan::current().ok()?;
    let subject = find(&plan, call).ok()?;
    let (mut fields, mut accesses) = (String::new(), Code::default());
    for property in subject.sendable() {
        fields.push_str(&field(property));
    }
    for argument in &call.properties {
        accesses = access(accesses, &argument.name);
    }
    for names in [&call.unset, &call.unfinished] {
        for name in names {
            accesses = access(accesses, name);
        }
    }
    let block = Code::default()
        .text("struct Properties<'a>")
        .braces(read(&fields))
        .text("fn names(properties: Properties<'_>)")
        .braces(accesses);
    Some(Code::default().braces(block).into_token_stream())
}

fn access(code: Code, name: &Ident) -> Code {
    code.text("properties.").tokens(name).text(";")
}

fn field(property: Property<'_>) -> String {
    let noun = format!("The property `{}`.", property.name());
    let members = property.members();
    let values = (!members.is_empty()).then(|| format!("Its values: {}.", list(&members)));
    let docs = described(property.description(), &noun, values);
    let (ty, _) = rust_type(property, false, "&'a ::core::primitive::str");
    format!("{docs} {}: {ty},", field_name(property.name()))
}
