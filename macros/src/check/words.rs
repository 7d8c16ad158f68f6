//! The plan's types in words, and in the runtime's.

use trackplan_schema::content_hash;
use trackplan_schema::lock::{Field, Property, properties};

/// The type in words: "an integer", "a string or an `Option`".
pub(super) fn expected(property: Property<'_>) -> String {
    let one = |ty: &str| match ty {
        "integer" => "an integer".to_owned(),
        "datetime" => "a `SystemTime`".to_owned(),
        "duration" => "a `Duration`".to_owned(),
        "object" => "a struct with its fields".to_owned(),
        "enum" => format!("of the enum `{}`", property.enum_name().unwrap_or_default()),
        other => format!("a {other}"),
    };
    let wanted = match property.items() {
        Some(items) => format!("a list, each item {}", one(items)),
        None => one(property.type_name()),
    };
    if property.is_optional() || property.is_nullable() {
        format!("{wanted} or an `Option`")
    } else {
        wanted
    }
}

/// The function of the runtime that takes a value of the property's type: `@integer`, `@optional_member::<7>`.
///
/// An update sets what it has, so each of its properties may be left out.
pub(crate) fn converter(property: Property<'_>, is_update: bool) -> String {
    let prefix = match (property.is_nullable(), property.is_optional() || is_update) {
        (true, _) => "nullable_",
        (false, true) => "optional_",
        (false, false) => "",
    };
    let wrapper = match property.pii() {
        Some("personal") => "personal",
        Some("pseudonymous") => "pseudonymous",
        _ => return format!("@{prefix}{}", function(property)),
    };
    format!("@{prefix}{wrapper}::<{}>", whole_kind(property))
}

/// The function of a bare value, with its generics.
fn function(property: Property<'_>) -> String {
    match (property.items(), property.type_name()) {
        (Some(items), _) => format!("list::<{}>", kind(property, items)),
        (None, "enum") => format!("member::<{}>", enum_hash(property)),
        (None, "object") => format!("object::<{}>", object_hash(&property.fields())),
        (None, "string") => "text".to_owned(),
        (None, ty @ ("integer" | "number" | "datetime" | "duration")) => ty.to_owned(),
        (None, _) => "boolean".to_owned(),
    }
}

/// The runtime's marker of a property's type.
fn whole_kind(property: Property<'_>) -> String {
    match property.items() {
        Some(items) => format!("@List<{}>", kind(property, items)),
        None => kind(property, property.type_name()),
    }
}

fn kind(property: Property<'_>, ty: &str) -> String {
    match ty {
        "string" => "@Text".to_owned(),
        "integer" => "@Integer".to_owned(),
        "number" => "@Number".to_owned(),
        "datetime" => "@Datetime".to_owned(),
        "duration" => "@Duration".to_owned(),
        "enum" => format!("@Member<{}>", enum_hash(property)),
        "object" => format!("@Structure<{}>", object_hash(&property.fields())),
        _ => "@Boolean".to_owned(),
    }
}

/// By which a Rust enum is tied to the enum of a property.
fn enum_hash(property: Property<'_>) -> u64 {
    content_hash(property.enum_name().unwrap_or_default().as_bytes())
}

/// By which a struct is tied to the objects that have these fields.
pub(crate) fn object_hash(fields: &str) -> u64 {
    content_hash(fields.as_bytes())
}

/// A property's lines in the description: what it is held against and its key, and for an object those of its fields.
pub(super) fn line(property: Property<'_>) -> String {
    let key = json_string(property.name());
    if property.type_name() != "object" {
        return format!("{}{key}:", constraints(property));
    }
    let mut object = format!("{{{key}:");
    for field in properties(&property.fields()) {
        object.push('\n');
        object.push_str(&line(field));
    }
    object.push_str("\n}");
    object
}

/// What precedes a computed value in the description: a line for each constraint that the client holds it against.
fn constraints(property: Property<'_>) -> String {
    let mut lines = String::new();
    for Field { key, value } in property.constraints() {
        match key {
            // The line of its matcher has it, for the client to tell.
            "pattern" => {}
            "matcher" => {
                let pattern = property.constraint("pattern").unwrap_or_default();
                lines.push_str(&format!("?pattern {value}/{pattern}\n"));
            }
            _ => lines.push_str(&format!("?{key} {value}\n")),
        }
    }
    if property.items().is_some()
        && let Some(most) = property.field("max_items")
    {
        lines.push_str(&format!("?max_items {most}\n"));
    }
    lines
}

/// Texts with something between them.
pub(crate) fn joined(texts: &[String], between: &str) -> String {
    let mut joined = String::new();
    for text in texts {
        if !joined.is_empty() {
            joined.push_str(between);
        }
        joined.push_str(text);
    }
    joined
}

/// Names in a message: `` `a`, `b` ``.
pub(crate) fn list(names: &[&str]) -> String {
    let mut list = String::new();
    for name in names {
        let comma = if list.is_empty() { "" } else { ", " };
        list.push_str(&format!("{comma}`{name}`"));
    }
    list
}

/// Text as a JSON string, quotes included.
pub(crate) fn json_string(text: &str) -> String {
    // Nearly all text is as plain as this, and macros run unoptimised.
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        return format!("\"{text}\"");
    }
    let mut json = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}
