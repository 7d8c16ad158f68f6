//! `#[tracked]`: the function's body is run as it is, and its outcome decides what is captured.

mod shape;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, Ident, Meta, Pat, ReturnType, Signature, Type, Visibility};

use self::shape::{is_inert, is_special, kept, known, leaves};
use crate::check::{Checked, check};
use crate::code::{Code, hidden};
use crate::editor;
use crate::expand::{compile_errors, finish, pending};
use crate::parse::{Call, Form, bindings, uses};

/// A function whose body stays raw tokens, so that a half-typed body is no error of ours.
struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature = input.parse().map_err(|error: syn::Error| {
            syn::Error::new(
                error.span(),
                "`#[tracked]` is for functions; captures elsewhere are made with `track!`",
            )
        })?;
        let body = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                "`#[tracked]` needs a function with a body; put it on the implementation",
            )
        })?;
        Ok(Self {
            attributes,
            visibility,
            signature,
            body,
        })
    }
}

/// One event of a function.
struct Tracked {
    checked: Checked,
    on: Pat,
    /// Whether `on` is left to the return type, which is a `Result`.
    is_ok: bool,
    /// Where that type has a name of its own, which need not be that of a `Result`.
    alias: Option<Span>,
    when: Option<When>,
    pending: Ident,
}

/// The condition under which an event is captured.
enum When {
    /// It is known before the body, and waits under this name.
    Early(Ident, Expr),
    /// It uses a binding of `on`.
    Late(Expr),
}

