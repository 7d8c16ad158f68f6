//! What a browser gets beside the pages: the built frontend, what pages tell it, and what it may do with them.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;
use tower_http::services::ServeDir;
use trackplan::{Actor, PlanEnum};
use url::Url;

use crate::App;
use crate::domain::AppPage;
use crate::session::Member;

/// Where the browser's events go.
#[derive(Debug, Clone)]
pub struct BrowserTracking {
    /// The project's key; it is public.
    pub key: String,
    /// PostHog, or a collector. Browsers know the application's `/ingest` only, which passes events on.
    pub host: Url,
    /// Whether automated browsers are tracked too, for tests and the demo.
    pub include_robots: bool,
}

/// Serves what `npm run build` wrote.
pub(crate) fn assets(folder: &Path) -> Router<App> {
    Router::new().nest_service("/assets", ServeDir::new(folder))
}

/// What a page of a team tells its scripts, as JSON: where it is, and whom its events are about.
pub(crate) fn page_settings(
    tracking: Option<&BrowserTracking>,
    member: &Member,
    page: AppPage,
) -> String {
    let Member {
        user, team, role, ..
    } = member;
    let mut settings = json!({ "team": team.slug, "page": page.as_str() });
    if let Some(tracking) = tracking {
        settings["tracking"] = json!({
            "key": tracking.key,
            "includeRobots": tracking.include_robots,
            "person": { "id": user.distinct_id(), "set": { "role": role.as_str() } },
            "groups": { "team": { "key": team.slug, "properties": {
                "plan": team.plan.as_str(),
                "onboarding_complete": team.is_onboarded,
            } } },
        });
    }
    settings.to_string()
}

/// Pages run no script and load nothing but what the application itself serves; forms may lead to the provider.
pub(crate) async fn with_policy(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = [
        (CONTENT_SECURITY_POLICY, app.policy.clone()),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    response
        .headers_mut()
        .extend(headers.map(|(name, value): (HeaderName, _)| (name, value)));
    response
}

/// The Content-Security-Policy of every page.
pub(crate) fn policy(provider: &Url) -> anyhow::Result<HeaderValue> {
    let provider = provider.origin().ascii_serialization();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    );
    Ok(HeaderValue::try_from(policy)?)
}

/// Says so when the frontend was not built; pages work without it.
pub(crate) fn look_for_assets(folder: &Path) {
    if !folder.join("app.js").is_file() {
        tracing::warn!(
            "the frontend is not built, so pages have no charts and track nothing; \
             run: npm ci && npm run build"
        );
    }
}

/// The tracking of the browser, shared by all requests.
pub(crate) type Tracking = Option<Arc<BrowserTracking>>;
