//! `inventory`: every property that is sent, for a privacy review.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use trackplan_schema::plan::{Event, Group, Pii, Plan, Property, Type};

use crate::markdown::{code, prose};
use crate::plan::{Loaded, load_or_explain};

/// How the inventory is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for a document
    #[default]
    Markdown,
    /// A table for a spreadsheet
    Csv,
}

/// Prints the inventory of the plan in `folder`.
pub(crate) fn run(folder: &Path, format: Format) -> Result<ExitCode> {
    let Some(loaded) = load_or_explain(folder)? else {
        return Ok(ExitCode::FAILURE);
    };
    let rows = rows(&loaded.plan);
    match format {
        Format::Markdown => print!("{}", markdown(&loaded, &rows)),
        Format::Csv => print!("{}", csv(&rows)?),
    }
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [&str; 8] = [
    "class",
    "property",
    "of",
    "type",
    "sent from",
    "with",
    "owner",
    "kept",
];

/// What identifies a row; the most personal come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    class: Class,
    property: String,
    /// `event`, `person`, or `group team`.
    of: String,
    ty: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Personal,
    Pseudonymous,
    Undeclared,
    None,
}

impl Class {
    fn of(property: &Property) -> Self {
        match property.pii.as_ref().map(|pii| pii.value) {
            Some(Pii::Personal | Pii::Secret) => Self::Personal,
            Some(Pii::Pseudonymous) => Self::Pseudonymous,
            None if can_say_anything(&property.ty) => Self::Undeclared,
            Some(Pii::None) | None => Self::None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Pseudonymous => "pseudonymous",
            Self::Undeclared => "not declared",
            Self::None => "none",
        }
    }
}

/// Whether a type leaves room for what the plan does not foresee: numbers, flags and members of enums name nobody.
fn can_say_anything(ty: &Type) -> bool {
    match ty {
        Type::String { .. } => true,
        Type::Array { items, .. } => can_say_anything(items),
        Type::Object { fields } => fields.iter().any(|field| can_say_anything(&field.ty)),
        _ => false,
    }
}

/// The rest of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    sent_from: BTreeSet<&'static str>,
    /// The events that carry it; PostHog's own for the properties of persons and groups.
    with: BTreeSet<String>,
    owners: BTreeSet<String>,
    kept: &'static str,
}

const WITH_EVENT: &str = "with the event";
const WITH_PERSON: &str = "on the person, until changed or deleted";
const WITH_PERSON_ONCE: &str = "on the person, the first value, until deleted";
const WITH_GROUP: &str = "on the group, until changed or deleted";

fn rows(plan: &Plan) -> BTreeMap<Key, Row> {
    let mut rows = BTreeMap::new();
    for event in &plan.events {
        for property in &event.properties {
            let key = key(property, "event".to_owned());
            add(&mut rows, key, event, plan);
        }
        let is_scope = |group: &&Group| {
            let scope = event.scope.as_ref();
            scope.is_some_and(|scope| scope.value == group.name.value)
        };
        if let Some(group) = plan.groups.iter().find(is_scope) {
            let key = Key {
                class: Class::Undeclared,
                property: group.key.value.clone(),
                of: format!("event, key of the group {}", group.name.value),
                ty: "string",
            };
            add(&mut rows, key, event, plan);
        }
    }
    for property in &plan.person {
        let kept = match property.set_once {
            true => WITH_PERSON_ONCE,
            false => WITH_PERSON,
        };
        let key = key(property, "person".to_owned());
        let with = if property.set_once {
            "$set_once"
        } else {
            "$set"
        };
        set(&mut rows, key, with, kept);
    }
    for group in &plan.groups {
        for property in &group.properties {
            let of = format!("group {}", group.name.value);
            set(&mut rows, key(property, of), "$groupidentify", WITH_GROUP);
        }
    }
    rows
}

fn key(property: &Property, of: String) -> Key {
    Key {
        class: Class::of(property),
        property: property.name.value.clone(),
        of,
        ty: property.ty.as_str(),
    }
}

fn set(rows: &mut BTreeMap<Key, Row>, key: Key, with: &str, kept: &'static str) {
    let row = rows.entry(key).or_default();
    row.with.insert(with.to_owned());
    row.kept = kept;
}

