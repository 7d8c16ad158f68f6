//! Text of others in Markdown that is ours.

/// A value as code, in one line and one cell.
pub(crate) fn code(value: &str) -> String {
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
pub(crate) fn prose(text: &str) -> String {
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
