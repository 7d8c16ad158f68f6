//! `regenerate`: from the YAML to everything that is generated from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use trackplan_schema::plan::Plan;
use trackplan_schema::yaml::{self, Diagnostic};
use trackplan_schema::{lock, templates, typescript};

use crate::checks_page;
use crate::diff::{self, BaseArguments};
use crate::editor_schema;
use crate::report::{Report, Reporting, plural};
use crate::scan;

/// Validates the plan in `folder` and writes what is generated from it.
pub(crate) fn run(folder: &Path, reporting: &Reporting) -> Result<ExitCode> {
    let report = Report::new(reporting, folder);
    let (plan, found) = load(folder, &report);
    report.print(&found, &plan.sources)?;
    if !report.is_fine(&found) {
        eprintln!("the tracking plan did not pass; nothing was written");
        return Ok(ExitCode::FAILURE);
    }
    let artefacts = artefacts(folder, report.folder(), &plan)?;
    let stale = stale(folder, &artefacts)?;
    for path in &stale {
        match artefacts.get(path) {
            Some(text) => write(path, text),
            None => {
                fs::remove_file(path).with_context(|| format!("can't remove {}", path.display()))
            }
        }?;
    }
    let (name, events) = (report.folder(), plural(plan.events.len(), "event"));
    match stale.len() {
        0 => eprintln!("{name}: {events}, up to date"),
        count => eprintln!(
            "{name}: {events}, wrote {count} of {}",
            plural(artefacts.len(), "file")
        ),
    }
    Ok(ExitCode::SUCCESS)
}

/// Validates the plan in `folder` and the templates that it names, and compares what is generated from it and, where wanted, its base in git.
pub(crate) fn check(
    folder: &Path,
    base: Option<&BaseArguments>,
    reporting: &Reporting,
) -> Result<ExitCode> {
    let report = Report::new(reporting, folder);
    let (plan, mut found) = load(folder, &report);
    if report.is_fine(&found) {
        let stale = stale(folder, &artefacts(folder, report.folder(), &plan)?)?;
        if !stale.is_empty() {
            let shown = |path: &PathBuf| shown(folder, report.folder(), path);
            let paths: Vec<String> = stale.iter().map(shown).collect();
            found.push(Diagnostic::stale(&paths));
        }
        if let Some(base) = base {
            found.extend(diff::findings(folder, base, &plan, report.today())?);
            found.sort_by_key(|finding| finding.span);
        }
    }
    let mut sources = plan.sources.clone();
    if report.is_fine(&found) {
        let scanned = scan::files(folder, &plan)?;
        found.extend(templates::check(&plan, &scanned, sources.len()));
        sources.extend(scanned);
    }
    report.print(&found, &sources)?;
    if !report.is_fine(&found) {
        return Ok(ExitCode::FAILURE);
    }
    let events = plural(plan.events.len(), "event");
    eprintln!("{}: {events}, up to date", report.folder());
    Ok(ExitCode::SUCCESS)
}

/// The plan in the folder, and what is wrong with it.
fn load(folder: &Path, report: &Report<'_>) -> (Plan, Vec<Diagnostic>) {
    match yaml::read_sources(folder) {
        Ok(sources) => yaml::load_on(sources, report.today()),
        Err(finding) => (Plan::default(), vec![*finding]),
    }
}

/// Every generated file: its path and its text.
fn artefacts(folder: &Path, name: &str, plan: &Plan) -> Result<BTreeMap<PathBuf, String>> {
    let target = folder.join(lock::FOLDER);
    let mut artefacts: BTreeMap<PathBuf, String> = lock::compile(plan)
        .into_iter()
        .map(|(path, text)| (target.join(path), text))
        .collect();
    let root = folder.parent().unwrap_or(folder);
    let outputs = typescript::generate(plan, name).into_iter();
    artefacts.extend(outputs.map(|(path, text)| (root.join(path), text)));
    artefacts.insert(folder.join(editor_schema::FILE), editor_schema::render());
    let page = folder.with_file_name("docs").join("checks.md");
    if is_ours(&page)? {
        artefacts.insert(page, checks_page::render());
    }
    Ok(artefacts)
}

/// Whether the page of the checks is one that an earlier run wrote: it is kept up to date where somebody wants it.
fn is_ours(page: &Path) -> Result<bool> {
    match fs::read_to_string(page) {
        Ok(text) => Ok(text.starts_with(checks_page::HEADER)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("can't read {}", page.display())),
    }
}

/// The files that differ from what is generated, and those of the compiled plan that nothing generates any more.
fn stale(folder: &Path, artefacts: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let is_current = |path: &Path, text: &String| {
        fs::read_to_string(path).is_ok_and(|current| current.replace('\r', "") == *text)
    };
    let mut stale: Vec<PathBuf> = artefacts
        .iter()
        .filter(|(path, text)| !is_current(path, text))
        .map(|(path, _)| path.clone())
        .collect();
    let existing = files_below(&folder.join(lock::FOLDER))?;
    stale.extend(
        existing
            .into_iter()
            .filter(|path| !artefacts.contains_key(path)),
    );
    Ok(stale)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(files),
        Err(error) => {
            return Err(error).with_context(|| format!("can't read {}", folder.display()));
        }
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("can't read {}", folder.display()))?;
        let kind = entry
            .file_type()
            .with_context(|| format!("can't read {}", folder.display()))?;
        if kind.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    }
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// A generated file as its reader knows it.
fn shown(folder: &Path, name: &str, path: &Path) -> String {
    let slashes = |path: &Path| path.display().to_string().replace('\\', "/");
    match path.strip_prefix(folder) {
        Ok(below) => format!("{name}/{}", slashes(below)),
        Err(_) => {
            let root = folder.parent().unwrap_or(folder);
            slashes(path.strip_prefix(root).unwrap_or(path))
        }
    }
}
