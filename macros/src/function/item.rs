//! The function below `#[tracked]`, told apart as tokens.
//!
//! rustc has read it before the macro is called, so there is nothing to check; and what a handler's body holds is not
//! even looked at, however long it is.

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::arguments::{Argument, arguments};
use crate::code::push;

/// A function in parts.
pub(super) struct Function {
    attributes: TokenStream,
    /// Whether one of them may belong to another macro, or changes what the function is.
    is_altered: bool,
    /// The arguments of further `#[tracked]`, which are none of `attributes`.
    pub(super) tracked: Vec<TokenStream>,
    /// Visibility, `const`, `async`, `unsafe`, `extern "C"`.
    qualifiers: Vec<TokenTree>,
    /// Whether one of them is `async`. If it is no more, that is left out.
    pub(super) is_async: bool,
    keyword: Ident,
    pub(super) name: Ident,
    pub(super) generics: TokenStream,
    pub(super) inputs: Group,
    /// The type behind `->`.
    pub(super) output: Option<TokenStream>,
    /// The `where` clause.
    bounds: TokenStream,
    pub(super) body: Group,
}

impl Function {
    pub(super) fn read(item: TokenStream) -> syn::Result<Self> {
        let mut tokens = Tokens::of(item);
        if let Some(TokenTree::Group(whole)) = &tokens.next
            && tokens.rest.clone().next().is_none()
        {
            // A `$item` of macro_rules.
            return Self::read(whole.stream());
        }
        let mut attributes = Attributes::read(&mut tokens);
        let (qualifiers, keyword) = qualifiers(&mut tokens)?;
        let Some((name, generics, inputs)) = head(&mut tokens) else {
            return Err(no_function(keyword.span()));
        };
        let (output, bounds, last) = tail(tokens);
        let body = match last {
            Some(last) => braces(last),
            None => Err(inputs.span_close()),
        };
        let body = body.map_err(|span| {
            let message = "`#[tracked]` needs a function with a body; put it on the implementation";
            syn::Error::new(span, message)
        })?;
        let body = attributes.take_inner(body);
        Ok(Self {
            is_async: find(&qualifiers, "async").is_some(),
            attributes: attributes.others,
            is_altered: attributes.are_altering,
            tracked: attributes.tracked,
            qualifiers,
            keyword,
            name,
            generics,
            inputs,
            output,
            bounds,
            body,
        })
    }

    /// The function around a block.
    pub(super) fn with_body(self, body: &impl ToTokens) -> TokenStream {
        let mut tokens = self.attributes;
        for qualifier in self.qualifiers {
            if self.is_async || !is_word(&qualifier, "async") {
                push(&mut tokens, qualifier);
            }
        }
        push(&mut tokens, self.keyword.into());
        push(&mut tokens, self.name.into());
        self.generics.to_tokens(&mut tokens);
        push(&mut tokens, self.inputs.into());
        if let Some(output) = self.output {
            quote!(-> #output).to_tokens(&mut tokens);
        }
        self.bounds.to_tokens(&mut tokens);
        body.to_tokens(&mut tokens);
        tokens
    }

    /// A qualifier, if the function has it.
    pub(super) fn qualifier(&self, wanted: &str) -> Option<&TokenTree> {
        find(&self.qualifiers, wanted)
    }

    /// The name of the type that it returns, if that is called a `…Result`.
    pub(super) fn result(&self) -> Option<Ident> {
        let name = last_name(self.output.clone()?)?;
        name.to_string().ends_with("Result").then_some(name)
    }

    /// Whether somebody would notice that it is no `async fn` any more.
    pub(super) fn stays_async(&self) -> bool {
        // Another macro may look for the `async`; `#[must_use]` is about what the future yields.
        self.is_altered || arguments(&self.inputs).iter().any(Argument::is_special)
    }
}

fn find<'a>(qualifiers: &'a [TokenTree], wanted: &str) -> Option<&'a TokenTree> {
    qualifiers.iter().find(|token| is_word(token, wanted))
}

fn is_word(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == wanted)
}

/// Tokens with a look at the next one.
struct Tokens {
    next: Option<TokenTree>,
    rest: IntoIter,
}

impl Tokens {
    fn of(tokens: TokenStream) -> Self {
        let mut rest = tokens.into_iter();
        Self {
            next: rest.next(),
            rest,
        }
    }

    fn take(&mut self) -> Option<TokenTree> {
        std::mem::replace(&mut self.next, self.rest.next())
    }
}

/// The attributes of a function.
#[derive(Default)]
struct Attributes {
    /// The arguments of each `#[tracked]`.
    tracked: Vec<TokenStream>,
    others: TokenStream,
    /// Whether one of the others is not known to change nothing.
    are_altering: bool,
}

