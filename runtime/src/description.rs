//! What the macros tell of an event: one text, read in place.
//!
//! Its name as JSON, behind marks (`!`, or the share of such events that is sent; `?`); then the scope's group type and
//! key property as `"team":"team_slug":` or nothing;
//! then a [`Line`] per property.

/// Of an event that nobody may switch off.
const CRITICAL: char = '!';
/// Of an event whose values have constraints; it comes last.
const CONSTRAINED: char = '?';

/// The event's name, as JSON.
pub(crate) fn name(event: &str) -> &str {
    head(event).1
}

pub(crate) fn is_critical(event: &str) -> bool {
    head(event).0.starts_with(CRITICAL)
}

pub(crate) fn is_constrained(event: &str) -> bool {
    head(event).0.ends_with(CONSTRAINED)
}

/// The share of such events that the plan wants sent, if not all of them.
pub(crate) fn share(event: &str) -> Option<f64> {
    head(event).0.trim_end_matches(CONSTRAINED).parse().ok()
}

/// The marks, and the name behind them.
fn head(event: &str) -> (&str, &str) {
    let line = event.split('\n').next().unwrap_or_default();
    line.split_at(line.find('"').unwrap_or(line.len()))
}

/// The group type that the event belongs to and the property that holds the group's key, or nothing.
pub(crate) fn scope(event: &str) -> &str {
    event.split('\n').nth(1).unwrap_or_default()
}

/// What an event, or an update, says of its properties.
pub(crate) fn lines(event: &str) -> impl Iterator<Item = Line<'_>> {
    event.split('\n').skip(2).map(Line::read)
}

/// A line of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// `?min 0`: what the next value is held against.
    Constraint(&'a str),
    /// `="format":"csv"`: a member as it is.
    Constant(&'a str),
    /// `"$set":{`: an object begins.
    Open(&'a str),
    /// `{"size":`: the key of the next value, an object, whose fields follow.
    Object(&'a str),
    /// `}`: an object ends.
    Close,
    /// `"row_count":`: the key of the next value.
    Key(&'a str),
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Self {
        if let Some(constraint) = line.strip_prefix(CONSTRAINED) {
            Self::Constraint(constraint)
        } else if let Some(constant) = line.strip_prefix('=') {
            Self::Constant(constant)
        } else if let Some(key) = line.strip_prefix('{') {
            Self::Object(key)
        } else if line == "}" {
            Self::Close
        } else if line.ends_with('{') {
            Self::Open(line)
        } else {
            Self::Key(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_no_part_of_the_name() {
        for (event, critical, constrained, sample) in [
            ("\"a\"\n", false, false, None),
            ("!\"a\"\n", true, false, None),
            ("?\"a\"\n", false, true, None),
            ("!?\"a\"", true, true, None),
            ("0.25\"a\"\n", false, false, Some(0.25)),
            ("0.25?\"a\"\n", false, true, Some(0.25)),
        ] {
            assert_eq!(name(event), "\"a\"");
            assert_eq!(
                (is_critical(event), is_constrained(event)),
                (critical, constrained)
            );
            assert_eq!(share(event), sample);
        }
    }

    #[test]
    fn lines_are_told_apart_whatever_a_constraint_says() {
        let event = "?\"$set\"\n\n\"$set\":{\n?pattern ^{\n\"a\":\n=\"b\":\"{\"\n{\"c\":\n}\n}";
        assert_eq!(scope(event), "");
        assert_eq!(
            lines(event).collect::<Vec<_>>(),
            [
                Line::Open("\"$set\":{"),
                Line::Constraint("pattern ^{"),
                Line::Key("\"a\":"),
                Line::Constant("\"b\":\"{\""),
                Line::Object("\"c\":"),
                Line::Close,
                Line::Close,
            ]
        );
    }
}
