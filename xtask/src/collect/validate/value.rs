//! A value against the type that the plan gives it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};
use trackplan_schema::format::Format;
use trackplan_schema::matcher::Matcher;
use trackplan_schema::naming::nearest;
use trackplan_schema::pattern;
use trackplan_schema::plan::{Enum, Property, Type};

/// Why a value does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) code: &'static str,
    /// What follows the property's name: `must be an integer, found "many"`.
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Mismatch {
    fn new(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            help: None,
        }
    }

    fn must_be(code: &'static str, expected: &str, value: &Value) -> Self {
        Self::new(code, format!("must be {expected}, found {}", shown(value)))
    }
}

/// The matchers of a plan, by their patterns.
#[derive(Debug, Default)]
pub(super) struct Matchers(HashMap<String, Matcher>);

impl Matchers {
    /// Compiles what checking this type will need.
    pub(super) fn add(&mut self, ty: &Type) -> Result<(), pattern::Error> {
        match ty {
            Type::String {
                pattern: Some(pattern),
                ..
            } => {
                let matcher = pattern::matcher(pattern)?;
                self.0.insert(pattern.value.clone(), matcher);
            }
            Type::Array { items, .. } => self.add(items)?,
            Type::Object { fields } => {
                for field in fields {
                    self.add(&field.ty)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a value that is not null has this type and keeps to its constraints.
    pub(super) fn check(&self, ty: &Type, value: &Value) -> Result<(), Mismatch> {
        let wrong = |expected: &str| Mismatch::must_be("wrong-type", expected, value);
        match ty {
            Type::String {
                max_length,
                pattern,
                format,
            } => {
                let text = value.as_str().ok_or_else(|| wrong("a string"))?;
                max_length.map_or(Ok(()), |most| {
                    at_most("characters", text.chars().count(), most)
                })?;
                if let Some(pattern) = pattern
                    && !self
                        .0
                        .get(&pattern.value)
                        .is_some_and(|matcher| matcher.matches(text))
                {
                    let expected = format!("text that matches /{}/", pattern.value);
                    return Err(Mismatch::must_be("pattern", &expected, value));
                }
                format.map_or(Ok(()), |format| has_format(format, text))
            }
            Type::Integer { min, max } => {
                let number = integer(value).ok_or_else(|| wrong("an integer"))?;
                within(value, number, *min, *max)
            }
            Type::Number { min, max } => {
                let number = value.as_f64().ok_or_else(|| wrong("a number"))?;
                within(value, number, *min, *max)
            }
            Type::Boolean => value.as_bool().map(drop).ok_or_else(|| wrong("a boolean")),
            Type::Datetime => value
                .as_str()
                .filter(|text| is_datetime(text))
                .map(drop)
                .ok_or_else(|| wrong("a datetime (RFC 3339, in UTC)")),
            Type::Duration => integer(value)
                .filter(|&milliseconds| milliseconds >= 0)
                .map(drop)
                .ok_or_else(|| wrong("a duration (whole milliseconds, none below 0)")),
            Type::Enum(members) => member(members, value),
            Type::Object { fields } => {
                let object = value.as_object().ok_or_else(|| wrong("an object"))?;
                self.check_fields(fields, object)
            }
            Type::Array { items, max_items } => {
                let list = value.as_array().ok_or_else(|| wrong("an array"))?;
                max_items.map_or(Ok(()), |most| at_most("items", list.len(), most))?;
                for (index, item) in list.iter().enumerate() {
                    self.check(items, item).map_err(|mismatch| Mismatch {
                        message: format!("at item {} {}", index + 1, mismatch.message),
                        ..mismatch
                    })?;
                }
                Ok(())
            }
        }
    }
}

impl Matchers {
    fn check_fields(
        &self,
        fields: &[Property],
        object: &Map<String, Value>,
    ) -> Result<(), Mismatch> {
        let is_known = |name: &&String| fields.iter().any(|field| field.name.value == **name);
        if let Some(unknown) = object.keys().find(|name| !is_known(name)) {
            let message = format!("has no field {unknown:?}");
            return Err(Mismatch::new("unknown-field", message));
        }
        for field in fields {
            let name = &field.name.value;
            match object.get(name) {
                None if field.optional => {}
                None => {
                    let message = format!("lacks its field {name:?}");
                    return Err(Mismatch::new("missing-field", message));
                }
                Some(Value::Null) if field.nullable => {}
                Some(value) => self.check(&field.ty, value).map_err(|mismatch| Mismatch {
                    message: format!("at field {name:?} {}", mismatch.message),
                    ..mismatch
                })?,
            }
        }
        Ok(())
    }
}

/// A value as JSON, cut to what fits a message.
pub(super) fn shown(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A whole number, also if a client writes it as `3.0`.
fn integer(value: &Value) -> Option<i64> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
        let whole = (float.fract() == 0.0 && float.abs() <= LARGEST).then_some(float as i64);
        whole
    })
}

fn at_most(what: &str, found: usize, most: u64) -> Result<(), Mismatch> {
    if u64::try_from(found).is_ok_and(|found| found <= most) {
        return Ok(());
    }
    let code = if what == "items" {
        "too-many-items"
    } else {
        "too-long"
    };
    let message = format!("must have at most {most} {what}, has {found}");
    Err(Mismatch::new(code, message))
}

fn within<T: Copy + PartialOrd + std::fmt::Display>(
    value: &Value,
    number: T,
    min: Option<T>,
    max: Option<T>,
) -> Result<(), Mismatch> {
    let bound = match (min, max) {
        (Some(min), _) if number < min => format!("at least {min}"),
        (_, Some(max)) if number > max => format!("at most {max}"),
        _ => return Ok(()),
    };
    Err(Mismatch::must_be("out-of-range", &bound, value))
}

fn member(members: &Enum, value: &Value) -> Result<(), Mismatch> {
    let names = || {
        members
            .members
            .iter()
            .map(|member| member.value.value.as_str())
    };
    let text = value.as_str();
    if text.is_some_and(|text| names().any(|name| name == text)) {
        return Ok(());
    }
    let expected = format!("one of {}", names().collect::<Vec<_>>().join(", "));
    let near = text.and_then(|text| nearest(text, names()));
    Err(Mismatch {
        help: near.map(|near| format!("did you mean \"{near}\"?")),
        ..Mismatch::must_be("unknown-member", &expected, value)
    })
}

/// Whether text is a moment in UTC, as it is on the wire.
fn is_datetime(text: &str) -> bool {
    static FORM: LazyLock<Matcher> = LazyLock::new(|| {
        pattern::matcher(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]00:00)$")
            .expect("a constant that the tests use")
    });
    FORM.matches(text) && text.parse::<jiff::Timestamp>().is_ok()
}

fn has_format(format: Format, text: &str) -> Result<(), Mismatch> {
    if format.accepts(text) {
        return Ok(());
    }
    Err(Mismatch::must_be("format", format.describe(), &text.into()))
}

#[cfg(test)]
mod tests;
