use super::{Level, load, render};
use crate::lock;
use crate::plan::Source;

const GOOD: &str = "\
plan: shop
tiers:
  critical: { requires: [description, owner] }
owners:
  growth: { contact: '#growth' }
enums:
  currency: [eur, usd]
groups:
  team: { key: team_slug, properties: { plan: string } }
shared:
  page: { type: string, max_length: 40 }
events:
  invoice_paid:
    description: Money arrived.
    tier: critical
    owner: growth
    scope: team
    use: [page]
    properties:
      currency: currency
      amount: { type: number, min: 0, optional: true }
      items: { type: array, items: { type: string, max_length: 40 }, max_items: 3 }
  cart_filled:
    description: The first item is in the cart.
    tier: critical
    owner: growth
    scope: team
funnels:
  revenue: { steps: [cart_filled, invoice_paid], by: team }
";

/// The line of [`GOOD`] above which a case puts another property.
const PROPERTY: &str = "currency: currency";

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        })
        .collect()
}

fn findings(text: &str) -> Vec<(&'static str, String)> {
    let (_, findings) = load(sources(&[("plan.yaml", text)]));
    findings
        .into_iter()
        .map(|finding| (finding.code, finding.message))
        .collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn a_good_plan_has_no_findings() {
    assert_eq!(findings(GOOD), []);
}

#[test]
fn one_wrong_line_gives_one_finding() {
    let cases = [
        ("enums:\n  currency:", "enums:\n  curency:", "unknown-type"),
        ("tier: critical", "tier: critcal", "unknown-reference"),
        ("owner: growth", "owner: grwth", "unknown-reference"),
        ("scope: team", "scope: tem", "unknown-reference"),
        ("owner: growth", "tags: [money]", "tier-demand"),
        ("max_items: 3", "maxitems: 3", "unknown-key"),
        ("min: 0,", "max_length: 4,", "unknown-key"),
        ("min: 0,", "min: 3, max: 2,", "empty-range"),
        ("optional: true", "optional: maybe", "invalid-value"),
        ("[eur, usd]", "[eur, eur]", "duplicate"),
        (
            PROPERTY,
            "page: { type: string, max_length: 9 }",
            "duplicate",
        ),
        (
            PROPERTY,
            "team_slug: { type: string, max_length: 9 }",
            "scope-key",
        ),
        (PROPERTY, "payCurrency: currency", "property-case"),
        (PROPERTY, "paid: boolean", "boolean-name"),
        (PROPERTY, "actor: integer", "reserved-name"),
        (PROPERTY, "$ip: integer", "reserved-name"),
        (PROPERTY, "form: { type: enum, values: [] }", "empty-enum"),
        (PROPERTY, "form: { type: enum }", "missing-key"),
        (PROPERTY, "form: { type: array }", "missing-key"),
        (PROPERTY, "form: { description: x }", "missing-key"),
        (
            PROPERTY,
            "form: { type: integer, examples: [x] }",
            "invalid-example",
        ),
        ("use: [page]", "use: [pag]", "unknown-reference"),
        (
            "steps: [cart_filled, invoice_paid]",
            "steps: [invoice_paid]",
            "short-funnel",
        ),
        ("events:", "event:", "unknown-key"),
        ("{ contact: '#growth' }", "'#growth'", "invalid-value"),
        ("plan: shop", "plan: &shop shop\nx: *shop", "yaml-alias"),
        ("plan: shop", "plan: [shop", "yaml-syntax"),
    ];
    for (right, wrong, code) in cases {
        let text = match right {
            PROPERTY => GOOD.replacen(right, &format!("{wrong}\n      {right}"), 1),
            _ => GOOD.replacen(right, wrong, 1),
        };
        assert_ne!(text, GOOD, "{right}");
        assert_eq!(codes(&text), [code], "{wrong}");
    }
}

#[test]
fn names_answer_to_the_conventions_unless_allowed() {
    let named =
        |name: &str, more: &str| codes(&format!("events:\n  {name}: {{ tags: [x]{more} }}\n"));
    assert_eq!(named("invoice_paid", ""), [""; 0]);
    assert_eq!(named("invoice_pay", ""), ["event-tense"]);
    assert_eq!(named("InvoicePaid", ""), ["event-case"]);
    assert_eq!(named("paid_invoice", ""), ["event-grammar"]);
    assert_eq!(
        named("invoice_pay", ", allow: { event-tense: history }"),
        [""; 0]
    );
    assert_eq!(
        named("invoice_paid", ", allow: { event-tense: history }"),
        ["unused-allow"]
    );
    assert_eq!(
        named("invoice_paid", ", allow: { event-tens: history }"),
        ["unknown-check"]
    );
}

#[test]
fn every_finding_of_every_file_comes_out_in_order() {
    let event = |name: &str| format!("events:\n  {name}: {{ tier: gold }}\n");
    let many: String = (0..50)
        .map(|index| format!("  a{index}_paid: {{ ownr: x }}\n"))
        .collect();
    let (_, found) = load(sources(&[
        ("a.yaml", &format!("events:\n{many}")),
        ("b.yaml", &event("b_paid")),
    ]));
    assert_eq!(found.len(), 51);
    assert!(found.is_sorted_by_key(|finding| finding.span));
    assert!(found.iter().all(|finding| finding.level == Level::Error));
}

#[test]
fn an_excerpt_shows_the_place_and_the_way_out() {
    let text = GOOD.replace("currency: currency", "currency: curency");
    let (plan, found) = load(sources(&[("plan.yaml", &text)]));
    let expected = "\
error[unknown-type]: property `currency` has the unknown type `curency`
  --> schema/plan.yaml:20:17
   |
20 |       currency: curency
   |                 ^^^^^^^ no such type or enum
   |
   = help: did you mean the enum `currency`?";
    assert_eq!(render(&found, &plan.sources, "schema", false), expected);
}

#[test]
fn a_duplicate_points_at_the_first_definition_in_another_file() {
    let event = "events:\n  invoice_paid: { description: x }\n";
    let (plan, found) = load(sources(&[("a.yaml", event), ("b.yaml", event)]));
    let text = render(&found, &plan.sources, "schema", false);
    assert!(
        text.contains("schema/b.yaml:2:3") && text.contains("schema/a.yaml:2:3"),
        "{text}"
    );
}

#[test]
fn bad_files_never_panic() {
    for text in [
        "",
        "~",
        "- a",
        "a",
        "\u{feff}plan: x",
        "? [a]\n: b",
        "events: []",
        "é: [ü",
        "a: b: c",
        "\t",
        "%YAML 9\n---\n",
    ] {
        let (plan, found) = load(sources(&[("plan.yaml", text)]));
        let text = render(&found, &plan.sources, "schema", false);
        assert_eq!(text.is_empty(), found.is_empty());
    }
    let deep = "[".repeat(10_000);
    assert!(!codes(&deep).is_empty());
}

#[test]
fn the_compiled_plan_reads_back_and_ignores_the_order_of_files() {
    let (head, events) = GOOD.split_at(GOOD.find("events:").expect("GOOD has events"));
    let (one, _) = load(sources(&[("a.yaml", head), ("b.yaml", events)]));
    let compiled = lock::compile(&one);
    let mut shuffled = one.clone();
    shuffled.events.reverse();
    shuffled.sources.reverse();
    for event in &mut shuffled.events {
        event.properties.reverse();
    }
    let again = lock::compile(&shuffled);
    assert!(
        compiled
            .iter()
            .filter(|(path, _)| *path != "places")
            .all(|(path, text)| again.get(path) == Some(text))
    );

    let index = lock::Index::parse(&compiled["index"]).expect("the index is current");
    assert_eq!(index.plan(), "shop");
    assert_eq!(
        index.names(lock::Kind::Event),
        ["cart_filled", "invoice_paid"]
    );
    let event = lock::Event::parse(&compiled["event/invoice_paid"]).expect("an event's file");
    assert_eq!(event.scope(), Some(("team", "team_slug")));
    assert_eq!(
        event
            .properties()
            .iter()
            .map(lock::Property::name)
            .collect::<Vec<_>>(),
        ["amount", "currency", "items", "page"]
    );
    let amount = lock::property(&compiled["event/invoice_paid"], "amount").expect("declared");
    assert!(amount.is_optional() && !amount.is_nullable());
    assert_eq!(
        (amount.type_name(), amount.field("min")),
        ("number", Some("0"))
    );
    let currency = lock::property(&compiled["event/invoice_paid"], "currency").expect("declared");
    assert_eq!(
        (currency.enum_name(), currency.members()),
        (Some("currency"), vec!["eur", "usd"])
    );
    let places = lock::Places::parse(&compiled["places"]);
    for line in compiled["places"].lines() {
        let (key, place) = line.split_once('\t').expect("a key and a place");
        assert_eq!(places.get(key), Some(place));
    }
    for absent in ["", "event/invoice", "event/invoice_paid/z", "zzz"] {
        assert_eq!(places.get(absent), None);
    }
    assert_eq!(places.get("event/invoice_paid/amount"), Some("b.yaml:10:7"));
}

#[test]
fn constraints_and_fields_are_read_back_from_the_lock() {
    let text = "plan: p
events:
  image_cropped:
    properties:
      labels: { type: array, max_items: 2, items: { type: string, max_length: 3, pattern: 'a\\b' } }
      size:
        type: object
        description: Where.
        fields:
          width: { type: integer, min: 1 }
          edge: { type: enum, values: [round, sharp], optional: true }
";
    let (plan, _) = load(sources(&[("plan.yaml", text)]));
    let compiled = lock::compile(&plan);
    let event = &compiled["event/image_cropped"];
    let labels = lock::property(event, "labels").expect("declared");
    let found: Vec<_> = labels
        .constraints()
        .into_iter()
        .map(|constraint| (constraint.key, lock::unescape(constraint.value)))
        .collect();
    assert_eq!(
        found,
        [
            ("max_length", "3".into()),
            ("pattern", r"a\b".into()),
            ("matcher", "?3 0-10ffff >-2 61 :".into()),
        ]
    );
    assert_eq!(labels.field("max_items"), Some("2"));
    let fields = lock::property(event, "size").expect("declared").fields();
    let found: Vec<_> = lock::properties(&fields)
        .iter()
        .map(|field| {
            (
                field.name(),
                field.type_name(),
                field.is_optional(),
                field.constraint("min"),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("edge", "enum", true, None),
            ("width", "integer", false, Some("1"))
        ]
    );
    let edge = lock::property(&fields, "edge").expect("declared");
    assert_eq!(edge.members(), ["round", "sharp"]);
}

#[test]
fn a_lock_of_another_time_says_so() {
    for (index, error) in [
        ("trackplan-lock 99\n", lock::Error::Newer { found: 99 }),
        ("trackplan-lock 1\n", lock::Error::Older { found: 1 }),
    ] {
        assert_eq!(lock::Index::parse(index).err(), Some(error));
    }
    for damaged in ["", "<<<<<<< HEAD\n", "trackplan-lock x\n"] {
        assert!(
            matches!(
                lock::Index::parse(damaged),
                Err(lock::Error::Damaged { .. })
            ),
            "{damaged:?}"
        );
    }
}

#[test]
fn hostile_names_stay_in_the_lock_folder() {
    let long = "x".repeat(500);
    for name in [
        "../../etc",
        "a/b",
        "A",
        "a",
        "naïve",
        "😀",
        "",
        ".",
        long.as_str(),
    ] {
        let file = lock::file_name(lock::Kind::Event, name);
        let inner = file.strip_prefix("event/").expect("below its kind");
        assert!(
            !inner.contains(['/', '.', '\\']) && inner.len() < 200,
            "{file}"
        );
    }
    assert_ne!(
        lock::file_name(lock::Kind::Event, "A"),
        lock::file_name(lock::Kind::Event, "a")
    );
}

#[test]
fn habits_from_elsewhere_get_the_word_of_the_plan_language() {
    let property = |text: &str| GOOD.replace(PROPERTY, &format!("{PROPERTY}\n      {text}"));
    let cases = [
        (property("is_new: bool"), "unknown-type", "`boolean`"),
        (property("rows: int"), "unknown-type", "`integer`"),
        (
            property("is_new: { type: boolean, required: true }"),
            "unknown-key",
            "`optional: true`",
        ),
        (
            property("kind: { type: string, max_length: 3, values: [a, b] }"),
            "unknown-key",
            "type: enum",
        ),
        (property("<<: { is_new: boolean }"), "yaml-alias", "shared:"),
        (
            GOOD.replace("    use: [page]", "    is_new: boolean\n    use: [page]"),
            "unknown-key",
            "below `properties:`",
        ),
        (
            GOOD.replace(
                "owner: growth\n    scope: team\n    use",
                "owner: #growth\n    scope: team\n    use",
            ),
            "invalid-value",
            "begins a comment",
        ),
        (
            GOOD.replace("description: Money", "desc: Money"),
            "unknown-key",
            "`description`",
        ),
        (
            GOOD.replace("by: team", "by: persn"),
            "unknown-reference",
            "`person`",
        ),
        (
            GOOD.replace("owners:\n  growth:", "owners:\ngrowth:"),
            "unknown-key",
            "indent it",
        ),
        (
            GOOD.replace("owners:\n  growth:", "owners:\n  - growth:"),
            "invalid-value",
            "`name: value`",
        ),
    ];
    for (text, code, help) in cases {
        let (_, findings) = load(sources(&[("plan.yaml", &text)]));
        let [finding] = findings.as_slice() else {
            panic!("{code}: {findings:#?}");
        };
        assert_eq!(finding.code, code);
        let given = finding.help.as_deref().unwrap_or_default();
        assert!(given.contains(help), "{code}: {given}");
    }
}
