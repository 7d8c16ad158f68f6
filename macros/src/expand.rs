//! From a checked call to tokens. Nothing fails here.

use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use crate::check::{Checked, Value, Warning, check, check_struct, named};
use crate::code::Code;
use crate::editor;
use crate::mistakes::Mistakes;
use crate::parse::{Call, Form, Head};
use crate::plan;

/// `track!`, `identify!`, `group!` and `track_attrs!`.
///
/// Expands to: `{ include_bytes!(…); capture("…", actor, &groups, &[integer(&expression), …]) }`
pub(crate) fn call(form: Form, input: TokenStream) -> TokenStream {
    let mut names = None;
    let expansion = match checked_call(form, input, &mut names) {
        Ok(expansion) => expansion,
        Err(mistakes) => {
            let errors = mistakes.into_compile_error();
            // What the call returns, so that one mistake is one error.
            match form {
                Form::Attributes => quote!({ #errors ::trackplan::Attributes::default() }),
                _ => quote!({ #errors ::trackplan::Uuid::nil() }),
            }
        }
    };
    match names {
        Some(names) => quote!({ #names #expansion }),
        None => expansion,
    }
}

/// The expansion, and what an editor needs even if there is none.
fn checked_call(
    form: Form,
    input: TokenStream,
    names: &mut Option<TokenStream>,
) -> syn::Result<TokenStream> {
    let mut call = Call::read(form, input)?;
    *names = editor::names(&call);
    if matches!(call.head, Head::Struct(_)) {
        check_struct(&mut call)?;
        return Ok(of_struct(call));
    }
    Ok(of_names(&check(call)?))
}

fn of_names(checked: &Checked) -> TokenStream {
    let values = values(&checked.values, |_| true);
    let arguments = Code::default().string(&checked.description);
    let capture = match checked.form {
        Form::Track | Form::Tracked => {
            let arguments = about(arguments.text(","), &checked.actor, &checked.groups);
            Code::default()
                .text("@capture")
                .parentheses(arguments.text(", &").brackets(values))
        }
        Form::Identify => {
            let arguments = actor(arguments.text(","), checked.actor.as_ref());
            Code::default()
                .text("@person")
                .parentheses(arguments.text(", &").brackets(values))
        }
        Form::Group => {
            let prefix = format!("${}_", checked.group.as_deref().unwrap_or_default());
            let arguments = key(
                arguments.text(",").string(&prefix).text(","),
                checked.key.as_ref(),
            );
            Code::default()
                .text("@group")
                .parentheses(arguments.text(", &").brackets(values))
        }
        Form::Attributes => {
            let arguments = arguments.text(", &").brackets(groups(&checked.groups));
            Code::default()
                .text("@attributes")
                .parentheses(arguments.text(", &").brackets(values))
        }
    };
    let block = tracking(Code::default(), checked).tokens(capture);
    Code::default().braces(block).into_token_stream()
}

/// Expands to: `event(&value, actor, &groups)`, `person_struct(…)` or `group_struct(…)`.
fn of_struct(call: Call) -> TokenStream {
    let Head::Struct(value) = call.head else {
        return TokenStream::new();
    };
    let arguments = Code::default().text("&").tokens(operand(&value)).text(",");
    let (function, arguments) = match call.form {
        Form::Track | Form::Tracked | Form::Attributes => {
            ("@event", about(arguments, &call.actor, &named(call.groups)))
        }
        Form::Identify => ("@person_struct", actor(arguments, call.actor.as_ref())),
        Form::Group => ("@group_struct", key(arguments, call.key.as_ref())),
    };
    Code::default()
        .text(function)
        .parentheses(arguments)
        .into_token_stream()
}

/// Expands to: `Pending::new("…", […]).about(actor, &groups)`, for what does not wait for the body.
pub(crate) fn pending(code: Code, checked: &Checked) -> Code {
    let values = values(&checked.values, |value| !value.is_late);
    let arguments = Code::default()
        .string(&checked.description)
        .text(",")
        .brackets(values);
    let code = code.text("@Pending::new").parentheses(arguments);
    if checked.is_subject_late {
        return code;
    }
    told(code, checked)
}

/// Expands to: `pending.about(actor, &groups).finish(&[…])`, for what uses a binding of `on`.
pub(crate) fn finish(checked: &Checked, pending: &Ident) -> Code {
    let mut code = Code::default().tokens(pending);
    if checked.is_subject_late {
        code = told(code, checked);
    }
    let arguments = Code::default()
        .text("&")
        .brackets(values(&checked.values, |value| value.is_late));
    code.text(".finish").parentheses(arguments)
}

fn told(pending: Code, checked: &Checked) -> Code {
    if checked.actor.is_none() && checked.groups.is_empty() {
        return pending;
    }
    let arguments = about(Code::default(), &checked.actor, &checked.groups);
    pending.text(".about").parentheses(arguments)
}

/// Rebuilds the crate when the item's file changes, and warns of what is deprecated as rustc does.
pub(crate) fn tracking(code: Code, checked: &Checked) -> Code {
    if checked.path.is_empty() {
        return code.tokens(checked.mistakes.to_compile_errors());
    }
    let mut code = file(code, &checked.path);
    for warning in &checked.warnings {
        code = code.tokens(deprecated(warning));
    }
    code
}

/// A statement by which the build tracks a file.
pub(crate) fn file(code: Code, path: &str) -> Code {
    code.text("let _ = ::core::include_bytes!")
        .parentheses(Code::default().string(path))
        .text(";")
}

fn deprecated(Warning { note, what, span }: &Warning) -> TokenStream {
    let item = Ident::new(what, *span);
    quote! {
        {
            #[deprecated(note = #note)]
            const fn #item() {}
            #item();
        }
    }
}

fn about(code: Code, of: &Option<Expr>, groups_of_call: &[(String, Expr)]) -> Code {
    actor(code, of.as_ref())
        .text(", &")
        .brackets(groups(groups_of_call))
}

pub(crate) fn groups(groups: &[(String, Expr)]) -> Code {
    let mut code = Code::default();
    for (name, value) in groups {
        let pair = Code::default().string(name).text(",");
        code = code.parentheses(key(pair, Some(value))).text(",");
    }
    code
}

fn actor(code: Code, actor: Option<&Expr>) -> Code {
    match actor {
        Some(actor) => {
            let argument = Code::default().tokens(reference(actor));
            let id = Code::default()
                .text("&*::trackplan::Actor::distinct_id")
                .parentheses(argument);
            code.text("::core::option::Option::Some").parentheses(id)
        }
        None => code.text("::core::option::Option::None"),
    }
}

fn key(code: Code, key: Option<&Expr>) -> Code {
    match key {
        Some(key) => code.text("@key").parentheses(reference(key)),
        None => code,
    }
}

/// Expands to: `integer(&rows), optional_text(&name), …`. A function's bound says what is expected, at the user's
/// expression.
pub(crate) fn values(values: &[Value], is_wanted: fn(&Value) -> bool) -> Code {
    let mut code = Code::default();
    for value in values {
        if is_wanted(value) {
            code = lent(code, value);
        }
    }
    code
}

pub(crate) fn lent(code: Code, value: &Value) -> Code {
    let lent = match &value.expression {
        // One that is a reference already is left alone, for rustc has to look through each of them; but a list may be a
        // slice, which is a list only behind a reference of its own.
        Expr::Reference(reference) if reference.mutability.is_none() && !value.is_list => {
            reference.to_token_stream()
        }
        other => reference(other),
    };
    code.text(&value.converter).parentheses(lent).text(",")
}

/// `&expression`, all of it at the user's place.
fn reference(expression: &Expr) -> TokenStream {
    let operand = operand(expression);
    let first = operand.clone().into_iter().next();
    let span = first.map_or_else(Span::call_site, |first| first.span());
    let mut ampersand = Punct::new('&', Spacing::Alone);
    ampersand.set_span(span.resolved_at(Span::mixed_site()));
    let mut tokens = TokenStream::from(TokenTree::Punct(ampersand));
    operand.to_tokens(&mut tokens);
    tokens
}

/// An expression behind a `&`: in parentheses, if `&` would take only its first part.
fn operand(expression: &Expr) -> TokenStream {
    let tokens = expression.to_token_stream();
    let is_one = matches!(
        expression,
        Expr::Path(_)
            | Expr::Field(_)
            | Expr::MethodCall(_)
            | Expr::Call(_)
            | Expr::Macro(_)
            | Expr::Lit(_)
            | Expr::Reference(_)
            | Expr::Index(_)
            | Expr::Paren(_)
            | Expr::Array(_)
            | Expr::Tuple(_)
            | Expr::Struct(_)
            | Expr::Try(_)
            | Expr::Await(_)
            | Expr::Unary(_)
            | Expr::Block(_)
    );
    if is_one {
        return tokens;
    }
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(expression.span().resolved_at(Span::mixed_site()));
    TokenTree::from(group).into()
}

/// Expands to: `{ include_bytes!(…)…; ::trackplan::install(client) }`
pub(crate) fn init(input: TokenStream) -> TokenStream {
    // The variable that names the plan decides as much as its files do.
    let mut code = Code::default().text("let _ = ::core::option_env!(\"TRACKING_PLAN\");");
    match plan::current() {
        Ok(plan) => {
            for path in plan.tracked_paths() {
                code = file(code, &path);
            }
        }
        Err(message) => {
            let mistakes = Mistakes::of_plan(message, Span::call_site());
            code = code.tokens(mistakes.to_compile_errors());
        }
    }
    let client = if input.is_empty() {
        Code::default().text("::trackplan::Client::from_env()")
    } else {
        Code::default().tokens(input)
    };
    let block = code.text("::trackplan::install").parentheses(client);
    Code::default().braces(block).into_token_stream()
}
