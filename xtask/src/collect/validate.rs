//! An event against the tracking plan.

mod value;

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use trackplan_schema::naming::nearest;
use trackplan_schema::plan::{Event, Group, Origin, Plan, Property, Span};

use super::decode::RawEvent;
use value::{Matchers, shown};

/// What posthog-js itself tells of a person when it identifies them, null where the address does not have it.
const CAMPAIGN: &[&str] = &[
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "gad_source",
    "mc_cid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "twclid",
    "li_fat_id",
    "igshid",
    "ttclid",
    "rdt_cid",
    "epik",
    "qclid",
    "sccid",
    "oppref",
    "bfcid",
    "irclid",
    "_kx",
];

/// A way in which an event differs from the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The stable name of the check: `wrong-type`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where the plan says otherwise: `schema/billing.yaml:12:7`. `None` if no place does.
    pub place: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

/// A plan made ready for checking.
#[derive(Debug)]
pub(super) struct Validator {
    plan: Plan,
    folder: String,
    events: HashMap<String, usize>,
    matchers: Matchers,
}

impl Validator {
    /// `folder` is put before the files of places. An error if one of the plan's patterns is no regular expression.
    pub(super) fn new(plan: Plan, folder: &str) -> Result<Self> {
        let place = |span| plan.place(span).unwrap_or_default();
        let mut matchers = Matchers::default();
        let properties = plan.events.iter().flat_map(|event| &event.properties);
        let of_groups = plan.groups.iter().flat_map(|group| &group.properties);
        for property in properties.chain(of_groups).chain(&plan.person) {
            matchers.add(&property.ty).with_context(|| {
                let name = &property.name;
                let place = place(name.span);
                format!(
                    "{folder}/{place}: the pattern of `{}` can't be used",
                    name.value
                )
            })?;
        }
        let events = plan.events.iter().enumerate();
        Ok(Self {
            events: events
                .map(|(index, event)| (event.name.value.clone(), index))
                .collect(),
            folder: folder.to_owned(),
            matchers,
            plan,
        })
    }

    /// The plan's event of this name.
    pub(super) fn event(&self, name: &str) -> Option<&Event> {
        self.plan.events.get(*self.events.get(name)?)
    }

    /// Everything in which an event differs from the plan.
    pub(super) fn check(&self, raw: &RawEvent, has_token: bool) -> Vec<Violation> {
        let mut check = Check {
            validator: self,
            found: Vec::new(),
            unknown: 0,
        };
        check.envelope(raw, has_token);
        match self.event(&raw.name) {
            Some(event) => check.planned(event, &raw.properties),
            None if raw.name == "$groupidentify" => check.group_identify(&raw.properties),
            // PostHog's own.
            None if raw.name.starts_with('$') => {}
            None => check.unknown_event(&raw.name),
        }
        check.person(&raw.properties);
        check.left_out();
        check.found
    }
}

/// The check of one event.
struct Check<'a> {
    validator: &'a Validator,
    found: Vec<Violation>,
    /// The properties that the plan does not have.
    unknown: usize,
}

/// An event with more unknown properties than these is broken as a whole, and telling each would fill the memory.
const MOST_UNKNOWN: usize = 50;

impl<'a> Check<'a> {
    /// Tells how many unknown properties were not told.
    fn left_out(&mut self) {
        let more = self.unknown.saturating_sub(MOST_UNKNOWN);
        if more > 0 {
            let message = format!("{more} more properties are not in the plan");
            self.add("unknown-property", message, None, None);
        }
    }

    fn add(
        &mut self,
        code: &'static str,
        message: String,
        span: Option<Span>,
        help: Option<String>,
    ) {
        let Validator { plan, folder, .. } = self.validator;
        let place = span.and_then(|span| plan.place(span));
        self.found.push(Violation {
            code,
            message,
            place: place.map(|place| format!("{folder}/{place}")),
            help,
        });
    }

