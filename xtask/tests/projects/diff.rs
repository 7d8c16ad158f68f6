//! `diff` and the part of `check` that compares, in real git repositories.

use serde_json::Value;

use crate::folder::{Folder, Said};

const PLAN: &str = "\
events:
  invoice_paid:
    description: Money arrived.
    properties:
      amount: number
";

/// A repository whose branch `main` has the plan and its compiled form.
fn repository() -> Folder {
    let repo = Folder::new();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.write("schema/plan.yaml", PLAN);
    assert!(repo.xtask(&["regenerate"]).succeeded);
    repo.commit("Plan");
    repo
}

fn edit(repo: &Folder, old: &str, new: &str) {
    let text = repo.read("schema/plan.yaml");
    let changed = text.replace(old, new);
    assert_ne!(changed, text, "{old}");
    repo.write("schema/plan.yaml", &changed);
    let said = repo.xtask(&["regenerate"]);
    assert!(said.succeeded, "{}", said.stderr);
}

fn json(repo: &Folder, arguments: &[&str]) -> Value {
    let said = repo.xtask(&[&["diff", "--format", "json"], arguments].concat());
    assert!(said.succeeded, "{}", said.stderr);
    serde_json::from_str(&said.stdout).expect("JSON")
}

fn ids(document: &Value) -> Vec<&str> {
    let changes = document["changes"].as_array().expect("changes");
    changes
        .iter()
        .map(|change| change["id"].as_str().expect("an id"))
        .collect()
}

#[track_caller]
fn assert_says(said: &Said, succeeded: bool, words: &str) {
    assert_eq!(said.succeeded, succeeded, "{said:?}");
    assert!(
        said.stderr.contains(words),
        "{words:?} is not in:\n{}",
        said.stderr
    );
}

#[test]
fn a_branch_is_compared_with_where_it_left_main() {
    let repo = repository();
    repo.git(&["switch", "--quiet", "--create", "branch"]);
    edit(&repo, "amount: number", "amount: string");
    repo.commit("Retype");
    repo.git(&["switch", "--quiet", "main"]);
    edit(&repo, "Money arrived.", "Money came.");
    repo.commit("Reword");
    let id = repo.git(&["rev-parse", "HEAD~"]);
    repo.git(&["switch", "--quiet", "branch"]);

    let document = json(&repo, &[]);
    let expected = serde_json::json!({
        "base": { "ref": "main", "commit": id, "read_from": "yaml" },
        "counts": { "breaking": 1, "risky": 0, "safe": 0, "unacknowledged": 1 },
        "changes": [{
            "id": "event/invoice_paid/amount.type",
            "class": "breaking",
            "action": "changed",
            "kind": "event",
            "name": "invoice_paid",
            "property": "amount",
            "field": "type",
            "element": null,
            "old": "number",
            "new": "string",
            "file": "schema/plan.yaml",
            "line": 5,
            "column": 7,
            "why": "PostHog freezes a property's type at the first value it sees, in the whole project: give it a new name.",
            "acknowledged": null,
        }],
    });
    assert_eq!(document, expected);
    assert_eq!(
        repo.xtask(&["diff"]).stdout,
        format!(
            "Compared with main ({}).\n\nbreaking (1)\n  event/invoice_paid/amount type: `number` → `string`\n    \
             schema/plan.yaml:5:7: PostHog freezes a property's type at the first value it sees, in the whole \
             project: give it a new name.\n    not acknowledged; its name is `event/invoice_paid/amount.type`\n",
            &id[..8]
        )
    );
}

#[test]
fn a_pull_request_gets_a_table() {
    let repo = repository();
    edit(&repo, "amount: number", "amount: string");
    edit(&repo, "Money arrived.", "Money | arrived.");
    let comment = repo.xtask(&["diff", "--format", "markdown"]).stdout;
    assert!(
        comment.starts_with("<!-- trackplan diff -->\n### Tracking plan\n"),
        "{comment}"
    );
    let rows: Vec<&str> = comment
        .lines()
        .filter(|line| line.contains("`schema/plan.yaml:"))
        .collect();
    assert_eq!(rows.len(), 2, "{comment}");
    let retyped = "| ❌ breaking | `event/invoice_paid/amount` | type: `number` → `string` | `schema/plan.yaml:5:7` |";
    assert!(rows[0].starts_with(retyped), "{comment}");
    assert!(
        rows[1].contains("`Money arrived.` → <code>Money &#124; arrived.</code>"),
        "{comment}"
    );
    assert!(
        comment.contains("<details><summary>1 safe change</summary>"),
        "{comment}"
    );
}

