//! What the instrumentation costs a request: an axum application on loopback that works a little, with and without the
//! layer, a context and an event per request.
//!
//! `cargo bench -p trackplan --features axum --bench request`. The two take turns, and two plain runs are compared as
//! well, which shows the noise. Figures are CPU time of the whole process: server, clients, and the worker that renders,
//! compresses and sends the events; only the thread that stands in for PostHog does not count.

use std::fs;
use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use trackplan::{Client, Context, Errors, RequestLayer, track};

const REQUESTS: usize = 4_000;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 15;
const POSTHOG: &str = "posthog";

/// About as much work as a handler has that reads a page of rows and renders it.
fn work(user: usize) -> Json<Value> {
    let row = |row: usize| json!({ "id": row, "user": user, "title": format!("Row {row} of {user}"), "open": row.is_multiple_of(3) });
    Json((0..300).map(row).collect())
}

fn plain() -> Router {
    Router::new().route(
        "/users/{user}/rows",
        get(async |Path(user): Path<usize>| work(user)),
    )
}

fn instrumented() -> Router {
    let errors = Errors::new(|error| _ = black_box(error.route));
    let handler = async |Path(user): Path<usize>| {
        Context::update(|context| context.actor(format!("user_{user}")).group("team", "acme"));
        let answer = work(user);
        track!(
            "pr_list_exported",
            format = "json",
            has_filters = false,
            row_count = 100
        );
        answer
    };
    let router = Router::new().route("/users/{user}/rows", get(handler));
    router.layer(RequestLayer::new().errors(&errors))
}

fn main() {
    block_on(compare());
}

async fn compare() {
    let posthog = stand_in_for_posthog();
    let guard = trackplan::install(
        Client::builder()
            .api_key("phc_bench")
            .host(format!("http://{posthog}")),
    );
    let hosts = [
        serve(plain()).await,
        serve(plain()).await,
        serve(instrumented()).await,
    ];
    let mut costs = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        // Nobody always comes first.
        for turn in 0..hosts.len() {
            let which = (turn + round) % hosts.len();
            let cost = cost_of(&hosts[which]).await;
            // The first round warms up.
            if round > 0 {
                costs[which].push(cost);
            }
        }
    }
    let stats = guard.shutdown().await;
    let expected = (REQUESTS * (ROUNDS + 1)) as u64;
    assert_eq!((stats.delivered, stats.lost()), (expected, 0), "{stats:?}");

    println!(
        "{REQUESTS} requests over {CONNECTIONS} connections in each of {ROUNDS} rounds, medians of the rounds"
    );
    let [plain, again, instrumented] = costs.map(|costs| Cost {
        cpu: median(costs.iter().map(|cost| cost.cpu)),
        p99: median(costs.iter().map(|cost| cost.p99)),
    });
    for (name, cost) in [
        ("plain", &plain),
        ("plain, again", &again),
        ("instrumented", &instrumented),
    ] {
        let ratio = cost.cpu.as_secs_f64() / plain.cpu.as_secs_f64();
        println!(
            "{name:<14} {:>8.1} µs CPU per request   × {ratio:.3}   p99 {:>8.1} µs",
            cost.cpu.as_secs_f64() * 1e6,
            cost.p99.as_secs_f64() * 1e6
        );
    }
}

/// What one request costs.
struct Cost {
    cpu: Duration,
    p99: Duration,
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn cost_of(host: &str) -> Cost {
    let start = cpu_time();
    let mut clients = JoinSet::new();
    for user in 0..CONNECTIONS {
        clients.spawn(ask(host.to_owned(), user));
    }
    let mut waits = clients.join_all().await.concat();
    // The worker sends every 10 ms; what is left is sent at the cost of the next.
    let cpu = (cpu_time() - start) / REQUESTS as u32;
    waits.sort_unstable();
    let p99 = waits[waits.len() * 99 / 100];
    Cost { cpu, p99 }
}

/// Sends one request after the other over a connection.
async fn ask(host: String, user: usize) -> Vec<Duration> {
    let mut stream = TcpStream::connect(&host).await.expect("connected");
    let request = format!("GET /users/{user}/rows HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let mut chunk = vec![0; 64 << 10];
    let mut waits = Vec::with_capacity(REQUESTS / CONNECTIONS);
    for _ in 0..REQUESTS / CONNECTIONS {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut last = 0;
        // The body is a JSON array and has no other at its end.
        while last != b']' {
            let read = stream.read(&mut chunk).await.expect("an answer");
            last = *chunk[..read].last().expect("not closed");
        }
        waits.push(start.elapsed());
    }
    waits
}

/// The CPU time of this process without the stand-in for PostHog. Linux tells it per thread, in nanoseconds.
fn cpu_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task").expect("Linux").flatten();
    let nanos = threads.filter_map(|thread| {
        let name = fs::read_to_string(thread.path().join("comm")).ok()?;
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanos: u64 = stat.split(' ').next()?.parse().ok()?;
        (name.trim() != POSTHOG).then_some(nanos)
    });
    Duration::from_nanos(nanos.sum())
}

/// Takes every batch on a thread of its own.
fn stand_in_for_posthog() -> String {
    let (sender, receiver) = mpsc::channel();
    let serve = async move {
        let router = Router::new().fallback(async |_: Bytes| Json(json!({ "status": 1 })));
        _ = sender.send(serve(router).await);
        std::future::pending::<()>().await;
    };
    let thread = thread::Builder::new().name(POSTHOG.to_owned());
    thread.spawn(|| block_on(serve)).expect("a thread");
    receiver.recv().expect("an address")
}

fn block_on(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future);
}

fn median(values: impl Iterator<Item = Duration>) -> Duration {
    let mut values: Vec<Duration> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
}
