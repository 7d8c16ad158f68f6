//! What a mistake looks like to the user: the compiler's words for each case in `ui/`.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use trackplan_tests::regenerate;

/// The cases have a plan of their own, `ui/schema`. A variable names it, and a test can't set one for itself.
#[test]
fn mistakes_are_compile_errors_that_say_how_to_mend_them() {
    let schema = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui/schema");
    fs::remove_dir_all(&schema).ok();
    fs::create_dir_all(&schema).expect("a folder");
    for entry in fs::read_dir("ui/schema").expect("the plan of the cases") {
        let source = entry.expect("a file");
        fs::copy(source.path(), schema.join(source.file_name())).expect("copied");
    }
    assert_eq!(regenerate(&schema).expect("a compiled plan"), 0);
    // No plan may say so, but a compiled plan of another version could.
    let secret = schema.join("tracking_plan.lock/event/token_issued");
    let text = fs::read_to_string(&secret).expect("an event");
    fs::write(secret, text.replace("pii none", "pii secret")).expect("written");
    // Nor may a compiled plan lack this, but one that somebody edited could.
    let ticket = schema.join("tracking_plan.lock/event/ticket_stamped");
    let text = fs::read_to_string(&ticket).expect("an event");
    fs::write(ticket, text.replace("  matcher", "  lost")).expect("written");

    let status = Command::new(env::current_exe().expect("this test"))
        .args(["--exact", "cases", "--ignored", "--nocapture"])
        .env("TRACKING_PLAN", &schema)
        .status()
        .expect("this test");
    assert!(
        status.success(),
        "run with TRYBUILD=overwrite to accept the new words"
    );
}

#[test]
#[ignore = "run by the test above, with the plan of the cases"]
fn cases() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