#[test]
fn main_is_compared_with_what_was_pushed_and_without_a_remote_with_its_commit() {
    let repo = repository();
    edit(&repo, "amount: number", "amount: { type: number, min: 0 }");
    assert_eq!(ids(&json(&repo, &[])), ["event/invoice_paid/amount.min"]);
    repo.commit("Limit");
    assert_eq!(ids(&json(&repo, &[])), [""; 0]);
    assert_eq!(
        ids(&json(&repo, &["--base", "HEAD~"])),
        ["event/invoice_paid/amount.min"]
    );

    let remote = Folder::new();
    remote.git(&["init", "--quiet", "--bare"]);
    let url = remote.path("").display().to_string();
    repo.git(&["remote", "add", "origin", &url]);
    repo.git(&["push", "--quiet", "origin", "HEAD~:refs/heads/main"]);
    let document = json(&repo, &[]);
    assert_eq!(document["base"]["ref"], "origin/main");
    assert_eq!(ids(&document), ["event/invoice_paid/amount.min"]);
}

#[test]
fn check_refuses_what_breaks_until_the_plan_says_that_it_is_meant() {
    let repo = repository();
    assert_says(&repo.xtask(&["check"]), true, "");
    edit(&repo, "amount: number", "amount: string");
    let refused = repo.xtask(&["check"]);
    assert_says(
        &refused,
        false,
        "error[breaking-change]: breaking change of event/invoice_paid/amount: type: `number` → `string`",
    );
    assert_says(&refused, false, "--> schema/plan.yaml:5:7");

    let entry =
        "acknowledged:\n  event/invoice_paid/amount.type: { on: 2026-11-23, reason: Agreed. }\n";
    edit(&repo, "events:", &format!("{entry}events:"));
    assert_says(&repo.xtask(&["check"]), true, "");
    assert!(
        repo.xtask(&["diff"])
            .stdout
            .contains("acknowledged: 2026-11-23: Agreed.")
    );

    repo.commit("Retype");
    assert_says(
        &repo.xtask(&["check"]),
        true,
        "warning[stale-acknowledgement]",
    );
    edit(&repo, entry, "");
    repo.commit("Tidy");
    assert_says(&repo.xtask(&["check"]), true, "");
    edit(&repo, "events:", &format!("{entry}events:"));
    assert_says(
        &repo.xtask(&["check"]),
        false,
        "error[unknown-acknowledgement]",
    );
}

#[test]
fn where_there_is_no_base_diff_fails_and_check_says_so() {
    let no_base = |folder: &Folder, words: &str| {
        assert_says(&folder.xtask(&["diff"]), false, words);
        let note = format!("note: breaking changes were not looked for: {words}");
        assert_says(&folder.xtask(&["check"]), true, &note);
    };

    let folder = Folder::new();
    folder.write("schema/plan.yaml", PLAN);
    assert!(folder.xtask(&["regenerate"]).succeeded);
    no_base(
        &folder,
        "the plan is in no git repository (git says: not a git repository",
    );
    let without_git = |command: &str| {
        let xtask = env!("CARGO_BIN_EXE_xtask");
        folder.run(folder.command(xtask).arg(command).env("PATH", ""))
    };
    assert_says(
        &without_git("diff"),
        false,
        "the command `git` is not installed",
    );
    assert_says(
        &without_git("check"),
        true,
        "note: breaking changes were not looked for: the command `git`",
    );

    // A repository without a commit: nothing is live yet.
    folder.git(&["init", "--quiet", "--initial-branch=main"]);
    let unborn = folder.xtask(&["diff"]);
    assert!(
        unborn
            .stdout
            .starts_with("Nothing is committed yet; everything is new."),
        "{unborn:?}"
    );
    assert_says(&folder.xtask(&["check"]), true, "");

    let repo = repository();
    for name in ["nowhere", "--all", "-x", "HEAD@{99}", "a b", ""] {
        let argument = format!("--base={name}");
        let expected = format!("error: git knows no commit `{name}`; if it is a branch");
        assert_says(&repo.xtask(&["diff", &argument]), false, &expected);
        assert_says(&repo.xtask(&["check", &argument]), false, &expected);
    }

    repo.git(&["switch", "--quiet", "--orphan", "island"]);
    repo.write("schema/plan.yaml", PLAN);
    assert!(repo.xtask(&["regenerate"]).succeeded);
    repo.commit("Alone");
    no_base(&repo, "HEAD and `main` have no commit in common here");

    // A clone of a branch alone, without its history, as CI makes it.
    repo.git(&["switch", "--quiet", "main"]);
    repo.git(&["switch", "--quiet", "--create", "branch"]);
    edit(&repo, "amount: number", "amount: string");
    repo.commit("Retype");
    let url = format!("file://{}", repo.path("").display());
    let clone = Folder::new();
    clone.git(&["init", "--quiet"]);
    clone.git(&["remote", "add", "origin", &url]);
    clone.git(&["fetch", "--quiet", "--depth=1", "origin", "branch"]);
    clone.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
    no_base(
        &clone,
        "git knows no main branch here; this clone is shallow; fetch its history",
    );
    clone.git(&[
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        "main:refs/remotes/origin/main",
    ]);
    no_base(
        &clone,
        "HEAD and `origin/main` have no commit in common here; this clone is shallow",
    );
    clone.git(&["fetch", "--quiet", "--unshallow", "origin"]);
    assert_eq!(ids(&json(&clone, &[])), ["event/invoice_paid/amount.type"]);
}

