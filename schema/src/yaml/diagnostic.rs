//! Findings about a plan.

use super::checks::Check;
use crate::naming::vocabulary;
use crate::plan::Span;

vocabulary! {
    /// How much a finding weighs.
    #[derive(PartialOrd, Ord)]
    Level {
        /// The plan can't be used.
        Error = "error",
        /// The plan can be used, and somebody should look.
        Warning = "warning",
        /// Worth knowing.
        Note = "note",
    }
}

/// Something wrong in a plan: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name of the check.
    pub code: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where; `None` for a finding about the folder.
    pub span: Option<Span>,
    /// What stands at that place.
    pub label: String,
    /// Other places that explain it.
    pub notes: Vec<Note>,
    /// What to do.
    pub help: Option<String>,
}

/// A place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub label: String,
}

impl Diagnostic {
    /// What a check found at a place.
    pub(crate) fn new(check: &Check, message: impl Into<String>, span: Span) -> Self {
        Self {
            level: check.level,
            span: Some(span),
            ..Self::folder(check.code, message)
        }
    }

    /// An error about the schema folder rather than a place in a file.
    pub(crate) fn folder(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            message: message.into(),
            span: None,
            label: String::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// An error about generated files that differ from what the plan says.
    #[must_use]
    pub fn stale(paths: &[String]) -> Self {
        const MOST: usize = 5;
        let shown = paths.iter().take(MOST).map(String::as_str);
        let shown: Vec<&str> = shown.collect();
        let more = match paths.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!("generated files are stale: {}{more}", shown.join(", "));
        Self::folder("stale", message).help("run: cargo xtask regenerate")
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    pub(crate) fn suggest(self, kind: &str, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.help(format!("did you mean {kind}`{name}`?")),
            None => self,
        }
    }

    pub(super) fn note(mut self, span: Span, label: impl Into<String>) -> Self {
        self.notes.push(Note {
            span,
            label: label.into(),
        });
        self
    }

    pub(super) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }
}
