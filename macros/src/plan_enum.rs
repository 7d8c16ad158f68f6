//! `#[derive(PlanEnum)]`: a Rust enum whose variants are members of an enum of the plan.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr};
use trackplan_schema::content_hash;
use trackplan_schema::lock::{Kind, Record, properties};
use trackplan_schema::naming::{Case, nearest};

use crate::check::owner_file;
use crate::expand::compile_errors;
use crate::flag;
use crate::plan::{self, Plan};

/// Expands to the impls and to every error. With errors too, so that what uses the enum is not wrong as well.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let impls = syn::parse2(item)
        .and_then(|input| expand(&input, &mut errors))
        .unwrap_or_else(|error| {
            errors.push(error);
            TokenStream::new()
        });
    let errors = compile_errors(&errors);
    quote!(#impls #errors)
}

/// Expands to: `impl PlanEnum for T { ALL, as_str }` and `impl PlanEnumOf<HASH> for T {}`
///
/// Fails if there is no enum or no name to go by.
fn expand(input: &DeriveInput, errors: &mut Vec<syn::Error>) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let Data::Enum(data) = &input.data else {
        let message = "`PlanEnum` is derived for an enum";
        return Err(syn::Error::new_spanned(ident, message));
    };
    let Some(name) = argument(&input.attrs)? else {
        let message = "name the plan's enum: #[plan_enum(\"integration\")], or #[plan_enum(\"pr_list_exported.format\")]";
        return Err(syn::Error::new_spanned(ident, message));
    };
    let known = members(&name).unwrap_or_else(|found| {
        errors.extend(found);
        None
    });
    let (mut variants, mut values) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a variant of a plan's enum has no fields";
            errors.push(syn::Error::new_spanned(variant, message));
            continue;
        }
        let (value, span) = match argument(&variant.attrs) {
            Ok(Some(value)) => (value.value(), value.span()),
            Ok(None) => (
                Case::Snake.convert(&variant.ident.unraw().to_string()),
                variant.ident.span(),
            ),
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if let Some((_, members)) = &known
            && !members.contains(&value)
        {
            let message = unknown_member(&name.value(), &value, members);
            errors.push(syn::Error::new(span, message));
        }
        variants.push(&variant.ident);
        values.push(value);
    }
    let hash = content_hash(name.value().as_bytes());
    let tracking = known.map(|(path, _)| {
        quote!(
            const _: fn() = || {
                ::core::include_bytes!(#path);
            };
        )
    });
    // A variant with fields, which is an error, has no text.
    let rest = (variants.len() < data.variants.len()).then(|| quote!(_ => "",));
    Ok(quote! {
        #tracking
        #[automatically_derived]
        impl ::trackplan::PlanEnum for #ident {
            const ALL: &'static [Self] = &[#(Self::#variants),*];
            fn as_str(&self) -> &'static ::core::primitive::str {
                match *self { #(Self::#variants => #values,)* #rest }
            }
        }
        #[automatically_derived]
        impl ::trackplan::__private::PlanEnumOf<#hash> for #ident {}
        #[automatically_derived]
        impl ::trackplan::__private::Item for #ident {
            fn item(&self) -> ::trackplan::__private::Value<'_> {
                ::trackplan::__private::Value::Text(::trackplan::PlanEnum::as_str(self))
            }
        }
    })
}

fn unknown_member(name: &str, value: &str, members: &[String]) -> String {
    let message = format!("the enum `{name}` has no member `{value}`\n  help: ");
    match nearest(value, members.iter().map(String::as_str)) {
        Some(found) => format!("{message}did you mean `{found}`?"),
        None => format!("{message}its members are: {}", members.join(", ")),
    }
}

fn argument(attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("plan_enum"))
        .map(Attribute::parse_args)
        .transpose()
}

/// The file of the enum, and its members.
type Members = (String, Vec<String>);

/// The enum of this name. `None` if the plan can't be used and somebody else says so.
fn members(name: &LitStr) -> Result<Option<Members>, Vec<syn::Error>> {
    let plan = plan::current().map_err(|message| plan::unusable(message, name.span()))?;
    let found = find(&plan, &name.value());
    if found.is_some() {
        return Ok(found);
    }
    if let Some(message) = plan.broken(Kind::Enum, &name.value()) {
        return Err(vec![syn::Error::new(name.span(), message)]);
    }
    let index = plan.index();
    let names = index.iter().flat_map(|index| index.names(Kind::Enum));
    let mut message = format!("the tracking plan has no enum `{}`", name.value());
    if let Some(found) = nearest(&name.value(), names) {
        message.push_str(&format!("\n  help: did you mean `{found}`?"));
    }
    Err(vec![syn::Error::new(name.span(), message)])
}

/// A shared enum, or that of `event.property`, `group.property`, `person.property`, or `flag.name`.
fn find(plan: &Plan, name: &str) -> Option<Members> {
    if let Some(flag) = flag::of_enum(name) {
        let (file, variants) = flag::variants(plan, flag)?;
        return (!variants.is_empty()).then_some((file.path, variants));
    }
    if let Some((owner, property)) = name.split_once('.') {
        let (_, file) = owner_file(plan, owner)?;
        let members = inline(&file.text, property, name)?;
        return Some((file.path, members));
    }
    let file = plan.file(Kind::Enum, name)?;
    let members = Record::parse(Kind::Enum, &file.text)
        .ok()?
        .members()
        .map(str::to_owned)
        .collect();
    Some((file.path.clone(), members))
}

/// The members of the enum that a property, or a field of an object, declares.
fn inline(text: &str, path: &str, name: &str) -> Option<Vec<String>> {
    let (property, field) = path
        .split_once('.')
        .map_or((path, None), |(property, field)| (property, Some(field)));
    let found = properties(text).find(|known| known.name() == property)?;
    if let Some(field) = field {
        return inline(&found.fields(), field, name);
    }
    let members = found.members().map(str::to_owned).collect();
    (found.enum_name() == Some(name)).then_some(members)
}
