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
//! | `check` | fails when the plan is broken or what it generates is stale |
//! | `collect` | receives events as PostHog does and checks them against the plan (feature `live`) |
//! | `demo` | runs the reference application with users, and shows its events and funnels (feature `demo`) |
//! | `test` | everything that a change to this repo must pass |
//! | `bench` | measures what this repo promises about cost |
//! | `completions` | completions for a shell |

mod bench;
#[cfg(feature = "live")]
pub mod collect;
#[cfg(feature = "demo")]
mod demo;
mod live;
mod plan;
mod regenerate;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser, Subcommand};

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
    },
    /// Fail if the plan is broken, or if what is generated from it is stale (for CI)
    Check,
    #[command(flatten)]
    Live(live::Live),
    /// Run everything that a change to this repo must pass: format, lints, plan, tests, docs
    Test,
    /// Measure what this repo promises about cost
    Bench {
        #[command(subcommand)]
        what: bench::Bench,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command line of this process. Exit codes: 0 fine, 1 the plan or a check failed, 2 wrong usage.
#[must_use]
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Regenerate { check } => regenerate::run(&schema_folder(cli.schema)?, check),
        Command::Check => regenerate::run(&schema_folder(cli.schema)?, true),
        Command::Live(command) => live::run(command, cli.schema),
        Command::Test => test::run(),
        Command::Bench { what } => what.run(),
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
