//! Feature flags against a server that fails in every way.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value as Json, json};
use trackplan::__private::{Flag, capture, is_on, variant};
use trackplan::{Builder, Client, Context};

use crate::server::{Answer, Request, Server};
use crate::{PATIENCE, options};

macro_rules! flag {
    ($key:literal) => {
        Flag {
            key: $key,
            called: concat!(
                "\"$feature_flag_called\"\n\n=\"$feature_flag\":\"", $key,
                "\"\n\"locally_evaluated\":\n\"$feature_flag_response\":\n\"$feature/", $key,
                "\":\n\"$feature_flag_payload\":\n\"$feature_flag_id\":\n\"$feature_flag_version\":\
                 \n\"$feature_flag_reason\":\n\"$feature_flag_request_id\":\n\"$feature_flag_evaluated_at\":\
                 \n\"$feature_flag_error\":\n\"$feature_flag_has_experiment\":"
            ),
        }
    };
}

static INSIGHTS: Flag = flag!("new_insights");
static COPY: Flag = flag!("onboarding_copy");
const VARIANTS: &[&str] = &["control", "short"];

const ANSWER: &str = r#"{"flags":{
    "new_insights":{"enabled":true,"reason":{"description":"Matched"},"metadata":{"id":7,"version":2}},
    "onboarding_copy":{"enabled":true,"variant":"short"}
},"requestId":"r"}"#;
const OFF: &str = r#"{"flags":{"new_insights":{"enabled":false}}}"#;

/// Events wait until they are asked for, so that requests are those for flags.
fn lazy(server: &Server) -> Builder {
    options(server).flush_interval(PATIENCE)
}

/// Reads the flag in a request of a user.
async fn insights(client: &Client, user: &str, default: bool) -> bool {
    let read = Context::new().actor(user).scope(is_on(&INSIGHTS, default));
    client.scope(read).await
}

fn asked(server: &Server) -> Vec<Request> {
    let requests = server.requests().into_iter();
    requests
        .filter(|request| request.head.starts_with("post /flags/?v=2 "))
        .collect()
}

#[tokio::test]
async fn a_request_asks_once_and_sees_the_same_flags_all_along() {
    let server = Server::start(&[Answer::Says(ANSWER), Answer::Says(OFF)]);
    let client = lazy(&server).flags_max_age(Duration::ZERO).build();
    let context = Context::new().actor("user_1").group("team", "acme");
    let request = context.scope(async {
        for _ in 0..3 {
            assert!(is_on(&INSIGHTS, false).await);
            assert_eq!(variant(&COPY, VARIANTS, "control").await, "short");
        }
    });
    client.scope(request).await;
    let requests = asked(&server);
    assert_eq!(requests.len(), 1);
    let expected = json!({
        "token": "phc_secret",
        "distinct_id": "user_1",
        "groups": { "team": "acme" },
        "person_properties": {},
        "group_properties": {},
        "geoip_disable": true,
    });
    assert_eq!(requests[0].body, expected);
    // Another request asks again once the answer is too old, and a sign-in within one asks for whoever signed in.
    assert!(!insights(&client, "user_1", true).await);
    let request = Context::new().actor("user_1").scope(async {
        is_on(&INSIGHTS, true).await;
        Context::update(|context| context.actor("user_2"));
        is_on(&INSIGHTS, true).await;
    });
    client.scope(request).await;
    let ids: Vec<Json> = asked(&server)
        .iter()
        .map(|request| request.body["distinct_id"].clone())
        .collect();
    assert_eq!(ids, ["user_1", "user_1", "user_1", "user_2"]);
}

