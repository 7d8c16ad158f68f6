//! Findings as SARIF 2.1.0: a log of one run, whose rules are the checks that found something.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trackplan_schema::yaml;

use super::{Finding, Place};

pub(super) fn render(findings: &[Finding<'_>]) -> String {
    let codes: BTreeSet<&str> = findings.iter().map(|found| found.diagnostic.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Value> = findings.iter().map(|found| result(found, &codes)).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "trackplan",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: &str) -> Value {
    match yaml::find_check(code) {
        Some(check) => json!({
            "id": code,
            "shortDescription": { "text": check.summary },
            "fullDescription": { "text": check.why },
            "help": { "text": format!("{}\n\nWrong:\n{}\n\nRight:\n{}", check.why, check.wrong, check.right) },
            "defaultConfiguration": { "level": check.level.as_str() },
        }),
        None => json!({ "id": code }),
    }
}

fn result(found: &Finding<'_>, codes: &[&str]) -> Value {
    let diagnostic = found.diagnostic;
    let text = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).ok(),
        "level": diagnostic.level.as_str(),
        "message": { "text": text },
    });
    if let Some(place) = &found.place {
        result["locations"] = json!([{ "physicalLocation": location(place) }]);
    }
    if !found.notes.is_empty() {
        let related = |(place, label): &(Place, &str)| json!({ "physicalLocation": location(place), "message": { "text": label } });
        result["relatedLocations"] = found.notes.iter().map(related).collect();
    }
    result
}

fn location(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.path) },
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    })
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
