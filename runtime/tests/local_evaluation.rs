//! Flags that are decided in the program, against a server that has their definitions.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::task::yield_now;
use trackplan::{Builder, Client, Context, flag};

const SECRET: &str = "phx_very_secret";
/// Longer than any test.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the server was asked, and what it says.
#[derive(Default)]
struct Served {
    definitions: Value,
    /// The headers of each look at the definitions.
    looks: Vec<HeaderMap>,
    /// The body of each question for somebody's flags.
    asked: Vec<Value>,
    /// The events, as text.
    batches: Vec<Value>,
}

#[derive(Clone)]
struct Server {
    host: String,
    served: Arc<Mutex<Served>>,
}

impl Server {
    async fn start(definitions: Value) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Self {
            host: format!("http://{address}/ingest"),
            served: Arc::default(),
        };
        server.served().definitions = definitions;
        let router = Router::new()
            .route("/ingest/flags/definitions/", get(definitions_of))
            .route("/ingest/flags/", post(flags_of))
            .route("/ingest/batch/", post(take))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    fn served(&self) -> MutexGuard<'_, Served> {
        self.served.lock().expect("no panic")
    }

    fn client(&self, pause: Duration) -> Client {
        let options: Builder = Client::builder().api_key("phc_public").host(&self.host);
        options.local_evaluation(SECRET, pause).build()
    }

    /// A client that has looked at the definitions.
    async fn informed(&self) -> Client {
        let client = self.client(PATIENCE);
        // The answer is on its way once the flag is decided without asking.
        while !self.is_decided(&client).await {
            yield_now().await;
        }
        self.served().asked.clear();
        client
    }

    async fn is_decided(&self, client: &Client) -> bool {
        let before = self.served().asked.len();
        // Each time somebody else: nobody's answer is remembered.
        let probe = Context::new().actor(format!("probe_{before}"));
        client
            .scope(probe.scope(async { flag!("new_insights", default = false).await }))
            .await;
        self.served().asked.len() == before
    }
}

async fn definitions_of(
    State(server): State<Server>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let mut served = server.served();
    served.looks.push(headers);
    match &served.definitions {
        Value::Null => Err(StatusCode::INTERNAL_SERVER_ERROR),
        definitions => Ok(Json(definitions.clone())),
    }
}

async fn flags_of(State(server): State<Server>, body: String) -> Json<Value> {
    let body: Value = serde_json::from_str(&body).expect("JSON");
    server.served().asked.push(body);
    Json(json!({ "flags": {
        "new_insights": { "enabled": false },
        "onboarding_copy": { "enabled": true, "variant": "video" },
    } }))
}

async fn take(State(server): State<Server>, body: axum::body::Bytes) -> Json<Value> {
    let body: Value = serde_json::from_reader(flate2::read::GzDecoder::new(&*body)).expect("JSON");
    server.served().batches.push(body);
    Json(json!({ "status": 1 }))
}

fn everybody() -> Value {
    json!([{ "properties": [], "rollout_percentage": 100 }])
}

/// `new_insights` is on for all, `onboarding_copy` depends on a property that only PostHog knows.
fn definitions() -> Value {
    json!({
        "flags": [
            { "key": "new_insights", "active": true, "has_experiment": true, "filters": { "groups": everybody() } },
            { "key": "onboarding_copy", "active": true, "filters": {
                "groups": [{ "rollout_percentage": 100, "properties": [
                    { "key": "role", "type": "person", "operator": "exact", "value": ["admin"] },
                ] }],
                "multivariate": { "variants": [{ "key": "short", "rollout_percentage": 100 }] },
            } },
        ],
        "group_type_mapping": { "0": "team" },
        "cohorts": {},
    })
}

