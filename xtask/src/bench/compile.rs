//! `bench compile`: what the macros cost the compiler.
//!
//! Crates are generated in a workspace of their own and built by the cargo and rustc that build this repo. Each round
//! builds every variant of a comparison once, so that a busy machine slows all of them alike; figures are medians of
//! the CPU time (user and system) of cargo and all that it started, ratios are between variants of one run.

mod cargo;
mod crates;
mod macros;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use cargo::{Build, Workspace};
use crates::{Annotation, Structs, Style};

/// What to build, and how often.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Builds of each variant
    #[arg(long, default_value = "5")]
    rounds: NonZeroUsize,
    /// Annotated functions, and events of the plan
    #[arg(long, default_value_t = 1_000)]
    size: usize,
    /// Only the comparisons whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// Where the generated crates are built
    #[arg(long, default_value = "target/bench-compile")]
    folder: PathBuf,
}

/// A comparison: its name and what measures it.
type Comparison = (&'static str, fn(&Options, &Workspace) -> Result<()>);

const COMPARISONS: &[Comparison] = &[
    ("async check", |options, workspace| {
        functions(options, workspace, Style::Async, Build::Check)
    }),
    ("borrowing async check", |options, workspace| {
        functions(options, workspace, Style::Borrowing, Build::Check)
    }),
    ("sync check", |options, workspace| {
        functions(options, workspace, Style::Sync, Build::Check)
    }),
    ("async debug build", |options, workspace| {
        functions(options, workspace, Style::Async, Build::Debug)
    }),
    ("one handler touched", touched),
    ("plan!", whole_plan),
    ("50 events of a plan", part_of_a_plan),
    ("plan load", |options, workspace| {
        macros::load(options.rounds.get(), workspace)
    }),
    ("macros clean build", |options, workspace| {
        macros::clean_build(options.rounds.get(), workspace)
    }),
];

/// Runs the comparisons and prints a table for each.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::new(&options.folder)?;
    for (name, compare) in COMPARISONS {
        if name.contains(&options.only) {
            println!("\n{name}");
            compare(options, &workspace).with_context(|| format!("can't measure {name}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Functions that are annotated with nothing, with `#[tracked]`, and with `#[tracing::instrument]`.
fn functions(options: &Options, workspace: &Workspace, style: Style, build: Build) -> Result<()> {
    workspace.plan(options.size)?;
    let mut names = Vec::new();
    for annotation in Annotation::ALL {
        let name = format!("{}_{}", style.name(), annotation.name());
        let source = crates::functions(options.size, style, annotation);
        workspace.package(&name, &source)?;
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let times = workspace.times(&names, build, options.rounds.get())?;
    report_extra(&names, &times, "s");
    if build == Build::Debug {
        let sizes = names
            .iter()
            .map(|name| workspace.code_size(name))
            .collect::<Result<Vec<f64>>>()?;
        report_extra(&names, &sizes, "MB");
    }
    Ok(())
}

/// One function of many is edited, and the crate is checked incrementally.
fn touched(options: &Options, workspace: &Workspace) -> Result<()> {
    workspace.plan(options.size)?;
    let mut names = Vec::new();
    for annotation in Annotation::ALL {
        let name = format!("touched_{}", annotation.name());
        workspace.package(
            &name,
            &crates::functions(options.size, Style::Async, annotation),
        )?;
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let times = workspace.times(&names, Build::Incremental, options.rounds.get())?;
    let [none, ours, tracing] = times[..] else {
        return Ok(());
    };
    println!("  none {none:.2} s, tracked {ours:.2} s, tracing {tracing:.2} s");
    println!("  ratio {:.2}", ours / tracing);
    Ok(())
}

/// Every event of a plan as a struct, beside the same structs with `#[derive(Serialize)]`.
fn whole_plan(options: &Options, workspace: &Workspace) -> Result<()> {
    workspace.plan(options.size)?;
    let names = ["plan_empty", "plan_whole", "plan_serialize"];
    workspace.package(names[0], "")?;
    workspace.package(names[1], "pub mod events { trackplan::plan!(); }\n")?;
    workspace.package(names[2], &crates::structs(options.size, Structs::Serialize))?;
    let times = workspace.times(&names, Build::Check, options.rounds.get())?;
    report_extra(&names, &times, "s");
    Ok(())
}

/// 50 events of plans of two sizes.
fn part_of_a_plan(options: &Options, workspace: &Workspace) -> Result<()> {
    let name = "plan_part";
    workspace.package(name, &crates::structs(50, Structs::OnDemand))?;
    for size in [100, 5 * options.size] {
        workspace.plan(size)?;
        let times = workspace.times(&[name], Build::Check, options.rounds.get())?;
        println!("  50 events of {size}: {:.3} s", times[0]);
    }
    Ok(())
}

/// What each variant costs more than the first, which has no annotations, and the ratio of ours to the other's.
fn report_extra(names: &[&str], figures: &[f64], unit: &str) {
    let [none, ours, other] = figures[..] else {
        return;
    };
    println!("  {}: {none:.2} {unit}", names[0]);
    for (name, figure) in names.iter().zip(figures).skip(1) {
        let extra = figure - none;
        println!(
            "  {name}: {figure:.2} {unit}, + {extra:.2} {unit} (+ {:.0} %)",
            100.0 * extra / none
        );
    }
    println!(
        "  ratio of the extras {:.3}",
        (ours - none) / (other - none)
    );
}
