//! `events.ts`: the types of everything that a page may send.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, doc, key, quoted};
use super::of_the_frontend;
use crate::naming::Case;
use crate::plan::{Deprecation, Enum, Event, Group, Plan, Property, Text, Type};

/// Names that the modules' own text uses. An enum of such a name would hide what is meant.
const TAKEN: &[&str] = &[
    "EventMap",
    "GroupMap",
    "PersonProperties",
    "PersonOnceProperties",
    "Call",
    "Date",
    "Omit",
    "Options",
    "Sdk",
    "Track",
];

/// The plan's names in TypeScript.
pub(super) struct Types<'a> {
    pub(super) events: Vec<Named<'a>>,
    enums: BTreeMap<&'a str, String>,
    groups: Vec<(&'a Group, String)>,
}

/// An event and the name of its interface.
pub(super) struct Named<'a> {
    pub(super) event: &'a Event,
    pub(super) interface: String,
    /// What its comment says.
    pub(super) about: Vec<String>,
    /// The key of its group, which it carries as a property.
    group_key: Option<&'a str>,
}

impl Named<'_> {
    /// Whether it can be captured without any property.
    pub(super) fn needs_nothing(&self) -> bool {
        self.group_key.is_none()
            && self
                .event
                .properties
                .iter()
                .all(|property| property.optional)
    }
}

impl<'a> Types<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut names = Names::without(TAKEN);
        let events = of_the_frontend(plan);
        let used = used_enums(plan, &events);
        let shared = plan.enums.iter().map(|shared| shared.name.value.as_str());
        let enums = shared
            .filter(|name| used.contains(name))
            .map(|name| (name, names.give(name, Case::Pascal, "")))
            .collect();
        let groups = plan
            .groups
            .iter()
            .map(|group| (group, names.give(&group.name.value, Case::Pascal, "Group")))
            .collect();
        let events = events
            .into_iter()
            .map(|event| Named {
                event,
                interface: names.give(&event.name.value, Case::Pascal, "Event"),
                about: about_event(event),
                group_key: group_key(plan, event),
            })
            .collect();
        Self {
            events,
            enums,
            groups,
        }
    }

    /// The whole module.
    pub(super) fn module(&self, plan: &Plan) -> String {
        let mut text = String::new();
        for shared in &plan.enums {
            if let Some(name) = self.enums.get(shared.name.value.as_str()) {
                text += &format!("\n{}", doc("", &about_members(shared)));
                text += &format!("export type {name} = {};\n", union(shared));
            }
        }
        for named in &self.events {
            text += &format!("\n{}", doc("", &named.about));
            text += &self.event(named);
        }
        text += "\n/** Every event that a page may send. */\nexport interface EventMap {\n";
        for named in &self.events {
            text += &doc("  ", &named.about);
            text += &format!("  {}: {};\n", key(&named.event.name.value), named.interface);
        }
        text += "}\n";
        let (once, any): (Vec<&Property>, Vec<&Property>) =
            plan.person.iter().partition(|property| property.set_once);
        text += "\n/** What is known of a person, the last value of each. */\n";
        text += &self.optional("PersonProperties", &any);
        text += "\n/** What is known of a person, the first value of each. */\n";
        text += &self.optional("PersonOnceProperties", &once);
        for (group, name) in &self.groups {
            let properties: Vec<&Property> = group.properties.iter().collect();
            text += &format!(
                "\n/** What is known of a {}. */\n",
                group.name.value.replace("*/", "*\\/")
            );
            text += &self.optional(name, &properties);
        }
        text += "\n/** The properties of each group type. */\nexport interface GroupMap {\n";
        for (group, name) in &self.groups {
            text += &format!("  {}: {name};\n", key(&group.name.value));
        }
        text + "}\n"
    }

    fn event(&self, named: &Named<'_>) -> String {
        let mut text = format!("export interface {} {{\n", named.interface);
        for property in &named.event.properties {
            text += &self.property("  ", property, property.optional);
        }
        let declared = named.event.properties.iter();
        if let Some(group_key) = named.group_key
            && !declared
                .clone()
                .any(|property| property.name.value == group_key)
        {
            let group = named
                .event
                .scope
                .as_ref()
                .map_or("group", |scope| &scope.value);
            text += &doc("  ", &[format!("The {group} that it happened in.")]);
            text += &format!("  {}: string;\n", key(group_key));
        } else if named.event.properties.is_empty() {
            text += "  [none: string]: never;\n";
        }
        text + "}\n"
    }

    /// An interface of which every property may be left out.
    fn optional(&self, name: &str, properties: &[&Property]) -> String {
        let body: String = properties
            .iter()
            .map(|property| self.property("  ", property, true))
            .collect();
        let body = if body.is_empty() {
            "  [none: string]: never;\n".to_owned()
        } else {
            body
        };
        format!("export interface {name} {{\n{body}}}\n")
    }

    fn property(&self, indent: &str, property: &Property, is_optional: bool) -> String {
        let name = key(&property.name.value);
        let mark = if is_optional { "?" } else { "" };
        let null = if property.nullable { " | null" } else { "" };
        let comment = doc(indent, &about_property(property));
        let ty = self.ty(indent, &property.ty);
        format!("{comment}{indent}{name}{mark}: {ty}{null};\n")
    }

    /// The type, whose further lines are indented as deep as the first.
    fn ty(&self, indent: &str, ty: &Type) -> String {
        match ty {
            Type::String { .. } | Type::Datetime => "string".to_owned(),
            Type::Integer { .. } | Type::Number { .. } | Type::Duration => "number".to_owned(),
            Type::Boolean => "boolean".to_owned(),
            Type::Enum(members) => match self.enums.get(members.name.value.as_str()) {
                Some(name) => name.clone(),
                None => union(members),
            },
            Type::Array { items, .. } => {
                let item = self.ty(indent, items);
                match item.contains('|') {
                    true => format!("readonly ({item})[]"),
                    false => format!("readonly {item}[]"),
                }
            }
            Type::Object { fields } => {
                let deeper = format!("{indent}  ");
                let fields = fields
                    .iter()
                    .map(|field| self.property(&deeper, field, field.optional));
                format!("{{\n{}{indent}}}", fields.collect::<String>())
            }
        }
    }
}

