//! `$exception` events. The panic hook is the process's, so its tests take turns in one.

use std::panic::catch_unwind;
use std::time::Duration;

use trackplan::testing::{CapturedEvent, Sink};
use trackplan::{Context, Exceptions};

#[derive(Debug)]
struct Refused(std::num::ParseIntError);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ada@example.com was refused")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn refused() -> Refused {
    Refused("ada".parse::<i32>().expect_err("no number"))
}

/// The function at the place of the mistake.
fn innermost(event: &CapturedEvent) -> String {
    let frames = event["$exception_list"][0]["stacktrace"]["frames"].as_array();
    let last = frames.and_then(|frames| frames.last()).expect("a frame");
    assert_eq!(
        (&last["in_app"], &last["lang"]),
        (&true.into(), &"rust".into())
    );
    let file = last["filename"].as_str().expect("a file");
    assert!(
        file.ends_with("tests/exceptions.rs") || file == "exceptions.rs",
        "{file}"
    );
    last["function"].as_str().expect("a function").to_owned()
}

#[test]
fn an_error_tells_its_type_and_place_and_not_what_it_says() {
    let sink = Sink::new();
    Context::new()
        .actor("user_1")
        .enter(|| Exceptions::new().capture(&refused()));
    let event = sink.one("$exception");
    assert_eq!(event.distinct_id, "user_1");
    assert_eq!(event["$exception_level"], "error");
    let list = event["$exception_list"].as_array().expect("a list");
    assert_eq!(list.len(), 1);
    assert_eq!(
        (&list[0]["type"], &list[0]["value"]),
        (&"exceptions::Refused".into(), &"".into())
    );
    let mechanism = serde_json::json!({ "type": "generic", "handled": true, "synthetic": false, "exception_id": 0 });
    assert_eq!(list[0]["mechanism"], mechanism);
    assert!(
        innermost(&event).contains("an_error_tells"),
        "{}",
        innermost(&event)
    );
    assert!(!event.properties.to_string().contains("ada@"));
}

#[test]
fn messages_and_causes_are_told_where_they_are_allowed() {
    let sink = Sink::new();
    Exceptions::new().messages(true).capture(&refused());
    let event = sink.one("$exception");
    let list = event["$exception_list"].as_array().expect("a list");
    assert_eq!(list[0]["value"], "ada@example.com was refused");
    assert_eq!(list[1]["value"], "invalid digit found in string");
    assert_eq!(
        (
            &list[1]["mechanism"]["type"],
            &list[1]["mechanism"]["parent_id"]
        ),
        (&"chained".into(), &0.into())
    );
}

#[test]
fn a_place_that_fails_for_ever_gives_ten_events() {
    let sink = Sink::new();
    let exceptions = Exceptions::new();
    let captured = (0..1_000)
        .filter_map(|_| exceptions.capture(&refused()))
        .count();
    assert_eq!((captured, sink.events().len()), (10, 10));
    assert_eq!(exceptions.suppressed(), 990);
}

#[test]
fn the_next_one_of_a_place_tells_how_many_were_suppressed() {
    let sink = Sink::new();
    let exceptions = Exceptions::rate(2, Duration::from_millis(50));
    let mut failures = 0;
    // Until the place has its turn again.
    while sink.events().len() < 3 {
        exceptions.capture(&refused());
        failures += 1;
    }
    let events = sink.events();
    let counts: Vec<u64> = events
        .iter()
        .map(|event| event["$exception_suppressed_count"].as_u64().unwrap_or(0))
        .collect();
    assert_eq!(counts, [0, 0, failures - 3]);
    assert_eq!(exceptions.suppressed(), 0);
}

fn pay(card: &str) {
    panic!("the card {card} is refused");
}

#[test]
fn a_panic_tells_its_place_and_not_what_it_says() {
    let sink = Sink::new();
    Exceptions::new().capture_panics();
    let line = line!() - 7;
    assert!(catch_unwind(|| pay("4111111111111111")).is_err());
    drop(std::panic::take_hook());
    let event = sink.one("$exception");
    assert_eq!(event["$exception_level"], "fatal");
    assert_eq!(event["$exception_panic_line"], line);
    let entry = &event["$exception_list"][0];
    assert_eq!(
        (&entry["type"], &entry["mechanism"]["type"]),
        (&"Panic".into(), &"panic".into())
    );
    assert_eq!(entry["mechanism"]["handled"], false);
    assert!(innermost(&event).ends_with("pay"), "{}", innermost(&event));
    assert!(!event.properties.to_string().contains("4111"));
}
