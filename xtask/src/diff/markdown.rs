//! A diff as a comment on a pull request, in GitHub's Markdown.

use trackplan_schema::diff::{Change, Class};

use super::Report;
use crate::markdown::{code, prose};

/// Lets a workflow find its own comment again and replace it.
const MARKER: &str = "<!-- trackplan diff -->";

/// GitHub refuses comments of more than 65,536 characters.
const LONGEST: usize = 60_000;

/// A table of what is breaking and risky; what is safe is folded away below it.
pub(super) fn render(report: &Report<'_>) -> String {
    let (safe, serious): (Vec<&Change>, Vec<&Change>) = report
        .diff
        .changes
        .iter()
        .partition(|change| change.class == Class::Safe);
    let mut text = format!("{MARKER}\n### Tracking plan\n\n{}\n", prose(&report.base()));
    if serious.is_empty() && safe.is_empty() {
        text.push_str("\nNothing changed.\n");
    }
    if !serious.is_empty() {
        table(&mut text, report, &serious);
    }
    if !safe.is_empty() {
        let count = safe.len();
        let plural = if count == 1 { "" } else { "s" };
        text.push_str(&format!(
            "\n<details><summary>{count} safe change{plural}</summary>\n"
        ));
        table(&mut text, report, &safe);
        text.push_str("\n</details>\n");
    }
    text
}

fn table(text: &mut String, report: &Report<'_>, changes: &[&Change]) {
    text.push_str("\n| | what | change | where | why |\n|---|---|---|---|---|\n");
    for (index, change) in changes.iter().enumerate() {
        let row = row(report, change);
        if text.len() + row.len() > LONGEST {
            let left = changes.len() - index;
            text.push_str(&format!("\n… and {left} more: `cargo xtask diff`\n"));
            return;
        }
        text.push_str(&row);
    }
}

fn row(report: &Report<'_>, change: &Change) -> String {
    let acknowledged = match &change.acknowledged {
        Some(reason) => format!(" Acknowledged: {}", prose(reason)),
        None => String::new(),
    };
    format!(
        "| {} | {} | {} | {} | {}{acknowledged} |\n",
        match change.class {
            Class::Breaking if change.is_unacknowledged() => "❌ breaking",
            Class::Breaking => "☑️ breaking",
            Class::Risky => "⚠️ risky",
            Class::Safe => "✅ safe",
        },
        code(&change.subject.to_string()),
        change.what(code),
        report
            .place(change)
            .as_deref()
            .map_or_else(String::new, code),
        prose(change.why),
    )
}
