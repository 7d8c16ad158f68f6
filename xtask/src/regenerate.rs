//! `regenerate`: from the YAML to everything that is generated from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use trackplan_schema::{lock, typescript};

use crate::plan::{self, Loaded};

/// Validates the plan in `folder` and writes its compiled form; with `check`, only compares it.
pub(crate) fn run(folder: &Path, check: bool) -> Result<ExitCode> {
    let Some(Loaded { plan, name }) = plan::load_or_explain(folder) else {
        eprintln!("nothing was written");
        return Ok(ExitCode::FAILURE);
    };
    let files = lock::compile(&plan);
    let target = folder.join(lock::FOLDER);
    let changes = changes(&target, &files)?;
    let events = plan.events.len();
    let root = root(folder)?;
    let outputs = stale_outputs(&root, typescript::generate(&plan, &name));
    if check && !outputs.is_empty() {
        for path in outputs.keys() {
            eprintln!("   stale {path}");
        }
        eprintln!("the plan's outputs are stale; run: cargo xtask regenerate");
        return Ok(ExitCode::FAILURE);
    }
    for (path, text) in &outputs {
        write(&root.join(path), text)?;
        println!("{path}: written");
    }
    if changes.is_empty() {
        println!("{name}/{}: up to date ({events} events)", lock::FOLDER);
        return Ok(ExitCode::SUCCESS);
    }
    if check {
        for (path, change) in &changes {
            eprintln!("{change:>8} {name}/{}/{path}", lock::FOLDER);
        }
        eprintln!("the compiled plan is stale; run: cargo xtask regenerate");
        return Ok(ExitCode::FAILURE);
    }
    for path in changes.keys() {
        let file = target.join(path);
        match files.get(path) {
            Some(text) => write(&file, text)?,
            None => fs::remove_file(&file)
                .with_context(|| format!("can't remove {}", file.display()))?,
        }
    }
    println!(
        "{name}/{}: wrote {} of {} files ({events} events)",
        lock::FOLDER,
        changes.len(),
        files.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// The folder that holds the schema folder, to which outputs are relative.
fn root(folder: &Path) -> Result<PathBuf> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("can't find {}", folder.display()))?;
    Ok(folder.parent().unwrap_or(&folder).to_owned())
}

/// The outputs whose file holds something else.
fn stale_outputs(root: &Path, mut outputs: BTreeMap<String, String>) -> BTreeMap<String, String> {
    outputs.retain(|path, text| {
        let current = fs::read_to_string(root.join(path));
        !current.is_ok_and(|current| current.replace('\r', "") == *text)
    });
    outputs
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    }
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// What differs between the folder and the compiled plan, by path.
fn changes(
    target: &Path,
    files: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, &'static str>> {
    let mut changes: BTreeMap<String, &'static str> = BTreeMap::new();
    for (path, text) in files {
        match fs::read_to_string(target.join(path)) {
            Ok(current) if current.replace('\r', "") == *text => {}
            Ok(_) => _ = changes.insert(path.clone(), "changed"),
            Err(_) => _ = changes.insert(path.clone(), "missing"),
        }
    }
    for path in existing(target)? {
        if !files.contains_key(&path) {
            changes.insert(path, "extra");
        }
    }
    Ok(changes)
}

/// The files of the compiled plan's folder, two levels deep as `compile` lays them out.
fn existing(target: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(target) else {
        return Ok(found);
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("can't read {}", target.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_dir() {
            found.push(name);
            continue;
        }
        for inner in fs::read_dir(entry.path())
            .with_context(|| format!("can't read {}", entry.path().display()))?
        {
            let inner = inner.with_context(|| format!("can't read {}", entry.path().display()))?;
            found.push(format!("{name}/{}", inner.file_name().to_string_lossy()));
        }
    }
    Ok(found)
}
