//! Personal data posted wherever a request has room for it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use trackplan::testing::Sink;
use trackplan::{ErrorKind, RequestLayer};

use crate::{SignedIn, client, errors, serve};

const PERSONAL: [&str; 4] = ["ada@example.com", "Lovelace", "4111111111111111", "hunter2"];

/// An error whose text quotes everything that came in, as careless code does.
struct Careless(String);

impl IntoResponse for Careless {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::INTERNAL_SERVER_ERROR, self.0).into_response();
        response.extensions_mut().insert(ErrorKind("careless"));
        response
    }
}

type Posted = (Path<String>, RawQuery, HeaderMap, Bytes);

/// It gives the error to PostHog's error tracking, too.
async fn failing(_: SignedIn, posted: Posted) -> Careless {
    let quoted = format!("{posted:?}");
    #[cfg(feature = "exceptions")]
    trackplan::Exceptions::new().capture(&std::io::Error::other(quoted.clone()));
    Careless(quoted)
}

async fn panicking(posted: Posted) {
    let quoted = Some(posted);
    panic!("{quoted:?}");
}

#[tokio::test]
async fn personal_data_stays_where_it_was_posted() {
    let sink = Sink::new();
    let router = Router::new()
        .route("/failing/{*path}", any(failing))
        .route("/panicking/{*path}", any(panicking))
        .fallback(async || Careless(PERSONAL.join(" ")));
    let host = serve(router, RequestLayer::new().errors(&errors())).await;
    let client = client();
    let personal = PERSONAL.join(" ");
    let path = PERSONAL.join("/");
    for route in ["failing", "panicking", "elsewhere"] {
        for method in ["POST", "GET", "hunter2"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a token");
            let answer = client
                .request(method, format!("{host}/{route}/{path}?q={path}"))
                .header("x-posthog-distinct-id", PERSONAL[0])
                .header("x-session", "user_1")
                .header("cookie", format!("name={personal}"))
                .header("authorization", format!("Bearer {personal}"))
                .header("referer", format!("{host}/{path}"))
                .header("user-agent", &personal)
                .body(personal.clone())
                .send()
                .await;
            assert_eq!(answer.expect("an answer").status(), 500);
        }
    }
    let events = sink.events();
    let exceptions = if cfg!(feature = "exceptions") { 3 } else { 0 };
    assert_eq!(events.len(), 9 + exceptions);
    let told = format!("{events:?}").to_lowercase();
    for word in PERSONAL {
        assert!(!told.contains(&word.to_lowercase()), "{word}: {told}");
    }
}
