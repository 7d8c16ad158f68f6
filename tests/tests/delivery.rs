//! From a macro call over HTTP to a server on loopback. What happens when the server is not well is proved beside the
//! client, in `runtime/tests/loopback`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use trackplan::{Client, group, identify, track};

mod plan {
    trackplan::plan!();
}

const EVENTS: usize = 5_000;

/// Reads a request, answers that all is well, and returns the body.
fn serve(mut stream: TcpStream) -> Value {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    let (head, length) = loop {
        let read = stream.read(&mut chunk).expect("a request");
        request.extend_from_slice(&chunk[..read]);
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            break (
                end + 4,
                length
                    .expect("a length")
                    .parse::<usize>()
                    .expect("a number"),
            );
        }
    };
    while request.len() < head + length {
        let read = stream.read(&mut chunk).expect("a body");
        request.extend_from_slice(&chunk[..read]);
    }
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&request[head..])
        .read_to_end(&mut body)
        .expect("gzip");
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    stream.write_all(reply).expect("an answer");
    serde_json::from_slice(&body).expect("JSON")
}

#[test]
fn tracked_events_arrive_once_each_as_the_plan_has_them() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = format!("http://{}", listener.local_addr().expect("bound"));
    let server = std::thread::spawn(move || {
        let mut events: Vec<Value> = Vec::new();
        for stream in listener.incoming() {
            let body = serve(stream.expect("a connection"));
            assert_eq!(body["api_key"], "phc_test");
            events.extend(body["batch"].as_array().expect("a batch").iter().cloned());
            if events.len() >= EVENTS {
                break;
            }
        }
        events
    });
    let guard = trackplan::install(Client::builder().api_key("phc_test").host(host));
    for row in 0..EVENTS {
        track!(
            "pr_list_exported",
            actor = "user_1",
            groups(team = "acme"),
            format = "csv",
            has_filters = false,
            row_count = row
        );
    }
    assert!(guard.client().flush(Duration::from_secs(60)));
    let stats = guard.client().stats();
    assert_eq!(
        (stats.accepted, stats.delivered, stats.ungrouped),
        (5_000, 5_000, 0)
    );

    let mut rows: Vec<u64> = Vec::new();
    for event in server.join().expect("no panic") {
        assert_eq!(
            (&event["event"], &event["distinct_id"]),
            (&"pr_list_exported".into(), &"user_1".into())
        );
        assert_eq!(event["properties"]["team_slug"], "acme");
        rows.push(event["properties"]["row_count"].as_u64().expect("a number"));
    }
    rows.sort_unstable();
    assert!(rows.into_iter().eq(0..EVENTS as u64));
}

#[test]
fn values_that_break_the_plan_arrive_and_say_so() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = format!("http://{}", listener.local_addr().expect("bound"));
    let server = std::thread::spawn(move || serve(listener.accept().expect("a connection").0));
    let client = Client::builder()
        .api_key("phc_test")
        .host(host)
        .flush_interval(Duration::from_secs(60))
        .build();
    client.enter(|| {
        let rows = -1;
        track!(
            "pr_list_exported",
            actor = "user_1",
            groups(team = "acme"),
            format = "csv",
            has_filters = false,
            row_count = rows
        );
        identify!(actor = "user_1", teams_count = rows);
        let rate = 100.5;
        group!("team", key = "acme", plan = "pro", ai_adoption_rate = rate);
        let exported = plan::PrListExported {
            format: plan::PrListExportedFormat::Csv,
            has_filters: false,
            row_count: i64::MIN,
        };
        track!(exported, actor = "user_1", groups(team = "acme"));
    });
    assert!(client.flush(Duration::from_secs(60)));
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.flagged), (4, 4));
    let body = server.join().expect("no panic");
    let found: Vec<&Value> = body["batch"]
        .as_array()
        .expect("a batch")
        .iter()
        .map(|event| &event["properties"]["$trackplan_violations"])
        .collect();
    let rows = json!(["row_count: min"]);
    let teams = json!(["teams_count: min"]);
    let rate = json!(["ai_adoption_rate: max"]);
    assert_eq!(found, [&rows, &teams, &rate, &rows]);
}