impl Attributes {
    fn read(tokens: &mut Tokens) -> Self {
        let mut attributes = Self::default();
        while let Some(TokenTree::Punct(sharp)) = &tokens.next {
            let sharp = sharp.clone();
            if sharp.as_char() != '#' {
                break;
            }
            _ = tokens.take();
            let Some(TokenTree::Group(attribute)) = tokens.take() else {
                break;
            };
            match arguments_of_tracked(attribute.stream()) {
                Some(arguments) => attributes.tracked.push(arguments),
                None => attributes.add(sharp, attribute),
            }
        }
        attributes
    }

    fn add(&mut self, sharp: Punct, attribute: Group) {
        self.are_altering |= !is_inert(attribute.stream());
        push(&mut self.others, sharp.into());
        push(&mut self.others, attribute.into());
    }

    /// The body without `#![…]`, which an expression can't have. They are about the function, and mean the same before it.
    fn take_inner(&mut self, body: Group) -> Group {
        let mut tokens = body.stream().into_iter();
        let mut inner = None;
        while let Some(TokenTree::Punct(sharp)) = tokens.next()
            && let Some(TokenTree::Punct(sign)) = tokens.next()
            && sign.as_char() == '!'
            && let Some(TokenTree::Group(attribute)) = tokens.next()
        {
            self.add(sharp, attribute);
            inner = Some(tokens.clone());
        }
        let Some(rest) = inner else {
            return body;
        };
        let mut bare = Group::new(Delimiter::Brace, rest.collect());
        bare.set_span(body.span());
        bare
    }
}

/// Whether an attribute changes nothing and belongs to no macro. `expect` changes something: it looks for a lint, of which
/// some are about an `async fn`.
fn is_inert(attribute: TokenStream) -> bool {
    const INERT: [&str; 11] = [
        "allow",
        "cfg",
        "clippy",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "forbid",
        "inline",
        "rustfmt",
        "warn",
    ];
    match attribute.into_iter().next() {
        Some(TokenTree::Ident(word)) => INERT.contains(&word.to_string().as_str()),
        _ => false,
    }
}

/// `tracked(…)` or `trackplan::tracked(…)`.
fn arguments_of_tracked(attribute: TokenStream) -> Option<TokenStream> {
    let mut is_tracked = false;
    for token in attribute {
        match token {
            TokenTree::Ident(word) => is_tracked = word == "tracked",
            TokenTree::Group(arguments) => return is_tracked.then(|| arguments.stream()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => return None,
        }
    }
    None
}

/// What precedes `fn`, and `fn` itself.
fn qualifiers(tokens: &mut Tokens) -> syn::Result<(Vec<TokenTree>, Ident)> {
    let mut qualifiers = Vec::new();
    while let Some(token) = tokens.take() {
        if let TokenTree::Ident(word) = &token {
            match word.to_string().as_str() {
                "fn" => return Ok((qualifiers, word.clone())),
                "pub" | "crate" | "default" | "const" | "async" | "safe" | "unsafe" | "extern" => {}
                _ => return Err(no_function(word.span())),
            }
        }
        if let TokenTree::Punct(sign) = &token {
            return Err(no_function(sign.span()));
        }
        qualifiers.push(token);
    }
    Err(no_function(Span::call_site()))
}

fn no_function(span: Span) -> syn::Error {
    let message = "`#[tracked]` is for functions; captures elsewhere are made with `track!`";
    syn::Error::new(span, message)
}

/// Name, generics and arguments.
fn head(tokens: &mut Tokens) -> Option<(Ident, TokenStream, Group)> {
    let Some(TokenTree::Ident(name)) = tokens.take() else {
        return None;
    };
    let (mut angles, mut generics) = (Angles::default(), TokenStream::new());
    while let Some(token) = tokens.take() {
        angles.sign(&token);
        match token {
            TokenTree::Group(inputs) if angles.depth == 0 => return Some((name, generics, inputs)),
            token => push(&mut generics, token),
        }
    }
    None
}

/// The type behind `->`, the `where` clause, and the last token.
fn tail(mut tokens: Tokens) -> (Option<TokenStream>, TokenStream, Option<TokenTree>) {
    let (mut output, mut bounds) = (None, TokenStream::new());
    if let Some(TokenTree::Punct(punct)) = &tokens.next
        && punct.as_char() == '-'
    {
        // It is an arrow.
        _ = (tokens.take(), tokens.take());
        output = Some(TokenStream::new());
    }
    let mut is_bounds = false;
    while let Some(token) = tokens.take() {
        if tokens.next.is_none() {
            return (output, bounds, Some(token));
        }
        is_bounds |= is_word(&token, "where");
        match &mut output {
            Some(output) if !is_bounds => push(output, token),
            _ => push(&mut bounds, token),
        }
    }
    (output, bounds, None)
}

/// The braces that a token is, or where it stands. A `$block` of macro_rules holds them.
fn braces(token: TokenTree) -> Result<Group, Span> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Ok(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            match group.stream().into_iter().next() {
                Some(inner) => braces(inner),
                None => Err(group.span()),
            }
        }
        other => Err(other.span()),
    }
}