    /// What PostHog itself asks of an event.
    fn envelope(&mut self, raw: &RawEvent, has_token: bool) {
        if !has_token {
            let message = "the request has no project token".to_owned();
            let help =
                "any will do here, such as POSTHOG_API_KEY=phc_any; PostHog refuses it without"
                    .to_owned();
            self.add("no-token", message, None, Some(help));
        }
        if raw.distinct_id.is_none() {
            let message = "the event has no `distinct_id`".to_owned();
            let help = "PostHog refuses the whole batch".to_owned();
            self.add("no-distinct-id", message, None, Some(help));
        }
        if let Some(timestamp) = &raw.timestamp
            && timestamp.parse::<jiff::Timestamp>().is_err()
        {
            let message = format!("the timestamp {timestamp:?} is no RFC 3339");
            let help = "PostHog takes the time of arrival instead".to_owned();
            self.add("invalid-timestamp", message, None, Some(help));
        }
    }

    fn unknown_event(&mut self, name: &str) {
        let events = &self.validator.plan.events;
        let near = nearest(name, events.iter().map(|event| event.name.value.as_str()));
        let span = near
            .and_then(|near| self.validator.event(near))
            .map(|event| event.name.span);
        let help = near.map_or_else(
            || "add it to the tracking plan, then run: cargo xtask regenerate".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("the plan has no event {name:?}");
        self.add("unknown-event", message, span, Some(help));
    }

    fn planned(&mut self, event: &'a Event, properties: &Map<String, Value>) {
        self.source(event, properties);
        let groups = &self.validator.plan.groups;
        let scope = event.scope.as_ref();
        let group = scope.and_then(|scope| group_named(groups, &scope.value));
        if let (Some(group), Some(scope)) = (group, scope) {
            self.scope(group, scope.span, properties);
        }
        self.groups(event, properties);
        let key = group.map(|group| group.key.value.as_str());
        let known: Vec<&str> = names(&event.properties).chain(key).collect();
        let mut misspelt = Vec::new();
        for name in properties.keys() {
            if !name.starts_with('$') && !known.contains(&name.as_str()) {
                if self.unknown < MOST_UNKNOWN {
                    let absent = known
                        .iter()
                        .filter(|known| !properties.contains_key(**known));
                    misspelt.extend(nearest(name, absent.copied()));
                }
                let message = format!("the event has no property {name:?}");
                self.unknown(message, Some(event.name.span), name, &known);
            }
        }
        for property in &event.properties {
            let name = &property.name;
            match properties.get(&name.value) {
                Some(value) => self.value("property", property, value),
                // One mistake is one violation.
                None if misspelt.contains(&name.value.as_str()) => {}
                None if property.optional || Some(name.value.as_str()) == key => {}
                None => {
                    let message = format!("the property `{}` is missing", name.value);
                    self.add("missing-property", message, Some(name.span), None);
                }
            }
        }
    }

    /// A browser must not send what servers send, and the reverse; who says nothing is believed.
    fn source(&mut self, event: &Event, properties: &Map<String, Value>) {
        let Some(library) = properties.get("$lib").and_then(Value::as_str) else {
            return;
        };
        let sender = match (event.source, library == "web") {
            (Origin::Frontend, false) => format!("the server library {library:?}"),
            (Origin::Backend, true) => "a browser".to_owned(),
            _ => return,
        };
        let source = event.source.as_str();
        let message = format!("a {source} event was sent by {sender}");
        self.add("wrong-source", message, Some(event.name.span), None);
    }

    /// The event says to which group it belongs, once as a property and once in `$groups`, and both agree.
    fn scope(&mut self, group: &Group, span: Span, properties: &Map<String, Value>) {
        let (name, key) = (&group.name.value, &group.key.value);
        let property = properties.get(key);
        match property {
            Some(Value::String(text)) if !text.is_empty() => {}
            Some(value) => {
                let message = format!(
                    "property `{key}` must be the key of a {name}, found {}",
                    shown(value)
                );
                self.add("wrong-type", message, Some(group.key.span), None);
            }
            None => {
                let message = format!("the property `{key}`, the key of the {name}, is missing");
                self.add("missing-group", message, Some(span), None);
            }
        }
        let in_groups = properties
            .get("$groups")
            .and_then(|groups| groups.get(name));
        match (property, in_groups) {
            (_, None) => {
                let message = format!("`$groups` has no `{name}`");
                let help = format!("without it PostHog counts the event for no {name}");
                self.add("missing-group", message, Some(span), Some(help));
            }
            (Some(property), Some(other)) if property != other => {
                let message = format!(
                    "`{key}` is {} and `$groups.{name}` is {}",
                    shown(property),
                    shown(other)
                );
                self.add("group-mismatch", message, Some(span), None);
            }
            _ => {}
        }
    }

    /// The types in `$groups` are the plan's.
    fn groups(&mut self, event: &Event, properties: &Map<String, Value>) {
        let Some(Value::Object(groups)) = properties.get("$groups") else {
            return;
        };
        for name in groups.keys() {
            self.group(name, Some(event.name.span));
        }
    }

    /// The plan's group of this name; a violation if there is none.
    fn group(&mut self, name: &str, span: Option<Span>) -> Option<&'a Group> {
        let groups = &self.validator.plan.groups;
        let found = group_named(groups, name);
        if found.is_none() {
            let near = nearest(name, groups.iter().map(|group| group.name.value.as_str()));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("the plan has no group {name:?}");
            self.add("unknown-group", message, span, help);
        }
        found
    }

