//! What the name of a property promises of its type and unit.

use super::{
    BOOLEAN_NAME, DATETIME_NAME, DURATION_NAME, NEGATED_BOOLEAN, UNIT_NAME, Violation, violated,
};
use crate::naming::words;
use crate::plan::{Property, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

/// A unit: the last words of names that carry it, and how `unit` may write it.
struct Unit {
    suffixes: &'static [&'static str],
    spellings: &'static [&'static str],
}

const UNITS: &[Unit] = &[
    Unit {
        suffixes: &["ms", "millis", "milliseconds"],
        spellings: &["ms", "milliseconds"],
    },
    Unit {
        suffixes: &["sec", "secs", "seconds"],
        spellings: &["s", "sec", "seconds"],
    },
    Unit {
        suffixes: &["min", "mins", "minutes"],
        spellings: &["min", "minutes"],
    },
    Unit {
        suffixes: &["hours"],
        spellings: &["h", "hours"],
    },
    Unit {
        suffixes: &["days"],
        spellings: &["d", "days"],
    },
    Unit {
        suffixes: &["weeks"],
        spellings: &["w", "weeks"],
    },
    Unit {
        suffixes: &["percent", "percentage", "pct"],
        spellings: &["%", "percent"],
    },
    Unit {
        suffixes: &["bytes"],
        spellings: &["b", "bytes"],
    },
    Unit {
        suffixes: &["kb"],
        spellings: &["kb", "kilobytes"],
    },
    Unit {
        suffixes: &["mb"],
        spellings: &["mb", "megabytes"],
    },
    Unit {
        suffixes: &["cents"],
        spellings: &["cents"],
    },
];

pub(super) fn run(property: &Property, findings: &mut Findings) {
    let words = words(&property.name.value);
    let last = words.last().map(String::as_str).unwrap_or_default();
    match property.ty {
        Type::Boolean => boolean(property, &words, findings),
        Type::Duration if last != "ms" => {
            let problem = "is a duration and does not end in `_ms`";
            let better = format!("{}_ms", property.name.value);
            broken(&DURATION_NAME, property, problem, Some(better), findings);
        }
        Type::Datetime if last != "at" => {
            let problem = "is a datetime and does not end in `_at`";
            broken(&DATETIME_NAME, property, problem, None, findings);
        }
        _ => {}
    }
    let is_datetime = property.ty == Type::Datetime;
    if last == "at" && words.len() > 1 && !is_datetime && property.ty != Type::Boolean {
        let problem = format!(
            "reads as a datetime and is of type {}",
            property.ty.as_str()
        );
        broken(&DATETIME_NAME, property, &problem, None, findings);
    }
    unit(property, &words, last, findings);
}

fn boolean(property: &Property, words: &[String], findings: &mut Findings) {
    const QUESTIONS: &[&str] = &["is", "has", "can", "should", "was"];
    const NEGATIONS: &[&str] = &["not", "no", "non", "never", "without", "disabled"];
    let first = words.first().map(String::as_str).unwrap_or_default();
    if !QUESTIONS.contains(&first) || words.len() < 2 {
        let better = format!("is_{}", property.name.value);
        let problem = "is a boolean and does not read as a question";
        return broken(&BOOLEAN_NAME, property, problem, Some(better), findings);
    }
    if let Some(negation) = words.iter().find(|word| NEGATIONS.contains(&word.as_str())) {
        let problem = format!("asks for the negative: `{negation}`");
        broken(&NEGATED_BOOLEAN, property, &problem, None, findings);
    }
}

fn broken(
    check: &super::super::Check,
    property: &Property,
    problem: &str,
    suggestion: Option<String>,
    findings: &mut Findings,
) {
    let violation = Violation {
        code: check.code,
        problem: problem.to_owned(),
        suggestion,
    };
    violated(check, "property", &property.name, violation, findings);
}

fn unit(property: &Property, words: &[String], last: &str, findings: &mut Findings) {
    let is_whole = matches!(property.ty, Type::Integer { .. });
    let is_quantity = is_whole || matches!(property.ty, Type::Number { .. } | Type::Duration);
    // The type of an array's items, or of a datetime's parts, is none of a name's business.
    let is_text = matches!(
        property.ty,
        Type::String { .. } | Type::Enum(_) | Type::Boolean
    );
    let name = &property.name;
    let named = UNITS
        .iter()
        .find(|unit| words.len() > 1 && unit.suffixes.contains(&last));
    let problem = if last == "count" && words.len() > 1 && !is_whole && (is_quantity || is_text) {
        Some(format!("is a count of type {}", property.ty.as_str()))
    } else if named.is_some() && is_text {
        Some(format!("is a quantity of type {}", property.ty.as_str()))
    } else {
        None
    };
    if let Some(problem) = problem {
        return broken(&UNIT_NAME, property, &problem, None, findings);
    }
    let Some(unit) = &property.unit else { return };
    let spelling = unit.value.to_lowercase();
    let expected = match property.ty {
        Type::Duration => UNITS.first(),
        _ => named,
    };
    let message = if !is_quantity {
        let ty = property.ty.as_str();
        format!("property `{}` has a unit and is of type {ty}", name.value)
    } else if expected.is_some_and(|unit| !unit.spellings.contains(&spelling.as_str())) {
        format!("property `{}` is not in {}", name.value, unit.value)
    } else {
        return;
    };
    let help = match expected.and_then(|unit| unit.spellings.last()) {
        Some(right) if is_quantity => format!("write `unit: {right}`, or rename the property"),
        _ => "remove the unit".to_owned(),
    };
    findings.add(
        Diagnostic::new(&UNIT_NAME, message, unit.span)
            .label("this unit")
            .note(name.span, "this property")
            .help(help),
    );
}
