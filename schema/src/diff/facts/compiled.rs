//! The facts that a compiled plan holds: a plan whose YAML the present loader no longer reads is still comparable.

use std::collections::BTreeMap;

use super::{Element, Fact, Facts, Item, Kind, Sheet, YES, flag_type, inline_name};
use crate::lock::{self, Field, Index, records, unescape};

/// What the index says of names; all else in it is said better by the other files, or is no fact of the plan.
const INDEX: &[&str] = &[
    "plan",
    "event_case",
    "property_case",
    "event_grammar",
    "completed",
    "ongoing",
];

impl Facts {
    /// The facts of a compiled plan.
    pub(in crate::diff) fn of_lock(files: &BTreeMap<String, String>) -> Result<Self, lock::Error> {
        let index = files.get("index").map_or("", String::as_str);
        Index::parse(index)?;
        let mut facts = Self::default();
        let plan = facts.item(Kind::Plan, "");
        for record in records(index).filter(|record| INDEX.contains(&record.head().key)) {
            plan.sheet.add(record.head());
        }
        for (path, text) in files {
            match path.split_once('/') {
                Some(_) => facts.file(text),
                None if path == "person" => facts.properties(Kind::Person, "", text),
                None => {}
            }
        }
        Ok(facts)
    }

    /// This plan with the places of another: a compiled plan knows few of them.
    pub(in crate::diff) fn placed_as(mut self, other: &Self) -> Self {
        for (key, item) in &mut self.0 {
            let Some(other) = other.0.get(key) else {
                continue;
            };
            item.sheet.place_as(&other.sheet);
            for (name, sheet) in &mut item.properties {
                if let Some(other) = other.properties.get(name) {
                    sheet.place_as(other);
                }
            }
        }
        self
    }

    /// A file of its own: the first line names the item, the others tell of it.
    fn file(&mut self, text: &str) {
        let Some(first) = records(text).next() else {
            return;
        };
        let Some(kind) = Kind::parse(first.head().key) else {
            return;
        };
        let name = unescape(first.head().value).into_owned();
        let item = self.item(kind, &name);
        let own = records(text)
            .skip(1)
            .map(|record| record.head())
            .filter(|head| head.key != "property");
        for field in first.fields().chain(own) {
            item.sheet.add(field);
        }
        if kind == Kind::Flag {
            let has_variants = item.sheet.facts.contains_key("variant");
            item.sheet.one("type", Some(flag_type(has_variants)));
        }
        self.properties(kind, &name, text);
    }

    fn properties(&mut self, kind: Kind, owner: &str, text: &str) {
        let item = self.item(kind, owner);
        for record in records(text).filter(|record| record.head().key == "property") {
            let name = unescape(record.head().value).into_owned();
            let inline = inline_name(kind, owner, &name);
            let mut sheet = Sheet::default();
            for field in record.fields() {
                if field.key != "enum" || unescape(field.value) != inline {
                    sheet.add(field);
                }
            }
            item.properties.insert(name, sheet);
        }
    }

    fn item(&mut self, kind: Kind, name: &str) -> &mut Item {
        self.0.entry((kind, name.to_owned())).or_default()
    }
}

impl Sheet {
    fn add(&mut self, field: Field<'_>) {
        let value = unescape(field.value).into_owned();
        match field.key {
            // The group tells it.
            "scope_key" => {}
            "member" | "variant" => {
                let slot = self
                    .facts
                    .entry(field.key.to_owned())
                    .or_insert_with(|| Fact::Many(Vec::new()));
                if let Fact::Many(elements) = slot {
                    elements.push(Element {
                        name: value,
                        detail: None,
                        span: None,
                    });
                }
            }
            "plan" if value.is_empty() => {}
            _ => self.one(field.key, Some(if value.is_empty() { YES } else { &value })),
        }
    }

    fn place_as(&mut self, other: &Self) {
        self.span = other.span;
        for (field, fact) in &mut self.facts {
            if let (Fact::Many(elements), Some(Fact::Many(others))) = (fact, other.facts.get(field))
            {
                for element in elements {
                    element.span = others
                        .iter()
                        .find(|other| other.name == element.name)
                        .and_then(|other| other.span);
                }
            }
        }
    }
}
