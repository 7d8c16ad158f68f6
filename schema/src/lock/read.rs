//! Reading the compiled plan in place: every view borrows the file's text.

mod property;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

pub use self::property::{Property, properties, property};
use super::VERSION;
use crate::naming::{Case, Conventions, Grammar, State, Tense, vocabulary};

vocabulary! {
    /// What a file of the compiled plan, or a name in its index, stands for.
    Kind {
        /// An event.
        Event = "event",
        /// A shared enum.
        Enum = "enum",
        /// A group type.
        Group = "group",
        /// A feature flag.
        Flag = "flag",
    }
}

/// A compiled plan that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// It was written by a newer version.
    Newer {
        /// The version of its format.
        found: u32,
    },
    /// It was written by an older version.
    Older {
        /// The version of its format.
        found: u32,
    },
    /// A file is not what `regenerate` writes, for example because of a conflict in git.
    Damaged {
        /// What was expected.
        expected: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { found } => write!(
                formatter,
                "the compiled plan has format {found}, written by a newer trackplan (this one reads format {VERSION}); \
                 update the dependency `trackplan`, or run: cargo xtask regenerate"
            ),
            Self::Older { found } => write!(
                formatter,
                "the compiled plan has format {found}, written by an older trackplan (this one reads format {VERSION}); \
                 run: cargo xtask regenerate"
            ),
            Self::Damaged { expected } => {
                write!(
                    formatter,
                    "the compiled plan is damaged ({expected} expected); run: cargo xtask regenerate"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

/// A line and the lines below it that are indented further.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    head: Field<'a>,
    body: &'a str,
    depth: usize,
}

/// A line: its key and the rest of it, still escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The first word.
    pub key: &'a str,
    /// What follows it; empty for a bare word.
    pub value: &'a str,
}

impl<'a> Field<'a> {
    fn parse(line: &'a str) -> Self {
        let line = line.trim_start_matches(' ');
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        Self { key, value }
    }
}

/// The spaces by which a line is indented more than the one that it belongs to.
const INDENT: usize = 2;

/// The records of a text, each with the lines below it.
///
/// A type of its own, as lists are elsewhere in this module: a chain of iterator adapters would be compiled anew
/// wherever the macros use it.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a str,
    depth: usize,
}

/// The records of a text whose lines are indented by `depth`.
pub(crate) const fn records(text: &str, depth: usize) -> Records<'_> {
    Records { rest: text, depth }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (line, body) = split_line(self.rest)?;
        let mut after = body;
        while is_deeper(after, self.depth) {
            (_, after) = split_line(after)?;
        }
        self.rest = after;
        Some(Record {
            head: Field::parse(line),
            body: body.get(..body.len() - after.len()).unwrap_or_default(),
            depth: self.depth + INDENT,
        })
    }
}

/// What follows `key` in the first line of this depth that begins with it.
fn value<'a>(text: &'a str, depth: usize, key: &str) -> Option<&'a str> {
    for line in text.lines() {
        let value = value_of(line, depth, key);
        if value.is_some() {
            return value;
        }
    }
    None
}

/// What follows `key` in each line of this depth that begins with it.
fn values<'a>(text: &'a str, depth: usize, key: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for line in text.lines() {
        if let Some(value) = value_of(line, depth, key) {
            values.push(value);
        }
    }
    values
}

/// Most of what the macros ask a plan is asked here, unoptimised, so it takes no line apart that is not the one.
fn value_of<'a>(line: &'a str, depth: usize, key: &str) -> Option<&'a str> {
    let rest = line.get(depth..)?.strip_prefix(key)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(' ')
}

fn is_deeper(text: &str, depth: usize) -> bool {
    let start = text.as_bytes().get(..=depth).unwrap_or_default();
    !start.is_empty() && start.iter().all(|&byte| byte == b' ')
}

fn split_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

impl<'a> Record<'a> {
    /// The line itself.
    #[must_use]
    pub fn head(&self) -> Field<'a> {
        self.head
    }

    /// The lines below it, each with its own.
    #[must_use]
    pub const fn records(&self) -> Records<'a> {
        records(self.body, self.depth)
    }

    /// The value of the indented line with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'a str> {
        value(self.body, self.depth, key)
    }

    /// The values of all indented lines with this key.
    #[must_use]
    pub fn values(&self, key: &str) -> Vec<&'a str> {
        values(self.body, self.depth, key)
    }

    /// Reads the one record of a file of its own: an enum, a group or a flag.
    ///
    /// # Errors
    ///
    /// The text is empty or another kind's.
    pub fn parse(kind: Kind, text: &'a str) -> Result<Self, Error> {
        match records(text, 0).next() {
            Some(record) if record.head.key == kind.as_str() => Ok(record),
            _ => Err(Error::Damaged {
                expected: kind.as_str(),
            }),
        }
    }

    /// The members of an enum's record or of an enum property, in the order of the plan.
    #[must_use]
    pub fn members(&self) -> Vec<&'a str> {
        self.values("member")
    }
}

