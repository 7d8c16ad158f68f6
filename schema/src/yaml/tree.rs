//! A YAML document as a tree in which every node knows its place and no key is lost.

mod syntax;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::checks::structure;
use super::diagnostic::Diagnostic;
use crate::plan::{Span, Spanned};

/// Deeper than any plan, and shallow enough that walking the tree can't exhaust the stack.
const DEEPEST: usize = 64;

/// A node of the tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) content: Content,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Text, and whether it is written in quotes (`"true"` is no boolean).
    Scalar {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Content {
    /// Whether the place of a value is empty.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Scalar { text, quoted: false } if text.trim().is_empty() || text == "~")
    }

    /// What it is, in a few words.
    pub(super) fn describe(&self) -> String {
        match self {
            _ if self.is_nothing() => "nothing here".to_owned(),
            Self::Scalar { quoted: true, .. } => "this is a text in quotes".to_owned(),
            Self::Scalar { text, .. } if text.chars().count() <= 40 => {
                format!("this is `{text}`")
            }
            Self::Scalar { .. } => "this is a text".to_owned(),
            Self::List(_) => "this is a list".to_owned(),
            Self::Map(_) => "this is a mapping".to_owned(),
        }
    }
}

/// Parses a file; `None` if it is empty.
pub(super) fn parse(file: usize, text: &str) -> Result<Option<Node>, Box<Diagnostic>> {
    let offsets = Offsets::of(text);
    let mut builder = Builder {
        file,
        open: Vec::new(),
        root: None,
    };
    for step in Parser::new_from_str(text) {
        let (event, place) = step.map_err(|error| {
            let at = offsets.byte(error.marker().index());
            let open = builder.open.last().map(Open::place);
            if error.info().contains("unknown anchor") {
                alias(Span {
                    file,
                    start: at,
                    end: at + 1,
                })
            } else {
                syntax::explain(file, text, at, error.info(), open)
            }
            .boxed()
        })?;
        let start = offsets.byte(place.start.index());
        let span = Span {
            file,
            start,
            end: offsets.byte(place.end.index()).max(start),
        };
        builder.add(event, span)?;
    }
    Ok(builder.root)
}

/// From the parser's character indices to bytes.
struct Offsets(Option<Vec<usize>>);

impl Offsets {
    fn of(text: &str) -> Self {
        Self((!text.is_ascii()).then(|| {
            text.char_indices()
                .map(|(byte, _)| byte)
                .chain([text.len()])
                .collect()
        }))
    }

    fn byte(&self, index: usize) -> usize {
        match &self.0 {
            None => index,
            Some(bytes) => bytes
                .get(index)
                .or(bytes.last())
                .copied()
                .unwrap_or_default(),
        }
    }
}

struct Builder {
    file: usize,
    open: Vec<Open>,
    root: Option<Node>,
}

enum Open {
    List(Span, Vec<Node>),
    Map(Span, Vec<(Spanned<String>, Node)>, Option<Spanned<String>>),
}

impl Open {
    /// Where it begins.
    fn place(&self) -> Span {
        match self {
            Self::List(span, _) | Self::Map(span, ..) => *span,
        }
    }
}

fn alias(span: Span) -> Diagnostic {
    Diagnostic::new(&structure::YAML_ALIAS, "a plan has no YAML aliases", span)
        .label("an alias")
        .help("declare what several events use once, under `shared:` or `enums:`, and refer to it by name")
}

impl Builder {
    fn add(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, ..) => {
                let quoted = style != ScalarStyle::Plain;
                self.put(Node {
                    span,
                    content: Content::Scalar {
                        text: text.into_owned(),
                        quoted,
                    },
                })
            }
            Event::SequenceStart(..) => self.open(Open::List(span, Vec::new()), span),
            Event::MappingStart(..) => self.open(Open::Map(span, Vec::new(), None), span),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(start, items)) => self.put(Node {
                    span: whole(start, span),
                    content: Content::List(items),
                }),
                Some(Open::Map(start, entries, _)) => self.put(Node {
                    span: whole(start, span),
                    content: Content::Map(entries),
                }),
                None => Ok(()),
            },
            Event::Alias(_) => Err(alias(span).boxed()),
            Event::DocumentStart(_) if self.root.is_some() => Err(Diagnostic::new(
                &structure::YAML_DOCUMENTS,
                "a plan file holds one document",
                span,
            )
            .label("a second one begins here")
            .help("move it into a file of its own in the same folder")
            .boxed()),
            _ => Ok(()),
        }
    }

    fn open(&mut self, container: Open, span: Span) -> Result<(), Box<Diagnostic>> {
        if self.open.len() == DEEPEST {
            return Err(Diagnostic::new(
                &structure::YAML_SYNTAX,
                format!("nested deeper than {DEEPEST} levels"),
                span,
            )
            .boxed());
        }
        self.open.push(container);
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Box<Diagnostic>> {
        match self.open.last_mut() {
            None => self.root = Some(node).filter(|node| !node.content.is_nothing()),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => match node.content {
                    Content::Scalar {
                        text,
                        quoted: false,
                    } if text == "<<" => {
                        return Err(alias(node.span).boxed());
                    }
                    Content::Scalar { text, .. } => {
                        *key = Some(Spanned {
                            value: text,
                            span: node.span,
                        });
                    }
                    _ => {
                        return Err(Diagnostic::new(
                            &structure::YAML_SYNTAX,
                            "a key is a single word",
                            node.span,
                        )
                        .label(node.content.describe())
                        .boxed());
                    }
                },
            },
        }
        debug_assert!(
            self.root
                .as_ref()
                .is_none_or(|root| root.span.file == self.file),
            "one file at a time"
        );
        Ok(())
    }
}

fn whole(start: Span, end: Span) -> Span {
    Span {
        end: end.end.max(start.end),
        ..start
    }
}
