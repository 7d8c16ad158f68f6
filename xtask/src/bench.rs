//! `bench`: what this repo promises about cost, measured.

mod compile;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// What the macros cost the compiler, in CPU seconds, beside `#[tracing::instrument]` and `#[derive(Serialize)]`
    Compile(compile::Options),
}

impl Bench {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Compile(options) => compile::run(&options),
        }
    }
}
