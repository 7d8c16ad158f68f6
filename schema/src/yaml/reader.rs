//! Typed reading of tree nodes that reports what does not fit and goes on.

mod words;

pub use words::date;

use std::collections::{HashMap, HashSet};

use super::checks::structure;
use super::diagnostic::Diagnostic;
use super::keys::{self, Mapping};
use super::tree::{Content, Node};
use crate::naming::nearest;
use crate::plan::{Allow, Span, Spanned, Type};

/// The findings so far, and what decides about them later.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Diagnostic>,
    /// The checks that items are excused from.
    pub(super) allows: Vec<Allow>,
    /// The items that could not be read in full, by the place of their names.
    pub(super) damaged: HashSet<Span>,
    /// How often the nearest name was looked for.
    lookups: u32,
}

/// Looking for the nearest name goes through all names, and nobody reads the thousandth suggestion.
const MOST_LOOKUPS: u32 = 100;

impl Findings {
    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// The closest of many names to a mistyped one; none any more after a hundred mistakes.
    pub(super) fn nearest<'a>(
        &mut self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.lookups += 1;
        (self.lookups <= MOST_LOOKUPS)
            .then(|| nearest(name, candidates))
            .flatten()
    }

    /// Reports a node of the wrong shape.
    pub(super) fn expected(&mut self, what: &str, key: &str, node: &Node) {
        let message = format!("`{key}` must be {what}");
        self.add(
            Diagnostic::new(&structure::INVALID_VALUE, message, node.span)
                .label(node.content.describe()),
        );
    }

    /// Reports a node that should hold named things; `owner` is quoted where it is a name.
    pub(super) fn no_mapping(&mut self, owner: &str, node: &Node) {
        self.add(
            Diagnostic::new(
                &structure::INVALID_VALUE,
                format!("{owner} must be a mapping"),
                node.span,
            )
            .label(node.content.describe())
            .help("write `name: value`, each on a line of its own, indented by two more spaces"),
        );
    }

    pub(super) fn duplicate(&mut self, kind: &str, name: &str, place: Span, before: Span) {
        let message = format!("the {kind} `{name}` is defined twice");
        self.add(
            Diagnostic::new(&structure::DUPLICATE, message, place)
                .label("defined again here")
                .note(before, "first defined here")
                .help("keep one of them"),
        );
    }

    /// Reports an item without a key that it needs; `how` shows the key.
    pub(super) fn missing(&mut self, kind: &str, item: &Spanned<String>, key: &str, how: &str) {
        let message = format!("the {kind} `{}` has no `{key}`", item.value);
        self.add(
            Diagnostic::new(&structure::MISSING_KEY, message, item.span)
                .label(format!("`{key}` is missing"))
                .help(format!("add {how}")),
        );
    }

    pub(super) fn map<'a>(&mut self, key: &str, node: &'a Node) -> Option<Map<'a>> {
        let Content::Map(entries) = &node.content else {
            self.no_mapping(&format!("`{key}`"), node);
            return None;
        };
        let mut unique: Vec<(&Spanned<String>, &Node)> = Vec::with_capacity(entries.len());
        let mut first: HashMap<&str, Span> = HashMap::new();
        for (key, node) in entries {
            if let Some(&before) = first.get(key.value.as_str()) {
                self.duplicate("key", &key.value, key.span, before);
            } else {
                first.insert(&key.value, key.span);
                unique.push((key, node));
            }
        }
        Some(Map { entries: unique })
    }

    pub(super) fn text(&mut self, key: &str, node: &Node) -> Option<Spanned<String>> {
        match &node.content {
            Content::Scalar { text, .. } if !text.trim().is_empty() => Some(Spanned {
                value: text.trim().to_owned(),
                span: node.span,
            }),
            Content::Scalar { .. } => {
                let message = format!("`{key}` is empty");
                self.add(
                    Diagnostic::new(&structure::INVALID_VALUE, message, node.span)
                        .label("no text here")
                        .help("write one; in quotes if it begins with `#`, which begins a comment"),
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

    /// A list of texts, each of which may stand in it once.
    pub(super) fn distinct_texts(&mut self, key: &str, node: &Node) -> Vec<Spanned<String>> {
        let mut first: HashMap<String, Span> = HashMap::new();
        let mut texts = self.texts(key, node);
        texts.retain(|text| match first.get(&text.value) {
            Some(&before) => {
                self.duplicate(&format!("entry of `{key}`"), &text.value, text.span, before);
                false
            }
            None => first.insert(text.value.clone(), text.span).is_none(),
        });
        texts
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
            let message = format!("`{key}` can't be `{}`", text.value);
            self.add(
                Diagnostic::new(&structure::INVALID_VALUE, message, text.span)
                    .label(format!("one of: {}", words.join(", ")))
                    .suggest("", nearest(&text.value, words.iter().copied())),
            );
        }
        found.map(|value| Spanned {
            value,
            span: text.span,
        })
    }

    /// Keeps what an item allows.
    pub(super) fn allow(&mut self, map: &mut Map<'_>, item: Span) {
        let Some(node) = map.take("allow") else {
            return;
        };
        let Some(allows) = self.map("allow", node) else {
            return;
        };
        for (code, node) in allows.entries {
            if let Some(reason) = self.text(&code.value, node) {
                self.allows.push(Allow {
                    code: code.clone(),
                    reason: reason.value,
                    item,
                });
            }
        }
    }
}

/// A mapping whose keys are taken one by one; what is left at the end is unknown.
#[derive(Default)]
pub(super) struct Map<'a> {
    pub(super) entries: Vec<(&'a Spanned<String>, &'a Node)>,
}

impl<'a> Map<'a> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.node(key).is_some()
    }

    /// Whether a key is neither there nor misspelt, which is reported as an unknown key.
    pub(super) fn lacks(&self, key: &str) -> bool {
        let mut keys = self.entries.iter();
        !keys.any(|(found, _)| nearest(&found.value, [key]).is_some())
    }

    /// The node of a key, which stays.
    pub(super) fn node(&self, key: &str) -> Option<&'a Node> {
        let entry = self.entries.iter().find(|(found, _)| found.value == key);
        entry.map(|&(_, node)| node)
    }

    pub(super) fn take(&mut self, key: &str) -> Option<&'a Node> {
        self.take_entry(key).map(|(_, node)| node)
    }

    pub(super) fn take_entry(&mut self, key: &str) -> Option<(&'a Spanned<String>, &'a Node)> {
        let index = self
            .entries
            .iter()
            .position(|(found, _)| found.value == key)?;
        Some(self.entries.remove(index))
    }

    /// Reports the keys that nobody took, of a mapping without a type.
    pub(super) fn finish(self, mapping: &Mapping, findings: &mut Findings) {
        self.report(mapping.what, &mapping.names(None), findings);
    }

    /// Reports the keys that nobody took, of a mapping whose keys depend on its type.
    pub(super) fn finish_typed(self, mapping: &Mapping, ty: &Type, findings: &mut Findings) {
        let what = format!("{} of type {}", mapping.what, ty.as_str());
        self.report(&what, &mapping.names(Some(ty.as_str())), findings);
    }

    fn report(self, what: &str, known: &[&'static str], findings: &mut Findings) {
        for (key, _) in self.entries {
            let message = format!("{what} has no key `{}`", key.value);
            let finding = Diagnostic::new(&structure::UNKNOWN_KEY, message, key.span)
                .label(format!("known keys: {}", known.join(", ")));
            let near = nearest(&key.value, known.iter().copied());
            findings.add(match near.or_else(|| lengthened(&key.value, known)) {
                Some(known) => finding.suggest("", Some(known)),
                None => match keys::habit(&key.value, known) {
                    Some(help) => finding.help(help),
                    None => finding,
                },
            });
        }
    }
}

/// The word that a short form such as `desc` begins.
fn lengthened<'a>(short: &str, words: &[&'a str]) -> Option<&'a str> {
    let mut words = words.iter().copied();
    words.find(|word| short.len() >= 3 && word.starts_with(short))
}
