//! The arguments of a function, told apart as tokens.

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};

use super::expressions::mentions;
use super::item::{Angles, Function};
use crate::code::push;
use crate::parse::bindings;

impl Function {
    /// The names of the arguments that the body may use up. The others are copied.
    pub(super) fn kept(&self) -> Vec<Ident> {
        self.names(|argument| !argument.is_copied())
    }

    /// Those of them that are there in any case, the last first: so a function drops them.
    pub(super) fn movable(&self) -> Vec<Ident> {
        let mut names = self.names(|argument| !argument.is_copied() && !argument.has_attributes);
        names.reverse();
        names
    }

    fn names(&self, is_wanted: fn(&Argument) -> bool) -> Vec<Ident> {
        let mut names = Vec::new();
        for argument in arguments(&self.inputs) {
            if is_wanted(&argument) {
                names.append(&mut bindings(argument.pattern));
            }
        }
        names
    }
}

/// An argument of a function.
#[derive(Default)]
pub(super) struct Argument {
    has_attributes: bool,
    pattern: TokenStream,
    /// Nothing for a `self` without one.
    ty: TokenStream,
}

impl Argument {
    /// Whether it may not be there, or a part of it has no name or is borrowed: an async fn drops that when it is done.
    pub(super) fn is_special(&self) -> bool {
        let pattern = &self.pattern;
        self.has_attributes
            || mentions(pattern, "_")
            || mentions(pattern, ".")
            || mentions(pattern, "ref")
    }

    /// Whether it is copied for sure.
    fn is_copied(&self) -> bool {
        const COPIED: [&str; 15] = [
            "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
            "u32", "u64", "usize",
        ];
        let ty = if self.ty.is_empty() {
            &self.pattern
        } else {
            &self.ty
        };
        is_shared_reference(ty) || COPIED.contains(&ty.to_string().as_str())
    }
}

/// `&…` and `&'a …`, but not `&mut …`.
fn is_shared_reference(ty: &TokenStream) -> bool {
    let mut is_reference = false;
    let mut is_lifetime = false;
    for token in ty.clone() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '&' && !is_reference => is_reference = true,
            TokenTree::Punct(sign) if sign.as_char() == '\'' => is_lifetime = true,
            TokenTree::Ident(_) if is_lifetime => is_lifetime = false,
            TokenTree::Ident(word) => return is_reference && word != "mut",
            _ => return is_reference,
        }
    }
    false
}

/// What stands in the parentheses of a function.
pub(super) fn arguments(inputs: &Group) -> Vec<Argument> {
    let (mut arguments, mut argument) = (Vec::new(), Argument::default());
    let (mut angles, mut is_pattern) = (Angles::default(), true);
    let mut tokens = inputs.stream().into_iter();
    while let Some(token) = tokens.next() {
        match angles.sign(&token) {
            ',' => {
                arguments.push(std::mem::take(&mut argument));
                is_pattern = true;
            }
            // What follows is the attribute.
            '#' if is_pattern => argument.has_attributes |= tokens.next().is_some(),
            ':' if is_pattern => match twin(&token, &mut tokens) {
                Some(second) => {
                    push(&mut argument.pattern, token);
                    push(&mut argument.pattern, second);
                }
                None => is_pattern = false,
            },
            _ if is_pattern => push(&mut argument.pattern, token),
            _ => push(&mut argument.ty, token),
        }
    }
    arguments.push(argument);
    arguments
}

/// The second colon of a path's `::`. `x:&u8` has but one, though a sign follows it at once.
fn twin(colon: &TokenTree, tokens: &mut IntoIter) -> Option<TokenTree> {
    match colon {
        TokenTree::Punct(colon) if colon.spacing() == Spacing::Joint => {}
        _ => return None,
    }
    match tokens.clone().next() {
        Some(TokenTree::Punct(sign)) if sign.as_char() == ':' => tokens.next(),
        _ => None,
    }
}
