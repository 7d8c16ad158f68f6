//! Random plans that are right: the compiled plan holds what they say, whatever their order.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use trackplan_schema::diff::{Base, diff};
use trackplan_schema::lock::{self, Kind};
use trackplan_schema::plan::{Plan, Property, Type};
use trackplan_schema::yaml;

use super::{has_errors, source};

/// A property's name and the keys of its mapping.
type Body = Vec<(&'static str, String)>;

/// An event's own keys, and its properties.
#[derive(Debug, Clone)]
struct Written {
    name: String,
    keys: Body,
    properties: Vec<(String, Body)>,
}

/// Any text, as YAML's double quotes write it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn text() -> impl Strategy<Value = String> {
    let plain = "[A-Za-z \\\\\"'#:{},\\n\\r\\t😀é%&*|>-]{0,20}";
    plain.prop_map(|rest| quoted(&format!("What it tells: {rest}.")))
}

fn property() -> impl Strategy<Value = (String, Body)> {
    const TYPES: &[(&str, &[(&str, &str)])] = &[
        (
            "size",
            &[
                ("type", "integer"),
                ("min", "-3"),
                ("max", "9223372036854775807"),
            ],
        ),
        ("ratio", &[("type", "number"), ("min", "0"), ("max", "1.5")]),
        ("is_first", &[("type", "boolean")]),
        ("opened_at", &[("type", "datetime"), ("nullable", "true")]),
        ("elapsed_ms", &[("type", "duration"), ("optional", "true")]),
        ("colour", &[("type", "colour"), ("since", "2026-01-31")]),
        (
            "shape",
            &[
                ("type", "enum"),
                (
                    "values",
                    "[round, { value: flat, description: Not round. }]",
                ),
            ],
        ),
        (
            "labels",
            &[
                ("type", "array"),
                ("items", "{ type: string, max_length: 9 }"),
                ("max_items", "3"),
            ],
        ),
        (
            "code",
            &[
                ("type", "string"),
                ("pattern", "'^\\d+\\\\$'"),
                ("pii", "pseudonymous"),
            ],
        ),
        (
            "area",
            &[
                ("type", "object"),
                (
                    "fields",
                    "{ width: { type: integer, optional: true }, kind: colour }",
                ),
            ],
        ),
    ];
    (select(TYPES), text()).prop_map(|((name, keys), description)| {
        let keys = keys.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let described = std::iter::once(("description", description));
        ((*name).to_owned(), keys.chain(described).collect())
    })
}

fn event() -> impl Strategy<Value = Written> {
    let name = "[a-df-h]{3,9}_(opened|closed|sent)";
    let keys = (text(), text(), any::<bool>(), select(&["0.5", "1"][..]));
    let properties = vec(property(), 0..6);
    (name, keys, properties).prop_map(
        |(name, (description, trigger, is_scoped, sample), mut properties)| {
            let mut keys = vec![
                ("description", description),
                ("trigger", trigger),
                ("sample", sample.to_owned()),
            ];
            if is_scoped {
                keys.push(("scope", "team".to_owned()));
            }
            properties.sort();
            properties.dedup_by(|left, right| left.0 == right.0);
            Written {
                name,
                keys,
                properties,
            }
        },
    )
}

