//! The facts that a compiled plan holds: a plan whose YAML the present loader no longer reads is still comparable.

use std::collections::BTreeMap;

use super::{Element, Fact, Facts, Item, Kind, Sheet, YES, field_name, flag_type, owner_name};
use crate::lock::{self, Index, Record, records, unescape};

/// What the index says of names; all else in it is said better by the other files, or is no fact of the plan.
const INDEX: &[&str] = &[
    "plan",
    "event_case",
    "property_case",
    "event_grammar",
    "completed",
    "ongoing",
];

/// The keys of which an item may have several lines.
const LISTS: &[&str] = &["member", "variant", "tag", "link", "example"];

impl Facts {
    /// The facts of a compiled plan.
    pub(in crate::diff) fn of_lock(files: &BTreeMap<String, String>) -> Result<Self, lock::Error> {
        let index = files.get("index").map_or("", String::as_str);
        Index::parse(index)?;
        let mut facts = Self::default();
        let plan = facts.item(Kind::Plan, "");
        for record in records(index, 0).filter(|record| INDEX.contains(&record.head().key)) {
            plan.sheet.add(record);
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
        let Some(first) = records(text, 0).next() else {
            return;
        };
        let Some(kind) = Kind::parse(first.head().key) else {
            return;
        };
        let name = unescape(first.head().value).into_owned();
        let item = self.item(kind, &name);
        let own = records(text, 0).skip(1);
        for record in first
            .records()
            .chain(own.filter(|record| record.head().key != "property"))
        {
            item.sheet.add(record);
        }
        if kind == Kind::Flag {
            let has_variants = item.sheet.facts.contains_key("variant");
            item.sheet.one("type", Some(flag_type(has_variants)));
        }
        self.properties(kind, &name, text);
    }

    fn properties(&mut self, kind: Kind, name: &str, text: &str) {
        let item = self.item(kind, name);
        let owner = owner_name(kind, name);
        for record in records(text, 0).filter(|record| record.head().key == "property") {
            let object = unescape(record.head().value).into_owned();
            for field in record
                .records()
                .filter(|record| record.head().key == "field")
            {
                let (name, mut sheet) = property(&field_name(owner, &object), field);
                sheet.object = Some(object.clone());
                item.properties.insert(field_name(&object, &name), sheet);
            }
            let (name, sheet) = property(owner, record);
            item.properties.insert(name, sheet);
        }
    }

    fn item(&mut self, kind: Kind, name: &str) -> &mut Item {
        self.0.entry((kind, name.to_owned())).or_default()
    }
}

fn property(owner: &str, record: Record<'_>) -> (String, Sheet) {
    let name = unescape(record.head().value).into_owned();
    let inline = field_name(owner, &name);
    let mut sheet = Sheet::default();
    for record in record.records() {
        let head = record.head();
        if head.key != "field" && (head.key != "enum" || unescape(head.value) != inline) {
            sheet.add(record);
        }
    }
    (name, sheet)
}

impl Sheet {
    fn add(&mut self, record: Record<'_>) {
        let field = record.head();
        let value = unescape(field.value).into_owned();
        match field.key {
            // The group tells it, or the pattern.
            "scope_key" | "matcher" => {}
            "plan" if value.is_empty() => {}
            key if LISTS.contains(&key) => {
                let slot = self
                    .facts
                    .entry(key.to_owned())
                    .or_insert_with(|| Fact::Many(Vec::new()));
                if let Fact::Many(elements) = slot {
                    let detail = record.field("description");
                    elements.push(Element {
                        name: value,
                        detail: detail.map(|detail| unescape(detail).into_owned()),
                        span: None,
                    });
                }
            }
            key => {
                self.one(key, Some(if value.is_empty() { YES } else { &value }));
                // The constraints of an array's items.
                for record in record.records() {
                    self.add(record);
                }
            }
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