#[test]
fn a_base_without_a_plan_makes_all_new() {
    let repo = Folder::new();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.write("README", "");
    repo.commit("Begin");
    repo.write("schema/plan.yaml", PLAN);
    assert!(repo.xtask(&["regenerate"]).succeeded);
    let document = json(&repo, &[]);
    assert_eq!(document["base"]["read_from"], "nothing");
    assert_eq!(document["counts"]["safe"], 1);
    assert_eq!(ids(&document), ["event/invoice_paid"]);
    assert_says(&repo.xtask(&["check"]), true, "");
}

#[test]
fn a_plan_that_is_no_longer_read_is_compared_by_its_compiled_form() {
    let repo = repository();
    // As an older version of the language might have had it; its compiled form is still there.
    let old = PLAN.replace("    description:", "    volume: high\n    description:");
    repo.write("schema/plan.yaml", &old);
    repo.commit("Long ago");
    repo.write("schema/plan.yaml", &PLAN.replace("number", "string"));
    assert!(repo.xtask(&["regenerate"]).succeeded);
    let document = json(&repo, &[]);
    assert_eq!(document["base"]["read_from"], "lock");
    assert_eq!(ids(&document), ["event/invoice_paid/amount.type"]);
    assert_eq!(document["changes"][0]["line"], 5);
    let said = repo.xtask(&["diff"]);
    assert!(said.stdout.contains("were not compared"), "{}", said.stdout);

    // Nor is that.
    repo.write("schema/plan.yaml", &old);
    repo.write("schema/tracking_plan.lock/index", "trackplan-lock 99\n");
    repo.commit("Far ahead");
    repo.write("schema/plan.yaml", PLAN);
    assert!(repo.xtask(&["regenerate"]).succeeded);
    assert_says(
        &repo.xtask(&["diff"]),
        false,
        "and so is its compiled form: the compiled plan has format 99",
    );
}

#[test]
fn the_plan_of_a_folder_deep_in_a_repository_is_found() {
    let repo = Folder::new();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    // A plan of the same name at the top must not be taken for it.
    repo.write("schema/plan.yaml", "events: { account_opened: {} }");
    repo.write("apps/the shop é/schema/plan.yaml", PLAN);
    let schema = "apps/the shop é/schema";
    assert!(repo.xtask(&["regenerate", "--schema", schema]).succeeded);
    repo.commit("Plans");
    assert_eq!(ids(&json(&repo, &["--schema", schema])), [""; 0]);
    repo.write(
        "apps/the shop é/schema/plan.yaml",
        &PLAN.replace("number", "string"),
    );
    assert_eq!(
        ids(&json(&repo, &["--schema", schema])),
        ["event/invoice_paid/amount.type"]
    );
}

#[test]
fn a_broken_plan_is_not_compared() {
    let repo = repository();
    repo.write("schema/plan.yaml", &PLAN.replace("number", "numbr"));
    assert_says(&repo.xtask(&["diff"]), false, "error[unknown-type]");
}

#[test]
fn no_command_rewrites_the_yaml() {
    let repo = repository();
    let odd = "# Mine.\r\nevents:   # all of them\r\n  invoice_paid: {properties: {amount:   number},\r\n    description: 'Money arrived.'}\r\n\r\n";
    repo.write("schema/plan.yaml", odd);
    let yaml = || {
        repo.files()
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "yaml"))
    };
    let before: Vec<_> = yaml().collect();
    for arguments in [
        &["regenerate"][..],
        &["regenerate", "--check"],
        &["check"],
        &["diff"],
        &["diff", "--format=json"],
        &["diff", "--format=markdown"],
    ] {
        let said = repo.xtask(arguments);
        assert!(said.succeeded, "{arguments:?}: {}", said.stderr);
        assert_eq!(yaml().collect::<Vec<_>>(), before, "{arguments:?}");
    }
}
