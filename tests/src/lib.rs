//! Tests across the crates live in `tests/`; compile-fail cases in `ui/`, a folder a rule, one mistake a file.

use std::path::Path;
use std::{fs, io};

use trackplan_schema::yaml::{self, Level};
use trackplan_schema::{lock, plan};

/// Compiles the plan in a folder, as `cargo xtask regenerate` does, and returns how many errors it has.
///
/// # Errors
///
/// The folder can't be read or written.
pub fn regenerate(schema: &Path) -> io::Result<usize> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(schema)? {
        let file = entry?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let path = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&file)?;
            sources.push(plan::Source { path, text });
        }
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let (plan, findings) = yaml::load(sources);
    for (path, text) in lock::compile(&plan) {
        let file = schema.join(lock::FOLDER).join(path);
        if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            fs::create_dir_all(file.parent().unwrap_or(schema))?;
            fs::write(file, text)?;
        }
    }
    Ok(findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .count())
}
