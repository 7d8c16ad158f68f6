use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde_json::json;
use tower_http::timeout::TimeoutLayer;
use tower_layer::Layer;
use tower_service::Service;
use trackplan::testing::{CapturedEvent, Sink};
use trackplan::{Context, ErrorKind, RequestError, RequestLayer, RoutePattern};

use crate::{SignedIn, client, errors, serve};

async fn failing() -> Response {
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(ErrorKind("provider"));
    response
}

async fn panicking(_: SignedIn) -> StatusCode {
    panic!("what the user typed");
}

/// As `HandleErrorLayer` does around tower's own timeout.
async fn with_timeout(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(Duration::from_millis(20), next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::GATEWAY_TIMEOUT.into_response())
}

/// As tower-http does it, with the status of its default and those that people choose.
fn timing_out(status: StatusCode) -> MethodRouter {
    get(std::future::pending::<()>).layer(TimeoutLayer::with_status_code(
        status,
        Duration::from_millis(20),
    ))
}

async fn panicking_on_the_way(_: Request, _: Next) -> StatusCode {
    panic!("what the user typed");
}

/// A handler that is fine, and whose task is not.
async fn spawning(_: SignedIn) {
    let task = errors().watch("a task", async { panic!("what the user typed") });
    let outcome: Result<(), _> = tokio::spawn(Context::carry(task)).await.expect("caught");
    assert!(outcome.is_err());
}

async fn refusing(_: Request, _: Next) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

fn router() -> Router {
    Router::new()
        .route("/returned/{id}", post(failing))
        .route("/panicking/{id}", get(panicking))
        .route(
            "/slow",
            get(std::future::pending::<()>).layer(from_fn(with_timeout)),
        )
        .route("/timeout/408", timing_out(StatusCode::REQUEST_TIMEOUT))
        .route("/timeout/503", timing_out(StatusCode::SERVICE_UNAVAILABLE))
        .route("/timeout/504", timing_out(StatusCode::GATEWAY_TIMEOUT))
        .route("/refused", get(async || ()).layer(from_fn(refusing)))
        .route(
            "/on-the-way",
            get(async || ()).layer(from_fn(panicking_on_the_way)),
        )
        .route("/spawning", get(spawning))
        .route("/fine", get(async || ()))
        .route(
            "/named",
            get(async || {
                let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                response
                    .extensions_mut()
                    .insert(RoutePattern("/named-by-the-handler"));
                response
            }),
        )
        .fallback(async || StatusCode::INTERNAL_SERVER_ERROR)
}

/// What the plan asks of an error.
fn facts(event: &CapturedEvent) -> serde_json::Value {
    assert_eq!(event.name, "error_occurred");
    json!([
        event["route"],
        event["http_method"],
        event["status"],
        event["error_type"]
    ])
}

#[tokio::test]
async fn each_kind_of_error_gives_exactly_one_event() {
    let sink = Sink::new();
    let errors = errors();
    // Twice, as happens when routers are nested: it is still one error.
    let layer = RequestLayer::new().errors(&errors);
    let host = serve(router().layer(layer.clone()), layer).await;
    let client = client();
    let expected = [
        (
            client.post(format!("{host}/returned/7")),
            json!(["/returned/{id}", "post", 502, "provider"]),
        ),
        (
            client.get(format!("{host}/panicking/7")),
            json!(["/panicking/{id}", "get", 500, "panic"]),
        ),
        (
            client.get(format!("{host}/slow")),
            json!(["/slow", "get", 504, "timeout"]),
        ),
        (
            client.get(format!("{host}/timeout/408")),
            json!(["/timeout/408", "get", 408, "timeout"]),
        ),
        (
            client.get(format!("{host}/timeout/503")),
            json!(["/timeout/503", "get", 503, "other"]),
        ),
        (
            client.get(format!("{host}/timeout/504")),
            json!(["/timeout/504", "get", 504, "timeout"]),
        ),
        (
            client.get(format!("{host}/refused")),
            json!(["/refused", "get", 503, "other"]),
        ),
        (
            client.get(format!("{host}/on-the-way")),
            json!(["/on-the-way", "get", 500, "panic"]),
        ),
        (
            client.get(format!("{host}/named")),
            json!(["/named-by-the-handler", "get", 500, "other"]),
        ),
        (
            client.put(format!("{host}/no/such")),
            json!(["unmatched", "put", 500, "other"]),
        ),
    ];
    for (number, (request, expected)) in expected.into_iter().enumerate() {
        let status = request.send().await.expect("an answer").status();
        assert_eq!(status.as_u16(), expected[2]);
        let events = sink.events();
        assert_eq!(events.len(), number + 1, "{events:?}");
        assert_eq!(facts(&events[number]), expected);
    }
    let expected_before = sink.events().len();
    for fine in ["/fine", "/returned/7"] {
        let status = client
            .get(format!("{host}{fine}"))
            .send()
            .await
            .expect("an answer")
            .status();
        assert!(!status.is_server_error());
    }
    assert_eq!(sink.events().len(), expected_before);
    let spawned = client
        .get(format!("{host}/spawning"))
        .header("x-session", "user_1");
    assert_eq!(spawned.send().await.expect("an answer").status(), 200);
    let events = sink.events();
    assert_eq!(events.len(), expected_before + 1);
    let task = &events[expected_before];
    assert_eq!(facts(task), json!(["a task", "other", 500, "panic"]));
    assert_eq!(task.distinct_id, "user_1");
}

