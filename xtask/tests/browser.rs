//! The reference application in Chromium: what people do there, and what the collector receives of it.
//!
//! `cargo xtask test` builds the frontend and looks for Chromium first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tformance::visit::browser;
use tformance::{BrowserTracking, Config, Running};
use trackplan_schema::plan::{Lines, Origin, Plan};
use trackplan_schema::{typescript, yaml};
use trackplan_xtask::collect::{Collector, Options, Received};
use trackplan_xtask::frontend;

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

fn repo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn plan() -> Plan {
    yaml::load(yaml::read_sources(&repo().join("schema")).expect("the plan")).0
}

/// The application and where its browsers' events go.
struct Scene {
    plan: Plan,
    collector: Collector,
    running: Running,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let assets = Config::default().assets;
        assert!(
            assets.join("app.js").is_file(),
            "the frontend is not built; run: npm ci && npm run build"
        );
        let plan = plan();
        let collector = Collector::start(plan.clone(), ANYWHERE.into(), Options::default())
            .await
            .expect("a free port");
        let tracking = BrowserTracking {
            key: "phc_test".to_owned(),
            host: collector.url().parse().expect("a URL"),
            include_robots: true,
        };
        let mut config = Config {
            tracking: Some(tracking),
            ..Config::default()
        };
        change(&mut config);
        let running = tformance::start(config).await.expect("free ports");
        Self {
            plan,
            collector,
            running,
        }
    }

    /// With scripts from another folder.
    async fn serving(assets: &Path) -> Self {
        Self::with(|config| config.assets = assets.to_owned()).await
    }

    async fn play(&self, scenario: &str) -> Value {
        let chromium = frontend::chromium().expect(frontend::HOW_TO_INSTALL);
        browser::play(&self.running, &chromium, scenario)
            .await
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// The plan's events, once what a closing page sent has arrived: a beacon outlives its page.
    async fn planned(&self) -> Vec<Arc<Received>> {
        let mut count = usize::MAX;
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let received = self.collector.received();
            if received.len() == count {
                let is_planned = |event: &Arc<Received>| !event.name.starts_with('$');
                return received.into_iter().filter(is_planned).collect();
            }
            count = received.len();
        }
    }
}

/// The frontend, built in another way than the demo has it.
fn built(option: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let frontend = repo().join("examples/tformance/frontend");
    let status = std::process::Command::new("node")
        .arg(frontend.join("build.js"))
        .args([option, "--out"])
        .arg(folder.path())
        .status()
        .expect("Node.js 20 or later");
    assert!(status.success());
    folder
}

/// A page without a bundler: the pair that `regenerate` writes, posthog-js's own file, and a script that uses both.
fn plain() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plan = plan();
    plan.outputs.javascript = plan.outputs.typescript.take();
    for (path, text) in typescript::generate(&plan, "schema") {
        let name = Path::new(&path).file_name().expect("a name");
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let fixtures = repo().join("examples/tformance/frontend/browser/plain");
    let posthog = repo().join("node_modules/posthog-js/dist/array.full.no-external.js");
    for (from, name) in [
        (fixtures.join("plain.html"), "plain.html"),
        (fixtures.join("plain.js"), "plain.js"),
        (posthog, "posthog.js"),
    ] {
        std::fs::copy(from, folder.path().join(name)).expect("copied");
    }
    folder
}

/// All text of a folder's files.
fn texts(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        std::fs::read_to_string(entry.expect("a file").path()).expect("a text")
    };
    entries.map(read).collect()
}

/// An event's name and its own properties, without those of posthog-js.
fn told(event: &Received) -> (&str, BTreeMap<&str, &Value>) {
    let own = event.properties.iter();
    let own = own.filter(|(name, _)| {
        !name.starts_with('$') && !["distinct_id", "token"].contains(&name.as_str())
    });
    (
        &event.name,
        own.map(|(name, value)| (name.as_str(), value)).collect(),
    )
}

fn themes(events: &[Arc<Received>]) -> Vec<&str> {
    let switched = events.iter().filter(|event| event.name == "theme_switched");
    switched
        .filter_map(|event| event.properties.get("theme")?.as_str())
        .collect()
}

