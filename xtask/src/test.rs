//! `test`: everything that a change to this repo must pass, in one target folder.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::frontend;

/// With the commands that serve HTTP and every part of the runtime; `plan` builds the command line without them.
const LIVE: &str = "--features=trackplan-xtask/demo,trackplan/exceptions";

/// The parts of the runtime that change how the HTTP client behaves for all, or that nothing else here uses.
const APART: &str = "--features=axum,exceptions,hash,local-evaluation";

const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--", "--check"]),
    (
        "lints",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            LIVE,
            "--",
            "-D",
            "warnings",
        ],
    ),
    (
        "lints of features apart",
        &[
            "clippy",
            "--package=trackplan",
            "--all-targets",
            APART,
            "--",
            "-D",
            "warnings",
        ],
    ),
    ("plan", &["xtask", "check"]),
    ("tests", &["test", "--workspace", LIVE]),
    (
        "tests of features apart",
        &["test", "--package=trackplan", APART],
    ),
    ("docs", &["doc", "--workspace", "--no-deps", LIVE]),
];

/// Runs every step and stops at the first that fails.
pub(crate) fn run() -> Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    eprintln!("== frontend: packages, build, types, Chromium");
    frontend::prepare()?;
    frontend::check()?;
    frontend::ensure_chromium()?;
    for (name, arguments) in STEPS {
        eprintln!("== {name}: cargo {}", arguments.join(" "));
        let mut command = Command::new(&cargo);
        if *name == "docs" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        let status = command
            .args(*arguments)
            .status()
            .with_context(|| format!("can't run cargo for {name}"))?;
        if !status.success() {
            eprintln!(
                "{name} failed; to repeat this step alone: cargo {}",
                arguments.join(" ")
            );
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
