//! The scratch workspace: writing crates and plans, building them, and the CPU time that it took.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use trackplan_schema::lock;
use trackplan_schema::plan::Source;
use trackplan_schema::yaml::{self, Level};

use super::crates;
use crate::bench::{cpu_seconds_of, median};
use crate::frontend::root;

/// How a crate is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// `cargo check` of the whole crate.
    Check,
    /// `cargo build` of the whole crate.
    Debug,
    /// `cargo check` after one function changed.
    Incremental,
}

/// A folder with a plan and a crate per variant.
pub(super) struct Workspace {
    folder: PathBuf,
    edits: Cell<u32>,
}

/// The dependencies of every variant, so that cargo has the same to do for each.
const DEPENDENCIES: &str = "\
trackplan = { path = \"REPO/runtime\", default-features = false }
tracing = { version = \"0.1\", default-features = false, features = [\"attributes\"] }
serde = { version = \"1\", features = [\"derive\"] }
";

impl Workspace {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let folder = std::path::absolute(folder)?;
        let workspace = Self {
            folder,
            edits: Cell::new(0),
        };
        workspace.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n",
        )?;
        // The same versions as here, as far as they are the same crates.
        let versions = root().join("Cargo.lock");
        if !workspace.folder.join("Cargo.lock").exists() && versions.exists() {
            fs::copy(versions, workspace.folder.join("Cargo.lock"))?;
        }
        Ok(workspace)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|current| current == text) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))
    }

    /// Writes and compiles a plan of so many events.
    pub(super) fn plan(&self, events: usize) -> Result<()> {
        let text = crates::plan(events);
        let path = "plan.yaml".to_owned();
        self.write("schema/plan.yaml", &text)?;
        let (plan, findings) = yaml::load(vec![Source { path, text }]);
        let broken = findings.iter().find(|found| found.level == Level::Error);
        ensure!(broken.is_none(), "the generated plan is broken: {broken:?}");
        let lock_folder = format!("schema/{}", lock::FOLDER);
        fs::remove_dir_all(self.folder.join(&lock_folder)).ok();
        for (path, text) in lock::compile(&plan) {
            self.write(&format!("{lock_folder}/{path}"), &text)?;
        }
        Ok(())
    }

    pub(super) fn package(&self, name: &str, source: &str) -> Result<()> {
        let dependencies = DEPENDENCIES.replace("REPO", &root().display().to_string());
        self.package_with(name, "", &dependencies)?;
        self.write(&format!("crates/{name}/src/lib.rs"), source)
    }

    pub(super) fn package_with(&self, name: &str, rest: &str, dependencies: &str) -> Result<()> {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n{rest}\n[dependencies]\n{dependencies}"
        );
        self.write(&format!("crates/{name}/Cargo.toml"), &manifest)
    }

    /// The median CPU seconds of building each crate.
    pub(super) fn times(&self, names: &[&str], build: Build, rounds: usize) -> Result<Vec<f64>> {
        for name in names {
            self.build(name, build)?;
        }
        let mut times = vec![Vec::new(); names.len()];
        for _ in 0..rounds {
            for (name, times) in names.iter().zip(&mut times) {
                self.edit(name, build)?;
                times.push(self.build(name, build)?);
            }
        }
        Ok(times.into_iter().map(median).collect())
    }

    /// Changes a crate so that cargo builds it again: a comment at its end, or a number in a function.
    fn edit(&self, name: &str, build: Build) -> Result<()> {
        let edit = self.edits.get() + 1;
        self.edits.set(edit);
        let path = self.folder.join(format!("crates/{name}/src/lib.rs"));
        let text = fs::read_to_string(&path)?;
        let text = match build {
            Build::Check | Build::Debug => {
                let end = text.find("// edit").unwrap_or(text.len());
                format!("{}// edit {edit}\n", &text[..end])
            }
            Build::Incremental => {
                let (before, after) = text
                    .split_once(crates::TOUCHED)
                    .context("a function to touch")?;
                let (_, after) = after.split_once(';').context("a statement to touch")?;
                format!("{before}{} {edit};{after}", crates::TOUCHED)
            }
        };
        fs::write(path, text)?;
        Ok(())
    }

    fn build(&self, name: &str, build: Build) -> Result<f64> {
        let mut command = self.cargo();
        match build {
            Build::Check | Build::Incremental => command.arg("check"),
            Build::Debug => command.arg("build"),
        };
        let incremental = if build == Build::Incremental {
            "1"
        } else {
            "0"
        };
        command.env("CARGO_INCREMENTAL", incremental);
        cpu_seconds_of(command.args(["--package", name]))
    }

    /// Cargo in this workspace.
    pub(super) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["--quiet"])
            .current_dir(&self.folder)
            // Otherwise they may name this repo's plan and build folder.
            .env("TRACKING_PLAN", self.folder.join("schema"))
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::null());
        command
    }

    /// Megabytes of code and data in a crate's library, as `size` counts them.
    pub(super) fn code_size(&self, name: &str) -> Result<f64> {
        let library = self.folder.join(format!("target/debug/lib{name}.rlib"));
        let output = Command::new("size")
            .arg("--totals")
            .arg(&library)
            .output()
            .context("can't run `size` (of the binutils)")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let total = text.lines().last().unwrap_or_default();
        let bytes: f64 = total
            .split_whitespace()
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        Ok(bytes / 1e6)
    }
}
