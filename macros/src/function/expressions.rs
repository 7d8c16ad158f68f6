//! What expressions and types of the user's ask of the function's wrapper.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

use super::item::Angles;
use crate::code::push;

/// Whether an expression awaits or returns, as far as that can be told without a look into macros.
pub(super) fn leaves(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) | Expr::Path(_) => false,
        Expr::Field(field) => leaves(&field.base),
        Expr::Reference(reference) => leaves(&reference.expr),
        Expr::MethodCall(call) => leaves(&call.receiver) || call.args.iter().any(leaves),
        other => {
            let tokens = other.to_token_stream();
            mentions(&tokens, "await") || mentions(&tokens, "?") || mentions(&tokens, "return")
        }
    }
}

/// What is known of a type: `Result<_, Error>` of `Result<impl Trait, Error>`.
pub(super) fn known(ty: TokenStream) -> TokenStream {
    let mut known = TokenStream::new();
    let mut angles = Angles::default();
    // How deep the `impl` stands that is left out.
    let mut opaque = None;
    for token in ty {
        let sign = angles.any_sign(&token);
        if let Some(depth) = opaque {
            let is_behind = angles.depth < depth || angles.depth == depth && sign == ',';
            if !is_behind {
                continue;
            }
            opaque = None;
        }
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                opaque = Some(angles.depth);
                push(&mut known, Ident::new("_", word.span()).into());
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self::known(group.stream()));
                inner.set_span(group.span());
                push(&mut known, inner.into());
            }
            other => push(&mut known, other),
        }
    }
    known
}

/// Whether tokens hold a word, or a sign that a text begins with.
pub(super) fn mentions(tokens: &TokenStream, wanted: &str) -> bool {
    for token in tokens.clone() {
        let is_mentioned = match token {
            TokenTree::Group(group) => mentions(&group.stream(), wanted),
            TokenTree::Ident(ident) => ident == wanted,
            TokenTree::Punct(punct) => wanted.starts_with(punct.as_char()),
            TokenTree::Literal(_) => false,
        };
        if is_mentioned {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::known;

    #[test]
    fn an_opaque_type_is_left_out_and_no_more() {
        for (ty, expected) in [
            (
                quote!(Result<impl Iterator<Item = (u8, u8)>, Box<dyn Error>>),
                quote!(Result<_, Box<dyn Error>>),
            ),
            (quote!((impl A + 'a, u8)), quote!((_, u8))),
            (quote!(impl Fn(u8, u8) -> Vec<u8>), quote!(_)),
            (quote!(Option<Vec<impl A<B<u8>>>>), quote!(Option<Vec<_>>)),
            (quote!(&[impl A]), quote!(&[_])),
        ] {
            assert_eq!(known(ty).to_string(), expected.to_string());
        }
    }
}
