//! The properties in a file of the compiled plan.

use super::{Field, Record, records};

/// The properties in the file of an event, a group, a flag or the person, sorted by name.
#[must_use]
pub fn properties(text: &str) -> Vec<Property<'_>> {
    let mut properties = Vec::new();
    for record in records(text, 0) {
        if record.head.key == "property" {
            properties.push(Property::read(record));
        }
    }
    properties
}

/// One of the [`properties`].
#[must_use]
pub fn property<'a>(text: &'a str, name: &str) -> Option<Property<'a>> {
    for record in records(text, 0) {
        if record.head.key == "property" && record.head.value == name {
            return Some(Property::read(record));
        }
    }
    None
}

/// A property in the file of an event, a group or the person. What macros ask about several times is read once.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    record: Record<'a>,
    type_name: &'a str,
    items: Option<Record<'a>>,
    enum_name: Option<&'a str>,
    description: Option<&'a str>,
    pii: Option<&'a str>,
    is_optional: bool,
    is_nullable: bool,
    is_set_once: bool,
    is_constrained: bool,
}

impl<'a> Property<'a> {
    fn read(record: Record<'a>) -> Self {
        let mut property = Self {
            record,
            type_name: "",
            items: None,
            enum_name: None,
            description: None,
            pii: None,
            is_optional: false,
            is_nullable: false,
            is_set_once: false,
            is_constrained: false,
        };
        for line in record.records() {
            let value = line.head.value;
            match line.head.key {
                "type" => property.type_name = value,
                "items" => property.items = Some(line),
                "enum" => property.enum_name = Some(value),
                "description" => property.description = Some(value),
                "pii" => property.pii = Some(value),
                "optional" => property.is_optional = true,
                "nullable" => property.is_nullable = true,
                "set_once" => property.is_set_once = true,
                key => property.is_constrained |= CONSTRAINTS.contains(&key),
            }
        }
        property
    }

    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.record.head.value
    }

    /// The word of the plan language for its type.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        self.type_name
    }

    /// The type of an array's items.
    #[must_use]
    pub fn items(&self) -> Option<&'a str> {
        self.items.map(|items| items.head.value)
    }

    /// The enum that it, or its items, are of: `integration`, or `pr_list_exported.format` for an inline one.
    #[must_use]
    pub fn enum_name(&self) -> Option<&'a str> {
        self.enum_name
    }

    /// What the plan says of it, escaped.
    #[must_use]
    pub fn description(&self) -> Option<&'a str> {
        self.description
    }

    /// Its privacy class.
    #[must_use]
    pub fn pii(&self) -> Option<&'a str> {
        self.pii
    }

    /// Whether the first value that is set of a person stays.
    #[must_use]
    pub fn is_set_once(&self) -> bool {
        self.is_set_once
    }

    /// The members of its enum.
    #[must_use]
    pub fn members(&self) -> Vec<&'a str> {
        self.record.members()
    }

    /// The fields of an object, as text that holds them as properties. The same fields give the same text.
    #[must_use]
    pub fn fields(&self) -> String {
        let mut text = String::new();
        for field in self.record.records() {
            if field.head.key != "field" {
                continue;
            }
            text.push_str(&format!("property {}\n", field.head.value));
            for line in field.body.lines() {
                text.push_str(line.get(self.record.depth..).unwrap_or_default());
                text.push('\n');
            }
        }
        text
    }

    /// What its value is held against, or each item of an array: `min`, `max`, `max_length`, `format`, and `pattern`
    /// with the `matcher` that it was compiled to.
    #[must_use]
    pub fn constraints(&self) -> Vec<Field<'a>> {
        let mut constraints = Vec::new();
        let held = self.items.or(self.is_constrained.then_some(self.record));
        if let Some(record) = held {
            for record in record.records() {
                if CONSTRAINTS.contains(&record.head.key) {
                    constraints.push(record.head);
                }
            }
        }
        constraints
    }

    /// One of its constraints.
    #[must_use]
    pub fn constraint(&self, key: &str) -> Option<&'a str> {
        let constraints = self.constraints();
        let found = constraints.iter().find(|constraint| constraint.key == key);
        found.map(|constraint| constraint.value)
    }

    /// Whether it may be left out.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.is_optional
    }

    /// Whether it may be null.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        self.is_nullable
    }

    /// Any other of its lines: `max_items`, `unit`, `deprecated`…
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'a str> {
        self.record.field(key)
    }
}

const CONSTRAINTS: [&str; 6] = ["min", "max", "max_length", "pattern", "matcher", "format"];
