//! `init`, in projects of all kinds, and the README's steps from nothing to the first event.

use std::fs;
use std::path::Path;

use crate::folder::{Folder, Said, repository};

fn init(folder: &Folder, arguments: &[&str]) -> Said {
    let checkout = format!("--trackplan={}", repository().display());
    folder.xtask(&[&["init", &checkout], arguments].concat())
}

/// A code block of the README, by its language and a word of it.
fn readme(language: &str, word: &str) -> String {
    let text = fs::read_to_string(repository().join("README.md")).expect("a README");
    let blocks = text.split("\n```").skip(1).step_by(2);
    let mut found = blocks
        .filter_map(|block| block.strip_prefix(&format!("{language}\n")))
        .filter(|block| block.contains(word));
    format!("{}\n", found.next().expect("the block"))
}

#[test]
fn the_readme_leads_from_nothing_to_the_first_event() {
    let scratch = Folder::new();
    let mut folder = "";
    let cargo = |folder: &str, arguments: &[&str]| {
        // One for all runs, beside this workspace's own.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("init");
        let mut command = scratch.command(env!("CARGO"));
        command
            .current_dir(scratch.path(folder))
            .args(arguments)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true");
        scratch.run(&mut command)
    };
    let steps = readme("sh", "cargo trackplan init");
    for line in steps.lines() {
        let command = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = command.split_whitespace().collect();
        let said = match words[..] {
            // The binary that it installs is built already.
            ["cargo", "install", ..] => continue,
            ["cd", into] => {
                folder = into;
                continue;
            }
            ["cargo", "trackplan", ..] => {
                let checkout = format!("--trackplan={}", repository().display());
                let mut command = scratch.command(env!("CARGO_BIN_EXE_cargo-trackplan"));
                command.args(&words[1..]).arg(checkout);
                let said = scratch.run(&mut command);
                prepare(&scratch);
                said
            }
            ["cargo", ref arguments @ ..] => cargo(folder, arguments),
            _ => panic!("what is `{line}`?"),
        };
        assert!(said.succeeded, "{line}: {said:?}");
    }
    let main = scratch.read("shop/src/main.rs");
    assert_eq!(main, readme("rust", "fn main()"));
    let checked = cargo(folder, &["xtask", "check"]);
    assert!(checked.succeeded, "{checked:?}");

    scratch.write("shop/src/main.rs", &main.replace("email", "emial"));
    let typo = cargo(folder, &["check", "--quiet"]);
    let expected = readme("text", "emial");
    assert!(
        !typo.succeeded && typo.stderr.contains(expected.trim()),
        "{}",
        typo.stderr
    );
}

/// What makes the walk cheap: no TLS, and the versions that this workspace has.
fn prepare(scratch: &Folder) {
    let manifest = scratch.read("shop/Cargo.toml");
    let cheap = manifest.replace("runtime\" }", "runtime\", default-features = false }");
    assert_ne!(cheap, manifest);
    scratch.write("shop/Cargo.toml", &cheap);
    scratch.copy("Cargo.lock", "shop/Cargo.lock");
}

const MANIFEST: &str = "\
[package]
name = \"shop\" # ours
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
";

