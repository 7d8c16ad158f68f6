//! The collector over real HTTP on loopback, as the clients of PostHog use it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use trackplan_schema::plan::Plan;
use trackplan_schema::yaml;
use trackplan_xtask::collect::{Arrival, Collector, Options};

/// This repo's own plan.
fn plan() -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let (plan, findings) = yaml::load(yaml::read_sources(&folder).expect("the plan"));
    assert_eq!(findings, []);
    plan
}

async fn start(options: Options) -> Collector {
    let collector = Collector::start(plan(), ([127, 0, 0, 1], 0).into(), options);
    collector.await.expect("a free port")
}

fn post(collector: &Collector, path: &str) -> RequestBuilder {
    Client::new().post(format!("{}{path}", collector.url()))
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let body = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn event(uuid: &str) -> Value {
    json!({
        "event": "pr_list_exported",
        "distinct_id": "user_1",
        "uuid": uuid,
        "timestamp": "2026-01-31T12:00:00.5Z",
        "properties": {
            "format": "csv",
            "has_filters": false,
            "row_count": 3,
            "team_slug": "acme",
            "$groups": { "team": "acme" },
            "$lib": "posthog-python",
        },
    })
}

fn batch(events: &[Value]) -> Value {
    json!({ "api_key": "phc_test", "batch": events })
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test]
async fn every_route_of_v0_takes_events() {
    let collector = start(Options::default()).await;
    let mut sent = 0;
    for route in [
        "/batch",
        "/e",
        "/i/v0/e",
        "/i/v0/ai/batch",
        "/capture",
        "/track",
    ] {
        for slash in ["", "/"] {
            sent += 1;
            let body = batch(&[event(&sent.to_string())]).to_string();
            let request = post(&collector, &format!("{route}{slash}?retry_count=0")).body(body);
            let (status, answer) = answer(request).await;
            assert_eq!(
                (status.as_u16(), answer),
                (200, json!({ "status": "Ok" })),
                "{route}{slash}"
            );
        }
    }
    let received = collector.received();
    assert_eq!(received.len(), sent);
    for event in &received {
        assert_eq!(event.violations, []);
        assert!(!event.to_json().to_string().contains("phc_test"));
    }
    let first = &received[0];
    assert_eq!(
        (
            first.name.as_str(),
            first.distinct_id.as_str(),
            first.tier.as_deref()
        ),
        ("pr_list_exported", "user_1", Some("engagement"))
    );
    assert_eq!(first.timestamp.as_deref(), Some("2026-01-31T12:00:00.5Z"));
    let groups: Vec<(&str, &Value)> = first.groups().collect();
    assert_eq!(groups, [("team", &json!("acme"))]);
    collector.shutdown().await;
}

#[tokio::test]
async fn a_browser_compresses_without_saying_so() {
    let collector = start(Options::default()).await;
    let body = json!({
        "api_key": "phc_test",
        "sent_at": "2026-01-31T12:00:00.000Z",
        "batch": [
            {
                "uuid": "1",
                "event": "theme_switched",
                "properties": { "distinct_id": "user_1", "token": "phc_test", "$lib": "web", "theme": "dark" },
                "timestamp": "2026-01-31T12:00:00.000Z",
            },
            {
                "uuid": "2",
                "event": "$pageview",
                "properties": { "distinct_id": "user_1", "token": "phc_test", "$lib": "web", "title": "Home" },
                "$set_once": { "$initial_referrer": "$direct" },
            },
        ],
    });
    let request = post(&collector, "/e/")
        .header("content-type", "text/plain")
        .body(gzip(body.to_string().as_bytes()));
    assert_eq!(answer(request).await.0, 200);
    let received = collector.received();
    let facts: Vec<_> = received
        .iter()
        .map(|event| {
            (
                event.name.as_str(),
                event.distinct_id.as_str(),
                event.is_planned,
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("theme_switched", "user_1", true),
            ("$pageview", "user_1", false)
        ]
    );
    assert!(
        received.iter().all(|event| event.violations.is_empty()),
        "{received:?}"
    );
}

#[tokio::test]
async fn violations_are_told_here_and_not_to_the_client() {
    let collector = start(Options::default()).await;
    let mut arrivals = collector.subscribe();
    let mut wrong = event("1");
    wrong["properties"]["row_count"] = json!("many");
    let request = post(&collector, "/batch/").body(batch(&[wrong]).to_string());
    assert_eq!(
        answer(request).await,
        (StatusCode::OK, json!({ "status": "Ok" }))
    );
    let Ok(Arrival::Event(event)) = arrivals.recv().await else {
        panic!("no event");
    };
    let [violation] = event.violations.as_slice() else {
        panic!("{:?}", event.violations);
    };
    assert_eq!(
        violation.message,
        "property `row_count` must be an integer, found \"many\""
    );
    let place = violation.place.as_deref().expect("a place");
    let line = place
        .strip_prefix("schema/pull_requests.yaml:")
        .and_then(|rest| rest.split(':').next());
    let line: usize = line.and_then(|line| line.parse().ok()).expect(place);
    let text = include_str!("../../schema/pull_requests.yaml")
        .lines()
        .nth(line - 1);
    assert!(
        text.is_some_and(|text| text.trim_start().starts_with("row_count:")),
        "{place}"
    );
}

#[tokio::test]
async fn v1_answers_each_event() {
    for (strict, result) in [(false, "warning"), (true, "drop")] {
        let collector = start(Options {
            strict,
            ..Options::default()
        })
        .await;
        let mut wrong = event("2");
        wrong["event"] = json!("pr_list_exportd");
        let mut from_a_server = event("3");
        from_a_server["event"] = json!("theme_switched");
        from_a_server["properties"] = json!({ "theme": "dark" });
        let body = json!({
            "created_at": "2026-01-31T12:00:00Z",
            "batch": [event("1"), wrong, from_a_server],
        });
        let response = post(&collector, "/i/v1/analytics/events")
            .header("authorization", "Bearer phc_test")
            .header("posthog-sdk-info", "posthog-node/5.70.0")
            .header("posthog-request-id", "request_1")
            .header("content-encoding", "gzip")
            .body(gzip(body.to_string().as_bytes()))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["posthog-request-id"], "request_1");
        let body = response.bytes().await.expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let results = &body["results"];
        assert_eq!(results["1"], json!({ "result": "ok" }));
        assert_eq!(results["2"]["result"], result);
        let details = results["2"]["details"].as_str().expect("details");
        assert!(
            details.starts_with("plan: the plan has no event \"pr_list_exportd\""),
            "{details}"
        );
        assert_eq!(collector.received()[2].violations[0].code, "wrong-source");
    }
}

#[tokio::test]
async fn an_event_that_comes_again_is_counted_once() {
    let collector = start(Options::default()).await;
    for _ in 0..3 {
        let request = post(&collector, "/batch/").body(batch(&[event("1")]).to_string());
        assert_eq!(answer(request).await.0, 200);
    }
    let received = collector.received();
    assert_eq!((received.len(), received[0].duplicates), (1, 2));
    let totals = *collector.totals().borrow();
    assert_eq!((totals.events, totals.duplicates), (1, 2));
}

#[tokio::test]
async fn what_can_not_be_read_is_refused_for_good_and_told() {
    let collector = start(Options::default()).await;
    let mut arrivals = collector.subscribe();
    let bomb = gzip(&[b' '; 1024 * 1024]).repeat(21);
    for (route, body, status, reason) in [
        (
            "/batch/",
            b"\x00garbage".to_vec(),
            400,
            "the body is no JSON",
        ),
        ("/e/", Vec::new(), 400, "the body is empty"),
        ("/batch/", bomb, 413, "more than 20971520 bytes"),
        (
            "/i/v1/analytics/events",
            b"{}".to_vec(),
            400,
            "neither `batch` nor `event`",
        ),
        (
            "/i/v1/analytics/events",
            b"[]".to_vec(),
            400,
            "the batch is empty",
        ),
    ] {
        let (answered, error) = answer(post(&collector, route).body(body)).await;
        assert_eq!(answered.as_u16(), status);
        let told = error["error_description"].as_str().expect("a reason");
        assert!(told.contains(reason), "{told}");
        let Ok(Arrival::Refused(refused)) = arrivals.recv().await else {
            panic!("nothing was told");
        };
        assert_eq!((refused.status, refused.path.as_str()), (status, route));
        assert_eq!(refused.reason, told);
    }
    assert_eq!(collector.totals().borrow().refused, 5);
}

#[tokio::test]
async fn pages_of_every_origin_may_send() {
    let collector = start(Options::default()).await;
    let url = format!("{}/e/", collector.url());
    let preflight = Client::new()
        .request(reqwest::Method::OPTIONS, &url)
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-custom");
    let preflight = preflight.send().await.expect("an answer");
    assert!(preflight.status().is_success());
    assert_eq!(
        preflight.headers()["access-control-allow-headers"],
        "content-type,x-custom"
    );
    let post = post(&collector, "/e/")
        .header("origin", "http://localhost:3000")
        .body(batch(&[event("1")]).to_string());
    let post = post.send().await.expect("an answer");
    for headers in [preflight.headers(), post.headers()] {
        assert_eq!(
            headers["access-control-allow-origin"],
            "http://localhost:3000"
        );
        assert_eq!(headers["vary"], "Origin");
        assert_eq!(headers["access-control-expose-headers"], "Retry-After");
    }
}

#[tokio::test]
async fn flags_are_what_the_collector_was_told() {
    let flags = json!({
        "new_insights": true,
        "onboarding_copy": "video",
        "control": { "pr_list_exported": 0 },
    });
    let options = Options {
        flags: serde_json::from_value(flags).expect("flags"),
        ..Options::default()
    };
    let collector = start(options).await;
    let client = trackplan::Client::builder()
        .api_key("phc_test")
        .host(collector.url())
        .remote_control("control", Duration::from_secs(60))
        .build();
    let request = trackplan::Context::new().actor("user_1").scope(async {
        assert!(trackplan::flag!("new_insights", default = false).await);
        let copy = trackplan::flag!("onboarding_copy", default = "control");
        assert_eq!(copy.await, "video");
    });
    client.scope(request).await;
    while client.sample_rates().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(client.flush_async(Duration::from_secs(60)).await);
    let called: Vec<_> = collector.received();
    let names: Vec<&str> = called.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["$feature_flag_called"; 2]);
    assert!(
        called.iter().all(|event| event.violations.is_empty()),
        "{called:?}"
    );
}

