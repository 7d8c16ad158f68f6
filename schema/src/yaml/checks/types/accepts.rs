//! Whether a text of the plan is a value of a type.

use regex::Regex;

use crate::plan::{Format, Type};
use crate::yaml::reader::date;

/// Why a written value is none of the type, as a clause, if it is not.
pub(super) fn refusal(ty: &Type, pattern: Option<&Regex>, text: &str) -> Option<String> {
    match ty {
        Type::String {
            max_length, format, ..
        } => {
            let length = text.chars().count() as u64;
            if let Some(most) = max_length.filter(|&most| length > most) {
                return Some(format!("has {length} characters, more than {most}"));
            }
            if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
                return Some("does not match the pattern".to_owned());
            }
            let format = format.filter(|&format| !is_of(format, text));
            format.map(|format| format!("is no {}", describe(format)))
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

const fn describe(format: Format) -> &'static str {
    match format {
        Format::Url => "absolute URL",
        Format::Uuid => "UUID",
        Format::Email => "e-mail address",
        Format::Semver => "semantic version",
        Format::Date => "day such as 2026-12-31",
        Format::Slug => "slug (lower-case words joined by hyphens)",
        Format::Currency => "currency code such as EUR",
    }
}

fn is_of(format: Format, text: &str) -> bool {
    let is_dense = !text.contains(char::is_whitespace);
    match format {
        Format::Url => text.split_once("://").is_some_and(|(scheme, rest)| {
            is_dense
                && !rest.is_empty()
                && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
        }),
        Format::Uuid => {
            let lengths: Vec<usize> = text.split('-').map(str::len).collect();
            lengths == [8, 4, 4, 4, 12]
                && text
                    .chars()
                    .all(|char| char == '-' || char.is_ascii_hexdigit())
        }
        Format::Email => text.rsplit_once('@').is_some_and(|(local, domain)| {
            is_dense && !local.is_empty() && domain.split('.').all(|label| !label.is_empty())
        }),
        Format::Semver => is_semver(text),
        Format::Date => date(text).is_some(),
        Format::Slug => text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
        }),
        Format::Currency => text.len() == 3 && text.chars().all(|char| char.is_ascii_uppercase()),
    }
}

fn is_semver(text: &str) -> bool {
    let version = text.split_once('+').map_or(text, |(version, _)| version);
    let core = version.split_once('-').map_or(version, |(core, _)| core);
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| part.parse::<u64>().is_ok() && (part.len() == 1 || !part.starts_with('0')))
}

#[cfg(test)]
mod tests {
    use super::{Format, is_of};

    #[test]
    fn formats_tell_their_own_from_others() {
        let cases = [
            (Format::Url, "https://example.com/a", "example.com"),
            (
                Format::Uuid,
                "01890a5d-ac96-774b-bcce-b302099a8057",
                "01890a5d",
            ),
            (Format::Email, "ada@example.com", "ada@"),
            (Format::Semver, "1.20.3-rc.1+build", "1.02.3"),
            (Format::Date, "2026-02-28", "2026-02-30"),
            (Format::Slug, "acme-inc", "Acme Inc"),
            (Format::Currency, "EUR", "eur"),
        ];
        for (format, own, other) in cases {
            assert!(is_of(format, own), "{own}");
            assert!(!is_of(format, other), "{other}");
        }
    }
}
