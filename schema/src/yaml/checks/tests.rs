//! The examples of the checks are their tests.

use std::collections::HashSet;

use super::{Check, Examples, Level, TOPICS};
use crate::diff::{Base, diff};
use crate::plan::{Plan, Source};
use crate::templates;
use crate::yaml::{Diagnostic, load, today};

fn loaded(text: &str) -> (Plan, Vec<Diagnostic>) {
    load(vec![Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    }])
}

fn codes(text: &str) -> Vec<&'static str> {
    let (_, findings) = loaded(text);
    findings.into_iter().map(|finding| finding.code).collect()
}

/// What an example breaks: by itself, as a change of its base, or as a page of its plan.
fn broken(check: &Check, example: &str) -> Vec<&'static str> {
    let sound = |text: &str| {
        let (plan, findings) = loaded(text);
        assert_eq!(findings, [], "what the examples of {} need", check.code);
        plan
    };
    let found = match check.examples {
        Examples::Plans => loaded(example).1,
        Examples::Changes(base) => {
            let (plan, mut findings) = loaded(example);
            let base = sound(base);
            findings.extend(diff(&Base::loaded(&base), &plan, today()).findings);
            findings
        }
        Examples::Pages(plan) => {
            let page = Source {
                path: "page.html".to_owned(),
                text: example.to_owned(),
            };
            templates::check(&sound(plan), &[page], 1)
        }
    };
    found.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn the_wrong_example_breaks_its_check_alone_and_the_right_one_none() {
    let mut seen = HashSet::new();
    let mut failures = Vec::new();
    for check in TOPICS.iter().flat_map(|topic| topic.checks) {
        assert!(seen.insert(check.code), "{} is declared twice", check.code);
        let (wrong, right) = (broken(check, check.wrong), broken(check, check.right));
        if wrong != [check.code] || !right.is_empty() {
            failures.push(format!("{}: wrong {wrong:?}, right {right:?}", check.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the examples leave out: the other reasons for which a check speaks, and where it must be silent.
#[test]
fn every_reason_of_a_check_counts_and_nothing_else_does() {
    const CASES: &[(&str, &[&str])] = &[
        // Funnels
        (
            "events: { a_sent: { deprecated: { reason: Old. } }, b_sent: {} }\nfunnels: { f: { steps: [a_sent, b_sent] } }",
            &["funnel-step"],
        ),
        (
            "tiers: { ux: { sample: allowed } }\nevents: { a_sent: { tier: ux, sample: 0.5 }, b_sent: { tier: ux, sample: 1 } }\nfunnels: { f: { steps: [a_sent, b_sent] } }",
            &["funnel-step"],
        ),
        (
            "events: { a_sent: {}, b_sent: {} }\nfunnels: { f: { steps: [a_sent, b_sent], by: team } }",
            &["unknown-reference"],
        ),
        // Types
        (
            "flags: { f: { variants: [a], expires: 2999-01-01 } }",
            &["single-member"],
        ),
        (
            "events: { a_sent: { properties: { ids: { type: array, items: integer, pii: none } } } }",
            &["unbounded"],
        ),
        (
            "events: { a_sent: { properties: { labels: { type: array, items: string } } } }",
            &["unbounded"],
        ),
        (
            "events: { a_sent: { properties: { code: { type: string, format: uuid, max_length: 9, pii: none } } } }",
            &["empty-range"],
        ),
        (
            "person: { properties: { nickname: { type: string, pii: personal } } }",
            &[],
        ),
        (
            "events: { a_sent: { properties: { labels: { type: array, max_items: 2, items: { type: string, max_length: 3 }, examples: [abcd] } } } }",
            &["invalid-example"],
        ),
        (
            "events: { a_sent: { properties: { opened_at: { type: datetime, examples: [yesterday] } } } }",
            &["invalid-example"],
        ),
        (
            "events: { a_sent: { properties: { code: { type: string, pattern: '^x', examples: [xy, y] } } } }",
            &["invalid-example"],
        ),
        (
            "events: { a_sent: { properties: { code: { type: string, pattern: '^\\p{Lu}' } } } }",
            &["invalid-pattern"],
        ),
        (
            "events: { a_sent: { properties: { codes: { type: array, max_items: 2, items: { type: string, pattern: '(' } } } } }",
            &["invalid-pattern"],
        ),
        (
            "events: { a_sent: { properties: { place: { type: object, fields: { code: { type: string, pattern: 'a{2000}' } } } } } }",
            &["object-property", "invalid-pattern"],
        ),
        (
            "person: { properties: { code: { type: string, pattern: '(?=a)' } } }",
            &["invalid-pattern"],
        ),
        (
            "events: { a_sent: { properties: { tone: { type: enum, values: [Dark, dark] } } } }",
            &["similar-name"],
        ),
        (
            "events: { a_sent: { properties: { tone: { type: enum, values: [a_1, a1] } } } }",
            &["identifier-collision"],
        ),
        (
            "events: { a_sent: { properties: { box: { type: object, fields: { Width: integer } } } } }",
            &["object-property", "property-case"],
        ),
        (
            "events: { a_sent: { properties: { box: { type: object, fields: { inner: { type: object, fields: { a: integer } } } } } } }",
            &["object-property", "invalid-value"],
        ),
        // Meaning: the odd one out is reported, wherever it stands
        (
            "events: { a_sent: { properties: { rows: number } }, b_sent: { properties: { rows: integer } }, c_sent: { properties: { rows: integer } } }",
            &["property-type"],
        ),
        (
            "events: { a_sent: { properties: { wait: { type: integer, unit: weeks } } }, b_sent: { properties: { wait: { type: integer, unit: days } } } }",
            &["property-meaning"],
        ),
        (
            "person: { properties: { rows: number } }\nevents: { a_sent: { properties: { rows: integer } } }",
            &[],
        ),
        (
            "events: { a_sent: { properties: { price: number, price_currency: { type: string, format: currency } } } }",
            &[],
        ),
        (
            "events: { order_sent: { properties: { tone_kind: { type: enum, values: [a, b] } } } }\nenums: { order_sent_tone_kind: [c, d] }\nperson: { properties: { tone: order_sent_tone_kind } }",
            &["identifier-collision"],
        ),
        // Privacy
        (
            "person: { properties: { display_name: string } }",
            &["undeclared-pii"],
        ),
        ("person: { properties: { plan_name: string } }", &[]),
        (
            "person: { properties: { homepage: { type: string, format: url } } }",
            &["undeclared-pii"],
        ),
        (
            "events: { a_sent: { properties: { email_count: integer, has_email: boolean } } }",
            &[],
        ),
        (
            "groups: { team: { key: slug } }\nevents: { a_sent: { scope: team, properties: { team_id: { type: integer, pii: none } } } }",
            &["subject-copy"],
        ),
        (
            "events: { a_sent: { properties: { sent_at: datetime } } }",
            &["sdk-property"],
        ),
        (
            "events: { a_sent: { properties: { os: { type: string, max_length: 9 } } } }",
            &[],
        ),
        (
            "shared: { browser: { type: string, max_length: 9 } }\nevents: { a_sent: { source: both, use: [browser] } }",
            &["sdk-property"],
        ),
        // Names
        (
            "events: { a_sent: { properties: { rows_count: number } } }",
            &["unit-name"],
        ),
        (
            "events: { a_sent: { properties: { wait_ms: { type: string, max_length: 4 } } } }",
            &["unit-name"],
        ),
        (
            "events: { a_sent: { properties: { wait_ms: { type: duration, unit: seconds } } } }",
            &["unit-name"],
        ),
        (
            "events: { a_sent: { properties: { tone: { type: enum, values: [a, b], unit: ms } } } }",
            &["unit-name"],
        ),
        (
            "events: { a_sent: { properties: { opened_at: integer } } }",
            &["datetime-name"],
        ),
        (
            "person: { properties: { role_new: { type: string } } }",
            &["versioned-name"],
        ),
        (
            "groups: { team: { key: 'team slug', properties: { is_paying: boolean } } }",
            &["item-name"],
        ),
        // Lifecycle and tiers
        (
            "events: { a_sent: { deprecated: { renamed_to: b_sent } }, b_sent: { deprecated: { reason: Old. } } }",
            &["rename-chain"],
        ),
        (
            "events: { a_sent: { deprecated: { reason: Old., remove_after: 2020-01-01 } } }",
            &["expired"],
        ),
        (
            "flags: { f: { type: boolean, expires: 2020-01-01 } }",
            &["expired"],
        ),
        (
            "flags: { f: { type: boolean, variants: [a, b], expires: 2999-01-01 } }",
            &["flag-type"],
        ),
        (
            "tiers: { ux: {} }\nevents: { a_sent: { tier: ux, sample: 0.5 } }",
            &["tier-sampling"],
        ),
        (
            "tiers: { top: {} }\nevents: { a_sent: { tier: top, source: frontend } }",
            &[],
        ),
        // References
        (
            "tiers: { top: {} }\nowners: { me: { contact: x } }\nshared: { rows: integer }\ngroups: { team: { key: slug } }",
            &["unused-item"; 4],
        ),
        (
            "enums: { tone: [a, b] }\nevents: { InvoicePaid: {} }",
            &["unused-item", "event-case"],
        ),
        (
            "enums: { tone: [a, b] }\nevents: { a_sent: { properties: { tone: tune } } }",
            &["unknown-type"],
        ),
        // Wording
        (
            "events: { a_sent: { description: It left., trigger: TBD } }",
            &["placeholder-text"],
        ),
        (
            "enums: { tone: { description: tones, values: [a, b] } }\nperson: { properties: { tone: tone } }",
            &["thin-description"],
        ),
        // One mistake is one finding, also where it hides what another check looks for
        (
            "events: { order_send: { allow: { event-tens: Old. } } }",
            &["unknown-check"],
        ),
        (
            "events: { order_sent: { allow: { boolean-name: Old. }, propertis: { admin: boolean } } }",
            &["unknown-key"],
        ),
        (
            "person: { properties: { email: { type: string, pii: noe } } }",
            &["invalid-value"],
        ),
        (
            "enums: { tone: [a, { vaue: b }] }\nperson: { properties: { tone: tone } }",
            &["unknown-key"],
        ),
        ("groups: { team: { kye: team_slug } }", &["unknown-key"]),
        // Excuses reach into the item, and levels over the whole plan
        (
            "events: { a_sent: { allow: { boolean-name: Old. }, properties: { admin: boolean } } }",
            &[],
        ),
        (
            "events: { a_sent: { properties: { admin: { type: boolean, allow: { boolean-name: Old. } } } } }",
            &[],
        ),
        (
            "enums: { tone: { values: [a], allow: { single-member: More follow. } } }\nperson: { properties: { tone: tone } }",
            &[],
        ),
        (
            "lints: { boolean-name: allow }\nevents: { a_sent: { properties: { admin: boolean } } }",
            &[],
        ),
        ("lints: { duplicate: note }\nplan: a", &["unknown-check"]),
    ];
    for (text, expected) in CASES {
        assert_eq!(codes(text), *expected, "{text}");
    }
}

#[test]
fn a_plan_sets_the_level_of_a_check() {
    let level = |lints: &str| {
        let source = Source {
            path: "plan.yaml".to_owned(),
            text: format!("lints: {{ {lints} }}\nevents: {{ InvoicePaid: {{}} }}"),
        };
        let (_, findings) = load(vec![source]);
        findings.first().map(|finding| finding.level)
    };
    assert_eq!(level(""), Some(Level::Error));
    assert_eq!(level("event-case: warning"), Some(Level::Warning));
    assert_eq!(level("event-case: note"), Some(Level::Note));
    assert_eq!(level("event-case: allow"), None);
}
