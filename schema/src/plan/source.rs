//! The files of a plan, and places in them.

/// A YAML file of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path below the schema folder, with `/` on every platform: `billing.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A place in a source: the file's index in [`super::Plan::sources`] and a range of bytes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the file in [`super::Plan::sources`].
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// From the first byte of this place to the last byte of a later one in the same file.
    #[must_use]
    pub const fn to(self, end: Self) -> Self {
        Self {
            file: self.file,
            start: self.start,
            end: if end.end > self.end {
                end.end
            } else {
                self.end
            },
        }
    }

    /// Whether another place lies in this one.
    #[must_use]
    pub const fn contains(self, inner: Self) -> bool {
        self.file == inner.file && self.start <= inner.start && inner.end <= self.end
    }
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Where each line of a text begins, to turn bytes into lines and columns.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// A line and a column as editors count them: from one, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(index, _)| index + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// The line and column of a byte.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.start(line);
        let before = self.text.get(start..byte.min(self.text.len()));
        Position {
            line,
            column: before.map_or(0, |before| before.chars().count()) + 1,
        }
    }

    /// The first byte of a line that [`Lines::position`] gave, or the text's end for one behind the last.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        self.starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len())
    }
}
