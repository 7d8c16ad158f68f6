//! What tiers demand of their events.

use std::collections::HashMap;

use super::Loaded;
use crate::plan::{Event, Origin, Required, Tier};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    TIER_DEMAND: "tier-demand", Error,
        "An event has what its tier demands.",
        why: "`requires` of a tier is the plan's own rule, for example that critical events have a description, an owner \
              and a trigger.",
        wrong: "
tiers:
  critical: { requires: [trigger] }
events:
  invoice_paid: { tier: critical }
",
        right: "
tiers:
  critical: { requires: [trigger] }
events:
  invoice_paid: { tier: critical, trigger: The bank confirmed the payment. }
";

    TIER_SAMPLING: "tier-sampling", Error,
        "An event is sampled only where its tier allows it.",
        why: "A count of sampled events is an estimate, and the path of one person through them has holes. A tier allows it \
              with `sample: allowed`; by default none does.",
        wrong: "
tiers:
  critical: { sample: never }
events:
  invoice_paid: { tier: critical, sample: 0.1 }
",
        right: "
tiers:
  ux: { sample: allowed }
events:
  chart_hovered: { tier: ux, sample: 0.1 }
";

    MISSING_TIER: "missing-tier", Warning,
        "Every event of a plan with tiers has one.",
        why: "An event without a tier answers to no demand: it may lack a description, an owner and all that the plan asks for.",
        wrong: "
tiers:
  critical: { sample: never }
events:
  invoice_paid: { tier: critical }
  invoice_sent: {}
",
        right: "
tiers:
  critical: { sample: never }
events:
  invoice_paid: { tier: critical }
  invoice_sent: { tier: critical }
";

    LOSSY_SOURCE: "lossy-source", Warning,
        "The most important tier is not sent from browsers alone.",
        why: "Ad blockers, closed tabs and opted-out browsers lose a tenth to a third of what browsers send. What the \
              business is steered by is sent from where it happens: the backend.",
        wrong: "
tiers:
  critical: { sample: never }
  ux: { sample: allowed }
events:
  invoice_paid: { tier: critical, source: frontend }
  chart_hovered: { tier: ux, source: frontend }
",
        right: "
tiers:
  critical: { sample: never }
  ux: { sample: allowed }
events:
  invoice_paid: { tier: critical, source: backend }
  chart_hovered: { tier: ux, source: frontend }
";
}

pub(super) fn run(loaded: &Loaded<'_>, findings: &mut Findings) {
    let plan = loaded.plan;
    let tiers: HashMap<&str, (usize, &Tier)> = (plan.tiers.iter().enumerate())
        .map(|(rank, tier)| (tier.name.value.as_str(), (rank, tier)))
        .collect();
    for event in &plan.events {
        let Some(name) = &event.tier else {
            if !tiers.is_empty() && loaded.is_intact(&event.name) {
                missing(event, findings);
            }
            continue;
        };
        let Some(&(rank, tier)) = tiers.get(name.value.as_str()) else {
            continue;
        };
        if loaded.is_intact(&event.name) {
            demands(event, tier, findings);
        }
        sampling(event, tier, loaded.is_intact(&tier.name), findings);
        if rank == 0 && tiers.len() > 1 && event.source == Origin::Frontend {
            let message = format!(
                "the {} event `{}` is sent from browsers",
                name.value, event.name.value
            );
            findings.add(
                Diagnostic::new(&LOSSY_SOURCE, message, event.name.span)
                    .label("browsers lose events")
                    .help("send it from the backend, or move it to another tier"),
            );
        }
    }
}

fn missing(event: &Event, findings: &mut Findings) {
    let message = format!("the event `{}` has no tier", event.name.value);
    findings.add(
        Diagnostic::new(&MISSING_TIER, message, event.name.span)
            .label("`tier` is missing")
            .help("say how important it is: `tier: …`"),
    );
}

fn demands(event: &Event, tier: &Tier, findings: &mut Findings) {
    for required in &tier.requires {
        let is_given = match required.value {
            Required::Description => event.description.is_some(),
            Required::Owner => event.owner.is_some(),
            Required::Trigger => event.trigger.is_some(),
        };
        if is_given {
            continue;
        }
        let key = required.value.as_str();
        let message = format!(
            "the event `{}` has no `{key}`, which its tier `{}` demands",
            event.name.value, tier.name.value
        );
        findings.add(
            Diagnostic::new(&TIER_DEMAND, message, event.name.span)
                .label(format!("`{key}` is missing"))
                .note(required.span, "demanded here")
                .help(format!("add `{key}:` to the event")),
        );
    }
}

fn sampling(event: &Event, tier: &Tier, is_intact: bool, findings: &mut Findings) {
    if let Some(sample) = &event.sample
        && !tier.sample_allowed
        && is_intact
    {
        let message = format!(
            "the event `{}` is sampled, which its tier `{}` does not allow",
            event.name.value, tier.name.value
        );
        findings.add(
            Diagnostic::new(&TIER_SAMPLING, message, sample.span)
                .label("sampled here")
                .note(tier.name.span, "this tier")
                .help("send every event, or write `sample: allowed` in the tier"),
        );
    }
}
