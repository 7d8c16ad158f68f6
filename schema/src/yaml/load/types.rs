//! Types and their constraints.

use std::collections::HashMap;
use std::sync::Arc;

use super::item::members;
use super::property::Properties;
use crate::format::Format;
use crate::plan::{Enum, Spanned, Type};
use crate::yaml::checks::{structure, types as checks};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::keys::{self, TYPES};
use crate::yaml::reader::{Findings, Map};
use crate::yaml::tree::{Content, Node};

/// Reads the type of one property.
pub(super) struct Types<'a> {
    pub(super) enums: &'a HashMap<String, Arc<Enum>>,
    pub(super) is_whole: bool,
    pub(super) findings: &'a mut Findings,
    /// `pr_list_exported.format`, the name of an inline enum.
    pub(super) full_name: &'a str,
    pub(super) name: &'a Spanned<String>,
}

impl Types<'_> {
    /// The type that a word names, with its constraints from the mapping around it.
    pub(super) fn read(&mut self, word: &Spanned<String>, map: &mut Map<'_>) -> Option<Type> {
        const WHOLE: &str = "a whole number, zero or more";
        Some(match word.value.as_str() {
            "string" => Type::String {
                max_length: self.findings.number_at(map, "max_length", WHOLE),
                pattern: self.findings.text_at(map, "pattern"),
                format: self
                    .findings
                    .word_at(map, "format", Format::ALL, Format::as_str)
                    .map(|format| format.value),
            },
            "integer" => {
                let (min, max) = self.range(map, "a whole number of 64 bits", |_: i64| true);
                Type::Integer { min, max }
            }
            "number" => {
                let (min, max) = self.range(map, "a finite number", f64::is_finite);
                Type::Number { min, max }
            }
            "boolean" => Type::Boolean,
            "datetime" => Type::Datetime,
            "duration" => Type::Duration,
            "enum" => {
                let node =
                    self.part(word, map, "values", "`{ type: enum, values: [csv, json] }`")?;
                Type::Enum(Arc::new(Enum {
                    name: Spanned {
                        value: self.full_name.to_owned(),
                        span: self.name.span,
                    },
                    description: None,
                    members: members(self.findings, self.full_name, node),
                }))
            }
            "array" => {
                let max_items = self.findings.number_at(map, "max_items", WHOLE);
                let node = self.part(word, map, "items", "`{ type: array, items: string }`")?;
                let items = Box::new(self.items(node)?);
                Type::Array { items, max_items }
            }
            "object" => {
                let how = "`{ type: object, fields: { width: integer } }`";
                let node = self.part(word, map, "fields", how)?;
                let fields = Properties {
                    enums: self.enums,
                    is_whole: self.is_whole,
                    findings: self.findings,
                }
                .of_object(self.full_name, node);
                Type::Object { fields }
            }
            other => match self.enums.get(other) {
                Some(shared) => Type::Enum(Arc::clone(shared)),
                None => {
                    self.unknown(word);
                    return None;
                }
            },
        })
    }

    /// A key that a type can't do without.
    fn part<'a>(
        &mut self,
        word: &Spanned<String>,
        map: &mut Map<'a>,
        key: &str,
        how: &str,
    ) -> Option<&'a Node> {
        let node = map.take(key);
        if node.is_none() {
            self.findings.missing("type", word, key, how);
        }
        node
    }

    /// The type of an array's items: a word, or a mapping with `type` and its constraints.
    fn items(&mut self, node: &Node) -> Option<Type> {
        let (word, mut map) = match &node.content {
            Content::Map(_) => {
                let mut map = self.findings.map("items", node)?;
                if !map.has("type") {
                    let place = Spanned {
                        value: "items".to_owned(),
                        span: node.span,
                    };
                    let how = "`items: { type: string, max_length: 40 }`";
                    self.findings.missing("key", &place, "type", how);
                }
                (self.findings.text_at(&mut map, "type")?, map)
            }
            _ => (self.findings.text("items", node)?, Map::default()),
        };
        if matches!(word.value.as_str(), "array" | "object") {
            let problem = format!(
                "an array holds scalars or members of an enum, no {}s",
                word.value
            );
            self.findings.add(
                Diagnostic::new(&structure::INVALID_VALUE, problem, word.span).label("these items"),
            );
            return None;
        }
        let ty = self.read(&word, &mut map)?;
        map.finish_typed(&keys::ITEM, &ty, self.findings);
        Some(ty)
    }

    fn range<T: std::str::FromStr + PartialOrd + Copy>(
        &mut self,
        map: &mut Map<'_>,
        what: &str,
        is_fit: impl Fn(T) -> bool,
    ) -> (Option<T>, Option<T>) {
        let place = map.node("min").map(|node| node.span);
        let mut bound = |key| {
            let node = map.take(key)?;
            let bound = self.findings.number(key, what, node)?;
            if !is_fit(bound) {
                self.findings.expected(what, key, node);
                return None;
            }
            Some(bound)
        };
        let (min, max) = (bound("min"), bound("max"));
        if let (Some(least), Some(most), Some(place)) = (min, max, place)
            && least > most
        {
            let message = "`min` is above `max`: no value fits";
            self.findings.add(
                Diagnostic::new(&checks::EMPTY_RANGE, message, place)
                    .label("this minimum")
                    .help("swap the two"),
            );
        }
        (min, max)
    }

    fn unknown(&mut self, word: &Spanned<String>) {
        if !self.is_whole {
            return;
        }
        let property = &self.name.value;
        let message = format!(
            "property `{property}` has the unknown type `{}`",
            word.value
        );
        let mut finding = Diagnostic::new(&checks::UNKNOWN_TYPE, message, word.span)
            .label("no such type or enum");
        let enums = self.enums.keys().map(String::as_str);
        let nearest = || {
            self.findings
                .nearest(&word.value, TYPES.iter().copied().chain(enums))
        };
        match keys::foreign_type(&word.value).or_else(nearest) {
            Some(found) if TYPES.contains(&found) => {
                finding = finding.suggest("the type ", Some(found));
            }
            found => finding = finding.suggest("the enum ", found),
        }
        self.findings.add(finding);
    }
}