#[tokio::test]
async fn an_answer_is_remembered_and_waited_for_together() {
    let server = Server::start(&[Answer::Says(ANSWER)]);
    let client = lazy(&server).build();
    let (first, second) = tokio::join!(
        insights(&client, "user_1", false),
        insights(&client, "user_1", false)
    );
    assert!(first && second && insights(&client, "user_1", false).await);
    assert_eq!(asked(&server).len(), 1);
    assert!(insights(&client, "user_2", false).await);
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn only_what_may_pass_is_asked_again_and_once() {
    for (answer, attempts) in [
        (Answer::Status(502), 2),
        (Answer::Status(504), 2),
        (Answer::Reset, 2),
        (Answer::Status(408), 1),
        (Answer::Status(429), 1),
        (Answer::Status(500), 1),
        (Answer::Busy("1"), 1),
        (Answer::Says("no json"), 1),
    ] {
        let server = Server::start(&[answer, Answer::Says(ANSWER)]);
        let client = lazy(&server).build();
        assert_eq!(
            insights(&client, "user_1", false).await,
            attempts == 2,
            "{answer:?}"
        );
        let requests = asked(&server);
        assert_eq!(requests.len(), attempts, "{answer:?}");
        if let [first, second] = &requests[..] {
            assert!(second.at - first.at >= Duration::from_millis(300));
        }
    }
}

#[tokio::test]
async fn while_there_is_no_answer_the_last_one_counts_or_the_default() {
    let server = Server::start(&[Answer::Says(ANSWER), Answer::Hang]);
    let options = lazy(&server).flags_max_age(Duration::ZERO);
    let client = options.flags_timeout(Duration::from_millis(50)).build();
    assert!(insights(&client, "user_1", false).await);
    assert!(insights(&client, "user_1", false).await);
    // The server is given a rest: nobody else waits for it.
    assert!(insights(&client, "user_2", true).await);
    assert!(!insights(&client, "user_2", false).await);
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn a_payload_switches_events_off_and_thins_them_out() {
    const SETTINGS: &str = r#"{"flags":{"control":{"enabled":true,"metadata":{
        "payload":"{\"off\":0,\"thin\":0.25,\"vital\":0}"}}}}"#;
    let server = Server::start(&[Answer::Says(SETTINGS)]);
    let client = lazy(&server).remote_control("control", PATIENCE).build();
    while client.sample_rates().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        asked(&server)[0].body["flag_keys_to_evaluate"],
        json!(["control"])
    );
    let rates: Vec<(String, f64)> = client.sample_rates().into_iter().collect();
    let expected = [("off", 0.0), ("thin", 0.25), ("vital", 0.0)];
    assert_eq!(
        rates,
        expected.map(|(event, rate)| (event.to_owned(), rate))
    );
    client.enter(|| {
        for _ in 0..1_000 {
            for event in ["\"off\"\n", "\"thin\"\n", "!\"vital\"\n", "\"other\"\n"] {
                capture(event, None, &[], &[]);
            }
        }
    });
    assert!(client.flush_async(PATIENCE).await);
    let batch = server.requests().pop().expect("a batch");
    let sent = |name: &str| {
        let of_name = batch.events().iter().filter(|event| event["event"] == name);
        of_name
            .map(|event| event["properties"]["$sample_rate"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (sent("off").len(), sent("vital").len(), sent("other").len()),
        (0, 1_000, 1_000)
    );
    let thin = sent("thin");
    assert!((150..350).contains(&thin.len()), "{}", thin.len());
    assert!(thin.iter().all(|rate| *rate == 0.25));
    assert!(
        sent("vital")
            .iter()
            .chain(&sent("other"))
            .all(Json::is_null)
    );
    let stats = client.stats();
    assert_eq!(stats.sampled, 2_000 - thin.len() as u64);
    assert_eq!(
        (stats.settings_refused, stats.lost()),
        (1_000, stats.sampled)
    );
    assert_eq!(stats.accepted, stats.delivered + stats.lost());
}

#[test]
fn the_plan_thins_events_out_by_person() {
    let server = Server::start(&[Answer::Status(200)]);
    let client = lazy(&server).build();
    client.enter(|| {
        for user in 0..1_000 {
            let user = format!("user_{user}");
            capture("0.5\"half\"\n", Some(&user), &[], &[]);
            capture("0.25\"quarter\"\n", Some(&user), &[], &[]);
        }
    });
    assert!(client.flush(PATIENCE));
    let events = server.events();
    let of = |name: &str, rate: f64| -> BTreeSet<String> {
        let of_name = events.iter().filter(|event| event["event"] == name);
        of_name
            .map(|event| {
                assert_eq!(event["properties"]["$sample_rate"], rate);
                event["distinct_id"].to_string()
            })
            .collect()
    };
    let (half, quarter) = (of("half", 0.5), of("quarter", 0.25));
    assert!((400..600).contains(&half.len()), "{}", half.len());
    assert!((150..350).contains(&quarter.len()), "{}", quarter.len());
    // A person's path is whole.
    assert!(quarter.is_subset(&half));
    let stats = client.stats();
    assert_eq!(stats.sampled, 2_000 - (half.len() + quarter.len()) as u64);
}

#[tokio::test]
async fn settings_end_with_their_flag_and_survive_an_outage() {
    const SETTINGS: &str =
        r#"{"flags":{"control":{"enabled":true,"metadata":{"payload":"{\"off\":0}"}}}}"#;
    let server = Server::start(&[
        Answer::Says(SETTINGS),
        Answer::Status(500),
        Answer::Says(r#"{"flags":{"control":{"enabled":true,"metadata":{"payload":"[]"}}}}"#),
        Answer::Status(500),
        Answer::Says(r#"{"flags":{"control":{"enabled":false}}}"#),
    ]);
    let client = lazy(&server)
        .remote_control("control", Duration::from_millis(20))
        .build();
    while client.sample_rates().is_empty() {
        tokio::task::yield_now().await;
    }
    loop {
        let held = client.sample_rates().len();
        if asked(&server).len() == 5 {
            break;
        }
        assert_eq!(held, 1);
        tokio::task::yield_now().await;
    }
    while !client.sample_rates().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn over_the_quota_the_default_counts() {
    let answer = r#"{"flags":{"new_insights":{"enabled":true}},"quotaLimited":["feature_flags"]}"#;
    let server = Server::start(&[Answer::Says(answer)]);
    assert!(!insights(&lazy(&server).build(), "user_1", false).await);
}

#[tokio::test]
async fn nobody_is_asked_for_who_is_unknown_or_opted_out() {
    let server = Server::start(&[Answer::Says(ANSWER)]);
    let client = lazy(&server).build();
    for context in [
        Context::new(),
        Context::new().actor("user_1").opted_out(true),
    ] {
        assert!(!client.scope(context.scope(is_on(&INSIGHTS, false))).await);
    }
    assert!(!client.scope(is_on(&INSIGHTS, false)).await);
    assert_eq!(asked(&server).len(), 0);
    let visitor = Context::new().visitor("01900000-0000-7000-8000-000000000001");
    assert!(client.scope(visitor.scope(is_on(&INSIGHTS, false))).await);
}

#[tokio::test]
async fn a_variant_that_the_plan_does_not_know_is_the_default() {
    let answer = r#"{"flags":{"onboarding_copy":{"enabled":true,"variant":"new"}}}"#;
    let server = Server::start(&[Answer::Says(answer)]);
    let client = lazy(&server).build();
    let read = Context::new()
        .actor("user_1")
        .scope(variant(&COPY, VARIANTS, "control"));
    assert_eq!(client.scope(read).await, "control");
}

#[tokio::test]
async fn posthog_is_told_once_what_was_read_and_events_say_it_when_asked() {
    let server = Server::start(&[Answer::Says(ANSWER)]);
    let client = lazy(&server).flags_on_events(true).build();
    for _ in 0..3 {
        let request = Context::new().actor("user_1").scope(async {
            is_on(&INSIGHTS, false).await;
            capture("\"seen\"\n", None, &[], &[]);
            capture("\"seen_by_another\"\n", Some("user_2"), &[], &[]);
        });
        client.scope(request).await;
    }
    assert!(client.flush_async(PATIENCE).await);
    let batch = server.requests().pop().expect("a batch");
    let of = |name: &str| {
        batch
            .events()
            .iter()
            .filter(|event| event["event"] == name)
            .cloned()
            .collect::<Vec<_>>()
    };
    let called = of("$feature_flag_called");
    assert_eq!(called.len(), 1);
    assert_eq!(called[0]["distinct_id"], "user_1");
    let properties = &called[0]["properties"];
    for (property, expected) in [
        ("$feature_flag", json!("new_insights")),
        ("$feature_flag_response", json!(true)),
        ("$feature/new_insights", json!(true)),
        ("$feature_flag_id", json!(7)),
        ("$feature_flag_version", json!(2)),
        ("$feature_flag_reason", json!("Matched")),
        ("$feature_flag_request_id", json!("r")),
        ("$feature_flag_error", Json::Null),
        ("locally_evaluated", json!(false)),
    ] {
        assert_eq!(properties[property], expected, "{property}");
    }
    let seen = of("seen");
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0]["properties"]["$feature/onboarding_copy"], "short");
    assert_eq!(
        seen[0]["properties"]["$active_feature_flags"],
        json!(["new_insights", "onboarding_copy"])
    );
    // They are flags of user_1.
    assert_eq!(
        of("seen_by_another")[0]["properties"].get("$active_feature_flags"),
        None
    );
}
