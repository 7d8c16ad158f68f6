//! Findings as a person reads them: like rustc's, each with an excerpt of its source.

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Severity, Origin, Renderer, Snippet,
};

use super::diagnostic::{Diagnostic, Level, Note};
use crate::plan::{Lines, Source, Span};

/// Places as near as this many lines share an excerpt.
const NEAR: usize = 20;

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
    let files = sources.iter().map(|source| File {
        path: shown_path(folder, &source.path),
        lines: Lines::of(&source.text),
        text: &source.text,
    });
    let files: Vec<File<'_>> = files.collect();
    let reports: Vec<String> = diagnostics
        .iter()
        .map(|finding| renderer.render(&[group(finding, &files)]))
        .collect();
    reports.join("\n\n")
}

struct File<'a> {
    path: String,
    lines: Lines<'a>,
    text: &'a str,
}

fn group<'a>(finding: &'a Diagnostic, files: &'a [File<'a>]) -> Group<'a> {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let title = severity
        .primary_title(finding.message.as_str())
        .id(finding.code);
    let mut group = Group::with_title(title);
    let place = finding
        .span
        .and_then(|span| Some((span, files.get(span.file)?)));
    if let Some((span, file)) = place {
        let line = |span: Span| file.lines.position(span.start).line;
        let is_near = |note: &&Note| {
            note.span.file == span.file && line(note.span).abs_diff(line(span)) <= NEAR
        };
        let (near, far): (Vec<&Note>, Vec<&Note>) = finding.notes.iter().partition(is_near);
        let primary = (AnnotationKind::Primary, span, finding.label.as_str());
        let near = near.into_iter().map(context);
        let marks: Vec<Mark<'_>> = std::iter::once(primary).chain(near).collect();
        group = group.element(excerpt(file, &marks));
        for note in far {
            if let Some(file) = files.get(note.span.file) {
                group = group.element(excerpt(file, &[context(note)]));
            }
        }
    }
    match &finding.help {
        Some(help) => group.element(Severity::HELP.message(help.as_str())),
        None => group,
    }
}

type Mark<'a> = (AnnotationKind, Span, &'a str);

fn context(note: &Note) -> Mark<'_> {
    (AnnotationKind::Context, note.span, &note.label)
}

/// The lines of the marks. The renderer looks at all that it is given, and files and lines can be long.
fn excerpt<'a>(file: &File<'a>, marks: &[Mark<'a>]) -> Element<'a> {
    const LONGEST: usize = 10_000;
    let line = |span: &Span| file.lines.position(span.start).line;
    let spans = || marks.iter().map(|(_, span, _)| span);
    let first = spans().map(line).min().unwrap_or(1);
    let last = spans().map(line).max().unwrap_or(1);
    let start = file.lines.start(first);
    let text = file.text.get(start..file.lines.start(last + 1));
    let text = text.unwrap_or_default();
    if text.len() > LONGEST {
        let place = marks.first().map_or(start, |(_, span, _)| span.start);
        let position = file.lines.position(place);
        return Origin::path(file.path.clone())
            .line(position.line)
            .char_column(position.column)
            .into();
    }
    let annotations = marks.iter().map(|(kind, span, label)| {
        // Of what spans several lines, the first says enough.
        let marked = file.text.get(span.start..span.end).unwrap_or_default();
        let end = span.start + marked.lines().next().map_or(0, str::len);
        let range = span.start.saturating_sub(start)..end.saturating_sub(start);
        kind.span(range).label(*label)
    });
    Snippet::source(text)
        .path(file.path.clone())
        .line_start(first)
        .annotations(annotations)
        .into()
}

/// A source's path as its reader knows it: below the schema folder, or beside it where the path begins with `../`.
#[must_use]
pub fn shown_path(folder: &str, path: &str) -> String {
    match path.strip_prefix("../") {
        None => format!("{folder}/{path}"),
        Some(beside) => match folder.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/{beside}"),
            None => beside.to_owned(),
        },
    }
}
