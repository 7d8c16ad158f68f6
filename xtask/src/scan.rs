//! The files that the plan's `scan` names, for the check of templates and scripts.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use trackplan_schema::plan::{Plan, Source};

/// What is read; anything else in the folders is no page.
const ENDINGS: [&str; 12] = [
    "html", "htm", "jinja", "j2", "vue", "svelte", "js", "mjs", "jsx", "ts", "mts", "tsx",
];

/// The files, sorted by path. Their paths begin with `../`, for they are beside the schema folder.
pub(crate) fn files(folder: &Path, plan: &Plan) -> Result<Vec<Source>> {
    let root = folder.parent().unwrap_or(folder);
    let mut files = Vec::new();
    for scanned in &plan.scan {
        collect(
            &root.join(&scanned.value),
            &format!("../{}", scanned.value),
            &mut files,
        )?;
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(folder: &Path, name: &str, files: &mut Vec<Source>) -> Result<()> {
    let unreadable = || {
        format!(
            "can't read {}, which the plan's `scan` names",
            folder.display()
        )
    };
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let path = entry.path();
        let below = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            if entry.file_name() != "node_modules" {
                collect(&path, &below, files)?;
            }
        } else if path
            .extension()
            .is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
        {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("can't read {}", path.display()))?;
            files.push(Source { path: below, text });
        }
    }
    Ok(())
}
