//! A plan as a list of facts, in the words of its compiled form, so that two plans compare fact by fact.
//!
//! The model is taken apart field by field without `..`: an attribute added to the language does not compile
//! until it is decided here how it compares.

mod compiled;

use std::collections::BTreeMap;

use super::{Kind, YES};
use crate::naming::{Conventions, State};
use crate::plan::{
    Allow, Deprecation, Enum, Event, Flag, Format, Funnel, Group, Member, Owner, Pii, Plan,
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
    /// What the plan says of it: the description of a member, the reason of an allow.
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

    fn named(&mut self, field: &str, value: Option<&Spanned<String>>) {
        self.one(field, value.map(|name| &name.value));
    }

    fn many(&mut self, field: &str, elements: impl IntoIterator<Item = Element>) {
        let elements: Vec<Element> = elements.into_iter().collect();
        if !elements.is_empty() {
            self.facts.insert(field.to_owned(), Fact::Many(elements));
        }
    }

    fn deprecation(&mut self, deprecated: Option<&Deprecation>) {
        let Some(Deprecation { reason, renamed_to }) = deprecated else {
            return;
        };
        self.one("deprecated", Some(reason.as_deref().unwrap_or(YES)));
        self.named("renamed_to", renamed_to.as_ref());
    }

    fn allows(&mut self, allows: &[Allow]) {
        let elements = allows.iter().map(|Allow { code, reason }| Element {
            detail: Some(reason.clone()),
            ..Element::from(code)
        });
        self.many("allow", elements);
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
            events,
            funnels,
            flags,
            acknowledged: _,
        } = plan;
        let mut sheet = Sheet::default();
        sheet.one("plan", Some(name).filter(|name| !name.is_empty()));
        conventions_of(conventions, &mut sheet);
        sheet.many("tier", tiers.iter().map(|tier| Element::from(&tier.name)));
        facts.add(Kind::Plan, "", sheet, &[]);
        for tier in tiers {
            facts.add(Kind::Tier, &tier.name.value, tier_of(tier), &[]);
        }
        for Owner { name, contact } in owners {
            let mut sheet = Sheet::at(name.span);
            sheet.one("contact", contact.as_ref());
            facts.add(Kind::Owner, &name.value, sheet, &[]);
        }
        for shared in enums {
            let mut sheet = Sheet::at(shared.name.span);
            sheet.many("member", members(shared));
            facts.add(Kind::Enum, &shared.name.value, sheet, &[]);
        }
        for group in groups {
            let Group {
                name,
                key,
                properties,
            } = group;
            let mut sheet = Sheet::at(name.span);
            sheet.named("key", Some(key));
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
        let properties = properties
            .iter()
            .map(|property| {
                (
                    property.name.value.clone(),
                    property_of(kind, name, property),
                )
            })
            .collect();
        self.0
            .insert((kind, name.to_owned()), Item { sheet, properties });
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
        properties: _,
        state,
        deprecated,
        allow,
    } = event;
    let mut sheet = Sheet::at(name.span);
    sheet.one("description", description.as_ref());
    sheet.one("trigger", trigger.as_ref());
    sheet.named("tier", tier.as_ref());
    sheet.one("source", Some(source.as_str()));
    sheet.named("scope", scope.as_ref());
    sheet.named("owner", owner.as_ref());
    let tags = tags.iter().map(|tag| Element {
        name: tag.clone(),
        detail: None,
        span: None,
    });
    sheet.many("tag", tags);
    sheet.one(
        "state",
        (*state == State::Ongoing).then_some(state.as_str()),
    );
    sheet.deprecation(deprecated.as_ref());
    sheet.allows(allow);
    sheet
}

fn property_of(kind: Kind, owner: &str, property: &Property) -> Sheet {
    let Property {
        name,
        description,
        ty,
        optional,
        nullable,
        pii,
        unit,
        deprecated,
        set_once,
        allow,
    } = property;
    let mut sheet = Sheet::at(name.span);
    sheet.one("description", description.as_ref());
    type_of(ty, &inline_name(kind, owner, &name.value), &mut sheet);
    sheet.flag("optional", *optional);
    sheet.flag("nullable", *nullable);
    sheet.one("pii", pii.map(Pii::as_str));
    sheet.one("unit", unit.as_ref());
    sheet.deprecation(deprecated.as_ref());
    sheet.flag("set_once", *set_once);
    sheet.allows(allow);
    sheet
}

fn type_of(ty: &Type, inline: &str, sheet: &mut Sheet) {
    sheet.one("type", Some(ty.as_str()));
    match ty {
        Type::String {
            max_length,
            pattern,
            format,
        } => {
            sheet.one("max_length", *max_length);
            sheet.one("pattern", pattern.as_ref());
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
        Type::Boolean | Type::Datetime | Type::Duration => {}
        Type::Enum(values) => enum_of(values, inline, sheet),
        Type::Array { items, max_items } => {
            sheet.one("items", Some(items.as_str()));
            if let Type::Enum(values) = &**items {
                enum_of(values, inline, sheet);
            }
            sheet.one("max_items", *max_items);
        }
    }
}

fn enum_of(values: &Enum, inline: &str, sheet: &mut Sheet) {
    sheet.one(
        "enum",
        Some(&values.name.value).filter(|name| *name != inline),
    );
    sheet.many("member", members(values));
}

/// The name that an enum has which a property declares inline.
fn inline_name(kind: Kind, owner: &str, property: &str) -> String {
    let owner = if kind == Kind::Person {
        kind.as_str()
    } else {
        owner
    };
    format!("{owner}.{property}")
}

fn members(values: &Enum) -> impl Iterator<Item = Element> {
    values
        .members
        .iter()
        .map(|Member { value, description }| Element {
            detail: description.clone(),
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
    sheet.one("description", description.as_ref());
    sheet.many("step", steps.iter().map(Element::from));
    sheet.one("within", within.as_ref());
    sheet.named("by", Some(by));
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
    sheet.one("description", description.as_ref());
    sheet.one("type", Some(flag_type(!variants.is_empty())));
    sheet.many("variant", variants.iter().map(Element::from));
    sheet.one("expires", expires.as_ref());
    sheet
}

fn flag_type(has_variants: bool) -> &'static str {
    if has_variants { "variants" } else { "boolean" }
}
