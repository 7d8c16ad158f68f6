mod mutations;

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Fact, Facts};
use super::{Action, Base, Change, Class, Diff, Kind, class, diff};
use crate::lock;
use crate::plan::{Date, Plan, Source};
use crate::yaml::read;
use Class::{Breaking, Risky, Safe};
use mutations::{MUTATIONS, PLAN};

fn plan(text: &str) -> Plan {
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    };
    // A name that breaks a convention, or a reference to nothing, is still a fact to compare.
    read(vec![source]).unwrap_or_else(|| panic!("can't be read:\n{text}"))
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    let changed = text.replacen(old, new, 1);
    assert!(changed != text, "{old:?} is not in the plan");
    changed
}

const TODAY: Date = Date::constant(2026, 11, 23);

fn between(old: &str, new: &str) -> Diff {
    diff(&Base::loaded(&plan(old)), &plan(new), TODAY)
}

fn told(changes: &[Change]) -> Vec<(Class, Action, String)> {
    changes
        .iter()
        .map(|change| (change.class, change.action, change.id()))
        .collect()
}

#[test]
fn a_change_of_one_fact_is_told_once_with_its_class() {
    for &(old, new, class, action, id) in MUTATIONS {
        let text = replaced(PLAN, old, new);
        let expected = [(class, action, id.to_owned())];
        let found = between(PLAN, &text);
        assert_eq!(told(&found.changes), expected, "{old} → {new}");
        for change in &found.changes {
            assert_ne!(change.why, class::UNKNOWN, "{id}");
            // What is gone from the top of the plan has no place in it.
            let is_gone = change.action == Action::Removed && change.field.is_none();
            let is_of_the_plan = matches!(change.subject.kind, Kind::Plan);
            assert!(change.span.is_some() || is_gone || is_of_the_plan, "{id}");
        }
        let breaks = class == Breaking;
        assert_eq!(found.findings.len(), usize::from(breaks), "{id}");
    }
}

#[test]
fn the_way_back_names_the_same_changes() {
    for &(old, new, ..) in MUTATIONS {
        let text = replaced(PLAN, old, new);
        let ids =
            |diff: Diff| -> BTreeSet<String> { diff.changes.iter().map(Change::id).collect() };
        assert_eq!(
            ids(between(PLAN, &text)),
            ids(between(&text, PLAN)),
            "{old} → {new}"
        );
    }
}

#[test]
fn every_kind_of_fact_is_in_the_table() {
    let mut facts = BTreeSet::new();
    for ((kind, _), item) in &Facts::of(&plan(PLAN)).0 {
        let own = item.sheet.facts.keys();
        facts.extend(own.map(|field| (kind.as_str(), field.clone())));
        for sheet in item.properties.values() {
            facts.extend(sheet.facts.keys().map(|field| ("property", field.clone())));
        }
    }
    for &(old, new, ..) in MUTATIONS {
        for change in between(PLAN, &replaced(PLAN, old, new)).changes {
            let kind = match change.subject.property {
                Some(_) => "property",
                None => change.subject.kind.as_str(),
            };
            facts.retain(|(of, field)| (*of, Some(field)) != (kind, change.field.as_ref()));
        }
    }
    assert!(facts.is_empty(), "no mutation changes {facts:?}");
}

#[test]
fn a_plan_does_not_differ_from_itself() {
    let plan = plan(PLAN);
    let files = lock::compile(&plan);
    for base in [Base::loaded(&plan), Base::compiled(&files).expect("a lock")] {
        let diff = diff(&base, &plan, TODAY);
        assert_eq!(diff.changes, []);
        assert_eq!(diff.findings, []);
    }
}

/// What the compiled plan holds, it tells as the model does.
#[test]
fn the_facts_of_a_lock_are_facts_of_its_plan() {
    for &(old, new, ..) in MUTATIONS {
        let plan = plan(&replaced(PLAN, old, new));
        let (whole, part) = (
            Facts::of(&plan),
            Facts::of_lock(&lock::compile(&plan)).expect("a lock"),
        );
        for (key, item) in &part.0 {
            let of_plan = &whole.0[key];
            let sheets = item
                .properties
                .iter()
                .map(|(name, sheet)| (sheet, &of_plan.properties[name]));
            for (sheet, of_plan) in sheets.chain([(&item.sheet, &of_plan.sheet)]) {
                for (field, fact) in &sheet.facts {
                    assert_eq!(names(fact), names(&of_plan.facts[field]), "{key:?} {field}");
                }
            }
        }
    }
}

fn names(fact: &Fact) -> Vec<&str> {
    match fact {
        Fact::One(value) => vec![value],
        Fact::Many(elements) => elements
            .iter()
            .map(|element| element.name.as_str())
            .collect(),
    }
}

#[test]
fn against_a_lock_less_is_told_but_nothing_else() {
    let files = lock::compile(&plan(PLAN));
    let mut told_by_locks = 0;
    for &(old, new, ..) in MUTATIONS {
        let text = replaced(PLAN, old, new);
        let whole: BTreeMap<String, Change> = between(PLAN, &text)
            .changes
            .into_iter()
            .map(|change| (change.id(), change))
            .collect();
        let base = Base::compiled(&files).expect("a lock");
        for change in diff(&base, &plan(&text), TODAY).changes {
            let of_plan = whole.get(&change.id());
            let of_plan = of_plan.unwrap_or_else(|| panic!("{old:?} → {new:?}: {}", change.id()));
            assert_eq!(
                (change.action, &change.old),
                (of_plan.action, &of_plan.old),
                "{old} → {new}"
            );
            // The order of the tiers is not in the lock.
            if change.field.as_deref() != Some("tier") {
                assert_eq!(
                    (change.class, change.span),
                    (of_plan.class, of_plan.span),
                    "{old} → {new}"
                );
            }
            told_by_locks += 1;
        }
    }
    assert!(told_by_locks > MUTATIONS.len() / 2, "{told_by_locks}");
}

