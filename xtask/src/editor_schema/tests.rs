use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value as Json;
use trackplan_schema::plan::Source;
use trackplan_schema::yaml::keys::{Key, Mapping, PLAN, Value};
use trackplan_schema::yaml::{Check, Examples, TOPICS, load, read_sources};

use super::render;

fn validator() -> Validator {
    let schema: Json = serde_json::from_str(&render()).expect("JSON");
    jsonschema::draft7::meta::validate(&schema).expect("a schema of draft 07");
    jsonschema::draft7::new(&schema).expect("a schema")
}

fn json(text: &str) -> Json {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What the loader says of the structure of a plan.
fn structural(text: &str) -> Vec<&'static str> {
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    };
    let codes = load(vec![source]).1.into_iter().map(|found| found.code);
    codes.filter(|code| STRUCTURE.contains(code)).collect()
}

/// The checks that the schema makes, too.
const STRUCTURE: &[&str] = &[
    "unknown-key",
    "invalid-value",
    "missing-key",
    "empty-enum",
    "flag-type",
    "unknown-check",
];

/// The checks whose examples are plans.
fn plans() -> impl Iterator<Item = &'static Check> {
    let checks = TOPICS.iter().flat_map(|topic| topic.checks);
    checks.filter(|check| !matches!(check.examples, Examples::Pages(_)))
}

#[test]
fn this_plan_and_every_right_example_pass() {
    let validator = validator();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("schema");
    for source in read_sources(&folder).expect("a plan") {
        let found: Vec<String> = validator
            .iter_errors(&json(&source.text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(found, [""; 0], "{}", source.path);
    }
    for check in plans() {
        assert!(
            validator.is_valid(&json(check.right)),
            "{}:\n{}",
            check.code,
            check.right
        );
    }
}

#[test]
fn of_the_wrong_examples_those_fail_that_are_wrong_in_structure() {
    let validator = validator();
    let mut failed = 0;
    for check in plans() {
        // What is no YAML, or no plan at all, has no structure.
        let Ok(document) = serde_saphyr::from_str::<Json>(check.wrong) else {
            continue;
        };
        if check.code.starts_with("yaml-") || check.code == "no-plan" {
            continue;
        }
        let is_wrong = !structural(check.wrong).is_empty();
        assert_eq!(
            !validator.is_valid(&document),
            is_wrong,
            "{}:\n{}",
            check.code,
            check.wrong
        );
        failed += u32::from(is_wrong);
    }
    assert!(failed >= 5, "{failed}");
}

/// Walks every key of every mapping: with a fitting value the loader and the schema take the plan, with any other
/// both refuse it.
#[test]
fn the_loader_and_the_schema_agree_on_every_key() {
    let validator = validator();
    let mut walk = Walk {
        validator: &validator,
        seen: BTreeSet::new(),
    };
    walk.mapping(&PLAN, &|document| document);
    assert!(walk.seen.len() > 100, "{} keys", walk.seen.len());
}

struct Walk<'a> {
    validator: &'a Validator,
    /// Every key, with the mapping that has it.
    seen: BTreeSet<(&'static str, &'static str)>,
}

impl Walk<'_> {
    /// `wrap` puts a mapping where it belongs in a plan.
    fn mapping(&mut self, mapping: &'static Mapping, wrap: &dyn Fn(Json) -> Json) {
        let minimal = |ty: Option<&str>| minimal(mapping, ty);
        let mut unknown = minimal(None);
        unknown["no_such_key"] = Json::from("x");
        self.assert_agree(&wrap(unknown), false, mapping.id);
        for key in mapping
            .keys()
            .filter(|key| key.is_required && key.types.is_empty())
        {
            let mut without = minimal(None);
            without.as_object_mut().expect("a mapping").remove(key.name);
            self.assert_agree(&wrap(without), false, key.name);
        }
        for key in mapping.keys() {
            if !self.seen.insert((mapping.id, key.name)) {
                continue;
            }
            let base = minimal(key.types.first().copied());
            let with = |value: Json| {
                let mut whole = base.clone();
                for other in mapping.either.iter().filter(|either| **either != key.name) {
                    if mapping.either.contains(&key.name) {
                        whole.as_object_mut().expect("a mapping").remove(*other);
                    }
                }
                whole[key.name] = value;
                wrap(whole)
            };
            let (right, wrong) = examples(key);
            for value in right {
                self.assert_agree(&with(value), true, key.name);
            }
            for value in wrong {
                self.assert_agree(&with(value), false, key.name);
            }
            // On a type that has no such key.
            if !key.types.is_empty() {
                let mut other = minimal(Some("boolean"));
                other[key.name] = example(&key.value);
                self.assert_agree(&wrap(other), false, key.name);
            }
            self.below(&key.value, &with);
        }
    }

    fn below(&mut self, value: &'static Value, wrap: &dyn Fn(Json) -> Json) {
        match value {
            Value::Mapping(mapping) | Value::MembersOr(mapping) | Value::TypeOr(mapping) => {
                self.mapping(mapping, wrap);
            }
            Value::Members(mapping) => {
                self.mapping(mapping, &|member| wrap(Json::from(vec![member])));
            }
            Value::Named(inner) => {
                self.below(inner, &|value| {
                    wrap(serde_json::json!({ "some_name": value }))
                });
            }
            _ => {}
        }
    }

    #[track_caller]
    fn assert_agree(&self, document: &Json, is_right: bool, what: &str) {
        // JSON is YAML.
        let text = document.to_string();
        let found = structural(&text);
        assert_eq!(
            found.is_empty(),
            is_right,
            "the loader, {what}: {found:?}\n{text}"
        );
        assert_eq!(
            self.validator.is_valid(document),
            is_right,
            "the schema, {what}\n{text}"
        );
    }
}

