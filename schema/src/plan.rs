//! The model of a tracking plan as it is written: every item with its place, so that each finding can
//! point at it.

mod outputs;

pub use outputs::{Outputs, Style};

use crate::naming::{Conventions, State, vocabulary};

/// A place in a source: the file's index in [`Plan::sources`] and a range of bytes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the file in [`Plan::sources`].
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// A YAML file of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path below the schema folder, with `/` on every platform: `billing.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Where the lines of a plan's sources begin, so that places are found by halving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(Vec<Vec<usize>>);

impl Lines {
    /// Finds the lines of the files of [`Plan::sources`].
    #[must_use]
    pub fn of(sources: &[Source]) -> Self {
        let starts = |text: &str| {
            let after = text.match_indices('\n').map(|(index, _)| index + 1);
            std::iter::once(0).chain(after).collect()
        };
        Self(sources.iter().map(|source| starts(&source.text)).collect())
    }

    /// The place as a person reads it, below the schema folder: `billing.yaml:12:7`. `None` if it is no place in
    /// these sources.
    #[must_use]
    pub fn place(&self, sources: &[Source], span: Span) -> Option<String> {
        let source = sources.get(span.file)?;
        let starts = self.0.get(span.file)?;
        let line = starts.partition_point(|&start| start <= span.start);
        let start = *starts.get(line.checked_sub(1)?)?;
        let column = source.text.get(start..span.start)?.chars().count() + 1;
        Some(format!("{}:{line}:{column}", source.path))
    }
}

/// A whole tracking plan, merged from its files. Items stand in the order of their files and lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The YAML files, sorted by path.
    pub sources: Vec<Source>,
    /// The plan's name.
    pub name: String,
    /// What it asks of names.
    pub conventions: Conventions,
    /// The tiers, the most important first.
    pub tiers: Vec<Tier>,
    /// The owners of events.
    pub owners: Vec<Owner>,
    /// The shared enums.
    pub enums: Vec<Enum>,
    /// The groups that events belong to.
    pub groups: Vec<Group>,
    /// The properties of a person.
    pub person: Vec<Property>,
    /// The events.
    pub events: Vec<Event>,
    /// The funnels.
    pub funnels: Vec<Funnel>,
    /// The feature flags.
    pub flags: Vec<Flag>,
    /// What is generated beside the compiled plan.
    pub outputs: Outputs,
}

/// An importance class of events and what it demands of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// Its name.
    pub name: Spanned<String>,
    /// The attributes that each of its events must have.
    pub requires: Vec<Spanned<Required>>,
    /// Whether its events may be sampled.
    pub sample_allowed: bool,
}

vocabulary! {
    /// An attribute that a tier can demand of its events.
    Required {
        /// `description`
        Description = "description",
        /// `owner`
        Owner = "owner",
        /// `trigger`
        Trigger = "trigger",
    }
}

/// Who answers for events.
#[derive(Debug, Clone, PartialEq)]
pub struct Owner {
    /// The name that events refer to.
    pub name: Spanned<String>,
    /// Where to reach them.
    pub contact: Option<String>,
}

/// A shared enum, or one that a property declares inline.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// `integration`, or `pr_list_exported.format` for an inline one.
    pub name: Spanned<String>,
    /// Its members, in the order of the plan.
    pub members: Vec<Member>,
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The value on the wire.
    pub value: Spanned<String>,
    /// What it means.
    pub description: Option<String>,
}

/// A group type.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name, PostHog's group type.
    pub name: Spanned<String>,
    /// The property that every event of its scope carries.
    pub key: Spanned<String>,
    /// The properties of a group.
    pub properties: Vec<Property>,
}

/// Something that users do or that happens to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name on the wire.
    pub name: Spanned<String>,
    /// What it means.
    pub description: Option<String>,
    /// When exactly it is sent.
    pub trigger: Option<String>,
    /// The name of its tier.
    pub tier: Option<Spanned<String>>,
    /// Where it is sent from.
    pub source: Origin,
    /// The group that it belongs to.
    pub scope: Option<Spanned<String>>,
    /// The name of its owner.
    pub owner: Option<Spanned<String>>,
    /// Free labels.
    pub tags: Vec<String>,
    /// Its properties, without the key of its scope.
    pub properties: Vec<Property>,
    /// Completed or ongoing.
    pub state: State,
    /// Why and until when it is still there.
    pub deprecated: Option<Deprecation>,
    /// The checks it is excused from, each with a reason.
    pub allow: Vec<Allow>,
}

