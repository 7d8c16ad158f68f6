//! From a checked call to tokens. Nothing fails here.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use trackplan_schema::naming::Case;

use crate::check::{Checked, Value, check};
use crate::parse::Call;
use crate::plan;

/// Expands to: `{ include_bytes!(…); capture("…", actor, &groups, &values(…)) }`
pub(crate) fn track(input: TokenStream) -> TokenStream {
    let call: Call = match syn::parse2(input) {
        Ok(call) => call,
        Err(error) => return error.to_compile_error(),
    };
    let misplaced = call.on.as_ref().map(ToTokens::to_token_stream);
    if let Some(misplaced) = misplaced.or_else(|| call.when.as_ref().map(ToTokens::to_token_stream))
    {
        let message = "`on` and `when` belong to `#[tracked]`; around `track!` write an `if`";
        return syn::Error::new_spanned(misplaced, message).to_compile_error();
    }
    match check(call) {
        Ok(checked) => capture(&checked),
        Err(errors) => {
            let errors = compile_errors(&errors);
            // What a capture returns, so that one mistake is one error.
            quote!({ #errors ::trackplan::Uuid::nil() })
        }
    }
}

/// Every error of an invocation, in braces, so that an editor goes on completing.
pub(crate) fn compile_errors(errors: &[syn::Error]) -> TokenStream {
    errors.iter().map(syn::Error::to_compile_error).collect()
}

fn capture(checked: &Checked) -> TokenStream {
    let tracking = tracking(checked);
    let description = &checked.description;
    let capture = with_subject(checked, |actor, groups| {
        values(
            checked.values.iter(),
            |values| quote!(::trackplan::__private::capture(#description, #actor, #groups, #values)),
        )
    });
    quote!({ #tracking #capture })
}

/// Expands to: `Pending::new("…", &values(…)).about(actor, &groups)`, for what does not wait for the body.
pub(crate) fn pending(checked: &Checked) -> TokenStream {
    let tracking = tracking(checked);
    let description = &checked.description;
    let pending = values(
        checked.values.iter().filter(|value| !value.is_late),
        |values| quote!(::trackplan::__private::Pending::new(#description, #values)),
    );
    let pending = if checked.is_subject_late {
        pending
    } else {
        about(checked, &pending)
    };
    quote!({ #tracking #pending })
}

/// Expands to: `pending.about(actor, &groups).finish(&values(…))`, for what uses a binding of `on`.
pub(crate) fn finish(checked: &Checked, pending: &Ident) -> TokenStream {
    let finish = values(
        checked.values.iter().filter(|value| value.is_late),
        |values| quote!(#pending.finish(#values)),
    );
    if !checked.is_subject_late {
        return finish;
    }
    let told = about(checked, &quote!(#pending));
    quote!({ let #pending = #told; #finish })
}

fn about(checked: &Checked, pending: &TokenStream) -> TokenStream {
    if checked.actor.is_none() && checked.groups.is_empty() {
        return pending.clone();
    }
    with_subject(
        checked,
        |actor, groups| quote!(#pending.about(#actor, #groups)),
    )
}

/// Expands to: `match (actor, &groups) { (actor, groups) => … }`, so that the user's expressions stay outside of the
/// block whose items they could name by accident.
fn with_subject(checked: &Checked, wrap: impl Fn(&Ident, &Ident) -> TokenStream) -> TokenStream {
    let (actor, groups) = (actor(checked), groups(checked));
    let actor_name = Ident::new("actor", Span::mixed_site());
    let groups_name = Ident::new("groups", Span::mixed_site());
    let wrapped = wrap(&actor_name, &groups_name);
    quote! {
        match (#actor, #groups) {
            (#actor_name, #groups_name) => #wrapped,
        }
    }
}

/// Rebuilds the crate when the event's file changes, and warns of a deprecated event as rustc does.
fn tracking(checked: &Checked) -> TokenStream {
    let path = &checked.path;
    let deprecated = checked.deprecated.as_ref().map(|note| {
        let event = Ident::new("event", checked.event_span);
        quote! {
            {
                #[deprecated(note = #note)]
                const fn #event() {}
                #event();
            }
        }
    });
    quote! {
        let _ = ::core::include_bytes!(#path);
        #deprecated
    }
}

fn actor(checked: &Checked) -> TokenStream {
    match &checked.actor {
        Some(actor) => {
            quote!(::core::option::Option::Some(&*::trackplan::Actor::distinct_id(&#actor)))
        }
        None => quote!(::core::option::Option::None),
    }
}

fn groups(checked: &Checked) -> TokenStream {
    let groups = checked.groups.iter().map(|group| {
        let (name, key) = (group.name.unraw().to_string(), &group.value);
        quote!((#name, ::trackplan::__private::text(&#key)))
    });
    quote!(&[#(#groups),*])
}

/// Expands to:
///
/// ```text
/// match (&expression,) {
///     (p0,) => {
///         #[diagnostic::on_unimplemented(…)] trait RowCountProperty0: Property<Kind> {}
///         impl<T: Property<Kind> + ?Sized> RowCountProperty0 for T {}
///         fn values<'a, T0: RowCountProperty0>(p0: &'a T0) -> [Value<'a>; 1] { [Property::<Kind>::value(p0)] }
///         wrap(&values(p0))
///     }
/// }
/// ```
///
/// The traits are there for their words: rustc says them at the user's expression.
fn values<'a>(
    values: impl Iterator<Item = &'a Value>,
    wrap: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    let values: Vec<&Value> = values.collect();
    if values.is_empty() {
        return wrap(quote!(&[]));
    }
    let site = Span::mixed_site();
    let mut traits = TokenStream::new();
    let (mut patterns, mut expressions, mut types, mut bounds, mut conversions) =
        (vec![], vec![], vec![], vec![], vec![]);
    for (index, value) in values.iter().enumerate() {
        let at = syn::spanned::Spanned::span(&value.expression).resolved_at(site);
        let Value {
            kind,
            message,
            label,
            expression,
            ..
        } = value;
        let note = value.note.as_ref().map(|note| quote!(, note = #note));
        let checked = format_ident!(
            "{}Property{index}",
            Case::Pascal.convert(&value.name),
            span = site
        );
        let ty = format_ident!("T{index}", span = site);
        let name = format_ident!("p{index}", span = at);
        traits.extend(quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label #note)]
            trait #checked: ::trackplan::__private::Property<#kind> {}
            #[diagnostic::do_not_recommend]
            impl<T: ::trackplan::__private::Property<#kind> + ?::core::marker::Sized> #checked for T {}
        });
        conversions.push(quote!(::trackplan::__private::Property::<#kind>::value(#name)));
        expressions.push(quote_spanned!(at=> &#expression));
        patterns.push(name);
        bounds.push(checked);
        types.push(ty);
    }
    let count = values.len();
    let call = wrap(quote!(&values(#(#patterns),*)));
    quote! {
        match (#(#expressions,)*) {
            (#(#patterns,)*) => {
                #traits
                fn values<'a, #(#types: #bounds),*>(
                    #(#patterns: &'a #types),*
                ) -> [::trackplan::__private::Value<'a>; #count] {
                    [#(#conversions),*]
                }
                #call
            }
        }
    }
}

/// Expands to: `{ include_bytes!(…)…; ::trackplan::install(client) }`
pub(crate) fn init(input: TokenStream) -> TokenStream {
    let tracking = match plan::current() {
        Ok(plan) => {
            let paths = plan.tracked_paths();
            quote!(#(let _ = ::core::include_bytes!(#paths);)*)
        }
        Err(message) => compile_errors(&plan::unusable(message, Span::call_site())),
    };
    let client = if input.is_empty() {
        quote!(::trackplan::Client::from_env())
    } else {
        input
    };
    // The variable that names the plan decides as much as its files do.
    quote!({ let _ = ::core::option_env!("TRACKING_PLAN"); #tracking ::trackplan::install(#client) })
}
