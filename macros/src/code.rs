//! Building an expansion.
//!
//! What is the same in each expansion is written as text: rustc's own lexer reads it several times faster than
//! `quote!` builds it in a macro crate, which nobody compiles with optimisations. The user's tokens go in as they are.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The path of the items that macros use.
pub(crate) const PRIVATE: &str = "::trackplan::__private::";

/// Tokens under construction.
#[derive(Default)]
pub(crate) struct Code {
    tokens: TokenStream,
    /// What follows them, not read yet: pieces that meet are read as one.
    text: String,
}

impl Code {
    /// Code as text, its brackets balanced; `@` stands for [`PRIVATE`].
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text.push(' ');
        write_out(&mut self.text, text);
        self
    }

    /// A string literal.
    pub(crate) fn string(mut self, text: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(&quoted(text));
        self
    }

    /// Tokens of the user, or other code.
    pub(crate) fn tokens(mut self, tokens: impl ToTokens) -> Self {
        self.read();
        tokens.to_tokens(&mut self.tokens);
        self
    }

    pub(crate) fn parentheses(self, inner: impl ToTokens) -> Self {
        self.group(Delimiter::Parenthesis, inner.into_token_stream())
    }

    pub(crate) fn brackets(self, inner: impl ToTokens) -> Self {
        self.group(Delimiter::Bracket, inner.into_token_stream())
    }

    pub(crate) fn braces(self, inner: impl ToTokens) -> Self {
        self.group(Delimiter::Brace, inner.into_token_stream())
    }

    fn group(mut self, delimiter: Delimiter, inner: TokenStream) -> Self {
        self.read();
        push(&mut self.tokens, Group::new(delimiter, inner).into());
        self
    }

    fn read(&mut self) {
        if !self.text.is_empty() {
            read(&self.text).to_tokens(&mut self.tokens);
            self.text.clear();
        }
    }
}

impl ToTokens for Code {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
        if !self.text.is_empty() {
            read(&self.text).to_tokens(tokens);
        }
    }

    fn into_token_stream(mut self) -> TokenStream {
        self.read();
        self.tokens
    }
}

/// Text with the path that each `@` in it stands for.
pub(crate) fn written_out(text: &str) -> String {
    let mut written = String::new();
    write_out(&mut written, text);
    written
}

fn write_out(written: &mut String, mut text: &str) {
    while let Some((before, after)) = text.split_once('@') {
        written.push_str(before);
        written.push_str(PRIVATE);
        text = after;
    }
    written.push_str(text);
}

/// Adds a token. All go this way: what a stream is extended by, in any other form, is a good deal more to compile.
pub(crate) fn push(tokens: &mut TokenStream, token: TokenTree) {
    tokens.extend([token]);
}

/// Code as text. Not by proc-macro2's own parser, which reads it a second time and slowly, unless there is no rustc.
pub(crate) fn read(text: &str) -> TokenStream {
    if proc_macro::is_available() {
        let tokens = text.parse::<proc_macro::TokenStream>();
        return tokens.unwrap_or_default().into();
    }
    text.parse().unwrap_or_default()
}

/// Text as a string literal. Most of it needs no escape, and to look for one in each character takes an unoptimised macro
/// long.
pub(crate) fn quoted(text: &str) -> String {
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\' | b'\r') {
            return format!("{text:?}");
        }
    }
    format!("\"{text}\"")
}

/// A name that the user's code can't see.
pub(crate) fn hidden(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, Span::mixed_site())
}