pub(crate) fn tracked(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(item, &[error]),
    };
    let mut calls = vec![Call::read(Form::Tracked, arguments)];
    function.attributes.retain(|attribute| {
        match (&attribute.meta, attribute.path().segments.last()) {
            (Meta::List(list), Some(last)) if last.ident == "tracked" => {
                calls.push(Call::read(Form::Tracked, list.tokens.clone()));
                false
            }
            _ => true,
        }
    });
    for names in calls.iter().flatten().filter_map(editor::names) {
        let body = function.body.stream();
        function.body = Group::new(Delimiter::Brace, quote!(#names #body));
    }
    let mut errors: Vec<syn::Error> = function.refusal().into_iter().collect();
    let (mut events, mut is_broken) = (Vec::new(), false);
    for (index, call) in calls.into_iter().enumerate() {
        let outcome = call
            .map_err(|error| vec![error])
            .and_then(|call| function.event(index, call));
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

impl Function {
    /// Why no function of this kind can be tracked.
    fn refusal(&self) -> Option<syn::Error> {
        let signature = &self.signature;
        if let Some(token) = &signature.constness {
            let message = "a `const fn` can't be tracked: it may run at compile time\n  \
                           help: track the function that calls it";
            return Some(syn::Error::new_spanned(token, message));
        }
        let ReturnType::Type(_, ty) = &signature.output else {
            return None;
        };
        if matches!(**ty, Type::Never(_)) {
            let message = "a function that never returns can't be tracked by its outcome\n  \
                           help: capture the event in its body, with `track!`";
            return Some(syn::Error::new_spanned(ty, message));
        }
        let tokens = ty.to_token_stream();
        let is_boxed = signature
            .generics
            .lifetimes()
            .any(|lifetime| lifetime.lifetime.ident == "async_trait");
        if is_boxed {
            let message = "`#[async_trait]` has boxed this function, so `#[tracked]` would not see its outcome\n  \
                           help: write the trait with native `async fn`, or track a function that this one calls";
            return Some(syn::Error::new(signature.ident.span(), message));
        }
        let is_future = signature.asyncness.is_none()
            && mentions(&tokens, "Future")
            && (mentions(&tokens, "impl") || mentions(&tokens, "dyn"));
        is_future.then(|| {
            let message = "this function returns a future, whose outcome `#[tracked]` would not see\n  \
                           help: make it an `async fn`, or track a function that this one calls";
            syn::Error::new(ty.span(), message)
        })
    }

    fn event(&self, index: usize, call: Call) -> Result<Tracked, Vec<syn::Error>> {
        let result = self.result().filter(|_| call.on.is_none());
        let is_ok = result.is_some();
        let alias = result.filter(|name| *name != "Result").map(Ident::span);
        let on = call.on.clone().unwrap_or_else(|| match (is_ok, alias) {
            (true, None) => syn::parse_quote!(::core::result::Result::Ok(_)),
            (true, Some(_)) => syn::parse_quote!(true),
            (false, _) => syn::parse_quote!(_),
        });
        let when = call.when.clone().map(|when| {
            let bound = call.on.as_ref().map(bindings).unwrap_or_default();
            match uses(&when, &bound) {
                true => When::Late(when),
                false => When::Early(hidden(&format!("when{index}")), when),
            }
        });
        check(call).map(|checked| Tracked {
            checked,
            on,
            is_ok: is_ok && when.is_none(),
            alias,
            when,
            pending: hidden(&format!("pending{index}")),
        })
    }

    /// The name of the type that it returns, if that is called a `Result`.
    fn result(&self) -> Option<&Ident> {
        let ReturnType::Type(_, ty) = &self.signature.output else {
            return None;
        };
        let Type::Path(path) = bare(ty) else {
            return None;
        };
        let last = &path.path.segments.last()?.ident;
        last.to_string().ends_with("Result").then_some(last)
    }

    fn plain(&self) -> TokenStream {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }

    /// Expands to one of:
    ///
    /// ```text
    /// fn f(…) -> T { let pending0 = …; let output = call_once(move || -> T { body }); after output }
    /// fn f(…) -> impl Future<Output = T> { let pending0 = …; tracked(async move { body }, move |output: &T| after) }
    /// async fn f(…) -> T { let pending0 = …; let output = async move { body }.await; after output }
    /// ```
    ///
    /// The second one is a single future, which costs rustc half as much as a future around another. It needs a
    /// nameable type, a signature whose lifetimes `impl Future` captures in every edition, and nothing that wants an
    /// `async fn`.
    fn expand(&self, events: &[Tracked]) -> TokenStream {
        let ty = match &self.signature.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        let is_nameable = !mentions(&ty, "impl");
        let known = match &self.signature.output {
            ReturnType::Type(_, ty) if !is_nameable => known(ty),
            _ => Some(ty.clone()),
        };
        let body = &self.body;
        let before = events.iter().fold(Code::default(), Tracked::before);
        let output = hidden("output");
        let lends = self.lends(events);
        if self.signature.asyncness.is_none() {
            let returns = known.map(|known| quote!(-> #known));
            let by_value = (!lends).then(|| quote!(move));
            let closure = quote!(#by_value || #returns #body);
            let run = Code::default().text("@call_once").parentheses(closure);
            return self.with_body(&self.signature, awaited(before, &output, run, events));
        }
        // Never taken: it tells rustc the type of the block, so that `?` converts errors as in the plain function. The
        // parentheses around the body behind it are for rustc, which would warn of braces that are not needed there.
        let hint = known.map(|known| {
            let returned = Code::default()
                .text("return @returned::<")
                .tokens(known)
                .text(">();");
            Code::default().text("if false").braces(returned)
        });
        if !is_nameable || lends || self.stays_async() || events.iter().any(Tracked::leaves) {
            let run = Code::default()
                .text(if lends { "async" } else { "async move" })
                .braces(Code::default().tokens(hint).parentheses(body))
                .text(".await");
            return self.with_body(&self.signature, awaited(before, &output, run, events));
        }
        let mut plain = self.signature.clone();
        plain.asyncness = None;
        plain.output = syn::parse_quote!(-> impl ::core::future::Future<Output = #ty>);
        // An async fn owns its arguments until it is done, also those that its body never names.
        let arguments: Vec<Ident> = self.signature.inputs.iter().flat_map(names).collect();
        let is_underscored = |name: &Ident| name.to_string().starts_with('_');
        let future = match arguments.iter().any(is_underscored) {
            true => Code::default().text("#[allow(clippy::used_underscore_binding)]"),
            false => Code::default(),
        };
        let held = arguments.into_iter().fold(Code::default(), |code, name| {
            code.text("&").tokens(name).text(",")
        });
        let future = future
            .text("let _ =")
            .parentheses(held)
            .text(";")
            .tokens(hint)
            .parentheses(body);
        let future = Code::default().text("async move").braces(future).text(",");
        let tracked = match events {
            [event] if event.is_ok && event.is_early() => Code::default()
                .text("@tracked_ok")
                .parentheses(future.tokens(&event.pending)),
            _ => {
                let done = future
                    .text("move |")
                    .tokens(&output)
                    .text(": &")
                    .tokens(&ty)
                    .text("|");
                Code::default()
                    .text("@tracked")
                    .parentheses(done.braces(after(events, &output)))
            }
        };
        self.with_body(&plain, before.tokens(tracked))
    }

    /// Whether the body borrows what it does not use up, for an expression after it needs an argument as well. What it
    /// returns may then borrow nothing.
    fn lends(&self, events: &[Tracked]) -> bool {
        let mut late = events.iter().flat_map(Tracked::late).peekable();
        if late.peek().is_none() {
            return false;
        }
        let output = self.signature.output.to_token_stream();
        let borrows = mentions(&output, "&") || mentions(&output, "'");
        let kept = kept(&self.signature);
        !borrows && !kept.is_empty() && late.any(|expression| uses(expression, &kept))
    }

    /// Whether somebody would notice that it is no `async fn` any more.
    fn stays_async(&self) -> bool {
        // Another macro may look for the `async`; `#[must_use]` is about what the future yields.
        !self.attributes.iter().all(is_inert)
            || self.signature.inputs.iter().any(is_special)
            || borrows(&self.signature)
    }

    fn with_body(&self, signature: &Signature, body: Code) -> TokenStream {
        let (attributes, visibility) = (&self.attributes, &self.visibility);
        let body = Code::default().braces(body);
        quote!(#(#attributes)* #visibility #signature #body)
    }
}

impl Tracked {
    /// What is evaluated before the body.
    fn before(code: Code, event: &Self) -> Code {
        let code = code
            .text("let")
            .tokens(&event.pending)
            .text("=")
            .tokens(pending(&event.checked))
            .text(";");
        match &event.when {
            Some(When::Early(name, when)) => code
                .text("let")
                .tokens(name)
                .text("= if")
                .tokens(when)
                .text("{ true } else { false };"),
            _ => code,
        }
    }

    /// Whether one of its expressions awaits or returns, which it can't outside of the `async fn`.
    fn leaves(&self) -> bool {
        let when = self.when.iter().map(|when| match when {
            When::Early(_, when) | When::Late(when) => when,
        });
        let values = self.checked.values.iter().map(|value| &value.expression);
        let groups = self.checked.groups.iter().map(|(_, key)| key);
        let about = self.checked.actor.iter().chain(groups);
        values.chain(about).chain(when).any(leaves)
    }

    /// The expressions that wait for the body.
    fn late(&self) -> impl Iterator<Item = &Expr> {
        let when = self.when.iter().filter_map(|when| match when {
            When::Late(when) => Some(when),
            When::Early(..) => None,
        });
        let values = self.checked.values.iter().filter(|value| value.is_late);
        let groups = self.checked.groups.iter().map(|(_, key)| key);
        let about = self.checked.actor.iter().chain(groups);
        let about = about.filter(|_| self.checked.is_subject_late);
        values
            .map(|value| &value.expression)
            .chain(about)
            .chain(when)
    }

    /// Whether all is known before the body.
    fn is_early(&self) -> bool {
        !self.checked.is_subject_late && !self.checked.values.iter().any(|value| value.is_late)
    }
}

/// Runs the body and captures by its outcome.
fn awaited(before: Code, output: &Ident, run: Code, events: &[Tracked]) -> Code {
    let seen = Code::default()
        .text("let")
        .tokens(output)
        .text("= &")
        .tokens(output)
        .text(";");
    before
        .text("let")
        .tokens(output)
        .text("=")
        .tokens(run)
        .text(";")
        .braces(seen.tokens(after(events, output)))
        .tokens(output)
}

fn after(events: &[Tracked], output: &Ident) -> Code {
    events.iter().fold(Code::default(), |code, event| {
        let finish = Code::default()
            .tokens(finish(&event.checked, &event.pending))
            .text(";");
        let guarded = match &event.when {
            Some(When::Early(name, _)) => Code::default().text("if").tokens(name).braces(finish),
            Some(When::Late(when)) => Code::default().text("if").tokens(when).braces(finish),
            None => finish,
        };
        let seen = match event.alias {
            Some(span) => {
                let at = span.resolved_at(Span::mixed_site());
                quote_spanned!(at=> ::trackplan::__private::succeeded(#output))
            }
            None => output.to_token_stream(),
        };
        code.text("#[allow(irrefutable_let_patterns)] if let")
            .tokens(&event.on)
            .text("=")
            .tokens(seen)
            .braces(guarded)
    })
}

/// Whether a lifetime is in play. `impl Future` captures those in edition 2024 only, and the edition of the caller
/// can't be told here.
fn borrows(signature: &Signature) -> bool {
    let inputs = signature.inputs.to_token_stream();
    signature.generics.lifetimes().next().is_some()
        || mentions(&inputs, "&")
        || mentions(&inputs, "'")
}

fn mentions(tokens: &TokenStream, wanted: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), wanted),
        TokenTree::Ident(ident) => ident == wanted,
        TokenTree::Punct(punct) => wanted.starts_with(punct.as_char()),
        TokenTree::Literal(_) => false,
    })
}

/// A type without the parentheses around it, and without those that nobody sees around a `$ty` of a macro.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

/// The names that an argument binds.
fn names(argument: &FnArg) -> Vec<Ident> {
    match argument {
        FnArg::Typed(argument) => bindings(&argument.pat),
        FnArg::Receiver(receiver) => vec![Ident::new("self", receiver.self_token.span)],
    }
}