#[tokio::test]
async fn a_browser_finds_its_configuration_and_no_flags() {
    let collector = start(Options::default()).await;
    let get = |path: &str| Client::new().get(format!("{}{path}", collector.url()));
    let (status, config) = answer(get("/array/phc_test/config")).await;
    assert_eq!(status, 200);
    assert_eq!(config["supportedCompression"], json!(["gzip", "gzip-js"]));
    assert_eq!(config["hasFeatureFlags"], false);
    let script = get("/array/phc_%22test/config.js")
        .send()
        .await
        .expect("an answer");
    assert_eq!(script.headers()["content-type"], "application/javascript");
    let script = script.text().await.expect("text");
    let script = script
        .strip_prefix("window._POSTHOG_REMOTE_CONFIG = ")
        .expect("the assignment");
    let script: Value = serde_json::from_str(script.trim_end_matches([';', '\n'])).expect("JSON");
    assert_eq!(script["phc_\"test"]["config"]["sessionRecording"], false);

    let (_, flags) = answer(post(&collector, "/flags/?v=2").body("{}")).await;
    assert_eq!(
        (&flags["flags"], &flags["errorsWhileComputingFlags"]),
        (&json!({}), &json!(false))
    );
    let (_, decide) = answer(post(&collector, "/decide/?v=3").body("{}")).await;
    assert_eq!(decide["featureFlags"], json!({}));
    assert_eq!(
        answer(post(&collector, "/s/").body("[]")).await,
        (StatusCode::OK, json!({}))
    );
    for request in [
        get("/static/array.js"),
        get("/batch/"),
        post(&collector, "/"),
    ] {
        let (status, error) = answer(request).await;
        assert_eq!(
            (status.as_u16(), &error["error"]),
            (404, &json!("not_found"))
        );
    }
    assert_eq!(collector.received(), []);
}

