use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, yield_now};
use trackplan::testing::{CapturedEvent, Sink};
use trackplan::{Context, RequestLayer, Uuid, track};

use crate::{SignedIn, client, serve};

const VISITOR: &str = "01900000-0000-7000-8000-000000000001";

/// Captures three events, between which others have their turn: two here, one in a task of its own.
async fn export(Path(row): Path<u32>, _: SignedIn) {
    let capture = move || {
        track!(
            "pr_list_exported",
            format = "csv",
            has_filters = false,
            row_count = row
        );
    };
    yield_now().await;
    capture();
    let task = tokio::spawn(Context::carry(async move {
        yield_now().await;
        capture();
    }));
    yield_now().await;
    task.await.expect("no panic");
    capture();
}

async fn exporting(layer: RequestLayer) -> String {
    serve(Router::new().route("/rows/{row}", get(export)), layer).await
}

#[tokio::test]
async fn a_thousand_requests_at_once_keep_their_own() {
    let sink = Sink::new();
    let host = exporting(RequestLayer::new()).await;
    let client = client();
    let mut requests = JoinSet::new();
    for row in 0..1_000_u32 {
        let request = client.get(format!("{host}/rows/{row}"));
        let request = match row % 3 {
            0 => request.header("x-session", format!("user_{row}")),
            1 => request.header(
                "x-posthog-distinct-id",
                Uuid::from_u128(row.into()).to_string(),
            ),
            _ => request,
        };
        let request = request.header("x-posthog-session-id", format!("session_{row}"));
        requests.spawn(async move { request.send().await.expect("an answer").status() });
    }
    while let Some(status) = requests.join_next().await {
        assert_eq!(status.expect("no panic"), 200);
    }
    let events = sink.events();
    assert_eq!(events.len(), 3_000);
    let mut nobodies = BTreeSet::new();
    for event in &events {
        let row = event["row_count"].as_u64().expect("a number");
        assert_eq!(event["$session_id"], format!("session_{row}"));
        let has_profile = event["$process_person_profile"].is_null();
        assert_eq!(has_profile, row % 3 == 0);
        match row % 3 {
            0 => assert_eq!(event.distinct_id, format!("user_{row}")),
            1 => assert_eq!(event.distinct_id, Uuid::from_u128(row.into()).to_string()),
            _ => assert!(nobodies.insert(event.distinct_id.clone())),
        }
    }
}

/// Sends a request over a connection that stays open, and waits for the answer.
async fn ask(stream: &mut TcpStream, row: u32, headers: &str) {
    let request = format!("GET /rows/{row} HTTP/1.1\r\nhost: test\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (mut answer, mut chunk) = (Vec::new(), [0; 1_024]);
    while !answer.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await.expect("an answer");
        assert!(read > 0, "the connection is closed");
        answer.extend_from_slice(&chunk[..read]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn users_who_share_a_connection_keep_their_own() {
    let sink = Sink::new();
    let host = exporting(RequestLayer::new()).await;
    let address = host.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).await.expect("connected");
    for row in 0..30 {
        let headers = match row % 3 {
            0 => "x-session: user_a\r\n",
            1 => "x-session: user_b\r\nx-posthog-session-id: b\r\n",
            _ => "",
        };
        ask(&mut stream, row, headers).await;
    }
    for event in sink.events() {
        let row = event["row_count"].as_u64().expect("a number");
        match row % 3 {
            0 => assert_eq!(
                (event.distinct_id.as_str(), &event["$session_id"]),
                ("user_a", &().into())
            ),
            1 => assert_eq!(
                (event.distinct_id.as_str(), &event["$session_id"]),
                ("user_b", &"b".into())
            ),
            _ => {
                assert!(!event.distinct_id.starts_with("user_"));
                assert_eq!(event["$process_person_profile"], false);
                assert!(event["$session_id"].is_null());
            }
        }
    }
}

/// The first event of a request with these headers.
async fn event_of(layer: RequestLayer, headers: &[(&str, &str)]) -> CapturedEvent {
    let sink = Sink::new();
    let host = exporting(layer).await;
    let mut request = client().get(format!("{host}/rows/1"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer");
    sink.events().into_iter().next().expect("an event")
}

#[tokio::test]
async fn a_forged_header_never_acts_for_a_signed_in_user() {
    let forged = [("x-session", "user_1"), ("x-posthog-distinct-id", VISITOR)];
    let event = event_of(RequestLayer::new(), &forged).await;
    assert_eq!(event.distinct_id, "user_1");
    assert!(!event.properties.to_string().contains(VISITOR));

    // Nor does it make a stranger a user.
    let event = event_of(RequestLayer::new(), &[("x-posthog-distinct-id", "user_1")]).await;
    assert_ne!(event.distinct_id, "user_1");
    assert_eq!(event["$process_person_profile"], false);
}

#[tokio::test]
async fn ids_of_browsers_can_be_ignored() {
    let headers = [
        ("x-posthog-distinct-id", VISITOR),
        ("x-posthog-session-id", "s"),
    ];
    let event = event_of(RequestLayer::new(), &headers).await;
    assert_eq!(
        (event.distinct_id.as_str(), &event["$session_id"]),
        (VISITOR, &"s".into())
    );
    let event = event_of(RequestLayer::new().ignore_browser_ids(), &headers).await;
    assert_ne!(event.distinct_id, VISITOR);
    assert!(event["$session_id"].is_null());
}

#[tokio::test]
async fn nothing_is_captured_of_somebody_who_opted_out() {
    let sink = Sink::new();
    let host = exporting(RequestLayer::new()).await;
    let request = client().get(format!("{host}/rows/1"));
    let request = request.header("cookie", "theme=dark; __ph_opt_in_out_phc_1=0");
    request.send().await.expect("an answer");
    assert_eq!(sink.events(), []);
    let stats = trackplan::client().stats();
    assert_eq!((stats.accepted, stats.opted_out, stats.lost()), (3, 3, 3));
}
