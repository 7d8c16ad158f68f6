//! `#[tracked]`: the function's body is run as it is, and its outcome decides what is captured.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, Ident, Meta, Pat, PathArguments, ReturnType,
    Signature, Type, Visibility,
};

use crate::check::{Checked, bound, check};
use crate::code::{Code, hidden};
use crate::editor;
use crate::expand::{finish, pending};
use crate::mistakes::Mistakes;
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
        Err(mistake) => return with_errors(item, &mistake),
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
    for call in &calls {
        if let Ok(call) = call
            && let Some(names) = editor::names(call)
        {
            let body = function.body.stream();
            function.body = Group::new(Delimiter::Brace, quote!(#names #body));
        }
    }
    let mut mistakes = function.refusal();
    let mut events = Vec::new();
    for (index, call) in calls.into_iter().enumerate() {
        match call.and_then(|call| function.event(index, call)) {
            Ok(event) => events.push(event),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    match mistakes.check() {
        Ok(()) => function.expand(&events),
        Err(mistakes) => with_errors(&function.plain(), &mistakes),
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
        let signature = &self.signature;
        if let Some(token) = &signature.constness {
            let message = "a `const fn` can't be tracked: it may run at compile time\n  \
                           help: track the function that calls it";
            refusal.add(token.span, message);
            return refusal;
        }
        let ReturnType::Type(_, ty) = &signature.output else {
            return refusal;
        };
        let is_boxed = signature
            .generics
            .lifetimes()
            .any(|lifetime| lifetime.lifetime.ident == "async_trait");
        let tokens = ty.to_token_stream();
        if matches!(**ty, Type::Never(_)) {
            let message = "a function that never returns can't be tracked by its outcome\n  \
                           help: capture the event in its body, with `track!`";
            refusal.add(ty.span(), message);
        } else if is_boxed {
            let message = "`#[async_trait]` has boxed this function, so `#[tracked]` would not see its outcome\n  \
                           help: write the trait with native `async fn`, or track a function that this one calls";
            refusal.add(signature.ident.span(), message);
        } else if signature.asyncness.is_none()
            && mentions(&tokens, "Future")
            && (mentions(&tokens, "impl") || mentions(&tokens, "dyn"))
        {
            let message = "this function returns a future, whose outcome `#[tracked]` would not see\n  \
                           help: make it an `async fn`, or track a function that this one calls";
            refusal.add(ty.span(), message);
        }
        refusal
    }

    fn event(&self, index: usize, call: Call) -> syn::Result<Tracked> {
        let is_ok = call.on.is_none() && self.returns_result();
        let on = call.on.clone().unwrap_or_else(|| {
            if is_ok {
                syn::parse_quote!(::core::result::Result::Ok(_))
            } else {
                syn::parse_quote!(_)
            }
        });
        let when = match call.when.clone() {
            Some(when) if uses(&when, &bound(&call)) => Some(When::Late(when)),
            Some(when) => Some(When::Early(hidden(&format!("when{index}")), when)),
            None => None,
        };
        Ok(Tracked {
            checked: check(call)?,
            on,
            is_ok: is_ok && when.is_none(),
            when,
            pending: hidden(&format!("pending{index}")),
        })
    }

    /// Whether what it returns is called a `Result`.
    fn returns_result(&self) -> bool {
        let ReturnType::Type(_, ty) = &self.signature.output else {
            return false;
        };
        let Type::Path(path) = bare(ty) else {
            return false;
        };
        let last = path.path.segments.last();
        last.is_some_and(|last| last.ident.to_string().ends_with("Result"))
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
        let mut before = Code::default();
        for event in events {
            before = event.before(before);
        }
        let output = hidden("output");
        if self.signature.asyncness.is_none() {
            let returns = known.map(|known| quote!(-> #known));
            let closure = quote!(move || #returns #body);
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
        if !is_nameable || self.stays_async() || events.iter().any(Tracked::leaves) {
            let run = Code::default()
                .text("async move")
                .braces(Code::default().tokens(hint).parentheses(body))
                .text(".await");
            return self.with_body(&self.signature, awaited(before, &output, run, events));
        }
        let mut plain = self.signature.clone();
        plain.asyncness = None;
        plain.output = syn::parse_quote!(-> impl ::core::future::Future<Output = #ty>);
        // An async fn owns its arguments until it is done, also those that its body never names.
        let (mut future, mut held) = (Code::default(), Code::default());
        for name in arguments(&self.signature) {
            if name.to_string().starts_with('_') {
                future = Code::default().text("#[allow(clippy::used_underscore_binding)]");
            }
            held = held.text("&").tokens(name).text(",");
        }
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
    fn before(&self, code: Code) -> Code {
        let code = code
            .text("let")
            .tokens(&self.pending)
            .text("=")
            .tokens(pending(&self.checked))
            .text(";");
        match &self.when {
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
        let checked = &self.checked;
        let when = match &self.when {
            Some(When::Early(_, when) | When::Late(when)) => Some(when),
            None => None,
        };
        when.is_some_and(leaves)
            || checked.actor.as_ref().is_some_and(leaves)
            || checked.groups.iter().any(|(_, key)| leaves(key))
            || checked.values.iter().any(|value| leaves(&value.expression))
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
    let mut code = Code::default();
    for event in events {
        let finish = Code::default()
            .tokens(finish(&event.checked, &event.pending))
            .text(";");
        let guarded = match &event.when {
            Some(When::Early(name, _)) => Code::default().text("if").tokens(name).braces(finish),
            Some(When::Late(when)) => Code::default().text("if").tokens(when).braces(finish),
            None => finish,
        };
        code = code
            .text("#[allow(irrefutable_let_patterns)] if let")
            .tokens(&event.on)
            .text("=")
            .tokens(output)
            .braces(guarded);
    }
    code
}

/// Whether a lifetime is in play. `impl Future` captures those in edition 2024 only, and the edition of the caller
/// can't be told here.
fn borrows(signature: &Signature) -> bool {
    let inputs = signature.inputs.to_token_stream();
    signature.generics.lifetimes().next().is_some()
        || mentions(&inputs, "&")
        || mentions(&inputs, "'")
}

/// Attributes that change nothing and belong to no macro.
fn is_inert(attribute: &Attribute) -> bool {
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
fn is_special(argument: &FnArg) -> bool {
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
fn leaves(expression: &Expr) -> bool {
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
fn known(ty: &Type) -> Option<TokenStream> {
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
    let mut known = ty.clone();
    infer(&mut known);
    let tokens = known.to_token_stream();
    (!mentions(&tokens, "impl")).then_some(tokens)
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

/// The names that the arguments bind.
fn arguments(signature: &Signature) -> Vec<Ident> {
    let mut names = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Typed(argument) => names.append(&mut bindings(&argument.pat)),
            FnArg::Receiver(receiver) => names.push(Ident::new("self", receiver.self_token.span)),
        }
    }
    names
}
