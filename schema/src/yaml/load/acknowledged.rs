//! Breaking changes that are meant.

use crate::plan::{Acknowledged, Spanned};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;
use crate::yaml::tree::Node;

/// Reads `event/invoice_paid/amount.type: { on: 2026-11-23, reason: … }`.
pub(super) fn read(
    findings: &mut Findings,
    change: &Spanned<String>,
    node: &Node,
) -> Option<Acknowledged> {
    let mut map = findings.map(&change.value, node)?;
    let mut required = |key: &str| {
        let Some(node) = map.take(key) else {
            let message = format!("the acknowledgement of `{}` has no `{key}`", change.value);
            findings.add(
                Diagnostic::error("missing-key", message, change.span)
                    .label("write `{ on: 2026-01-31, reason: … }`"),
            );
            return None;
        };
        findings.text(key, node)
    };
    let (on, reason) = (required("on"), required("reason"));
    map.finish("an acknowledgement", &["on", "reason"], findings);
    let on = on?;
    if !is_day(&on.value) {
        let message = format!("`on` can't be `{}`", on.value);
        let finding = Diagnostic::error("invalid-value", message, on.span);
        findings.add(finding.label("a day is written 2026-01-31"));
        return None;
    }
    Some(Acknowledged {
        change: change.clone(),
        on: on.value,
        reason: reason?.value,
    })
}

/// Whether a text is a day of the calendar.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let number = |range| {
        text.get(range)
            .and_then(|part: &str| part.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    is_shaped && (1..=12).contains(&month) && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days_are_of_the_calendar() {
        for day in ["2026-11-23", "2024-02-29", "2000-02-29"] {
            assert!(is_day(day), "{day}");
        }
        for wrong in [
            "2026-2-3",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-04-31",
            "2026-01-00",
            "today",
        ] {
            assert!(!is_day(wrong), "{wrong}");
        }
    }
}