/// The property that every event of a group's scope carries.
pub(crate) fn group_key<'a>(plan: &'a Plan, event: &Event) -> Option<&'a str> {
    let scope = event.scope.as_ref()?;
    let mut groups = plan.groups.iter();
    let group = groups.find(|group| group.name.value == scope.value)?;
    Some(&group.key.value)
}

fn used_enums<'a>(plan: &'a Plan, events: &[&'a Event]) -> BTreeSet<&'a str> {
    fn collect<'a>(ty: &'a Type, used: &mut BTreeSet<&'a str>) {
        match ty {
            Type::Enum(members) => _ = used.insert(&members.name.value),
            Type::Array { items, .. } => collect(items, used),
            Type::Object { fields } => {
                for field in fields {
                    collect(&field.ty, used);
                }
            }
            _ => {}
        }
    }
    let mut used = BTreeSet::new();
    let of_events = events.iter().flat_map(|event| &event.properties);
    let of_groups = plan.groups.iter().flat_map(|group| &group.properties);
    for property in of_events.chain(of_groups).chain(&plan.person) {
        collect(&property.ty, &mut used);
    }
    used
}

fn union(members: &Enum) -> String {
    let values: Vec<String> = members
        .members
        .iter()
        .map(|member| quoted(&member.value.value))
        .collect();
    values.join(" | ")
}

fn about_members(members: &Enum) -> Vec<String> {
    let described = members.members.iter().filter_map(|member| {
        let description = member.description.as_ref()?;
        Some(format!("- `{}`: {}", member.value.value, description.value))
    });
    vec![described.collect::<Vec<String>>().join("\n")]
}

fn about_event(event: &Event) -> Vec<String> {
    vec![
        words(&event.description),
        words(&event.trigger),
        deprecated(event.deprecated.as_ref()),
    ]
}

fn about_property(property: &Property) -> Vec<String> {
    let between = |min: Option<String>, max: Option<String>| match (min, max) {
        (Some(min), Some(max)) => format!("From {min} to {max}."),
        (Some(min), None) => format!("At least {min}."),
        (None, Some(max)) => format!("At most {max}."),
        (None, None) => String::new(),
    };
    let constraint = match &property.ty {
        Type::String {
            max_length: Some(most),
            ..
        } => format!("At most {most} characters."),
        Type::Integer { min, max } => between(
            min.map(|min| min.to_string()),
            max.map(|max| max.to_string()),
        ),
        Type::Number { min, max } => between(
            min.map(|min| min.to_string()),
            max.map(|max| max.to_string()),
        ),
        Type::Datetime => "A moment like 2026-01-31T12:00:00Z.".to_owned(),
        Type::Duration => "Whole milliseconds.".to_owned(),
        Type::Array {
            max_items: Some(most),
            ..
        } => format!("At most {most} items."),
        _ => String::new(),
    };
    let unit = property
        .unit
        .as_ref()
        .map(|unit| format!("In {}.", unit.value));
    let facts = [
        words(&property.description),
        constraint,
        unit.unwrap_or_default(),
    ];
    let facts: Vec<&str> = facts
        .iter()
        .map(String::as_str)
        .filter(|fact| !fact.is_empty())
        .collect();
    vec![facts.join(" "), deprecated(property.deprecated.as_ref())]
}

fn words(text: &Text) -> String {
    text.as_ref()
        .map(|text| text.value.clone())
        .unwrap_or_default()
}

fn deprecated(deprecation: Option<&Deprecation>) -> String {
    let Some(deprecation) = deprecation else {
        return String::new();
    };
    let reason = deprecation
        .reason
        .as_ref()
        .map(|reason| reason.value.clone());
    let renamed = deprecation
        .renamed_to
        .as_ref()
        .map(|name| format!("Use `{}`.", name.value));
    let facts: Vec<String> = reason.into_iter().chain(renamed).collect();
    format!("@deprecated {}", facts.join(" "))
}
