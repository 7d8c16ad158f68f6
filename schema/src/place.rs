//! Places in the files of a plan, as people read them.

use std::fmt;

use crate::plan::{Lines, Position, Source, Span};

/// A place in a file of the plan: `billing.yaml:12:7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file's path below the schema folder.
    pub file: &'a str,
    /// The line and column.
    pub position: Position,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(formatter, "{}:{line}:{column}", self.file)
    }
}

/// The lines of each source, so that many places are found without reading the text again.
#[derive(Debug)]
pub struct Places<'a>(Vec<(&'a Source, Lines<'a>)>);

impl<'a> Places<'a> {
    /// Reads the sources of a plan.
    #[must_use]
    pub fn of(sources: &'a [Source]) -> Self {
        let lines = sources
            .iter()
            .map(|source| (source, Lines::of(&source.text)));
        Self(lines.collect())
    }

    /// The place where a span begins; `None` if it is of other sources.
    #[must_use]
    pub fn get(&self, span: Span) -> Option<Place<'a>> {
        let (source, lines) = self.0.get(span.file)?;
        Some(Place {
            file: &source.path,
            position: lines.position(span.start),
        })
    }
}
