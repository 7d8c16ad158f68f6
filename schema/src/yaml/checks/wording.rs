//! Descriptions that tell something.

use std::collections::HashMap;

use super::Home;
use crate::naming::words;
use crate::plan::{Plan, Property, Spanned};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    THIN_DESCRIPTION: "thin-description", Note,
        "A description says more than the name.",
        why: "`The format.` beside `format` helps nobody. Say what is counted and what is not, or leave the description out.",
        wrong: "
events:
  invoice_paid: { description: An invoice was paid. }
",
        right: "
events:
  invoice_paid: { description: The full amount arrived at the bank. }
";

    DESCRIPTION_STYLE: "description-style", Note,
        "A description is a sentence: a capital first, a full stop last.",
        why: "Descriptions become the documentation in editors, in the catalogue and in PostHog, next to each other.",
        wrong: "
events:
  invoice_paid: { description: the full amount arrived }
",
        right: "
events:
  invoice_paid: { description: The full amount arrived. }
";

    PLACEHOLDER_TEXT: "placeholder-text", Warning,
        "Descriptions and triggers are written, not planned.",
        why: "A `TODO` passes the tier's demand for a description without being one.",
        wrong: "
events:
  invoice_paid: { description: 'TODO: describe this event.' }
",
        right: "
events:
  invoice_paid: { description: The full amount arrived at the bank. }
";

    REPEATED_DESCRIPTION: "repeated-description", Note,
        "No two events have the same description.",
        why: "It was copied and not changed, or the two are one event.",
        wrong: "
events:
  invoice_paid: { description: The full amount arrived. }
  order_shipped: { description: The full amount arrived. }
",
        right: "
events:
  invoice_paid: { description: The full amount arrived. }
  order_shipped: { description: The parcel left the house. }
";
}

pub(super) fn run(plan: &Plan, properties: &[(Home<'_>, &Property)], findings: &mut Findings) {
    let mut first: HashMap<&str, &Spanned<String>> = HashMap::new();
    for event in &plan.events {
        if let Some(trigger) = &event.trigger {
            placeholder(trigger, findings);
        }
        let Some(description) = &event.description else {
            continue;
        };
        judge(&event.name, description, findings);
        match first.get(description.value.as_str()) {
            Some(before) => findings.add(
                Diagnostic::new(
                    &REPEATED_DESCRIPTION,
                    format!(
                        "the event `{}` has the description of another",
                        event.name.value
                    ),
                    description.span,
                )
                .label("the same text")
                .note(before.span, "first here"),
            ),
            None => _ = first.insert(&description.value, description),
        }
    }
    for (_, property) in properties {
        if let Some(description) = &property.description {
            judge(&property.name, description, findings);
        }
    }
    for shared in &plan.enums {
        if let Some(description) = &shared.description {
            judge(&shared.name, description, findings);
        }
    }
    for flag in &plan.flags {
        if let Some(description) = &flag.description {
            judge(&flag.name, description, findings);
        }
    }
    for funnel in &plan.funnels {
        if let Some(description) = &funnel.description {
            judge(&funnel.name, description, findings);
        }
    }
}

/// At most one finding a description: what it lacks most.
fn judge(name: &Spanned<String>, description: &Spanned<String>, findings: &mut Findings) {
    let text = &description.value;
    if placeholder(description, findings) {
        return;
    }
    if is_thin(&name.value, text) {
        let message = format!(
            "the description of `{}` says no more than its name",
            name.value
        );
        findings.add(
            Diagnostic::new(&THIN_DESCRIPTION, message, description.span)
                .label("this description")
                .help("say what is counted, and what is not"),
        );
        return;
    }
    let starts_well = text
        .chars()
        .next()
        .is_none_or(|first| !first.is_lowercase());
    let ends_well = text.ends_with(['.', '!', '?', '…', ')', '。']);
    if !starts_well || !ends_well {
        let message = format!("the description of `{}` is no sentence", name.value);
        let help = if starts_well {
            "end it with a full stop"
        } else {
            "begin it with a capital, and end it with a full stop"
        };
        findings.add(
            Diagnostic::new(&DESCRIPTION_STYLE, message, description.span)
                .label("this description")
                .help(help),
        );
    }
}

/// Whether every word of the text is in the name, but for articles and auxiliaries.
fn is_thin(name: &str, text: &str) -> bool {
    const FILLERS: &[&str] = &[
        "a", "an", "and", "are", "been", "for", "has", "is", "it", "its", "of", "that", "the",
        "this", "to", "was", "were",
    ];
    let stem = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let name: Vec<String> = words(name).iter().map(|word| stem(word)).collect();
    let said = words(text);
    let mut told = said.iter().filter(|word| !FILLERS.contains(&word.as_str()));
    !said.is_empty() && told.all(|word| name.contains(&stem(word)))
}

fn placeholder(text: &Spanned<String>, findings: &mut Findings) -> bool {
    const PLACEHOLDERS: &[&str] = &["todo", "tbd", "fixme", "xxx", "lorem", "placeholder"];
    let words = words(&text.value);
    let found = words
        .iter()
        .find(|word| PLACEHOLDERS.contains(&word.as_str()));
    if let Some(word) = found {
        let message = format!("this text is still to be written: `{word}`");
        findings.add(
            Diagnostic::new(&PLACEHOLDER_TEXT, message, text.span)
                .label("this text")
                .help("write it, or leave it out"),
        );
    }
    found.is_some()
}
