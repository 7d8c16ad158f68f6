//! Writing the compiled plan: from a checked plan to the text of each file.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{Kind, VERSION, file_name};
use crate::content_hash;
use crate::naming::State;
use crate::plan::{
    Deprecation, Enum, Event, Flag, Format, Group, Lines, Pii, Plan, Property, Span, Type,
};

/// Every file of the compiled plan: path below the lock folder, and text.
///
/// The same plan gives the same bytes, whatever the order of its files and keys.
#[must_use]
pub fn compile(plan: &Plan) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for event in &plan.events {
        files.insert(
            file_name(Kind::Event, &event.name.value),
            event_file(plan, event),
        );
    }
    for shared in &plan.enums {
        files.insert(file_name(Kind::Enum, &shared.name.value), enum_file(shared));
    }
    for group in &plan.groups {
        files.insert(file_name(Kind::Group, &group.name.value), group_file(group));
    }
    for flag in &plan.flags {
        files.insert(file_name(Kind::Flag, &flag.name.value), flag_file(flag));
    }
    if !plan.person.is_empty() {
        let mut person = Text::default();
        person.properties("", &plan.person);
        files.insert("person".to_owned(), person.0);
    }
    files.insert("index".to_owned(), index_file(plan));
    files.insert("places".to_owned(), places_file(plan));
    files
}

/// Text under construction, a line a call.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, indent: &str, key: &str, value: impl Display) {
        self.0.push_str(indent);
        self.0.push_str(key);
        let value = value.to_string();
        if !value.is_empty() {
            self.0.push(' ');
            for char in value.chars() {
                match char {
                    '\\' => self.0.push_str("\\\\"),
                    '\n' => self.0.push_str("\\n"),
                    '\r' => self.0.push_str("\\r"),
                    _ => self.0.push(char),
                }
            }
        }
        self.0.push('\n');
    }

    fn optional(&mut self, indent: &str, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.line(indent, key, value);
        }
    }

    fn deprecation(&mut self, indent: &str, deprecated: Option<&Deprecation>) {
        if let Some(deprecated) = deprecated {
            self.line(
                indent,
                "deprecated",
                deprecated.reason.as_deref().unwrap_or_default(),
            );
            self.optional(
                indent,
                "renamed_to",
                deprecated.renamed_to.as_ref().map(|name| &name.value),
            );
        }
    }

    fn members(&mut self, indent: &str, members: &Enum) {
        for member in &members.members {
            self.line(indent, "member", &member.value.value);
        }
    }

    fn properties(&mut self, indent: &str, properties: &[Property]) {
        let mut sorted: Vec<&Property> = properties.iter().collect();
        sorted.sort_by(|left, right| left.name.value.cmp(&right.name.value));
        let inner = format!("{indent}  ");
        for property in sorted {
            self.line(indent, "property", &property.name.value);
            self.optional(&inner, "description", property.description.as_deref());
            self.ty(&inner, &property.ty);
            if property.optional {
                self.line(&inner, "optional", "");
            }
            if property.nullable {
                self.line(&inner, "nullable", "");
            }
            if property.set_once {
                self.line(&inner, "set_once", "");
            }
            self.optional(&inner, "pii", property.pii.map(Pii::as_str));
            self.optional(&inner, "unit", property.unit.as_deref());
            self.deprecation(&inner, property.deprecated.as_ref());
        }
    }

    fn ty(&mut self, indent: &str, ty: &Type) {
        self.line(indent, "type", ty.as_str());
        match ty {
            Type::String {
                max_length,
                pattern,
                format,
            } => {
                self.optional(indent, "max_length", *max_length);
                self.optional(indent, "pattern", pattern.as_deref());
                self.optional(indent, "format", format.map(Format::as_str));
            }
            Type::Integer { min, max } => {
                self.optional(indent, "min", *min);
                self.optional(indent, "max", *max);
            }
            Type::Number { min, max } => {
                self.optional(indent, "min", *min);
                self.optional(indent, "max", *max);
            }
            Type::Boolean | Type::Datetime | Type::Duration => {}
            Type::Enum(members) => self.enumeration(indent, members),
            Type::Array { items, max_items } => {
                self.line(indent, "items", items.as_str());
                if let Type::Enum(members) = &**items {
                    self.enumeration(indent, members);
                }
                self.optional(indent, "max_items", *max_items);
            }
        }
    }

    fn enumeration(&mut self, indent: &str, members: &Enum) {
        self.line(indent, "enum", &members.name.value);
        self.members(indent, members);
    }
}

