//! `diff`: the plan against its base in git; and the part of `check` that refuses breaking changes.

mod git;
mod human;
mod json;
mod markdown;

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::ValueEnum;
use trackplan_schema::diff::{Base, Change, Diff, diff};
use trackplan_schema::lock;
use trackplan_schema::place::Places;
use trackplan_schema::plan::{Plan, Source};
use trackplan_schema::yaml::{self, Level};

use git::{Commit, NoBase};

/// Which plan to compare with.
#[derive(Debug, clap::Args)]
pub(crate) struct BaseArguments {
    /// Compare with the merge base of HEAD and this commit, branch or tag [default: the main branch, as
    /// origin/HEAD, origin/main, origin/master, main or master names it]
    #[arg(long, value_name = "REF")]
    base: Option<String>,
}

/// How a diff is shown.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people, with colour on a terminal
    #[default]
    Human,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
}

/// The plan of the base, and where it comes from.
struct Found {
    base: Base,
    commit: Option<Commit>,
    read_from: ReadFrom,
}

/// What the base's plan was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadFrom {
    Yaml,
    Lock,
    /// There was no plan.
    Nothing,
}

/// A diff with all that its reader needs.
struct Report<'a> {
    diff: &'a Diff,
    commit: Option<&'a Commit>,
    read_from: ReadFrom,
    /// The name of the schema folder.
    folder: &'a str,
    places: Places<'a>,
}

impl Report<'_> {
    /// `schema/plan.yaml:12:7`
    fn place(&self, change: &Change) -> Option<String> {
        let place = self.places.get(change.span?)?;
        Some(format!("{}/{place}", self.folder))
    }

    /// What it is compared with, as a sentence.
    fn base(&self) -> String {
        let Some(commit) = self.commit else {
            return "Nothing is committed yet; everything is new.".to_owned();
        };
        match self.read_from {
            ReadFrom::Yaml => format!("Compared with {commit}."),
            ReadFrom::Nothing => format!("{commit} has no plan in this folder; everything is new."),
            ReadFrom::Lock => format!(
                "Compared with the compiled plan of {commit}, whose YAML this version can't read; tiers, owners' \
                 contacts, funnels and levels of checks, which it does not hold, were not compared."
            ),
        }
    }
}

/// Prints what changed since the base.
pub(crate) fn run(folder: &Path, base: &BaseArguments, format: Format) -> Result<ExitCode> {
    let Some(plan) = load(folder)? else {
        return Ok(ExitCode::FAILURE);
    };
    let found = match find(folder, base.base.as_deref())? {
        Ok(found) => found,
        Err(missing) => bail!("{missing}"),
    };
    let diff = diff(&found.base, &plan, yaml::today());
    let folder = folder_name(folder);
    let report = Report {
        diff: &diff,
        commit: found.commit.as_ref(),
        read_from: found.read_from,
        folder: &folder,
        places: Places::of(&plan.sources),
    };
    let text = match format {
        Format::Human => human::render(&report, stdout().is_terminal()),
        Format::Json => json::render(&report),
        Format::Markdown => markdown::render(&report),
    };
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}

/// Fails if the plan breaks what is live and does not say that this is meant. Where there is nothing to compare
/// with, says so and passes.
pub(crate) fn check(folder: &Path, base: &BaseArguments) -> Result<ExitCode> {
    let Some(plan) = load(folder)? else {
        return Ok(ExitCode::FAILURE);
    };
    let found = match find(folder, base.base.as_deref())? {
        Ok(found) => found,
        // Somebody who names a base wants it.
        Err(missing) if base.base.is_some() => bail!("{missing}"),
        Err(missing) => {
            eprintln!("note: breaking changes were not looked for: {missing}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let findings = diff(&found.base, &plan, yaml::today()).findings;
    if !findings.is_empty() {
        let colour = stderr().is_terminal();
        let text = yaml::render(&findings, &plan.sources, &folder_name(folder), colour);
        eprintln!("{text}\n");
    }
    if findings.iter().any(|finding| finding.level == Level::Error) {
        eprintln!("the tracking plan breaks what is live; to see every change: cargo xtask diff");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The plan in the folder; `None` if it has errors, which are printed.
fn load(folder: &Path) -> Result<Option<Plan>> {
    let name = folder_name(folder);
    let (sources, findings) = match yaml::read_sources(folder) {
        Err(finding) => (Vec::new(), vec![*finding]),
        Ok(sources) => {
            let (plan, mut findings) = yaml::load(sources);
            findings.retain(|finding| finding.level == Level::Error);
            if findings.is_empty() {
                return Ok(Some(plan));
            }
            (plan.sources, findings)
        }
    };
    eprintln!(
        "{}\n",
        yaml::render(&findings, &sources, &name, stderr().is_terminal())
    );
    Ok(None)
}

/// The plan at the merge base. The outer error is git's, the inner one says why there is no base.
fn find(folder: &Path, name: Option<&str>) -> Result<Result<Found, NoBase>> {
    let commit = match git::base(folder, name)? {
        Ok(commit) => commit,
        Err(NoBase::Unborn) => {
            return Ok(Ok(Found {
                base: Base::default(),
                commit: None,
                read_from: ReadFrom::Nothing,
            }));
        }
        Err(missing) => return Ok(Err(missing)),
    };
    let is_source = |path: &str| !path.contains('/') && path.ends_with(".yaml");
    let sources = git::files(folder, &commit, is_source)?;
    let sources: Vec<Source> = sources
        .into_iter()
        .map(|(path, text)| Source { path, text })
        .collect();
    let has_plan = !sources.is_empty();
    if has_plan && let Some(plan) = yaml::read(sources) {
        return Ok(Ok(Found {
            base: Base::loaded(&plan),
            commit: Some(commit),
            read_from: ReadFrom::Yaml,
        }));
    }
    let below = format!("{}/", lock::FOLDER);
    let files: BTreeMap<String, String> =
        git::files(folder, &commit, |path| path.starts_with(&below))?
            .into_iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(&below)?.to_owned(), text)))
            .collect();
    if files.is_empty() && !has_plan {
        return Ok(Ok(Found {
            base: Base::default(),
            commit: Some(commit),
            read_from: ReadFrom::Nothing,
        }));
    }
    Ok(match Base::compiled(&files) {
        Ok(base) => Ok(Found {
            base,
            commit: Some(commit),
            read_from: ReadFrom::Lock,
        }),
        Err(error) => Err(NoBase::Unreadable { commit, error }),
    })
}

fn folder_name(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(|| "schema".into(), |name| name.to_string_lossy())
        .into_owned()
}
