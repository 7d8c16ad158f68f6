use serde_json::json;
use trackplan_schema::plan::Source;
use trackplan_schema::yaml;

use super::*;

const PLAN: &str = "\
plan: test
tiers:
  ux: { requires: [] }
groups:
  team:
    key: team_slug
    properties:
      seats_count: { type: integer, min: 0 }
person:
  properties:
    role: { type: enum, values: [admin, member] }
    signup_source: { type: string, set: once }
events:
  page_viewed:
    tier: ux
    source: frontend
    properties:
      page: { type: enum, values: [home, settings] }
      referrer_kind: { type: string, optional: true }
      wait_ms: { type: duration, nullable: true }
      layout:
        type: object
        optional: true
        fields:
          columns_count: integer
          theme: { type: enum, values: [light, dark], optional: true }
  report_exported:
    tier: ux
    source: backend
    scope: team
    properties:
      row_count: integer
  report_shared:
    tier: ux
    source: both
";

fn validator() -> Validator {
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: PLAN.to_owned(),
    };
    let (plan, findings) = yaml::load(vec![source]);
    let is_error = |finding: &yaml::Diagnostic| finding.level == yaml::Level::Error;
    assert!(!findings.iter().any(is_error), "{findings:?}");
    Validator::new(plan, "schema").expect("it has no pattern")
}

/// The place of the first such text in the plan, or of what follows a `|` in it.
fn place(text: &str) -> String {
    let before = text.find('|').unwrap_or_default();
    let start = PLAN.find(&text.replace('|', "")).expect(text) + before;
    let lines: Vec<&str> = PLAN[..start].split('\n').collect();
    let column = lines.last().map_or(0, |line| line.len()) + 1;
    format!("schema/plan.yaml:{}:{column}", lines.len())
}

fn check(name: &str, properties: Value) -> Vec<Violation> {
    let Value::Object(properties) = properties else {
        panic!("properties are an object");
    };
    let raw = RawEvent {
        name: name.to_owned(),
        distinct_id: Some("user_1".to_owned()),
        properties,
        ..RawEvent::default()
    };
    validator().check(&raw, true)
}

#[test]
fn what_follows_the_plan_has_no_violation() {
    for (name, properties) in [
        ("page_viewed", json!({ "page": "home", "wait_ms": null })),
        (
            "page_viewed",
            json!({ "page": "home", "wait_ms": 3, "referrer_kind": "ad", "$lib": "web" }),
        ),
        (
            "page_viewed",
            json!({ "page": "home", "wait_ms": 3, "$feature/x": true, "$current_url": "http://x" }),
        ),
        (
            "report_exported",
            json!({ "row_count": 3, "team_slug": "acme", "$groups": { "team": "acme" }, "$lib": "trackplan" }),
        ),
        (
            "report_shared",
            json!({ "$lib": "web", "$groups": { "team": "acme" } }),
        ),
        ("report_shared", json!({ "$lib": "posthog-python" })),
        (
            "report_shared",
            json!({ "$lib": "trackplan", "$trackplan_violations": ["stars: min"] }),
        ),
        ("$pageview", json!({ "title": "Home", "anything": 1 })),
        (
            "$set",
            json!({ "$set": { "role": "admin" }, "$set_once": { "signup_source": "x", "$initial_os": "y" } }),
        ),
        (
            "$groupidentify",
            json!({ "$group_type": "team", "$group_key": "acme", "$group_set": { "seats_count": 3 } }),
        ),
    ] {
        assert_eq!(check(name, properties.clone()), [], "{name} {properties}");
    }
}

