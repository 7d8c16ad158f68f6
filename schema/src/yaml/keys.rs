//! The keys of the plan language: what each mapping may hold, what a value looks like and what it is for.
//!
//! The loader tells an unknown key by these tables, and the JSON Schema for editors is written from them.

mod tables;

pub use tables::{
    ACKNOWLEDGED, CONVENTIONS, DEPRECATED, ENUM, EVENT, FIELD, FLAG, FUNNEL, GROUP, ITEM, MEMBER,
    OUTPUTS, OWNER, PERSON, PLAN, PROPERTY, SUBJECT_PROPERTY, TENSE, TIER,
};

/// A mapping with known keys.
#[derive(Debug)]
pub struct Mapping {
    /// A word for it that no other mapping has.
    pub id: &'static str,
    /// What it is: "an event".
    pub what: &'static str,
    /// Its keys, in groups that mappings share.
    pub keys: &'static [&'static [Key]],
    /// Keys of which it has exactly one; empty if there are no such.
    pub either: &'static [&'static str],
}

impl Mapping {
    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().copied().flatten()
    }

    /// The names of the keys; of those that belong to a type only the ones of this type.
    #[must_use]
    pub fn names(&self, ty: Option<&str>) -> Vec<&'static str> {
        let fits =
            |key: &&Key| key.types.is_empty() || ty.is_some_and(|ty| key.types.contains(&ty));
        self.keys().filter(fits).map(|key| key.name).collect()
    }
}

/// A key of a mapping.
#[derive(Debug)]
pub struct Key {
    /// The key itself.
    pub name: &'static str,
    /// What stands below it.
    pub value: Value,
    /// What it is for.
    pub doc: &'static str,
    /// Whether the mapping can't do without it: in a property, one of the types below.
    pub is_required: bool,
    /// The types of a property that have it; empty for a key of every type.
    pub types: &'static [&'static str],
}

impl Key {
    const fn new(name: &'static str, value: Value, doc: &'static str) -> Self {
        Self {
            name,
            value,
            doc,
            is_required: false,
            types: &[],
        }
    }

    const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    const fn of(self, types: &'static [&'static str]) -> Self {
        Self { types, ..self }
    }
}

/// What stands below a key.
#[derive(Debug)]
pub enum Value {
    /// A text, not empty.
    Text,
    /// A list of texts.
    Texts,
    /// A list of addresses of pages.
    Links,
    /// `true` or `false`.
    Boolean,
    /// A whole number, zero or more.
    Count,
    /// A finite number; for a property of type `integer` a whole one.
    Number,
    /// A day, `2026-12-31`.
    Day,
    /// A number above 0 and up to 1.
    Share,
    /// A length of time, `14d`.
    Window,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A list of these words.
    Words(fn() -> Vec<&'static str>),
    /// One of [`TYPES`], or the name of an enum.
    Type,
    /// The values of an enum, each a text or a mapping.
    Members(&'static Mapping),
    /// A mapping with known keys.
    Mapping(&'static Mapping),
    /// The values of an enum, or a mapping.
    MembersOr(&'static Mapping),
    /// A type in short form, or a mapping.
    TypeOr(&'static Mapping),
    /// Names of the plan's choice, each with such a value.
    Named(&'static Self),
    /// Checks that can be allowed, each with a reason.
    Reasons,
    /// Checks whose level can be set, each with one of these words.
    Levels(fn() -> Vec<&'static str>),
}

/// What to write instead of a key that other languages have, in a mapping with these keys.
pub(super) fn habit(key: &str, known: &[&str]) -> Option<&'static str> {
    let is_property = known.contains(&"optional");
    match key {
        "required" if is_property => Some("remove it: what is not `optional: true` is required"),
        "values" | "enum" | "choices" | "options" if is_property => {
            Some("a closed list of values is an enum: `{ type: enum, values: [csv, json] }`")
        }
        "default" if is_property => Some("remove it: the code that captures decides on a value"),
        _ if known.contains(&"events") => {
            Some("if it belongs to the section above it, indent it by two spaces")
        }
        _ if known.contains(&"properties") => {
            Some("if it is a property, write it below `properties:`")
        }
        _ => None,
    }
}

/// The type that other languages call by this name.
pub(super) fn foreign_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "bool" => "boolean",
        "int" | "i64" | "u64" | "long" => "integer",
        "float" | "double" | "decimal" | "f64" => "number",
        "str" | "text" | "uuid" | "url" => "string",
        "date" | "time" | "timestamp" => "datetime",
        "list" => "array",
        "map" | "dict" | "json" => "object",
        _ => return None,
    })
}

/// The types of the plan language.
pub const TYPES: &[&str] = &[
    "string", "integer", "number", "boolean", "datetime", "duration", "enum", "array", "object",
];
