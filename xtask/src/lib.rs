//! The command line of trackplan.
//!
//! A user's workspace has a three-line `xtask` that calls [`main`]; `cargo install --path xtask` gives the same
//! commands everywhere.
//!
//! Commands that serve HTTP need the feature `live`. Without it, they are built on demand: `xtask` becomes
//! `cargo run --features live --bin xtask-live` of its own package. For that, a user's `xtask` has a feature
//! `live = ["trackplan-xtask/live"]` and a second binary `xtask-live` with the same three lines.
//!
//! | command | does |
//! |---|---|
//! | `regenerate` | validates the tracking plan and writes the compiled plan |
//! | `collect` | receives events as PostHog does and checks them against the plan (feature `live`) |
//! | `demo` | runs the reference application with users, and shows its events and funnels (feature `demo`) |
//! | `check` | fails when the plan is broken, what it generates is stale, or it breaks what is live |
//! | `diff` | what changed in the plan since the base in git, as breaking, risky or safe |
//! | `inventory` | every property that is sent, for a privacy review |
//! | `explain` | explains a check, or lists all of them |
//! | `bench` | measures what trackplan costs |
//! | `test` | everything that a change to this repo must pass |
//! | `init` | everything that a first event needs, in a new or an existing project |
//! | `completions` | completions for a shell |
//!
//! Exit codes: 0 all is fine; 1 the plan, what is generated from it, or a test did not pass; 2 the command could not
//! do its work (wrong usage, a file that can't be read). Machine formats go to stdout, everything for people to stderr.

mod bench;
mod checks_page;
#[cfg(feature = "live")]
pub mod collect;
#[cfg(feature = "demo")]
mod demo;
mod diff;
mod editor_schema;
mod explain;
pub mod frontend;
mod init;
mod inventory;
mod live;
mod markdown;
mod plan;
mod regenerate;
mod report;
mod scan;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser, Subcommand};
use report::Reporting;

/// Keeps a tracking plan, what is generated from it, and the code that follows it in step.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version)]
struct Cli {
    /// The folder that holds the plan's *.yaml files [default: the nearest `schema/`, upwards from here]
    #[arg(long, global = true, value_name = "FOLDER")]
    schema: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Validate the tracking plan and write what is generated from it
    Regenerate {
        /// Write nothing; fail if something is stale
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        reporting: Reporting,
    },
    /// Fail if the plan is broken, if what is generated from it is stale, or if it breaks what is live (for CI)
    Check {
        #[command(flatten)]
        base: diff::BaseArguments,
        #[command(flatten)]
        reporting: Reporting,
    },
    #[command(flatten)]
    Live(live::Live),
    /// Show what changed in the plan since the base in git: breaking, risky and safe
    Diff {
        #[command(flatten)]
        base: diff::BaseArguments,
        /// How to show it
        #[arg(long, value_enum, default_value_t)]
        format: diff::Format,
    },
    /// Prepare a project for its first event: a starter plan, an xtask and the dependency
    Init(init::Arguments),
    /// List every property that is sent, with its privacy class, for a privacy review
    Inventory {
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: inventory::Format,
    },
    /// Explain a check of the plan, or list all of them
    Explain {
        /// The code of the check, as findings show it
        code: Option<String>,
    },
    /// Measure what trackplan costs, in a release build (which it builds first where it has to)
    Bench {
        /// What to measure
        #[command(subcommand)]
        subject: bench::Subject,
    },
    /// Run everything that a change to this repo must pass: format, lints, plan, tests, docs
    Test,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command line of this process. Exit codes: 0 fine, 1 the plan or a check failed, 2 the command could not
/// do its work.
#[must_use]
pub fn main() -> ExitCode {
    run_or_explain(Cli::parse())
}

/// As [`main`], for a program called `cargo-trackplan`: cargo gives it its own name as the first argument.
#[must_use]
pub fn main_as_subcommand() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|name| name == "trackplan") {
        arguments.remove(1);
    }
    run_or_explain(Cli::parse_from(arguments))
}

fn run_or_explain(cli: Cli) -> ExitCode {
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Regenerate { check, reporting } => {
            let folder = schema_folder(cli.schema)?;
            match check {
                true => regenerate::check(&folder, None, &reporting),
                false => regenerate::run(&folder, &reporting),
            }
        }
        Command::Check { base, reporting } => {
            regenerate::check(&schema_folder(cli.schema)?, Some(&base), &reporting)
        }
        Command::Diff { base, format } => diff::run(&schema_folder(cli.schema)?, &base, format),
        Command::Init(arguments) => init::run(&arguments),
        Command::Inventory { format } => inventory::run(&schema_folder(cli.schema)?, format),
        Command::Explain { code } => Ok(explain::run(code.as_deref())),
        Command::Bench { subject } => bench::run(&subject),
        Command::Live(command) => live::run(command, cli.schema),
        Command::Test => test::run(),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "xtask", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn schema_folder(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(folder) = given {
        return Ok(folder);
    }
    let here = std::env::current_dir().context("can't tell the current folder")?;
    let found = here
        .ancestors()
        .map(|folder| folder.join("schema"))
        .find(|folder| folder.is_dir());
    found.with_context(|| {
        format!(
            "there is no folder `schema` in {} or above it; create it, or name it with --schema",
            here.display()
        )
    })
}