#[test]
fn each_mistake_is_one_violation_with_its_place() {
    let page = |properties: Value| {
        (
            "page_viewed",
            with(json!({ "page": "home", "wait_ms": 1 }), properties),
        )
    };
    let report = |properties: Value| {
        let whole = json!({ "row_count": 3, "team_slug": "acme", "$groups": { "team": "acme" } });
        ("report_exported", with(whole, properties))
    };
    let identify = |properties: Value| {
        let whole = json!({ "$group_type": "team", "$group_key": "acme" });
        ("$groupidentify", with(whole, properties))
    };
    let without = |(name, mut properties): (&'static str, Value), key: &str| {
        properties.as_object_mut().expect("an object").remove(key);
        (name, properties)
    };
    for ((name, properties), code, line, help) in [
        (
            ("page_view", json!({})),
            "unknown-event",
            "page_viewed",
            "did you mean `page_viewed`?",
        ),
        (
            ("moon_landed", json!({})),
            "unknown-event",
            "",
            "add it to the tracking plan",
        ),
        (
            page(json!({ "pages": "home" })),
            "unknown-property",
            "page_viewed",
            "did you mean `page`?",
        ),
        (
            page(json!({ "moon": 1 })),
            "unknown-property",
            "page_viewed",
            "it has: page, referrer_kind",
        ),
        (
            page(json!({ "layout": { "columns_count": 2, "themes": "dark" } })),
            "unknown-field",
            "layout",
            "",
        ),
        (page(json!({ "layout": {} })), "missing-field", "layout", ""),
        (
            page(json!({ "layout": { "columns_count": 2, "theme": "pink" } })),
            "unknown-member",
            "layout",
            "",
        ),
        (
            ("report_shared", json!({ "moon": 1 })),
            "unknown-property",
            "report_shared",
            "it has none",
        ),
        (
            without(page(json!({})), "page"),
            "missing-property",
            "page:",
            "",
        ),
        (
            without(page(json!({ "pgae": "home" })), "page"),
            "unknown-property",
            "page_viewed",
            "did you mean `page`?",
        ),
        (page(json!({ "page": null })), "null", "page:", ""),
        (
            page(json!({ "referrer_kind": null })),
            "null",
            "referrer_kind",
            "leave it out",
        ),
        (
            page(json!({ "page": "hom" })),
            "unknown-member",
            "page:",
            "did you mean \"home\"?",
        ),
        (
            page(json!({ "wait_ms": "long" })),
            "wrong-type",
            "wait_ms",
            "",
        ),
        (
            page(json!({ "$lib": "posthog-node" })),
            "wrong-source",
            "page_viewed",
            "",
        ),
        (
            report(json!({ "$lib": "web" })),
            "wrong-source",
            "report_exported",
            "",
        ),
        (
            without(report(json!({})), "team_slug"),
            "missing-group",
            "scope: |team",
            "",
        ),
        (
            without(report(json!({})), "$groups"),
            "missing-group",
            "scope: |team",
            "counts the event for no team",
        ),
        (
            report(json!({ "$groups": { "team": "other" } })),
            "group-mismatch",
            "scope: |team",
            "",
        ),
        (
            report(json!({ "team_slug": 7, "$groups": { "team": 7 } })),
            "wrong-type",
            "key: |team_slug",
            "",
        ),
        (
            report(json!({ "$groups": { "team": "acme", "taem": "x" } })),
            "unknown-group",
            "report_exported",
            "did you mean `team`?",
        ),
        (
            ("$set", json!({ "$set": { "roles": "admin" } })),
            "unknown-property",
            "role",
            "did you mean `role`?",
        ),
        (
            ("$identify", json!({ "$set": { "role": 1 } })),
            "unknown-member",
            "role",
            "",
        ),
        (
            ("report_shared", json!({ "$set": { "signup_source": "x" } })),
            "wrong-set",
            "signup_source",
            "the plan says `$set_once`",
        ),
        (
            ("$set", json!({ "$set_once": { "role": "admin" } })),
            "wrong-set",
            "role",
            "the plan says `$set`",
        ),
        (
            without(identify(json!({})), "$group_key"),
            "missing-group",
            "",
            "",
        ),
        (
            without(identify(json!({})), "$group_type"),
            "missing-group",
            "",
            "",
        ),
        (
            identify(json!({ "$group_type": "org" })),
            "unknown-group",
            "",
            "",
        ),
        (
            identify(json!({ "$group_set": { "seats": 1 } })),
            "unknown-property",
            "team:",
            "it has: seats_count",
        ),
        (
            identify(json!({ "$group_set": { "seats_count": -1 } })),
            "out-of-range",
            "seats_count",
            "",
        ),
    ] {
        let violations = check(name, properties.clone());
        let [violation] = violations.as_slice() else {
            panic!("{name} {properties}: {violations:#?}");
        };
        let expected = (!line.is_empty()).then(|| place(line));
        assert_eq!(
            (violation.code, &violation.place),
            (code, &expected),
            "{name} {properties}"
        );
        let found = violation.help.as_deref().unwrap_or_default();
        assert!(found.contains(help), "{name} {properties}: {violation:?}");
    }
}

fn with(mut whole: Value, part: Value) -> Value {
    let (Value::Object(properties), Value::Object(part)) = (&mut whole, part) else {
        panic!("both are objects");
    };
    properties.extend(part);
    whole
}

#[test]
fn all_mistakes_come_at_once() {
    let codes: Vec<&str> = check(
        "page_viewed",
        json!({ "page": 3, "moon": 1, "$lib": "trackplan" }),
    )
    .iter()
    .map(|violation| violation.code)
    .collect();
    assert_eq!(
        codes,
        [
            "wrong-source",
            "unknown-property",
            "unknown-member",
            "missing-property"
        ]
    );
}

#[test]
fn what_posthog_refuses_is_told() {
    let raw = RawEvent {
        name: "$pageview".to_owned(),
        timestamp: Some("yesterday".to_owned()),
        ..RawEvent::default()
    };
    let violations = validator().check(&raw, false);
    let codes: Vec<&str> = violations.iter().map(|violation| violation.code).collect();
    assert_eq!(codes, ["no-token", "no-distinct-id", "invalid-timestamp"]);
}

#[test]
fn a_pattern_that_can_not_be_used_is_shown_at_its_place() {
    let text = PLAN.replace(
        "row_count: integer",
        "code: { type: string, pattern: \"(\" }",
    );
    let source = Source {
        path: "plan.yaml".to_owned(),
        text,
    };
    let (plan, _) = yaml::load(vec![source]);
    let error = Validator::new(plan, "schema").expect_err("the pattern is broken");
    let error = format!("{error:#}");
    let place = place("row_count");
    assert!(
        error.starts_with(&format!("{place}: the pattern of `code`")),
        "{error}"
    );
}

#[test]
fn a_flood_of_unknown_properties_is_told_in_part_and_counted() {
    let raw = RawEvent {
        name: "report_shared".to_owned(),
        distinct_id: Some("user_1".to_owned()),
        properties: (0..5_000)
            .map(|index| (format!("made_up_{index}"), json!(index)))
            .collect(),
        ..RawEvent::default()
    };
    let violations = validator().check(&raw, true);
    assert_eq!(violations.len(), MOST_UNKNOWN + 1);
    let last = violations.last().map(|last| last.message.as_str());
    assert_eq!(last, Some("4950 more properties are not in the plan"));
}
