//! Values that break the plan: flagged or dropped, counted, told once.

use serde_json::{Value as Json, json};
use trackplan::__private::{Value, capture, person};
use trackplan::{Client, OnViolation, Stats};

use crate::server::{Answer, Server};
use crate::{PATIENCE, assert_balanced, options};

const EXPORTED: &str =
    "?\"pr_list_exported\"\n\n?min 0\n?max 100\n\"row_count\":\n?max_length 4\n\"repo\":";
const PROFILE: &str = "?\"$set\"\n\n\"$set\":{\n?min 1\n\"teams_count\":\n}";

fn deliver(client: &Client) -> Stats {
    client.enter(|| {
        for (rows, repo) in [(1, "web"), (-1, "web"), (101, "secret-repo"), (2, "api")] {
            capture(
                EXPORTED,
                Some("user_1"),
                &[],
                &[Value::Int(rows), Value::Text(repo)],
            );
        }
        person(PROFILE, Some("user_1"), &[Value::Uint(0)]);
    });
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_balanced(&stats);
    stats
}

fn violations(event: &Json) -> &Json {
    &event["properties"]["$trackplan_violations"]
}

#[test]
fn events_that_break_the_plan_are_sent_and_say_so() {
    // The second attempt sends the same.
    let server = Server::start(&[Answer::Status(503), Answer::Status(200)]);
    let client = options(&server).flush_interval(PATIENCE).build();
    let stats = deliver(&client);
    assert_eq!((stats.delivered, stats.flagged, stats.violating), (5, 3, 0));
    for request in server.requests() {
        let found: Vec<Json> = request
            .events()
            .iter()
            .map(|event| violations(event).clone())
            .collect();
        assert_eq!(
            found,
            [
                Json::Null,
                json!(["row_count: min"]),
                json!(["row_count: max", "repo: max_length"]),
                Json::Null,
                json!(["teams_count: min"]),
            ]
        );
    }
    assert_eq!(server.events()[6]["properties"]["row_count"], -1);
    assert_eq!(
        server.events()[9]["properties"]["$set"],
        json!({ "teams_count": 0 })
    );
}

#[test]
fn events_that_break_the_plan_can_be_dropped() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).on_violation(OnViolation::Drop).build();
    let stats = deliver(&client);
    assert_eq!((stats.delivered, stats.flagged, stats.violating), (2, 0, 3));
    assert_eq!(stats.lost(), 3);
    let rows: Vec<Json> = server
        .events()
        .iter()
        .map(|event| event["properties"]["row_count"].clone())
        .collect();
    assert_eq!(rows, [json!(1), json!(2)]);
    assert!(
        server
            .events()
            .iter()
            .all(|event| violations(event).is_null())
    );
}

#[test]
fn what_is_dropped_can_be_said_again_and_what_was_sent_is_still_no_news() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).on_violation(OnViolation::Drop).build();
    client.enter(|| {
        for round in 1..=3 {
            person(PROFILE, Some("user_1"), &[Value::Uint(1)]);
            person(PROFILE, Some("user_2"), &[Value::Uint(0)]);
            assert!(client.flush(PATIENCE));
            let stats = client.stats();
            assert_balanced(&stats);
            assert_eq!(
                (stats.delivered, stats.violating, stats.unchanged),
                (1, round, round - 1)
            );
        }
    });
}

#[test]
fn a_batch_of_nothing_but_violations_sends_no_request() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).on_violation(OnViolation::Drop).build();
    client.enter(|| capture(EXPORTED, None, &[], &[Value::Int(-1), Value::Absent]));
    assert!(client.flush(PATIENCE));
    assert_eq!((client.stats().violating, server.requests().len()), (1, 0));
}

#[test]
fn the_room_of_flagged_events_is_given_back() {
    let server = Server::start(&[Answer::Status(200)]);
    // One such event fits, two don't.
    let client = options(&server).buffer_bytes(100).build();
    for round in 1..=20 {
        client.enter(|| capture(EXPORTED, None, &[], &[Value::Int(-1), Value::Absent]));
        assert!(client.flush(PATIENCE));
        assert_eq!((client.stats().flagged, client.stats().full), (round, 0));
    }
}
