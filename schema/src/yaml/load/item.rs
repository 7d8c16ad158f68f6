//! The items of a plan's sections.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Item, Loader};
use crate::naming::{Case, Conventions, Grammar, State, Tense};
use crate::plan::{
    Deprecation, Enum, Event, Flag, Funnel, Group, Lint, LintLevel, Member, Origin, Owner,
    Property, Required, Span, Spanned, Tier, Type,
};
use crate::yaml::checks::{references, structure};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::keys;
use crate::yaml::reader::{Findings, Map};
use crate::yaml::tree::{Content, Node};

impl Loader {
    pub(super) fn conventions(&mut self, node: &Node) {
        let findings = &mut self.findings;
        let Some(mut map) = findings.map("conventions", node) else {
            return;
        };
        let mut conventions = Conventions::default();
        for (key, slot) in [
            ("event_case", &mut conventions.event_case),
            ("property_case", &mut conventions.property_case),
        ] {
            if let Some(word) = findings.word_at(&mut map, key, Case::ALL, Case::as_str) {
                *slot = word.value;
            }
        }
        if let Some(word) =
            findings.word_at(&mut map, "event_grammar", Grammar::ALL, Grammar::as_str)
        {
            conventions.event_grammar = word.value;
        }
        if let Some(node) = map.take("tense")
            && let Some(mut tenses) = findings.map("tense", node)
        {
            for (key, slot) in [
                ("completed", &mut conventions.completed),
                ("ongoing", &mut conventions.ongoing),
            ] {
                if let Some(word) = findings.word_at(&mut tenses, key, Tense::ALL, Tense::as_str) {
                    *slot = word.value;
                }
            }
            tenses.finish(&keys::TENSE, findings);
        }
        map.finish(&keys::CONVENTIONS, findings);
        self.plan.conventions = conventions;
    }

    pub(super) fn lints(&mut self, node: &Node) {
        let Some(map) = self.findings.map("lints", node) else {
            return;
        };
        for (code, node) in map.entries {
            let words = (LintLevel::ALL, LintLevel::as_str);
            let level = self.findings.word(&code.value, node, words.0, words.1);
            self.plan.lints.extend(level.map(|level| Lint {
                code: code.clone(),
                level: level.value,
            }));
        }
    }

    pub(super) fn person(&mut self, node: &Node) {
        let Some(mut map) = self.findings.map("person", node) else {
            return;
        };
        if let Some(node) = map.take("properties") {
            let properties = self.properties().of_subject("person", node);
            self.plan.person.extend(properties);
        }
        map.finish(&keys::PERSON, &mut self.findings);
    }

    pub(super) fn tier(&mut self, item: Item<'_>) -> Option<Tier> {
        let findings = &mut self.findings;
        let mut map = findings.map(&item.name.value, item.node)?;
        let requires = match map.take("requires") {
            Some(Node {
                content: Content::List(items),
                ..
            }) => items
                .iter()
                .filter_map(|item| findings.word("requires", item, Required::ALL, Required::as_str))
                .collect(),
            Some(other) => {
                findings.expected("a list", "requires", other);
                Vec::new()
            }
            None => Vec::new(),
        };
        let sample = findings.word_at(&mut map, "sample", &[true, false], |is_allowed| {
            if is_allowed { "allowed" } else { "never" }
        });
        findings.allow(&mut map, item.span());
        map.finish(&keys::TIER, findings);
        Some(Tier {
            name: item.name.clone(),
            requires,
            sample_allowed: sample.is_some_and(|sample| sample.value),
        })
    }

    pub(super) fn owner(&mut self, item: Item<'_>) -> Option<Owner> {
        let findings = &mut self.findings;
        let mut map = findings.map(&item.name.value, item.node)?;
        let contact = findings.text_at(&mut map, "contact");
        findings.allow(&mut map, item.span());
        map.finish(&keys::OWNER, findings);
        Some(Owner {
            name: item.name.clone(),
            contact,
        })
    }

    /// A list of members, or a mapping with `values`.
    pub(super) fn enumeration(&mut self, item: Item<'_>) -> Option<Arc<Enum>> {
        let findings = &mut self.findings;
        let name = item.name.clone();
        if !matches!(item.node.content, Content::Map(_)) {
            let members = members(findings, &name.value, item.node);
            return Some(Arc::new(Enum {
                name,
                description: None,
                members,
            }));
        }
        let mut map = findings.map(&name.value, item.node)?;
        let description = findings.text_at(&mut map, "description");
        if map.lacks("values") {
            findings.missing("enum", &name, "values", "`values: [csv, json]`");
        }
        let members = map
            .take("values")
            .map(|node| members(findings, &name.value, node))
            .unwrap_or_default();
        findings.allow(&mut map, item.span());
        map.finish(&keys::ENUM, findings);
        Some(Arc::new(Enum {
            name,
            description,
            members,
        }))
    }

