//! Findings as one JSON object.

use serde_json::{Value, json};
use trackplan_schema::yaml::Level;

use super::{Finding, Place};

pub(super) fn render(findings: &[Finding<'_>]) -> String {
    let count = |level| {
        let of_level = findings
            .iter()
            .filter(|found| found.diagnostic.level == level);
        of_level.count()
    };
    let object = json!({
        "version": 1,
        "errors": count(Level::Error),
        "warnings": count(Level::Warning),
        "notes": count(Level::Note),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    });
    format!("{object:#}\n")
}

fn finding(found: &Finding<'_>) -> Value {
    let diagnostic = found.diagnostic;
    let related = |(place, label): &(Place, &str)| json!({ "label": label, "place": range(place) });
    json!({
        "code": diagnostic.code,
        "level": diagnostic.level.as_str(),
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "place": found.place.as_ref().map(range),
        "related": found.notes.iter().map(related).collect::<Vec<_>>(),
    })
}

fn range(place: &Place) -> Value {
    json!({
        "file": place.path,
        "line": place.start.line,
        "column": place.start.column,
        "end_line": place.end.line,
        "end_column": place.end.column,
    })
}
