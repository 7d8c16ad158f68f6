//! Breaking changes that are meant, and those that nobody spoke of.

use std::collections::BTreeMap;

use super::{Change, Class};
use crate::naming::nearest;
use crate::plan::Acknowledged;
use crate::yaml::Diagnostic;
use crate::yaml::changes::{BREAKING_CHANGE, STALE_ACKNOWLEDGEMENT, UNKNOWN_ACKNOWLEDGEMENT};

/// Marks the changes that the plan acknowledges and tells what is wrong.
///
/// An entry that the base has too was merged with the change that it speaks of, so it acknowledges nothing more.
pub(super) fn settle(
    changes: &mut [Change],
    base: &[Acknowledged],
    present: &[Acknowledged],
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut entries: BTreeMap<&str, (&Acknowledged, bool)> = BTreeMap::new();
    for entry in present {
        let is_merged = base
            .iter()
            .any(|old| old.change.value == entry.change.value && old.on == entry.on);
        if is_merged {
            findings.push(merged(entry));
        } else {
            entries.insert(&entry.change.value, (entry, false));
        }
    }
    let breaking = || {
        changes
            .iter()
            .filter(|change| change.class == Class::Breaking)
    };
    let names: Vec<String> = breaking().map(Change::id).collect();
    for change in changes.iter_mut() {
        if change.class != Class::Breaking {
            continue;
        }
        if let Some((entry, is_used)) = entries.get_mut(change.id().as_str()) {
            *is_used = true;
            change.acknowledged = Some(format!("{}: {}", entry.on, entry.reason));
        }
        if change.acknowledged.is_none() {
            findings.push(unacknowledged(change));
        }
    }
    for (entry, _) in entries.values().filter(|(_, is_used)| !is_used) {
        findings.push(unknown(entry, &names));
    }
    findings.sort_by_key(|finding| finding.span);
    findings
}

fn unacknowledged(change: &Change) -> Diagnostic {
    let message = format!(
        "breaking change of {}: {}",
        change.subject,
        change.what(|word| format!("`{word}`"))
    );
    let finding = match change.span {
        Some(span) => Diagnostic::new(&BREAKING_CHANGE, message, span).label(change.why),
        None => Diagnostic::folder(BREAKING_CHANGE.code, format!("{message}. {}", change.why)),
    };
    finding.help(format!(
        "take it back, or say that it is meant with an entry below `acknowledged:`\n  \
         {}: {{ on: <today>, reason: <why> }}",
        change.id()
    ))
}

fn merged(entry: &Acknowledged) -> Diagnostic {
    let change = &entry.change;
    let message = format!("the acknowledgement of `{}` is merged", change.value);
    Diagnostic::new(&STALE_ACKNOWLEDGEMENT, message, change.span)
        .label("the base has it already")
        .help("remove it")
}

fn unknown(entry: &Acknowledged, names: &[String]) -> Diagnostic {
    let change = &entry.change;
    let message = format!("there is no breaking change `{}`", change.value);
    let finding = Diagnostic::new(&UNKNOWN_ACKNOWLEDGEMENT, message, change.span);
    let nearest = nearest(&change.value, names.iter().map(String::as_str));
    match (nearest, names) {
        (None, []) => finding.label("nothing breaks").help("remove it"),
        (None, _) => finding.help(format!("the breaking changes are: {}", names.join(", "))),
        (nearest, _) => finding.suggest("", nearest),
    }
}
