use super::generate;
use crate::plan::{Plan, Source};
use crate::yaml::load;

const PLAN: &str = "\
plan: shop
outputs: { typescript: web/analytics, javascript: static }
enums:
  page: [home, 'sale \"now\"']
groups:
  team: { key: team_slug, properties: { seats: { type: integer, min: 1 } } }
person: { properties: { role: page, source: { type: string, set: once } } }
events:
  order_paid: { source: backend }
  cart_opened: { source: frontend, description: 'Looked */ inside.' }
  link_clicked:
    source: both
    scope: team
    deprecated: { reason: Too broad., renamed_to: cart_opened }
    properties:
      page: page
      tags: { type: array, items: page, optional: true }
      wait_ms: { type: duration, nullable: true }
      colours: { type: array, items: { type: enum, values: [red, blue] } }
      box: { type: object, fields: { height: { type: integer, min: 1 }, lid: { type: boolean, optional: true } } }
";

fn plan(text: &str) -> Plan {
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    };
    load(vec![source]).0
}

fn file(text: &str, path: &str) -> String {
    let mut files = generate(&plan(text), "schema");
    files.remove(path).unwrap_or_default()
}

#[test]
fn only_what_is_asked_for_is_written() {
    assert!(generate(&plan("plan: shop\n"), "schema").is_empty());
    let files = generate(&plan(PLAN), "schema");
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "static/analytics.d.ts",
            "static/analytics.js",
            "web/analytics/client.ts",
            "web/analytics/events.ts",
            "web/analytics/inspect.ts",
        ]
    );
}

#[test]
fn events_of_the_frontend_become_interfaces() {
    let types = file(PLAN, "web/analytics/events.ts");
    assert!(!types.contains("order_paid"), "{types}");
    for expected in [
        "export type Page = \"home\" | \"sale \\\"now\\\"\";\n",
        "/** Looked *\\/ inside. */\nexport interface CartOpenedEvent {\n  [none: string]: never;\n}\n",
        "  page: Page;\n",
        "  tags?: readonly Page[];\n",
        "  colours: readonly (\"red\" | \"blue\")[];\n",
        "  box: {\n    /** At least 1. */\n    height: number;\n    lid?: boolean;\n  };\n",
        "  /** Whole milliseconds. */\n  wait_ms: number | null;\n",
        "  team_slug: string;\n",
        "/** @deprecated Too broad. Use `cart_opened`. */\n  link_clicked: LinkClickedEvent;\n",
        "export interface PersonProperties {\n  role?: Page;\n}\n",
        "export interface PersonOnceProperties {\n  source?: string;\n}\n",
        "  /** At least 1. */\n  seats?: number;\n",
        "  team: TeamGroup;\n",
    ] {
        assert!(types.contains(expected), "{expected}\nis not in\n{types}");
    }
}

#[test]
fn the_client_does_not_grow_with_the_plan() {
    let small = file(PLAN, "web/analytics/client.ts");
    let large = file(
        &format!("{PLAN}  menu_opened: {{ source: frontend }}\n"),
        "web/analytics/client.ts",
    );
    assert_eq!(small, large);
}

#[test]
fn functions_are_named_after_events() {
    let text = PLAN.replace("static }", "static, style: functions }");
    let client = file(&text, "web/analytics/client.ts");
    for expected in [
        "export const cartOpened = (properties?: CartOpenedEvent, options?: Options): void => send(\"cart_opened\", properties, options);",
        "export const linkClicked = (properties: LinkClickedEvent, ",
    ] {
        assert!(client.contains(expected), "{expected}\nis not in\n{client}");
    }
    let javascript = file(&text, "static/analytics.js");
    assert!(
        javascript
            .contains("export const linkClicked = (properties, options) => send(\"link_clicked\"")
    );
}

#[test]
fn hostile_names_are_quoted_and_never_meet() {
    let text = "\
plan: shop
outputs: { typescript: web }
conventions: { event_grammar: any, tense: { completed: any } }
events:
  cart_opened: { source: frontend }
  'Cart Opened': { source: frontend }
  event_map: { source: frontend }
  '7\"*/${x}': { source: frontend, properties: { __proto__: string, 'a b': string } }
  raw: { source: frontend }
";
    let types = file(text, "web/events.ts");
    for expected in [
        "  cart_opened: $cart_openedEvent;\n",
        "  \"Cart Opened\": CartOpenedEvent;\n",
        "  event_map: EventMapEvent;\n",
        "  \"7\\\"*/${x}\": $7$22$$2a$$2f$$24$$7b$x$7d$Event;\n",
        "  [\"__proto__\"]: string;\n",
        "  \"a b\": string;\n",
    ] {
        assert!(types.contains(expected), "{expected}\nis not in\n{types}");
    }
    let client = file(text, "web/client.ts");
    assert!(client.contains("keyof Omit<EventMap, \"raw\">"), "{client}");
}

#[test]
fn development_knows_where_the_plan_says_what() {
    let facts = file(PLAN, "web/analytics/inspect.ts");
    for expected in [
        "  link_clicked: {\n    place: \"schema/plan.yaml:11:3\",\n",
        "      page: { place: \"schema/plan.yaml:16:7\", type: \"enum\", values: [\"home\", \"sale \\\"now\\\"\"] },\n",
        "      tags: { place: \"schema/plan.yaml:17:7\", type: \"array\", values: [\"home\", \"sale \\\"now\\\"\"], items: \"enum\", optional: true },\n",
        "      team_slug: { place: \"schema/plan.yaml:13:12\", type: \"string\" },\n",
    ] {
        assert!(facts.contains(expected), "{expected}\nis not in\n{facts}");
    }
}

#[test]
fn outputs_stay_below_the_plan() {
    let text =
        "plan: shop\noutputs: { typescript: ../elsewhere, javascript: /etc, style: objects }\n";
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    };
    let (plan, findings) = load(vec![source]);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["invalid-value"; 3]);
    assert_eq!(plan.outputs, crate::plan::Outputs::default());
}
