//! A workspace of a user's, outside of this one: a plan crate, handler crates, strict lints, a packaged crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trackplan_tests::regenerate;

const PLAN: &str = "\
plan: shop
enums:
  carrier: [post, courier]
groups:
  team: { key: team_slug, properties: { seats_count: integer } }
person:
  properties:
    email: { type: string, pii: personal }
    role: { type: enum, values: [admin, member] }
    visits_count: integer
tiers:
  ux: { sample: allowed }
events:
  order_placed:
    scope: team
    properties:
      carrier: carrier
      size: { type: enum, values: [small, large] }
      item_count: { type: integer, min: 1 }
      note: { type: string, optional: true }
      customer_hash: { type: string, optional: true, pii: pseudonymous }
  image_cropped:
    properties:
      crop_area:
        type: object
        fields:
          caption: { type: string, max_length: 5, optional: true }
          edge: { type: enum, values: [round, sharp] }
          width: { type: integer, min: 1 }
  link_opened:
    properties: { code: { type: string, pattern: '^[a-z]+/\\d+$' } }
  page_viewing:
    state: ongoing
    tier: ux
    sample: 0.5
  bill_paid:
    deprecated: { reason: The word is order. }
flags:
  new_shop: { type: boolean, description: The new shop., expires: 2030-01-01 }
  shop_copy:
    variants: [short, long]
    payload:
      headline: string
      type: { type: enum, values: [plain, loud], optional: true }
      columns_count: { type: integer, nullable: true }
      tags: { type: array, items: string, optional: true }
      wait_ms: { type: duration, optional: true }
";

/// The lints under which what the macros expand to must stay silent, in crates that forbid and deny what they can.
const LINTS: &str = "\
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, unused, clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(missing_debug_implementations, unreachable_pub, unused_qualifications, elided_lifetimes_in_paths)]
#![allow(missing_debug_implementations, reason = \"structs of a plan derive what they need\")]
";

/// The whole plan, for crates that want types.
const TYPES: &str = "//! The events of the shop.\ntrackplan::plan!();\n";

/// Only attributes, in a crate that depends on no generated type.
const HANDLERS: &str = "
//! Handlers.

