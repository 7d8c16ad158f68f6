//! Findings about a plan, and how a person reads them.

use annotate_snippets::{AnnotationKind, Level as Severity, Renderer, Snippet};

use super::checks::Check;
use crate::naming::vocabulary;
use crate::plan::{Source, Span};

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
    pub(super) fn new(check: &Check, message: impl Into<String>, span: Span) -> Self {
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

/// Renders findings as rustc does, each with an excerpt of its source. `folder` is put before the files' names.
#[must_use]
pub fn render(
    diagnostics: &[Diagnostic],
    sources: &[Source],
    folder: &str,
    colour: bool,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let reports: Vec<String> = diagnostics
        .iter()
        .map(|finding| render_one(finding, sources, folder, &renderer))
        .collect();
    reports.join("\n\n")
}

fn render_one(
    finding: &Diagnostic,
    sources: &[Source],
    folder: &str,
    renderer: &Renderer,
) -> String {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let title = severity
        .primary_title(finding.message.as_str())
        .id(finding.code);
    let place = finding
        .span
        .and_then(|span| Some((span, sources.get(span.file)?)));
    let Some((span, source)) = place else {
        let group = match &finding.help {
            Some(help) => title.element(Severity::HELP.message(help.as_str())),
            None => annotate_snippets::Group::with_title(title),
        };
        return renderer.render(&[group]);
    };
    let path = |source: &Source| format!("{folder}/{}", source.path);
    let primary = AnnotationKind::Primary
        .span(span.start..span.end)
        .label(finding.label.as_str());
    let (here, elsewhere): (Vec<&Note>, Vec<&Note>) = finding
        .notes
        .iter()
        .partition(|note| note.span.file == span.file);
    let mut snippet = Snippet::source(source.text.as_str())
        .path(path(source))
        .annotation(primary);
    for note in here {
        snippet = snippet.annotation(
            AnnotationKind::Context
                .span(note.span.start..note.span.end)
                .label(note.label.as_str()),
        );
    }
    let mut group = title.element(snippet);
    for note in elsewhere {
        if let Some(source) = sources.get(note.span.file) {
            let context = AnnotationKind::Context
                .span(note.span.start..note.span.end)
                .label(note.label.as_str());
            group = group.element(
                Snippet::source(source.text.as_str())
                    .path(path(source))
                    .annotation(context),
            );
        }
    }
    if let Some(help) = &finding.help {
        group = group.element(Severity::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}
