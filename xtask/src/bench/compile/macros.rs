//! What the macro crate itself costs: to build, and to load a plan.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::cargo::Workspace;
use crate::bench::{cpu_seconds_of, median};
use crate::frontend::root;

/// Loading the plan as a rustc process does once: the macro crate's own code, unoptimised as macros are built.
pub(super) fn load(rounds: usize, workspace: &Workspace) -> Result<()> {
    let name = "plan_load";
    let schema = root().join("schema");
    let plan = root().join("macros/src/plan.rs");
    workspace.package_with(
        name,
        "",
        &format!(
            "trackplan-schema = {{ path = {schema:?} }}\nproc-macro2 = \"1\"\nsyn = {{ version = \"3\", features = [\"full\"] }}\n"
        ),
    )?;
    let main = format!(
        "#![allow(dead_code)]\n#[path = {plan:?}]\nmod plan;\n\nfn main() {{\n    \
         let start = std::time::Instant::now();\n    let plan = plan::current();\n    \
         let time = start.elapsed();\n    assert!(plan.is_ok());\n    \
         println!(\"{{}}\", time.as_nanos());\n}}\n"
    );
    workspace.write(&format!("crates/{name}/src/main.rs"), &main)?;
    for size in [100, 1_000, 5_000] {
        workspace.plan(size)?;
        cpu_seconds_of(workspace.cargo().args(["build", "--package", name]))?;
        let mut times = Vec::new();
        for _ in 0..rounds.max(20) {
            let output = Command::new(workspace.folder().join("target/debug").join(name))
                .env(
                    "CARGO_MANIFEST_DIR",
                    workspace.folder().join("crates").join(name),
                )
                .env_remove("TRACKING_PLAN")
                .output()?;
            let nanoseconds: f64 = String::from_utf8_lossy(&output.stdout)
                .trim()
                .parse()
                .context("a time")?;
            times.push(nanoseconds / 1e6);
        }
        println!("  {size} events: {:.2} ms", median(times));
    }
    Ok(())
}

/// A build of the macro crate from nothing, beside that of what it depends on, both as a user's cargo builds dependencies of
/// macros: not incrementally, for they come from a registry or from git, and without debug information.
pub(super) fn clean_build(rounds: usize, workspace: &Workspace) -> Result<()> {
    let target = workspace.folder().join("target-clean");
    let macros = root().join("macros");
    workspace.package_with(
        "macros_bare",
        "",
        "proc-macro2 = \"1\"\nquote = \"1\"\nsyn = { version = \"3\", default-features = false, \
         features = [\"clone-impls\", \"full\", \"parsing\", \"printing\", \"proc-macro\", \"derive\"] }\n",
    )?;
    workspace.write("crates/macros_bare/src/lib.rs", "")?;
    workspace.package_with(
        "macros_whole",
        "",
        &format!("trackplan-macros = {{ path = {macros:?} }}\n"),
    )?;
    workspace.write("crates/macros_whole/src/lib.rs", "")?;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (name, times) in ["macros_bare", "macros_whole"].iter().zip(&mut times) {
            fs::remove_dir_all(&target).ok();
            let mut command = workspace.cargo();
            command
                .args(["build", "--package", name])
                .env("CARGO_TARGET_DIR", &target)
                .env("CARGO_INCREMENTAL", "0")
                .env("CARGO_PROFILE_DEV_DEBUG", "0");
            times.push(cpu_seconds_of(&mut command)?);
        }
    }
    fs::remove_dir_all(&target).ok();
    let [bare, whole] = times;
    let (bare, whole) = (median(bare), median(whole));
    println!("  syn, quote, proc-macro2: {bare:.2} s");
    println!(
        "  the macro crate with them: {whole:.2} s, + {:.2} s",
        whole - bare
    );
    Ok(())
}
