//! `bench`: what trackplan costs, measured.

mod compile;
mod frontend;
mod plan;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use wait4::Wait4;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// Reading, checking and compiling generated plans of 1,000 and 5,000 events
    Plan,
    /// What the macros cost the compiler, in CPU seconds, beside `#[tracing::instrument]` and `#[derive(Serialize)]`
    Compile(compile::Options),
    /// What the browser's client costs: bytes, the TypeScript compiler's time, and a page's main thread
    Frontend(frontend::Options),
}

/// Measures. What is measured in this process itself takes a release build: a debug build builds one first and hands
/// over to it.
pub(crate) fn run(subject: &Subject) -> Result<ExitCode> {
    match subject {
        Subject::Plan if cfg!(debug_assertions) => in_release("plan"),
        Subject::Plan => plan::run(),
        Subject::Compile(options) => compile::run(options),
        Subject::Frontend(options) => frontend::run(options),
    }
}

fn in_release(subject: &str) -> Result<ExitCode> {
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
        .args(["--bin", "xtask", "--", "bench", subject])
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

/// Runs a command to its end: the CPU seconds of it and all that it started.
fn cpu_seconds_of(command: &mut Command) -> Result<f64> {
    let child = command
        .spawn()
        .with_context(|| format!("can't run {command:?}"))?;
    let used = child.wait4()?;
    if !used.status.success() {
        bail!("{command:?} failed");
    }
    Ok((used.rusage.utime + used.rusage.stime).as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