fn add(rows: &mut BTreeMap<Key, Row>, key: Key, event: &Event, plan: &Plan) {
    let row = rows.entry(key).or_default();
    row.kept = WITH_EVENT;
    row.sent_from.insert(event.source.as_str());
    row.with.insert(event.name.value.clone());
    row.owners.extend(
        event
            .owner
            .as_ref()
            .map(|owner| contact(plan, &owner.value)),
    );
}

/// An owner, and where to reach them.
fn contact(plan: &Plan, name: &str) -> String {
    let owner = plan.owners.iter().find(|owner| owner.name.value == name);
    match owner.and_then(|owner| owner.contact.as_ref()) {
        Some(contact) => format!("{name} ({})", contact.value),
        None => name.to_owned(),
    }
}

/// The cells of a row, in the order of [`COLUMNS`]; names and texts of the plan are written by `name` and `text`.
fn cells(
    (key, row): (&Key, &Row),
    name: impl Fn(&str) -> String,
    text: impl Fn(&str) -> String,
) -> [String; 8] {
    let list = |items: &BTreeSet<String>, write: &dyn Fn(&str) -> String| {
        let items: Vec<String> = items.iter().map(|item| write(item)).collect();
        items.join(", ")
    };
    let sent_from: Vec<&str> = row.sent_from.iter().copied().collect();
    [
        key.class.as_str().to_owned(),
        name(&key.property),
        text(&key.of),
        key.ty.to_owned(),
        sent_from.join(", "),
        list(&row.with, &name),
        list(&row.owners, &text),
        row.kept.to_owned(),
    ]
}

fn markdown(Loaded { plan, name }: &Loaded, rows: &BTreeMap<Key, Row>) -> String {
    let mut text = format!(
        "# What {} sends\n\nEvery property of the tracking plan in {}, the most personal first. What the plan does not \
         class is `none` where its type leaves no room for a person (numbers, booleans, enums). Each event also carries \
         the person's distinct id (pseudonymous), a time and an id of its own; the client adds its name and version. All \
         of it goes to the PostHog project and host that the application is configured with.\n\n| {} |\n|{}\n",
        prose(&plan.name),
        code(name),
        COLUMNS.join(" | "),
        "---|".repeat(COLUMNS.len())
    );
    for row in rows {
        text.push_str(&format!("| {} |\n", cells(row, code, prose).join(" | ")));
    }
    text
}

fn csv(rows: &BTreeMap<Key, Row>) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(cells(row, str::to_owned, str::to_owned))?;
    }
    String::from_utf8(writer.into_inner()?).context("the inventory is no UTF-8")
}

#[cfg(test)]
mod tests {
    use trackplan_schema::plan::Source;
    use trackplan_schema::yaml;

    use super::*;

    const PLAN: &str = "\
plan: shop
owners: { growth: { contact: \"#growth\" } }
groups:
  team:
    key: team_slug
    properties: { seats_count: integer }
person:
  properties:
    email: { type: string, pii: personal, set: once }
events:
  invoice_paid:
    scope: team
    owner: growth
    properties: { amount_total: number }
  invoice_viewed:
    source: frontend
    properties: { amount_total: number, page: string }
";

    fn plan() -> Plan {
        let source = Source {
            path: "plan.yaml".to_owned(),
            text: PLAN.to_owned(),
        };
        yaml::load(vec![source]).0
    }

    #[test]
    fn each_property_is_a_row_and_the_most_personal_come_first() {
        let text = csv(&rows(&plan())).expect("a table");
        let expected = "\
class,property,of,type,sent from,with,owner,kept
personal,email,person,string,,$set_once,,\"on the person, the first value, until deleted\"
not declared,page,event,string,frontend,invoice_viewed,,with the event
not declared,team_slug,\"event, key of the group team\",string,backend,invoice_paid,growth (#growth),with the event
none,amount_total,event,number,\"backend, frontend\",\"invoice_paid, invoice_viewed\",growth (#growth),with the event
none,seats_count,group team,integer,,$groupidentify,,\"on the group, until changed or deleted\"
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_document_has_the_same_rows() {
        let loaded = Loaded {
            plan: plan(),
            name: "schema".to_owned(),
        };
        let text = markdown(&loaded, &rows(&loaded.plan));
        let table = text.lines().filter(|line| line.starts_with('|'));
        assert_eq!(table.count(), 2 + 5);
        assert!(text.contains("| personal | `email` | person |"), "{text}");
    }
}
