//! What pages declare by hand, checked against the plan: `data-track` attributes in templates, and raw
//! `posthog.capture(` calls.
//!
//! What a template computes (`{{ … }}`) is left to run time.

mod html;

use crate::naming::nearest;
use crate::plan::{Event, Origin, Plan, Property, Source, Span, Type};
use crate::typescript::group_key;
use crate::yaml::{Diagnostic, Level};
use html::{Attribute, Range, Tag};

/// Attributes of the tracker that are no properties.
const OWN: [&str; 3] = ["data-track-props", "data-track-on", "data-track-once"];

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
        if !is_script(&file.path) {
            for tag in html::tags(&file.text) {
                checker.tag(&tag);
            }
        }
        checker.calls(&file.text);
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
                    "template-event",
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
        for attribute in &own {
            self.attribute(event, attribute);
        }
        let has_more = tag.is_computed || own.iter().any(|one| one.name == "data-track-props");
        if !has_more {
            self.missing(event, named, &own);
        }
    }

    /// The event of a name, if a page may send it.
    fn event(&mut self, name: &str, at: &Range) -> Option<&'a Event> {
        let mut events = self.plan.events.iter();
        match events.find(|event| event.name.value == name) {
            Some(event) if event.source == Origin::Backend => {
                let message = format!("the event `{name}` is sent by servers alone");
                self.add(
                    "template-event",
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
                self.add("template-event", message, at, "no such event")
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
                self.add("template-value", message, &attribute.value_at, &label);
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
            let message = format!("the event `{}` has no property `{name}`", event.name.value);
            let names = event
                .properties
                .iter()
                .map(|property| property.name.value.as_str());
            let near = nearest(&name, names.chain(group_key(self.plan, event)));
            self.add(
                "template-property",
                message,
                &attribute.name_at,
                "no such property",
            )
            .help(
                near.map(|near| format!("did you mean `data-track-{}`?", near.replace('_', "-"))),
            );
            return;
        };
        self.value(property, attribute);
    }

    /// An attribute is a text, whatever it looks like.
    fn value(&mut self, property: &Property, attribute: &Attribute<'_>) {
        let name = &property.name.value;
        match &property.ty {
            Type::String { .. } | Type::Datetime => {}
            Type::Enum(members) => {
                let values = members
                    .members
                    .iter()
                    .map(|member| member.value.value.as_str());
                if attribute.is_computed() || values.clone().any(|value| value == attribute.value) {
                    return;
                }
                let message = format!("property `{name}` can't be `{}`", attribute.value);
                let label = format!(
                    "one of: {}",
                    values.clone().collect::<Vec<&str>>().join(", ")
                );
                let near = nearest(attribute.value, values);
                self.add("template-value", message, &attribute.value_at, &label)
                    .help(near.map(|near| format!("did you mean `{near}`?")));
            }
            ty => {
                let message = format!("property `{name}` is no text, and an attribute is one");
                let label = format!("the plan says `{}`", ty.as_str());
                self.add("template-value", message, &attribute.name_at, &label)
                    .help(Some(format!("write data-track-props='{{\"{name}\": …}}'")));
            }
        }
    }

    fn missing(&mut self, event: &'a Event, named: &Attribute<'_>, own: &[&Attribute<'_>]) {
        let required = event
            .properties
            .iter()
            .filter(|property| !property.optional);
        let required = required.map(|property| property.name.value.as_str());
        let given: Vec<String> = own
            .iter()
            .map(|attribute| property_name(attribute))
            .collect();
        let missing: Vec<String> = required
            .chain(group_key(self.plan, event))
            .filter(|name| !given.iter().any(|given| given == name))
            .map(|name| format!("`{name}`"))
            .collect();
        // A misspelt attribute was reported already.
        let is_misspelt = own.iter().any(|attribute| {
            let name = property_name(attribute);
            let mut properties = event.properties.iter();
            !OWN.contains(&attribute.name)
                && group_key(self.plan, event) != Some(name.as_str())
                && !properties.any(|property| property.name.value == name)
        });
        if !missing.is_empty() && !is_misspelt {
            let message = format!("`{}` lacks {}", event.name.value, missing.join(", "));
            self.add(
                "template-property",
                message,
                &named.value_at,
                "required by the plan",
            );
        }
    }

    /// `posthog.capture("name"`, wherever it stands.
    fn calls(&mut self, text: &str) {
        const CALL: &str = "posthog.capture(";
        for (start, _) in text.match_indices(CALL) {
            let after = start + CALL.len();
            let rest = text.get(after..).unwrap_or_default();
            let argument = rest.trim_start();
            let Some(quote) = argument
                .chars()
                .next()
                .filter(|char| "\"'`".contains(*char))
            else {
                continue;
            };
            let begin = after + (rest.len() - argument.len()) + 1;
            let literal = argument.get(1..).and_then(|text| text.split(quote).next());
            if let Some(name) = literal.filter(|name| !name.contains(['$', '{', '\n'])) {
                self.event(name, &(begin..begin + name.len()));
            }
        }
    }

    fn add(&mut self, code: &'static str, message: String, at: &Range, label: &str) -> Help<'_> {
        self.found.push(Diagnostic {
            code,
            level: Level::Error,
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
