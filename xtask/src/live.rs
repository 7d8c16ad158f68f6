//! The commands that serve HTTP, behind the feature `live`.
//!
//! Both builds parse them, so that help and wrong usage need no server compiled. Only `xtask-live` runs them; the
//! light `xtask` builds it and becomes it.

#[cfg(any(test, not(feature = "live")))]
use std::ffi::OsString;
use std::path::PathBuf;
#[cfg(any(test, not(feature = "live")))]
use std::process::Command;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// A command that needs the feature `live`.
#[derive(Debug, Subcommand)]
pub(crate) enum Live {
    /// Receive events as PostHog does, on this machine, and check each against the tracking plan
    Collect(Collect),
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
}

/// Runs a command here.
#[cfg(feature = "live")]
pub(crate) fn run(command: Live, schema: Option<PathBuf>) -> Result<ExitCode> {
    match command {
        Live::Collect(arguments) => crate::collect::run(&crate::schema_folder(schema)?, &arguments),
    }
}

/// Runs this process's whole command line again, in a build that has the feature.
#[cfg(not(feature = "live"))]
pub(crate) fn run(_: Live, _: Option<PathBuf>) -> Result<ExitCode> {
    let mut command = rebuild(
        std::env::var_os("CARGO"),
        std::env::var_os("CARGO_PKG_NAME"),
    )?;
    eprintln!("building xtask-live, which has the server; the first time takes a minute");
    become_of(command.args(std::env::args_os().skip(1)))
}

/// The command that builds and runs `xtask-live` of the package that `cargo run` is running; the arguments of
/// `xtask-live` are still to be added.
#[cfg(any(test, not(feature = "live")))]
fn rebuild(cargo: Option<OsString>, package: Option<OsString>) -> Result<Command> {
    let Some(package) = package else {
        anyhow::bail!(
            "this build has no server in it; run it as `cargo xtask`, or reinstall it with `--features live`: \
             cargo install --path xtask --features live"
        );
    };
    let mut command = Command::new(cargo.unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--features", "live", "--bin", "xtask-live"]);
    command.arg("--package").arg(package).arg("--");
    Ok(command)
}

/// Replaces this process, so that Ctrl-C and the exit code reach the right one.
#[cfg(all(unix, not(feature = "live")))]
fn become_of(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(anyhow::Error::new(command.exec()).context("can't run cargo"))
}

/// Waits for the command, where a process can't be replaced.
#[cfg(not(any(unix, feature = "live")))]
fn become_of(command: &mut Command) -> Result<ExitCode> {
    let status = anyhow::Context::context(command.status(), "can't run cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_that_cargo_runs_is_built_again() {
        let command = rebuild(None, Some("my-xtask".into())).expect("under cargo");
        let arguments: Vec<_> = command.get_args().collect();
        let expected = "run --features live --bin xtask-live --package my-xtask --";
        assert_eq!(command.get_program(), "cargo");
        assert_eq!(arguments, expected.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn an_installed_build_says_how_to_reinstall() {
        let error = rebuild(Some("cargo".into()), None).expect_err("not under cargo run");
        assert!(error.to_string().contains("--features live"), "{error}");
    }
}