#[tokio::test]
async fn our_own_client_delivers_what_the_plan_asks_for() {
    let collector = start(Options::default()).await;
    let client = trackplan::Client::builder()
        .api_key("phc_test")
        .host(collector.url())
        .flush_interval(Duration::from_millis(1))
        .build();
    let id = client.enter(|| {
        trackplan::track!(
            "pr_list_exported",
            actor = "user_1",
            groups(team = "acme"),
            format = "csv",
            has_filters = true,
            row_count = 12,
        )
    });
    let mut totals = collector.totals();
    totals
        .wait_for(|totals| totals.events == 1)
        .await
        .expect("the collector runs");
    let received = collector.received();
    assert_eq!(received[0].violations, []);
    assert_eq!(received[0].uuid.as_deref(), Some(id.to_string().as_str()));
    let own: Value = received[0]
        .own_properties()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    assert_eq!(
        own,
        json!({ "format": "csv", "has_filters": true, "row_count": 12, "team_slug": "acme" })
    );
    assert!(client.flush_async(Duration::from_secs(5)).await);
    collector.shutdown().await;
}

#[tokio::test]
async fn what_our_client_flags_is_the_violation_that_the_collector_tells() {
    let collector = start(Options::default()).await;
    let client = trackplan::Client::builder()
        .api_key("phc_test")
        .host(collector.url())
        .flush_interval(Duration::from_millis(1))
        .build();
    client.enter(|| {
        let row_count = -1;
        trackplan::track!(
            "pr_list_exported",
            actor = "user_1",
            groups(team = "acme"),
            format = "csv",
            has_filters = true,
            row_count = row_count,
        )
    });
    assert!(client.flush_async(Duration::from_secs(60)).await);
    assert_eq!(client.stats().flagged, 1);
    let received = collector.received();
    let codes: Vec<&str> = received[0]
        .violations
        .iter()
        .map(|violation| violation.code)
        .collect();
    assert_eq!(codes, ["out-of-range"]);
    collector.shutdown().await;
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let collector = start(Options::default()).await;
    let port = collector
        .url()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let second = Collector::start(plan(), ([127, 0, 0, 1], port).into(), Options::default()).await;
    let error = format!("{:#}", second.expect_err("the port is taken"));
    assert!(error.contains(&format!("port {port} is in use")), "{error}");
    collector.shutdown().await;
    let again = Collector::start(plan(), ([127, 0, 0, 1], port).into(), Options::default()).await;
    assert!(
        again.is_ok(),
        "a collector that was shut down left its port"
    );
}
