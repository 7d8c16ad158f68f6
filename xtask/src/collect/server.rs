//! What a client of PostHog asks for, and the answers that keep it content.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::decode::{self, Batch, MAX_BYTES, Refusal};
use super::store::{Received, Refused, Store};

/// The capture routes of v0, over the years.
const CAPTURE: &[&str] = &[
    "/batch",
    "/e",
    "/i/v0/e",
    "/i/v0/ai/batch",
    "/capture",
    "/track",
];
const REQUEST_ID: HeaderName = HeaderName::from_static("posthog-request-id");

/// Every route of the collector.
pub(super) fn router(store: Arc<Store>) -> Router {
    let mut router = Router::new()
        .route("/array/{token}/config", get(config))
        .route("/array/{token}/config.js", get(config_script));
    for path in CAPTURE {
        router = both(router, path, || post(capture));
    }
    router = both(router, "/i/v1/analytics/events", || post(capture_v1));
    router = both(router, "/flags", || any(flags));
    router = both(router, "/flags/definitions", || get(definitions));
    router = both(router, "/decide", || any(decide));
    for path in ["/s", "/i/v1/logs", "/i/v1/metrics"] {
        // Recordings, logs and metrics are none of a plan's business.
        router = both(router, path, || post(ignored));
    }
    router
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn(cors))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(store)
}

/// Adds a route with and without the slash at its end.
fn both(
    router: Router<Arc<Store>>,
    path: &str,
    method: fn() -> MethodRouter<Arc<Store>>,
) -> Router<Arc<Store>> {
    router
        .route(path, method())
        .route(&format!("{path}/"), method())
}

/// v0: 200 for all that can be read. Browsers drop what is answered 4xx and repeat all but 200.
async fn capture(
    State(store): State<Arc<Store>>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read(&uri, &headers, body) {
        Ok(batch) => {
            store.receive(batch).await;
            Json(json!({ "status": "Ok" })).into_response()
        }
        Err(refusal) => refuse(&store, &uri, &refusal),
    }
}

/// v1 answers each event, so that violations can surface in the program that sent it.
async fn capture_v1(
    State(store): State<Arc<Store>>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut batch = match read(&uri, &headers, body) {
        Ok(batch) if batch.events.is_empty() => {
            let refusal = Refusal::Unreadable("the batch is empty".to_owned());
            return refuse(&store, &uri, &refusal);
        }
        Ok(batch) => batch,
        Err(refusal) => return refuse(&store, &uri, &refusal),
    };
    if let Some((library, version)) = text(&headers, "posthog-sdk-info").split_once('/') {
        for event in &mut batch.events {
            for (key, value) in [("$lib", library), ("$lib_version", version)] {
                let value = || Value::from(value);
                event.properties.entry(key).or_insert_with(value);
            }
        }
    }
    let received = store.receive(batch).await;
    let results: Map<String, Value> = received
        .iter()
        .filter_map(|event| Some((event.uuid.clone()?, result(event, store.is_strict))))
        .collect();
    let mut response = Json(json!({ "results": results })).into_response();
    if let Some(id) = headers.get(&REQUEST_ID) {
        response.headers_mut().insert(REQUEST_ID, id.clone());
    }
    response
}

fn result(event: &Received, is_strict: bool) -> Value {
    if event.violations.is_empty() {
        return json!({ "result": "ok" });
    }
    let details: Vec<String> = event
        .violations
        .iter()
        .map(|violation| match &violation.place {
            Some(place) => format!("{} ({place})", violation.message),
            None => violation.message.clone(),
        })
        .collect();
    let result = if is_strict { "drop" } else { "warning" };
    json!({ "result": result, "details": format!("plan: {}", details.join("; ")) })
}

fn read(
    uri: &Uri,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Batch, Refusal> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        _ => Refusal::Unreadable(rejection.body_text()),
    })?;
    let mut batch = decode::decode(decode::Request {
        content_encoding: text(headers, "content-encoding"),
        content_type: text(headers, "content-type"),
        query: uri.query().unwrap_or_default(),
        body: &body,
    })?;
    let bearer = text(headers, "authorization").strip_prefix("Bearer ");
    batch.has_token |= bearer.is_some_and(|token| !token.trim().is_empty());
    Ok(batch)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// An answer that no client repeats.
fn refuse(store: &Store, uri: &Uri, refusal: &Refusal) -> Response {
    let (status, error) = match refusal {
        Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
        Refusal::Unreadable(_) => (StatusCode::BAD_REQUEST, "request_parsing_error"),
    };
    let reason = refusal.reason();
    let answer = json!({ "error": error, "error_description": reason, "detail": reason });
    store.refuse(Refused {
        path: uri.path().to_owned(),
        status: status.as_u16(),
        reason: reason.into_owned(),
    });
    (status, Json(answer)).into_response()
}

async fn ignored() -> Json<Value> {
    Json(json!({}))
}

/// Every flag is the same for everybody.
async fn flags(State(store): State<Arc<Store>>) -> Json<Value> {
    let detail = |(name, value): (&String, &Value)| {
        let payload = value.is_object().then(|| value.to_string());
        let flag = json!({
            "key": name,
            "enabled": *value != false,
            "variant": value.as_str(),
            "reason": { "code": "collector", "description": "The collector was told so" },
            "metadata": { "id": 0, "version": 1, "payload": payload },
        });
        (name.clone(), flag)
    };
    let flags: Map<String, Value> = store.flags.iter().map(detail).collect();
    Json(json!({ "flags": flags, "errorsWhileComputingFlags": false, "requestId": "collector" }))
}

async fn definitions() -> Json<Value> {
    Json(json!({ "flags": [], "group_type_mapping": {}, "cohorts": {} }))
}

async fn decide() -> Json<Value> {
    Json(json!({
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": false,
        "supportedCompression": ["gzip", "gzip-js"],
    }))
}

/// What posthog-js asks for first. Everything is off, so that it loads no further script.
fn remote_config(token: &str) -> Value {
    json!({
        "token": token,
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": false,
        "autocapture_opt_out": true,
        "captureDeadClicks": false,
        "capturePerformance": false,
        "autocaptureExceptions": false,
        "heatmaps": false,
        "sessionRecording": false,
        "surveys": false,
        "siteApps": [],
    })
}

async fn config(Path(token): Path<String>) -> Json<Value> {
    Json(remote_config(&token))
}

async fn config_script(Path(token): Path<String>) -> impl IntoResponse {
    let config = json!({ token.as_str(): { "config": remote_config(&token), "siteApps": [] } });
    let script = format!("window._POSTHOG_REMOTE_CONFIG = {config};\n");
    ([(header::CONTENT_TYPE, "application/javascript")], script)
}

async fn not_found(uri: Uri) -> impl IntoResponse {
    let detail = format!("the collector of trackplan has nothing at {}", uri.path());
    let answer = json!({ "error": "not_found", "error_description": detail, "detail": detail });
    (StatusCode::NOT_FOUND, Json(answer))
}

/// Lets pages of every origin send: answers their preflights and marks the answers as readable.
async fn cors(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let asked = header::ACCESS_CONTROL_REQUEST_HEADERS;
    let asked = request.headers().get(asked).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else {
        return response;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    for (name, value) in [
        // A beacon sends cookies, and without this its preflight fails.
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(asked) = asked {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
    response
}
