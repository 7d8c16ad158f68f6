//! `flag!`: a flag of the plan with the caller's default, or its payload.

mod payload;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};
use trackplan_schema::content_hash;
use trackplan_schema::lock::{Kind, Record};
use trackplan_schema::naming::nearest;

use crate::check::{json_string, list};
use crate::mistakes::Mistakes;
use crate::plan::{self, File, Plan};
use crate::plan_enum::{owned, texts};

/// What precedes a flag's name where it is an enum: `#[plan_enum("flag.onboarding_copy")]`.
const PREFIX: &str = "flag.";

/// `"new_insights", default = false` or `"onboarding_copy", payload`
struct Call {
    flag: LitStr,
    wanted: Option<Wanted>,
}

/// What of a flag is read.
enum Wanted {
    /// Its value, or else this.
    Value(Expr),
    Payload(Ident),
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let flag = input.parse::<LitStr>().map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected the flag's name in quotes: \"new_insights\"",
            )
        })?;
        let mut call = Self { flag, wanted: None };
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            call.wanted = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        if let Some(Wanted::Payload(_)) = call.wanted
            && !input.is_empty()
        {
            return Err(input.error("a payload has no default: it is `None` where there is none"));
        }
        Ok(call)
    }
}

impl Parse for Wanted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<Ident>()?;
        if name == "payload" {
            return Ok(Self::Payload(name));
        }
        if name != "default" {
            let message = "a flag takes its default, `default = …`, or is asked for its `payload`";
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        input.parse().map(Self::Value)
    }
}

