//! The commands that serve HTTP, behind the features `live` and `demo`.
//!
//! Every build parses them, so that help and wrong usage need no server compiled. Only `xtask-live` runs them; the
//! light `xtask` builds it and becomes it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// A command that needs a feature.
#[derive(Debug, Subcommand)]
pub(crate) enum Live {
    /// Receive events as PostHog does, on this machine, and check each against the tracking plan
    Collect(Collect),
    /// Run the reference application with a crowd of users, and show what its events tell
    Demo(Demo),
}

/// What `collect` takes.
#[derive(Debug, Args)]
pub(crate) struct Collect {
    /// The port to listen on, on loopback; 0 takes a free one
    #[arg(long, default_value_t = 8010)]
    pub(crate) port: u16,
    /// Let nothing pass: end with exit code 1 after any violation, and drop such events where the protocol can say so
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print a JSON object per line instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// How many events to remember, by which repeated ones are recognised
    #[arg(long, default_value_t = 10_000, value_name = "EVENTS")]
    pub(crate) keep: usize,
    /// What a feature flag is for everybody: `new_insights=true`, a variant, or a JSON object as the payload of a flag
    /// that is on
    #[arg(long = "flag", value_name = "NAME=VALUE")]
    pub(crate) flags: Vec<String>,
}

/// What `demo` takes.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Leave the application and the collector running, and print events as they arrive
    #[arg(long)]
    pub(crate) serve: bool,
    /// How many teams use the application; from 4 on, every backend event of the plan comes
    #[arg(long, default_value_t = 24)]
    pub(crate) teams: usize,
}

/// Runs a command here if this build has its feature, else in a build that has.
pub(crate) fn run(command: Live, schema: Option<PathBuf>) -> Result<ExitCode> {
    match command {
        Live::Collect(arguments) => collect(&arguments, schema),
        Live::Demo(arguments) => demo(&arguments, schema),
    }
}

#[cfg(feature = "live")]
fn collect(arguments: &Collect, schema: Option<PathBuf>) -> Result<ExitCode> {
    crate::collect::run(&crate::schema_folder(schema)?, arguments)
}

#[cfg(not(feature = "live"))]
fn collect(_: &Collect, _: Option<PathBuf>) -> Result<ExitCode> {
    run_with("live")
}

#[cfg(feature = "demo")]
fn demo(arguments: &Demo, schema: Option<PathBuf>) -> Result<ExitCode> {
    crate::demo::run(&crate::schema_folder(schema)?, arguments)
}

#[cfg(not(feature = "demo"))]
fn demo(_: &Demo, _: Option<PathBuf>) -> Result<ExitCode> {
    run_with("demo")
}

/// Runs this process's whole command line again, in a build that has the feature.
#[cfg(not(feature = "demo"))]
fn run_with(feature: &str) -> Result<ExitCode> {
    let Some(package) = std::env::var_os("CARGO_PKG_NAME") else {
        anyhow::bail!(
            "this build can't do that; run it as `cargo xtask`, or reinstall with the feature: \
             cargo install --path xtask --features {feature}"
        );
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    eprintln!("building xtask-live with what this command needs; the first time takes minutes");
    let mut command = std::process::Command::new(cargo);
    command.args(["run", "--features", feature, "--bin", "xtask-live"]);
    command.arg("--package").arg(package).arg("--");
    become_of(command.args(std::env::args_os().skip(1)))
}

/// Replaces this process, so that Ctrl-C and the exit code reach the right one.
#[cfg(all(unix, not(feature = "demo")))]
fn become_of(command: &mut std::process::Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(anyhow::Error::new(command.exec()).context("can't run cargo"))
}

/// Waits for the command, where a process can't be replaced.
#[cfg(not(any(unix, feature = "demo")))]
fn become_of(command: &mut std::process::Command) -> Result<ExitCode> {
    let status = anyhow::Context::context(command.status(), "can't run cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
