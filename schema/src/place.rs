//! From bytes to the lines and columns that people read.

use std::fmt;

use crate::plan::{Source, Span};

/// A place in a YAML file of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file's path below the schema folder.
    pub file: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Where each line of each source begins, so that many places are found without reading the text again.
#[derive(Debug)]
pub struct Places<'a>(Vec<(&'a Source, Vec<usize>)>);

impl<'a> Places<'a> {
    /// Reads the sources of a plan.
    #[must_use]
    pub fn of(sources: &'a [Source]) -> Self {
        let starts = |text: &str| {
            std::iter::once(0)
                .chain(text.match_indices('\n').map(|(index, _)| index + 1))
                .collect()
        };
        Self(
            sources
                .iter()
                .map(|source| (source, starts(&source.text)))
                .collect(),
        )
    }

    /// The place where a span begins; `None` if it is of other sources.
    #[must_use]
    pub fn get(&self, span: Span) -> Option<Place<'a>> {
        let (source, starts) = self.0.get(span.file)?;
        let line = starts.partition_point(|&start| start <= span.start);
        let start = *starts.get(line.checked_sub(1)?)?;
        let column = source.text.get(start..span.start)?.chars().count() + 1;
        Some(Place {
            file: &source.path,
            line,
            column,
        })
    }
}
