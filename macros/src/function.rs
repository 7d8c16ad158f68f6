//! `#[tracked]`: the function's body is run as it is, and its outcome decides what is captured.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Ident, Meta, Pat, ReturnType, Signature, Type, Visibility};

use crate::check::{Checked, check};
use crate::expand::{compile_errors, finish, pending};
use crate::parse::{Call, bindings};

/// A function whose body stays raw tokens, so that a half-typed body is no error of ours.
struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "`#[tracked]` needs a function with a body; put it on the implementation",
                )
            })?,
        })
    }
}

/// One event of a function.
struct Tracked {
    checked: Checked,
    on: Pat,
    when: Option<syn::Expr>,
    pending: Ident,
}

pub(crate) fn tracked(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(item, &[error]),
    };
    let mut errors = Vec::new();
    if let Some(token) = &function.signature.constness {
        errors.push(syn::Error::new_spanned(
            token,
            "a `const fn` can't be tracked: it may run at compile time",
        ));
    }
    let mut calls = vec![syn::parse2::<Call>(arguments)];
    function.attributes.retain(|attribute| {
        match (&attribute.meta, attribute.path().segments.last()) {
            (Meta::List(list), Some(last)) if last.ident == "tracked" => {
                calls.push(syn::parse2(list.tokens.clone()));
                false
            }
            _ => true,
        }
    });
    let (mut events, mut is_broken) = (Vec::new(), false);
    for (index, call) in calls.into_iter().enumerate() {
        let outcome = call.map_err(|error| vec![error]).and_then(|call| {
            let on = call
                .on
                .clone()
                .unwrap_or_else(|| default_on(&function.signature.output));
            let when = call.when.clone();
            let pending = format_ident!("pending{index}", span = Span::mixed_site());
            check(call).map(|checked| Tracked {
                checked,
                on,
                when,
                pending,
            })
        });
        match outcome {
            Ok(event) => events.push(event),
            Err(found) => {
                is_broken = true;
                errors.extend(found);
            }
        }
    }
    if is_broken || !errors.is_empty() {
        return with_errors(&function.plain(), &errors);
    }
    function.expand(&events)
}

/// The user's item first and unchanged, then what is wrong with its attribute. What only the attribute uses is not
/// told as well.
fn with_errors(item: &TokenStream, errors: &[syn::Error]) -> TokenStream {
    let errors = compile_errors(errors);
    quote!(#[allow(unused_variables)] #item #errors)
}

/// `Ok(_)` for what is called a `Result`, anything otherwise.
fn default_on(output: &ReturnType) -> Pat {
    let is_result = match output {
        ReturnType::Type(_, ty) => {
            matches!(&**ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Result")))
        }
        ReturnType::Default => false,
    };
    if is_result {
        syn::parse_quote!(::core::result::Result::Ok(_))
    } else {
        syn::parse_quote!(_)
    }
}

impl Function {
    fn plain(&self) -> TokenStream {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }

    fn expand(&self, events: &[Tracked]) -> TokenStream {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        let before: TokenStream = events
            .iter()
            .map(|event| {
                let (name, pending) = (&event.pending, pending(&event.checked));
                quote!(let #name = #pending;)
            })
            .collect();
        let output = Ident::new("output", Span::mixed_site());
        let after: TokenStream = events.iter().map(|event| event.after(&output)).collect();
        let ty = match &signature.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => quote!(#ty),
        };
        let is_nameable = !mentions(&ty, "impl");
        let hint = is_nameable.then(|| {
            // Never taken: it tells rustc the type of the block, so that `?` converts errors as in the plain function.
            quote!(if let ::core::option::Option::Some(output) = ::core::option::Option::None::<#ty> { return output; })
        });
        let allow = quote!(#[allow(clippy::all, clippy::pedantic, clippy::nursery, unused_variables, unreachable_code)]);
        if signature.asyncness.is_none() {
            let returns = is_nameable.then(|| quote!(-> #ty));
            return quote! {
                #(#attributes)* #visibility #signature {
                    #before
                    let #output = ::trackplan::__private::call_once(move || #returns #body);
                    #allow
                    { let #output = &#output; #after }
                    #output
                }
            };
        }
        if !is_nameable || signature.borrows() {
            return quote! {
                #(#attributes)* #visibility #signature {
                    #before
                    let #output = async move { #hint #body }.await;
                    #allow
                    { let #output = &#output; #after }
                    #output
                }
            };
        }
        let mut plain = signature.clone();
        plain.asyncness = None;
        plain.output = syn::parse_quote!(-> impl ::core::future::Future<Output = #ty>);
        // An async fn owns its arguments until it is done, also those that its body never names.
        let held = arguments(signature);
        quote! {
            #(#attributes)* #visibility #plain {
                #before
                ::trackplan::__private::tracked(
                    async move { #(let _ = &#held;)* #hint #body },
                    #allow
                    move |#output: &#ty| { #after },
                )
            }
        }
    }
}

impl Tracked {
    fn after(&self, output: &Ident) -> TokenStream {
        let on = &self.on;
        let finish = finish(&self.checked, &self.pending);
        let guarded = match &self.when {
            Some(when) => quote!(if #when { #finish; }),
            None => quote!(#finish;),
        };
        quote!(if let #on = #output { #guarded })
    }
}

/// What the macro has to know of a signature.
trait Borrows {
    fn borrows(&self) -> bool;
}

impl Borrows for Signature {
    /// Whether a lifetime is in play. `impl Future` captures those in edition 2024 only, and the edition of the
    /// caller can't be told here.
    fn borrows(&self) -> bool {
        let inputs = self.inputs.to_token_stream();
        self.generics.lifetimes().next().is_some()
            || mentions(&inputs, "&")
            || mentions(&inputs, "'")
    }
}

fn mentions(tokens: &TokenStream, wanted: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), wanted),
        token => token.to_string() == wanted,
    })
}

/// The names that the arguments bind.
fn arguments(signature: &Signature) -> Vec<Ident> {
    let names = signature.inputs.iter().map(|input| match input {
        FnArg::Typed(argument) => bindings(&argument.pat),
        FnArg::Receiver(receiver) => vec![Ident::new("self", receiver.self_token.span)],
    });
    names.flatten().collect()
}
