//! `data-track-props`: properties of any type, written as JSON.

use serde_json::{Map, Value};

use super::html::{Attribute, Range};
use crate::plan::{Property, Type};
use crate::yaml::refusal;

/// What the attribute is called.
pub(super) const NAME: &str = "data-track-props";

/// The properties that an attribute gives.
pub(super) enum Props {
    Known(Map<String, Value>),
    /// What a template computes or HTML escapes is left to run time.
    Unknown,
    /// It is no JSON object, and why not.
    Broken(String),
}

pub(super) fn read(attribute: &Attribute<'_>) -> Props {
    if attribute.is_computed() || attribute.value.contains('&') {
        return Props::Unknown;
    }
    match serde_json::from_str(attribute.value) {
        Ok(properties) => Props::Known(properties),
        Err(error) => Props::Broken(error.to_string()),
    }
}

/// Where the attribute names a property.
pub(super) fn place(attribute: &Attribute<'_>, name: &str) -> Range {
    let at = &attribute.value_at;
    let quoted = format!("\"{name}\"");
    let mut found = attribute.value.match_indices(&quoted);
    // The same text may be a value, too.
    let key = found.find(|(offset, _)| {
        let after = attribute.value.get(offset + quoted.len()..);
        after.is_some_and(|after| after.trim_start().starts_with(':'))
    });
    match key {
        Some((offset, _)) => at.start + offset + 1..at.start + offset + 1 + name.len(),
        // Written with escapes of JSON.
        None => at.clone(),
    }
}

/// Why a value is none of the property, as a clause, if it is not.
pub(super) fn refused(property: &Property, value: &Value) -> Option<String> {
    match value {
        Value::Null if property.nullable => None,
        Value::Null => Some("is not nullable".to_owned()),
        value => refused_by(&property.ty, value),
    }
}

fn refused_by(ty: &Type, value: &Value) -> Option<String> {
    match (ty, value) {
        (Type::Array { items, .. }, Value::Array(values)) => {
            values.iter().find_map(|value| refused_by(items, value))
        }
        (Type::Object { .. }, Value::Object(_)) | (Type::Boolean, Value::Bool(_)) => None,
        (Type::String { .. } | Type::Datetime | Type::Enum(_), Value::String(text)) => {
            refusal(ty, text)
        }
        (Type::Integer { .. } | Type::Number { .. } | Type::Duration, Value::Number(number)) => {
            refusal(ty, &number.to_string())
        }
        _ => Some("is of another type".to_owned()),
    }
}
