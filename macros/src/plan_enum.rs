//! `#[derive(PlanEnum)]`: a Rust enum whose variants are members of an enum of the plan.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Variant};
use trackplan_schema::content_hash;
use trackplan_schema::lock::{Kind, Record, property};
use trackplan_schema::naming::{Case, nearest};

use crate::check::{joined, owner_file};
use crate::code::Code;
use crate::flag;
use crate::mistakes::Mistakes;
use crate::plan::{self, Plan};

/// Expands to the impls and to every mistake. With mistakes too, so that what uses the enum is not wrong as well.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let impls = syn::parse2(item).and_then(|input| expand(&input, &mut mistakes));
    let impls = match impls {
        Ok(impls) => impls,
        Err(mistake) => {
            mistakes.push(mistake);
            Code::default()
        }
    };
    impls
        .tokens(mistakes.to_compile_errors())
        .into_token_stream()
}

/// Expands to: `impl PlanEnum for T { ALL, as_str }`, `impl PlanEnumOf<HASH> for T {}` and `impl Item for T { item }`
///
/// Fails if there is no enum or no name to go by.
fn expand(input: &DeriveInput, mistakes: &mut Mistakes) -> syn::Result<Code> {
    let ident = &input.ident;
    let Data::Enum(data) = &input.data else {
        let message = "`PlanEnum` is derived for an enum";
        return Err(syn::Error::new(ident.span(), message));
    };
    let Some(name) = argument(&input.attrs)? else {
        let message = "name the plan's enum: #[plan_enum(\"integration\")], or #[plan_enum(\"pr_list_exported.format\")]";
        return Err(syn::Error::new(ident.span(), message));
    };
    let known = match members(&name) {
        Ok(known) => known,
        Err(found) => {
            mistakes.push(found);
            None
        }
    };
    let (mut all, mut arms) = (Code::default(), Code::default());
    for variant in &data.variants {
        let Some((value, span)) = value(variant, mistakes) else {
            continue;
        };
        if let Some((_, members)) = &known
            && !members.contains(&value)
        {
            let message = unknown_member(&name.value(), &value, members);
            mistakes.add(span, &message);
        }
        all = all.text("Self::").tokens(&variant.ident).text(",");
        arms = arms
            .text("Self::")
            .tokens(&variant.ident)
            .text("=>")
            .string(&value)
            .text(",");
    }
    if data.variants.iter().any(has_fields) {
        // It is a mistake, and has no text.
        arms = arms.text("_ => \"\",");
    }
    let mut code = Code::default();
    if let Some((path, _)) = known {
        let path = Code::default().string(&path);
        let tracked = Code::default()
            .text("::core::include_bytes!")
            .parentheses(path)
            .text(";");
        code = code.text("const _: fn() = ||").braces(tracked).text(";");
    }
    let as_str = Code::default().text("match *self").braces(arms);
    let plan_enum = Code::default()
        .text("const ALL: &'static [Self] = &")
        .brackets(all)
        .text("; fn as_str(&self) -> &'static ::core::primitive::str")
        .braces(as_str);
    let hash = content_hash(name.value().as_bytes());
    let of_plan = format!("#[automatically_derived] impl @PlanEnumOf<{hash}u64> for");
    Ok(code
        .text("#[automatically_derived] impl ::trackplan::PlanEnum for")
        .tokens(ident)
        .braces(plan_enum)
        .text(&of_plan)
        .tokens(ident)
        .text("{} #[automatically_derived] impl @Item for")
        .tokens(ident)
        .text(
            "{ fn item(&self) -> @Value<'_> { @Value::Text(::trackplan::PlanEnum::as_str(self)) } }",
        ))
}

/// A variant's value and where it is said.
fn value(variant: &Variant, mistakes: &mut Mistakes) -> Option<(String, Span)> {
    if has_fields(variant) {
        let message = "a variant of a plan's enum has no fields";
        mistakes.push(syn::Error::new_spanned(variant, message));
        return None;
    }
    match argument(&variant.attrs) {
        Ok(Some(value)) => Some((value.value(), value.span())),
        Ok(None) => {
            let name = variant.ident.unraw().to_string();
            Some((Case::Snake.convert(&name), variant.ident.span()))
        }
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    }
}

const fn has_fields(variant: &Variant) -> bool {
    !matches!(variant.fields, Fields::Unit)
}

fn unknown_member(name: &str, value: &str, members: &[String]) -> String {
    let message = format!("the enum `{name}` has no member `{value}`\n  help: ");
    match nearest(value, texts(members)) {
        Some(found) => format!("{message}did you mean `{found}`?"),
        None => format!("{message}its members are: {}", joined(members, ", ")),
    }
}

fn argument(attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    for attribute in attributes {
        if attribute.path().is_ident("plan_enum") {
            return Ok(Some(attribute.parse_args()?));
        }
    }
    Ok(None)
}

/// The file of the enum, and its members.
type Members = (String, Vec<String>);

/// The enum of this name. `None` if the plan can't be used and somebody else says so.
fn members(name: &LitStr) -> syn::Result<Option<Members>> {
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(message) => {
            Mistakes::of_plan(message, name.span()).check()?;
            return Ok(None);
        }
    };
    let found = find(&plan, &name.value());
    if found.is_some() {
        return Ok(found);
    }
    if let Some(message) = plan.broken(Kind::Enum, &name.value()) {
        return Err(syn::Error::new(name.span(), message));
    }
    let mut message = format!("the tracking plan has no enum `{}`", name.value());
    if let Some(found) = nearest(&name.value(), plan.names(Kind::Enum)) {
        message.push_str(&format!("\n  help: did you mean `{found}`?"));
    }
    Err(syn::Error::new(name.span(), message))
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
    let members = owned(Record::parse(Kind::Enum, &file.text).ok()?.members());
    Some((file.path, members))
}

pub(crate) fn texts(members: &[String]) -> Vec<&str> {
    let mut texts = Vec::new();
    for member in members {
        texts.push(member.as_str());
    }
    texts
}

/// Members that outlive the file.
pub(crate) fn owned(members: Vec<&str>) -> Vec<String> {
    let mut owned = Vec::new();
    for member in members {
        owned.push(member.to_owned());
    }
    owned
}

/// The members of the enum that a property, or a field of an object, declares.
fn inline(text: &str, path: &str, name: &str) -> Option<Vec<String>> {
    let (name_of_property, field) = match path.split_once('.') {
        Some((property, field)) => (property, Some(field)),
        None => (path, None),
    };
    let found = property(text, name_of_property)?;
    if let Some(field) = field {
        return inline(&found.fields(), field, name);
    }
    (found.enum_name() == Some(name)).then(|| owned(found.members()))
}
