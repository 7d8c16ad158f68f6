//! What `regenerate` writes for frontends, as the TypeScript compiler and a JavaScript engine see it.
//!
//! `cargo xtask test` installs npm's packages first.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;
use trackplan_schema::plan::Source;
use trackplan_schema::{typescript, yaml};

/// Names that are words of the languages, names of what the generated text itself uses, or no identifiers at all.
const HOSTILE: &str = r##"
plan: hostile
outputs: { typescript: web, javascript: web, style: STYLE }
enums:
  date: ["2026", "*/"]
  omit: ['say "no"', 'a\b', "new\nline", "${x}", "`"]
  string: [String, string]
  event_map: [a, b]
groups:
  team group: { key: "team slug", properties: { __proto__: date, "a-b": omit } }
  constructor: { key: constructor }
person:
  properties:
    __proto__: { type: string, set: once }
    class: { type: boolean, description: "Ends */ here, ${not} `there`." }
events:
  raw: { source: frontend, properties: { then: boolean } }
  then: { source: frontend }
  default: { source: frontend }
  delete: { source: frontend, properties: { delete: integer } }
  connect: { source: frontend }
  track: { source: frontend }
  sdk: { source: frontend }
  toString: { source: frontend, scope: constructor }
  constructor: { source: frontend, properties: { prototype: number, __proto__: number } }
  __proto__: { source: frontend, properties: { length: { type: datetime, optional: true } } }
  cart_opened: { source: frontend }
  Cart Opened: { source: frontend, scope: team group }
  cart-opened: { source: frontend }
  cartOpened: { source: frontend }
  "7\"*/${x}": { source: frontend, properties: { "a b": string, string: string, omit: omit } }
  "größe_geändert": { source: frontend, properties: { when: date, lists: { type: array, items: event_map } } }
  "two\nlines": { source: frontend, description: "One.\n*/ export const broken = 1;" }
"##;

/// Calls that fit, and calls that don't.
const CALLS: &str = r##"
track.raw("anything", { at: "all" });
track.delete({ delete: 1 });
track.default();
track.connect();
track.toString({ constructor: "c" });
track.constructor({ prototype: 1, ["__proto__"]: 2 });
track.__proto__({});
track["Cart Opened"]({ "team slug": "acme" });
track["7\"*/${x}"]({ "a b": "", string: "", omit: "say \"no\"" });
track["größe_geändert"]({ when: "2026", lists: ["a", "b"] });
identify("u", { class: true }, { ["__proto__"]: "x" });
group("team group", "acme", { "a-b": "${x}" });
// @ts-expect-error an event that would make a promise of `track`
track.then();
// @ts-expect-error no such value
track["größe_geändert"]({ when: "2027", lists: [] });
// @ts-expect-error no such property
track.default({ colour: "red" });
// @ts-expect-error no such group
group("company", "acme");
// @ts-expect-error no moment is a text here
track.default({}, { timestamp: "2026" });
"##;

/// Writes what a plan generates into a folder in which this repo's packages are found.
fn generated(plan: &str) -> TempDir {
    let path = "plan.yaml".to_owned();
    let text = plan.to_owned();
    let (plan, _) = yaml::load(vec![Source { path, text }]);
    let below = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir_in(below).expect("a folder");
    for (path, text) in typescript::generate(&plan, "schema") {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, text).expect("written");
    }
    folder
}

fn repo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

/// What the compiler says of all scripts of a folder, with the strictness of this repo.
fn complaints(folder: &Path) -> String {
    let settings = json!({
        "extends": repo().join("tsconfig.json"),
        "compilerOptions": { "allowJs": true },
        "include": ["**/*"],
        "files": [],
    });
    fs::write(folder.join("tsconfig.json"), settings.to_string()).expect("written");
    let output = Command::new("node")
        .arg(repo().join("node_modules/typescript/bin/tsc"))
        .args(["--project", "tsconfig.json"])
        .current_dir(folder)
        .output()
        .expect("Node.js 20 or later");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{output:?}");
    said
}

#[test]
fn hostile_names_compile_as_an_object() {
    let folder = generated(&HOSTILE.replace("STYLE", "object"));
    let page = |module: &str| {
        format!("// @ts-check\nimport {{ group, identify, track }} from {module};\n{CALLS}")
    };
    fs::write(folder.path().join("web/page.ts"), page("\"./client.js\"")).expect("written");
    fs::write(
        folder.path().join("web/plain.js"),
        page("\"./analytics.js\""),
    )
    .expect("written");
    assert_eq!(complaints(folder.path()), "");
}

#[test]
fn hostile_names_compile_as_functions() {
    let folder = generated(&HOSTILE.replace("STYLE", "functions"));
    let calls = "\
// @ts-check
import * as client from MODULE;
import { $delete, $default, $connect, $then, $track, cartOpened, raw, toString } from MODULE;
raw(\"anything\", { at: \"all\" });
$delete({ delete: 1 });
$default();
$connect();
$then();
$track();
cartOpened({ \"team slug\": \"acme\" });
toString({ constructor: \"c\" });
// @ts-expect-error no such property
$delete({ remove: 1 });
// @ts-expect-error the module is no promise
client.then();
";
    for (file, module) in [
        ("page.ts", "\"./client.js\""),
        ("plain.js", "\"./analytics.js\""),
    ] {
        let text = calls.replace("MODULE", module);
        fs::write(folder.path().join("web").join(file), text).expect("written");
    }
    assert_eq!(complaints(folder.path()), "");
}

#[test]
fn a_plan_with_nothing_in_it_compiles() {
    for style in ["object", "functions"] {
        let outputs = format!("outputs: {{ typescript: web, javascript: web, style: {style} }}");
        let folder = generated(&format!("plan: empty\n{outputs}\n"));
        assert_eq!(complaints(folder.path()), "", "{style}");
    }
}

/// The names reach posthog-js as the plan has them, through the pair that no compiler has touched.
#[test]
fn hostile_names_arrive_unchanged() {
    let folder = generated(&HOSTILE.replace("STYLE", "object"));
    let script = "
import { connect, track } from './web/analytics.js';
const seen = [];
connect({ capture: (name, properties) => seen.push([name, Object.keys(properties ?? {})]) });
track.toString({ constructor: 'c' });
track.constructor({ ['__proto__']: 1 });
track.__proto__({});
track['Cart Opened']({ 'team slug': 'acme' });
track.raw('then', {});
console.log(JSON.stringify([seen, await track === track]));
";
    fs::write(folder.path().join("run.mjs"), script).expect("written");
    fs::write(folder.path().join("package.json"), "{\"type\":\"module\"}").expect("written");
    let output = Command::new("node")
        .arg("run.mjs")
        .current_dir(folder.path())
        .output()
        .expect("Node.js 20 or later");
    let seen: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!([
        [
            ["toString", ["constructor"]],
            ["constructor", ["__proto__"]],
            ["__proto__", []],
            ["Cart Opened", ["team slug"]],
            ["then", []]
        ],
        true
    ]);
    assert_eq!(seen, expected);
}
