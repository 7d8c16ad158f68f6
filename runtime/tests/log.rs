//! What is told, how often, and what never is.

use std::fmt::{Debug, Write};
use std::io::{Read, Write as _};
use std::net::TcpListener;
use std::sync::{Mutex, Once};
use std::thread;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use trackplan::__private::{Value, capture};
use trackplan::Client;

const SEEN: &str = "\"seen\"\n";
const KEY: &str = "phc_never_told";

/// The warnings so far.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Lines;

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("trackplan")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Line(String);
        impl Visit for Line {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                write!(self.0, "{}={value:?} ", field.name()).expect("a String");
            }
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        assert!(!line.0.contains(KEY), "{}", line.0);
        if *event.metadata().level() <= Level::WARN {
            LINES.lock().expect("no panic").push(line.0);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Lines).expect("the first"));
}

fn told(marker: &str) -> usize {
    let lines = LINES.lock().expect("no panic");
    lines.iter().filter(|line| line.contains(marker)).count()
}

#[test]
fn without_a_client_events_are_counted_and_that_is_told_once() {
    listen();
    let before = trackplan::client().stats().disabled;
    let ids = [(); 3].map(|()| capture(SEEN, None, &[], &[]));
    assert_ne!(ids[0], ids[1]);
    let stats = trackplan::client().stats();
    assert_eq!((stats.disabled - before, stats.queued), (3, 0));
    assert_eq!(told("no client is installed"), 1);
}

#[test]
fn a_missing_key_disables_the_client_and_is_told_once() {
    listen();
    let client = Client::builder().api_key(" \n").build();
    (0..3).for_each(|_| _ = client.enter(|| capture(SEEN, None, &[], &[])));
    let stats = client.stats();
    assert_eq!((stats.accepted, stats.disabled), (3, 3));
    assert!(client.flush(Duration::ZERO));
    assert_eq!(told("set POSTHOG_API_KEY"), 1);
}

#[test]
fn an_unusable_host_disables_the_client_and_is_told_once() {
    listen();
    let client = Client::builder().api_key(KEY).host("my.host").build();
    client.enter(|| capture(SEEN, None, &[], &[]));
    assert_eq!(client.stats().disabled, 1);
    assert_eq!(told("\"my.host\" (POSTHOG_HOST)"), 1, "{LINES:?}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn https_without_tls_disables_the_client_and_is_told_once() {
    listen();
    let client = Client::builder().api_key(KEY).build();
    client.enter(|| capture(SEEN, None, &[], &[]));
    assert_eq!(client.stats().disabled, 1);
    assert_eq!(told("needs TLS"), 1);
}

#[test]
fn a_refused_key_is_told_once_for_many_batches() {
    listen();
    let client = Client::builder()
        .api_key(KEY)
        .host(refusing_server())
        .batch_events(1)
        .build();
    (0..20).for_each(|_| _ = client.enter(|| capture(SEEN, None, &[], &[])));
    assert!(client.flush(Duration::from_secs(60)));
    assert_eq!(client.stats().rejected, 20);
    // The last lines come with the end of the worker.
    drop(client);
    while told("HTTP 401: is POSTHOG_API_KEY the token of a project on this host?") < 1 {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(200));
    assert!(told("rejected") <= 2, "{LINES:?}");
}

#[test]
fn a_violation_is_told_once_without_the_value() {
    const RATED: &str = "?\"app_rated\"\n\n?max_length 3\n\"code\":";
    const ELSEWHERE: &str = "?\"app_rated\"\n\n=\"stars\":1\n?max_length 3\n\"code\":";
    listen();
    let client = Client::builder()
        .api_key(KEY)
        // Nobody listens there: an event is held against the plan before it is sent.
        .host("http://127.0.0.1:9")
        .max_retries(0)
        .batch_events(1)
        .build();
    for event in [RATED, ELSEWHERE, RATED] {
        client.enter(|| capture(event, None, &[], &[Value::Text("hunter2")]));
    }
    assert!(client.flush(Duration::from_secs(60)));
    assert_eq!(client.stats().flagged, 3);
    let what = "a value of property `code` of event `app_rated` breaks `max_length 3` of the tracking plan";
    assert_eq!(told(what), 1, "{LINES:?}");
    assert_eq!(told("hunter2"), 0, "{LINES:?}");
}

/// Answers each request with 401.
fn refusing_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = b"HTTP/1.1 401 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            // The requests of this test fit one read.
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(answer);
        }
    });
    host
}
