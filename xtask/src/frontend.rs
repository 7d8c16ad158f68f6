//! What the reference application's frontend and its browser need from this machine: npm's packages, the built
//! scripts, and Chromium. Of use in this repo alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

/// What the scripts are built from.
const INPUTS: [&str; 4] = [
    "package-lock.json",
    "web/src",
    "examples/tformance/frontend/src",
    "examples/tformance/frontend/build.js",
];

/// What the build writes last.
const OUTPUT: &str = "examples/tformance/frontend/dist/theme.js";

/// What a person can do about a missing Chromium.
pub const HOW_TO_INSTALL: &str =
    "install it (on Debian, as root: apt-get install chromium) or name it with CHROMIUM=path";

/// Installs npm's packages and builds the frontend, each only if it changed since the last time.
pub(crate) fn prepare() -> Result<()> {
    let root = root();
    install(&root)?;
    let built = changed_at(&root.join(OUTPUT));
    if built.is_none()
        || INPUTS
            .iter()
            .any(|input| changed_at(&root.join(input)) > built)
    {
        eprintln!("building the frontend …");
        npm(&root, &["run", "build", "--silent"])?;
    }
    Ok(())
}

/// Installs npm's packages, if their versions changed since the last time.
pub(crate) fn install(root: &Path) -> Result<()> {
    let installed = changed_at(&root.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < changed_at(&root.join("package-lock.json")) {
        eprintln!("installing npm's packages …");
        npm(root, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    Ok(())
}

/// Checks the types of all TypeScript.
pub(crate) fn check() -> Result<()> {
    npm(&root(), &["run", "check", "--silent"])
}

/// Installs Chromium if it is missing, where that needs no question: as root on Debian and its kin.
pub(crate) fn ensure_chromium() -> Result<()> {
    if chromium().is_some() {
        return Ok(());
    }
    eprintln!("installing Chromium, which the browser tests need …");
    let apt = |arguments: &[&str]| {
        let status = Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status();
        status.is_ok_and(|status| status.success())
    };
    let packages = [
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "chromium",
    ];
    if apt(&["update", "-qq"]) && apt(&packages) {
        return Ok(());
    }
    bail!("Chromium is missing, and can't be installed from here; {HOW_TO_INSTALL}")
}

/// Where Chromium is: what the variable `CHROMIUM` names, or the first of its usual names that the path has.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let mut candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.find(|file| file.is_file())
}

/// The repo, which these commands belong to.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

fn npm(root: &Path, arguments: &[&str]) -> Result<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .status()
        .context("can't run npm; install Node.js 20 or later, which brings it")?;
    if !status.success() {
        bail!("npm {} failed", arguments.join(" "));
    }
    Ok(())
}

/// When a file, or the youngest file of a folder, was changed.
fn changed_at(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return fs::metadata(path).and_then(|data| data.modified()).ok();
    }
    let entries = fs::read_dir(path).ok()?;
    entries
        .filter_map(|entry| changed_at(&entry.ok()?.path()))
        .max()
}
