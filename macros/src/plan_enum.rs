//! `#[derive(PlanEnum)]`: a Rust enum whose variants are members of an enum of the plan.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr};
use trackplan_schema::content_hash;
use trackplan_schema::lock::{Event, Kind, Record};
use trackplan_schema::naming::{Case, nearest};

use crate::expand::compile_errors;
use crate::plan::{self, Plan};

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let outcome = syn::parse2(item)
        .map_err(|error| vec![error])
        .and_then(|input| expand(&input));
    outcome.unwrap_or_else(|errors| compile_errors(&errors))
}

/// Expands to: `impl PlanEnum for T { ALL, as_str }` and `impl PlanEnumOf<HASH> for T {}`
fn expand(input: &DeriveInput) -> Result<TokenStream, Vec<syn::Error>> {
    let Data::Enum(data) = &input.data else {
        return Err(vec![syn::Error::new_spanned(
            &input.ident,
            "`PlanEnum` is derived for an enum",
        )]);
    };
    let one = |error| vec![error];
    let Some(name) = argument(&input.attrs).map_err(one)? else {
        let message = "name the plan's enum: #[plan_enum(\"integration\")], or #[plan_enum(\"pr_list_exported.format\")]";
        return Err(vec![syn::Error::new_spanned(&input.ident, message)]);
    };
    let plan = plan::current().map_err(|message| plan::unusable(message, name.span()))?;
    let (path, members) = members(&plan, &name.value()).ok_or_else(|| {
        let names: Vec<String> = plan
            .index()
            .map(|index| index.names(Kind::Enum).map(str::to_owned).collect())
            .unwrap_or_default();
        let mut message = format!("the tracking plan has no enum `{}`", name.value());
        if let Some(found) = nearest(&name.value(), names.iter().map(String::as_str)) {
            message.push_str(&format!("\n  help: did you mean `{found}`?"));
        }
        vec![syn::Error::new(name.span(), message)]
    })?;

    let mut errors = Vec::new();
    let (mut variants, mut values) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.push(syn::Error::new_spanned(
                variant,
                "a variant of a plan's enum has no fields",
            ));
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
        if !members.contains(&value) {
            let mut message = format!("the enum `{}` has no member `{value}`", name.value());
            match nearest(&value, members.iter().map(String::as_str)) {
                Some(found) => message.push_str(&format!("\n  help: did you mean `{found}`?")),
                None => message.push_str(&format!(
                    "\n  help: its members are: {}",
                    members.join(", ")
                )),
            }
            errors.push(syn::Error::new(span, message));
        }
        variants.push(&variant.ident);
        values.push(value);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let ident = &input.ident;
    let hash = content_hash(name.value().as_bytes());
    Ok(quote! {
        const _: fn() = || { ::core::include_bytes!(#path); };
        #[automatically_derived]
        impl ::trackplan::PlanEnum for #ident {
            const ALL: &'static [Self] = &[#(Self::#variants),*];
            fn as_str(&self) -> &'static ::core::primitive::str {
                match *self { #(Self::#variants => #values,)* }
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

fn argument(attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("plan_enum"))
        .map(Attribute::parse_args)
        .transpose()
}

/// The members of a shared enum, or of `event.property`, and the file that says so.
fn members(plan: &Plan, name: &str) -> Option<(String, Vec<String>)> {
    if let Some((event, property)) = name.split_once('.') {
        let file = plan.file(Kind::Event, event)?;
        let property = Event::parse(&file.text).ok()?.property(property)?;
        let members: Vec<String> = property.members().map(str::to_owned).collect();
        return (property.enum_name() == Some(name)).then_some((file.path.clone(), members));
    }
    let file = plan.file(Kind::Enum, name)?;
    let members = Record::parse(Kind::Enum, &file.text)
        .ok()?
        .members()
        .map(str::to_owned)
        .collect();
    Some((file.path.clone(), members))
}
