//! A plan as a list of facts, in the words of its compiled form, so that two plans compare fact by fact.
//!
//! The model is taken apart field by field without `..`: an attribute added to the language does not compile
//! until it is decided here how it compares.

mod compiled;

use std::collections::BTreeMap;

use super::{Kind, YES};
use crate::format::Format;
use crate::naming::{Conventions, State};
use crate::plan::{
    Deprecation, Enum, Event, Flag, Funnel, Group, Lint, LintLevel, Member, Owner, Pii, Plan,
    Property, Span, Spanned, Tier, Type,
};

/// The facts of a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts(pub(super) BTreeMap<(Kind, String), Item>);

/// An item of a plan: its own facts, and those of its properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Item {
    pub(super) sheet: Sheet,
    pub(super) properties: BTreeMap<String, Sheet>,
}

/// The facts of an item or of a property.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sheet {
    pub(super) span: Option<Span>,
    /// The property of type `object` that this one is a field of.
    pub(super) object: Option<String>,
    pub(super) facts: BTreeMap<String, Fact>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    One(String),
    Many(Vec<Element>),
}

/// An element of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    /// What the plan says of it: the description of a member, the level of a check.
    pub(super) detail: Option<String>,
    pub(super) span: Option<Span>,
}

impl Sheet {
    fn at(span: Span) -> Self {
        Self {
            span: Some(span),
            ..Self::default()
        }
    }

    fn one(&mut self, field: &str, value: Option<impl ToString>) {
        self.facts
            .extend(value.map(|value| (field.to_owned(), Fact::One(value.to_string()))));
    }

    fn flag(&mut self, field: &str, value: bool) {
        self.one(field, value.then_some(YES));
    }

    fn spanned<T: ToString>(&mut self, field: &str, value: Option<&Spanned<T>>) {
        self.one(field, value.map(|value| value.value.to_string()));
    }

    fn many(&mut self, field: &str, elements: impl IntoIterator<Item = Element>) {
        let elements: Vec<Element> = elements.into_iter().collect();
        if !elements.is_empty() {
            self.facts.insert(field.to_owned(), Fact::Many(elements));
        }
    }

    fn deprecation(&mut self, deprecated: Option<&Deprecation>) {
        let Some(Deprecation {
            span: _,
            reason,
            renamed_to,
            since,
            remove_after,
        }) = deprecated
        else {
            return;
        };
        let reason = reason.as_ref().map_or(YES, |reason| &reason.value);
        self.one("deprecated", Some(reason));
        self.spanned("renamed_to", renamed_to.as_ref());
        self.spanned("deprecated_since", since.as_ref());
        self.spanned("remove_after", remove_after.as_ref());
    }

    /// Texts whose order says nothing.
    fn texts(&mut self, field: &str, texts: &[String]) {
        let mut sorted: Vec<&String> = texts.iter().collect();
        sorted.sort();
        let elements = sorted.into_iter().map(|text| Element {
            name: text.clone(),
            detail: None,
            span: None,
        });
        self.many(field, elements);
    }

    pub(super) fn get(&self, field: &str) -> Option<&str> {
        match self.facts.get(field)? {
            Fact::One(value) => Some(value),
            Fact::Many(_) => None,
        }
    }
}

impl From<&Spanned<String>> for Element {
    fn from(name: &Spanned<String>) -> Self {
        Self {
            name: name.value.clone(),
            detail: None,
            span: Some(name.span),
        }
    }
}