#[tokio::test]
async fn every_event_of_the_frontend_comes_from_a_real_interaction() {
    let scene = Scene::new().await;
    scene.play("tour").await;
    let events = scene.planned().await;
    let chart = |chart_type: &str, action: &str| {
        let properties =
            json!({ "chart_type": chart_type, "action": action, "team_slug": "ada-s-team" });
        ("chart_interacted", properties)
    };
    let theme = |theme: &str| ("theme_switched", json!({ "theme": theme }));
    let link = |target: &str, page: &str| {
        let properties = json!({ "link_target": target, "page": page, "team_slug": "ada-s-team" });
        ("external_link_clicked", properties)
    };
    let expected = [
        chart("throughput", "click"),
        chart("cycle_time", "click"),
        chart("review_time", "click"),
        chart("pr_size", "click"),
        chart("ai_adoption", "click"),
        chart("throughput", "toggle_series"),
        theme("dark"),
        theme("light"),
        theme("system"),
        chart("pr_size", "click"),
        link("docs", "dashboard"),
        (
            "sidebar_navigation",
            json!({ "page": "dashboard", "target_page": "integrations", "team_slug": "ada-s-team" }),
        ),
        link("github", "integrations"),
    ];
    let told: Vec<(&str, Value)> = events
        .iter()
        .map(|event| told(event))
        .map(|(name, properties)| (name, json!(properties)))
        .collect();
    // On a slow machine the pointer rests on other charts, too.
    let is_hover = |(_, properties): &(&str, Value)| properties["action"] == "hover";
    assert!(told.contains(&chart("throughput", "hover")), "{told:?}");
    let deliberate: Vec<(&str, Value)> = told.into_iter().filter(|one| !is_hover(one)).collect();
    assert_eq!(deliberate, expected);

    for event in &scene.collector.received() {
        assert!(
            event.violations.is_empty(),
            "{}: {:?}",
            event.name,
            event.violations
        );
    }
    for event in &events {
        // The person whom the backend knows, and the team of the page.
        assert_eq!(event.distinct_id, "user_1", "{}", event.name);
        assert_eq!(event.properties["$groups"], json!({ "team": "ada-s-team" }));
    }
    let of_the_frontend = scene.plan.events.iter();
    for planned in of_the_frontend.filter(|event| event.source == Origin::Frontend) {
        assert!(events.iter().any(|event| event.name == planned.name.value));
    }
}

#[tokio::test]
async fn nobody_is_tracked_who_says_no() {
    let scene = Scene::new().await;
    scene.play("optOut").await;
    let events = scene.planned().await;
    assert_eq!(themes(&events), ["dark", "system"]);
    assert_eq!(events.len(), 2, "{events:?}");
}

#[tokio::test]
async fn consent_and_do_not_track_count_where_the_settings_say_so() {
    let scene = Scene::new().await;
    scene.play("choices").await;
    let events = scene.planned().await;
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "nobody_asked",
            "respected_without_need",
            "agreed",
            "agreed_before"
        ]
    );
}

#[tokio::test]
async fn a_blocked_sdk_disturbs_nobody() {
    // What the browser does not block, such as a beacon, finds nobody either.
    let nowhere = "http://127.0.0.1:9/".parse().expect("a URL");
    let tracking = BrowserTracking {
        key: "phc_test".to_owned(),
        host: nowhere,
        include_robots: true,
    };
    let scene = Scene::with(|config| config.tracking = Some(tracking)).await;
    let found = scene.play("blocked").await;
    assert_eq!(found["theme"], "dark");
    scene.play("absent").await;
}

#[tokio::test]
async fn a_page_that_goes_away_loses_nothing() {
    let scene = Scene::new().await;
    scene.play("unload").await;
    let events = scene.planned().await;
    assert_eq!(
        themes(&events),
        ["dark", "light", "dark", "light", "dark", "system", "light"]
    );
}

#[tokio::test]
async fn a_link_within_the_tab_is_told_exactly_once() {
    let scene = Scene::new().await;
    let found = scene.play("links").await;
    let events = scene.planned().await;
    let mut targets: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| event.name == "sidebar_navigation")
    {
        let target = event.properties["target_page"].as_str().expect("a page");
        *targets.entry(target).or_default() += 1;
        assert_eq!(event.duplicates, 0);
    }
    assert_eq!(found["clicks"], 50);
    assert_eq!(
        targets,
        BTreeMap::from([("analytics", 25), ("dashboard", 25)])
    );
}