    pub(super) fn group(&mut self, item: Item<'_>) -> Option<Group> {
        let name = item.name;
        let mut map = self.findings.map(&name.value, item.node)?;
        if map.lacks("key") {
            let how = "`key: team_slug`, the property that carries it";
            self.findings.missing("group", name, "key", how);
        }
        let key = self.findings.text_at(&mut map, "key");
        let properties = map
            .take("properties")
            .map(|node| self.properties().of_subject(&name.value, node));
        self.findings.allow(&mut map, item.span());
        map.finish(&keys::GROUP, &mut self.findings);
        Some(Group {
            name: name.clone(),
            key: key?,
            properties: properties.unwrap_or_default(),
        })
    }

    pub(super) fn shared(&mut self, item: Item<'_>) -> Option<Property> {
        self.properties().one("shared", item.name, item.node)
    }

    pub(super) fn event(
        &mut self,
        item: Item<'_>,
        shared: &HashMap<String, Property>,
    ) -> Option<Event> {
        let name = item.name;
        let mut map = self.findings.map(&name.value, item.node)?;
        let mut properties = Vec::new();
        if let Some(node) = map.take("properties") {
            properties = self.properties().of_event(&name.value, node);
        }
        if let Some(node) = map.take("use") {
            for used in self.findings.distinct_texts("use", node) {
                let mut own = properties.iter();
                if let Some(own) = own.find(|own: &&Property| own.name.value == used.value) {
                    let before = own.name.span;
                    self.findings
                        .duplicate("property", &used.value, used.span, before);
                } else {
                    properties.extend(self.used(name, &used, shared));
                }
            }
        }
        let findings = &mut self.findings;
        let source = findings.word_at(&mut map, "source", Origin::ALL, Origin::as_str);
        let state = findings.word_at(&mut map, "state", State::ALL, State::as_str);
        let event = Event {
            name: name.clone(),
            description: findings.text_at(&mut map, "description"),
            trigger: findings.text_at(&mut map, "trigger"),
            tier: findings.text_at(&mut map, "tier"),
            source: source.map_or(Origin::Backend, |source| source.value),
            scope: findings.text_at(&mut map, "scope"),
            owner: findings.text_at(&mut map, "owner"),
            tags: findings.distinct_texts_at(&mut map, "tags"),
            links: findings.links_at(&mut map, "links"),
            properties,
            state: state.map_or(State::Completed, |state| state.value),
            sample: findings.sample_at(&mut map, "sample"),
            deprecated: deprecation(findings, &mut map),
            expires: findings.date_at(&mut map, "expires"),
        };
        findings.allow(&mut map, item.span());
        map.finish(&keys::EVENT, findings);
        Some(event)
    }

    /// A copy of a shared property; an inline enum becomes the event's own.
    fn used(
        &mut self,
        event: &Spanned<String>,
        used: &Spanned<String>,
        shared: &HashMap<String, Property>,
    ) -> Option<Property> {
        let Some(property) = shared.get(&used.value) else {
            let declared = self.declared.get("shared property");
            let is_declared = declared.is_some_and(|names| names.contains(&used.value));
            if self.is_whole && !is_declared {
                let message = format!("there is no shared property `{}`", used.value);
                let names = shared.keys().map(String::as_str);
                let nearest = self.findings.nearest(&used.value, names);
                self.findings.add(
                    Diagnostic::new(&references::UNKNOWN_REFERENCE, message, used.span)
                        .label("used here")
                        .suggest("", nearest),
                );
            }
            return None;
        };
        let mut property = property.clone();
        let own = |members: &Arc<Enum>| {
            let is_inline = members.name.value == format!("shared.{}", used.value);
            is_inline.then(|| {
                let mut own = Enum::clone(members);
                own.name.value = format!("{}.{}", event.value, used.value);
                Arc::new(own)
            })
        };
        let ty = match &mut property.ty {
            Type::Array { items, .. } => items,
            ty => ty,
        };
        if let Type::Enum(members) = ty
            && let Some(own) = own(members)
        {
            *members = own;
        }
        property.name.span = used.span;
        property.is_shared = true;
        Some(property)
    }

