//! The one grammar of tracking calls: an event's name, reserved arguments, then `property = expression`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Pat, Token, parenthesized};

/// `property = expression`.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

/// A tracking call as it is written.
pub(crate) struct Call {
    pub(crate) event: LitStr,
    pub(crate) on: Option<Pat>,
    pub(crate) when: Option<Expr>,
    pub(crate) actor: Option<Expr>,
    pub(crate) groups: Vec<Argument>,
    pub(crate) properties: Vec<Argument>,
    /// Reserved arguments that were given twice.
    pub(crate) errors: Vec<syn::Error>,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            name,
            value: input.parse()?,
        })
    }
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let event = input.parse::<LitStr>().map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected the event's name in quotes: \"integration_connected\"",
            )
        })?;
        let mut call = Self {
            event,
            on: None,
            when: None,
            actor: None,
            groups: Vec::new(),
            properties: Vec::new(),
            errors: Vec::new(),
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let name = input.call(Ident::parse_any)?;
            if name == "groups" {
                let content;
                parenthesized!(content in input);
                call.groups
                    .extend(Punctuated::<Argument, Token![,]>::parse_terminated(
                        &content,
                    )?);
                continue;
            }
            input.parse::<Token![=]>()?;
            let twice = if name == "on" {
                call.on
                    .replace(Pat::parse_multi_with_leading_vert(input)?)
                    .is_some()
            } else if name == "when" {
                call.when.replace(input.parse()?).is_some()
            } else if name == "actor" {
                call.actor.replace(input.parse()?).is_some()
            } else {
                call.properties.push(Argument {
                    value: input.parse()?,
                    name,
                });
                continue;
            };
            if twice {
                call.errors.push(syn::Error::new(
                    name.span(),
                    format!("`{name}` is given twice"),
                ));
            }
        }
        Ok(call)
    }
}

/// The names that a pattern binds: its lower-case identifiers that are no field names or paths.
pub(crate) fn bindings(pattern: &Pat) -> Vec<Ident> {
    fn collect(tokens: TokenStream, names: &mut Vec<Ident>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                proc_macro2::TokenTree::Group(group) => collect(group.stream(), names),
                proc_macro2::TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let is_field = matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == ':');
                    let is_word = matches!(
                        name.as_str(),
                        "ref" | "mut" | "box" | "_" | "true" | "false"
                    );
                    if !is_field
                        && !is_word
                        && name.starts_with(|first: char| first.is_lowercase() || first == '_')
                    {
                        names.push(ident);
                    }
                }
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    collect(pattern.to_token_stream(), &mut names);
    names
}

/// Whether an expression uses one of these names (as a variable: not behind a dot), also inside a format string.
pub(crate) fn uses(expression: &Expr, names: &[Ident]) -> bool {
    fn search(tokens: TokenStream, names: &[Ident]) -> bool {
        let mut after_dot = false;
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => {
                    if search(group.stream(), names) {
                        return true;
                    }
                    after_dot = false;
                }
                proc_macro2::TokenTree::Ident(ident) => {
                    if !after_dot && names.contains(&ident) {
                        return true;
                    }
                    after_dot = false;
                }
                proc_macro2::TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
                proc_macro2::TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if names
                        .iter()
                        .any(|name| text.contains(&format!("{{{}", name.unraw())))
                    {
                        return true;
                    }
                    after_dot = false;
                }
            }
        }
        false
    }
    search(expression.to_token_stream(), names)
}
