//! The model of a tracking plan as it is written: every item with its place, so that each finding can
//! point at it.

use std::sync::Arc;

use crate::format::Format;
use crate::naming::{Conventions, State, vocabulary};

mod outputs;
mod source;

pub use jiff::civil::Date;
pub use outputs::{Outputs, Style};
pub use source::{Lines, Position, Source, Span, Spanned};

/// A text of the plan and its place, where it is given.
pub type Text = Option<Spanned<String>>;

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
    pub enums: Vec<Arc<Enum>>,
    /// The groups that events belong to.
    pub groups: Vec<Group>,
    /// The properties of a person.
    pub person: Vec<Property>,
    /// The dictionary of properties that events share.
    pub shared: Vec<Property>,
    /// The events.
    pub events: Vec<Event>,
    /// The funnels.
    pub funnels: Vec<Funnel>,
    /// The feature flags.
    pub flags: Vec<Flag>,
    /// What is generated beside the compiled plan.
    pub outputs: Outputs,
    /// The folders whose templates and scripts are checked, relative to the folder that holds the schema folder.
    pub scan: Vec<Spanned<String>>,
    /// The checks that this plan weighs differently.
    pub lints: Vec<Lint>,
    /// The checks that items are excused from.
    pub allows: Vec<Allow>,
    /// The breaking changes that are meant.
    pub acknowledged: Vec<Acknowledged>,
}

/// A breaking change against the base that is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    /// The change as the diff names it: `event/invoice_paid/amount.type`.
    pub change: Spanned<String>,
    /// The day of the decision.
    pub on: Date,
    /// Why it is meant.
    pub reason: String,
}

impl Plan {
    /// A place as a person reads it, below the schema folder: `billing.yaml:12:7`. `None` if it is no place in these
    /// sources. It reads the file; for many places keep its [`Lines`].
    #[must_use]
    pub fn place(&self, span: Span) -> Option<String> {
        let source = self.sources.get(span.file)?;
        let Position { line, column } = Lines::of(&source.text).position(span.start);
        Some(format!("{}:{line}:{column}", source.path))
    }
}

/// A check whose level the plan sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Lint {
    /// The check's code.
    pub code: Spanned<String>,
    /// The new level.
    pub level: LintLevel,
}

vocabulary! {
    /// What a plan can say a check weighs.
    LintLevel {
        /// It is not reported.
        Allow = "allow",
        /// It is told.
        Note = "note",
        /// Somebody should look.
        Warning = "warning",
        /// The plan can't be used.
        Error = "error",
    }
}

/// A check that an item, and all inside it, is excused from.
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// The check's code.
    pub code: Spanned<String>,
    /// Why.
    pub reason: String,
    /// The item, from its name to its end.
    pub item: Span,
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
    pub contact: Text,
}

/// A shared enum, or one that a property declares inline.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// `integration`, or `pr_list_exported.format` for an inline one.
    pub name: Spanned<String>,
    /// What it tells apart.
    pub description: Text,
    /// Its members, in the order of the plan.
    pub members: Vec<Member>,
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The value on the wire.
    pub value: Spanned<String>,
    /// What it means.
    pub description: Text,
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
    pub description: Text,
    /// When exactly it is sent.
    pub trigger: Text,
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
    /// Where to read more: designs, tickets, dashboards.
    pub links: Vec<String>,
    /// Its properties, without the key of its scope.
    pub properties: Vec<Property>,
    /// Completed or ongoing.
    pub state: State,
    /// The share of occurrences that is sent, above 0 and up to 1.
    pub sample: Option<Spanned<f64>>,
    /// Why and until when it is still there.
    pub deprecated: Option<Deprecation>,
    /// The day on which it should be gone.
    pub expires: Option<Spanned<Date>>,
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

/// A deprecation.
#[derive(Debug, Clone, PartialEq)]
pub struct Deprecation {
    /// The key `deprecated`.
    pub span: Span,
    /// Why.
    pub reason: Text,
    /// The name that replaces it.
    pub renamed_to: Text,
    /// The day from which it should not be used.
    pub since: Option<Spanned<Date>>,
    /// The day on which it should be gone.
    pub remove_after: Option<Spanned<Date>>,
}

/// A property of an event, a person or a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name on the wire.
    pub name: Spanned<String>,
    /// What it means.
    pub description: Text,
    /// Its type, with constraints.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// How personal it is, where the plan says so.
    pub pii: Option<Spanned<Pii>>,
    /// The unit of a quantity.
    pub unit: Text,
    /// Values that it may have.
    pub examples: Vec<Spanned<String>>,
    /// The day from which it is sent.
    pub since: Option<Spanned<Date>>,
    /// Why and until when it is still there.
    pub deprecated: Option<Deprecation>,
    /// Whether only the first value counts (person and group).
    pub set_once: bool,
    /// Whether an event took it from `shared:`.
    pub is_shared: bool,
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
        /// A regular expression that is found in it.
        pattern: Text,
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
    Enum(Arc<Enum>),
    /// Declared fields below one key.
    Object {
        /// The fields: scalars, enums and arrays.
        fields: Vec<Property>,
    },
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
            Self::Object { .. } => "object",
            Self::Array { .. } => "array",
        }
    }
}

/// Steps that users are expected to take in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Its name.
    pub name: Spanned<String>,
    /// What it tells.
    pub description: Text,
    /// The events, in order.
    pub steps: Vec<Spanned<String>>,
    /// The time in which all steps are taken, as the plan writes it: `14d`.
    pub within: Text,
    /// `person` or the name of a group.
    pub by: Spanned<String>,
}

/// A feature flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Its key.
    pub name: Spanned<String>,
    /// What it switches.
    pub description: Text,
    /// Its variants; empty for a boolean flag.
    pub variants: Vec<Spanned<String>>,
    /// The day on which it should be gone.
    pub expires: Option<Spanned<Date>>,
    /// The fields of its payload and their types.
    pub payload: Vec<Property>,
}
