//! The layer under axum on loopback: whose events are whose, and what of an error gets out.

mod context;
mod errors;
mod privacy;

use std::time::Duration;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use trackplan::{Context, Errors, PlanEnum, RequestLayer, track};

/// The clients share no connections between tests.
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

/// Serves a router behind the layer and returns its address.
async fn serve(router: Router, layer: RequestLayer) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router.layer(layer)).await });
    format!("http://{address}")
}

/// Who is signed in, as a session would say.
struct SignedIn;

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        if let Some(user) = parts.headers.get("x-session") {
            Context::update(|context| context.actor(user.to_str().expect("text")));
        }
        Ok(Self)
    }
}

#[derive(PlanEnum)]
#[plan_enum("error_occurred.http_method")]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Other,
}

/// Errors as the plan wants them, ten of each route and kind.
fn errors() -> Errors {
    Errors::rate(10, Duration::MAX, |error| {
        track!(
            "error_occurred",
            route = error.route,
            status = error.status,
            error_type = error.kind,
            http_method = Method::parse(error.method).unwrap_or(&Method::Other),
            suppressed_count = error.suppressed,
        );
    })
}
