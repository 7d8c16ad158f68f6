//! What arrives when the server is well.

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};
use trackplan::__private::{Value, capture};
use trackplan::Context;

use crate::server::{Answer, Server};
use crate::{PATIENCE, add_row, assert_balanced, deliver, options};

#[test]
fn a_request_is_what_posthog_expects() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).disable_geoip(false).build();
    let id = add_row(&client, 7);
    assert!(client.flush(PATIENCE));
    let requests = server.requests();
    let [request] = requests.as_slice() else {
        panic!("one request: {requests:?}");
    };
    let head = &request.head;
    assert!(head.starts_with("post /batch/?compression=gzip http/1.1\r\n"));
    assert!(head.contains("\r\ncontent-type: application/json\r\n"));
    assert!(head.contains("\r\ncontent-encoding: gzip\r\n"));
    assert!(head.contains(concat!(
        "\r\nuser-agent: trackplan/",
        env!("CARGO_PKG_VERSION")
    )));
    assert_eq!(request.body["api_key"], "phc_secret");
    assert_eq!(request.body["historical_migration"], false);
    let event = &request.events()[0];
    assert!(request.body["sent_at"].as_str() >= event["timestamp"].as_str());
    let expected = json!({
        "event": "row_added",
        "distinct_id": "user_1",
        "uuid": id.to_string(),
        "timestamp": event["timestamp"],
        "properties": {
            "$lib": "trackplan",
            "$lib_version": env!("CARGO_PKG_VERSION"),
            "$is_server": true,
            "$geoip_disable": false,
            "$groups": { "team": "acme" },
            "team_slug": "acme",
            "format": "csv",
            "row": 7,
        },
    });
    assert_eq!(event, &expected);
    assert_eq!(id.get_version_num(), 7);
}

#[test]
fn a_hundred_thousand_events_of_many_threads_arrive_exactly_once() {
    const THREADS: u64 = 8;
    const ROWS: u64 = 12_500;
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    let captured: HashSet<String> = thread::scope(|scope| {
        let capture = |thread| {
            let client = &client;
            let rows = thread * ROWS..(thread + 1) * ROWS;
            scope.spawn(move || rows.map(|row| add_row(client, row)).collect::<Vec<_>>())
        };
        let threads: Vec<_> = (0..THREADS).map(capture).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("no panic"))
            .map(|id| id.to_string())
            .collect()
    });
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.lost()), (THREADS * ROWS, 0));
    let events = server.events();
    let arrived: HashSet<&str> = events
        .iter()
        .filter_map(|event| event["uuid"].as_str())
        .collect();
    assert_eq!(events.len() as u64, THREADS * ROWS);
    assert_eq!(arrived, captured.iter().map(String::as_str).collect());
    let rows: HashSet<u64> = events
        .iter()
        .filter_map(|event| event["properties"]["row"].as_u64())
        .collect();
    assert_eq!(rows, (0..THREADS * ROWS).collect());
}

#[test]
fn batches_are_cut_by_bytes_and_by_count() {
    let server = Server::start(&[Answer::Status(200)]);
    deliver(&options(&server).batch_events(10).build(), 35);
    let mut sizes: Vec<usize> = server
        .requests()
        .iter()
        .map(|request| request.events().len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [5, 10, 10, 10]);

    let server = Server::start(&[Answer::Status(200)]);
    deliver(&options(&server).batch_bytes(4_000).build(), 100);
    let requests = server.requests();
    assert!(requests.len() > 5);
    for request in requests {
        assert!(request.body["batch"].to_string().len() <= 4_000);
    }
}

#[test]
fn a_few_events_go_out_after_the_interval_without_being_asked_for() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    add_row(&client, 0);
    while client.stats().delivered < 1 {
        thread::sleep(Duration::from_millis(5));
    }
    // The worker sleeps by now, and the next event wakes it.
    thread::sleep(Duration::from_millis(800));
    add_row(&client, 1);
    while client.stats().delivered < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_full_buffer_loses_only_what_does_not_fit() {
    let server = Server::start(&[
        Answer::Slow(Duration::from_millis(300)),
        Answer::Status(200),
    ]);
    let client = options(&server).buffer_bytes(10_000).build();
    (0..1_000).for_each(|row| _ = add_row(&client, row));
    let stats = client.stats();
    assert_balanced(&stats);
    assert!(stats.full > 500 && stats.queued > 50, "{stats:?}");
    assert!(client.flush(PATIENCE));
    let full = stats.full;
    assert_eq!(client.stats().delivered, 1_000 - full);
    assert_eq!(server.events().len() as u64, 1_000 - full);
    // The room of what was delivered is free again.
    add_row(&client, 1_000);
    assert_eq!(client.stats().full, full);
}

#[test]
fn an_event_above_the_limit_is_lost_and_the_others_are_not() {
    const TEXT: &str = "\"noted\"\n\n\"text\":";
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    let text = "x".repeat(900 << 10);
    for text in [text.as_str(), &text[..800 << 10], "x"] {
        client.enter(|| capture(TEXT, None, &[], &[Value::Text(text)]));
    }
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.too_large), (2, 1));
    assert_balanced(&stats);
}

#[test]
fn numbers_that_json_lacks_are_left_out_and_counted() {
    const RATE: &str = "\"rated\"\n\n\"rate\":\n\"count\":";
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    client.enter(|| capture(RATE, None, &[], &[Value::Float(f64::NAN), Value::Int(-1)]));
    assert!(client.flush(PATIENCE));
    assert_eq!(client.stats().properties_left_out, 1);
    let properties = server.events()[0]["properties"].clone();
    assert_eq!(
        (properties.get("rate"), &properties["count"]),
        (None, &Json::from(-1))
    );
}

#[test]
fn who_acts_comes_from_the_call_then_from_the_context_then_nobody() {
    const PLAIN: &str = "\"seen\"\n\"team\":\"team_slug\":";
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    client.enter(|| {
        capture(PLAIN, None, &[], &[]);
        Context::new()
            .actor("user_1")
            .group("team", "acme")
            .enter(|| {
                capture(PLAIN, None, &[], &[]);
                capture(PLAIN, Some("user_2"), &[("team", "emca")], &[]);
            });
    });
    assert!(client.flush(PATIENCE));
    let events = server.events();
    assert_eq!(events[0]["distinct_id"], events[0]["uuid"]);
    assert_eq!(events[0]["properties"]["$process_person_profile"], false);
    assert_eq!(events[1]["distinct_id"], "user_1");
    assert_eq!(events[1]["properties"]["team_slug"], "acme");
    assert_eq!(events[1]["properties"].get("$process_person_profile"), None);
    assert_eq!(events[2]["distinct_id"], "user_2");
    assert_eq!(
        events[2]["properties"]["$groups"],
        json!({ "team": "emca" })
    );
}

#[test]
fn events_without_the_group_they_belong_to_are_sent_and_counted() {
    const NO_SCOPE: &str = "\"seen\"\n";
    const OF_TEAM: &str = "\"seen\"\n\"team\":\"team_slug\":";
    let server = Server::start(&[Answer::Status(413), Answer::Status(200)]);
    let client = options(&server).build();
    client.enter(|| {
        capture(NO_SCOPE, None, &[], &[]);
        capture(OF_TEAM, None, &[("team", "acme")], &[]);
        Context::new()
            .group("team", "acme")
            .enter(|| capture(OF_TEAM, None, &[], &[]));
        capture(OF_TEAM, None, &[("company", "acme")], &[]);
        capture(OF_TEAM, None, &[], &[]);
    });
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.ungrouped), (5, 2));
    assert_balanced(&stats);
}
