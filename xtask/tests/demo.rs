//! The demo as a user runs it: the whole product, from the plan's YAML to what a collector received.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn demo(schema: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask-live"));
    command
        .args(["demo", "--teams", "4", "--schema"])
        .arg(schema);
    command.output().expect("the demo runs")
}

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

#[test]
fn the_demo_shows_every_event_without_a_violation() {
    let output = demo(&schema());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("0 lost"), "{text}");
    assert!(text.contains(" 0 violations"), "{text}");
    for funnel in ["onboarding", "integration", "engagement"] {
        assert!(text.contains(&format!("funnel {funnel}")), "{text}");
    }
}

#[test]
fn the_demo_fails_when_application_and_plan_differ() {
    let other = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(schema()).expect("the plan") {
        let file = file.expect("the plan").path();
        if file
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = fs::read_to_string(&file).expect("the plan");
            // The application still sends the one, and never the other.
            let text = text
                .replace(
                    "  row_count: { type: integer, min: 0, description: \"Pull requests in",
                    "  rows_count: { type: integer, min: 0, description: \"Pull requests in",
                )
                .replace("  insight_dismissed:", "  insight_hidden:");
            let name = file.file_name().expect("a file");
            fs::write(other.path().join(name), text).expect("written");
        }
    }
    let output = demo(other.path());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for expected in [
        "pr_list_exported: the event has no property \"row_count\"",
        "missing: insight_hidden never came",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}
