//! What a plan must keep beyond its syntax: references, names, the demands of tiers, scopes.

use std::collections::HashSet;

use super::diagnostic::Diagnostic;
use super::reader::Findings;
use crate::naming::{Violation, nearest};
use crate::plan::{Allow, Event, Plan, Property, Required, Span, Spanned, Type};

/// The checks that an item can be excused from with `allow`.
const ALLOWABLE: &[&str] = &[
    "event-case",
    "event-grammar",
    "event-tense",
    "property-case",
    "boolean-name",
];

/// Words with a meaning of their own in a tracking call.
const RESERVED: &[&str] = &["actor", "groups", "on", "when"];

/// Runs every check over a loaded plan.
pub(super) fn run(plan: &Plan, findings: &mut Findings) {
    for event in &plan.events {
        references(plan, event, findings);
        tier_demands(plan, event, findings);
        let mut allowed = Allowed::new(&event.allow);
        if let Some(violation) = plan.conventions.check_event(&event.name.value, event.state) {
            allowed.add("event", &event.name, violation, findings);
        }
        allowed.finish(findings);
        properties(plan, &event.properties, findings);
        scope_key(plan, event, findings);
    }
    for group in &plan.groups {
        properties(plan, &group.properties, findings);
    }
    properties(plan, &plan.person, findings);
    funnels(plan, findings);
}

fn references(plan: &Plan, event: &Event, findings: &mut Findings) {
    let tiers = || plan.tiers.iter().map(|tier| tier.name.value.as_str());
    reference("tier", event.tier.as_ref(), tiers(), findings);
    reference(
        "owner",
        event.owner.as_ref(),
        plan.owners.iter().map(|owner| owner.name.value.as_str()),
        findings,
    );
    reference(
        "group",
        event.scope.as_ref(),
        plan.groups.iter().map(|group| group.name.value.as_str()),
        findings,
    );
    let renamed_to = event
        .deprecated
        .as_ref()
        .and_then(|deprecated| deprecated.renamed_to.as_ref());
    reference(
        "event",
        renamed_to,
        plan.events.iter().map(|event| event.name.value.as_str()),
        findings,
    );
}

/// Reports a name that refers to nothing.
fn reference<'a>(
    kind: &str,
    name: Option<&Spanned<String>>,
    known: impl Iterator<Item = &'a str> + Clone,
    findings: &mut Findings,
) {
    let Some(name) = name else { return };
    if known.clone().any(|known| known == name.value) {
        return;
    }
    let message = format!("there is no {kind} `{}`", name.value);
    let suggestion = nearest(&name.value, known.clone());
    let mut finding =
        Diagnostic::error("unknown-reference", message, name.span).label(format!("no such {kind}"));
    finding = match suggestion {
        Some(_) => finding.suggest("", suggestion),
        None => {
            let mut all: Vec<&str> = known.take(20).collect();
            all.sort_unstable();
            finding.help(format!("the plan has: {}", all.join(", ")))
        }
    };
    findings.add(finding);
}

fn tier_demands(plan: &Plan, event: &Event, findings: &mut Findings) {
    let Some(tier) = event
        .tier
        .as_ref()
        .and_then(|name| plan.tiers.iter().find(|tier| tier.name.value == name.value))
    else {
        return;
    };
    for required in &tier.requires {
        let given = match required.value {
            Required::Description => event.description.is_some(),
            Required::Owner => event.owner.is_some(),
            Required::Trigger => event.trigger.is_some(),
        };
        if !given {
            let key = required.value.as_str();
            let message = format!(
                "the event `{}` has no `{key}`, which its tier `{}` demands",
                event.name.value, tier.name.value
            );
            findings.add(
                Diagnostic::error("tier-demand", message, event.name.span)
                    .label(format!("`{key}` is missing"))
                    .note(required.span, "demanded here"),
            );
        }
    }
}

fn properties(plan: &Plan, properties: &[Property], findings: &mut Findings) {
    let mut seen: HashSet<&str> = HashSet::new();
    for property in properties {
        let name = &property.name;
        if !seen.insert(&name.value) {
            let first = properties
                .iter()
                .find(|first| first.name.value == name.value);
            findings.duplicate(
                "property",
                name,
                first.map_or(name.span, |first| first.name.span),
            );
        }
        if reserved(name, findings) {
            continue;
        }
        let mut allowed = Allowed::new(&property.allow);
        if let Some(violation) = plan.conventions.check_property(&name.value) {
            allowed.add("property", name, violation, findings);
        }
        if property.ty == Type::Boolean && !reads_as_question(&name.value) {
            let problem = "is a boolean and does not read as a question".to_owned();
            let violation = Violation {
                code: "boolean-name",
                problem,
                suggestion: Some(format!("is_{}", name.value)),
            };
            allowed.add("property", name, violation, findings);
        }
        allowed.finish(findings);
    }
}