impl Facts {
    /// The facts of a loaded plan.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut facts = Self::default();
        let Plan {
            sources: _,
            name,
            conventions,
            tiers,
            owners,
            enums,
            groups,
            person,
            // Told by the events that use them.
            shared: _,
            events,
            funnels,
            flags,
            lints,
            allows: _,
            acknowledged: _,
            // Where files go is no fact about the data.
            outputs: _,
            scan: _,
        } = plan;
        let mut sheet = Sheet::default();
        sheet.one("plan", Some(name).filter(|name| !name.is_empty()));
        conventions_of(conventions, &mut sheet);
        sheet.many("tier", tiers.iter().map(|tier| Element::from(&tier.name)));
        let lints = lints.iter().map(|Lint { code, level }| Element {
            detail: Some(LintLevel::as_str(*level).to_owned()),
            ..Element::from(code)
        });
        sheet.many("lint", lints);
        facts.add(Kind::Plan, "", sheet, &[]);
        for tier in tiers {
            facts.add(Kind::Tier, &tier.name.value, tier_of(tier), &[]);
        }
        for Owner { name, contact } in owners {
            let mut sheet = Sheet::at(name.span);
            sheet.spanned("contact", contact.as_ref());
            facts.add(Kind::Owner, &name.value, sheet, &[]);
        }
        for shared in enums {
            facts.add(Kind::Enum, &shared.name.value, enum_of(shared), &[]);
        }
        for group in groups {
            let Group {
                name,
                key,
                properties,
            } = group;
            let mut sheet = Sheet::at(name.span);
            sheet.spanned("key", Some(key));
            facts.add(Kind::Group, &name.value, sheet, properties);
        }
        if !person.is_empty() {
            facts.add(Kind::Person, "", Sheet::default(), person);
        }
        for event in events {
            let sheet = event_of(event);
            facts.add(Kind::Event, &event.name.value, sheet, &event.properties);
        }
        for funnel in funnels {
            facts.add(Kind::Funnel, &funnel.name.value, funnel_of(funnel), &[]);
        }
        for flag in flags {
            facts.add(Kind::Flag, &flag.name.value, flag_of(flag), &flag.payload);
        }
        facts
    }

    fn add(&mut self, kind: Kind, name: &str, sheet: Sheet, properties: &[Property]) {
        let mut item = Item {
            sheet,
            properties: BTreeMap::new(),
        };
        let owner = owner_name(kind, name);
        for property in properties {
            let object = &property.name.value;
            item.properties
                .insert(object.clone(), property_of(owner, property));
            let Type::Object { fields } = &property.ty else {
                continue;
            };
            for field in fields {
                let sheet = Sheet {
                    object: Some(object.clone()),
                    ..property_of(&field_name(owner, object), field)
                };
                item.properties
                    .insert(field_name(object, &field.name.value), sheet);
            }
        }
        self.0.insert((kind, name.to_owned()), item);
    }

    pub(super) fn get(&self, kind: Kind, name: &str) -> Option<&Item> {
        self.0.get(&(kind, name.to_owned()))
    }

    /// The tiers, the most important first.
    pub(super) fn tiers(&self) -> Vec<&str> {
        match self
            .get(Kind::Plan, "")
            .and_then(|plan| plan.sheet.facts.get("tier"))
        {
            Some(Fact::Many(tiers)) => tiers.iter().map(|tier| tier.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

fn conventions_of(conventions: &Conventions, sheet: &mut Sheet) {
    let Conventions {
        event_case,
        property_case,
        event_grammar,
        completed,
        ongoing,
    } = conventions;
    sheet.one("event_case", Some(event_case.as_str()));
    sheet.one("property_case", Some(property_case.as_str()));
    sheet.one("event_grammar", Some(event_grammar.as_str()));
    sheet.one("completed", Some(completed.as_str()));
    sheet.one("ongoing", Some(ongoing.as_str()));
}

fn tier_of(tier: &Tier) -> Sheet {
    let Tier {
        name,
        requires,
        sample_allowed,
    } = tier;
    let mut sheet = Sheet::at(name.span);
    let requires = requires.iter().map(|required| Element {
        name: required.value.as_str().to_owned(),
        detail: None,
        span: Some(required.span),
    });
    sheet.many("requires", requires);
    sheet.one(
        "sample",
        Some(if *sample_allowed { "allowed" } else { "never" }),
    );
    sheet
}

fn event_of(event: &Event) -> Sheet {
    let Event {
        name,
        description,
        trigger,
        tier,
        source,
        scope,
        owner,
        tags,
        links,
        properties: _,
        state,
        sample,
        deprecated,
        expires,
    } = event;
    let mut sheet = Sheet::at(name.span);
    sheet.spanned("description", description.as_ref());
    sheet.spanned("trigger", trigger.as_ref());
    sheet.spanned("tier", tier.as_ref());
    sheet.one("source", Some(source.as_str()));
    sheet.spanned("scope", scope.as_ref());
    sheet.spanned("owner", owner.as_ref());
    sheet.texts("tag", tags);
    sheet.texts("link", links);
    let is_ongoing = *state == State::Ongoing;
    sheet.one("state", is_ongoing.then_some(state.as_str()));
    sheet.spanned("sample", sample.as_ref());
    sheet.deprecation(deprecated.as_ref());
    sheet.spanned("expires", expires.as_ref());
    sheet
}

fn property_of(owner: &str, property: &Property) -> Sheet {
    let Property {
        name,
        description,
        ty,
        optional,
        nullable,
        pii,
        unit,
        examples,
        since,
        deprecated,
        set_once,
        is_shared: _,
    } = property;
    let mut sheet = Sheet::at(name.span);
    sheet.spanned("description", description.as_ref());
    type_of(ty, &field_name(owner, &name.value), &mut sheet);
    sheet.flag("optional", *optional);
    sheet.flag("nullable", *nullable);
    sheet.one("pii", pii.as_ref().map(|pii| Pii::as_str(pii.value)));
    sheet.spanned("unit", unit.as_ref());
    sheet.many("example", examples.iter().map(Element::from));
    sheet.spanned("since", since.as_ref());
    sheet.deprecation(deprecated.as_ref());
    sheet.flag("set_once", *set_once);
    sheet
}

fn type_of(ty: &Type, inline: &str, sheet: &mut Sheet) {
    sheet.one("type", Some(ty.as_str()));
    match ty {
        Type::Array { items, max_items } => {
            sheet.one("items", Some(items.as_str()));
            constraints(items, inline, sheet);
            sheet.one("max_items", *max_items);
        }
        other => constraints(other, inline, sheet),
    }
}

fn constraints(ty: &Type, inline: &str, sheet: &mut Sheet) {
    match ty {
        Type::String {
            max_length,
            pattern,
            format,
        } => {
            sheet.one("max_length", *max_length);
            sheet.spanned("pattern", pattern.as_ref());
            sheet.one("format", format.map(Format::as_str));
        }
        Type::Integer { min, max } => {
            sheet.one("min", *min);
            sheet.one("max", *max);
        }
        Type::Number { min, max } => {
            sheet.one("min", *min);
            sheet.one("max", *max);
        }
        Type::Enum(values) => {
            let name = &values.name.value;
            sheet.one("enum", Some(name).filter(|name| *name != inline));
            sheet.many("member", members(values));
        }
        // The fields of an object are sheets of their own.
        Type::Boolean
        | Type::Datetime
        | Type::Duration
        | Type::Object { .. }
        | Type::Array { .. } => {}
    }
}

fn enum_of(shared: &Enum) -> Sheet {
    let Enum {
        name,
        description,
        members: _,
    } = shared;
    let mut sheet = Sheet::at(name.span);
    sheet.spanned("description", description.as_ref());
    sheet.many("member", members(shared));
    sheet
}

/// The name of a field of an object; and the name that an enum has which a property declares inline.
fn field_name(object: &str, field: &str) -> String {
    format!("{object}.{field}")
}

/// The name of the owner of properties, as the names of inline enums begin.
fn owner_name(kind: Kind, name: &str) -> &str {
    if name.is_empty() { kind.as_str() } else { name }
}

fn members(values: &Enum) -> impl Iterator<Item = Element> {
    values
        .members
        .iter()
        .map(|Member { value, description }| Element {
            detail: description.as_ref().map(|text| text.value.clone()),
            ..Element::from(value)
        })
}

fn funnel_of(funnel: &Funnel) -> Sheet {
    let Funnel {
        name,
        description,
        steps,
        within,
        by,
    } = funnel;
    let mut sheet = Sheet::at(name.span);
    sheet.spanned("description", description.as_ref());
    sheet.many("step", steps.iter().map(Element::from));
    sheet.spanned("within", within.as_ref());
    sheet.spanned("by", Some(by));
    sheet
}

fn flag_of(flag: &Flag) -> Sheet {
    let Flag {
        name,
        description,
        variants,
        expires,
        payload: _,
    } = flag;
    let mut sheet = Sheet::at(name.span);
    sheet.spanned("description", description.as_ref());
    sheet.one("type", Some(flag_type(!variants.is_empty())));
    sheet.many("variant", variants.iter().map(Element::from));
    sheet.spanned("expires", expires.as_ref());
    sheet
}

fn flag_type(has_variants: bool) -> &'static str {
    if has_variants { "variants" } else { "boolean" }
}