/// Whether cargo takes the project as a workspace with these packages.
#[track_caller]
fn assert_packages(folder: &Folder, expected: &[&str]) {
    let mut command = folder.command(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let said = folder.run(&mut command);
    assert!(said.succeeded, "{}", said.stderr);
    let metadata: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let mut names: Vec<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn a_project_that_is_there_keeps_its_files() {
    let folder = Folder::new();
    folder.write("Cargo.toml", MANIFEST);
    folder.write("src/main.rs", "fn main() {}\n");
    folder.write(".cargo/config.toml", "[alias] # short\nb = \"build\"\n");
    let said = init(&folder, &[]);
    assert!(said.succeeded, "{}", said.stderr);
    assert_eq!(folder.read("src/main.rs"), "fn main() {}\n");
    assert!(
        folder.read("Cargo.toml").starts_with(MANIFEST),
        "{}",
        folder.read("Cargo.toml")
    );
    assert!(
        folder
            .read(".cargo/config.toml")
            .starts_with("[alias] # short\nb = \"build\"\nxtask =")
    );
    assert!(
        said.stdout.contains("let _guard = trackplan::init!();"),
        "{}",
        said.stdout
    );
    assert_packages(&folder, &["shop", "xtask"]);

    let before = folder.files();
    let again = init(&folder, &[]);
    assert!(again.succeeded, "{}", again.stderr);
    for path in ["schema", "xtask", "Cargo.toml"] {
        assert!(
            again.stdout.contains(&format!("left alone  {path}: ")),
            "{}",
            again.stdout
        );
    }
    assert_eq!(folder.files(), before);
}

#[test]
fn a_plan_and_an_xtask_that_are_there_stay() {
    let folder = Folder::new();
    folder.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"server\", \"xtask\"]\nresolver = \"3\"\n",
    );
    folder.write("server/Cargo.toml", &MANIFEST.replace("shop", "server"));
    folder.write("server/src/lib.rs", "");
    folder.write("xtask/Cargo.toml", &MANIFEST.replace("shop", "xtask"));
    folder.write("xtask/src/main.rs", "fn main() {}\n");
    folder.write("schema/shop.yaml", "events:   {account_opened: {}}\n");
    let before = folder.files();
    let said = init(&folder, &[]);
    assert!(said.succeeded, "{}", said.stderr);
    assert!(
        said.stdout
            .contains("let it call `trackplan_xtask::main()`"),
        "{}",
        said.stdout
    );
    assert_packages(&folder, &["server", "xtask"]);
    let mut changed = folder.files();
    changed.retain(|path, bytes| before.get(path) != Some(bytes));
    assert_eq!(
        changed.into_keys().collect::<Vec<_>>(),
        [folder.path("Cargo.toml")]
    );
    assert!(
        folder
            .read("Cargo.toml")
            .contains("[workspace.dependencies]\ntrackplan = { path = ")
    );

    // In a member, the workspace is named.
    let member = init(&folder, &["server"]);
    assert!(
        !member.succeeded && member.stderr.contains("belongs to the workspace in"),
        "{member:?}"
    );
}

#[test]
fn the_starter_plan_has_no_findings_and_depends_on_the_repository() {
    let folder = Folder::new();
    let said = folder.xtask(&["init", "9 Shops!"]);
    assert!(said.succeeded, "{}", said.stderr);
    assert!(said.stdout.contains("1. Go to "), "{}", said.stdout);
    let regenerated = folder.xtask(&["regenerate", "--deny=notes", "--schema=9 Shops!/schema"]);
    assert!(regenerated.succeeded, "{}", regenerated.stderr);
    let manifest = folder.read("9 Shops!/Cargo.toml");
    assert!(manifest.contains("name = \"app-9-shops\"\n"), "{manifest}");
    let dependency = format!(
        "trackplan = {{ git = \"{}\" }}\n",
        env!("CARGO_PKG_REPOSITORY")
    );
    assert!(manifest.contains(&dependency), "{manifest}");
}

#[test]
fn a_project_that_can_not_be_prepared_stays_as_it_is() {
    let folder = Folder::new();
    folder.write("Cargo.toml", &format!("{MANIFEST}[alias"));
    let said = init(&folder, &[]);
    assert!(
        !said.succeeded && said.stderr.contains("cargo can't read this project"),
        "{said:?}"
    );
    folder.write("Cargo.toml", MANIFEST);
    folder.write("src/main.rs", "fn main() {}\n");
    let before = folder.files();
    let said = folder.xtask(&["init", "--trackplan=src"]);
    assert!(
        !said.succeeded && said.stderr.contains("src is no checkout of trackplan"),
        "{said:?}"
    );
    assert_eq!(folder.files(), before);
}
