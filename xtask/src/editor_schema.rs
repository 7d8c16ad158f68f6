//! `tracking_plan.schema.json`, a JSON Schema of the plan language: what editors complete, explain and underline.
//!
//! It is draft 07, which all editors know, and made of the tables that the loader tells unknown keys by. It judges the
//! structure of one file; what the plan as a whole must keep is the checks' business.

use serde_json::{Map, Value as Json, json};
use trackplan_schema::yaml::TOPICS;
use trackplan_schema::yaml::keys::{MEMBER, Mapping, PLAN, PROPERTY, TYPES, Value};

/// The file's name, beside the YAML files.
pub(crate) const FILE: &str = "tracking_plan.schema.json";

/// The whole schema.
pub(crate) fn render() -> String {
    let mut definitions = Map::new();
    define(&PLAN, &mut definitions);
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A file of a tracking plan",
        "$ref": "#/definitions/plan",
        "definitions": definitions,
    });
    format!("{schema:#}\n")
}

fn define(mapping: &Mapping, definitions: &mut Map<String, Json>) -> Json {
    named(definitions, mapping.id, |definitions| {
        schema(mapping, definitions)
    })
}

/// A reference to a schema, which is made the first time.
fn named(
    definitions: &mut Map<String, Json>,
    name: &str,
    make: impl FnOnce(&mut Map<String, Json>) -> Json,
) -> Json {
    if !definitions.contains_key(name) {
        let made = make(definitions);
        definitions.insert(name.to_owned(), made);
    }
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn schema(mapping: &Mapping, definitions: &mut Map<String, Json>) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut dependencies = Map::new();
    let mut rules = Vec::new();
    for key in mapping.keys() {
        let value = match key.value {
            Value::Type => type_word(&types_without(mapping)),
            _ => value(&key.value, definitions),
        };
        properties.insert(key.name.to_owned(), described(&value, key.doc));
        if key.types.is_empty() {
            required.extend(key.is_required.then_some(key.name));
            continue;
        }
        let of_its_types = json!({ "properties": { "type": { "enum": key.types } } });
        dependencies.insert(key.name.to_owned(), of_its_types);
        if key.is_required {
            rules.push(if_type(key.types, &json!({ "required": [key.name] })));
        }
        if matches!(key.value, Value::Number) {
            let whole = json!({ "properties": { key.name: { "type": "integer" } } });
            rules.push(if_type(&["integer"], &whole));
        }
    }
    let one_of = mapping
        .either
        .iter()
        .map(|key| json!({ "required": [key] }));
    let one_of: Vec<Json> = one_of.collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let parts = [
        ("required", json!(required)),
        ("dependencies", json!(dependencies)),
        ("allOf", json!(rules)),
        ("oneOf", json!(one_of)),
    ];
    for (name, part) in parts {
        if part != json!([]) && part != json!({}) {
            schema[name] = part;
        }
    }
    schema
}

fn if_type(types: &[&str], then: &Json) -> Json {
    let is_of_type = json!({ "properties": { "type": { "enum": types } }, "required": ["type"] });
    json!({ "if": is_of_type, "then": then })
}

fn value(value: &Value, definitions: &mut Map<String, Json>) -> Json {
    match value {
        Value::Text => text(),
        Value::Texts => list(&text()),
        Value::Links => list(&pattern(r"^https?://\S+$")),
        Value::Boolean => json!({ "type": "boolean" }),
        Value::Count => json!({ "type": "integer", "minimum": 0 }),
        Value::Number => json!({ "type": "number" }),
        Value::Day => pattern(r"^\d{4}-\d{2}-\d{2}$"),
        Value::Share => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        Value::Window => pattern("^0*[1-9][0-9]*[mhdw]$"),
        Value::Word(words) => json!({ "enum": words() }),
        Value::Words(words) => list(&json!({ "enum": words() })),
        Value::Type => type_word(&[]),
        Value::Members(member) => {
            let mut members = list(&json!({ "anyOf": [text(), define(member, definitions)] }));
            members["minItems"] = json!(1);
            members
        }
        Value::Mapping(mapping) => define(mapping, definitions),
        Value::MembersOr(mapping) => {
            let members = self::value(&Value::Members(&MEMBER), definitions);
            json!({ "anyOf": [members, define(mapping, definitions)] })
        }
        Value::TypeOr(mapping) => {
            // The short form has no place for what these types need.
            let short = type_word(&types_with_needs(&PROPERTY));
            json!({ "anyOf": [short, define(mapping, definitions)] })
        }
        Value::Named(inner) => {
            json!({ "type": "object", "additionalProperties": self::value(inner, definitions) })
        }
        Value::Reasons => named(definitions, "reasons", |_| of_checks(&text())),
        Value::Levels(words) => of_checks(&json!({ "enum": words() })),
    }
}

/// A mapping from the checks that a plan may adjust.
fn of_checks(value: &Json) -> Json {
    let checks = TOPICS.iter().flat_map(|topic| topic.checks);
    let adjustable = checks.filter(|check| !check.is_fixed);
    let properties: Map<String, Json> = adjustable
        .map(|check| (check.code.to_owned(), described(value, check.summary)))
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A schema with what an editor shows beside it.
fn described(schema: &Json, doc: &str) -> Json {
    match schema {
        // Draft 07 ignores what stands beside a reference.
        Json::Object(parts) if !parts.contains_key("$ref") => {
            let mut parts = parts.clone();
            parts.insert("description".to_owned(), doc.into());
            Json::Object(parts)
        }
        reference => json!({ "description": doc, "allOf": [reference] }),
    }
}

/// A single value, which the plan language reads as text.
fn text() -> Json {
    json!({ "type": ["string", "number", "boolean"], "pattern": r"\S" })
}

fn pattern(pattern: &str) -> Json {
    json!({ "type": "string", "pattern": pattern })
}

fn list(items: &Json) -> Json {
    json!({ "type": "array", "items": items })
}

/// A type or the name of an enum; the types are listed for completion.
fn type_word(without: &[&str]) -> Json {
    let offered: Vec<&&str> = TYPES.iter().filter(|ty| !without.contains(ty)).collect();
    json!({ "anyOf": [{ "enum": offered }, { "allOf": [text()], "not": { "enum": TYPES } }] })
}

/// The types that can't do without a key of their own.
fn types_with_needs(mapping: &Mapping) -> Vec<&'static str> {
    let needs = mapping.keys().filter(|key| key.is_required);
    needs.flat_map(|key| key.types).copied().collect()
}

/// The types that a property can have and this mapping has no keys for.
fn types_without(mapping: &Mapping) -> Vec<&'static str> {
    let has = types_with_needs(mapping);
    let mut types = types_with_needs(&PROPERTY);
    types.retain(|ty| !has.contains(ty));
    types
}

#[cfg(test)]
mod tests;
