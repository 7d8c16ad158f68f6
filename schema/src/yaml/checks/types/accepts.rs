//! Whether a text of the plan is a value of a type.

use crate::pattern;
use crate::plan::Type;

/// Why a written value is none of the type, as a clause, if it is not.
pub(crate) fn refusal(ty: &Type, text: &str) -> Option<String> {
    match ty {
        Type::String {
            max_length,
            pattern,
            format,
        } => {
            let length = text.chars().count() as u64;
            if let Some(most) = max_length.filter(|&most| length > most) {
                return Some(format!("has {length} characters, more than {most}"));
            }
            // A pattern that is none is told where it is written.
            let matcher = pattern
                .as_ref()
                .and_then(|pattern| pattern::matcher(pattern).ok());
            if matcher.is_some_and(|matcher| !matcher.matches(text)) {
                return Some("does not match the pattern".to_owned());
            }
            let format = format.filter(|format| !format.accepts(text));
            format.map(|format| format!("is not {}", format.describe()))
        }
        Type::Integer { min, max } => match text.parse::<i64>() {
            Ok(value) => out_of(&value, min.as_ref(), max.as_ref()),
            Err(_) => Some("is no whole number".to_owned()),
        },
        Type::Number { min, max } => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => out_of(&value, min.as_ref(), max.as_ref()),
            _ => Some("is no finite number".to_owned()),
        },
        Type::Boolean => {
            (!matches!(text, "true" | "false")).then(|| "is neither true nor false".to_owned())
        }
        Type::Datetime => text
            .parse::<jiff::Timestamp>()
            .is_err()
            .then(|| "is no moment such as 2026-12-31T23:59:59Z".to_owned()),
        Type::Duration => text
            .parse::<u64>()
            .is_err()
            .then(|| "is no whole number of milliseconds".to_owned()),
        Type::Enum(members) => {
            let mut values = members.members.iter().map(|member| &member.value.value);
            (!members.members.is_empty() && !values.any(|value| value == text))
                .then(|| format!("is no member of `{}`", members.name.value))
        }
        Type::Object { .. } => Some("is no object".to_owned()),
        // Its items are asked for instead.
        Type::Array { .. } => None,
    }
}

fn out_of<T: PartialOrd + std::fmt::Display>(
    value: &T,
    min: Option<&T>,
    max: Option<&T>,
) -> Option<String> {
    match (min, max) {
        (Some(min), _) if value < min => Some(format!("is below the minimum {min}")),
        (_, Some(max)) if value > max => Some(format!("is above the maximum {max}")),
        _ => None,
    }
}