    pub(super) fn funnel(&mut self, item: Item<'_>) -> Option<Funnel> {
        let findings = &mut self.findings;
        let name = item.name;
        let mut map = findings.map(&name.value, item.node)?;
        let steps = map
            .take("steps")
            .map(|node| findings.texts("steps", node))
            .unwrap_or_default();
        let by = findings.text_at(&mut map, "by");
        let funnel = Funnel {
            name: name.clone(),
            description: findings.text_at(&mut map, "description"),
            steps,
            within: findings.window_at(&mut map, "within"),
            by: by.unwrap_or_else(|| Spanned {
                value: "person".to_owned(),
                span: name.span,
            }),
        };
        findings.allow(&mut map, item.span());
        map.finish(&keys::FUNNEL, findings);
        Some(funnel)
    }

    pub(super) fn flag(&mut self, item: Item<'_>) -> Option<Flag> {
        let name = item.name;
        let mut map = self.findings.map(&name.value, item.node)?;
        let is_boolean = map.has("type");
        if is_boolean == map.has("variants") {
            let problem = if is_boolean {
                "is boolean and has variants"
            } else {
                "is neither boolean nor has variants"
            };
            let message = format!("the flag `{}` {problem}", name.value);
            self.findings.add(
                Diagnostic::new(&structure::FLAG_TYPE, message, name.span)
                    .label("this flag")
                    .help("write either `type: boolean` or `variants: [control, …]`"),
            );
        }
        let findings = &mut self.findings;
        findings.word_at(&mut map, "type", &["boolean"], |word| word);
        let variants = map
            .take("variants")
            .map(|node| findings.distinct_texts("variants", node))
            .unwrap_or_default();
        let description = findings.text_at(&mut map, "description");
        let expires = findings.date_at(&mut map, "expires");
        let payload = map
            .take("payload")
            .map(|node| self.properties().of_event(&name.value, node))
            .unwrap_or_default();
        self.findings.allow(&mut map, item.span());
        map.finish(&keys::FLAG, &mut self.findings);
        Some(Flag {
            name: name.clone(),
            description,
            variants,
            expires,
            payload,
        })
    }
}

/// The members of an enum, each a word or a mapping with `value` and `description`.
pub(super) fn members(findings: &mut Findings, name: &str, node: &Node) -> Vec<Member> {
    let Content::List(items) = &node.content else {
        findings.expected("a list of values", name, node);
        return Vec::new();
    };
    let mut members: Vec<Member> = Vec::new();
    let mut first: HashMap<String, Span> = HashMap::new();
    for item in items {
        let Some(member) = member(findings, name, item) else {
            continue;
        };
        let value = &member.value;
        if let Some(&before) = first.get(&value.value) {
            findings.duplicate("member", &value.value, value.span, before);
        } else {
            first.insert(value.value.clone(), value.span);
            members.push(member);
        }
    }
    if items.is_empty() {
        let message = format!("the enum `{name}` has no members");
        findings.add(
            Diagnostic::new(&structure::EMPTY_ENUM, message, node.span)
                .label("nothing here")
                .help("list the values that it can have"),
        );
    }
    members
}

fn member(findings: &mut Findings, name: &str, node: &Node) -> Option<Member> {
    if !matches!(node.content, Content::Map(_)) {
        return findings.text(name, node).map(|value| Member {
            value,
            description: None,
        });
    }
    let mut map = findings.map(name, node)?;
    if map.lacks("value") {
        let place = Spanned {
            value: name.to_owned(),
            span: node.span,
        };
        findings.missing(
            "member of",
            &place,
            "value",
            "`{ value: pro, description: … }`",
        );
    }
    let value = findings.text_at(&mut map, "value");
    let description = findings.text_at(&mut map, "description");
    map.finish(&keys::MEMBER, findings);
    value.map(|value| Member { value, description })
}

pub(super) fn deprecation(findings: &mut Findings, map: &mut Map<'_>) -> Option<Deprecation> {
    let (key, node) = map.take_entry("deprecated")?;
    let mut map = findings.map("deprecated", node)?;
    let deprecation = Deprecation {
        span: key.span,
        reason: findings.text_at(&mut map, "reason"),
        renamed_to: findings.text_at(&mut map, "renamed_to"),
        since: findings.date_at(&mut map, "since"),
        remove_after: findings.date_at(&mut map, "remove_after"),
    };
    map.finish(&keys::DEPRECATED, findings);
    Some(deprecation)
}