/// A mapping with what it can't do without.
fn minimal(mapping: &Mapping, ty: Option<&str>) -> Json {
    let mut whole = serde_json::Map::new();
    for key in mapping.keys().filter(|key| key.is_required) {
        let is_of_type = ty.is_some_and(|ty| key.types.contains(&ty));
        if matches!(key.value, Value::Type) {
            whole.insert(key.name.to_owned(), ty.unwrap_or("boolean").into());
        } else if key.types.is_empty() || is_of_type {
            whole.insert(key.name.to_owned(), example(&key.value));
        }
    }
    if let Some(first) = mapping.either.first() {
        let key = mapping
            .keys()
            .find(|key| key.name == *first)
            .expect("a key");
        whole.insert(key.name.to_owned(), example(&key.value));
    }
    Json::Object(whole)
}

fn example(value: &Value) -> Json {
    match value {
        Value::Text => "some text".into(),
        Value::Texts => vec!["some text"].into(),
        Value::Links => vec!["https://example.com/a"].into(),
        Value::Boolean => true.into(),
        Value::Count | Value::Number => 3.into(),
        Value::Day => "2030-12-31".into(),
        Value::Share => 0.5.into(),
        Value::Window => "14d".into(),
        Value::Word(words) => words()[0].into(),
        Value::Words(words) => words().into(),
        Value::Type => "boolean".into(),
        Value::Members(_) => vec!["a", "b"].into(),
        Value::Mapping(mapping) | Value::MembersOr(mapping) | Value::TypeOr(mapping) => {
            minimal(mapping, None)
        }
        Value::Named(inner) => serde_json::json!({ "some_name": example(inner) }),
        Value::Reasons => serde_json::json!({ "event-tense": "It was there before." }),
        Value::Levels(words) => serde_json::json!({ "event-tense": words()[0] }),
    }
}

/// Values that fit a key, and values that don't.
fn examples(key: &Key) -> (Vec<Json>, Vec<Json>) {
    let (list, map) = (serde_json::json!([]), serde_json::json!({ "no_such": [] }));
    let mut right = vec![example(&key.value)];
    let wrong = match &key.value {
        Value::Text => {
            right.extend([true.into(), 12.into()]);
            vec![list, map, "".into(), " ".into()]
        }
        Value::Texts => vec!["text".into(), map, vec![Json::from(vec!["a"])].into()],
        Value::Links => vec![
            "https://example.com".into(),
            vec!["example.com"].into(),
            map,
        ],
        Value::Boolean => vec!["true".into(), 1.into(), "yes".into(), list],
        Value::Count => vec![(-1).into(), 1.5.into(), "3".into(), list],
        Value::Number if key.types.contains(&"integer") => vec![1.5.into(), "3".into(), list],
        Value::Number => vec!["3".into(), list],
        Value::Day => vec!["31.12.2030".into(), "2030-1-1".into(), list],
        Value::Share => vec![0.into(), 1.5.into(), "half".into(), list],
        Value::Window => vec!["14".into(), "0d".into(), "d".into(), "14 d".into(), list],
        Value::Word(words) => {
            right = words().into_iter().map(Json::from).collect();
            vec!["no such word".into(), list]
        }
        Value::Words(_) => vec![vec!["no such word"].into(), "description".into(), map],
        Value::Type => vec![list, map, "".into()],
        Value::Members(_) => vec![list, map, "text".into(), vec![Json::from(vec!["a"])].into()],
        Value::MembersOr(_) => {
            right.push(vec!["a"].into());
            vec!["text".into(), list, map]
        }
        Value::TypeOr(_) => {
            right.push("string".into());
            vec![list, map, "array".into(), "object".into(), "enum".into()]
        }
        Value::Mapping(_) => vec!["text".into(), list, map],
        Value::Named(_) => vec!["text".into(), list],
        Value::Reasons | Value::Levels(_) => vec![
            "text".into(),
            list,
            map,
            serde_json::json!({ "unknown-key": "x" }),
        ],
    };
    (right, wrong)
}
