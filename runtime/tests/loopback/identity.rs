//! What the server is told of persons, through the macros.

use serde_json::{Value as Json, json};
use trackplan::{Client, Context, alias, identify};

use crate::server::{Answer, Server};
use crate::{PATIENCE, options};

/// The events that code leaves on the wire.
fn sent(code: impl FnOnce(&Client)) -> Vec<Json> {
    let server = Server::start(&[Answer::Status(200)]);
    let client = options(&server).build();
    client.enter(|| code(&client));
    assert!(client.flush(PATIENCE));
    server.events()
}

#[test]
fn what_is_taken_away_can_be_said_again() {
    let events = sent(|_| {
        for _ in 0..2 {
            identify!(actor = "user_1", role = "admin", teams_count = 1);
        }
        for _ in 0..2 {
            identify!(
                actor = "user_1",
                teams_count = 0,
                unset(role, signup_source)
            );
        }
        identify!(actor = "user_1", role = "admin");
        identify!(actor = "user_1", unset(role));
    });
    let updates: Vec<Json> = events
        .iter()
        .map(|event| {
            assert_eq!(
                (&event["event"], &event["distinct_id"]),
                (&"$set".into(), &"user_1".into())
            );
            json!([event["properties"]["$set"], event["properties"]["$unset"]])
        })
        .collect();
    let expected = [
        json!([{ "role": "admin", "teams_count": 1 }, null]),
        json!([{ "teams_count": 0 }, ["role", "signup_source"]]),
        json!([{ "role": "admin" }, null]),
        json!([null, ["role"]]),
    ];
    assert_eq!(updates, expected);
}

#[test]
fn an_alias_makes_two_ids_one_person_once() {
    let events = sent(|client| {
        // Whoever makes the request is beside the point.
        Context::new().actor("somebody").enter(|| {
            for _ in 0..2 {
                alias("invitation_7", String::from("user_1"));
            }
        });
        alias(" ", "user_1");
        alias("invitation_7", "");
        Context::new()
            .opted_out(true)
            .enter(|| alias("invitation_8", "user_2"));
        let stats = client.stats();
        assert_eq!((stats.unchanged, stats.nobody, stats.opted_out), (1, 2, 1));
    });
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(
        (&event["event"], &event["distinct_id"]),
        (&"$create_alias".into(), &"invitation_7".into())
    );
    let properties = &event["properties"];
    assert_eq!(
        (&properties["distinct_id"], &properties["alias"]),
        (&"invitation_7".into(), &"user_1".into())
    );
    assert_eq!(properties.get("$process_person_profile"), None);
}
