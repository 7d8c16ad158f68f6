//! Calls that name an event by a literal, with their places.

use super::html::Range;

/// A call: the name of its event, and what it assigns (`property = …`, as macros have it).
pub(super) struct Call<'a> {
    pub(super) event: Named<'a>,
    pub(super) properties: Vec<Named<'a>>,
}

/// A name and where it stands.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) at: Range,
}

/// The calls that begin with `opening`, such as `posthog.capture(`, wherever they stand.
pub(super) fn calls<'a>(text: &'a str, opening: &str) -> Vec<Call<'a>> {
    let starts = text.match_indices(opening);
    let named = starts.filter_map(|(start, _)| named(text, start + opening.len()));
    named
        .map(|(event, end)| Call {
            event,
            properties: assigned(text, end),
        })
        .collect()
}

/// The literal that a call begins with, and where it ends. A literal that is put together from others names nothing.
fn named(text: &str, start: usize) -> Option<(Named<'_>, usize)> {
    let rest = text.get(start..)?;
    let argument = rest.trim_start();
    let quote = argument
        .chars()
        .next()
        .filter(|char| "\"'`".contains(*char))?;
    let name = argument.get(1..)?.split(quote).next()?;
    if name.contains(['$', '{', '\n']) {
        return None;
    }
    let begin = start + (rest.len() - argument.len()) + 1;
    let at = begin..begin + name.len();
    Some((
        Named {
            name,
            at: at.clone(),
        },
        at.end + 1,
    ))
}

/// The names before a `=` among a call's arguments, up to its end.
fn assigned(text: &str, start: usize) -> Vec<Named<'_>> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    let mut argument = start;
    for (offset, char) in text.get(start..).unwrap_or_default().char_indices() {
        let here = start + offset;
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_text = !is_text,
            _ if is_text => {}
            ')' | ']' | '}' if depth == 0 => break,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => argument = here + 1,
            '=' if depth == 0 => {
                names.extend(name_between(text, argument, here));
                // Only the first `=` of an argument follows its name.
                argument = text.len();
            }
            _ => {}
        }
    }
    names
}

/// The word between two places, if it is one.
fn name_between(text: &str, start: usize, end: usize) -> Option<Named<'_>> {
    let between = text.get(start..end)?;
    let name = between.trim();
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let begin = start + (between.len() - between.trim_start().len());
    (!name.is_empty() && name.chars().all(is_word)).then(|| Named {
        name,
        at: begin..begin + name.len(),
    })
}
