//! The sections `outputs` and `scan`: what `regenerate` writes for frontends, and what `check` reads of them.

use crate::plan::{Outputs, Spanned, Style};
use crate::yaml::checks::structure;
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::keys;
use crate::yaml::reader::Findings;
use crate::yaml::tree::Node;

/// Reads the section into what earlier files of the plan said.
pub(super) fn outputs(findings: &mut Findings, node: &Node, outputs: &mut Outputs) {
    let Some(mut map) = findings.map("outputs", node) else {
        return;
    };
    for (key, slot) in [
        ("typescript", &mut outputs.typescript),
        ("javascript", &mut outputs.javascript),
    ] {
        if let Some(node) = map.take(key) {
            *slot = folder(findings, key, node).or_else(|| slot.take());
        }
    }
    if let Some(node) = map.take("style")
        && let Some(style) = findings.word("style", node, Style::ALL, Style::as_str)
    {
        outputs.style = style.value;
    }
    map.finish(&keys::OUTPUTS, findings);
}

/// A folder below the one that holds the schema folder, so that a plan never writes anywhere else.
fn folder(findings: &mut Findings, key: &str, node: &Node) -> Option<Spanned<String>> {
    let path = findings.text(key, node)?;
    below(findings, key, path)
}

/// A list of such folders.
pub(super) fn folders(findings: &mut Findings, key: &str, node: &Node) -> Vec<Spanned<String>> {
    let paths = findings.texts(key, node).into_iter();
    paths
        .filter_map(|path| below(findings, key, path))
        .collect()
}

fn below(findings: &mut Findings, key: &str, path: Spanned<String>) -> Option<Spanned<String>> {
    let is_below = path
        .value
        .split('/')
        .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']));
    if is_below {
        return Some(path);
    }
    let message = format!("`{key}` must be a folder below the one that holds the plan");
    findings.add(
        Diagnostic::new(&structure::INVALID_VALUE, message, path.span)
            .label("written with `/`, without `.` and `..`")
            .help("for example: web/src/analytics"),
    );
    None
}
