//! A diff as a comment on a pull request, in GitHub's Markdown.

use trackplan_schema::diff::{Change, Class};

use super::Report;

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

/// A value as code, in one line and one cell.
fn code(value: &str) -> String {
    let line: String = value
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    let is_plain = !line.contains(['`', '|', '\\']) && !line.trim().is_empty();
    if is_plain {
        format!("`{}`", line.trim())
    } else {
        format!("<code>{}</code>", prose(&line))
    }
}

/// Text in which nothing is Markdown, HTML or the end of a cell.
fn prose(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '&' | '<' | '>' | '|' | '`' | '\\' | '*' | '_' | '[' | ']' | '~' | '@' | '#' => {
                format!("&#{};", u32::from(char))
            }
            char if char.is_control() => " ".to_owned(),
            char => char.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::{code, prose};

    /// The text of each cell of a table's one row, and whether anything but text and code is in it.
    fn cells(row: &str) -> (Vec<String>, bool) {
        let table = format!("| a | b |\n|---|---|\n{row}\n");
        let mut cells = Vec::new();
        let mut is_text = true;
        for event in Parser::new_ext(&table, Options::ENABLE_TABLES)
            .skip_while(|event| !matches!(event, Event::Start(Tag::TableRow)))
        {
            match event {
                Event::Start(Tag::TableCell) => cells.push(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(cell) = cells.last_mut() {
                        cell.push_str(&text);
                    }
                }
                Event::InlineHtml(tag) => is_text &= matches!(&*tag, "<code>" | "</code>"),
                Event::Start(Tag::TableRow) | Event::End(_) => {}
                _ => is_text = false,
            }
        }
        (cells, is_text)
    }

    #[test]
    fn no_text_leaves_its_cell_or_becomes_markup() {
        let texts = [
            "plain",
            "a|b",
            "a\\|b",
            "a`b",
            "``",
            "`a`",
            "\\",
            "a\\",
            "<b>x</b>",
            "*a* _b_ **c**",
            "[a](b)",
            "![a](b)",
            "&amp; &#124;",
            "@everyone #1",
            "~~a~~",
            "</code>",
            "<!-- x",
            "http://x.example/?a=1|2",
            "^[a-z|`]+\\d$",
        ];
        for text in texts {
            let row = format!("| {} | {} |", code(text), prose(text));
            assert_eq!(
                cells(&row),
                (vec![text.to_owned(), text.to_owned()], true),
                "{row}"
            );
        }
        let (found, is_text) = cells(&format!(
            "| {} | {} |",
            code("a\nb\r\n|"),
            prose("a\nb\r\n|")
        ));
        assert_eq!(
            (found, is_text),
            (vec!["a b  |".to_owned(), "a b  |".to_owned()], true)
        );
        assert_eq!(code("event/invoice_paid"), "`event/invoice_paid`");
    }
}
