//! What comes and goes: deprecation, expiry, flags.

use std::collections::HashMap;

use super::{Home, Loaded};
use crate::plan::{Date, Deprecation, Event, Property, Spanned};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    RENAME_CHAIN: "rename-chain", Error,
        "A deprecated event is replaced by one that is not.",
        why: "The compiler tells every caller to use the event in `renamed_to`. It must not send them on to the next \
              deprecated one, or back.",
        wrong: "
events:
  bill_paid: { deprecated: { reason: The word is invoice., renamed_to: bill_paid } }
",
        right: "
events:
  bill_paid: { deprecated: { reason: The word is invoice., renamed_to: invoice_paid } }
  invoice_paid: {}
";

    DEPRECATION_ADVICE: "deprecation-advice", Warning,
        "A deprecation says why, or what to use instead.",
        why: "The text becomes rustc's warning at every call. Without advice its reader can only ask around.",
        wrong: "
events:
  bill_paid: { deprecated: { since: 2026-01-31 } }
",
        right: "
events:
  bill_paid: { deprecated: { since: 2026-01-31, reason: Nothing reads it any more. } }
";

    EXPIRED: "expired", Warning,
        "What has expired is gone.",
        why: "Somebody promised on `expires` or `remove_after` to take it away. Remove it from code and plan, or set a new \
              day. The day is the current one in UTC, or that of `--today`.",
        wrong: "
events:
  banner_clicked: { expires: 2020-01-31 }
",
        right: "
events:
  banner_clicked: { expires: 2999-01-31 }
";

    DATE_ORDER: "date-order", Error,
        "What is deprecated is removed after, not before.",
        why: "A `remove_after` before `since` leaves nobody the time to move, and is most likely a mistyped year.",
        wrong: "
events:
  bill_paid: { deprecated: { reason: Nothing reads it., since: 2999-06-30, remove_after: 2999-01-31 } }
",
        right: "
events:
  bill_paid: { deprecated: { reason: Nothing reads it., since: 2999-01-31, remove_after: 2999-06-30 } }
";

    FLAG_EXPIRY: "flag-expiry", Note,
        "A feature flag says when it should be gone.",
        why: "A flag that everyone has forgotten is a branch of the code that nobody dares to remove.",
        wrong: "
flags:
  new_checkout: { type: boolean }
",
        right: "
flags:
  new_checkout: { type: boolean, expires: 2999-12-31 }
";
}

pub(super) fn run(
    loaded: &Loaded<'_>,
    properties: &[(Home<'_>, &Property)],
    findings: &mut Findings,
) {
    let events: HashMap<&str, &Event> = (loaded.plan.events.iter())
        .map(|event| (event.name.value.as_str(), event))
        .collect();
    for event in &loaded.plan.events {
        expired(
            loaded.today,
            "event",
            &event.name,
            event.expires.as_ref(),
            findings,
        );
        if let Some(deprecated) = &event.deprecated {
            deprecation(loaded, "event", &event.name, deprecated, findings);
            chain(&events, event, deprecated, findings);
        }
    }
    for (_, property) in properties {
        if let Some(deprecated) = &property.deprecated {
            deprecation(loaded, "property", &property.name, deprecated, findings);
        }
    }
    for flag in &loaded.plan.flags {
        expired(
            loaded.today,
            "flag",
            &flag.name,
            flag.expires.as_ref(),
            findings,
        );
        if flag.expires.is_none() && loaded.is_intact(&flag.name) {
            let message = format!("the flag `{}` never expires", flag.name.value);
            findings.add(
                Diagnostic::new(&FLAG_EXPIRY, message, flag.name.span)
                    .label("`expires` is missing")
                    .help("add the day on which it should be gone: `expires: 2027-06-30`"),
            );
        }
    }
}

fn expired(
    today: Date,
    kind: &str,
    name: &Spanned<String>,
    expires: Option<&Spanned<Date>>,
    findings: &mut Findings,
) {
    if let Some(expires) = expires
        && expires.value < today
    {
        let message = format!("the {kind} `{}` expired on {}", name.value, expires.value);
        findings.add(
            Diagnostic::new(&EXPIRED, message, expires.span)
                .label(format!("today is {today}"))
                .help("remove it from code and plan, or set a new day"),
        );
    }
}

fn deprecation(
    loaded: &Loaded<'_>,
    kind: &str,
    name: &Spanned<String>,
    deprecated: &Deprecation,
    findings: &mut Findings,
) {
    if deprecated.reason.is_none() && deprecated.renamed_to.is_none() && loaded.is_intact(name) {
        let message = format!("the {kind} `{}` is deprecated without advice", name.value);
        findings.add(
            Diagnostic::new(&DEPRECATION_ADVICE, message, deprecated.span)
                .label("why, and what instead?")
                .help("add `renamed_to`, or a `reason`"),
        );
    }
    let Some(remove_after) = &deprecated.remove_after else {
        return;
    };
    if let Some(since) = deprecated
        .since
        .as_ref()
        .filter(|since| since.value > remove_after.value)
    {
        findings.add(
            Diagnostic::new(
                &DATE_ORDER,
                format!(
                    "the {kind} `{}` is removed before it is deprecated",
                    name.value
                ),
                remove_after.span,
            )
            .label("removed after this day")
            .note(since.span, "deprecated from this day on")
            .help("swap the two, or look at the years"),
        );
    } else {
        expired(loaded.today, kind, name, Some(remove_after), findings);
    }
}

fn chain(
    events: &HashMap<&str, &Event>,
    event: &Event,
    deprecated: &Deprecation,
    findings: &mut Findings,
) {
    let Some(target) = &deprecated.renamed_to else {
        return;
    };
    let next = events.get(target.value.as_str());
    let Some((next, further)) = next.and_then(|next| Some((next, next.deprecated.as_ref()?)))
    else {
        return;
    };
    let message = if next.name == event.name {
        format!("the event `{}` is replaced by itself", event.name.value)
    } else {
        format!(
            "the event `{}` is replaced by a deprecated one",
            event.name.value
        )
    };
    let mut finding = Diagnostic::new(&RENAME_CHAIN, message, target.span).label("renamed to this");
    if next.name != event.name {
        finding = finding.note(further.span, "deprecated as well");
    }
    findings.add(finding.help("name the event that is used today"));
}
