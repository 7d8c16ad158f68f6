//! `#[derive(Event)]`, `#[derive(PersonProperties)]`, `#[derive(GroupProperties)]`: a struct whose fields are the
//! properties.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, LitStr};

use crate::check::{Checked, Subject, check_fields, told_at, unplanned_fields};
use crate::code::Code;
use crate::expand::{groups, tracking, values};
use crate::mistakes::Mistakes;
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
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Person => "PersonProperties",
            Self::Group => "GroupProperties",
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

pub(crate) fn derive(target: Target, item: TokenStream) -> TokenStream {
    match syn::parse2(item) {
        Ok(input) => expand(target, &input)
            .unwrap_or_else(|mistakes| broken(target, &input, mistakes.into_compile_error())),
        Err(mistake) => mistake.into_compile_error(),
    }
}

/// The mistakes, and an implementation without values, so that what uses the struct is not wrong as well.
pub(crate) fn broken(target: Target, input: &DeriveInput, errors: TokenStream) -> TokenStream {
    let empty = Code::default().text("@Encoded::new(\"\", &[], [])");
    of_trait(target, &input.ident, &input.generics, "", empty)
        .tokens(errors)
        .into_token_stream()
}

fn expand(target: Target, input: &DeriveInput) -> syn::Result<TokenStream> {
    let refused = |span: Span, message: String| Err(syn::Error::new(span, message));
    let Data::Struct(data) = &input.data else {
        let message = format!("`{}` is derived for a struct", target.name());
        return refused(input.ident.span(), message);
    };
    if let Fields::Unnamed(fields) = &data.fields {
        let message = format!(
            "`{}` needs a struct whose fields are named as the properties",
            target.name()
        );
        return refused(fields.span(), message);
    }
    let name = match target.attribute() {
        Some((attribute, example)) => match argument(attribute, &input.attrs)? {
            Some(name) => name,
            None => {
                let message = format!(
                    "say which {attribute} of the plan it is: #[{attribute}(\"{example}\")]"
                );
                return refused(input.ident.span(), message);
            }
        },
        None => LitStr::new("", input.ident.span()),
    };
    implement(target, &name, &input.ident, &input.generics, &data.fields)
}

/// Checks the fields and implements the traits.
pub(crate) fn implement(
    target: Target,
    name: &LitStr,
    ident: &Ident,
    generics: &Generics,
    fields: &Fields,
) -> syn::Result<TokenStream> {
    let (arguments, span) = (read(fields), name.span());
    let checked = match plan::current() {
        Ok(plan) => {
            let subject = told_at(span, target.find(&plan, &name.value()))?;
            check_fields(&plan, &subject, target.form(), span, arguments)?
        }
        Err(message) => {
            let mistakes = Mistakes::of_plan(message, span);
            unplanned_fields(target.form(), arguments, mistakes)
        }
    };
    let group = checked.group.as_deref().unwrap_or_default();
    let body = encoded(&checked);
    Ok(of_trait(target, ident, generics, group, body).into_token_stream())
}

/// Expands to: `impl Event for T { fn __encoded(&self) -> Encoded { body } }`
fn of_trait(target: Target, ident: &Ident, generics: &Generics, group: &str, body: Code) -> Code {
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let members = match target {
        Target::Event | Target::Person => Code::default(),
        Target::Group => Code::default()
            .text("const PREFIX: &'static ::core::primitive::str =")
            .string(&format!("${group}_"))
            .text(";"),
    };
    Code::default()
        .text("#[automatically_derived] impl")
        .tokens(impl_generics)
        .text("::trackplan::")
        .text(target.name())
        .text("for")
        .tokens(ident)
        .tokens(ty_generics)
        .tokens(clause)
        .braces(members.text("fn __encoded(&self) -> @Encoded").braces(body))
}

/// Expands to: `Encoded::new("…", &[groups], [values])`
fn encoded(checked: &Checked) -> Code {
    let arguments = Code::default()
        .string(&checked.description)
        .text(", &")
        .brackets(groups(&checked.groups))
        .text(",")
        .brackets(values(&checked.values, |_| true));
    tracking(Code::default(), checked)
        .text("@Encoded::new")
        .parentheses(arguments)
}

/// The properties that fields with names are, and how each is read: `self.row_count`.
pub(crate) fn read(fields: &Fields) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for field in fields {
        if let Some(name) = field.ident.clone() {
            // What a type lacks is said at the type.
            let at = field.ty.span();
            let own = Ident::new("self", at);
            let mut member = name.clone();
            member.set_span(at);
            let value = syn::parse_quote!(#own.#member);
            arguments.push(Argument { name, value });
        }
    }
    arguments
}

/// The name in `#[event("…")]`.
pub(crate) fn argument(word: &str, attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    for attribute in attributes {
        let last = attribute.path().segments.last();
        if last.is_some_and(|last| last.ident == word) {
            return match attribute.parse_args() {
                Ok(name) => Ok(Some(name)),
                Err(error) => {
                    let message = format!("expected one name in quotes: #[{word}(\"…\")]");
                    Err(syn::Error::new(error.span(), message))
                }
            };
        }
    }
    Ok(None)
}
