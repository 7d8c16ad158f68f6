//! The command line as a script sees it: exit codes, and what goes to which stream.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const GOOD: &str = "events:\n  invoice_paid: { expires: 2026-12-31 }\n";
const BAD: &str = "events:\n  InvoicePaid: {}\n";

fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

fn workspace(plan: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("created");
    fs::write(folder.path().join("schema/plan.yaml"), plan).expect("written");
    folder
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn a_plan_is_stale_until_it_is_regenerated() {
    let folder = workspace(GOOD);
    let today = ["--today", "2026-01-31"];
    let run = |command: &str| xtask(folder.path(), &[&[command], today.as_slice()].concat());

    let stale = run("check");
    assert_eq!(code(&stale), Some(1));
    assert!(stderr(&stale).contains("schema/tracking_plan.lock/event/invoice_paid"));
    assert_eq!(code(&run("regenerate")), Some(0));
    let fresh = run("check");
    assert_eq!((code(&fresh), stdout(&fresh).as_str()), (Some(0), ""));

    let lock = folder.path().join("schema/tracking_plan.lock");
    fs::write(lock.join("event/order_sent"), "event order_sent\n").expect("written");
    assert_eq!(code(&run("check")), Some(1));
    assert_eq!(code(&run("regenerate")), Some(0));
    assert!(!lock.join("event/order_sent").exists());
}

#[test]
fn the_page_of_the_checks_is_kept_where_somebody_wants_it() {
    let folder = workspace(GOOD);
    let page = folder.path().join("docs/checks.md");
    let run = |command: &str| code(&xtask(folder.path(), &[command, "--today", "2026-01-31"]));
    assert_eq!(run("regenerate"), Some(0));
    assert!(!page.exists(), "nobody asked for it");

    let header =
        "<!-- Written by `cargo xtask regenerate` from the checks themselves; don't edit. -->";
    fs::create_dir(folder.path().join("docs")).expect("created");
    fs::write(&page, header).expect("written");
    assert_eq!(run("check"), Some(1));
    assert_eq!(run("regenerate"), Some(0));
    assert_eq!(run("check"), Some(0));
    let text = fs::read_to_string(&page).expect("written");
    assert!(text.contains("### event-tense") && text.contains("SUPERFLUOUS_NO_LINT"));

    fs::write(&page, "# Our own page\n").expect("written");
    assert_eq!(
        run("check"),
        Some(0),
        "a page of somebody else's is left alone"
    );
}

#[test]
fn a_broken_plan_writes_nothing_and_fails() {
    let folder = workspace(BAD);
    let output = xtask(folder.path(), &["regenerate"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(1), ""));
    let text = stderr(&output);
    assert!(
        text.contains("error[event-case]") && text.contains("schema/plan.yaml:2:3"),
        "{text}"
    );
    assert!(!folder.path().join("schema/tracking_plan.lock").exists());
}

#[test]
fn expiry_is_judged_on_the_given_day_and_denied_on_demand() {
    let folder = workspace(GOOD);
    let run = |arguments: &[&str]| {
        code(&xtask(
            folder.path(),
            &[&["regenerate"], arguments].concat(),
        ))
    };
    assert_eq!(
        run(&["--today", "2026-12-31", "--deny", "warnings"]),
        Some(0)
    );
    assert_eq!(run(&["--today", "2027-01-01"]), Some(0));
    assert_eq!(
        run(&["--today", "2027-01-01", "--deny", "warnings"]),
        Some(1)
    );
}

#[test]
fn machine_formats_have_stdout_to_themselves() {
    let folder = workspace(BAD);
    for format in ["json", "sarif"] {
        let output = xtask(folder.path(), &["check", "--format", format]);
        assert_eq!(code(&output), Some(1));
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
        let found = report.pointer("/findings/0/code");
        let found = found.or(report.pointer("/runs/0/results/0/ruleId"));
        assert_eq!(
            found.and_then(Value::as_str),
            Some("event-case"),
            "{report}"
        );
    }
    let github = stdout(&xtask(folder.path(), &["check", "--format", "github"]));
    assert!(
        github.starts_with("::error file=schema/plan.yaml,line=2,"),
        "{github}"
    );
}

#[test]
fn what_can_not_be_done_is_told_from_what_did_not_pass() {
    let empty = tempfile::tempdir().expect("a folder");
    for arguments in [
        ["check", "--deny", "everything"].as_slice(),
        &["check", "--today", "tomorrow"],
        &["explain", "event-tens"],
    ] {
        let output = xtask(empty.path(), arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}");
    }
    let unknown = xtask(empty.path(), &["explain", "event-tens"]);
    assert!(stderr(&unknown).contains("did you mean `event-tense`?"));
    let known = xtask(empty.path(), &["explain", "event-tense"]);
    assert_eq!(code(&known), Some(0));
    assert!(stdout(&known).contains("invoice_pay: {}"));
}