#[test]
fn without_a_base_all_is_new_and_nothing_breaks() {
    let diff = diff(&Base::default(), &plan(PLAN), TODAY);
    let events = diff
        .changes
        .iter()
        .filter(|change| change.subject.kind == Kind::Event);
    assert_eq!(events.count(), 3);
    for change in &diff.changes {
        assert_eq!(
            (change.class, change.action),
            (Safe, Action::Added),
            "{}",
            change.id()
        );
    }
    assert_eq!(diff.findings, []);
}

#[test]
fn a_deprecation_with_a_day_holds_until_it_is_over() {
    for (day, is_over) in [
        ("2026-11-22", true),
        ("2026-11-23", false),
        ("2027-01-01", false),
    ] {
        let old = format!("events: {{ bill_paid: {{ deprecated: {{ remove_after: {day} }} }} }}");
        let found = between(&old, "events: {}");
        assert_eq!(found.changes[0].acknowledged.is_some(), is_over, "{day}");
        assert_eq!(found.findings.is_empty(), is_over, "{day}");
        assert_eq!(
            found.changes[0].why.contains("remove_after"),
            !is_over,
            "{day}"
        );
    }
}

const RENAMED: &str = "\
events:
  bill_paid:
    deprecated: { reason: The word is invoice., renamed_to: invoice_paid }
    properties:
      amount: { type: number, deprecated: { renamed_to: total_amount } }
      total_amount: { type: number, optional: true }
  invoice_paid: { properties: { amount: string } }
";

#[test]
fn what_is_deprecated_may_be_renamed_and_go() {
    let before = "events: { bill_paid: { properties: { amount: number } } }";
    let start = between(before, RENAMED);
    let expected = [
        // The new event retypes the property, and the old one is still sent.
        (Risky, Action::Changed, "event/invoice_paid/amount.type"),
        (Safe, Action::Renamed, "event/bill_paid/total_amount"),
        (Safe, Action::Renamed, "event/invoice_paid"),
    ];
    assert_eq!(
        told(&start.changes),
        expected.map(|(class, action, id)| (class, action, id.to_owned()))
    );
    assert_eq!(
        start.changes[2].what(str::to_owned),
        "takes the place of bill_paid"
    );
    assert_eq!(start.findings, []);

    let end = between(
        RENAMED,
        "events: { invoice_paid: { properties: { amount: string } } }",
    );
    assert_eq!(
        told(&end.changes),
        [(Breaking, Action::Removed, "event/bill_paid".to_owned())]
    );
    assert_eq!(
        end.changes[0].acknowledged.as_deref(),
        Some("it was deprecated: The word is invoice.")
    );
    assert_eq!(end.findings, []);

    // A property whose deprecation gives no reason.
    let end = between(
        RENAMED,
        &replaced(
            RENAMED,
            "      amount: { type: number, deprecated: { renamed_to: total_amount } }\n",
            "",
        ),
    );
    assert_eq!(
        end.changes[0].acknowledged.as_deref(),
        Some("it was deprecated")
    );
}

#[test]
fn a_breaking_change_is_meant_if_the_plan_says_so() {
    let change = |entries: &str| {
        let text = replaced(PLAN, "type: number, min", "type: integer, min");
        format!("{text}acknowledged:\n{entries}")
    };
    let codes =
        |diff: &Diff| -> Vec<&str> { diff.findings.iter().map(|finding| finding.code).collect() };
    let entry = "  event/invoice_paid/amount.type: { on: 2026-11-23, reason: Cents. }\n";

    let meant = between(PLAN, &change(entry));
    assert_eq!(codes(&meant), [""; 0]);
    assert_eq!(
        meant.changes[0].acknowledged.as_deref(),
        Some("2026-11-23: Cents.")
    );

    let typo = between(PLAN, &change(&entry.replace("amount", "amuont")));
    assert_eq!(codes(&typo), ["breaking-change", "unknown-acknowledgement"]);
    assert_eq!(
        typo.findings[1].help.as_deref(),
        Some("did you mean `event/invoice_paid/amount.type`?")
    );

    // Merged: it is to be removed, and speaks for no later change.
    let merged = change(entry);
    assert_eq!(codes(&between(&merged, &merged)), ["stale-acknowledgement"]);
    let again = replaced(&merged, "type: integer, min: 0, max: 100", "type: boolean");
    let again = between(&merged, &again);
    assert_eq!(codes(&again), ["breaking-change", "stale-acknowledgement"]);
    let redated = replaced(&merged, "type: integer", "type: number").replace("11-23", "11-24");
    assert_eq!(codes(&between(&merged, &redated)), [""; 0]);
}

#[test]
fn what_is_absent_does_not_read_as_a_value() {
    const BEFORE: &str = "events: { bill_paid: { properties: { code: string } } }";
    let after = replaced(BEFORE, "code: string", "code: { type: string, pii: none }");
    let diff = between(BEFORE, &after);
    let texts: Vec<String> = diff
        .changes
        .iter()
        .map(|change| change.what(|word| format!("`{word}`")))
        .collect();
    assert_eq!(texts, ["pii: not set → `none`"]);
}
