//! A diff for programs. The shape is documented in the README; keys are added to it, never changed.

use serde_json::{Value, json};
use trackplan_schema::diff::{Change, Class};

use super::{ReadFrom, Report};

pub(super) fn render(report: &Report<'_>) -> String {
    let changes = &report.diff.changes;
    let count = |class| {
        changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    };
    let unacknowledged = changes.iter().filter(|change| change.is_unacknowledged());
    let document = json!({
        "base": {
            "ref": report.commit.map(|commit| &commit.name),
            "commit": report.commit.map(|commit| &commit.id),
            "read_from": match report.read_from {
                ReadFrom::Yaml => "yaml",
                ReadFrom::Lock => "lock",
                ReadFrom::Nothing => "nothing",
            },
        },
        "counts": {
            "breaking": count(Class::Breaking),
            "risky": count(Class::Risky),
            "safe": count(Class::Safe),
            "unacknowledged": unacknowledged.count(),
        },
        "changes": changes.iter().map(|change| one(report, change)).collect::<Vec<Value>>(),
    });
    format!("{document:#}")
}

fn one(report: &Report<'_>, change: &Change) -> Value {
    let place = change.span.and_then(|span| report.places.get(span));
    let subject = &change.subject;
    json!({
        "id": change.id(),
        "class": change.class.as_str(),
        "action": change.action.as_str(),
        "kind": subject.kind.as_str(),
        "name": subject.name,
        "property": subject.property,
        "field": change.field,
        "element": change.element,
        "old": change.old,
        "new": change.new,
        "file": place.as_ref().map(|place| format!("{}/{}", report.folder, place.file)),
        "line": place.as_ref().map(|place| place.position.line),
        "column": place.as_ref().map(|place| place.position.column),
        "why": change.why,
        "acknowledged": change.acknowledged,
    })
}
