//! Names side by side: one meaning a name, one name a meaning, and no clash once they are code.

use std::collections::HashMap;

use super::Loaded;
use crate::naming::{Case, words};
use crate::plan::{Enum, Event, Plan, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    SIMILAR_NAME: "similar-name", Warning,
        "No two names differ only in case, punctuation, order of words or plural.",
        why: "`teams_count` beside `team_count`, or a member `GitHub` beside `github`, is one thing under two names sooner \
              or later, and each chart then shows half of it. This holds for events, for properties over all events, and \
              for the members of an enum.",
        wrong: "
events:
  team_created: { properties: { member_count: integer } }
  team_joined: { properties: { members_count: integer } }
",
        right: "
events:
  team_created: { properties: { members_count: integer } }
  team_joined: { properties: { members_count: integer } }
";

    PROPERTY_TYPE: "property-type", Error,
        "A property has the same type in every event.",
        why: "PostHog keeps one type a name, that of the first value it sees. Values of another type can't be filtered or \
              summed, and it can't be mended later: rename one of the two.",
        wrong: "
events:
  report_exported: { properties: { rows: integer } }
  report_printed: { properties: { rows: number } }
",
        right: "
events:
  report_exported: { properties: { rows: integer } }
  report_printed: { properties: { rows: integer } }
";

    PROPERTY_MEANING: "property-meaning", Warning,
        "A property has the same values and unit in every event.",
        why: "A breakdown over all events mixes the values of properties of one name. Share the enum, or give one of the \
              two a name that says what is different.",
        wrong: "
events:
  report_exported: { properties: { format: { type: enum, values: [csv, json] } } }
  image_exported: { properties: { format: { type: enum, values: [png, svg] } } }
",
        right: "
events:
  report_exported: { properties: { report_format: { type: enum, values: [csv, json] } } }
  image_exported: { properties: { image_format: { type: enum, values: [png, svg] } } }
";

    IDENTIFIER_COLLISION: "identifier-collision", Error fixed,
        "No two names become the same identifier in Rust or TypeScript.",
        why: "An event and an enum become types in PascalCase, an inline enum `<Event><Property>`, a member a variant. \
              Names in code are never changed silently to keep them apart, so the plan has to.",
        wrong: "
enums:
  report_exported: [csv, json]
events:
  report_exported: { properties: { report_format: report_exported } }
",
        right: "
enums:
  report_format: [csv, json]
events:
  report_exported: { properties: { report_format: report_format } }
";

    AMOUNT_CURRENCY: "amount-currency", Note,
        "An amount of money says in which currency.",
        why: "The sum of euros and yen is neither. Send a property `currency` beside it, or fix the currency with `unit: eur`.",
        wrong: "
events:
  invoice_paid:
    properties: { invoice_amount: number }
",
        right: "
events:
  invoice_paid:
    properties: { invoice_amount: { type: number, unit: eur } }
";
}

pub(super) fn run(loaded: &Loaded<'_>, findings: &mut Findings) {
    let plan = loaded.plan;
    similar_events(plan, findings);
    one_meaning(plan, findings);
    similar_properties(plan, findings);
    for members in enums(plan) {
        similar_members(members, findings);
        members_as_variants(members, findings);
    }
    types_in_code(plan, findings);
    let is_read = |event: &&Event| loaded.is_whole && loaded.is_intact(&event.name);
    for event in plan.events.iter().filter(is_read) {
        amounts(event, findings);
    }
}

/// What is left of a name without case, punctuation, order of words and plural.
fn skeleton(name: &str) -> String {
    let singular = |word: String| match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
            _ => word,
        },
    };
    let mut words: Vec<String> = words(name).into_iter().map(singular).collect();
    words.sort_unstable();
    words.join("_")
}

/// Reports each name that has the key of an earlier, different one.
fn alike<'a>(
    names: impl Iterator<Item = &'a Spanned<String>>,
    key: impl Fn(&str) -> String,
    mut report: impl FnMut(&Spanned<String>, &Spanned<String>),
) {
    let mut first: HashMap<String, &Spanned<String>> = HashMap::new();
    for name in names {
        let key = key(&name.value);
        if key.is_empty() {
            continue;
        }
        match first.get(&key) {
            Some(before) if before.value != name.value => report(name, before),
            Some(_) => {}
            None => _ = first.insert(key, name),
        }
    }
}

