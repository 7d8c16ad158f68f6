//! What pages declare by hand, checked against the plan: `data-track` attributes and `track_attrs!(` calls in templates,
//! and raw `posthog.capture(` calls.
//!
//! What a template computes (`{{ … }}`) is left to run time.

mod calls;
mod html;
mod props;

use crate::naming::nearest;
use crate::plan::{Enum, Event, Origin, Plan, Property, Source, Span, Type};
use crate::typescript::group_key;
use crate::yaml::pages::{TEMPLATE_EVENT, TEMPLATE_PROPERTY, TEMPLATE_VALUE};
use crate::yaml::{Check, Diagnostic};
use calls::{Call, calls};
use html::{Attribute, Range, Tag};
use props::Props;
use serde_json::Value;

/// Attributes of the tracker that are no properties.
const OWN: [&str; 3] = [props::NAME, "data-track-on", "data-track-once"];

/// What `data-track-on` may say.
const TRIGGERS: [&str; 3] = ["click", "submit", "change"];

/// Checks the files of a frontend. Spans point into `files`, whose first has the index `first`.
#[must_use]
pub fn check(plan: &Plan, files: &[Source], first: usize) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let mut checker = Checker {
            plan,
            file: first + index,
            found: &mut found,
        };
        if is_script(&file.path) {
            checker.captures(&file.text);
        } else {
            let text = html::without_comments(&file.text);
            for tag in html::tags(&text) {
                checker.tag(&tag);
            }
            for call in calls(&text, "track_attrs!(") {
                checker.attributes(&call);
            }
            checker.captures(&text);
        }
    }
    found
}

fn is_script(path: &str) -> bool {
    let scripts = [".js", ".mjs", ".jsx", ".ts", ".mts", ".tsx"];
    scripts.iter().any(|ending| path.ends_with(ending))
}

struct Checker<'a, 'b> {
    plan: &'a Plan,
    file: usize,
    found: &'b mut Vec<Diagnostic>,
}

