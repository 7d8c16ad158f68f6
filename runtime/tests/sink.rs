//! What tests of an instrumented program rely on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use trackplan::__private::{List, Pending, Property, Text, Value, call_once, capture, tracked};
use trackplan::testing::Sink;
use trackplan::{Context, ToText};

const SEEN: &str = "\"seen\"\n\"team\":\"team_slug\":\n\"page\":";
const TAGGED: &str = "\"tagged\"\n\n\"tags\":";

fn see(page: &str) -> trackplan::Uuid {
    capture(
        SEEN,
        Some("user_1"),
        &[("team", "acme")],
        &[Value::Text(page)],
    )
}

#[test]
fn an_event_is_read_as_it_goes_over_the_wire() {
    let sink = Sink::new();
    let id = see("home");
    let event = sink.one("seen");
    assert_eq!(
        (event.name.as_str(), event.distinct_id.as_str()),
        ("seen", "user_1")
    );
    assert_eq!(event.uuid, id.to_string());
    assert_eq!(event.groups.get("team").map(String::as_str), Some("acme"));
    assert_eq!(
        (&event["page"], &event["team_slug"]),
        (&"home".into(), &"acme".into())
    );
    assert_eq!(event["$lib"], "trackplan");
    assert!(event["no_such_property"].is_null());
    assert!(event.timestamp.ends_with('Z'));
}

#[test]
fn events_stay_and_keep_their_order() {
    let sink = Sink::new();
    for page in ["a", "b"] {
        see(page);
        assert!(!sink.events().is_empty());
    }
    see("c");
    let pages: Vec<_> = sink
        .events()
        .iter()
        .map(|event| event["page"].clone())
        .collect();
    assert_eq!(pages, ["a", "b", "c"]);
}

#[test]
fn a_missing_event_lists_what_was_caught() {
    let sink = Sink::new();
    see("home");
    let panic = catch_unwind(AssertUnwindSafe(|| sink.one("sene"))).expect_err("none");
    let message = panic.downcast_ref::<String>().expect("text");
    assert!(
        message.contains("expected the event `sene` once, caught it 0 times"),
        "{message}"
    );
    assert!(
        message.contains("seen by user_1: page=\"home\""),
        "{message}"
    );
    see("home");
    let panic = catch_unwind(AssertUnwindSafe(|| sink.one("seen"))).expect_err("two");
    let message = panic.downcast_ref::<String>().expect("text");
    assert!(message.contains("caught it 2 times among 2"), "{message}");
}

#[test]
fn the_innermost_sink_catches_and_other_threads_do_not_see_it() {
    let outer = Sink::new();
    {
        let inner = Sink::new();
        see("inner");
        assert_eq!(inner.one("seen")["page"], "inner");
    }
    thread::spawn(|| see("elsewhere")).join().expect("no panic");
    assert!(outer.events().is_empty());
    see("outer");
    assert_eq!(outer.one("seen")["page"], "outer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_follows_its_task_over_threads() {
    let sinks = [Sink::new(), Sink::new()];
    let tasks: Vec<_> = sinks
        .iter()
        .enumerate()
        .map(|(number, sink)| {
            tokio::spawn(sink.scope(async move {
                for page in 0..50 {
                    tokio::task::yield_now().await;
                    see(&format!("{number}.{page}"));
                }
            }))
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    for (number, sink) in sinks.iter().enumerate() {
        let pages: Vec<String> = sink
            .events()
            .iter()
            .map(|event| event["page"].as_str().unwrap_or_default().to_owned())
            .collect();
        let expected: Vec<String> = (0..50).map(|page| format!("{number}.{page}")).collect();
        assert_eq!(pages, expected);
    }
}

/// Code of the user that runs while its value is encoded.
struct Tag(fn());

impl ToText for Tag {
    fn to_text(&self) -> &str {
        (self.0)();
        "tag"
    }
}

fn tag(while_encoded: fn()) {
    let tags = [Tag(while_encoded)];
    capture(TAGGED, None, &[], &[Property::<List<Text>>::value(&tags)]);
}

#[test]
fn a_panic_while_an_event_is_encoded_loses_that_event_only() {
    let sink = Sink::new();
    see("before");
    assert!(catch_unwind(|| tag(|| panic!("user code"))).is_err());
    see("after");
    let names: Vec<String> = sink.events().into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["seen", "seen"]);
}

#[test]
fn an_event_captured_while_another_is_encoded_is_its_own() {
    let sink = Sink::new();
    tag(|| _ = see("inside"));
    assert_eq!(sink.one("seen")["page"], "inside");
    assert_eq!(sink.one("tagged")["tags"], serde_json::json!(["tag"]));
}

#[test]
fn a_pending_event_takes_its_context_at_the_end() {
    let sink = Sink::new();
    let pending = |page| Pending::new(SEEN, [Value::Text(page)]);
    drop(pending("dropped"));
    Context::new().group("team", "acme").enter(|| {
        let pending = pending("sign-in");
        // The body found out who acts.
        Context::update(|context| context.actor("user_1"));
        call_once(|| pending.finish(&[]));
    });
    let event = sink.one("seen");
    assert_eq!(
        (event.distinct_id.as_str(), &event["team_slug"]),
        ("user_1", &"acme".into())
    );

    let explicit = Pending::new(SEEN, []).about(Some("user_2"), &[("team", "emca")]);
    Context::new()
        .actor("user_1")
        .group("team", "acme")
        .enter(|| explicit.finish(&[Value::Text("late")]));
    let event = sink.events().remove(1);
    assert_eq!(
        (event.distinct_id.as_str(), &event["page"]),
        ("user_2", &"late".into())
    );
    assert_eq!(event["team_slug"], "emca");
}

#[tokio::test]
async fn a_tracked_future_is_done_once_when_it_is_ready() {
    let sink = Sink::new();
    let capture = |output: &&'static str| _ = see(output);
    drop(tracked(async { "never polled" }, capture));
    let mut yields = 3;
    let body = std::future::poll_fn(move |task| {
        if yields == 0 {
            return std::task::Poll::Ready("ready");
        }
        yields -= 1;
        task.waker().wake_by_ref();
        std::task::Poll::Pending
    });
    assert_eq!(tracked(body, capture).await, "ready");
    assert_eq!(sink.one("seen")["page"], "ready");
}

/// What a panic of `run` says.
fn panic_of(run: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("a panic");
    *panic.downcast::<String>().expect("a text")
}

#[test]
fn a_value_that_breaks_the_plan_fails_the_test() {
    const RATED: &str = "?\"app_rated\"\n\n?max 5\n\"stars\":";
    const PROBLEM: &str =
        "a value of property `stars` of event `app_rated` breaks `max 5` of the tracking plan";
    let rate = |stars| capture(RATED, None, &[], &[Value::Int(stars)]);
    let sink = Sink::new();
    rate(6);
    assert_eq!(panic_of(|| drop(sink.events())), PROBLEM);
    rate(5);
    assert_eq!(sink.events().len(), 2);
    rate(7);
    assert_eq!(panic_of(|| drop(sink)), PROBLEM);
    // The thread has no sink any more.
    let sink = Sink::new();
    rate(4);
    assert_eq!(sink.one("app_rated")["stars"], 4);
}