fn similar(kind: &str, name: &Spanned<String>, before: &Spanned<String>) -> Diagnostic {
    let message = format!(
        "the {kind} `{}` differs from `{}` only in case, punctuation, order or plural",
        name.value, before.value
    );
    Diagnostic::new(&SIMILAR_NAME, message, name.span)
        .label("two names for one thing?")
        .note(before.span, "the other one")
        .help("use one name, or say in the names what is different")
}

fn similar_events(plan: &Plan, findings: &mut Findings) {
    let case = plan.conventions.event_case;
    // What is in the wrong case is reported as that, and once.
    let names = plan.events.iter().map(|event| &event.name);
    let names = names.filter(|name| case.accepts(&name.value));
    alike(names, skeleton, |name, before| {
        findings.add(similar("event", name, before));
    });
}

/// The distinct names of properties over all events, each at its first place.
fn similar_properties(plan: &Plan, findings: &mut Findings) {
    let case = plan.conventions.property_case;
    let mut first: HashMap<&str, &Spanned<String>> = HashMap::new();
    let names: Vec<&Spanned<String>> = of_events(plan)
        .map(|property| &property.name)
        .filter(|name| case.accepts(&name.value))
        .filter(|name| first.insert(&name.value, name).is_none())
        .collect();
    alike(names.into_iter(), skeleton, |name, before| {
        findings.add(similar("property", name, before));
    });
}

fn of_events(plan: &Plan) -> impl Iterator<Item = &Property> {
    plan.events.iter().flat_map(|event| &event.properties)
}

/// Every enum, shared or inline, once.
fn enums(plan: &Plan) -> impl Iterator<Item = &Enum> {
    let shared = plan.enums.iter().map(|shared| &**shared);
    let own = of_events(plan).filter(|property| !property.is_shared);
    let groups = plan.groups.iter().flat_map(|group| &group.properties);
    let all = own.chain(&plan.shared).chain(groups).chain(&plan.person);
    shared.chain(all.filter_map(inline))
}

/// The enum that a property declares itself.
fn inline(property: &Property) -> Option<&Enum> {
    let ty = match &property.ty {
        Type::Array { items, .. } => items,
        ty => ty,
    };
    match ty {
        Type::Enum(members) if members.name.value.contains('.') => Some(members),
        _ => None,
    }
}

fn similar_members(members: &Enum, findings: &mut Findings) {
    let values = members.members.iter().map(|member| &member.value);
    alike(
        values,
        |value| {
            // A plural or another order is a choice of its own: `team`, `teams`.
            words(value).join("_")
        },
        |value, before| findings.add(similar("member", value, before)),
    );
}

fn members_as_variants(members: &Enum, findings: &mut Findings) {
    let values = members.members.iter().map(|member| &member.value);
    let variant = |value: &str| Case::Pascal.convert(value);
    alike(values, variant, |value, before| {
        if words(&value.value) != words(&before.value) {
            findings.add(collision(
                "member",
                value,
                "member",
                before,
                &variant(&value.value),
            ));
        }
    });
}

fn collision(
    kind: &str,
    name: &Spanned<String>,
    other_kind: &str,
    other: &Spanned<String>,
    identifier: &str,
) -> Diagnostic {
    let message = format!(
        "the {kind} `{}` and the {other_kind} `{}` both become `{identifier}` in code",
        name.value, other.value
    );
    Diagnostic::new(&IDENTIFIER_COLLISION, message, name.span)
        .label(format!("becomes `{identifier}`"))
        .note(other.span, format!("becomes `{identifier}` too"))
        .help("rename one of them")
}

/// Events, shared enums and inline enums are types of one module.
fn types_in_code(plan: &Plan, findings: &mut Findings) {
    let pascal = |name: &str| Case::Pascal.convert(name);
    let mut first: HashMap<String, (&str, &Spanned<String>)> = HashMap::new();
    let mut add = |identifier: String, kind: &'static str, name| {
        if identifier.is_empty() {
            return;
        }
        match first.get(&identifier) {
            Some(&(other_kind, other)) => {
                findings.add(collision(kind, name, other_kind, other, &identifier));
            }
            None => _ = first.insert(identifier, (kind, name)),
        }
    };
    for shared in &plan.enums {
        add(pascal(&shared.name.value), "enum", &shared.name);
    }
    let case = plan.conventions.event_case;
    for event in plan
        .events
        .iter()
        .filter(|event| case.accepts(&event.name.value))
    {
        add(pascal(&event.name.value), "event", &event.name);
        for property in &event.properties {
            if inline(property).is_some() {
                let own = pascal(&event.name.value) + &pascal(&property.name.value);
                add(own, "inline enum of", &property.name);
            }
        }
    }
}