fn mapping(body: &[(&str, String)]) -> String {
    let pairs: Vec<String> = body
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

const HEAD: &str =
    "plan: random\nenums: { colour: [red, green] }\ngroups: { team: { key: team_slug } }\n";

/// The plan over as many files as there are events; `turn` reverses what has no order.
fn load(events: &[Written], turn: bool) -> (Plan, Vec<yaml::Diagnostic>) {
    let mut files = vec![source("a.yaml", HEAD)];
    for (index, event) in events.iter().enumerate() {
        let (mut keys, mut properties) = (event.keys.clone(), event.properties.clone());
        if turn {
            keys.reverse();
            properties.reverse();
        }
        let properties: Vec<String> = properties
            .iter()
            .map(|(name, body)| {
                let mut body = body.clone();
                if turn {
                    body.reverse();
                }
                format!("{name}: {}", mapping(&body))
            })
            .collect();
        keys.push(("properties", format!("{{ {} }}", properties.join(", "))));
        let text = format!("events:\n  {}: {}\n", event.name, mapping(&keys));
        let number = if turn { events.len() - index } else { index };
        files.push(source(&format!("b{number}.yaml"), &text));
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    yaml::load(files)
}

/// What must not depend on order: all but places and the hashes of the sources.
fn facts(plan: &Plan) -> BTreeMap<String, String> {
    let mut files = lock::compile(plan);
    files.remove("places");
    let index = files.remove("index").expect("an index");
    let names = index.lines().filter(|line| !line.starts_with("source "));
    files.insert("index".to_owned(), names.collect::<Vec<_>>().join("\n"));
    files
}

fn assert_same(read: lock::Property<'_>, written: &Property) {
    let text = |value: Option<&str>| value.map(|value| lock::unescape(value).into_owned());
    assert_eq!(read.name(), written.name.value);
    assert_eq!(read.type_name(), written.ty.as_str());
    assert_eq!(read.is_optional(), written.optional);
    assert_eq!(read.is_nullable(), written.nullable);
    assert_eq!(
        text(read.field("description")).as_ref(),
        written.description.as_deref()
    );
    let pii = written.pii.as_ref().map(|pii| pii.value.as_str());
    assert_eq!(read.field("pii"), pii);
    match &written.ty {
        Type::Enum(members) => {
            let values = members
                .members
                .iter()
                .map(|member| member.value.value.as_str());
            assert!(read.members().into_iter().eq(values));
            assert_eq!(read.enum_name(), Some(members.name.value.as_str()));
        }
        Type::Array { items, max_items } => {
            assert_eq!(read.items(), Some(items.as_str()));
            assert_eq!(
                read.field("max_items"),
                max_items.map(|most| most.to_string()).as_deref()
            );
        }
        Type::String { pattern, .. } => {
            let pattern = pattern.as_ref().map(|pattern| &pattern.value);
            assert_eq!(text(read.field("pattern")).as_ref(), pattern);
        }
        Type::Integer { min, max } => {
            assert_eq!(read.field("min"), min.map(|min| min.to_string()).as_deref());
            assert_eq!(read.field("max"), max.map(|max| max.to_string()).as_deref());
        }
        // `optional` of a field must not be taken for the object's own, which is asked above.
        Type::Object { .. } => assert_eq!(read.field("min"), None),
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_compiled_plan_says_what_was_written_in_any_order(
        events in btree_map("[a-d]{2}", event(), 0..5)
    ) {
        let mut events: Vec<Written> = events.into_values().collect();
        events.sort_by(|left, right| left.name.cmp(&right.name));
        events.dedup_by(|left, right| left.name == right.name);
        let (plan, found) = load(&events, false);
        // Two names can turn out too similar; everything else is right by construction.
        let is_collision = |code| matches!(code, "identifier-collision" | "event-grammar");
        prop_assume!(!found.iter().any(|finding| is_collision(finding.code)));
        prop_assert!(!has_errors(&found), "{}", yaml::render(&found, &plan.sources, "s", false));

        let (turned, _) = load(&events, true);
        prop_assert_eq!(facts(&plan), facts(&turned));

        let files = lock::compile(&plan);
        for base in [Base::loaded(&plan), Base::compiled(&files).expect("current")] {
            prop_assert_eq!(diff(&base, &turned, yaml::today()).changes, []);
            let gone = diff(&base, &Plan::default(), yaml::today()).changes;
            let events = gone.iter().filter(|change| change.subject.kind.as_str() == "event");
            prop_assert_eq!(events.count(), plan.events.len());
        }
        let index = lock::Index::parse(&files["index"]).expect("current");
        let names = index.names(Kind::Event);
        prop_assert!(names.is_sorted());
        prop_assert_eq!(names.len(), plan.events.len());
        for event in &plan.events {
            let file = &files[&lock::file_name(Kind::Event, &event.name.value)];
            let read = lock::Event::parse(file).expect("an event");
            prop_assert_eq!(read.name(), &event.name.value);
            let description = read.field("description").map(lock::unescape);
            prop_assert_eq!(
                description.as_deref(),
                event.description.as_ref().map(|text| text.value.as_str())
            );
            prop_assert_eq!(read.scope().is_some(), event.scope.is_some());
            prop_assert_eq!(read.properties().len(), event.properties.len());
            for property in &event.properties {
                assert_same(lock::property(file, &property.name.value).expect("written"), property);
            }
        }
    }
}
