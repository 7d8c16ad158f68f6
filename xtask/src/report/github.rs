//! Findings as workflow commands, which GitHub shows beside the lines of a pull request.

use trackplan_schema::yaml::Level;

use super::Finding;

pub(super) fn render(findings: &[Finding<'_>]) -> String {
    findings.iter().map(command).collect()
}

fn command(found: &Finding<'_>) -> String {
    let diagnostic = found.diagnostic;
    let kind = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &found.place {
        let (start, end) = (place.start, place.end);
        properties.push(format!("file={}", property(&place.path)));
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // GitHub refuses columns of a range over several lines.
        if start.line == end.line {
            properties.push(format!("col={},endColumn={}", start.column, end.column));
        }
    }
    properties.push(format!("title={}", property(diagnostic.code)));
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    for (place, label) in &found.notes {
        message.push_str(&format!("\n{label}: {}:{}", place.path, place.start.line));
    }
    format!("::{kind} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
