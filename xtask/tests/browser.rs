//! The reference application in Chromium: what people do there, and what the collector receives of it.
//!
//! `cargo xtask test` builds the frontend and looks for Chromium first.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tformance::visit::browser;
use tformance::{BrowserTracking, Config, Running};
use trackplan_schema::plan::{Origin, Plan};
use trackplan_schema::yaml;
use trackplan_xtask::collect::{Collector, Options, Received};
use trackplan_xtask::frontend;

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// The application and where its browsers' events go.
struct Scene {
    plan: Plan,
    collector: Collector,
    running: Running,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|tracking| tracking).await
    }

    async fn with(change: impl FnOnce(BrowserTracking) -> BrowserTracking) -> Self {
        let assets = Config::default().assets;
        assert!(
            assets.join("app.js").is_file(),
            "the frontend is not built; run: npm ci && npm run build"
        );
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        let (plan, _) = yaml::load(yaml::read_sources(&schema).expect("the plan"));
        let collector = Collector::start(plan.clone(), ANYWHERE.into(), Options::default())
            .await
            .expect("a free port");
        let tracking = BrowserTracking {
            key: "phc_test".to_owned(),
            host: collector.url().parse().expect("a URL"),
            include_robots: true,
        };
        let running = tformance::start(Config {
            tracking: Some(change(tracking)),
            ..Config::default()
        })
        .await
        .expect("free ports");
        Self {
            plan,
            collector,
            running,
        }
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
async fn a_blocked_sdk_disturbs_nobody() {
    // What the browser does not block, such as a beacon, finds nobody either.
    let nowhere = "http://127.0.0.1:9/".parse().expect("a URL");
    let scene = Scene::with(|tracking| BrowserTracking {
        host: nowhere,
        ..tracking
    })
    .await;
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
    scene.play("restored").await;
    assert_eq!(themes(&scene.planned().await), ["dark", "light", "system"]);
}

#[tokio::test]
async fn every_page_is_accessible_in_both_themes_and_fits_a_telephone() {
    let scene = Scene::new().await;
    let found = scene.play("look").await;
    assert_eq!(found["findings"], json!([]));
}