#[tokio::test]
async fn an_error_is_about_whoever_makes_the_request() {
    let sink = Sink::new();
    let host = serve(router(), RequestLayer::new().errors(&errors())).await;
    let request = client().get(format!("{host}/panicking/7"));
    let with = |name: &str, value: &str| request.try_clone().expect("no body").header(name, value);
    for request in [
        with("x-session", "user_1"),
        with("x-session", "user_1").header("cookie", "__ph_opt_in_out_phc_1=0"),
    ] {
        request.send().await.expect("an answer");
    }
    let events = sink.events();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].distinct_id, "user_1");
    // Who opted out is not told of, the error is.
    assert_eq!(events[1]["$process_person_profile"], false);
}

#[tokio::test]
async fn without_errors_a_panic_stays_a_panic() {
    let sink = Sink::new();
    let host = serve(router(), RequestLayer::new()).await;
    let answer = client().get(format!("{host}/panicking/7")).send().await;
    assert!(answer.is_err());
    assert_eq!(sink.events(), []);
}

#[tokio::test]
async fn a_task_reports_what_it_is_told_and_what_it_panics_with() {
    let sink = Sink::new();
    let errors = errors();
    let task = errors.watch("repository sync", async { panic!("a secret") });
    let outcome = Context::new()
        .actor("user_1")
        .scope(async { tokio::spawn(Context::carry(task)).await.expect("caught") });
    let panicked: Result<(), _> = outcome.await;
    assert_eq!(
        panicked.expect_err("it panics").to_string(),
        "the code panicked"
    );
    errors.report(
        &RequestError::new("repository sync", "timeout")
            .method("purge\n")
            .status(504),
    );
    let events = sink.events();
    assert_eq!(
        facts(&events[0]),
        json!(["repository sync", "other", 500, "panic"])
    );
    assert_eq!(events[0].distinct_id, "user_1");
    assert_eq!(
        facts(&events[1]),
        json!(["repository sync", "other", 504, "timeout"])
    );
    assert_eq!(
        errors.watch("fine", async { 1 }).await.expect("no panic"),
        1
    );
}

#[tokio::test]
async fn above_the_rate_the_counts_add_up() {
    let sink = Sink::new();
    let errors = errors();
    let host = serve(router(), RequestLayer::new().errors(&errors)).await;
    let client = client();
    for _ in 0..50 {
        client
            .get(format!("{host}/refused"))
            .send()
            .await
            .expect("an answer");
    }
    for _ in 0..100_000 {
        errors.report(&RequestError::new("job", "store"));
    }
    assert_eq!(sink.events().len(), 20);
    errors.flush();
    let events = sink.events();
    assert_eq!(events.len(), 22);
    let counted = |route: &str| {
        let of_route = events.iter().filter(|event| event["route"] == route);
        of_route
            .map(|event| 1 + event["suppressed_count"].as_u64().unwrap_or(0))
            .sum::<u64>()
    };
    assert_eq!((counted("/refused"), counted("job")), (50, 100_000));
}

#[test]
fn the_last_clone_tells_what_is_left() {
    let sink = Sink::new();
    let errors = errors();
    let clone = errors.clone();
    for _ in 0..15 {
        clone.report(&RequestError::new("job", "store"));
    }
    drop(clone);
    assert_eq!(sink.events().len(), 10);
    drop(errors);
    assert_eq!(sink.events()[10]["suppressed_count"], 4);
}

#[test]
fn a_route_is_cut_and_a_method_is_a_known_one() {
    let long = "é".repeat(300);
    let error = RequestError::new(&long, "store").method("PATCH");
    assert_eq!(
        (error.route, error.method),
        ("é".repeat(200).as_str(), "patch")
    );
}

/// A service that is no router: it gives no answer, or panics before it has a future.
#[derive(Clone, Copy)]
enum Broken {
    Errs,
    Panics,
}

impl Service<http::Request<()>> for Broken {
    type Response = http::Response<String>;
    type Error = &'static str;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<()>) -> Self::Future {
        match self {
            Self::Errs => std::future::ready(Err("ada@example.com")),
            Self::Panics => panic!("ada@example.com"),
        }
    }
}

#[tokio::test]
async fn a_service_without_axum_is_watched_too() {
    let sink = Sink::new();
    let layer = RequestLayer::new().errors(&errors());
    for (service, answer, expected) in [
        (Broken::Errs, Err("ada@example.com"), "service"),
        (Broken::Panics, Ok(500), "panic"),
    ] {
        let request = http::Request::delete("/users/ada@example.com");
        let request = request.extension(RoutePattern("/users/{mail}")).body(());
        let answered = layer.layer(service).call(request.expect("a request")).await;
        assert_eq!(answered.map(|response| response.status().as_u16()), answer);
        let event = sink.events().pop().expect("an event");
        assert_eq!(
            facts(&event),
            json!(["/users/{mail}", "delete", 500, expected])
        );
    }
    assert_eq!(sink.events().len(), 2);
}
