//! `bench frontend`: what the browser's client costs beside `posthog.capture` by hand, and beside the shape of
//! Segment's Typewriter.
//!
//! Pages are generated into a folder of their own, with what `regenerate` writes for their plan. esbuild, tsc and
//! Chromium are those of the reference application.

mod pages;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use super::{cpu_seconds_of, median};
use crate::frontend;
use pages::Shape;

/// How many events a page sends.
const SIZES: [usize; 3] = [14, 100, 1_000];

/// The size of which the compiler's time is measured.
const CHECKED: usize = 1_000;

/// Plans of each size whose bytes are measured: gzip is luckier with one than with another.
const DRAWS: u64 = 7;

/// How often to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Runs of the TypeScript compiler for each shape, and of the clicks in Chromium
    #[arg(long, default_value = "7")]
    rounds: NonZeroUsize,
    /// Where the generated pages are written
    #[arg(long, default_value = "target/bench-frontend")]
    folder: PathBuf,
}

/// Measures bytes, the compiler's time and the main thread's time, and prints a table of each.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    frontend::install(&frontend::root())?;
    let folder = std::path::absolute(&options.folder)?;
    let rounds = options.rounds.get();
    bytes(&folder)?;
    types(&folder, rounds)?;
    main_thread(&folder, rounds)?;
    Ok(ExitCode::SUCCESS)
}

/// Bytes of each shape's bundle, without posthog-js.
fn bytes(folder: &Path) -> Result<()> {
    println!("\nbytes, minified by esbuild, then gzipped; medians of {DRAWS} plans\n");
    println!("events  shape                     minified     gzip  more than by hand");
    for size in SIZES {
        let mut measured = Shape::ALL.map(|_| [const { Vec::new() }; 3]);
        for draw in 0..DRAWS {
            let folder = write(folder, size, draw)?;
            let entries = Shape::ALL.map(|shape| folder.join(shape.file()));
            let sizes = node("bytes.js", &entries)?;
            let sizes = sizes.as_array().context("a list of sizes")?;
            let by_hand = sizes.first().context("a size for each page")?;
            let by_hand = number(by_hand, "gzip")?;
            for (size, figures) in sizes.iter().zip(&mut measured) {
                let gzip = number(size, "gzip")?;
                let row = [number(size, "minified")?, gzip, gzip - by_hand];
                for (figures, figure) in figures.iter_mut().zip(row) {
                    figures.push(figure);
                }
            }
        }
        for (shape, figures) in Shape::ALL.into_iter().zip(measured) {
            let [minified, gzip, more] = figures.map(median);
            let title = shape.title();
            println!("{size:6}  {title:24} {minified:8.0} B {gzip:6.0} B  {more:+15.0} B");
        }
    }
    Ok(())
}

/// The compiler's time for each shape. Shapes take turns, so that a busy machine slows all of them alike.
fn types(folder: &Path, rounds: usize) -> Result<()> {
    println!(
        "\ntsc of {CHECKED} events and as many calls: CPU seconds, medians of {rounds} rounds\n"
    );
    let folder = write(folder, CHECKED, 0)?;
    let mut times = vec![Vec::new(); Shape::ALL.len()];
    // The first round warms the caches of the file system.
    for round in 0..=rounds {
        for (shape, times) in Shape::ALL.into_iter().zip(&mut times) {
            let time = check(&folder, shape)?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let times: Vec<f64> = times.into_iter().map(median).collect();
    let by_hand = times.first().copied().unwrap_or_default();
    println!("shape                        CPU s  of by hand");
    for (shape, time) in Shape::ALL.into_iter().zip(times) {
        println!("{:24}  {time:8.2}  {:8.2} ×", shape.title(), time / by_hand);
    }
    Ok(())
}

/// The CPU seconds of checking one page, with the strictness of this repo.
fn check(folder: &Path, shape: Shape) -> Result<f64> {
    let project = folder.join(format!("{}.json", shape.file()));
    let base = frontend::root().join("tsconfig.json");
    let settings = serde_json::json!({ "extends": base, "files": [shape.file()] });
    fs::write(&project, settings.to_string())?;
    let compiler = frontend::root().join("node_modules/typescript/bin/tsc");
    let mut command = Command::new("node");
    command.arg(compiler).arg("--project").arg(project);
    cpu_seconds_of(command.stdin(Stdio::null()))
}

/// What a tracked click takes of the page's main thread, with a posthog-js that does nothing.
fn main_thread(folder: &Path, rounds: usize) -> Result<()> {
    let Some(chromium) = frontend::chromium() else {
        bail!("Chromium is missing; {}", frontend::HOW_TO_INSTALL);
    };
    println!("\nmain thread in Chromium, without posthog-js: microseconds per event, medians\n");
    let client = write(folder, SIZES[0], 0)?.join("object/client.ts");
    let measured = node("clicks.js", &[chromium, client, rounds.to_string().into()])?;
    println!("processor      plain click  tracked click  track.event(…)  later, when idle");
    for row in measured.as_array().context("a list of figures")? {
        let processor = row["processor"].as_str().context("a name")?;
        let [plain, tracked] = [number(row, "plain")?, number(row, "tracked")?];
        let [called, later] = [number(row, "called")?, number(row, "later")?];
        println!(
            "{processor:12} {plain:11.1} µs {tracked:11.1} µs  {called:11.1} µs  {later:13.1} µs"
        );
    }
    Ok(())
}

/// A figure that a script measured.
fn number(row: &Value, name: &str) -> Result<f64> {
    let figure = row[name].as_f64();
    figure.with_context(|| format!("a script told no `{name}` in {row}"))
}

/// Writes the pages of one plan; the folder that holds them.
fn write(folder: &Path, events: usize, draw: u64) -> Result<PathBuf> {
    let folder = folder.join(format!("{events}-{draw}"));
    for (path, text) in pages::files(events, draw)? {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(folder)
}

/// Runs a script of `web/bench`, which prints JSON.
fn node(script: &str, arguments: &[PathBuf]) -> Result<Value> {
    let output = Command::new("node")
        .arg(frontend::root().join("web/bench").join(script))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("can't run node; install Node.js 20 or later")?;
    if !output.status.success() {
        bail!(
            "{script} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("{script} printed no JSON"))
}
