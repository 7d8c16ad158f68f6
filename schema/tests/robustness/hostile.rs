//! Names and files that mean harm.

use trackplan_schema::lock::{self, Kind};
use trackplan_schema::yaml;

use super::{codes, has_errors, load};

#[test]
fn bombs_are_refused_at_once() {
    let aliases: String = (1..60)
        .map(|level| {
            let before = level - 1;
            format!("b{level}: &b{level} [*b{before}, *b{before}, *b{before}]\n")
        })
        .collect();
    assert_eq!(
        codes(&format!("b0: &b0 [x, x, x]\n{aliases}")),
        ["yaml-alias"]
    );
    for opening in ["[", "{", "- ", "? ", "a: {", "[{"] {
        assert_eq!(
            codes(&opening.repeat(200_000)),
            ["yaml-syntax"],
            "{opening}"
        );
    }
    let steps: String = (0..2_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert_eq!(codes(&steps), ["yaml-syntax"]);
}

#[test]
fn long_lines_are_not_shown_but_named() {
    let text = format!("events: {{ {}: {{}} }}\n", "x".repeat(20_000));
    let (plan, found) = load(&text);
    let shown = yaml::render(&found, &plan.sources, "schema", false);
    assert!(shown.contains("schema/plan.yaml:1:11"), "{shown}");
    assert!(shown.len() < 1_000, "{} bytes", shown.len());
}

/// Each name, and what is said of it as an event and as a property. A member can have any.
const NAMES: &[(&str, &str, &str)] = &[
    ("type", "event-tense", ""),
    ("self", "event-grammar", "reserved-name"),
    ("$set", "reserved-name", "reserved-name"),
    ("distinct_id", "event-grammar", "reserved-name"),
    ("größe", "event-case", "property-case"),
    ("раypal", "event-case", "property-case"),
    ("a\"b", "event-case", "property-case"),
    ("a'b", "event-case", "property-case"),
    ("a\\b", "event-case", "property-case"),
    ("a\nb", "event-case", "reserved-name"),
    ("a\r\nb", "event-case", "reserved-name"),
    ("a\tb", "event-case", "reserved-name"),
    ("*/", "event-case", "property-case"),
    ("😀", "event-case", "property-case"),
    ("../../etc/passwd", "event-case", "property-case"),
    ("{0}", "event-case", "property-case"),
    ("1st", "event-case", "property-case"),
    ("_", "event-case", "reserved-name"),
    ("a b", "event-case", "property-case"),
];

fn quoted(name: &str) -> String {
    serde_json::to_string(name).expect("a text")
}

#[test]
fn a_hostile_name_is_reported_once_or_harmless() {
    for &(name, as_event, as_property) in NAMES {
        let name = quoted(name);
        let event = format!("events:\n  {name}: {{}}\n");
        assert_eq!(codes(&event), [as_event], "event {name}");
        let within = |property: &str| {
            codes(&format!(
                "events:\n  order_sent: {{ properties: {{ {property} }} }}\n"
            ))
        };
        let property = within(&format!("{name}: integer"));
        assert_eq!(property.join(", "), as_property, "property {name}");
        let member = within(&format!("colour: {{ type: enum, values: [{name}, red] }}"));
        assert_eq!(member, [""; 0], "member {name}");
    }
    let long = "x".repeat(500);
    assert_eq!(codes(&format!("events:\n  {long}: {{}}\n")), ["long-name"]);
    let text = format!("events:\n  order_sent: {{ properties: {{ {long}: integer }} }}\n");
    assert_eq!(codes(&text), ["long-name"]);
}

#[test]
fn names_that_meet_after_a_change_of_case_are_told_apart() {
    let both = |left: &str, right: &str| {
        codes(&format!(
            "conventions: {{ event_grammar: any }}\nevents:\n  {left}: {{}}\n  {right}: {{}}\n"
        ))
    };
    assert_eq!(
        both("order_1_sent", "order1_sent"),
        ["identifier-collision"]
    );
    assert_eq!(both("order_sent", "orders_sent"), ["similar-name"]);
    assert_eq!(both("order_sent", "sent_order"), ["similar-name"]);
    assert_eq!(both("order_sent", "Order_Sent"), ["event-case"]);
}

/// What is let through by an allow still can't break a line of the compiled plan.
#[test]
fn allowed_names_and_any_text_are_escaped_in_the_compiled_plan() {
    let evil = "a\nproperty b\n  type string\\";
    let (name, text) = (quoted(evil), quoted(&format!("{evil}.")));
    let plan = format!(
        "enums: {{ colour: [{name}, red] }}
events:
  {name}:
    description: {text}
    trigger: {text}
    tags: [{name}]
    allow: {{ event-case: {text} }}
    properties:
      colour: {{ type: colour, description: {text}, unit: ms, allow: {{ unit-name: x }} }}
"
    );
    let (plan, found) = load(&plan);
    assert!(
        !has_errors(&found),
        "{}",
        yaml::render(&found, &plan.sources, "schema", false)
    );
    let files = lock::compile(&plan);
    let file = &files[&lock::file_name(Kind::Event, evil)];
    let event = lock::Event::parse(file).expect("an event");
    assert_eq!(lock::unescape(event.name()), evil);
    let properties = event.properties();
    let properties: Vec<&str> = properties.iter().map(lock::Property::name).collect();
    assert_eq!(properties, ["colour"]);
    let colour = lock::property(file, "colour").expect("declared");
    let members: Vec<_> = colour.members().into_iter().map(lock::unescape).collect();
    assert_eq!(members, [evil, "red"]);
    let index = lock::Index::parse(&files["index"]).expect("current");
    assert_eq!(index.names(Kind::Event).len(), 1);
}

#[test]
fn a_file_with_many_mistakes_reports_each_once_and_in_order() {
    const MISTAKES: &[(&str, &str)] = &[
        ("{ ownr: growth }", "unknown-key"),
        ("{ tier: gold }", "unknown-reference"),
        ("{ source: server }", "invalid-value"),
        ("{ scope: tema }", "unknown-reference"),
        ("{ expires: tomorrow }", "invalid-value"),
        ("{ sample: 2 }", "invalid-value"),
        ("{ links: [here] }", "invalid-value"),
        ("{ tags: [a, a] }", "duplicate"),
        ("{ tags: a }", "invalid-value"),
        ("[]", "invalid-value"),
        ("{ description: [] }", "invalid-value"),
        ("{ description: '' }", "invalid-value"),
        ("{ use: [colr] }", "unknown-reference"),
        ("{ state: soon }", "invalid-value"),
        ("{ deprecated: yes }", "invalid-value"),
        (
            "{ deprecated: { reason: Old., renamed_to: nowhere_sent } }",
            "unknown-reference",
        ),
        ("{ allow: { event-tens: x } }", "unknown-check"),
        ("{ allow: { unknown-key: x } }", "unknown-check"),
        ("{ properties: { a: strin } }", "unknown-type"),
        ("{ properties: { b: { min: 1 } } }", "missing-key"),
        ("{ properties: { c: { type: enum } } }", "missing-key"),
        (
            "{ properties: { d: { type: enum, values: [] } } }",
            "empty-enum",
        ),
        (
            "{ properties: { e: { type: enum, values: x } } }",
            "invalid-value",
        ),
        ("{ properties: { f: { type: array } } }", "missing-key"),
        (
            "{ properties: { g: { type: array, items: object, max_items: 1 } } }",
            "invalid-value",
        ),
        (
            "{ properties: { h: { type: integer, min: 2, max: 1 } } }",
            "empty-range",
        ),
        (
            "{ properties: { i: { type: integer, min: x } } }",
            "invalid-value",
        ),
        (
            "{ properties: { j: { type: string, max_length: x } } }",
            "invalid-value",
        ),
        (
            "{ properties: { k: { type: string, pattern: '(' } } }",
            "invalid-pattern",
        ),
        (
            "{ properties: { l: { type: integer, examples: [x] } } }",
            "invalid-example",
        ),
        (
            "{ properties: { m: { type: integer, set: once } } }",
            "unknown-key",
        ),
        (
            "{ properties: { n: { type: number, min: .nan } } }",
            "invalid-value",
        ),
        ("{ properties: { actor: integer } }", "reserved-name"),
        ("{ properties: { camelCase: integer } }", "property-case"),
        ("{ properties: { flag: boolean } }", "boolean-name"),
        ("{ properties: { wait: duration } }", "duration-name"),
        (
            "{ properties: { o_ms: { type: integer, unit: seconds } } }",
            "unit-name",
        ),
        (
            "{ properties: { team_slug: { type: integer } } }",
            "scope-key",
        ),
        (
            "{ properties: { password: { type: string, pii: secret } } }",
            "secret-property",
        ),
        (
            "{ properties: { email: { type: string, max_length: 9 } } }",
            "undeclared-pii",
        ),
    ];
    let mut text = "groups: { team: { key: team_slug } }\nowners: { growth: { contact: x } }\n\
        tiers: { ux: { sample: allowed } }\nshared: { colour: { type: integer } }\nevents:\n"
        .to_owned();
    for (index, (body, _)) in MISTAKES.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(index % 26).expect("a letter"));
        let tier = match body.contains("tier:") {
            true => (*body).to_owned(),
            false => body.replacen('{', "{ tier: ux,", 1),
        };
        text.push_str(&format!(
            "  x{letter}{}_sent: {tier}\n",
            ["q", "w"][index / 26]
        ));
    }
    for name in ["BillPaid", "sent_parcel", "order_send", "$pageview"] {
        text.push_str(&format!("  {name}: {{ tier: ux }}\n"));
    }
    text.push_str("  order_sent: {}\n  order_sent: {}\nfunnels:\n  one: { steps: [order_sent] }\n");
    text.push_str(
        "  two: { steps: x }\n  three: { steps: [order_sent, colour_sent], within: 1y }\n",
    );
    text.push_str("flags:\n  off: { variants: [a, a, b], expires: 2999-01-01 }\n");

    let mut expected: Vec<&str> = MISTAKES.iter().map(|(_, code)| *code).collect();
    expected.extend([
        "event-case",
        "event-grammar",
        "event-tense",
        "reserved-name",
    ]);
    expected.extend(["missing-tier", "duplicate", "short-funnel", "invalid-value"]);
    expected.extend(["unknown-reference", "invalid-value", "duplicate"]);
    assert!(expected.len() >= 50, "{}", expected.len());
    assert_eq!(codes(&text), expected);

    // An unknown section may hold what seems to be missing, so nothing is said of what is not there.
    text.push_str("funels: {}\n");
    expected.retain(|code| *code != "unknown-reference" && *code != "unknown-type");
    expected.push("unknown-key");
    assert_eq!(codes(&text), expected);
}