/// The file `index`.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    text: &'a str,
}

impl<'a> Index<'a> {
    /// Reads an index whose version this crate knows.
    ///
    /// # Errors
    ///
    /// It is newer or older than this crate, or no index.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let (line, rest) = split_line(text).unwrap_or_default();
        let version = line.strip_prefix("trackplan-lock ").unwrap_or_default();
        match version.parse() {
            Ok(VERSION) => Ok(Self { text: rest }),
            Ok(found) if found > VERSION => Err(Error::Newer { found }),
            Ok(found) => Err(Error::Older { found }),
            Err(_) => Err(Error::Damaged {
                expected: "trackplan-lock VERSION",
            }),
        }
    }

    /// The plan's name.
    #[must_use]
    pub fn plan(&self) -> &'a str {
        value(self.text, 0, "plan").unwrap_or_default()
    }

    /// The names of a kind, sorted.
    #[must_use]
    pub fn names(&self, kind: Kind) -> Vec<&'a str> {
        values(self.text, 0, kind.as_str())
    }

    /// The YAML sources below the schema folder, each with its content hash.
    #[must_use]
    pub fn sources(&self) -> Vec<(&'a str, u64)> {
        let mut sources = Vec::new();
        for source in values(self.text, 0, "source") {
            if let Some((hash, path)) = source.split_once(' ')
                && let Ok(hash) = u64::from_str_radix(hash, 16)
            {
                sources.push((path, hash));
            }
        }
        sources
    }

    /// What the plan asks of names.
    #[must_use]
    pub fn conventions(&self) -> Conventions {
        let mut conventions = Conventions::default();
        for record in records(self.text, 0) {
            let field = record.head;
            match field.key {
                "event_case" => set(&mut conventions.event_case, Case::parse(field.value)),
                "property_case" => set(&mut conventions.property_case, Case::parse(field.value)),
                "event_grammar" => set(&mut conventions.event_grammar, Grammar::parse(field.value)),
                "completed" => set(&mut conventions.completed, Tense::parse(field.value)),
                "ongoing" => set(&mut conventions.ongoing, Tense::parse(field.value)),
                _ => {}
            }
        }
        conventions
    }
}

fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

/// The file of an event.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    name: &'a str,
    rest: &'a str,
}

impl<'a> Event<'a> {
    /// Reads an event's file.
    ///
    /// # Errors
    ///
    /// It is no event's file.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let (line, rest) = split_line(text).unwrap_or_default();
        let name = line.strip_prefix("event ").ok_or(Error::Damaged {
            expected: "event NAME",
        })?;
        Ok(Self { name, rest })
    }

    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The value of one of its own lines: `description`, `tier`, `source`, `state`, `sample`, `expires`,
    /// `deprecated`, `renamed_to`…
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'a str> {
        for line in self.rest.lines() {
            if line.starts_with("property ") {
                // Its own lines come first.
                break;
            }
            let value = value_of(line, 0, key);
            if value.is_some() {
                return value;
            }
        }
        None
    }

    /// The group type that it belongs to, and the property that carries the group's key.
    #[must_use]
    pub fn scope(&self) -> Option<(&'a str, &'a str)> {
        Some((self.field("scope")?, self.field("scope_key")?))
    }

    /// Completed or ongoing.
    #[must_use]
    pub fn state(&self) -> State {
        self.field("state")
            .and_then(State::parse)
            .unwrap_or(State::Completed)
    }

    /// Its properties, sorted by name, without the key of its scope.
    #[must_use]
    pub fn properties(&self) -> Vec<Property<'a>> {
        properties(self.rest)
    }
}

/// The file `places`: where each item is written.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    text: &'a str,
}

impl<'a> Places<'a> {
    /// Reads the file. Places are a courtesy, so a damaged file just has none.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self { text }
    }

    /// `billing.yaml:12:3` for the key `event/invoice_paid` or `event/invoice_paid/amount`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        // The lines are sorted by key, so each look at one halves what is left.
        let mut rest = self.text;
        while !rest.is_empty() {
            let middle = rest.get(..rest.floor_char_boundary(rest.len() / 2))?;
            let start = middle.rfind('\n').map_or(0, |end| end + 1);
            let (line, after) = split_line(rest.get(start..)?)?;
            let (found, place) = line.split_once('\t')?;
            match key.cmp(found) {
                Ordering::Equal => return Some(place),
                Ordering::Less => rest = rest.get(..start)?,
                Ordering::Greater => rest = after,
            }
        }
        None
    }
}

/// The text behind an escaped value.
#[must_use]
pub fn unescape(value: &str) -> Cow<'_, str> {
    if !value.as_bytes().contains(&b'\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            _ => text.push(char),
        }
    }
    Cow::Owned(text)
}
