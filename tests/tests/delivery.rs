//! The client against a real server on loopback that fails in every way.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use trackplan::{Client, track};

/// A server that answers each request with the next of its statuses, the last one for ever; 0 hangs up.
fn server(statuses: &'static [u16]) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let bodies: Arc<Mutex<Vec<Value>>> = Arc::default();
    let seen = Arc::clone(&bodies);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut seen = seen.lock().expect("no panic");
            let status = statuses
                .get(seen.len())
                .or(statuses.last())
                .copied()
                .unwrap_or(200);
            seen.push(answer(stream, status));
        }
    });
    (address, bodies)
}

fn answer(mut stream: TcpStream, status: u16) -> Value {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    let (head, length) = loop {
        let read = stream.read(&mut chunk).expect("a request");
        request.extend_from_slice(&chunk[..read]);
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .expect("a length");
            break (end + 4, length.parse::<usize>().expect("a number"));
        }
    };
    while request.len() < head + length {
        let read = stream.read(&mut chunk).expect("a body");
        request.extend_from_slice(&chunk[..read]);
    }
    assert!(
        request.starts_with(b"POST /batch/?compression=gzip "),
        "{}",
        String::from_utf8_lossy(&request[..60])
    );
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&request[head..])
        .read_to_end(&mut body)
        .expect("gzip");
    if status != 0 {
        let reply =
            format!("HTTP/1.1 {status} x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
        stream.write_all(reply.as_bytes()).expect("an answer");
    }
    serde_json::from_slice(&body).expect("JSON")
}

/// Captures `events` events into a client for this host, and waits for them.
fn deliver(host: &str, events: usize) -> (bool, trackplan::Stats) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let guard = trackplan::install(Client::builder().api_key("phc_test").host(host));
    for row in 0..events {
        track!(
            "pr_list_exported",
            actor = "user_1",
            groups(team = "acme"),
            format = "csv",
            has_filters = false,
            row_count = row
        );
    }
    let is_settled = guard.client().flush(Duration::from_secs(20));
    (is_settled, guard.client().stats())
}

#[test]
fn events_arrive_once_and_in_order() {
    let (host, bodies) = server(&[200]);
    let (is_settled, stats) = deliver(&host, 5_000);
    assert!(is_settled);
    assert_eq!((stats.accepted, stats.delivered), (5_000, 5_000));
    let bodies = bodies.lock().expect("no panic");
    assert_eq!(bodies[0]["api_key"], "phc_test");
    let mut rows: Vec<u64> = Vec::new();
    for event in bodies
        .iter()
        .flat_map(|body| body["batch"].as_array().expect("a batch"))
    {
        assert_eq!(
            (&event["event"], &event["properties"]["team_slug"]),
            (&"pr_list_exported".into(), &"acme".into())
        );
        rows.push(event["properties"]["row_count"].as_u64().expect("a number"));
    }
    rows.sort_unstable();
    assert!(rows.into_iter().eq(0..5_000));
}

#[test]
fn a_failing_server_gets_the_same_event_again() {
    let (host, bodies) = server(&[500, 0, 200]);
    let (_, stats) = deliver(&host, 1);
    assert_eq!((stats.delivered, stats.expired), (1, 0));
    let bodies = bodies.lock().expect("no panic");
    assert_eq!(bodies.len(), 3);
    assert!(
        bodies
            .iter()
            .all(|body| body["batch"] == bodies[0]["batch"])
    );
    assert_ne!(bodies[0]["sent_at"], bodies[2]["sent_at"]);
}

#[test]
fn three_retries_are_four_requests() {
    let (host, bodies) = server(&[503]);
    let (is_settled, stats) = deliver(&host, 2);
    assert!(is_settled);
    assert_eq!((stats.accepted, stats.expired, stats.delivered), (2, 2, 0));
    assert_eq!(bodies.lock().expect("no panic").len(), 4);
}

#[test]
fn a_refused_key_is_not_tried_again() {
    let (host, bodies) = server(&[401]);
    let (_, stats) = deliver(&host, 3);
    assert_eq!(
        (stats.rejected, bodies.lock().expect("no panic").len()),
        (3, 1)
    );
}

#[test]
fn a_batch_that_is_too_large_is_split() {
    let (host, bodies) = server(&[413, 413, 200]);
    let (_, stats) = deliver(&host, 2);
    assert_eq!((stats.delivered, stats.too_large), (1, 1));
    assert_eq!(bodies.lock().expect("no panic").len(), 3);
}

#[test]
fn nobody_listening_loses_nothing_uncounted() {
    let (is_settled, stats) = deliver("http://127.0.0.1:9", 2);
    assert!(is_settled);
    assert_eq!((stats.accepted, stats.expired), (2, 2));
}

#[test]
fn without_a_key_or_a_host_the_client_is_disabled() {
    for client in [
        Client::builder().build(),
        Client::builder().api_key("phc_test").host("no url").build(),
    ] {
        assert!(client.flush(Duration::ZERO));
        assert_eq!(client.stats(), trackplan::Stats::default());
    }
}
