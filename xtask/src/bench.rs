//! `bench`: what trackplan costs, measured.

mod plan;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Subject {
    /// Reading, checking and compiling generated plans of 1,000 and 5,000 events
    Plan,
}

impl Subject {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
        }
    }
}

/// Measures in a release build: a debug build builds one first and hands over to it.
pub(crate) fn run(subject: Subject) -> Result<ExitCode> {
    if cfg!(debug_assertions) {
        return in_release(subject);
    }
    match subject {
        Subject::Plan => plan::run(),
    }
}

fn in_release(subject: Subject) -> Result<ExitCode> {
    let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        bail!(
            "this is a debug build, whose figures mean nothing; run it through cargo, or build it with --release"
        );
    };
    eprintln!("building in release, which is what is measured");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(std::path::Path::new(&folder).join("Cargo.toml"))
        .args(["--bin", "xtask", "--", "bench", subject.as_str()])
        .status()
        .context("can't run cargo")?;
    Ok(match status.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The processor time that this process has used, in seconds: of user and system, over all threads.
#[cfg(unix)]
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Where the processor time can't be had, the time that passes has to do.
#[cfg(not(unix))]
fn cpu_seconds() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// The processor time of a call, and what it gave.
fn timed<T>(call: impl FnOnce() -> T) -> (f64, T) {
    let start = cpu_seconds();
    let value = call();
    (cpu_seconds() - start, value)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
