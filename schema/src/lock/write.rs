//! Writing the compiled plan: from a checked plan to the text of each file.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{Kind, VERSION, file_name};
use crate::content_hash;
use crate::format::Format;
use crate::naming::State;
use crate::pattern;
use crate::place::Places;
use crate::plan::{Deprecation, Enum, Event, Flag, Group, Pii, Plan, Property, Span, Type};

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
        person.properties("", "property", &plan.person);
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
            let reason = deprecated.reason.as_deref().map(String::as_str);
            self.line(indent, "deprecated", reason.unwrap_or_default());
            self.optional(indent, "renamed_to", deprecated.renamed_to.as_deref());
            self.optional(indent, "deprecated_since", deprecated.since.as_deref());
            self.optional(indent, "remove_after", deprecated.remove_after.as_deref());
        }
    }

    /// The members; what they mean is told once, where the enum is declared.
    fn members(&mut self, indent: &str, members: &Enum, is_described: bool) {
        let inner = format!("{indent}  ");
        for member in &members.members {
            self.line(indent, "member", &member.value.value);
            if is_described {
                self.optional(&inner, "description", member.description.as_deref());
            }
        }
    }

    fn properties(&mut self, indent: &str, key: &str, properties: &[Property]) {
        let mut sorted: Vec<&Property> = properties.iter().collect();
        sorted.sort_by(|left, right| left.name.value.cmp(&right.name.value));
        let inner = format!("{indent}  ");
        for property in sorted {
            self.line(indent, key, &property.name.value);
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
            let pii = property.pii.as_ref().map(|pii| Pii::as_str(pii.value));
            self.optional(&inner, "pii", pii);
            self.optional(&inner, "unit", property.unit.as_deref());
            for example in &property.examples {
                self.line(&inner, "example", &example.value);
            }
            self.optional(&inner, "since", property.since.as_deref());
            self.deprecation(&inner, property.deprecated.as_ref());
        }
    }

    fn ty(&mut self, indent: &str, ty: &Type) {
        self.line(indent, "type", ty.as_str());
        match ty {
            Type::Enum(members) => self.enumeration(indent, members),
            Type::Object { fields } => self.properties(indent, "field", fields),
            Type::Array { items, max_items } => {
                self.line(indent, "items", items.as_str());
                self.constraints(&format!("{indent}  "), items);
                if let Type::Enum(members) = &**items {
                    self.enumeration(indent, members);
                }
                self.optional(indent, "max_items", *max_items);
            }
            scalar => self.constraints(indent, scalar),
        }
    }

    fn constraints(&mut self, indent: &str, scalar: &Type) {
        match scalar {
            Type::String {
                max_length,
                pattern,
                format,
            } => {
                self.optional(indent, "max_length", *max_length);
                self.optional(indent, "pattern", pattern.as_deref());
                // The checks refuse what does not compile, so that no plan is written with it.
                let matcher = pattern
                    .as_ref()
                    .and_then(|pattern| pattern::compile(pattern).ok());
                self.optional(indent, "matcher", matcher);
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
            _ => {}
        }
    }

    fn enumeration(&mut self, indent: &str, members: &Enum) {
        self.line(indent, "enum", &members.name.value);
        let is_inline = members.name.value.contains('.');
        self.members(indent, members, is_inline);
    }
}

fn event_file(plan: &Plan, event: &Event) -> String {
    let mut text = Text::default();
    text.line("", "event", &event.name.value);
    text.optional("", "description", event.description.as_deref());
    text.optional("", "trigger", event.trigger.as_deref());
    text.optional("", "owner", event.owner.as_deref());
    for tag in sorted(&event.tags) {
        text.line("", "tag", tag);
    }
    for link in sorted(&event.links) {
        text.line("", "link", link);
    }
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
    text.optional("", "sample", event.sample.as_deref());
    text.optional("", "expires", event.expires.as_deref());
    text.deprecation("", event.deprecated.as_ref());
    text.properties("", "property", &event.properties);
    text.0
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = words.iter().collect();
    sorted.sort();
    sorted
}

fn enum_file(shared: &Enum) -> String {
    let mut text = Text::default();
    text.line("", "enum", &shared.name.value);
    text.optional("  ", "description", shared.description.as_deref());
    text.members("  ", shared, true);
    text.0
}

fn group_file(group: &Group) -> String {
    let mut text = Text::default();
    text.line("", "group", &group.name.value);
    text.line("  ", "key", &group.key.value);
    text.properties("", "property", &group.properties);
    text.0
}

fn flag_file(flag: &Flag) -> String {
    let mut text = Text::default();
    text.line("", "flag", &flag.name.value);
    text.optional("  ", "description", flag.description.as_deref());
    text.optional("  ", "expires", flag.expires.as_deref());
    for variant in &flag.variants {
        text.line("  ", "variant", &variant.value);
    }
    text.properties("", "property", &flag.payload);
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
    let written = Places::of(&plan.sources);
    let mut places = BTreeMap::new();
    let mut put =
        |key: String, span: Span| places.extend(written.get(span).map(|place| (key, place)));
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
    for flag in &plan.flags {
        put(format!("flag/{}", flag.name.value), flag.name.span);
    }
    places
        .iter()
        .map(|(key, place)| format!("{key}\t{place}\n"))
        .collect()
}
