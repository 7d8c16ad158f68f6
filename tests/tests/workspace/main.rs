//! A workspace of a user's, outside of this one: a plan crate, handler crates, strict lints, a packaged crate.

mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trackplan_tests::regenerate;

use crate::sources::{APP, HANDLERS, HOSTILE, LINTS, OLDER, PLAN, TYPES};

struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = Self { folder };
        workspace.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
        );
        workspace.write("schema/plan.yaml", PLAN);
        assert_eq!(
            regenerate(&workspace.path("schema")).expect("a compiled plan"),
            0
        );
        // The same versions as here, so that nothing has to be fetched.
        fs::copy(
            here.with_file_name("Cargo.lock"),
            workspace.path("Cargo.lock"),
        )
        .expect("a lock file");
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// A library, or with `main.rs` a program.
    fn package(&self, name: &str, edition: &str, dependencies: &str, file: &str, source: &str) {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[dependencies]\n{dependencies}\n"
        );
        self.write(&format!("crates/{name}/Cargo.toml"), &manifest);
        self.write(&format!("crates/{name}/src/{file}"), source);
    }

    #[track_caller]
    fn cargo(&self, folder: &str, arguments: &[&str]) -> String {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch");
        let output: Output = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(self.path(folder))
            .env("CARGO_TARGET_DIR", target)
            .env_remove("TRACKING_PLAN")
            .output()
            .expect("cargo");
        let (out, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "cargo {arguments:?}:\n{errors}");
        out.into_owned()
    }
}

fn runtime() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime");
    format!("{{ path = {path:?}, default-features = false }}")
}

#[test]
fn a_plan_crate_and_handler_crates_under_strict_lints() {
    let workspace = Workspace::new();
    let runtime = runtime();
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
    let dependency = runtime().replace('{', "{ version = \"0.1\",");
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
    workspace.write(&format!("{folder}/schema/plan.yaml"), PLAN);
    let schema = workspace.path(&format!("{folder}/schema"));
    assert_eq!(regenerate(&schema).expect("a compiled plan"), 0);
    fs::remove_dir_all(workspace.path("schema")).expect("removed");

    let list = workspace.cargo(&folder, &["package", "--list", "--quiet", "--allow-dirty"]);
    assert!(
        list.lines()
            .any(|file| file == "schema/tracking_plan.lock/index"),
        "{list}"
    );
    for file in list.lines().filter(|file| !file.starts_with("Cargo.")) {
        let text = fs::read_to_string(workspace.path(&format!("{folder}/{file}"))).expect("a file");
        workspace.write(&format!("unpacked/{name}/{file}"), &text);
    }
    let manifest =
        fs::read_to_string(workspace.path(&format!("{folder}/Cargo.toml"))).expect("a manifest");
    workspace.write(
        &format!("unpacked/{name}/Cargo.toml"),
        &format!("{manifest}\n[workspace]\n"),
    );
    workspace.write(&format!("unpacked/{name}/Cargo.toml.orig"), &manifest);
    fs::copy(
        workspace.path("Cargo.lock"),
        workspace.path(&format!("unpacked/{name}/Cargo.lock")),
    )
    .expect("copied");
    workspace.cargo(&format!("unpacked/{name}"), &["check", "--quiet"]);

    // Without it, the error says what to add.
    fs::remove_dir_all(workspace.path(&format!("unpacked/{name}/schema"))).expect("removed");
    workspace.write("unpacked/schema/plan.yaml", PLAN);
    assert_eq!(
        regenerate(&workspace.path("unpacked/schema")).expect("a compiled plan"),
        0
    );
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(workspace.path(&format!("unpacked/{name}")))
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch"),
        )
        .env_remove("TRACKING_PLAN")
        .output()
        .expect("cargo");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("to `package.include`"), "{errors}");
}