/// The last name of a path. `None` for a type of another form.
fn last_name(ty: TokenStream) -> Option<Ident> {
    let (mut angles, mut last) = (Angles::default(), None);
    for token in ty {
        let sign = angles.sign(&token);
        match token {
            TokenTree::Ident(word) if angles.depth == 0 => {
                if matches!(
                    word.to_string().as_str(),
                    "impl" | "dyn" | "fn" | "unsafe" | "extern" | "for"
                ) {
                    return None;
                }
                last = Some(word);
            }
            // Parentheses, or a `$ty` of macro_rules.
            TokenTree::Group(group)
                if last.is_none() && angles.depth == 0 && is_around_a_type(&group) =>
            {
                return last_name(group.stream());
            }
            TokenTree::Punct(_) if matches!(sign, '&' | '*' | ',') => return None,
            _ => {}
        }
    }
    last
}

fn is_around_a_type(group: &Group) -> bool {
    matches!(group.delimiter(), Delimiter::None | Delimiter::Parenthesis)
}

/// How deep in `<…>` a walk over tokens is.
#[derive(Default)]
pub(super) struct Angles {
    pub(super) depth: usize,
    /// The last sign, if another one follows at once: of `->`.
    joint: Option<char>,
}

impl Angles {
    /// The sign that a token is, unless it stands in `<…>`.
    pub(super) fn sign(&mut self, token: &TokenTree) -> char {
        let sign = self.any_sign(token);
        if self.depth == 0 { sign } else { ' ' }
    }

    /// The sign that a token is, wherever it stands.
    pub(super) fn any_sign(&mut self, token: &TokenTree) -> char {
        let TokenTree::Punct(punct) = token else {
            self.joint = None;
            return ' ';
        };
        let (sign, before) = (punct.as_char(), self.joint.take());
        if punct.spacing() == Spacing::Joint {
            self.joint = Some(sign);
        }
        match sign {
            '<' => self.depth += 1,
            '>' if before != Some('-') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        sign
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;

    use super::Function;

    fn read(item: TokenStream) -> Function {
        Function::read(item).expect("a function")
    }

    /// What macro_rules makes of a fragment.
    fn fragment(tokens: TokenStream) -> TokenStream {
        TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
    }

    #[test]
    fn only_what_a_pattern_binds_is_an_argument() {
        let function = read(quote! {
            fn f<const N: usize, F: Fn() -> u8>(
                mut self: Box<Self>,
                #[cfg(feature = "a")] rows: HashMap<String, fn(u8) -> Vec<u8>>,
                axum::Path(id): axum::Path<Uuid>,
                Pair { left, right: [first, ..] }: Pair,
                _: u8,
            ) where F: Send { {} }
        });
        let names: Vec<String> = function.kept().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["self", "rows", "id", "left", "first"]);
    }

    #[test]
    fn a_result_is_a_path_that_ends_so() {
        let in_brackets = fragment(quote!(AppResult));
        for (output, expected) in [
            (quote!(Result<u8, Vec<u8>>), true),
            (quote!(::std::io::Result<()>), true),
            (quote!(<T as Handler<u8>>::Result), true),
            (fragment(quote!(AppResult)), true),
            (quote!((Result<u8, ()>)), true),
            (fragment(quote!(Vec<AppResult>)), false),
            (quote!(Vec<#in_brackets>), false),
            (quote!(<#in_brackets as Handler>::Output), false),
            (quote!(Results), false),
            (quote!(Vec<Result<u8, ()>>), false),
            (quote!(&Result<u8, ()>), false),
            (quote!((u8, Result<u8, ()>)), false),
            (quote!(impl Into<Result<u8, ()>>), false),
            (quote!(fn() -> Result<u8, ()>), false),
        ] {
            let function = read(quote!(fn f() -> #output where u8: Copy {}));
            assert_eq!(function.result().is_some(), expected, "{output}");
        }
    }

    #[test]
    fn a_function_is_put_together_again() {
        let body = fragment(quote!({ rows }));
        let visibility = fragment(quote!(pub(crate)));
        for (item, expected) in [
            (
                quote!(#[inline] #visibility unsafe extern "C" fn f<'a, T>(rows: &'a T) -> &'a T where T: Send #body),
                quote!(#[inline] #visibility unsafe extern "C" fn f<'a, T>(rows: &'a T) -> &'a T where T: Send { rows }),
            ),
            (
                quote!(#visibility fn f() #body),
                quote!(#visibility fn f() { rows }),
            ),
            (
                fragment(quote!(
                    #[tracked("a")]
                    #[trackplan::tracked("b")]
                    fn f() {}
                )),
                quote!(
                    fn f() {}
                ),
            ),
        ] {
            let function = read(item);
            let body = function.body.clone();
            assert_eq!(function.with_body(&body).to_string(), expected.to_string());
        }
    }
}