fn event_file(plan: &Plan, event: &Event) -> String {
    let mut text = Text::default();
    text.line("", "event", &event.name.value);
    text.optional("", "description", event.description.as_deref());
    text.optional("", "tier", event.tier.as_ref().map(|tier| &tier.value));
    text.line("", "source", event.source.as_str());
    if event.state == State::Ongoing {
        text.line("", "state", event.state.as_str());
    }
    if let Some(scope) = &event.scope
        && let Some(group) = plan
            .groups
            .iter()
            .find(|group| group.name.value == scope.value)
    {
        text.line("", "scope", &group.name.value);
        text.line("", "scope_key", &group.key.value);
    }
    text.deprecation("", event.deprecated.as_ref());
    text.properties("", &event.properties);
    text.0
}

fn enum_file(shared: &Enum) -> String {
    let mut text = Text::default();
    text.line("", "enum", &shared.name.value);
    text.members("  ", shared);
    text.0
}

fn group_file(group: &Group) -> String {
    let mut text = Text::default();
    text.line("", "group", &group.name.value);
    text.line("  ", "key", &group.key.value);
    text.properties("", &group.properties);
    text.0
}

fn flag_file(flag: &Flag) -> String {
    let mut text = Text::default();
    text.line("", "flag", &flag.name.value);
    text.optional("  ", "description", flag.description.as_deref());
    for variant in &flag.variants {
        text.line("  ", "variant", &variant.value);
    }
    text.properties("", &flag.payload);
    text.0
}

fn index_file(plan: &Plan) -> String {
    let mut text = Text::default();
    text.line("", "trackplan-lock", VERSION);
    text.line("", "plan", &plan.name);
    text.line("", "event_case", plan.conventions.event_case.as_str());
    text.line("", "property_case", plan.conventions.property_case.as_str());
    text.line("", "event_grammar", plan.conventions.event_grammar.as_str());
    text.line("", "completed", plan.conventions.completed.as_str());
    text.line("", "ongoing", plan.conventions.ongoing.as_str());
    let mut sources: Vec<_> = plan
        .sources
        .iter()
        .map(|source| (&source.path, content_hash(source.text.as_bytes())))
        .collect();
    sources.sort();
    for (path, hash) in sources {
        text.line("", "source", format_args!("{hash:016x} {path}"));
    }
    let mut names: Vec<(&str, &str)> = Vec::new();
    names.extend(
        plan.enums
            .iter()
            .map(|item| (Kind::Enum.as_str(), &*item.name.value)),
    );
    names.extend(
        plan.events
            .iter()
            .map(|item| (Kind::Event.as_str(), &*item.name.value)),
    );
    names.extend(
        plan.flags
            .iter()
            .map(|item| (Kind::Flag.as_str(), &*item.name.value)),
    );
    names.extend(
        plan.groups
            .iter()
            .map(|item| (Kind::Group.as_str(), &*item.name.value)),
    );
    names.sort_unstable();
    for (kind, name) in names {
        text.line("", kind, name);
    }
    text.0
}

fn places_file(plan: &Plan) -> String {
    let lines = Lines::of(&plan.sources);
    let mut places = BTreeMap::new();
    let mut put = |key: String, span: Span| {
        places.extend(lines.place(&plan.sources, span).map(|place| (key, place)));
    };
    for event in &plan.events {
        let name = &event.name.value;
        put(format!("event/{name}"), event.name.span);
        for property in &event.properties {
            put(
                format!("event/{name}/{}", property.name.value),
                property.name.span,
            );
        }
    }
    for shared in &plan.enums {
        put(format!("enum/{}", shared.name.value), shared.name.span);
    }
    for group in &plan.groups {
        let name = &group.name.value;
        put(format!("group/{name}"), group.name.span);
        for property in &group.properties {
            put(
                format!("group/{name}/{}", property.name.value),
                property.name.span,
            );
        }
    }
    for property in &plan.person {
        put(
            format!("person/{}", property.name.value),
            property.name.span,
        );
    }
    places
        .iter()
        .map(|(key, place)| format!("{key}\t{place}\n"))
        .collect()
}
