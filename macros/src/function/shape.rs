//! What a function's signature and expressions ask of its wrapper.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, Pat, PathArguments, ReceiverKind, Signature, Type,
};

use super::{mentions, names};

/// Attributes that change nothing and belong to no macro.
pub(super) fn is_inert(attribute: &Attribute) -> bool {
    const INERT: [&str; 10] = [
        "doc",
        "allow",
        "expect",
        "warn",
        "deny",
        "forbid",
        "inline",
        "cold",
        "cfg",
        "deprecated",
    ];
    let path = attribute.path();
    let first = path.segments.first();
    let is_of_a_tool =
        first.is_some_and(|first| first.ident == "clippy" || first.ident == "rustfmt");
    is_of_a_tool || INERT.iter().any(|word| path.is_ident(word))
}

/// Arguments that may not be there, or of which a part has no name: an async fn drops that when it is done.
pub(super) fn is_special(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else {
        return false;
    };
    let pattern = &*argument.pat;
    let is_plain = matches!(pattern, Pat::Ident(_)) || {
        let tokens = pattern.to_token_stream();
        !mentions(&tokens, "_") && !mentions(&tokens, ".")
    };
    !is_plain || !argument.attrs.is_empty()
}

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
pub(super) fn known(ty: &Type) -> Option<TokenStream> {
    fn infer(ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
            Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer),
            Type::Reference(reference) => infer(&mut reference.elem),
            Type::Path(path) => {
                let last = path.path.segments.last_mut();
                let arguments = last.map(|last| &mut last.arguments);
                if let Some(PathArguments::AngleBracketed(list)) = arguments {
                    let types = list.args.iter_mut().filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    });
                    types.for_each(infer);
                }
            }
            _ => {}
        }
    }
    let mut known = ty.clone();
    infer(&mut known);
    let tokens = known.to_token_stream();
    (!mentions(&tokens, "impl")).then_some(tokens)
}

/// The names of the arguments that the body may use up. The others are copied.
pub(super) fn kept(signature: &Signature) -> Vec<Ident> {
    let arguments = signature.inputs.iter();
    let kept = arguments.filter(|argument| match argument {
        FnArg::Typed(argument) => !is_copied(&argument.ty),
        FnArg::Receiver(receiver) => !matches!(receiver.kind, ReceiverKind::Reference(_, _, None)),
    });
    kept.flat_map(names).collect()
}

/// Whether a type is copied for sure.
fn is_copied(ty: &Type) -> bool {
    const COPIED: [&str; 15] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "usize",
    ];
    match ty {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Path(path) => COPIED.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}
