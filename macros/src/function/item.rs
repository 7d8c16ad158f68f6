//! The function below `#[tracked]`, told apart as tokens.
//!
//! rustc has read it before the macro is called, so there is nothing to check; and what a handler's body holds is not
//! even looked at, however long it is.

use std::iter::Peekable;
use std::vec::IntoIter;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use crate::parse::bindings;

/// A function in parts.
pub(super) struct Function {
    attributes: Vec<TokenTree>,
    /// The arguments of further `#[tracked]`, which are none of `attributes`.
    pub(super) tracked: Vec<TokenStream>,
    /// Visibility, `const`, `async`, `unsafe`, `extern "C"`.
    pub(super) qualifiers: Vec<TokenTree>,
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
        let tokens: Vec<TokenTree> = item.into_iter().collect();
        if let [TokenTree::Group(whole)] = tokens.as_slice() {
            // A `$item` of macro_rules.
            return Self::read(whole.stream());
        }
        let mut tokens = tokens.into_iter().peekable();
        let (attributes, tracked) = attributes(&mut tokens);
        let (qualifiers, keyword) = qualifiers(&mut tokens)?;
        let (name, generics, inputs) =
            head(&mut tokens).ok_or_else(|| no_function(keyword.span()))?;
        let mut rest: Vec<TokenTree> = tokens.collect();
        let body = rest.pop().ok_or(inputs.span_close()).and_then(braces);
        let body = body.map_err(|span| {
            let message = "`#[tracked]` needs a function with a body; put it on the implementation";
            syn::Error::new(span, message)
        })?;
        let is_where =
            |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "where");
        let bounds = rest.iter().position(is_where).unwrap_or(rest.len());
        let bounds = rest.split_off(bounds).into_iter().collect();
        // Without the arrow in front of it.
        let output = (!rest.is_empty()).then(|| rest.into_iter().skip(2).collect());
        Ok(Self {
            attributes,
            tracked,
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
    pub(super) fn with_body(self, body: TokenStream) -> TokenStream {
        let mut tokens = TokenStream::from_iter(self.attributes);
        tokens.extend(self.qualifiers);
        tokens.extend([self.keyword, self.name].map(TokenTree::Ident));
        tokens.extend([self.generics]);
        tokens.extend([TokenTree::Group(self.inputs)]);
        if let Some(output) = self.output {
            tokens.extend([quote!(->), output]);
        }
        tokens.extend([self.bounds, body]);
        tokens
    }

    /// A qualifier, if the function has it.
    pub(super) fn qualifier(&self, wanted: &str) -> Option<&TokenTree> {
        let mut qualifiers = self.qualifiers.iter();
        qualifiers.find(|token| matches!(token, TokenTree::Ident(word) if word == wanted))
    }

    /// Whether what it returns is called a `Result`.
    pub(super) fn returns_result(&self) -> bool {
        self.output.clone().is_some_and(is_result)
    }

    /// The names that the arguments bind.
    pub(super) fn arguments(&self) -> Vec<Ident> {
        let (mut names, mut pattern) = (Vec::new(), Vec::new());
        let (mut angles, mut is_pattern) = (Angles::default(), true);
        for token in self.inputs.stream() {
            let sign = angles.sign(&token);
            if sign == ',' {
                names.extend(bindings(&pattern.drain(..).collect::<TokenStream>()));
                is_pattern = true;
                continue;
            }
            is_pattern &= sign != ':';
            // The brackets of an attribute follow its sharp.
            let is_attribute = |last: &TokenTree| matches!(last, TokenTree::Punct(punct) if punct.as_char() == '#');
            if pattern.last().is_some_and(is_attribute) {
                pattern.pop();
            } else if is_pattern {
                pattern.push(token);
            }
        }
        names.extend(bindings(&pattern.into_iter().collect::<TokenStream>()));
        names
    }
}

/// The attributes of an item, and the arguments of each `#[tracked]` among them.
fn attributes(tokens: &mut Peekable<IntoIter<TokenTree>>) -> (Vec<TokenTree>, Vec<TokenStream>) {
    let (mut attributes, mut tracked) = (Vec::new(), Vec::new());
    let is_sharp =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#');
    while let Some(sharp) = tokens.next_if(is_sharp) {
        let Some(TokenTree::Group(attribute)) = tokens.next() else {
            break;
        };
        match arguments_of_tracked(attribute.stream()) {
            Some(arguments) => tracked.push(arguments),
            None => attributes.extend([sharp, TokenTree::Group(attribute)]),
        }
    }
    (attributes, tracked)
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
fn qualifiers(tokens: &mut Peekable<IntoIter<TokenTree>>) -> syn::Result<(Vec<TokenTree>, Ident)> {
    let mut qualifiers = Vec::new();
    for token in tokens {
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
fn head(tokens: &mut Peekable<IntoIter<TokenTree>>) -> Option<(Ident, TokenStream, Group)> {
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return None;
    };
    let (mut angles, mut generics) = (Angles::default(), Vec::new());
    for token in tokens {
        angles.sign(&token);
        match token {
            TokenTree::Group(inputs) if angles.depth == 0 => {
                return Some((name, generics.into_iter().collect(), inputs));
            }
            token => generics.push(token),
        }
    }
    None
}

/// The braces that a token is, or where it stands. A `$block` of macro_rules holds them.
fn braces(token: TokenTree) -> Result<Group, Span> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Ok(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let inner = group.stream().into_iter().next();
            inner.ok_or(group.span()).and_then(braces)
        }
        other => Err(other.span()),
    }
}

/// Whether a type is a path to a `…Result`.
fn is_result(ty: TokenStream) -> bool {
    let (mut angles, mut last) = (Angles::default(), None);
    for token in ty {
        let sign = angles.sign(&token);
        match token {
            TokenTree::Ident(word) if angles.depth == 0 => {
                let word = word.to_string();
                if matches!(
                    word.as_str(),
                    "impl" | "dyn" | "fn" | "unsafe" | "extern" | "for"
                ) {
                    return false;
                }
                last = Some(word);
            }
            // A `$ty` of macro_rules.
            TokenTree::Group(group)
                if angles.depth == 0 && group.delimiter() == Delimiter::None =>
            {
                return is_result(group.stream());
            }
            TokenTree::Punct(_) if matches!(sign, '&' | '*') => return false,
            _ => {}
        }
    }
    last.is_some_and(|last| last.ends_with("Result"))
}

/// How deep in `<…>` a walk over tokens is.
#[derive(Default)]
struct Angles {
    depth: usize,
    /// The last sign, if another one follows at once: of `->` or `::`.
    joint: Option<char>,
}

impl Angles {
    /// The sign that a token is, unless it stands in `<…>`. A path's `::` is none.
    fn sign(&mut self, token: &TokenTree) -> char {
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
            ':' if before == Some(':') || self.joint == Some(':') => return ' ',
            _ => {}
        }
        if self.depth == 0 { sign } else { ' ' }
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
        let names: Vec<String> = function
            .arguments()
            .iter()
            .map(ToString::to_string)
            .collect();
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
            (fragment(quote!(Vec<AppResult>)), false),
            (quote!(Vec<#in_brackets>), false),
            (quote!(Results), false),
            (quote!(Vec<Result<u8, ()>>), false),
            (quote!(&Result<u8, ()>), false),
            (quote!((u8, Result<u8, ()>)), false),
            (quote!(impl Into<Result<u8, ()>>), false),
            (quote!(fn() -> Result<u8, ()>), false),
        ] {
            let function = read(quote!(fn f() -> #output where u8: Copy {}));
            assert_eq!(function.returns_result(), expected, "{output}");
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
            let body = TokenTree::Group(function.body.clone());
            assert_eq!(
                function.with_body(body.into()).to_string(),
                expected.to_string()
            );
        }
    }
}
