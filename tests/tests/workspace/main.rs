//! A workspace of a user's, outside of this one: a plan crate, handler crates, strict lints, a packaged crate.

mod sources;

use std::fs;
use std::process::Output;

use trackplan_tests::{Folder, dependency};

use crate::sources::{APP, HANDLERS, HOSTILE, LINTS, OLDER, PLAN, TYPES};

struct Workspace(Folder);

impl Workspace {
    fn new() -> Self {
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";
        Self(Folder::new(manifest, PLAN))
    }

    /// A library, or with `main.rs` a program.
    fn package(&self, name: &str, edition: &str, dependencies: &str, file: &str, source: &str) {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[dependencies]\n{dependencies}\n"
        );
        self.0
            .write(&format!("crates/{name}/Cargo.toml"), &manifest);
        self.0.write(&format!("crates/{name}/src/{file}"), source);
    }

    #[track_caller]
    fn cargo(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.run(folder, arguments);
        let (out, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "cargo {arguments:?}:\n{errors}");
        out.into_owned()
    }

    fn run(&self, folder: &str, arguments: &[&str]) -> Output {
        self.0
            .command(env!("CARGO"), folder, env!("CARGO_TARGET_TMPDIR"))
            .args(arguments)
            .output()
            .expect("cargo")
    }
}

#[test]
fn a_plan_crate_and_handler_crates_under_strict_lints() {
    let workspace = Workspace::new();
    let runtime = dependency();
    let trackplan = format!("trackplan = {runtime}");
    let renamed = format!(
        "analytics = {}",
        runtime.replace('{', "{ package = \"trackplan\",")
    );
    workspace.package(
        "types",
        "2024",
        &trackplan,
        "lib.rs",
        &format!("{LINTS}{TYPES}"),
    );
    workspace.package(
        "handlers",
        "2024",
        &trackplan,
        "lib.rs",
        &format!("{LINTS}{HANDLERS}"),
    );
    workspace.package("hostile", "2024", &renamed, "lib.rs", HOSTILE);
    workspace.package(
        "older",
        "2021",
        &trackplan,
        "lib.rs",
        &format!("#![deny(warnings)]{OLDER}"),
    );
    let all = format!(
        "{trackplan}\ntypes.path = \"../types\"\nhandlers.path = \"../handlers\"\nhostile.path = \"../hostile\"\n\
         older.path = \"../older\""
    );
    workspace.package("app", "2024", &all, "main.rs", APP);

    workspace.cargo(".", &["clippy", "--quiet", "--workspace"]);
    let captured = workspace.cargo(".", &["run", "--quiet", "--package", "app"]);
    let expected = [
        "order_placed 2 null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "$set null null {\"email\":\"ada@example.org\"} null null",
        "$set null null null null null",
        "$groupidentify null null null {\"seats_count\":3} null",
        "order_placed 1 \"5f4d\" null null null",
        "order_placed 6 null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "$groupidentify null null null {\"seats_count\":4} null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "page_viewing null null null null null",
        "bill_paid null null null null null",
        "order_placed 9 \"5f4d\" null null null",
        "image_cropped null null null null {\"edge\":\"sharp\",\"width\":7}",
        "image_cropped null null null null {\"caption\":\"sky\",\"edge\":\"round\",\"width\":1}",
        "a value of property `code` of event `link_opened` breaks `pattern ^[a-z]+/\\d+$` of the tracking plan",
    ];
    let captured: Vec<&str> = captured.lines().collect();
    assert_eq!(captured, expected);
}

/// What crates.io would hand out: the crate with its compiled plan, and no plan above it.
#[test]
fn a_packaged_crate_ships_its_compiled_plan() {
    let workspace = Workspace::new();
    let dependency = dependency().replace('{', "{ version = \"0.1\",");
    let source = "//! A published crate.\n/// Looks.\npub fn look() {\n    trackplan::track!(\"page_viewing\");\n}\n";
    let name = "published";
    workspace.package(
        name,
        "2024",
        &format!("trackplan = {dependency}"),
        "lib.rs",
        source,
    );
    let folder = format!("crates/{name}");
    workspace
        .0
        .write(&format!("{folder}/schema/plan.yaml"), PLAN);
    workspace.0.regenerate(&format!("{folder}/schema"));
    fs::remove_dir_all(workspace.0.path("schema")).expect("removed");

    let list = workspace.cargo(&folder, &["package", "--list", "--quiet", "--allow-dirty"]);
    assert!(
        list.lines()
            .any(|file| file == "schema/tracking_plan.lock/index"),
        "{list}"
    );
    for file in list.lines().filter(|file| !file.starts_with("Cargo.")) {
        let text =
            fs::read_to_string(workspace.0.path(&format!("{folder}/{file}"))).expect("a file");
        workspace.0.write(&format!("unpacked/{name}/{file}"), &text);
    }
    let manifest =
        fs::read_to_string(workspace.0.path(&format!("{folder}/Cargo.toml"))).expect("a manifest");
    workspace.0.write(
        &format!("unpacked/{name}/Cargo.toml"),
        &format!("{manifest}\n[workspace]\n"),
    );
    workspace
        .0
        .write(&format!("unpacked/{name}/Cargo.toml.orig"), &manifest);
    fs::copy(
        workspace.0.path("Cargo.lock"),
        workspace.0.path(&format!("unpacked/{name}/Cargo.lock")),
    )
    .expect("copied");
    workspace.cargo(&format!("unpacked/{name}"), &["check", "--quiet"]);

    // Without it, the error says what to add.
    fs::remove_dir_all(workspace.0.path(&format!("unpacked/{name}/schema"))).expect("removed");
    workspace.0.write("unpacked/schema/plan.yaml", PLAN);
    workspace.0.regenerate("unpacked/schema");
    let output = workspace.run(&format!("unpacked/{name}"), &["check", "--quiet"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("to `package.include`"), "{errors}");
}
