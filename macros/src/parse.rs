//! The one grammar of all calls: what it is about, reserved arguments, and `property = expression`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Pat, Token, parenthesized, token};

use crate::mistakes::Mistakes;

/// `property = expression`.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            name,
            value: input.parse()?,
        })
    }
}

/// What a call is about.
pub(crate) enum Head {
    /// The name of an event or a group in the plan.
    Name(LitStr),
    /// A struct that holds all the values.
    Struct(Expr),
    /// Nothing: the person, at the place of the call.
    Person(Span),
}

impl Head {
    /// Where to say what is wrong with the call as a whole.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span(),
            Self::Struct(value) => value.span(),
            Self::Person(span) => *span,
        }
    }
}

/// Which macro is called: it decides what the call is about and which reserved arguments it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Track,
    Tracked,
    Identify,
    Group,
    Attributes,
}

impl Form {
    /// The macro as the user writes it.
    const fn name(self) -> &'static str {
        match self {
            Self::Track => "track!",
            Self::Tracked => "#[tracked]",
            Self::Identify => "identify!",
            Self::Group => "group!",
            Self::Attributes => "track_attrs!",
        }
    }

    /// Why a reserved argument has no place in this macro.
    fn refusal(self, argument: &str) -> Option<&'static str> {
        match (self, argument) {
            (Self::Tracked, "on" | "when" | "actor" | "groups")
            | (Self::Track, "actor" | "groups")
            | (Self::Identify, "actor")
            | (Self::Attributes, "groups")
            | (Self::Identify, UNSET)
            | (Self::Group, "key") => None,
            (Self::Group, UNSET) => {
                Some("PostHog can't take a property from a group; a `nullable` one can be `None`")
            }
            (_, UNSET) => Some("it belongs to `identify!`"),
            (_, "on" | "when") => {
                Some("it belongs to `#[tracked]`; around other calls write an `if`")
            }
            (Self::Identify, "groups") => {
                Some("an update of a person belongs to no group; `group!` updates one")
            }
            (Self::Attributes, "actor") => Some("the page knows who uses it"),
            (Self::Group, "actor") => Some("an update of a group belongs to no person"),
            (Self::Group, "groups") => {
                Some("name the group first, then its key: group!(\"team\", key = …)")
            }
            _ => Some("only `group!` has a key; write `groups(team = …)`"),
        }
    }
}

/// The names of arguments that can't be properties.
const RESERVED: [&str; 5] = ["on", "when", "actor", "groups", "key"];
/// Reserved only in front of a parenthesis, so that a property may have the name.
const UNSET: &str = "unset";

/// A call as it is written.
pub(crate) struct Call {
    pub(crate) form: Form,
    pub(crate) head: Head,
    pub(crate) on: Option<Pat>,
    pub(crate) when: Option<Expr>,
    pub(crate) actor: Option<Expr>,
    pub(crate) key: Option<Expr>,
    pub(crate) groups: Vec<Argument>,
    pub(crate) properties: Vec<Argument>,
    /// Properties that somebody shall not have any more.
    pub(crate) unset: Vec<Ident>,
    /// Arguments without a value, as while they are typed.
    pub(crate) unfinished: Vec<Ident>,
    /// Reserved arguments that are given twice or have no place here.
    pub(crate) mistakes: Mistakes,
}

