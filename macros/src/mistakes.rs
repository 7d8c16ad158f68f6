//! The mistakes of an invocation, told together.

use proc_macro2::{Span, TokenStream};

/// What is wrong so far.
#[derive(Default)]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    /// The mistake of a plan that can't be used, if this invocation is the one to tell it.
    pub(crate) fn of_plan(message: Option<String>, span: Span) -> Self {
        Self(message.map(|message| syn::Error::new(span, message)))
    }

    /// Something is wrong at a token.
    pub(crate) fn add(&mut self, span: Span, message: &str) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        let mistakes = std::mem::take(self);
        self.0 = Some(mistakes.and(error));
    }

    /// These and one more.
    pub(crate) fn and(self, error: syn::Error) -> syn::Error {
        match self.0 {
            Some(mut mistakes) => {
                mistakes.combine(error);
                mistakes
            }
            None => error,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Fails if there are any.
    pub(crate) fn check(self) -> syn::Result<()> {
        match self.0 {
            Some(mistakes) => Err(mistakes),
            None => Ok(()),
        }
    }

    /// Each as a `compile_error!` in braces, so that an editor goes on completing.
    pub(crate) fn to_compile_errors(&self) -> TokenStream {
        match &self.0 {
            Some(mistakes) => mistakes.to_compile_error(),
            None => TokenStream::new(),
        }
    }
}
