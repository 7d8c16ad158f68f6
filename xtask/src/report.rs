//! What a command found, in the format that its reader asks for.

mod github;
mod json;
mod sarif;

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use trackplan_schema::plan::{Date, Lines, Position, Source, Span};
use trackplan_schema::yaml::{self, Diagnostic, Level};

/// How findings are told and judged.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Reporting {
    /// How findings are printed: `human` to stderr, the others to stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Fail on findings that are no errors, too
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) deny: Option<Deny>,
    /// The day that expiries are held against, as 2026-12-31 [default: today in UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) today: Option<Date>,
}

/// A format of findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: each with an excerpt of its source
    #[default]
    Human,
    /// One object, for scripts
    Json,
    /// Annotations of a pull request on GitHub
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

/// What fails besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings fail
    Warnings,
    /// Warnings and notes fail
    Notes,
}

fn day(text: &str) -> Result<Date, String> {
    yaml::parse_date(text).ok_or_else(|| "expected a day such as 2026-12-31".to_owned())
}

/// A finding with its place in words, ready for any format.
struct Finding<'a> {
    diagnostic: &'a Diagnostic,
    place: Option<Place>,
    notes: Vec<(Place, &'a str)>,
}

/// A range of a file.
struct Place {
    path: String,
    start: Position,
    end: Position,
}

/// The findings of a run.
pub(crate) struct Report<'a> {
    reporting: &'a Reporting,
    /// The folder of the plan as its reader knows it, with `/` on every platform.
    folder: String,
}

impl<'a> Report<'a> {
    pub(crate) fn new(reporting: &'a Reporting, folder: &Path) -> Self {
        Self {
            reporting,
            folder: shown(folder),
        }
    }

    /// The folder of the plan as its reader knows it.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    /// The day that expiries are held against.
    pub(crate) fn today(&self) -> Date {
        self.reporting.today.unwrap_or_else(yaml::today)
    }

    /// Whether the findings let a command go on.
    pub(crate) fn is_fine(&self, found: &[Diagnostic]) -> bool {
        let least = match self.reporting.deny {
            None => Level::Error,
            Some(Deny::Warnings) => Level::Warning,
            Some(Deny::Notes) => Level::Note,
        };
        found.iter().all(|finding| finding.level > least)
    }

    /// Prints every finding, and for people how many there are.
    pub(crate) fn print(&self, found: &[Diagnostic], sources: &[Source]) -> Result<()> {
        let lines: Vec<Lines<'_>> = sources
            .iter()
            .map(|source| Lines::of(&source.text))
            .collect();
        let place = |span: Span| {
            let (source, lines) = (sources.get(span.file)?, lines.get(span.file)?);
            Some(Place {
                path: yaml::shown_path(&self.folder, &source.path),
                start: lines.position(span.start),
                end: lines.position(span.end),
            })
        };
        let findings: Vec<Finding<'_>> = found
            .iter()
            .map(|diagnostic| Finding {
                diagnostic,
                place: diagnostic.span.and_then(place),
                notes: (diagnostic.notes.iter())
                    .filter_map(|note| Some((place(note.span)?, note.label.as_str())))
                    .collect(),
            })
            .collect();
        let text = match self.reporting.format {
            Format::Human => return self.print_to_people(found, sources),
            Format::Json => json::render(&findings),
            Format::Github => github::render(&findings),
            Format::Sarif => sarif::render(&findings),
        };
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .context("can't write to stdout")
    }

    fn print_to_people(&self, found: &[Diagnostic], sources: &[Source]) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let mut stderr = std::io::stderr().lock();
        let text = yaml::render(found, sources, &self.folder, stderr.is_terminal());
        let counts: Vec<String> = Level::ALL
            .iter()
            .map(|&level| {
                (
                    level,
                    found.iter().filter(|found| found.level == level).count(),
                )
            })
            .filter(|&(_, count)| count > 0)
            .map(|(level, count)| plural(count, level.as_str()))
            .collect();
        writeln!(stderr, "{text}\n\n{}", counts.join(", ")).context("can't write to stderr")
    }
}

/// `1 error`, `2 errors`
pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A folder as its reader knows it: relative to where the command runs, where it is below that.
pub(crate) fn shown(folder: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| folder.strip_prefix(here).ok().map(Path::to_path_buf));
    let shown = match below {
        Some(below) => below,
        None if folder.is_relative() => folder.to_path_buf(),
        None => folder
            .file_name()
            .map_or_else(|| folder.to_path_buf(), Into::into),
    };
    let parts: Vec<String> = shown
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
