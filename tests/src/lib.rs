//! Tests across the crates live in `tests/`; compile-fail cases in `ui/`, a folder a rule, one mistake a file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use trackplan_schema::yaml::{self, Level};
use trackplan_schema::{lock, plan};

/// A crate or a workspace of a user's, in a folder of its own.
pub struct Folder(tempfile::TempDir);

#[allow(
    clippy::missing_panics_doc,
    reason = "a test that can't write its files has failed"
)]
impl Folder {
    /// A folder with this manifest, and this plan below `schema/`, compiled.
    #[must_use]
    pub fn new(manifest: &str, plan: &str) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("Cargo.toml", manifest);
        // The same versions as here, so that nothing has to be fetched.
        let versions = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("Cargo.lock");
        fs::copy(versions, folder.path("Cargo.lock")).expect("a lock file");
        folder.write("schema/plan.yaml", plan);
        folder.regenerate("schema");
        folder
    }

    /// A crate called `shop`, with this `main.rs`.
    #[must_use]
    pub fn shop(main: &str, plan: &str) -> Self {
        let manifest = format!(
            "[package]\nname = \"shop\"\nedition = \"2024\"\n\n[dependencies]\ntrackplan = {}\n\n[workspace]\n",
            dependency()
        );
        let folder = Self::new(&manifest, plan);
        folder.write("src/main.rs", main);
        folder
    }

    /// A path below it.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// What `cargo xtask regenerate` writes for the plan in a folder below this one.
    #[track_caller]
    pub fn regenerate(&self, schema: &str) {
        let errors = regenerate(&self.path(schema)).expect("a compiled plan");
        assert_eq!(errors, 0, "errors in the plan");
    }

    /// A program, run in a folder below this one; what cargo builds goes to `target`, which tests share.
    #[must_use]
    pub fn command(&self, program: &str, folder: &str, target: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path(folder))
            .env("CARGO_TARGET_DIR", Path::new(target).join("scratch"))
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("TRACKING_PLAN");
        command
    }
}

/// This workspace's `trackplan`, as a manifest names it.
#[must_use]
pub fn dependency() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime");
    format!("{{ path = {path:?}, default-features = false }}")
}

/// Compiles the plan in a folder, as `cargo xtask regenerate` does, and returns how many errors it has.
///
/// # Errors
///
/// The folder can't be read or written.
pub fn regenerate(schema: &Path) -> io::Result<usize> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(schema)? {
        let file = entry?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let path = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&file)?;
            sources.push(plan::Source { path, text });
        }
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let (plan, findings) = yaml::load(sources);
    for (path, text) in lock::compile(&plan) {
        let file = schema.join(lock::FOLDER).join(path);
        if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            fs::create_dir_all(file.parent().unwrap_or(schema))?;
            fs::write(file, text)?;
        }
    }
    Ok(findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .count())
}
