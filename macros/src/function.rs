//! `#[tracked]`: the function's body is run as it is, and its outcome decides what is captured.

mod item;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

use self::item::Function;
use crate::check::{Checked, check};
use crate::code::{Code, hidden};
use crate::editor;
use crate::expand::{compile_errors, finish, pending, tracking};
use crate::parse::{Call, Form};

/// One event of a function.
struct Tracked {
    checked: Checked,
    on: Outcome,
    when: Option<Expr>,
}

/// On which outcome an event is captured.
enum Outcome {
    Any,
    Ok,
    Pattern(Pat),
}

pub(crate) fn tracked(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function = match Function::read(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(item, &[error]),
    };
    let mut calls = vec![Call::read(Form::Tracked, arguments)];
    for arguments in std::mem::take(&mut function.tracked) {
        calls.push(Call::read(Form::Tracked, arguments));
    }
    for names in calls.iter().flatten().filter_map(editor::names) {
        let body = function.body.stream();
        function.body = Group::new(Delimiter::Brace, quote!(#names #body));
    }
    let mut errors: Vec<syn::Error> = function.refusal().into_iter().collect();
    let (mut events, mut is_broken) = (Vec::new(), false);
    for call in calls {
        match call
            .map_err(|error| vec![error])
            .and_then(|call| function.event(call))
        {
            Ok(event) => events.push(event),
            Err(found) => {
                is_broken = true;
                errors.extend(found);
            }
        }
    }
    if is_broken || !errors.is_empty() {
        let body = TokenTree::Group(function.body.clone());
        return with_errors(&function.with_body(body.into()), &errors);
    }
    function.expand(&events)
}

/// The user's item first and unchanged, then what is wrong with its attribute. What only the attribute uses is not
/// told as well.
fn with_errors(item: &TokenStream, errors: &[syn::Error]) -> TokenStream {
    let errors = compile_errors(errors);
    quote!(#[allow(unused_variables)] #item #errors)
}

impl Function {
    /// Why no function of this kind can be tracked.
    fn refusal(&self) -> Option<syn::Error> {
        if let Some(token) = self.qualifier("const") {
            let message = "a `const fn` can't be tracked: it may run at compile time\n  \
                           help: track the function that calls it";
            return Some(syn::Error::new(token.span(), message));
        }
        let output = self.output.as_ref()?;
        let is_never =
            |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!');
        if output
            .clone()
            .into_iter()
            .next()
            .as_ref()
            .is_some_and(is_never)
        {
            let message = "a function that never returns can't be tracked by its outcome\n  \
                           help: capture the event in its body, with `track!`";
            return Some(syn::Error::new(output.span(), message));
        }
        if mentions(&self.generics, "async_trait") {
            let message = "`#[async_trait]` has boxed this function, so `#[tracked]` would not see its outcome\n  \
                           help: write the trait with native `async fn`, or track a function that this one calls";
            return Some(syn::Error::new(self.name.span(), message));
        }
        let is_future = self.qualifier("async").is_none()
            && mentions(output, "Future")
            && (mentions(output, "impl") || mentions(output, "dyn"));
        is_future.then(|| {
            let message = "this function returns a future, whose outcome `#[tracked]` would not see\n  \
                           help: make it an `async fn`, or track a function that this one calls";
            syn::Error::new(output.span(), message)
        })
    }

    fn event(&self, call: Call) -> Result<Tracked, Vec<syn::Error>> {
        let on = match &call.on {
            Some(pattern) => Outcome::Pattern(pattern.clone()),
            None if self.returns_result() => Outcome::Ok,
            None => Outcome::Any,
        };
        let when = call.when.clone();
        check(call).map(|checked| Tracked { checked, on, when })
    }

    /// Expands to one of:
    ///
    /// ```text
    /// fn f(…) -> T { called(Pending::new(…), move || -> T { body }) }
    /// fn f(…) -> T { let pending0 = …; let output = call_once(move || -> T { body }); after output }
    /// fn f(…) -> impl Future<Output = T> { tracked_ok(Pending::new(…), async move { body }) }
    /// fn f(…) -> impl Future<Output = T> { let pending0 = …; tracked(async move { body }, move |output: &T| after) }
    /// async fn f(…) -> T { let pending0 = …; let output = async move { body }.await; after output }
    /// ```
    ///
    /// Those without `pending0` are for one event of which all but the outcome is known before the body: a call less,
    /// no variable and no match, which spares rustc a quarter of its work. A future of ours, not `async fn`, is a single
    /// one, which costs rustc half as much as a future around another. It needs a nameable type, and a signature whose
    /// lifetimes `impl Future` captures in every edition.
    fn expand(self, events: &[Tracked]) -> TokenStream {
        let ty = self.output.clone().unwrap_or_else(|| quote!(()));
        let is_nameable = !mentions(&ty, "impl");
        let code = if self.is_async() {
            // Never taken: it tells rustc the type of the block, so that `?` converts errors as in the plain function.
            let mut body = Code::default();
            if is_nameable {
                let returned = Code::default()
                    .text("return @returned::<")
                    .tokens(&ty)
                    .text(">();");
                body = body.text("if false").braces(returned);
            }
            if is_nameable && !self.borrows() {
                let body = body.tokens(&self.body);
                return self.future(&ty, events, body);
            }
            let body = body.tokens(&self.body);
            let run = Code::default().text("async move").braces(body);
            awaited(events, run.text(".await"))
        } else {
            let closure = Code::default().text("move ||");
            let closure = if is_nameable {
                closure.text("->").tokens(&ty)
            } else {
                closure
            };
            let closure = closure.tokens(&self.body);
            match events {
                [event] if event.is_settled_by_result() => event.settled("@called_ok", closure),
                [event] if event.is_settled() => event.settled("@called", closure),
                _ => awaited(
                    events,
                    Code::default().text("@call_once").parentheses(closure),
                ),
            }
        };
        self.with_body(Code::default().braces(code).into_token_stream())
    }

    /// The expansion whose future is ours.
    fn future(mut self, ty: &TokenStream, events: &[Tracked], body: Code) -> TokenStream {
        // An async fn owns its arguments until it is done, also those that its body never names.
        let held = self.arguments();
        let future = Code::default()
            .text("let _ =")
            .parentheses(quote!(#(&#held,)*))
            .text(";")
            .tokens(body);
        let future = Code::default().text("async move").braces(future);
        let code = match events {
            [event] if event.is_settled_by_result() => event.settled("@tracked_ok", future),
            _ => {
                let is_any = |event: &Tracked| matches!(event.on, Outcome::Any);
                let is_seen = !events.iter().all(is_any);
                let output = hidden(if is_seen { "output" } else { "_output" });
                let done = future
                    .text(", move |")
                    .tokens(&output)
                    .text(": &")
                    .tokens(ty)
                    .text("|")
                    .braces(after(events, &Code::default().tokens(&output)));
                before(events).text("@tracked").parentheses(done)
            }
        };
        let is_async =
            |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "async");
        self.qualifiers.retain(|token| !is_async(token));
        self.output = Some(quote!(impl ::core::future::Future<Output = #ty>));
        self.with_body(Code::default().braces(code).into_token_stream())
    }

    fn is_async(&self) -> bool {
        self.qualifier("async").is_some()
    }

    /// Whether a lifetime is in play. `impl Future` captures those in edition 2024 only, and the edition of the caller
    /// can't be told here.
    fn borrows(&self) -> bool {
        let inputs = self.inputs.stream();
        mentions(&self.generics, "'") || mentions(&inputs, "&") || mentions(&inputs, "'")
    }
}

impl Tracked {
    /// Whether the event is captured whatever the function returns, and all of it is known before the body.
    fn is_settled(&self) -> bool {
        matches!(self.on, Outcome::Any) && self.is_early()
    }

    /// Whether the event is captured if the function returns `Ok`, and all else of it is known before the body.
    fn is_settled_by_result(&self) -> bool {
        matches!(self.on, Outcome::Ok) && self.is_early()
    }

    fn is_early(&self) -> bool {
        self.when.is_none()
            && !self.checked.is_subject_late
            && !self.checked.values.iter().any(|value| value.is_late)
    }

    /// The body in a function of the runtime, which captures the event by the outcome.
    fn settled(&self, function: &str, body: Code) -> Code {
        let arguments = pending(Code::default(), &self.checked)
            .text(",")
            .tokens(body);
        tracking(Code::default(), &self.checked)
            .text(function)
            .parentheses(arguments)
    }
}

/// What is known before the body.
fn before(events: &[Tracked]) -> Code {
    let mut code = Code::default();
    for (index, event) in events.iter().enumerate() {
        let block = tracking(Code::default(), &event.checked);
        code = code
            .text("let")
            .tokens(variable(index))
            .text("=")
            .braces(pending(block, &event.checked))
            .text(";");
    }
    code
}

/// Runs the body and captures by its outcome.
fn awaited(events: &[Tracked], run: Code) -> Code {
    let output = hidden("output");
    before(events)
        .text("let")
        .tokens(&output)
        .text("=")
        .tokens(run)
        .text(";")
        .tokens(after(events, &Code::default().text("&").tokens(&output)))
        .tokens(&output)
}

/// Captures by the outcome, to which `output` is a reference.
fn after(events: &[Tracked], output: &Code) -> Code {
    let mut code = Code::default();
    for (index, event) in events.iter().enumerate() {
        let mut captured = finish(&event.checked, &variable(index)).text(";");
        if let Some(when) = &event.when {
            captured = Code::default().text("if").tokens(when).braces(captured);
        }
        code = match &event.on {
            Outcome::Any => code.tokens(captured),
            Outcome::Ok => code
                .text("if let ::core::result::Result::Ok(_) =")
                .tokens(output)
                .braces(captured),
            Outcome::Pattern(pattern) => code
                .text("#[allow(irrefutable_let_patterns)] if let")
                .tokens(pattern)
                .text("=")
                .tokens(output)
                .braces(captured),
        };
    }
    code
}

fn variable(index: usize) -> Ident {
    hidden(&format!("pending{index}"))
}

fn mentions(tokens: &TokenStream, wanted: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), wanted),
        TokenTree::Ident(ident) => ident == wanted,
        TokenTree::Punct(punct) => wanted.starts_with(punct.as_char()),
        TokenTree::Literal(_) => false,
    })
}
