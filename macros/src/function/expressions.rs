//! What expressions and types of the user's ask of the function's wrapper.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, GenericArgument, PathArguments, Type};

/// Whether an expression awaits or returns, as far as that can be told without a look into macros.
pub(super) fn leaves(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) | Expr::Path(_) => false,
        Expr::Field(field) => leaves(&field.base),
        Expr::Reference(reference) => leaves(&reference.expr),
        Expr::MethodCall(call) => leaves(&call.receiver) || call.args.iter().any(leaves),
        other => {
            let tokens = other.to_token_stream();
            mentions(&tokens, "await") || mentions(&tokens, "?")
        }
    }
}

/// What is known of a type: `Result<_, Error>` of `Result<impl Trait, Error>`.
pub(super) fn known(ty: TokenStream) -> Option<TokenStream> {
    fn infer(ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
            Type::Tuple(tuple) => {
                for ty in &mut tuple.elems {
                    infer(ty);
                }
            }
            Type::Reference(reference) => infer(&mut reference.elem),
            Type::Path(path) => {
                if let Some(last) = path.path.segments.last_mut()
                    && let PathArguments::AngleBracketed(list) = &mut last.arguments
                {
                    for argument in &mut list.args {
                        if let GenericArgument::Type(ty) = argument {
                            infer(ty);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut known = syn::parse2(ty).ok()?;
    infer(&mut known);
    let tokens = known.to_token_stream();
    (!mentions(&tokens, "impl")).then_some(tokens)
}

/// Whether tokens hold a word, or a sign that a text begins with.
pub(super) fn mentions(tokens: &TokenStream, wanted: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), wanted),
        TokenTree::Ident(ident) => ident == wanted,
        TokenTree::Punct(punct) => wanted.starts_with(punct.as_char()),
        TokenTree::Literal(_) => false,
    })
}