fn reads_as_question(name: &str) -> bool {
    ["is_", "has_", "can_", "should_", "was_"]
        .iter()
        .any(|question| name.starts_with(question))
}

/// Reports a name that no property can have; whether it was one.
fn reserved(name: &Spanned<String>, findings: &mut Findings) -> bool {
    let reason = if name.value.starts_with('$') {
        "names with `$` are PostHog's own"
    } else if RESERVED.contains(&name.value.as_str()) {
        "the word has a meaning of its own in a tracking call"
    } else if name.value.chars().any(char::is_control) {
        "a name holds no control characters"
    } else {
        return false;
    };
    let message = format!("a property can't be called `{}`", name.value.escape_debug());
    findings.add(Diagnostic::error("reserved-name", message, name.span).label(reason));
    true
}

fn scope_key(plan: &Plan, event: &Event, findings: &mut Findings) {
    let scope = event.scope.as_ref().and_then(|scope| {
        Some((
            scope,
            plan.groups
                .iter()
                .find(|group| group.name.value == scope.value)?,
        ))
    });
    for property in &event.properties {
        let name = &property.name;
        match scope {
            Some((scope, group)) if group.key.value == name.value => findings.add(
                Diagnostic::error(
                    "scope-key",
                    format!("`{}` is declared although the scope adds it", name.value),
                    name.span,
                )
                .label("remove it")
                .note(scope.span, "this scope adds it"),
            ),
            None => {
                if let Some(group) = plan
                    .groups
                    .iter()
                    .find(|group| group.key.value == name.value)
                {
                    let group = &group.name.value;
                    let message = format!("`{}` is the key of the group `{group}`", name.value);
                    findings.add(
                        Diagnostic::error("scope-key", message, name.span)
                            .label("declared by hand")
                            .help(format!("write `scope: {group}` on the event instead; it adds the property and the group")),
                    );
                }
            }
            Some(_) => {}
        }
    }
}

fn funnels(plan: &Plan, findings: &mut Findings) {
    for funnel in &plan.funnels {
        for step in &funnel.steps {
            reference(
                "event",
                Some(step),
                plan.events.iter().map(|event| event.name.value.as_str()),
                findings,
            );
        }
        if funnel.steps.len() < 2 {
            let message = format!(
                "the funnel `{}` has fewer than two steps",
                funnel.name.value
            );
            findings.add(
                Diagnostic::error("short-funnel", message, funnel.name.span)
                    .label("nothing to convert"),
            );
        }
        if funnel.by.value != "person" {
            reference(
                "group",
                Some(&funnel.by),
                plan.groups.iter().map(|group| group.name.value.as_str()),
                findings,
            );
        }
    }
}

/// The checks that an item is excused from, and which of them were needed.
struct Allowed<'a> {
    allows: &'a [Allow],
    used: Vec<Span>,
}

impl<'a> Allowed<'a> {
    fn new(allows: &'a [Allow]) -> Self {
        Self {
            allows,
            used: Vec::new(),
        }
    }

    fn add(
        &mut self,
        kind: &str,
        name: &Spanned<String>,
        violation: Violation,
        findings: &mut Findings,
    ) {
        if let Some(allow) = self
            .allows
            .iter()
            .find(|allow| allow.code.value == violation.code)
        {
            self.used.push(allow.code.span);
            return;
        }
        let message = format!("the {kind} name `{}` {}", name.value, violation.problem);
        let finding = Diagnostic::error(violation.code, message, name.span);
        let excuse = format!("`allow: {{ {}: \"reason\" }}`", violation.code);
        findings.add(match violation.suggestion {
            Some(better) => finding.help(format!(
                "call it `{better}`, or keep the name with {excuse}"
            )),
            None => finding.help(format!("rename it, or keep the name with {excuse}")),
        });
    }

    fn finish(self, findings: &mut Findings) {
        for allow in self.allows {
            let code = &allow.code;
            if !ALLOWABLE.contains(&code.value.as_str()) {
                let message = format!("`{}` is no check that can be allowed", code.value);
                let finding = Diagnostic::error("unknown-allow", message, code.span);
                findings.add(
                    finding
                        .label(format!("one of: {}", ALLOWABLE.join(", ")))
                        .suggest("", nearest(&code.value, ALLOWABLE.iter().copied())),
                );
            } else if !self.used.contains(&code.span) {
                let message = format!("the allow of `{}` suppresses nothing", code.value);
                findings.add(
                    Diagnostic::warning("unused-allow", message, code.span).label("remove it"),
                );
            }
        }
    }
}
