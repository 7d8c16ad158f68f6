//! Properties and their types.

use super::{allows, deprecation, members};
use crate::naming::nearest;
use crate::plan::{Enum, Format, Pii, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::{Findings, Map};
use crate::yaml::tree::{Content, Node};

const TYPES: &[&str] = &[
    "string", "integer", "number", "boolean", "datetime", "duration", "enum", "array",
];
/// The keys that every property may have.
const KEYS: &[&str] = &[
    "type",
    "description",
    "optional",
    "nullable",
    "examples",
    "pii",
    "unit",
    "deprecated",
    "set",
    "allow",
];

/// The keys that a type adds to them.
fn type_keys(ty: &Type) -> &'static [&'static str] {
    match ty {
        Type::String { .. } => &["max_length", "pattern", "format"],
        Type::Integer { .. } | Type::Number { .. } => &["min", "max"],
        Type::Boolean | Type::Datetime | Type::Duration => &[],
        Type::Enum(_) => &["values"],
        Type::Array { .. } => &["items", "max_items"],
    }
}

/// Resolves types against the plan's enums.
pub(super) struct Types<'a> {
    pub(super) enums: &'a [Enum],
    pub(super) findings: &'a mut Findings,
}

impl Types<'_> {
    pub(super) fn properties(&mut self, owner: &str, node: &Node) -> Vec<Property> {
        let Some(map) = self.findings.map("properties", node) else {
            return Vec::new();
        };
        map.entries
            .into_iter()
            .filter_map(|(name, node)| self.property(owner, name, node))
            .collect()
    }

    /// A property: a type or enum in short form, or a mapping.
    pub(super) fn property(
        &mut self,
        owner: &str,
        name: &Spanned<String>,
        node: &Node,
    ) -> Option<Property> {
        let mut property = Property {
            name: name.clone(),
            description: None,
            ty: Type::Boolean,
            optional: false,
            nullable: false,
            pii: None,
            unit: None,
            deprecated: None,
            set_once: false,
            allow: Vec::new(),
        };
        let full_name = Spanned {
            value: format!("{owner}.{}", name.value),
            span: name.span,
        };
        if !matches!(node.content, Content::Map(_)) {
            let word = self.findings.text(&name.value, node)?;
            let mut nothing = Map {
                entries: Vec::new(),
                span: node.span,
            };
            property.ty = self.ty(&full_name, &word, &mut nothing)?;
            return Some(property);
        }
        let mut map = self.findings.map(&name.value, node)?;
        let word = map
            .take("type")
            .and_then(|node| self.findings.text("type", node));
        let ty = match &word {
            Some(word) => self.ty(&full_name, word, &mut map),
            None => {
                let finding = Diagnostic::error(
                    "missing-type",
                    format!("the property `{}` has no `type`", name.value),
                    name.span,
                );
                self.findings.add(
                    finding
                        .label("this property")
                        .help(format!("one of: {}, or an enum", TYPES.join(", "))),
                );
                None
            }
        };
        let findings = &mut *self.findings;
        let mut text = |key: &str| {
            map.take(key)
                .and_then(|node| findings.text(key, node))
                .map(|text| text.value)
        };
        property.description = text("description");
        property.unit = text("unit");
        property.optional = map
            .take("optional")
            .is_some_and(|node| findings.boolean("optional", node));
        property.nullable = map
            .take("nullable")
            .is_some_and(|node| findings.boolean("nullable", node));
        property.pii = map
            .take("pii")
            .and_then(|node| findings.word("pii", node, Pii::ALL, Pii::as_str))
            .map(|pii| pii.value);
        property.set_once = map
            .take("set")
            .and_then(|node| findings.word("set", node, &["once"], |word| word))
            .is_some();
        property.deprecated = map
            .take("deprecated")
            .and_then(|node| deprecation(findings, node));
        property.allow = map
            .take("allow")
            .map(|node| allows(findings, node))
            .unwrap_or_default();
        let examples = map
            .take("examples")
            .map(|node| findings.texts("examples", node))
            .unwrap_or_default();
        match ty {
            Some(ty) => {
                for example in &examples {
                    if !accepts(&ty, &example.value) {
                        let message =
                            format!("the example `{}` is no {}", example.value, ty.as_str());
                        findings.add(
                            Diagnostic::error("invalid-example", message, example.span)
                                .label("this example"),
                        );
                    }
                }
                let known = [KEYS, type_keys(&ty)].concat();
                map.finish(
                    &format!("a property of type {}", ty.as_str()),
                    &known,
                    findings,
                );
                property.ty = ty;
                Some(property)
            }
            // What is left belongs to the type that could not be read.
            None => None,
        }
    }

    fn ty(
        &mut self,
        name: &Spanned<String>,
        word: &Spanned<String>,
        map: &mut Map<'_>,
    ) -> Option<Type> {
        let findings = &mut *self.findings;
        let whole = "a whole number, zero or more";
        Some(match word.value.as_str() {
            "string" => Type::String {
                max_length: map
                    .take("max_length")
                    .and_then(|node| findings.number("max_length", whole, node)),
                pattern: map
                    .take("pattern")
                    .and_then(|node| findings.text("pattern", node))
                    .map(|text| text.value),
                format: map
                    .take("format")
                    .and_then(|node| findings.word("format", node, Format::ALL, Format::as_str))
                    .map(|format| format.value),
            },
            "integer" => {
                let (min, max) = self.range(map, "a whole number");
                Type::Integer { min, max }
            }
            "number" => {
                let (min, max) = self.range(map, "a number");
                Type::Number { min, max }
            }
            "boolean" => Type::Boolean,
            "datetime" => Type::Datetime,
            "duration" => Type::Duration,
            "enum" => {
                let Some(node) = map.take("values") else {
                    let finding =
                        Diagnostic::error("missing-values", "an enum needs `values`", word.span);
                    findings.add(
                        finding
                            .label("no values beside it")
                            .help("list them: `{ type: enum, values: [csv, json] }`"),
                    );
                    return None;
                };
                Type::Enum(Enum {
                    name: name.clone(),
                    members: members(findings, &name.value, node),
                })
            }
            "array" => {
                let max_items = map
                    .take("max_items")
                    .and_then(|node| findings.number("max_items", whole, node));
                let Some(node) = map.take("items") else {
                    findings.add(
                        Diagnostic::error("missing-items", "an array needs `items`", word.span)
                            .label("of what?"),
                    );
                    return None;
                };
                let items = self.items(name, node)?;
                if let Type::Array { .. } = items {
                    let finding =
                        Diagnostic::error("nested-array", "an array can't hold arrays", node.span);
                    self.findings.add(finding.label("an array of arrays"));
                    return None;
                }
                Type::Array {
                    items: Box::new(items),
                    max_items,
                }
            }
            other => match self.enums.iter().find(|shared| shared.name.value == other) {
                Some(shared) => Type::Enum(shared.clone()),
                None => {
                    self.unknown_type(name, word);
                    return None;
                }
            },
        })
    }

    /// The type of an array's items: a word, or a mapping with `type` and its constraints.
    fn items(&mut self, name: &Spanned<String>, node: &Node) -> Option<Type> {
        if !matches!(node.content, Content::Map(_)) {
            let word = self.findings.text("items", node)?;
            return self.ty(
                name,
                &word,
                &mut Map {
                    entries: Vec::new(),
                    span: node.span,
                },
            );
        }
        let mut map = self.findings.map("items", node)?;
        let Some(word) = map.take("type") else {
            self.findings.add(
                Diagnostic::error("missing-type", "`items` has no `type`", node.span)
                    .label("items of what?"),
            );
            return None;
        };
        let word = self.findings.text("type", word)?;
        let ty = self.ty(name, &word, &mut map)?;
        let known = [&["type"], type_keys(&ty)].concat();
        map.finish(
            &format!("an item of type {}", ty.as_str()),
            &known,
            self.findings,
        );
        Some(ty)
    }

    fn range<T: std::str::FromStr + PartialOrd>(
        &mut self,
        map: &mut Map<'_>,
        what: &str,
    ) -> (Option<T>, Option<T>) {
        let findings = &mut *self.findings;
        let min = map
            .take("min")
            .and_then(|node| findings.number("min", what, node));
        let place = map.span;
        let max = map
            .take("max")
            .and_then(|node| findings.number("max", what, node));
        if let (Some(min), Some(max)) = (&min, &max)
            && min > max
        {
            findings.add(
                Diagnostic::error("empty-range", "`min` is above `max`: no value fits", place)
                    .label("this range"),
            );
        }
        (min, max)
    }

    fn unknown_type(&mut self, name: &Spanned<String>, word: &Spanned<String>) {
        let property = name.value.rsplit('.').next().unwrap_or_default();
        let message = format!(
            "property `{property}` has the unknown type `{}`",
            word.value
        );
        let mut finding =
            Diagnostic::error("unknown-type", message, word.span).label("no such type or enum");
        let enums = self.enums.iter().map(|shared| shared.name.value.as_str());
        let candidates: Vec<&str> = TYPES.iter().copied().chain(enums).collect();
        if let Some(found) = nearest(&word.value, candidates) {
            let kind = if TYPES.contains(&found) {
                "the type "
            } else {
                "the enum "
            };
            finding = finding.suggest(kind, Some(found));
        }
        self.findings.add(finding);
    }
}

/// Whether a written example is a value of the type.
fn accepts(ty: &Type, example: &str) -> bool {
    match ty {
        Type::String { max_length, .. } => {
            max_length.is_none_or(|most| example.chars().count() as u64 <= most)
        }
        Type::Integer { min, max } => example.parse().is_ok_and(|value: i64| {
            min.is_none_or(|min| min <= value) && max.is_none_or(|max| value <= max)
        }),
        Type::Number { min, max } => example.parse().is_ok_and(|value: f64| {
            value.is_finite()
                && min.is_none_or(|min| min <= value)
                && max.is_none_or(|max| value <= max)
        }),
        Type::Boolean => matches!(example, "true" | "false"),
        Type::Duration => example.parse::<u64>().is_ok(),
        Type::Enum(members) => members
            .members
            .iter()
            .any(|member| member.value.value == example),
        Type::Array { items, .. } => accepts(items, example),
        Type::Datetime => true,
    }
}
