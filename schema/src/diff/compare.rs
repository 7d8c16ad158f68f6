//! The comparison itself: two sorted lists of facts, side by side.

use std::collections::BTreeMap;

use super::class::{self, Edit, Verdict};
use super::facts::{Element, Fact, Facts, Item, Sheet};
use super::{Action, Change, Class, Kind, Subject, YES};
use crate::plan::{Date, Span};

/// The facts that belong to a type: where the type changes, they change with it and say nothing new.
const OF_A_TYPE: &[&str] = &[
    "items",
    "enum",
    "member",
    "variant",
    "min",
    "max",
    "max_length",
    "max_items",
    "pattern",
    "format",
];

/// The facts that come and go with a deprecation.
const OF_A_DEPRECATION: &[&str] = &["renamed_to", "deprecated_since", "remove_after"];

/// Every change, the most serious first, then in the order of kinds and names.
pub(super) fn compare(old: &Facts, new: &Facts, today: Date) -> Vec<Change> {
    let mut comparison = Comparison {
        old,
        new,
        today,
        tiers: new.tiers(),
        changes: Vec::new(),
    };
    comparison.items();
    let mut changes = comparison.changes;
    changes.sort_by_key(|change| change.class);
    changes
}

struct Comparison<'a> {
    old: &'a Facts,
    new: &'a Facts,
    today: Date,
    tiers: Vec<&'a str>,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn items(&mut self) {
        let (old, new) = (self.old, self.new);
        let successors = item_successors(old, new);
        for ((kind, name), item) in &new.0 {
            let subject = subject(*kind, name);
            if let Some(before) = old.get(*kind, name) {
                let is_succeeded = item
                    .sheet
                    .get("renamed_to")
                    .is_some_and(|to| successors.contains_key(&(*kind, to)));
                self.item(&subject, before, item, is_succeeded);
            } else if let Some((predecessor, before)) = successors.get(&(*kind, name.as_str())) {
                self.renamed(&subject, predecessor, class::item_added(*kind), &item.sheet);
                let from = self.changes.len();
                self.item(&subject, before, item, false);
                // The old name is still there: what the new one does differently breaks nothing yet.
                for change in self.changes.iter_mut().skip(from) {
                    change.class = change.class.max(Class::Risky);
                }
            } else if *kind == Kind::Person {
                self.item(&subject, &Item::default(), item, false);
            } else if *kind != Kind::Plan {
                self.whole(
                    Action::Added,
                    &subject,
                    class::item_added(*kind),
                    item.sheet.span,
                );
            }
        }
        for ((kind, name), item) in &old.0 {
            if new.get(*kind, name).is_some() {
                continue;
            }
            let subject = subject(*kind, name);
            if *kind == Kind::Person {
                self.item(&subject, item, &Item::default(), false);
            } else {
                self.whole(Action::Removed, &subject, class::item_removed(*kind), None);
                self.expect_if_deprecated(&item.sheet);
            }
        }
    }

    /// Compares an item's own facts and its properties.
    fn item(&mut self, subject: &Subject, old: &Item, new: &Item, is_succeeded: bool) {
        self.sheet(subject, &old.sheet, &new.sheet, is_succeeded);
        let successors = property_successors(old, new);
        // A field of an object that came, went or is none any more is told by the object.
        let is_object = |item: &Item, name: &str| {
            let sheet = item.properties.get(name);
            sheet.is_some_and(|sheet| sheet.get("type") == Some("object"))
        };
        let is_told = |sheet: &Sheet| {
            let object = sheet.object.as_ref();
            object.is_none_or(|object| is_object(old, object) && is_object(new, object))
        };
        for (name, sheet) in new.properties.iter().filter(|(_, sheet)| is_told(sheet)) {
            let subject = Subject {
                property: Some(name.clone()),
                ..subject.clone()
            };
            if let Some(before) = old.properties.get(name) {
                let is_succeeded = sheet
                    .get("renamed_to")
                    .is_some_and(|to| successors.contains_key(to));
                self.sheet(&subject, before, sheet, is_succeeded);
                continue;
            }
            let verdict = class::property_added(subject.kind, sheet);
            match successors.get(name.as_str()) {
                Some(predecessor) => self.renamed(&subject, predecessor, verdict, sheet),
                None => self.whole(Action::Added, &subject, verdict, sheet.span),
            }
        }
        for (name, sheet) in old.properties.iter().filter(|(_, sheet)| is_told(sheet)) {
            if !new.properties.contains_key(name) {
                let subject = Subject {
                    property: Some(name.clone()),
                    ..subject.clone()
                };
                let verdict = class::property_removed(subject.kind);
                self.whole(Action::Removed, &subject, verdict, new.sheet.span);
                self.expect_if_deprecated(sheet);
            }
        }
    }

    /// Compares facts. Of an item whose successor came, the deprecation is told by the successor.
    fn sheet(&mut self, subject: &Subject, old: &Sheet, new: &Sheet, is_succeeded: bool) {
        let same_type = old.get("type") == new.get("type");
        let same_enum = old.get("enum").is_some() && old.get("enum") == new.get("enum");
        let same_state = old.get("deprecated").is_some() == new.get("deprecated").is_some();
        let mut fields: Vec<&String> = old.facts.keys().chain(new.facts.keys()).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            let is_told_elsewhere = (!same_type && OF_A_TYPE.contains(&field.as_str()))
                || (same_enum && field == "member")
                || (is_succeeded && matches!(field.as_str(), "deprecated" | "renamed_to"))
                || (!same_state && OF_A_DEPRECATION.contains(&field.as_str()));
            if !is_told_elsewhere {
                self.fact(subject, field, old, new);
            }
        }
    }

    fn fact(&mut self, subject: &Subject, field: &str, old: &Sheet, new: &Sheet) {
        let (before, now) = (old.facts.get(field), new.facts.get(field));
        if before == now {
            return;
        }
        if let (Some(Fact::Many(_)), _) | (_, Some(Fact::Many(_))) = (before, now) {
            self.list(subject, field, old, new);
            return;
        }
        let (before, now) = (old.get(field), new.get(field));
        let action = match (before, now) {
            (None, _) => Action::Added,
            (_, None) => Action::Removed,
            _ => Action::Changed,
        };
        self.edit(subject, field, None, action, (before, now), new);
    }

    fn list(&mut self, subject: &Subject, field: &str, before: &Sheet, sheet: &Sheet) {
        // A property that took or left a shared enum: what the members mean is told by the enum.
        let same_enum = before.get("enum") == sheet.get("enum");
        let (old, new) = (elements(before, field), elements(sheet, field));
        let (before, now) = (by_name(old), by_name(new));
        // Tiers that came or went are items of their own; here only their order counts.
        if (subject.kind, field) != (Kind::Plan, "tier") {
            for (name, element) in before.iter().filter(|(name, _)| !now.contains_key(*name)) {
                let values = (Some(*name), None);
                self.edit(
                    subject,
                    field,
                    Some(element),
                    Action::Removed,
                    values,
                    sheet,
                );
            }
            for (name, element) in &now {
                match before.get(name) {
                    None => {
                        let values = (None, Some(*name));
                        self.edit(subject, field, Some(element), Action::Added, values, sheet);
                    }
                    Some(before) if same_enum && before.detail != element.detail => {
                        let values = (before.detail.as_deref(), element.detail.as_deref());
                        self.edit(
                            subject,
                            field,
                            Some(element),
                            Action::Changed,
                            values,
                            sheet,
                        );
                    }
                    Some(_) => {}
                }
            }
        }
        let (before, now) = (common(old, &now), common(new, &before));
        if before != now {
            let (before, now) = (before.join(", "), now.join(", "));
            let values = (Some(before.as_str()), Some(now.as_str()));
            self.edit(subject, field, None, Action::Reordered, values, sheet);
        }
    }

    fn edit(
        &mut self,
        subject: &Subject,
        field: &str,
        element: Option<&Element>,
        action: Action,
        (old, new): (Option<&str>, Option<&str>),
        sheet: &Sheet,
    ) {
        let edit = Edit {
            kind: subject.kind,
            field,
            action,
            old,
            new,
        };
        let (class, why) = class::fact(edit, sheet, &self.tiers);
        let place = element
            .filter(|_| action != Action::Removed)
            .and_then(|element| element.span);
        self.changes.push(Change {
            class,
            action,
            subject: subject.clone(),
            field: Some(field.to_owned()),
            element: element.map(|element| element.name.clone()),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            span: place.or(sheet.span),
            why,
            acknowledged: None,
        });
    }

    fn whole(&mut self, action: Action, subject: &Subject, verdict: Verdict, span: Option<Span>) {
        let (class, why) = verdict;
        self.changes.push(Change {
            class,
            action,
            subject: subject.clone(),
            field: None,
            element: None,
            old: None,
            new: None,
            span,
            why,
            acknowledged: None,
        });
    }

    fn renamed(&mut self, subject: &Subject, predecessor: &str, verdict: Verdict, now: &Sheet) {
        let verdict = match verdict {
            (Class::Safe, _) => (
                Class::Safe,
                "Both are sent until the old name goes; reports can move over.",
            ),
            other => other,
        };
        self.whole(Action::Renamed, subject, verdict, now.span);
        if let Some(change) = self.changes.last_mut() {
            change.old = Some(predecessor.to_owned());
            change.new = subject.property.clone().or(Some(subject.name.clone()));
        }
    }

    /// The end of something deprecated was announced.
    fn expect_if_deprecated(&mut self, old: &Sheet) {
        let (Some(reason), Some(change)) = (old.get("deprecated"), self.changes.last_mut()) else {
            return;
        };
        let until = old
            .get("remove_after")
            .and_then(|day| day.parse::<Date>().ok());
        if until.is_some_and(|until| self.today <= until) {
            change.why = "Its deprecation says that it stays until the day of `remove_after`.";
            return;
        }
        let reason = if reason == YES { "" } else { reason };
        let separator = if reason.is_empty() { "" } else { ": " };
        change.acknowledged = Some(format!("it was deprecated{separator}{reason}"));
    }
}

