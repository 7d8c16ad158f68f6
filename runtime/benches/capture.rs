//! What a capture costs its caller, beside a naive baseline measured in the same run: the event as a map of
//! `serde_json` values, serialised, and sent through a channel.
//!
//! `cargo bench -p trackplan`; no harness, for single calls of some 100 ns need percentiles of their own. Read the
//! figures against each other: a busy machine moves them all.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use trackplan::__private::{Encoded, Value, capture};
use trackplan::{Client, Event, track};

const EVENTS: usize = 200_000;
const ROUNDS: usize = 5;

const EXPORTED: &str = "\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"row_count\":\n\"has_filters\":\n\"duration_ms\":\n\"tab\":\n\"rate\":\n\"repo\":\n\"retry\":";

fn main() {
    let options = Client::builder()
        .api_key("phc_bench")
        .host(accepting_server())
        .buffer_bytes(usize::MAX);
    let guard = trackplan::install(options);
    let client = guard.client();
    let (sender, receiver) = mpsc::channel();
    let consumer = thread::spawn(move || {
        receiver
            .into_iter()
            .map(|event: String| event.len())
            .sum::<usize>()
    });

    println!(
        "one capture of an event with 8 properties, {EVENTS} in each of {ROUNDS} rounds, medians of the rounds"
    );
    println!("{:<28} {:>9} {:>9} {:>9}", "", "p50", "p99.9", "mean");
    let ours = measured(trackplan_capture, || {
        client.flush(Duration::from_secs(120));
    });
    println!("{:<28} {ours}", "trackplan");
    let of_struct = measured(trackplan_struct, || {
        client.flush(Duration::from_secs(120));
    });
    println!("{:<28} {of_struct}", "trackplan, from a struct");
    let naive = measured(
        |row| naive_capture(row, &sender),
        || thread::sleep(Duration::from_millis(200)),
    );
    println!("{:<28} {naive}", "serde_json map + channel");
    let clock = measured(|row| _ = black_box(row), || ());
    println!("{:<28} {clock}", "the clock alone");

    drop(sender);
    let stats = client.stats();
    assert_eq!(stats.delivered, (2 * EVENTS * ROUNDS) as u64, "{stats:?}");
    assert!(consumer.join().is_ok_and(|bytes| bytes > 0));
}

fn trackplan_capture(row: u64) {
    let groups = [("team", "acme")];
    black_box(capture(EXPORTED, Some("user_1"), &groups, &values(row)));
}

fn trackplan_struct(row: u64) {
    black_box(track!(
        Exported { row },
        actor = "user_1",
        groups(team = "acme")
    ));
}

struct Exported {
    row: u64,
}

impl Event for Exported {
    fn __encoded(&self) -> Encoded {
        Encoded::new(EXPORTED, &[], values(self.row))
    }
}

fn values(row: u64) -> [Value<'static>; 7] {
    [
        Value::Uint(row),
        Value::Bool(true),
        Value::Uint(1_234),
        Value::Text("insights"),
        Value::Float(0.25),
        Value::Text("trackplan/trackplan"),
        Value::Int(-1),
    ]
}

fn naive_capture(row: u64, sender: &mpsc::Sender<String>) {
    let properties: HashMap<&str, Json> = HashMap::from([
        ("$groups", json!({ "team": "acme" })),
        ("team_slug", json!("acme")),
        ("format", json!("csv")),
        ("row_count", json!(row)),
        ("has_filters", json!(true)),
        ("duration_ms", json!(1_234)),
        ("tab", json!("insights")),
        ("rate", json!(0.25)),
        ("repo", json!("trackplan/trackplan")),
        ("retry", json!(-1)),
    ]);
    let event = json!({
        "event": "pr_list_exported",
        "distinct_id": "user_1",
        "uuid": "01900000-0000-7000-8000-000000000001",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "properties": properties,
    });
    _ = sender.send(event.to_string());
}

/// Times single calls, and lets the consumer catch up between the rounds.
fn measured(call: impl Fn(u64), catch_up: impl Fn()) -> String {
    let mut rounds: Vec<[u64; 3]> = (0..ROUNDS)
        .map(|_| {
            let mut nanos: Vec<u64> = (0..EVENTS as u64)
                .map(|row| {
                    let start = Instant::now();
                    call(row);
                    start.elapsed().as_nanos() as u64
                })
                .collect();
            catch_up();
            let mean = nanos.iter().sum::<u64>() / EVENTS as u64;
            nanos.sort_unstable();
            [nanos[EVENTS / 2], nanos[EVENTS * 999 / 1000], mean]
        })
        .collect();
    let mut median = |column: usize| {
        rounds.sort_unstable_by_key(|round| round[column]);
        rounds[ROUNDS / 2][column]
    };
    let [p50, p999, mean] = [0, 1, 2].map(&mut median);
    format!("{p50:>6} ns {p999:>6} ns {mean:>6} ns")
}

/// Takes every batch and answers 200.
fn accepting_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let (mut request, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
                while let Ok(read @ 1..) = stream.read(&mut chunk) {
                    request.extend_from_slice(&chunk[..read]);
                    if is_whole(&request) {
                        request.clear();
                        _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                    }
                }
            });
        }
    });
    host
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    request.len() >= end + 4 + length
}
