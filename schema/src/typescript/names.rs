//! Names and texts of the plan as TypeScript writes them.

use std::collections::HashSet;
use std::fmt::Write;

use crate::naming::Case;

/// Words that can't name a function.
const KEYWORDS: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The names of a module. Each is given once, so that two names of the plan never become one.
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Names that the module's own text uses are taken from the start.
    pub(super) fn without(taken: &[&str]) -> Self {
        Self(
            taken
                .iter()
                .chain(KEYWORDS)
                .map(|name| (*name).to_owned())
                .collect(),
        )
    }

    /// The name in the case of the module, or an escaped form of it where that is no identifier or taken.
    pub(super) fn give(&mut self, name: &str, case: Case, suffix: &str) -> String {
        let mut given = format!("{}{suffix}", case.convert(name));
        if !is_identifier(&given) || self.0.contains(&given) {
            given = format!("{}{suffix}", escaped(name));
        }
        while !self.0.insert(given.clone()) {
            given.push('$');
        }
        given
    }
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// The name with a `$` and its number for every character that can't stand in an identifier.
fn escaped(name: &str) -> String {
    let mut escaped = String::from("$");
    for char in name.chars() {
        match char {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => escaped.push(char),
            _ => _ = write!(escaped, "${:x}$", u32::from(char)),
        }
    }
    escaped
}

/// A text between quotes, for TypeScript, JavaScript and JSON alike.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            // Line ends to JavaScript, and what can't be seen.
            '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' | '\u{7f}' => {
                _ = write!(quoted, "\\u{:04x}", u32::from(char));
            }
            _ => quoted.push(char),
        }
    }
    quoted + "\""
}

/// A key of an object or an interface; quoted only where it has to be.
pub(super) fn key(name: &str) -> String {
    match name {
        // In an object literal, this key sets the prototype, quoted or not, unless it is computed.
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if is_identifier(name) => name.to_owned(),
        _ => quoted(name),
    }
}

/// A documentation comment of these paragraphs, the empty ones left out.
pub(super) fn doc(indent: &str, paragraphs: &[String]) -> String {
    let paragraphs: Vec<String> = paragraphs
        .iter()
        .map(|text| text.trim().replace("*/", "*\\/"))
        .filter(|text| !text.is_empty())
        .collect();
    let text = paragraphs.join("\n\n");
    match text.lines().count() {
        0 => String::new(),
        1 => format!("{indent}/** {text} */\n"),
        _ => {
            let lines = text
                .lines()
                .map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n");
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}