    fn group_identify(&mut self, properties: &Map<String, Value>) {
        let text = |key: &str| {
            let text = properties.get(key).and_then(Value::as_str);
            text.filter(|text| !text.is_empty())
        };
        for key in ["$group_type", "$group_key"] {
            if text(key).is_none() {
                self.add("missing-group", format!("`{key}` is missing"), None, None);
            }
        }
        let Some(group) = text("$group_type").and_then(|name| self.group(name, None)) else {
            return;
        };
        let Some(Value::Object(values)) = properties.get("$group_set") else {
            return;
        };
        let kind = format!("{} property", group.name.value);
        for (name, value) in values {
            let span = Some(group.name.span);
            self.of(&kind, &group.properties, span, name, value);
        }
    }

    /// `$set` and `$set_once`, which any event may carry.
    fn person(&mut self, properties: &Map<String, Value>) {
        let person = &self.validator.plan.person;
        let span = person.first().map(|property| property.name.span);
        for (key, other, once) in [("$set", "$set_once", false), ("$set_once", "$set", true)] {
            let Some(Value::Object(values)) = properties.get(key) else {
                continue;
            };
            for (name, value) in values {
                if CAMPAIGN.contains(&name.as_str()) {
                    continue;
                }
                let found = self.of("person property", person, span, name, value);
                if let Some(property) = found
                    && property.set_once != once
                {
                    let message = format!("person property `{name}` was sent in `{key}`");
                    let help = format!("the plan says `{other}`");
                    let span = Some(property.name.span);
                    self.add("wrong-set", message, span, Some(help));
                }
            }
        }
    }

    /// One value of a person or a group; PostHog's own properties are skipped.
    fn of(
        &mut self,
        kind: &str,
        properties: &'a [Property],
        span: Option<Span>,
        name: &str,
        value: &Value,
    ) -> Option<&'a Property> {
        if name.starts_with('$') {
            return None;
        }
        let found = properties
            .iter()
            .find(|property| property.name.value == name);
        match found {
            Some(property) => self.value(kind, property, value),
            None => {
                let known: Vec<&str> = names(properties).collect();
                let message = format!("the plan has no {kind} {name:?}");
                self.unknown(message, span, name, &known);
            }
        }
        found
    }

    fn unknown(&mut self, message: String, span: Option<Span>, name: &str, known: &[&str]) {
        self.unknown += 1;
        if self.unknown > MOST_UNKNOWN {
            return;
        }
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "it has none".to_owned(),
            None => format!("it has: {}", known.join(", ")),
        };
        self.add("unknown-property", message, span, Some(help));
    }

    fn value(&mut self, kind: &str, property: &Property, value: &Value) {
        let name = &property.name;
        if value.is_null() {
            if !property.nullable {
                let message = format!("{kind} `{}` must not be null", name.value);
                let help = property.optional.then(|| "leave it out".to_owned());
                self.add("null", message, Some(name.span), help);
            }
            return;
        }
        if let Err(mismatch) = self.validator.matchers.check(&property.ty, value) {
            let message = format!("{kind} `{}` {}", name.value, mismatch.message);
            self.add(mismatch.code, message, Some(name.span), mismatch.help);
        }
    }
}

fn group_named<'a>(groups: &'a [Group], name: &str) -> Option<&'a Group> {
    groups.iter().find(|group| group.name.value == name)
}

fn names(properties: &[Property]) -> impl Iterator<Item = &str> {
    properties
        .iter()
        .map(|property| property.name.value.as_str())
}

#[cfg(test)]
mod tests;
