//! Visitors with a real browser: Chromium, driven by the scripts in `frontend/browser`.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::process::Command;

use crate::Running;

/// Plays a scenario of `frontend/browser/scenarios.js`, and returns what it found.
///
/// # Errors
///
/// Node is missing, or the pages did not behave; the error says how.
pub async fn play(running: &Running, chromium: &Path, scenario: &str) -> Result<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frontend/browser/run.js");
    let mut command = Command::new("node");
    command
        .arg(script)
        .args([scenario, running.app_url().as_str()])
        .env("CHROMIUM", chromium)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command
        .output()
        .await
        .context("can't run node; install Node.js 20 or later")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("the scenario `{scenario}` failed:\n{}", said.trim());
    }
    serde_json::from_slice(&output.stdout).context("the scenario's result is no JSON")
}