#[tokio::test]
async fn a_page_that_comes_back_tracks_on() {
    let scene = Scene::new().await;
    let found = scene.play("restored").await;
    assert_eq!(found["wasKept"], json!([true, true]));
    assert_eq!(themes(&scene.planned().await), ["dark", "light", "system"]);
}

#[tokio::test]
async fn a_page_without_posthog_js_works_in_silence() {
    let assets = built("--without-posthog");
    let scene = Scene::serving(assets.path()).await;
    let found = scene.play("withoutPosthog").await;
    assert_eq!(found["said"], json!([]));
    assert_eq!(scene.planned().await.len(), 0);
}

#[tokio::test]
async fn what_nobody_can_send_is_not_kept() {
    let scene = Scene::new().await;
    let found = scene.play("forgotten").await;
    assert_eq!(found["isGaugeRight"], true);
    assert_eq!(found["held"], 0);
}

#[tokio::test]
async fn a_browser_that_blocks_storage_tracks_all_the_same() {
    let scene = Scene::new().await;
    let found = scene.play("unstored").await;
    assert_eq!(found["isOff"], false);
    let events = scene.planned().await;
    assert_eq!(themes(&events), ["dark"]);
    assert_eq!(events[0].distinct_id, "user_7");
}

#[tokio::test]
async fn our_code_is_no_long_task() {
    let assets = built("--development");
    let scene = Scene::serving(assets.path()).await;
    let found = scene.play("work").await;
    let milliseconds = |name: &str| found[name].as_f64().expect("a number");
    assert!(milliseconds("total") > 0.0, "the samples show none of it");
    // Of the processor, by samples: other programs on the machine don't count.
    assert!(milliseconds("longest") < 50.0, "{found}");
}

#[tokio::test]
async fn development_shows_what_differs_from_the_plan_and_production_ships_none_of_it() {
    let assets = built("--development");
    let scene = Scene::serving(assets.path()).await;
    let found = scene.play("mistakes").await;
    let said: Vec<&str> = found["said"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .filter(|text| text.contains("[trackplan]"))
        .collect();
    let [value, event] = said.as_slice() else {
        panic!("{found}");
    };
    assert!(
        value.contains("must be one of light, dark, system, found \"drak\""),
        "{value}"
    );
    let plan = &scene.plan;
    let mut events = plan.events.iter();
    let switched = events.find(|event| event.name.value == "theme_switched");
    let theme = &switched.expect("an event").properties[0].name;
    let source = &plan.sources[theme.span.file];
    let place = Lines::of(&source.text).position(theme.span.start);
    let place = format!("(schema/{}:{}:{})", source.path, place.line, place.column);
    assert!(value.contains(&place), "{value} is not at {place}");
    assert!(event.contains("no event \"theme_swiched\""), "{event}");
    assert!(
        event.contains("did you mean \"theme_switched\"?"),
        "{event}"
    );

    let (development, production) = (texts(assets.path()), texts(&Config::default().assets));
    for shipped_never in ["[trackplan]", "did you mean", "schema/frontend.yaml"] {
        assert!(development.contains(shipped_never), "{shipped_never}");
        assert!(!production.contains(shipped_never), "{shipped_never}");
    }
}

#[tokio::test]
async fn a_page_without_a_bundler_tracks() {
    let assets = plain();
    let scene = Scene::serving(assets.path()).await;
    let found = scene.play("plain").await;
    assert_eq!(found["said"], json!([]));
    let events = scene.planned().await;
    let [event] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(
        told(event),
        (
            "theme_switched",
            BTreeMap::from([("theme", &json!("dark"))])
        )
    );
    assert_eq!(event.distinct_id, "user_7");
    assert_eq!(event.violations, []);
}

#[tokio::test]
async fn a_page_without_a_bundler_works_where_posthog_js_is_blocked() {
    let assets = plain();
    let scene = Scene::serving(assets.path()).await;
    let found = scene.play("plainBlocked").await;
    // The browser says itself that it did not load a file.
    let said = found["said"].as_array().expect("a list");
    assert_eq!(said.len(), 1, "{found}");
    assert!(
        said[0]
            .as_str()
            .is_some_and(|text| text.contains("ERR_BLOCKED_BY_CLIENT"))
    );
    assert_eq!(scene.planned().await.len(), 0);
}

#[tokio::test]
async fn every_page_is_accessible_in_both_themes_and_fits_a_telephone() {
    let scene = Scene::new().await;
    let found = scene.play("look").await;
    assert_eq!(found["findings"], json!([]));
}
