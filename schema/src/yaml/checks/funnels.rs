//! Funnels whose steps can be taken and counted.

use std::collections::HashMap;

use super::Loaded;
use crate::plan::{Event, Funnel, Span};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    SHORT_FUNNEL: "short-funnel", Error,
        "A funnel has at least two steps.",
        why: "With one step there is nothing to convert.",
        wrong: "
funnels:
  activation: { steps: [user_signed_up] }
events:
  user_signed_up: {}
",
        right: "
funnels:
  activation: { steps: [user_signed_up, report_exported] }
events:
  user_signed_up: {}
  report_exported: {}
";

    FUNNEL_STEP: "funnel-step", Warning,
        "Each step of a funnel is another event that is sent whole and stays.",
        why: "A repeated step counts the same event twice, a sampled one loses most of who took it, a deprecated one stops \
              coming: in all three cases the conversion is a wrong number that looks like a right one.",
        wrong: "
funnels:
  activation: { steps: [user_signed_up, report_exported, report_exported] }
events:
  user_signed_up: {}
  report_exported: {}
",
        right: "
funnels:
  activation: { steps: [user_signed_up, report_exported, report_shared] }
events:
  user_signed_up: {}
  report_exported: {}
  report_shared: {}
";

    FUNNEL_SCOPE: "funnel-scope", Error,
        "Every step of a funnel by group belongs to that group.",
        why: "An event without the group can't be counted for it, so nobody would ever get past this step.",
        wrong: "
groups:
  team: { key: team_slug }
funnels:
  activation: { steps: [team_created, user_signed_in], by: team }
events:
  team_created: { scope: team }
  user_signed_in: {}
",
        right: "
groups:
  team: { key: team_slug }
funnels:
  activation: { steps: [team_created, report_exported], by: team }
events:
  team_created: { scope: team }
  report_exported: { scope: team }
";
}

pub(super) fn run(loaded: &Loaded<'_>, findings: &mut Findings) {
    let events: HashMap<&str, &Event> = (loaded.plan.events.iter())
        .map(|event| (event.name.value.as_str(), event))
        .collect();
    for funnel in &loaded.plan.funnels {
        if funnel.steps.len() < 2 && loaded.is_intact(&funnel.name) {
            let message = format!(
                "the funnel `{}` has fewer than two steps",
                funnel.name.value
            );
            findings.add(
                Diagnostic::new(&SHORT_FUNNEL, message, funnel.name.span)
                    .label("nothing to convert")
                    .help("list at least two events in `steps`"),
            );
        }
        steps(loaded, funnel, &events, findings);
    }
}

fn steps(
    loaded: &Loaded<'_>,
    funnel: &Funnel,
    events: &HashMap<&str, &Event>,
    findings: &mut Findings,
) {
    let groups = loaded.declared.get("group");
    let is_group = |name: &str| groups.is_some_and(|groups| groups.contains(name));
    let by = &funnel.by;
    let mut first: HashMap<&str, Span> = HashMap::new();
    for step in &funnel.steps {
        let name = step.value.as_str();
        if let Some(&before) = first.get(name) {
            let message = format!("the step `{name}` comes twice");
            findings.add(
                Diagnostic::new(&FUNNEL_STEP, message, step.span)
                    .label("again here")
                    .note(before, "first here")
                    .help("take one of them out"),
            );
            continue;
        }
        first.insert(name, step.span);
        let Some(event) = events.get(name) else {
            continue;
        };
        let mut report = |what: &str, place: Span| {
            let message = format!("the step `{name}` is {what}");
            findings.add(
                Diagnostic::new(&FUNNEL_STEP, message, step.span)
                    .label("this step")
                    .note(place, format!("{what} here"))
                    .help("take a step that every person leaves a trace of"),
            );
        };
        if let Some(deprecated) = &event.deprecated {
            report("deprecated", deprecated.span);
        }
        if let Some(sample) = event.sample.as_ref().filter(|sample| sample.value < 1.0) {
            report("sampled", sample.span);
        }
        let scope = event.scope.as_ref().map(|scope| scope.value.as_str());
        // A scope that does not exist is reported as that.
        let is_known = scope.is_none_or(is_group) && loaded.is_intact(&event.name);
        if is_group(&by.value) && is_known && scope != Some(by.value.as_str()) {
            let message = format!(
                "the step `{name}` does not belong to the group `{}`",
                by.value
            );
            findings.add(
                Diagnostic::new(&FUNNEL_SCOPE, message, step.span)
                    .label("this step")
                    .note(event.name.span, "its event")
                    .help(format!(
                        "add `scope: {}` to the event, or count by person",
                        by.value
                    )),
            );
        }
    }
}