vocabulary! {
    /// Where an event is sent from.
    Origin {
        /// Servers.
        Backend = "backend",
        /// Browsers.
        Frontend = "frontend",
        /// Either.
        Both = "both",
    }
}

/// A check that an item is excused from.
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// The check's code.
    pub code: Spanned<String>,
    /// Why.
    pub reason: String,
}

/// A deprecation.
#[derive(Debug, Clone, PartialEq)]
pub struct Deprecation {
    /// Why.
    pub reason: Option<String>,
    /// The name that replaces it.
    pub renamed_to: Option<Spanned<String>>,
}

/// A property of an event, a person or a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name on the wire.
    pub name: Spanned<String>,
    /// What it means.
    pub description: Option<String>,
    /// Its type, with constraints.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// How personal it is, where the plan says so.
    pub pii: Option<Pii>,
    /// The unit of a quantity.
    pub unit: Option<String>,
    /// Why and until when it is still there.
    pub deprecated: Option<Deprecation>,
    /// Whether only the first value counts (person and group).
    pub set_once: bool,
    /// The checks it is excused from, each with a reason.
    pub allow: Vec<Allow>,
}

vocabulary! {
    /// How personal a property is.
    Pii {
        /// Says nothing about a person.
        None = "none",
        /// Tells persons apart without naming them.
        Pseudonymous = "pseudonymous",
        /// Names or describes a person.
        Personal = "personal",
        /// Must never be sent.
        Secret = "secret",
    }
}

/// The type of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Text.
    String {
        /// The most characters it may have.
        max_length: Option<u64>,
        /// A regular expression that it matches.
        pattern: Option<String>,
        /// A well-known form.
        format: Option<Format>,
    },
    /// A whole number of 64 bits.
    Integer {
        /// The least value.
        min: Option<i64>,
        /// The greatest value.
        max: Option<i64>,
    },
    /// A finite number.
    Number {
        /// The least value.
        min: Option<f64>,
        /// The greatest value.
        max: Option<f64>,
    },
    /// True or false.
    Boolean,
    /// A moment, RFC 3339 in UTC on the wire.
    Datetime,
    /// A length of time, whole milliseconds on the wire.
    Duration,
    /// One of a list of values.
    Enum(Enum),
    /// Several values of a scalar type.
    Array {
        /// The type of its items.
        items: Box<Type>,
        /// The most items it may have.
        max_items: Option<u64>,
    },
}

impl Type {
    /// The word of the plan language for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::String { .. } => "string",
            Self::Integer { .. } => "integer",
            Self::Number { .. } => "number",
            Self::Boolean => "boolean",
            Self::Datetime => "datetime",
            Self::Duration => "duration",
            Self::Enum(_) => "enum",
            Self::Array { .. } => "array",
        }
    }
}

vocabulary! {
    /// A well-known form of text.
    Format {
        /// An absolute URL.
        Url = "url",
        /// A UUID.
        Uuid = "uuid",
        /// An e-mail address.
        Email = "email",
        /// A semantic version.
        Semver = "semver",
        /// A calendar date, `2026-01-31`.
        Date = "date",
        /// Lower-case words joined by hyphens.
        Slug = "slug",
        /// An ISO 4217 code.
        Currency = "currency",
    }
}

/// Steps that users are expected to take in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Its name.
    pub name: Spanned<String>,
    /// What it tells.
    pub description: Option<String>,
    /// The events, in order.
    pub steps: Vec<Spanned<String>>,
    /// The time in which all steps are taken, as the plan writes it: `14d`.
    pub within: Option<String>,
    /// `person` or the name of a group.
    pub by: Spanned<String>,
}

/// A feature flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Its key.
    pub name: Spanned<String>,
    /// What it switches.
    pub description: Option<String>,
    /// Its variants; empty for a boolean flag.
    pub variants: Vec<Spanned<String>>,
    /// The day on which it should be gone, `2026-12-31`.
    pub expires: Option<String>,
    /// The fields of its payload and their types.
    pub payload: Vec<Property>,
}
