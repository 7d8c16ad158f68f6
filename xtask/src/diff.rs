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
use trackplan_schema::plan::{Date, Plan, Source};
use trackplan_schema::yaml::{self, Diagnostic, Level};

use crate::report::shown;
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
    /// The schema folder as its reader knows it.
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
    let (plan, mut found) = match yaml::read_sources(folder) {
        Ok(sources) => yaml::load(sources),
        Err(finding) => (Plan::default(), vec![*finding]),
    };
    found.retain(|finding| finding.level == Level::Error);
    let folder_name = shown(folder);
    if !found.is_empty() {
        let colour = stderr().is_terminal();
        let text = yaml::render(&found, &plan.sources, &folder_name, colour);
        eprintln!("{text}\n\nthe tracking plan did not pass; it was not compared");
        return Ok(ExitCode::FAILURE);
    }
    let found = match find(folder, base.base.as_deref())? {
        Ok(found) => found,
        Err(missing) => bail!("{missing}"),
    };
    let diff = diff(&found.base, &plan, yaml::today());
    let report = Report {
        diff: &diff,
        commit: found.commit.as_ref(),
        read_from: found.read_from,
        folder: &folder_name,
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

/// The breaking changes that nobody acknowledged, and the acknowledgements of none. Where there is nothing to
/// compare with, says so and finds nothing.
pub(crate) fn findings(
    folder: &Path,
    base: &BaseArguments,
    plan: &Plan,
    today: Date,
) -> Result<Vec<Diagnostic>> {
    match find(folder, base.base.as_deref())? {
        Ok(found) => Ok(diff(&found.base, plan, today).findings),
        // Somebody who names a base wants it.
        Err(missing) if base.base.is_some() => bail!("{missing}"),
        Err(missing) => {
            eprintln!("note: breaking changes were not looked for: {missing}");
            Ok(Vec::new())
        }
    }
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
