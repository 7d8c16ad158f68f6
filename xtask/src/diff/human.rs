//! A diff for people.

use clap::builder::styling::{AnsiColor, Style};
use trackplan_schema::diff::{Change, Class};

use super::Report;

/// The changes by class, the most serious first, each with its place and its reason.
pub(super) fn render(report: &Report<'_>, colour: bool) -> String {
    let changes = &report.diff.changes;
    let mut text = report.base();
    if changes.is_empty() {
        text.push_str(" Nothing changed.");
    }
    for &class in Class::ALL {
        let of_class: Vec<&Change> = changes
            .iter()
            .filter(|change| change.class == class)
            .collect();
        if of_class.is_empty() {
            continue;
        }
        let style = if colour { style(class) } else { Style::new() };
        text.push_str(&format!(
            "\n\n{style}{} ({}){style:#}",
            class.as_str(),
            of_class.len()
        ));
        for change in of_class {
            let quote = |word: &str| format!("`{word}`");
            text.push_str(&format!(
                "\n  {style}{}{style:#} {}",
                change.subject,
                change.what(quote)
            ));
            let place = report.place(change).map(|place| format!("{place}: "));
            let dimmed = if colour {
                Style::new().dimmed()
            } else {
                Style::new()
            };
            let place = place.unwrap_or_default();
            text.push_str(&format!("\n    {dimmed}{place}{}{dimmed:#}", change.why));
            if let Some(reason) = &change.acknowledged {
                text.push_str(&format!("\n    acknowledged: {reason}"));
            } else if change.is_unacknowledged() {
                text.push_str(&format!(
                    "\n    not acknowledged; its name is `{}`",
                    change.id()
                ));
            }
        }
    }
    text
}

fn style(class: Class) -> Style {
    let colour = match class {
        Class::Breaking => AnsiColor::Red,
        Class::Risky => AnsiColor::Yellow,
        Class::Safe => AnsiColor::Green,
    };
    colour.on_default().bold()
}