#[tokio::test]
async fn what_is_decided_here_is_not_asked_for() {
    let server = Server::start(definitions()).await;
    let client = server.informed().await;
    let request = Context::new().actor("user_1").scope(async {
        assert!(flag!("new_insights", default = false).await);
        assert!(server.served().asked.is_empty());
        // PostHog says that this one is off, and what a request has seen stays.
        assert_eq!(flag!("onboarding_copy", default = "control").await, "video");
        assert!(flag!("new_insights", default = false).await);
    });
    client.scope(request).await;
    assert_eq!(server.served().asked.len(), 1);
    assert!(client.flush_async(PATIENCE).await);
    let served = server.served();
    let events = served
        .batches
        .iter()
        .flat_map(|batch| batch["batch"].as_array().expect("a batch"));
    let called: Vec<&Value> = events
        .filter(|event| {
            event["event"] == "$feature_flag_called" && event["distinct_id"] == "user_1"
        })
        .map(|event| &event["properties"])
        .collect();
    assert_eq!(called.len(), 2);
    for (properties, flag, value, is_local) in [
        (called[0], "new_insights", json!(true), true),
        (called[1], "onboarding_copy", json!("video"), false),
    ] {
        assert_eq!(properties["$feature_flag"], flag);
        assert_eq!(properties["$feature_flag_response"], value);
        assert_eq!(properties["locally_evaluated"], is_local);
        assert_eq!(properties.get("$feature_flag_error"), None);
    }
    assert_eq!(called[0]["$feature_flag_has_experiment"], true);
}

#[tokio::test]
async fn variants_payloads_and_groups_are_decided_too() {
    let mut definitions = definitions();
    definitions["flags"][1]["filters"] = json!({
        "groups": everybody(),
        "aggregation_group_type_index": 0,
        "multivariate": { "variants": [{ "key": "short", "rollout_percentage": 100 }] },
        "payloads": { "short": "{\"headline\":\"Hello\"}" },
    });
    let server = Server::start(definitions).await;
    let client = server.informed().await;
    let request = Context::new()
        .actor("user_1")
        .group("team", "acme")
        .scope(async {
            assert_eq!(flag!("onboarding_copy", default = "control").await, "short");
            let copy = flag!("onboarding_copy", payload).await.expect("a payload");
            assert_eq!(copy.headline, "Hello");
        });
    client.scope(request).await;
    assert!(server.served().asked.is_empty());
}

#[tokio::test]
async fn definitions_are_looked_at_again_and_a_request_keeps_what_it_has_seen() {
    let server = Server::start(definitions()).await;
    let client = server.client(Duration::from_millis(5));
    while !server.is_decided(&client).await {
        yield_now().await;
    }
    let request = Context::new().actor("user_1").scope(async {
        assert!(flag!("new_insights", default = false).await);
        server.served().definitions["flags"][0]["active"] = false.into();
        let others = || {
            Context::new()
                .actor("user_2")
                .scope(async { flag!("new_insights", default = true).await })
        };
        while others().await {
            yield_now().await;
        }
        assert!(flag!("new_insights", default = false).await);
    });
    client.scope(request).await;
}

#[tokio::test]
async fn without_definitions_every_flag_is_asked_for() {
    let server = Server::start(Value::Null).await;
    let client = server.client(Duration::from_millis(5));
    while server.served().looks.len() < 3 {
        yield_now().await;
    }
    let request = Context::new().actor("user_1").scope(async {
        assert!(!flag!("new_insights", default = true).await);
        assert_eq!(flag!("onboarding_copy", default = "control").await, "video");
    });
    client.scope(request).await;
    assert_eq!(server.served().asked.len(), 1);
}

#[tokio::test]
async fn the_secret_goes_to_the_definitions_alone() {
    let server = Server::start(definitions()).await;
    let client = server.informed().await;
    let request = Context::new()
        .actor("user_1")
        .scope(async { flag!("onboarding_copy", default = "control").await });
    client.scope(request).await;
    assert!(client.flush_async(PATIENCE).await);
    let served = server.served();
    let look = served.looks.first().expect("a look");
    assert_eq!(look["authorization"], format!("Bearer {SECRET}"));
    assert_eq!(look["x-posthog-project-api-key"], "phc_public");
    assert_eq!(served.asked.len(), 1);
    for told in [
        format!("{:?}", served.asked),
        format!("{:?}", served.batches),
        format!("{client:?}"),
    ] {
        assert!(!told.contains(SECRET), "{told}");
    }
}