/// Places an order.
///
/// # Errors
///
/// There is nothing to order.
#[trackplan::tracked(
    \"order_placed\",
    on = Ok(count),
    when = *count != 3,
    groups(team = &team),
    carrier = \"post\",
    size = \"small\",
    item_count = count,
    note = note.as_deref(),
)]
pub async fn place(team: String, count: u64, note: Option<String>) -> Result<u64, String> {
    if count == 0 {
        return Err(\"nothing to order\".to_owned());
    }
    Ok(count)
}

/// Looks at a page.
#[trackplan::tracked(\"page_viewing\")]
#[trackplan::tracked(\"page_viewing\", on = 7, actor = \"seven\")]
#[must_use]
pub fn look(page: u32) -> u32 {
    page
}

/// Looks at the page of a borrowed number.
#[trackplan::tracked(\"page_viewing\")]
pub async fn look_at(page: &u32) -> u32 {
    *page
}

/// Says who somebody is.
pub fn introduce(email: &str) {
    trackplan::identify!(actor = \"user_1\", email = trackplan::Personal(email));
    trackplan::identify!(actor = \"user_1\", unset(email, visits_count));
    trackplan::group!(\"team\", key = \"acme\", seats_count = 3);
    trackplan::track!(
        \"order_placed\",
        carrier = \"courier\",
        size = \"large\",
        item_count = 1,
        customer_hash = trackplan::Hashed(\"5f4d\"),
    );
}

/// What the shop says first.
pub async fn headline() -> Option<String> {
    if trackplan::flag!(\"new_shop\", default = false).await {
        return None;
    }
    let copy = trackplan::flag!(\"shop_copy\", payload).await?;
    Some(copy.r#type.unwrap_or(copy.headline))
}

/// An order that is given as a struct.
#[trackplan::event(\"page_viewing\")]
pub struct PageViewing;

/// A part of an image, its fields in another order than the plan's, and one less.
#[derive(Clone, Copy, trackplan::PlanObject)]
#[plan_object(\"image_cropped.crop_area\")]
pub struct CropArea {
    /// From left to right.
    pub width: u16,
    /// Its corners.
    pub edge: Edge,
}

/// Corners.
#[derive(Clone, Copy, trackplan::PlanEnum)]
#[plan_enum(\"image_cropped.crop_area.edge\")]
pub enum Edge {
    /// Without.
    Round,
    /// With.
    Sharp,
}

/// Crops.
pub fn crop(width: u16) {
    let crop_area = CropArea { width, edge: Edge::Sharp };
    trackplan::track!(\"image_cropped\", crop_area = crop_area);
}

/// An order that is given as a struct of this crate.
#[derive(trackplan::GroupProperties)]
#[group(\"team\")]
pub struct Seats {
    /// How many.
    pub seats_count: i32,
}
";

/// No prelude, every name that an expansion could lean on means something else, and trackplan has another name.
const HOSTILE: &str = "
#![no_implicit_prelude]
#![allow(dead_code, unused_macros, non_camel_case_types, clippy::all)]
//! Other meanings.
extern crate analytics as trackplan;

mod std {}
mod core {}
mod alloc {}
struct Option;
struct Result;
struct String;
struct Vec;
struct Some;
struct None;
struct Ok;
struct Future;
struct Sized;
struct str;
struct bool;
fn drop() {}
macro_rules! vec { () => {} }
macro_rules! include_bytes { () => {} }

#[trackplan::tracked(
    \"order_placed\",
    groups(team = &team),
    carrier = \"post\",
    size = \"small\",
    item_count = actor + values + output,
)]
/// Names of the macros' own.
pub async fn place(team: ::std::string::String, actor: u64, values: u64, output: u64) -> ::core::result::Result<u64, ()> {
    let pending0 = actor;
    ::core::result::Result::Ok(pending0)
}

/// Borrows.
#[trackplan::tracked(\"page_viewing\", on = output, when = **output != 2)]
pub fn look(output: &u32) -> &u32 {
    output
}

/// Calls.
pub fn call() {
    trackplan::track!(\"page_viewing\", actor = \"user_1\");
    trackplan::identify!(email = trackplan::Personal(\"a\"));
    trackplan::group!(\"team\", key = \"acme\", seats_count = 4);
    trackplan::track!(PageViewing {});
}

/// Reads.
pub async fn read() -> ::std::string::String {
    trackplan::identify!(unset(email));
    match trackplan::flag!(\"shop_copy\", payload).await {
        ::core::option::Option::Some(copy) => copy.headline,
        ::core::option::Option::None => ::std::string::String::new(),
    }
}

/// A struct.
#[trackplan::event(\"page_viewing\")]
pub struct PageViewing;

/// An enum.
#[derive(trackplan::PlanEnum)]
#[plan_enum(\"carrier\")]
pub enum Carrier {
    /// By post.
    Post,
}

/// A plan.
pub mod plan {
    ::trackplan::plan!();
}
";

/// An older edition, and functions that this repo's own lints forbid.
const OLDER: &str = "
//! Edition 2021.
use std::future::Future;

#[trackplan::tracked(\"page_viewing\")]
/// # Safety
///
/// None needed.
pub unsafe fn dangerous(pointer: *const u32) -> u32 {
    *pointer
}

#[trackplan::tracked(\"page_viewing\")]
/// Borrows in edition 2021.
pub async fn look<'a>(page: &'a u32, _: &str) -> &'a u32 {
    page
}

#[trackplan::tracked(\"page_viewing\")]
/// Owns in edition 2021.
pub async fn own(page: String, f: impl Fn(&str) -> bool) -> bool {
    f(&page)
}

/// Deprecated, and silenced as anything deprecated is.
#[allow(deprecated)]
pub fn pay() {
    trackplan::track!(\"bill_paid\");
}

/// Futures of owned arguments are `'static`.
pub fn accepts(page: String) -> impl Future<Output = bool> + 'static {
    own(page, |page| page.is_empty())
}
";

const APP: &str = "
use trackplan::testing::Sink;

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!(\"the future waits\"),
    }
}

fn main() {
    let sink = Sink::new();
    ready(handlers::place(\"acme\".into(), 2, None)).unwrap();
    ready(handlers::place(\"acme\".into(), 3, None)).unwrap();
    ready(handlers::place(\"acme\".into(), 0, None)).unwrap_err();
    handlers::look(7);
    ready(handlers::look_at(&1));
    handlers::introduce(\"ada@example.org\");
    ready(hostile::place(\"acme\".into(), 1, 2, 3)).unwrap();
    hostile::look(&1);
    hostile::call();
    let number = 4;
    // SAFETY: it points at a number.
    assert_eq!(unsafe { older::dangerous(&number) }, 4);
    ready(older::look(&number, \"\"));
    ready(older::accepts(String::new()));
    older::pay();
    trackplan::track!(types::OrderPlaced {
        carrier: types::Carrier::Courier,
        size: types::OrderPlacedSize::Large,
        item_count: 9,
        note: None,
        customer_hash: Some(trackplan::Hashed(\"5f4d\")),
    });
    handlers::crop(7);
    trackplan::track!(types::ImageCropped {
        crop_area: types::ImageCroppedCropArea {
            caption: Some(\"sky\"),
            edge: types::ImageCroppedCropAreaEdge::Round,
            width: 1,
        },
    });
    for event in sink.events() {
        let note = [\"item_count\", \"customer_hash\", \"$set\", \"$group_set\", \"crop_area\"].map(|name| event[name].to_string());
        println!(\"{} {}\", event.name, note.join(\" \"));
    }
    // A literal is held against its pattern by the client.
    trackplan::track!(\"link_opened\", code = \"home/7\");
    let panic = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sink.events().len()));
    panic().unwrap();
    trackplan::track!(\"link_opened\", code = \"Home\");
    println!(\"{}\", panic().unwrap_err().downcast::<String>().unwrap());
}
";

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
