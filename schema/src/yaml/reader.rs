//! Typed reading of tree nodes that reports what does not fit and goes on.

use super::diagnostic::Diagnostic;
use super::tree::{Content, Node};
use crate::naming::nearest;
use crate::plan::{Span, Spanned};

/// The findings so far.
#[derive(Default)]
pub(super) struct Findings(pub(super) Vec<Diagnostic>);

impl Findings {
    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }

    /// Reports a node of the wrong shape.
    pub(super) fn expected(&mut self, what: &str, key: &str, node: &Node) {
        self.add(
            Diagnostic::error(
                "invalid-value",
                format!("`{key}` must be {what}"),
                node.span,
            )
            .label(format!("this is {}", node.content.kind())),
        );
    }

    pub(super) fn map<'a>(&mut self, key: &str, node: &'a Node) -> Option<Map<'a>> {
        if let Content::Map(entries) = &node.content {
            return Some(self.entries(entries, node.span));
        }
        self.expected("a mapping", key, node);
        None
    }

    fn entries<'a>(&mut self, entries: &'a [(Spanned<String>, Node)], span: Span) -> Map<'a> {
        let mut unique: Vec<(&Spanned<String>, &Node)> = Vec::with_capacity(entries.len());
        let mut first: std::collections::HashMap<&str, Span> = std::collections::HashMap::new();
        for (key, node) in entries {
            if let Some(&before) = first.get(key.value.as_str()) {
                self.duplicate("key", key, before);
            } else {
                first.insert(&key.value, key.span);
                unique.push((key, node));
            }
        }
        Map {
            entries: unique,
            span,
        }
    }

    pub(super) fn duplicate(&mut self, kind: &str, name: &Spanned<String>, before: Span) {
        self.add(
            Diagnostic::error(
                "duplicate",
                format!("the {kind} `{}` is defined twice", name.value),
                name.span,
            )
            .label("defined again here")
            .note(before, "first defined here"),
        );
    }

    pub(super) fn text(&mut self, key: &str, node: &Node) -> Option<Spanned<String>> {
        match &node.content {
            Content::Scalar { text, .. } if !text.trim().is_empty() => Some(Spanned {
                value: text.trim().to_owned(),
                span: node.span,
            }),
            Content::Scalar { .. } => {
                self.add(
                    Diagnostic::error("invalid-value", format!("`{key}` is empty"), node.span)
                        .label("no text here"),
                );
                None
            }
            _ => {
                self.expected("a text", key, node);
                None
            }
        }
    }

    pub(super) fn texts(&mut self, key: &str, node: &Node) -> Vec<Spanned<String>> {
        match &node.content {
            Content::List(items) => items
                .iter()
                .filter_map(|item| self.text(key, item))
                .collect(),
            _ => {
                self.expected("a list", key, node);
                Vec::new()
            }
        }
    }

    pub(super) fn boolean(&mut self, key: &str, node: &Node) -> bool {
        match &node.content {
            Content::Scalar {
                text,
                quoted: false,
            } if text == "true" => true,
            Content::Scalar {
                text,
                quoted: false,
            } if text == "false" => false,
            _ => {
                self.expected("true or false", key, node);
                false
            }
        }
    }

    pub(super) fn number<T: std::str::FromStr>(
        &mut self,
        key: &str,
        what: &str,
        node: &Node,
    ) -> Option<T> {
        match &node.content {
            Content::Scalar {
                text,
                quoted: false,
            } if let Ok(number) = text.parse() => Some(number),
            _ => {
                self.expected(what, key, node);
                None
            }
        }
    }

    /// Reads a word of a closed vocabulary.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &str,
        node: &Node,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<Spanned<T>> {
        let text = self.text(key, node)?;
        let found = all.iter().copied().find(|&word| as_str(word) == text.value);
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|&word| as_str(word)).collect();
            self.add(
                Diagnostic::error(
                    "invalid-value",
                    format!("`{key}` can't be `{}`", text.value),
                    text.span,
                )
                .label(format!("one of: {}", words.join(", ")))
                .suggest("", nearest(&text.value, words.iter().copied())),
            );
        }
        found.map(|value| Spanned {
            value,
            span: text.span,
        })
    }
}

/// A mapping whose keys are taken one by one; what is left at the end is unknown.
pub(super) struct Map<'a> {
    pub(super) entries: Vec<(&'a Spanned<String>, &'a Node)>,
    pub(super) span: Span,
}

impl<'a> Map<'a> {
    pub(super) fn take(&mut self, key: &str) -> Option<&'a Node> {
        let index = self
            .entries
            .iter()
            .position(|(found, _)| found.value == key)?;
        Some(self.entries.remove(index).1)
    }

    /// Reports the keys that nobody took.
    pub(super) fn finish(self, what: &str, known: &[&'static str], findings: &mut Findings) {
        for (key, _) in self.entries {
            findings.add(
                Diagnostic::error(
                    "unknown-key",
                    format!("{what} has no key `{}`", key.value),
                    key.span,
                )
                .label(format!("known keys: {}", known.join(", ")))
                .suggest("", nearest(&key.value, known.iter().copied())),
            );
        }
    }
}
