//! `#[derive(Event)]`, `#[derive(PersonProperties)]`, `#[derive(GroupProperties)]`: a struct whose fields are the
//! properties.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Generics, Ident, LitStr};

use crate::check::{Checked, Subject, check_fields, unplanned_fields};
use crate::code::Code;
use crate::expand::{compile_errors, tracking, values};
use crate::parse::{Argument, Form};
use crate::plan::{self, Plan};

/// What the struct stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Event,
    Person,
    Group,
}

impl Target {
    const fn form(self) -> Form {
        match self {
            Self::Event => Form::Track,
            Self::Person => Form::Identify,
            Self::Group => Form::Group,
        }
    }

    /// The trait that the derive macro implements.
    const fn name(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Person => "PersonProperties",
            Self::Group => "GroupProperties",
        }
    }

    /// What its record is of.
    pub(crate) const fn marker(self) -> &'static str {
        match self {
            Self::Event => "@OfEvent",
            Self::Person => "@OfPerson",
            Self::Group => "@OfGroup",
        }
    }

    /// The attribute that says which item of the plan it is.
    const fn attribute(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Event => Some(("event", "user_signed_up")),
            Self::Person => None,
            Self::Group => Some(("group", "team")),
        }
    }

    fn find(self, plan: &Plan, name: &str) -> Result<Subject, String> {
        match self {
            Self::Event => Subject::event(plan, name),
            Self::Person => Subject::person(plan),
            Self::Group => Subject::of_group(plan, name),
        }
    }
}

pub(crate) fn derive(target: &Target, item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    expand(*target, &input).unwrap_or_else(|errors| broken(*target, &input, &errors))
}

/// The errors, and an implementation without values, so that what uses the struct is not wrong as well.
pub(crate) fn broken(target: Target, input: &DeriveInput, errors: &[syn::Error]) -> TokenStream {
    let body = Code::default().text("fn lend(&self, _: @Taker<'_>) {}");
    let errors = compile_errors(errors);
    record(target, &input.ident, &input.generics, body)
        .tokens(errors)
        .into_token_stream()
}

fn expand(target: Target, input: &DeriveInput) -> Result<TokenStream, Vec<syn::Error>> {
    let one = |span: Span, message: String| vec![syn::Error::new(span, message)];
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(fields) => {
                let message = format!(
                    "`{}` needs a struct whose fields are named as the properties",
                    target.name()
                );
                return Err(one(fields.span(), message));
            }
        },
        _ => {
            let message = format!("`{}` is derived for a struct", target.name());
            return Err(one(input.ident.span(), message));
        }
    };
    let name = match target.attribute() {
        Some((attribute, example)) => {
            let name = argument(attribute, &input.attrs).map_err(|error| vec![error])?;
            name.ok_or_else(|| {
                let message = format!(
                    "say which {attribute} of the plan it is: #[{attribute}(\"{example}\")]"
                );
                one(input.ident.span(), message)
            })?
        }
        None => LitStr::new("", input.ident.span()),
    };
    implement(target, &name, &input.ident, &input.generics, &fields)
}

/// Checks the fields and implements the traits.
pub(crate) fn implement(
    target: Target,
    name: &LitStr,
    ident: &Ident,
    generics: &Generics,
    fields: &[&Field],
) -> Result<TokenStream, Vec<syn::Error>> {
    let arguments = fields.iter().filter_map(|field| read(field)).collect();
    let checked = match plan::current() {
        Ok(plan) => {
            let subject = target
                .find(&plan, &name.value())
                .map_err(|message| vec![syn::Error::new(name.span(), message)])?;
            check_fields(&plan, &subject, target.form(), name.span(), arguments)?
        }
        Err(message) => {
            let errors = plan::unusable(message, name.span());
            unplanned_fields(target.form(), arguments, errors)
        }
    };
    Ok(record(target, ident, generics, members(&checked)).into_token_stream())
}

fn record(target: Target, ident: &Ident, generics: &Generics, members: Code) -> Code {
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let record = format!("@Record<{}> for", target.marker());
    Code::default()
        .text("#[automatically_derived] impl")
        .tokens(impl_generics)
        .text(&record)
        .tokens(ident)
        .tokens(ty_generics)
        .tokens(clause)
        .braces(members)
}

/// Expands to: `fn lend(&self, taker: Taker<'_>) { taker.all("…", &[groups], &[values]) }`
fn members(checked: &Checked) -> Code {
    let groups = checked
        .groups
        .iter()
        .fold(Code::default(), |code, (name, value)| {
            let key = Code::default().text("&").tokens(value);
            let key = Code::default().text("@key").parentheses(key);
            let pair = Code::default().string(name).text(",").tokens(key);
            code.parentheses(pair).text(",")
        });
    let all = Code::default()
        .string(&checked.description)
        .text(", &")
        .brackets(groups)
        .text(", &")
        .brackets(values(&checked.values));
    let body = tracking(Code::default(), checked)
        .text("taker.all")
        .parentheses(all);
    prefix(checked.group.as_deref())
        .text("fn lend(&self, taker: @Taker<'_>)")
        .braces(body)
}

/// Expands to: `const PREFIX: &'static str = "$team_";`, or to nothing.
fn prefix(group: Option<&str>) -> Code {
    let code = Code::default();
    match group {
        Some(group) => code
            .text("const PREFIX: &'static ::core::primitive::str =")
            .string(&format!("${group}_"))
            .text(";"),
        None => code,
    }
}

/// The property that a field with a name is, and how it is read: `self.row_count`.
pub(crate) fn read(field: &Field) -> Option<Argument> {
    let name = field.ident.clone()?;
    // What a type lacks is said at the type.
    let at = field.ty.span();
    let own = Ident::new("self", at);
    let mut member = name.clone();
    member.set_span(at);
    let value = syn::parse_quote!(#own.#member);
    Some(Argument { name, value })
}

/// The name in `#[event("…")]`.
pub(crate) fn argument(word: &str, attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    let is_it = |attribute: &&Attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_some_and(|last| last.ident == word)
    };
    attributes
        .iter()
        .find(is_it)
        .map(|attribute| {
            attribute.parse_args().map_err(|error| {
                let message = format!("expected one name in quotes: #[{word}(\"…\")]");
                syn::Error::new(error.span(), message)
            })
        })
        .transpose()
}

/// A unit struct of which the plan knows the fields.
pub(crate) fn is_unit(item: &DeriveInput) -> bool {
    matches!(&item.data, Data::Struct(data) if matches!(data.fields, Fields::Unit))
}