/// Expands to: `{ include_bytes!(…); is_on(&Flag { … }, default) }`, a future.
pub(crate) fn flag(input: TokenStream) -> TokenStream {
    let outcome = syn::parse2(input).and_then(|call: Call| expand(&call));
    outcome.unwrap_or_else(|mistake| {
        let error = mistake.into_compile_error();
        // A future of any type, so that one mistake is one error.
        quote!({ #error ::core::future::pending() })
    })
}

fn expand(call: &Call) -> syn::Result<TokenStream> {
    let span = call.flag.span();
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(mut message) => {
            if let Some(Wanted::Payload(_)) = call.wanted {
                // Rustc would ask for its type, so this is said at each.
                let unknown = "the fields of this payload are those of the tracking plan, which can't be used";
                message.get_or_insert_with(|| unknown.to_owned());
            }
            let errors = Mistakes::of_plan(message, span).to_compile_errors();
            return Ok(unread(call, &errors));
        }
    };
    let name = call.flag.value();
    let Some((file, variants)) = variants(&plan, &name) else {
        let error = syn::Error::new(span, unknown(&plan, &name));
        return Ok(unread(call, &error.to_compile_error()));
    };
    let read = match &call.wanted {
        Some(Wanted::Payload(word)) => payload::read(&name, &file, word)?,
        Some(Wanted::Value(default)) => value(&name, &variants, default)?,
        None => {
            let message = format!(
                "the flag `{name}` is read without a default\n  help: add `default = …`, {}: it counts while PostHog does not answer",
                values(&variants)
            );
            return Err(syn::Error::new(span, message));
        }
    };
    let path = &file.path;
    Ok(quote!({
        let _ = ::core::include_bytes!(#path);
        #read
    }))
}

/// The errors, and a future of what the flag would be: the default, or a payload of any type. The default is used, so that
/// rustc adds no warnings.
fn unread(call: &Call, errors: &TokenStream) -> TokenStream {
    match &call.wanted {
        Some(Wanted::Value(default)) => quote!({ #errors ::core::future::ready(#default) }),
        _ => quote!({ #errors ::core::future::pending() }),
    }
}

/// Expands to: `&Flag { key: "new_insights", called: "…" }`. No item of ours, for the default may use one of that name.
fn constant(name: &str) -> TokenStream {
    let called = called(name);
    quote!(&::trackplan::__private::Flag { key: #name, called: #called })
}

/// Expands to: `is_on(flag, false)`, `variant(flag, &["control", "short"], "control")` or
/// `variant_of::<HASH, _>(flag, Copy::Control)`
fn value(name: &str, variants: &[String], default: &Expr) -> syn::Result<TokenStream> {
    if let Err(given) = check_default(default, variants) {
        let message = format!("`{given}` is no value of the flag `{name}`");
        let help = match nearest(&given, texts(variants)) {
            Some(found) => format!("did you mean `{found}`?"),
            None => format!("its values are {}", values(variants)),
        };
        let message = format!("{message}\n  help: {help}");
        return Err(syn::Error::new_spanned(default, message));
    }
    let flag = constant(name);
    // What a default lacks is said at the default.
    let at = default.span().resolved_at(Span::mixed_site());
    let read = match (variants.is_empty(), text(default)) {
        (true, _) => quote_spanned!(at=> ::trackplan::__private::is_on(#flag, #default)),
        (false, Some(_)) => {
            quote_spanned!(at=> ::trackplan::__private::variant(#flag, &[#(#variants),*], #default))
        }
        (false, None) => {
            let hash = content_hash(enum_of(name).as_bytes());
            quote_spanned!(at=> ::trackplan::__private::variant_of::<#hash, _>(#flag, #default))
        }
    };
    Ok(read)
}

fn values(variants: &[String]) -> String {
    if variants.is_empty() {
        return "`true` or `false`".to_owned();
    }
    format!("one of {}", list(&texts(variants)))
}

/// The variants of a flag, none of a boolean one, and its file.
pub(crate) fn variants(plan: &Plan, name: &str) -> Option<(File, Vec<String>)> {
    let file = plan.file(Kind::Flag, name)?;
    let record = Record::parse(Kind::Flag, &file.text).ok()?;
    let variants = owned(record.values("variant"));
    Some((file, variants))
}

/// The name of a flag's variants as an enum.
pub(crate) fn enum_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The flag that the name of an enum stands for.
pub(crate) fn of_enum(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)
}

fn unknown(plan: &Plan, name: &str) -> String {
    if let Some(message) = plan.broken(Kind::Flag, name) {
        return message;
    }
    let message = format!("the tracking plan has no flag `{name}`");
    let known = plan.names(Kind::Flag);
    match nearest(name, known.iter().copied()) {
        Some(found) => format!("{message}\n  help: did you mean `{found}`?"),
        None if known.is_empty() => {
            format!("{message}\n  help: it has none; declare it under `flags:`")
        }
        None => format!("{message}\n  help: its flags are: {}", list(&known)),
    }
}

/// A literal that the flag can't be, as it is written.
fn check_default(default: &Expr, variants: &[String]) -> Result<(), String> {
    let Expr::Lit(ExprLit { lit, .. }) = default else {
        return Ok(());
    };
    let fits = match lit {
        Lit::Bool(_) => variants.is_empty(),
        Lit::Str(text) => variants.contains(&text.value()),
        _ => false,
    };
    match lit {
        _ if fits => Ok(()),
        Lit::Str(text) => Err(text.value()),
        other => Err(other.to_token_stream().to_string()),
    }
}

fn text(default: &Expr) -> Option<&LitStr> {
    match default {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

/// The description of `$feature_flag_called`; the values are those of `Flags::tell` in the runtime.
fn called(name: &str) -> String {
    let (flag, feature) = (json_string(name), json_string(&format!("$feature/{name}")));
    let mut description = format!(
        "\"$feature_flag_called\"\n\n=\"$feature_flag\":{flag}\n\"locally_evaluated\":\n\"$feature_flag_response\":\n{feature}:"
    );
    for detail in [
        "payload",
        "id",
        "version",
        "reason",
        "request_id",
        "evaluated_at",
        "error",
        "has_experiment",
    ] {
        description.push_str(&format!("\n\"$feature_flag_{detail}\":"));
    }
    description
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_says(input: TokenStream, expected: &str) {
        let output = flag(input).to_string();
        assert!(
            output.contains("compile_error") && output.contains(expected),
            "{output}"
        );
    }

    #[test]
    fn mistakes_say_how_to_mend_them() {
        assert_says(
            quote!("new_insihts", default = false),
            "did you mean `new_insights`?",
        );
        assert_says(
            quote!("zzz", default = false),
            "its flags are: `new_insights`, `onboarding_copy`",
        );
        assert_says(
            quote!("new_insights"),
            "add `default = …`, `true` or `false`",
        );
        assert_says(
            quote!("new_insights", default = "on"),
            "its values are `true` or `false`",
        );
        assert_says(
            quote!("onboarding_copy", default = "shrot"),
            "did you mean `short`?",
        );
        assert_says(
            quote!("onboarding_copy", default = true),
            "its values are one of `control`, `short`, `video`",
        );
        assert_says(
            quote!(new_insights, default = false),
            "the flag's name in quotes",
        );
        assert_says(quote!("new_insights", fallback = false), "`default = …`");
        assert_says(
            quote!("new_insights", payload),
            "the flag `new_insights` has no payload in the tracking plan",
        );
    }

    #[test]
    fn what_is_no_literal_is_left_to_rustc() {
        for input in [
            quote!("new_insights", default = config.insights),
            quote!("onboarding_copy", default = Copy::Short,),
        ] {
            let output = flag(input).to_string();
            assert!(!output.contains("compile_error"), "{output}");
        }
    }
}
