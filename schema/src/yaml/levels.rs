//! What findings weigh in the end: the plan's `lints:`, and what items are excused from.

use std::collections::HashMap;

use super::checks::{Check, TOPICS, find};
use super::diagnostic::{Diagnostic, Level};
use crate::naming::nearest;
use crate::plan::{LintLevel, Plan, Span, Spanned};

super::checks::checks! {
    UNKNOWN_CHECK: "unknown-check", Error fixed,
        "`allow` and `lints` name checks that can be allowed and set.",
        why: "A misspelt code excuses nothing. Checks without which a plan can't be understood have a fixed level; \
              `cargo xtask explain` lists all of them.",
        wrong: "
events:
  invoice_paid: {}
lints: { evnt-tense: note }
",
        right: "
events:
  invoice_paid: {}
lints: { event-tense: note }
";

    UNUSED_ALLOW: "unused-allow", Warning,
        "An `allow` excuses something.",
        why: "What it excused is gone. Left in place, it would excuse the next mistake, too. An `allow` covers the item that \
              it stands in and all inside it.",
        wrong: "
events:
  invoice_paid: { allow: { event-tense: It was once called invoice_pay. } }
",
        right: "
events:
  invoice_paid: {}
";
}

/// Applies levels and excuses, and reports those that do nothing.
///
/// Of a plan that was not understood no excuse is called unused: what it excuses may be in the part that was lost.
pub(super) fn settle(
    mut found: Vec<Diagnostic>,
    plan: &Plan,
    is_understood: bool,
) -> Vec<Diagnostic> {
    found.sort_by_key(|finding| finding.span);
    let mut is_excused = vec![false; found.len()];
    let mut reports = Vec::new();
    for allow in &plan.allows {
        let code = &allow.code;
        let unknown = unknown(code, "be allowed");
        let meant = unknown
            .as_ref()
            .map_or(Some(code.value.as_str()), |(meant, _)| *meant);
        let excuses = meant.is_some_and(|meant| excuse(allow.item, meant, &found, &mut is_excused));
        if let Some((_, unknown)) = unknown {
            reports.push(unknown);
        } else if !excuses && is_understood {
            let message = format!("the allow of `{}` excuses nothing", code.value);
            reports.push(
                Diagnostic::new(&UNUSED_ALLOW, message, code.span)
                    .label("nothing to excuse")
                    .help("remove it"),
            );
        }
    }
    let mut excused = is_excused.into_iter();
    found.retain(|_| !excused.next().unwrap_or_default());

    let mut levels: HashMap<&str, LintLevel> = HashMap::new();
    for lint in &plan.lints {
        match unknown(&lint.code, "have its level set") {
            Some((_, unknown)) => reports.push(unknown),
            None => _ = levels.insert(&lint.code.value, lint.level),
        }
    }
    found.extend(reports);
    found.retain_mut(|finding| {
        match levels.get(finding.code) {
            Some(LintLevel::Allow) => return false,
            Some(LintLevel::Note) => finding.level = Level::Note,
            Some(LintLevel::Warning) => finding.level = Level::Warning,
            Some(LintLevel::Error) => finding.level = Level::Error,
            None => {}
        }
        true
    });
    found
}

/// Marks the findings of a check inside an item; whether there are any.
fn excuse(item: Span, code: &str, found: &[Diagnostic], is_excused: &mut [bool]) -> bool {
    let starts_before = |finding: &Diagnostic| {
        (finding.span).is_none_or(|span| (span.file, span.start) < (item.file, item.start))
    };
    let from = found.partition_point(starts_before);
    let mut excuses = false;
    for (finding, is_excused) in found.iter().zip(is_excused).skip(from) {
        let Some(span) = finding.span else { continue };
        // Findings are sorted by place, so the first behind the item ends the search.
        if span.file != item.file || span.start > item.end {
            break;
        }
        if finding.code == code && item.contains(span) {
            *is_excused = true;
            excuses = true;
        }
    }
    excuses
}

/// What to say of a code that names no check which leaves a choice, and the one that is most likely meant.
fn unknown(code: &Spanned<String>, what: &str) -> Option<(Option<&'static str>, Diagnostic)> {
    let is_free = |check: &&Check| !check.is_fixed;
    let known = find(&code.value);
    if known.as_ref().is_some_and(is_free) {
        return None;
    }
    let (message, label) = match known {
        Some(_) => (
            format!("the check `{}` can't {what}", code.value),
            "its level is fixed",
        ),
        None => (
            format!("there is no check `{}`", code.value),
            "no such check",
        ),
    };
    let finding = Diagnostic::new(&UNKNOWN_CHECK, message, code.span).label(label);
    let all = TOPICS.iter().flat_map(|topic| topic.checks).filter(is_free);
    let meant = nearest(&code.value, all.map(|check| check.code));
    let finding = match meant {
        Some(_) => finding.suggest("", meant),
        None => finding.help("to list the checks: cargo xtask explain"),
    };
    Some((meant, finding))
}