fn subject(kind: Kind, name: &str) -> Subject {
    Subject {
        kind,
        name: name.to_owned(),
        property: None,
    }
}

fn elements<'a>(sheet: &'a Sheet, field: &str) -> &'a [Element] {
    match sheet.facts.get(field) {
        Some(Fact::Many(elements)) => elements,
        _ => &[],
    }
}

fn by_name(elements: &[Element]) -> BTreeMap<&str, &Element> {
    let named = elements
        .iter()
        .map(|element| (element.name.as_str(), element));
    named.collect()
}

/// The names of a list that are in another one too, in order.
fn common<'a>(elements: &'a [Element], others: &BTreeMap<&str, &Element>) -> Vec<&'a str> {
    let names = elements.iter().map(|element| element.name.as_str());
    names.filter(|name| others.contains_key(name)).collect()
}

/// The items that are new and that a deprecated item names, each with that item's name and what it was.
fn item_successors<'a>(
    old: &'a Facts,
    new: &'a Facts,
) -> BTreeMap<(Kind, &'a str), (&'a str, &'a Item)> {
    let renamed = new.0.iter().filter_map(|((kind, name), item)| {
        let to = item.sheet.get("renamed_to")?;
        let is_new = old.get(*kind, to).is_none() && new.get(*kind, to).is_some();
        let before = old.get(*kind, name)?;
        is_new.then_some(((*kind, to), (name.as_str(), before)))
    });
    renamed.collect()
}

/// The properties that are new and that a deprecated one names, each with that one's name.
fn property_successors<'a>(old: &'a Item, new: &'a Item) -> BTreeMap<&'a str, &'a str> {
    let renamed = old.properties.keys().filter_map(|name| {
        let to = new.properties.get(name)?.get("renamed_to")?;
        let is_new = !old.properties.contains_key(to) && new.properties.contains_key(to);
        is_new.then_some((to, name.as_str()))
    });
    renamed.collect()
}
