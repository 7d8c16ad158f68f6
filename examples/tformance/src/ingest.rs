//! PostHog under the application's own address: what the browser sends to `/ingest` is passed on without anything that
//! belongs to the application.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use crate::browser::BrowserTracking;

/// More than posthog-js puts into one request.
const LARGEST: usize = 8 << 20;

/// All that PostHog needs to know of a request; cookies and authorization are none of it.
const PASSED_ON: [HeaderName; 3] = [CONTENT_TYPE, CONTENT_ENCODING, USER_AGENT];

/// All that the browser needs to know of an answer; PostHog sets no cookie on this site.
const PASSED_BACK: [HeaderName; 3] = [CONTENT_TYPE, CACHE_CONTROL, RETRY_AFTER];

#[derive(Clone)]
struct Ingest {
    http: reqwest::Client,
    tracking: Arc<BrowserTracking>,
}

/// The routes below `/ingest`. They are on the way of no page, so an outage of PostHog is no error of the application.
pub(crate) fn router(tracking: Arc<BrowserTracking>) -> reqwest::Result<Router> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(30))
        .build()?;
    Ok(Router::new()
        .route("/ingest/{*path}", any(pass_on))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Ingest { http, tracking }))
}

async fn pass_on(
    State(Ingest { http, tracking }): State<Ingest>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut url = tracking.host.clone();
    url.set_path(&path);
    url.set_query(query.as_deref());
    let request = http
        .request(method, url)
        .headers(only(&headers, &PASSED_ON))
        .body(body);
    // A beacon of a page that closes has nobody who waits for the answer, and the server drops the handler with the
    // connection. A task of its own goes on.
    match tokio::spawn(answer(request)).await {
        Ok(Ok(answer)) => return answer,
        Ok(Err(error)) => {
            let error = error.without_url();
            tracing::debug!(%error, "PostHog can't be reached for a browser");
        }
        Err(error) => tracing::error!(%error, "what a browser sent was not passed on"),
    }
    StatusCode::BAD_GATEWAY.into_response()
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Response> {
    let answer = request.send().await?;
    let status = answer.status();
    let headers = only(answer.headers(), &PASSED_BACK);
    Ok((status, headers, answer.bytes().await?).into_response())
}

fn only(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let known = names.iter();
    known
        .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())))
        .collect()
}