/// Holds the properties of one name against what most of them are.
fn one_meaning(plan: &Plan, findings: &mut Findings) {
    let mut by_name: HashMap<&str, Vec<&Property>> = HashMap::new();
    for property in of_events(plan) {
        by_name
            .entry(&property.name.value)
            .or_default()
            .push(property);
    }
    for properties in by_name.into_values().filter(|all| all.len() > 1) {
        let usual = dissent(&properties, type_words, |odd, usual| {
            let name = &odd.name;
            let message = format!(
                "property `{}` is of type {} here and of type {} elsewhere",
                name.value,
                type_words(odd),
                type_words(usual)
            );
            findings.add(
                Diagnostic::new(&PROPERTY_TYPE, message, name.span)
                    .label(format!("type {}", type_words(odd)))
                    .note(usual.name.span, format!("type {}", type_words(usual)))
                    .help("PostHog keeps one type a name: rename one of the two"),
            );
        });
        dissent(&usual, values, |odd, usual| {
            let name = &odd.name;
            let message = format!("property `{}` has other values elsewhere", name.value);
            findings.add(
                Diagnostic::new(&PROPERTY_MEANING, message, name.span)
                    .label(values(odd))
                    .note(usual.name.span, values(usual))
                    .help("share one enum and unit, or rename one of the two"),
            );
        });
    }
}

/// Reports the properties that are not like most; those that are come back.
fn dissent<'a>(
    properties: &[&'a Property],
    key: impl Fn(&Property) -> String,
    mut report: impl FnMut(&Property, &Property),
) -> Vec<&'a Property> {
    let keys: Vec<String> = properties.iter().map(|property| key(property)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in &keys {
        *counts.entry(key).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or_default();
    let count = |key: &String| counts.get(key.as_str()).copied();
    let Some(usual) = keys.iter().position(|key| count(key) == Some(most)) else {
        return Vec::new();
    };
    let mut alike = Vec::new();
    for (property, key) in properties.iter().zip(&keys) {
        match (properties.get(usual), keys.get(usual)) {
            (Some(usual), Some(common)) if key != common => report(property, usual),
            _ => alike.push(*property),
        }
    }
    alike
}

fn type_words(property: &Property) -> String {
    match &property.ty {
        Type::Array { items, .. } => format!("array of {}", items.as_str()),
        ty => ty.as_str().to_owned(),
    }
}

/// What tells the values of two properties of one type apart.
fn values(property: &Property) -> String {
    let unit = property
        .unit
        .as_ref()
        .map(|unit| format!("in {}", unit.value));
    let ty = match &property.ty {
        Type::Array { items, .. } => items,
        ty => ty,
    };
    match (ty, unit) {
        (Type::Enum(members), _) if !members.name.value.contains('.') => {
            format!("enum `{}`", members.name.value)
        }
        (Type::Enum(members), _) => {
            let mut values: Vec<&str> = members
                .members
                .iter()
                .map(|member| member.value.value.as_str())
                .collect();
            values.sort_unstable();
            format!("one of: {}", values.join(", "))
        }
        (_, Some(unit)) => unit,
        _ => "without a unit".to_owned(),
    }
}

fn amounts(event: &Event, findings: &mut Findings) {
    const MONEY: &[&str] = &["amount", "cost", "mrr", "price", "revenue"];
    let has_currency = event
        .properties
        .iter()
        .any(|property| property.name.value.ends_with("currency"));
    for property in event.properties.iter().filter(|own| !own.is_shared) {
        let is_number = matches!(property.ty, Type::Integer { .. } | Type::Number { .. });
        let words = words(&property.name.value);
        let is_money = words
            .last()
            .is_some_and(|last| MONEY.contains(&last.as_str()));
        if is_number && is_money && property.unit.is_none() && !has_currency {
            let name = &property.name;
            let message = format!("the amount `{}` has no currency", name.value);
            findings.add(
                Diagnostic::new(&AMOUNT_CURRENCY, message, name.span)
                    .label("of what?")
                    .help("add a property `currency`, or `unit: eur`"),
            );
        }
    }
}
