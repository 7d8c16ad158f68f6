//! Properties: of events, subjects (person and groups), payloads and objects.

use std::collections::HashMap;
use std::sync::Arc;

use super::item::deprecation;
use super::types::Types;
use crate::plan::{Enum, Pii, Property, Spanned, Type};
use crate::yaml::keys::{self, Mapping, TYPES};
use crate::yaml::reader::{Findings, Map};
use crate::yaml::tree::{Content, Node};

/// Loads properties, their types resolved against the plan's enums.
pub(super) struct Properties<'a> {
    pub(super) enums: &'a HashMap<String, Arc<Enum>>,
    /// Whether no file and no section was lost, so that a type that is not there is really unknown.
    pub(super) is_whole: bool,
    pub(super) findings: &'a mut Findings,
}

/// What a property belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// An event, a payload or `shared:`.
    Event,
    /// The person or a group, whose properties can be set once.
    Subject,
    /// An object, which holds no objects.
    Object,
}

impl Place {
    fn mapping(self) -> &'static Mapping {
        match self {
            Self::Event => &keys::PROPERTY,
            Self::Subject => &keys::SUBJECT_PROPERTY,
            Self::Object => &keys::FIELD,
        }
    }
}

impl Properties<'_> {
    pub(super) fn of_event(&mut self, owner: &str, node: &Node) -> Vec<Property> {
        self.all(Place::Event, owner, node)
    }

    pub(super) fn of_subject(&mut self, owner: &str, node: &Node) -> Vec<Property> {
        self.all(Place::Subject, owner, node)
    }

    pub(super) fn of_object(&mut self, owner: &str, node: &Node) -> Vec<Property> {
        self.all(Place::Object, owner, node)
    }

    pub(super) fn one(
        &mut self,
        owner: &str,
        name: &Spanned<String>,
        node: &Node,
    ) -> Option<Property> {
        self.property(Place::Event, owner, name, node)
    }

    fn all(&mut self, place: Place, owner: &str, node: &Node) -> Vec<Property> {
        let Some(map) = self.findings.map("properties", node) else {
            return Vec::new();
        };
        map.entries
            .into_iter()
            .filter_map(|(name, node)| {
                let before = self.findings.found.len();
                let property = self.property(place, owner, name, node);
                if self.findings.found.len() > before {
                    self.findings.damaged.insert(name.span);
                }
                property
            })
            .collect()
    }

    /// A property: a type or enum in short form, or a mapping.
    fn property(
        &mut self,
        place: Place,
        owner: &str,
        name: &Spanned<String>,
        node: &Node,
    ) -> Option<Property> {
        let full_name = format!("{owner}.{}", name.value);
        let mut map = match &node.content {
            Content::Map(_) => self.findings.map(&name.value, node)?,
            Content::List(_) => {
                let what = "a type or a mapping, such as `{ type: array, items: string }`";
                self.findings.expected(what, &name.value, node);
                return None;
            }
            Content::Scalar { .. } => {
                let word = self.findings.text(&name.value, node)?;
                let mut nothing = Map::default();
                let ty = self.types(&full_name, name).read(&word, &mut nothing)?;
                return Some(new(name, ty));
            }
        };
        if !map.has("type") {
            let how = format!("one of: {}, or an enum", TYPES.join(", "));
            self.findings.missing("property", name, "type", &how);
        }
        let word = self.findings.text_at(&mut map, "type");
        let ty = word.and_then(|word| self.types(&full_name, name).read(&word, &mut map));
        if let Some(Type::Object { .. }) = ty
            && place == Place::Object
        {
            let problem = "a scalar, an enum or an array: an object holds no objects";
            self.findings.expected(problem, &name.value, node);
            return None;
        }

        let findings = &mut *self.findings;
        let mut property = new(name, Type::Boolean);
        property.description = findings.text_at(&mut map, "description");
        property.unit = findings.text_at(&mut map, "unit");
        property.optional = findings.boolean_at(&mut map, "optional");
        property.nullable = findings.boolean_at(&mut map, "nullable");
        property.pii = findings.word_at(&mut map, "pii", Pii::ALL, Pii::as_str);
        property.since = findings.date_at(&mut map, "since");
        property.deprecated = deprecation(findings, &mut map);
        if place == Place::Subject {
            let once = findings.word_at(&mut map, "set", &["once"], |word| word);
            property.set_once = once.is_some();
        }
        property.examples = map
            .take("examples")
            .map(|node| findings.texts("examples", node))
            .unwrap_or_default();
        findings.allow(&mut map, name.span.to(node.span));
        // Without a type, what is left may belong to it.
        property.ty = ty?;
        map.finish_typed(place.mapping(), &property.ty, findings);
        Some(property)
    }

    fn types<'a>(&'a mut self, full_name: &'a str, name: &'a Spanned<String>) -> Types<'a> {
        Types {
            enums: self.enums,
            is_whole: self.is_whole,
            findings: self.findings,
            full_name,
            name,
        }
    }
}

fn new(name: &Spanned<String>, ty: Type) -> Property {
    Property {
        name: name.clone(),
        description: None,
        ty,
        optional: false,
        nullable: false,
        pii: None,
        unit: None,
        examples: Vec::new(),
        since: None,
        deprecated: None,
        set_once: false,
        is_shared: false,
    }
}