impl<'a> Checker<'a, '_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        let attributes = tag.attributes.iter();
        let own: Vec<&Attribute<'_>> = attributes
            .filter(|attribute| attribute.name.starts_with("data-track-"))
            .collect();
        let mut attributes = tag.attributes.iter();
        let Some(named) = attributes.find(|attribute| attribute.name == "data-track") else {
            if let (Some(alone), false) = (own.first(), tag.is_computed) {
                let message = format!("`{}` stands alone: the tag names no event", alone.name);
                self.add(
                    &TEMPLATE_EVENT,
                    message,
                    &alone.name_at,
                    "no `data-track` beside it",
                );
            }
            return;
        };
        if named.is_computed() {
            return;
        }
        let Some(event) = self.event(named.value, &named.value_at) else {
            return;
        };
        let mut given = Vec::new();
        let mut has_more = tag.is_computed;
        for attribute in &own {
            if attribute.name == props::NAME {
                match self.props(event, attribute) {
                    Some(names) => given.extend(names),
                    None => has_more = true,
                }
            } else {
                self.attribute(event, attribute);
                if !OWN.contains(&attribute.name) {
                    given.push(property_name(attribute));
                }
            }
        }
        if !has_more {
            self.missing(event, named, &given);
        }
    }

    /// The event of a name, if a page may send it.
    fn event(&mut self, name: &str, at: &Range) -> Option<&'a Event> {
        let mut events = self.plan.events.iter();
        match events.find(|event| event.name.value == name) {
            Some(event) if event.source == Origin::Backend => {
                let message = format!("the event `{name}` is sent by servers alone");
                self.add(
                    &TEMPLATE_EVENT,
                    message,
                    at,
                    "`source: backend` in the plan",
                );
                None
            }
            Some(event) => Some(event),
            None => {
                let message = format!("the plan has no event `{name}`");
                let of_pages = self.plan.events.iter();
                let of_pages = of_pages.filter(|event| event.source != Origin::Backend);
                let near = nearest(name, of_pages.map(|event| event.name.value.as_str()));
                self.add(&TEMPLATE_EVENT, message, at, "no such event")
                    .help(near.map(|near| format!("did you mean `{near}`?")));
                None
            }
        }
    }

    fn attribute(&mut self, event: &'a Event, attribute: &Attribute<'_>) {
        if attribute.name == "data-track-on" && !attribute.is_computed() {
            if !TRIGGERS.contains(&attribute.value) {
                let message = format!("the tracker does not listen for `{}`", attribute.value);
                let label = format!("one of: {}", TRIGGERS.join(", "));
                self.add(&TEMPLATE_VALUE, message, &attribute.value_at, &label);
            }
            return;
        }
        if OWN.contains(&attribute.name) {
            return;
        }
        let name = property_name(attribute);
        if group_key(self.plan, event) == Some(name.as_str()) {
            return;
        }
        let mut properties = event.properties.iter();
        let Some(property) = properties.find(|property| property.name.value == name) else {
            self.unknown(event, &name, &attribute.name_at, |near| {
                format!("data-track-{}", near.replace('_', "-"))
            });
            return;
        };
        self.value(property, attribute);
    }

    /// A call of `track_attrs!`. The compiler checks it too, but does not know its place in the template.
    fn attributes(&mut self, call: &Call<'_>) {
        let Some(event) = self.event(call.event.name, &call.event.at) else {
            return;
        };
        for given in &call.properties {
            let mut properties = event.properties.iter();
            if !properties.any(|property| property.name.value == given.name) {
                self.unknown(event, given.name, &given.at, str::to_owned);
            }
        }
    }

    /// Raw calls of posthog-js.
    fn captures(&mut self, text: &str) {
        for call in calls(text, "posthog.capture(") {
            self.event(call.event.name, &call.event.at);
        }
    }

    /// A property that the event does not have; `shown` writes another one as the page would.
    fn unknown(&mut self, event: &Event, name: &str, at: &Range, shown: fn(&str) -> String) {
        let message = format!("the event `{}` has no property `{name}`", event.name.value);
        let names = event
            .properties
            .iter()
            .map(|property| property.name.value.as_str());
        let near = nearest(name, names.chain(group_key(self.plan, event)));
        self.add(&TEMPLATE_PROPERTY, message, at, "no such property")
            .help(near.map(|near| format!("did you mean `{}`?", shown(near))));
    }

    /// An attribute is a text, whatever it looks like.
    fn value(&mut self, property: &Property, attribute: &Attribute<'_>) {
        let name = &property.name.value;
        match &property.ty {
            Type::Enum(members) => {
                if !attribute.is_computed() {
                    self.member(name, members, attribute.value, &attribute.value_at);
                }
            }
            Type::String { .. } | Type::Datetime => {
                // What HTML escapes is left to run time.
                if !attribute.is_computed() && !attribute.value.contains('&') {
                    let value = Value::from(attribute.value);
                    self.fits(property, &value, &attribute.value_at);
                }
            }
            ty => {
                let message = format!("property `{name}` is no text, and an attribute is one");
                let label = format!("the plan says `{}`", ty.as_str());
                self.add(&TEMPLATE_VALUE, message, &attribute.name_at, &label)
                    .help(Some(format!("write data-track-props='{{\"{name}\": …}}'")));
            }
        }
    }

    /// A value for a property of another type than an enum.
    fn fits(&mut self, property: &Property, value: &Value, at: &Range) {
        if let Some(refusal) = props::refused(property, value) {
            let name = &property.name.value;
            let message = format!("property `{name}` can't be {value}: it {refusal}");
            let label = format!("the plan says `{}`", property.ty.as_str());
            self.add(&TEMPLATE_VALUE, message, at, &label);
        }
    }

    /// A text for a property of this enum.
    fn member(&mut self, name: &str, members: &Enum, given: &str, at: &Range) {
        let values = members
            .members
            .iter()
            .map(|member| member.value.value.as_str());
        let values: Vec<&str> = values.collect();
        if values.contains(&given) {
            return;
        }
        let message = format!("property `{name}` can't be `{given}`");
        let label = format!("one of: {}", values.join(", "));
        let near = nearest(given, values);
        self.add(&TEMPLATE_VALUE, message, at, &label)
            .help(near.map(|near| format!("did you mean `{near}`?")));
    }

    /// The names that `data-track-props` gives, where they are known.
    fn props(&mut self, event: &Event, attribute: &Attribute<'_>) -> Option<Vec<String>> {
        let given = match props::read(attribute) {
            Props::Known(given) => given,
            Props::Unknown => return None,
            Props::Broken(why) => {
                let message = format!("`{}` is no JSON object: {why}", props::NAME);
                let label = "the tracker leaves it out";
                self.add(&TEMPLATE_VALUE, message, &attribute.value_at, label);
                return None;
            }
        };
        for (name, value) in &given {
            if group_key(self.plan, event) == Some(name) {
                continue;
            }
            let at = props::place(attribute, name);
            let mut properties = event.properties.iter();
            match properties.find(|property| property.name.value == *name) {
                Some(property) => match (&property.ty, value) {
                    (Type::Enum(members), Value::String(text)) => {
                        self.member(name, members, text, &at);
                    }
                    _ => self.fits(property, value, &at),
                },
                None => self.unknown(event, name, &at, str::to_owned),
            }
        }
        Some(given.into_iter().map(|(name, _)| name).collect())
    }

    fn missing(&mut self, event: &'a Event, named: &Attribute<'_>, given: &[String]) {
        let required = event
            .properties
            .iter()
            .filter(|property| !property.optional);
        let required = required.map(|property| property.name.value.as_str());
        let missing: Vec<String> = required
            .chain(group_key(self.plan, event))
            .filter(|name| !given.iter().any(|given| given == name))
            .map(|name| format!("`{name}`"))
            .collect();
        // A misspelt name was reported already.
        let is_misspelt = given.iter().any(|name| {
            let mut properties = event.properties.iter();
            group_key(self.plan, event) != Some(name)
                && !properties.any(|property| property.name.value == *name)
        });
        if !missing.is_empty() && !is_misspelt {
            let message = format!("`{}` lacks {}", event.name.value, missing.join(", "));
            self.add(
                &TEMPLATE_PROPERTY,
                message,
                &named.value_at,
                "required by the plan",
            );
        }
    }

    fn add(&mut self, check: &Check, message: String, at: &Range, label: &str) -> Help<'_> {
        self.found.push(Diagnostic {
            code: check.code,
            level: check.level,
            message,
            span: Some(Span {
                file: self.file,
                start: at.start,
                end: at.end,
            }),
            label: label.to_owned(),
            notes: Vec::new(),
            help: None,
        });
        Help(self.found.last_mut())
    }
}

/// The finding that was just made, which may get a help.
struct Help<'a>(Option<&'a mut Diagnostic>);

impl Help<'_> {
    fn help(self, help: Option<String>) {
        if let Some(finding) = self.0 {
            finding.help = help;
        }
    }
}

/// The property that an attribute gives.
fn property_name(attribute: &Attribute<'_>) -> String {
    let name = attribute.name.strip_prefix("data-track-");
    name.unwrap_or_default().replace('-', "_")
}

#[cfg(test)]
mod tests;
