//! `#[tracked]`: the function's body is run as it is, and its outcome decides what is captured.

mod arguments;
mod expressions;
mod item;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

use self::expressions::{known, leaves, mentions};
use self::item::Function;
use crate::check::{Checked, bound, check};
use crate::code::{Code, hidden, push};
use crate::editor;
use crate::expand::{finish, pending, tracking};
use crate::mistakes::Mistakes;
use crate::parse::{Call, Form, uses};

/// One event of a function.
struct Tracked {
    checked: Checked,
    on: Outcome,
    when: Option<When>,
}

/// On which outcome an event is captured.
enum Outcome {
    Any,
    Ok,
    /// It is `Ok`, of a type whose name, which stands here, ends as that of a `Result`, and which need not be one.
    Success(Span),
    Pattern(Pat),
}

/// When a guard is evaluated: before the body, or behind it if it uses a binding of `on`.
enum When {
    Early(Expr),
    Late(Expr),
}

pub(crate) fn tracked(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function = match Function::read(item.clone()) {
        Ok(function) => function,
        Err(mistake) => return with_errors(item, &mistake),
    };
    let mut calls = vec![Call::read(Form::Tracked, arguments)];
    for arguments in std::mem::take(&mut function.tracked) {
        calls.push(Call::read(Form::Tracked, arguments));
    }
    let mut mistakes = function.refusal();
    let mut events = Vec::new();
    for call in calls {
        if let Ok(call) = &call
            && let Some(names) = editor::names(call)
        {
            let body = function.body.stream();
            function.body = Group::new(Delimiter::Brace, quote!(#names #body));
        }
        match call.and_then(|call| function.event(call)) {
            Ok(event) => events.push(event),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    match mistakes.check() {
        Ok(()) => function.expand(&events),
        Err(mistakes) => {
            let body = function.body.clone();
            with_errors(&function.with_body(&body), &mistakes)
        }
    }
}

/// The user's item first and unchanged, then what is wrong with its attribute. What only the attribute uses is not
/// told as well.
fn with_errors(item: &TokenStream, mistakes: &syn::Error) -> TokenStream {
    let errors = mistakes.to_compile_error();
    quote!(#[allow(unused_variables)] #item #errors)
}

impl Function {
    /// Why no function of this kind can be tracked.
    fn refusal(&self) -> Mistakes {
        let mut refusal = Mistakes::default();
        if let Some(token) = self.qualifier("const") {
            let message = "a `const fn` can't be tracked: it may run at compile time\n  \
                           help: track the function that calls it";
            refusal.add(token.span(), message);
            return refusal;
        }
        let Some(output) = &self.output else {
            return refusal;
        };
        let first = output.clone().into_iter().next();
        if matches!(first, Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
            let message = "a function that never returns can't be tracked by its outcome\n  \
                           help: capture the event in its body, with `track!`";
            refusal.add(output.span(), message);
        } else if mentions(&self.generics, "async_trait") {
            let message = "`#[async_trait]` has boxed this function, so `#[tracked]` would not see its outcome\n  \
                           help: write the trait with native `async fn`, or track a function that this one calls";
            refusal.add(self.name.span(), message);
        } else if !self.is_async
            && mentions(output, "Future")
            && (mentions(output, "impl") || mentions(output, "dyn"))
        {
            let message = "this function returns a future, whose outcome `#[tracked]` would not see\n  \
                           help: make it an `async fn`, or track a function that this one calls";
            refusal.add(output.span(), message);
        }
        refusal
    }

    fn event(&self, call: Call) -> syn::Result<Tracked> {
        let on = match (&call.on, self.result()) {
            (Some(pattern), _) => Outcome::Pattern(pattern.clone()),
            (None, Some(name)) if name == "Result" => Outcome::Ok,
            (None, Some(name)) => Outcome::Success(name.span()),
            (None, None) => Outcome::Any,
        };
        let when = match call.when.clone() {
            Some(when) if uses(&when, &bound(&call)) => Some(When::Late(when)),
            when => when.map(When::Early),
        };
        let checked = check(call)?;
        Ok(Tracked { checked, on, when })
    }

    /// Expands to one of:
    ///
    /// ```text
    /// fn f(…) -> T { called(Pending::new(…), move || -> T { body }) }
    /// fn f(…) -> T { let pending0 = …; let output = call_once(move || -> T { body }); after output }
    /// fn f(…) -> impl Future<Output = T> { tracked_ok(Pending::new(…), async move { body }) }
    /// fn f(…) -> impl Future<Output = T> { let pending0 = …; tracked(async move { body }, move |output| after) }
    /// async fn f(…) -> T { let pending0 = …; let output = async move { body }.await; after output }
    /// ```
    ///
    /// Those without `pending0` are for one event of which all but the outcome is known before the body: a call less,
    /// no variable and no match, which spares rustc a quarter of its work. A future of ours, not `async fn`, is a single
    /// one, which costs rustc half as much as a future around another. It needs a nameable type, and nothing that wants an
    /// `async fn`. As the `impl` is ours, it captures the lifetimes of all arguments whatever the user's edition is.
    fn expand(self, events: &[Tracked]) -> TokenStream {
        let ty = self.output.clone().unwrap_or_else(|| quote!(()));
        let is_nameable = !mentions(&ty, "impl");
        let known = if is_nameable {
            ty.clone()
        } else {
            known(ty.clone())
        };
        let lends = self.lends(events);
        let code = if self.is_async {
            // Never taken: it tells rustc the type of the block, so that `?` converts errors as in the plain function.
            let returned = if lends {
                self.moved(events)
            } else {
                Code::default()
            };
            let returned = returned
                .text("return @returned::<")
                .tokens(known)
                .text(">();");
            let body = Code::default().text("if false").braces(returned);
            // rustc would warn of braces behind it that are not needed; in parentheses they are.
            let body = body.parentheses(&self.body);
            let leaves = events.iter().any(Tracked::leaves);
            if is_nameable && !lends && !leaves && !self.stays_async() {
                return self.future(&ty, events, body);
            }
            let block = if lends { "async" } else { "async move" };
            let run = match self.ordered(lends) {
                Some(held) => held.tokens(body),
                None => body,
            };
            let run = Code::default().text(block).braces(run);
            awaited(events, run.text(".await"))
        } else {
            let closure = Code::default()
                .text(if lends { "|| ->" } else { "move || ->" })
                .tokens(known);
            let closure = match self.ordered(lends) {
                Some(held) => closure.braces(held.parentheses(&self.body)),
                None => closure.tokens(&self.body),
            };
            match events {
                [event] if event.is_settled_by_result() => event.settled("@called_ok", closure),
                [event] if event.is_settled() => event.settled("@called", closure),
                _ => awaited(
                    events,
                    Code::default().text("@call_once").parentheses(closure),
                ),
            }
        };
        self.with_body(&Code::default().braces(code))
    }

    /// The expansion whose future is ours.
    fn future(mut self, ty: &TokenStream, events: &[Tracked], body: Code) -> TokenStream {
        // An async fn owns its arguments until it is done, also those that its body never names.
        let future = held(&self.movable()).tokens(body);
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
                    .text("|")
                    .braces(after(events, "", &output));
                before(events).text("@tracked").parentheses(done)
            }
        };
        self.is_async = false;
        self.output = Some(quote!(impl ::core::future::Future<Output = #ty>));
        self.with_body(&Code::default().braces(code))
    }

    /// Whether the body borrows what it does not use up, for an expression after it needs an argument as well. What it
    /// returns may then borrow nothing.
    fn lends(&self, events: &[Tracked]) -> bool {
        if events.iter().all(Tracked::is_early) {
            return false;
        }
        let borrows = |output: &TokenStream| mentions(output, "&") || mentions(output, "'");
        let kept = self.kept();
        !self.output.as_ref().is_some_and(borrows)
            && events.iter().any(|event| event.uses_late(&kept))
    }

    /// What has a body drop the arguments in the order of the plain function, if it owns more than one.
    fn ordered(&self, lends: bool) -> Option<Code> {
        let movable = self.movable();
        (!lends && movable.len() > 1).then(|| held(&movable))
    }

    /// What never runs, but has a future that borrows own what no expression after it needs: a borrow of that may not go
    /// to another thread.
    fn moved(&self, events: &[Tracked]) -> Code {
        let mut moved = Code::default();
        for name in self.movable() {
            let names = std::slice::from_ref(&name);
            // A name with an underscore would no longer be unused.
            let stays = name.to_string().starts_with('_')
                || events.iter().any(|event| event.uses_late(names));
            if !stays {
                moved = moved.tokens(&name).text(",");
            }
        }
        Code::default().text("_ =").parentheses(moved).text(";")
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

    /// Whether an expression that waits for the body uses one of these names.
    fn uses_late(&self, names: &[Ident]) -> bool {
        let checked = &self.checked;
        let is_late = matches!(&self.when, Some(When::Late(when)) if uses(when, names));
        let mut late = Vec::new();
        for value in &checked.values {
            if value.is_late {
                late.push(&value.expression);
            }
        }
        if checked.is_subject_late {
            for (_, key) in &checked.groups {
                late.push(key);
            }
            if let Some(actor) = &checked.actor {
                late.push(actor);
            }
        }
        is_late || late.iter().any(|expression| uses(expression, names))
    }

    /// Whether one of its expressions awaits or returns, which it can't outside of the `async fn`.
    fn leaves(&self) -> bool {
        let checked = &self.checked;
        let when = match &self.when {
            Some(When::Early(when) | When::Late(when)) => Some(when),
            None => None,
        };
        when.is_some_and(leaves)
            || checked.actor.as_ref().is_some_and(leaves)
            || checked.groups.iter().any(|(_, key)| leaves(key))
            || checked.values.iter().any(|value| leaves(&value.expression))
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

/// Has the body own these arguments, also those that it never names: a closure or a future drops what it owns in the
/// order in which that is named first.
fn held(names: &[Ident]) -> Code {
    let (mut code, mut held) = (Code::default(), TokenStream::new());
    for name in names {
        if name.to_string().starts_with('_') {
            code = Code::default().text("#[allow(clippy::used_underscore_binding)]");
        }
        push(&mut held, Punct::new('&', Spacing::Alone).into());
        push(&mut held, name.clone().into());
        push(&mut held, Punct::new(',', Spacing::Alone).into());
    }
    if names.is_empty() {
        return code;
    }
    code.text("let _ =").parentheses(held).text(";")
}

/// What is known before the body.
fn before(events: &[Tracked]) -> Code {
    let mut code = Code::default();
    for (index, event) in events.iter().enumerate() {
        let block = tracking(Code::default(), &event.checked);
        code = code
            .text("let")
            .tokens(variable("pending", index))
            .text("=")
            .braces(pending(block, &event.checked))
            .text(";");
        if let Some(When::Early(when)) = &event.when {
            code = code
                .text("let")
                .tokens(variable("when", index))
                .text("= if")
                .tokens(when)
                .text("{ true } else { false };");
        }
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
        .tokens(after(events, "&", &output))
        .tokens(&output)
}

/// Captures by the outcome, to which `output` is a reference with this sign before it.
fn after(events: &[Tracked], sign: &str, output: &Ident) -> Code {
    let mut code = Code::default();
    for (index, event) in events.iter().enumerate() {
        let captured = finish(&event.checked, &variable("pending", index)).text(";");
        let guard = Code::default().text("if");
        let captured = match &event.when {
            Some(When::Early(_)) => guard.tokens(variable("when", index)).braces(captured),
            Some(When::Late(when)) => guard.tokens(when).braces(captured),
            None => captured,
        };
        code = match &event.on {
            Outcome::Any => code.tokens(captured),
            Outcome::Ok => code
                .text("if let ::core::result::Result::Ok(_) =")
                .text(sign)
                .tokens(output)
                .braces(captured),
            Outcome::Success(name) => {
                // What the type lacks is said at its name.
                let at = name.resolved_at(Span::mixed_site());
                let mut output = output.clone();
                output.set_span(at);
                let output = Code::default().text(sign).tokens(output);
                let succeeded = quote_spanned!(at=> ::trackplan::__private::succeeded(#output));
                code.text("if").tokens(succeeded).braces(captured)
            }
            Outcome::Pattern(pattern) => code
                .text("#[allow(irrefutable_let_patterns)] if let")
                .tokens(pattern)
                .text("=")
                .text(sign)
                .tokens(output)
                .braces(captured),
        };
    }
    code
}

fn variable(name: &str, index: usize) -> Ident {
    hidden(&format!("{name}{index}"))
}