impl Call {
    /// Reads the arguments of a macro.
    pub(crate) fn read(form: Form, arguments: TokenStream) -> syn::Result<Self> {
        (|input: ParseStream<'_>| Self::parse(form, input)).parse2(arguments)
    }

    pub(crate) fn new(form: Form, head: Head) -> Self {
        Self {
            form,
            head,
            on: None,
            when: None,
            actor: None,
            key: None,
            groups: Vec::new(),
            properties: Vec::new(),
            unset: Vec::new(),
            unfinished: Vec::new(),
            mistakes: Mistakes::default(),
        }
    }

    fn parse(form: Form, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut call = Self::new(form, head(form, input)?);
        if input.is_empty() {
            return Ok(call);
        }
        if !matches!(call.head, Head::Person(_)) {
            input.parse::<Token![,]>()?;
        }
        while !input.is_empty() {
            call.argument(input)?;
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        Ok(call)
    }

    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name = match Ident::parse_any(input) {
            Ok(name) => name,
            Err(error) => return expected("`property = expression`", &error),
        };
        let word = name.to_string();
        let is_reserved =
            RESERVED.contains(&word.as_str()) || (word == UNSET && input.peek(token::Paren));
        let refusal = is_reserved.then(|| self.form.refusal(&word)).flatten();
        if let Some(refusal) = refusal {
            let message = format!("`{}` takes no `{word}`: {refusal}", self.form.name());
            self.mistakes.add(name.span(), &message);
        }
        if word == "groups" {
            match listed(input, Argument::parse) {
                Ok(mut groups) => self.groups.append(&mut groups),
                Err(error) => return expected("`groups(team = …)`", &error),
            }
            return Ok(());
        }
        if word == UNSET && input.peek(token::Paren) {
            match listed(input, Ident::parse_any) {
                // Where it has no place, that is all that is wrong with it.
                Ok(_) if refusal.is_some() => {}
                Ok(mut names) => self.unset.append(&mut names),
                Err(error) => return expected("`unset(role, …)`", &error),
            }
            return Ok(());
        }
        let has_value =
            input.parse::<Token![=]>().is_ok() && !input.is_empty() && !input.peek(Token![,]);
        if !has_value {
            let message = format!("`{word}` lacks its value: `{word} = …`");
            self.mistakes.add(name.span(), &message);
            self.unfinished.push(name);
            return skip(input);
        }
        let is_twice = match word.as_str() {
            "on" => {
                let pattern = Pat::parse_multi_with_leading_vert(input)?;
                self.on.replace(pattern).is_some()
            }
            "when" => self.when.replace(input.parse()?).is_some(),
            "actor" => self.actor.replace(input.parse()?).is_some(),
            "key" => self.key.replace(input.parse()?).is_some(),
            _ => {
                let value = input.parse()?;
                self.properties.push(Argument { name, value });
                return Ok(());
            }
        };
        if is_twice {
            let message = format!("`{word}` is given twice");
            self.mistakes.add(name.span(), &message);
        }
        Ok(())
    }
}

fn expected<T>(what: &str, error: &syn::Error) -> syn::Result<T> {
    Err(syn::Error::new(error.span(), format!("expected {what}")))
}

fn head(form: Form, input: ParseStream<'_>) -> syn::Result<Head> {
    let names_a_property = input.peek(Ident::peek_any) && input.peek2(Token![=]);
    let names_a_property = names_a_property || begins_with_unset(input);
    if form == Form::Identify && (input.is_empty() || names_a_property) {
        return Ok(Head::Person(input.span()));
    }
    if input.peek(LitStr) && form != Form::Identify {
        return Ok(Head::Name(input.parse()?));
    }
    let example = match form {
        Form::Track | Form::Tracked | Form::Attributes => {
            "expected the event's name in quotes: \"integration_connected\""
        }
        Form::Identify => {
            "expected `property = expression`, or a struct with `#[derive(PersonProperties)]`"
        }
        Form::Group => "expected the group's type in quotes: \"team\"",
    };
    let unexpected = |span| syn::Error::new(span, example);
    let takes_no_struct = matches!(form, Form::Tracked | Form::Attributes);
    if takes_no_struct || input.is_empty() || names_a_property || input.peek(syn::Lit) {
        return Err(unexpected(input.span()));
    }
    let start = input.span();
    match input.parse() {
        Ok(value) => Ok(Head::Struct(value)),
        Err(_) => Err(unexpected(start)),
    }
}

/// `(first, second)`
fn listed<T>(
    input: ParseStream<'_>,
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let content;
    parenthesized!(content in input);
    let mut items = Vec::new();
    while !content.is_empty() {
        items.push(parse(&content)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(items)
}

fn begins_with_unset(input: ParseStream<'_>) -> bool {
    let first = Ident::parse_any(&input.fork());
    input.peek2(token::Paren) && first.is_ok_and(|first| first == UNSET)
}

/// What is left of an argument.
fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The names that a pattern binds: its identifiers that are not capitalised, and no names of fields, paths, structs or,
/// in a receiver, of lifetimes.
pub(crate) fn bindings(pattern: TokenStream) -> Vec<Ident> {
    fn collect(tokens: TokenStream, names: &mut Vec<Ident>) {
        let mut last = None;
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            let names_another = match &token {
                TokenTree::Punct(sign) => sign.as_char() == ':',
                TokenTree::Group(fields) => fields.delimiter() != Delimiter::None,
                _ => false,
            };
            if let Some(name) = last.take()
                && !names_another
            {
                names.push(name);
            }
            match token {
                TokenTree::Group(group) => collect(group.stream(), names),
                TokenTree::Ident(name) if may_be_bound(&name) => last = Some(name),
                TokenTree::Punct(sign) if sign.as_char() == '\'' => _ = tokens.next(),
                _ => {}
            }
        }
        if let Some(name) = last {
            names.push(name);
        }
    }
    fn may_be_bound(name: &Ident) -> bool {
        let name = name.to_string();
        let is_word = matches!(
            name.as_str(),
            "ref" | "mut" | "box" | "_" | "true" | "false"
        );
        !is_word && !name.starts_with(char::is_uppercase)
    }
    let mut names = Vec::new();
    collect(pattern, &mut names);
    names
}

/// Whether an expression uses one of these names (as a variable: not behind a dot), also inside a format string.
pub(crate) fn uses(expression: &Expr, names: &[Ident]) -> bool {
    fn search(tokens: TokenStream, names: &[Ident]) -> bool {
        let mut after_dot = false;
        for token in tokens {
            let is_used = match &token {
                TokenTree::Group(group) => search(group.stream(), names),
                TokenTree::Ident(ident) => !after_dot && names.contains(ident),
                TokenTree::Punct(_) => false,
                TokenTree::Literal(literal) => is_formatted(&literal.to_string(), names),
            };
            if is_used {
                return true;
            }
            // A second dot makes it a range.
            let is_dot = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
            after_dot = is_dot && !after_dot;
        }
        false
    }
    !names.is_empty() && search(expression.to_token_stream(), names)
}

/// Whether a format string shows one of these variables: `{name}` or `{name:?}`.
fn is_formatted(text: &str, names: &[Ident]) -> bool {
    for name in names {
        let name = name.unraw().to_string();
        for place in text.split('{') {
            let rest = place.strip_prefix(&name).unwrap_or_default();
            if matches!(rest.bytes().next(), Some(b'}' | b':' | b' ')) {
                return true;
            }
        }
    }
    false
}
