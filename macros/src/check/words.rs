//! The plan's types in words, and in the runtime's.

use trackplan_schema::content_hash;
use trackplan_schema::lock::Property;

/// The type in words: "an integer", "a string or an `Option`".
pub(super) fn expected(property: Property<'_>) -> String {
    let one = |ty: &str| match ty {
        "integer" => "an integer".to_owned(),
        "datetime" => "a `SystemTime`".to_owned(),
        "duration" => "a `Duration`".to_owned(),
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

/// The function of the runtime that takes a value of the property's type: `@optional::<@Integer, _>`.
///
/// An update sets what it has, so each of its properties may be left out.
pub(crate) fn converter(property: Property<'_>, is_update: bool) -> String {
    let kind = |ty: &str| match ty {
        "string" => "@Text".to_owned(),
        "integer" => "@Integer".to_owned(),
        "number" => "@Number".to_owned(),
        "datetime" => "@Datetime".to_owned(),
        "duration" => "@Duration".to_owned(),
        "enum" => format!("@Member<{}>", enum_hash(property)),
        _ => "@Boolean".to_owned(),
    };
    let ty = property.type_name();
    let (mut function, mut inner) = match property.items() {
        Some(items) => ("list", kind(items)),
        None if ty == "enum" => ("member", enum_hash(property).to_string()),
        None => (plain(ty), String::new()),
    };
    let mut whole = match property.items() {
        Some(items) => format!("@List<{}>", kind(items)),
        None => kind(ty),
    };
    let mut wrap = |name: &'static str, marker: &str| {
        inner.clone_from(&whole);
        whole = format!("@{marker}<{whole}>");
        function = name;
    };
    match property.field("pii") {
        Some("personal") => wrap("personal", "Private"),
        Some("pseudonymous") => wrap("pseudonymous", "Pseudonym"),
        _ => {}
    }
    if property.is_nullable() {
        wrap("nullable", "Nullable");
    } else if property.is_optional() || is_update {
        wrap("optional", "Optional");
    }
    if inner.is_empty() {
        format!("@{function}")
    } else {
        format!("@{function}::<{inner}, _>")
    }
}

/// By which a Rust enum is tied to the enum of a property.
fn enum_hash(property: Property<'_>) -> u64 {
    content_hash(property.enum_name().unwrap_or_default().as_bytes())
}

fn plain(ty: &str) -> &'static str {
    match ty {
        "string" => "text",
        "integer" => "integer",
        "number" => "number",
        "datetime" => "datetime",
        "duration" => "duration",
        _ => "boolean",
    }
}

/// Names in a message: `` `a`, `b` ``.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Text as a JSON string, quotes included.
pub(crate) fn json_string(text: &str) -> String {
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
