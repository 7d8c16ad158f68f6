//! How a client is installed, replaced and ended.

use std::thread;
use std::time::{Duration, Instant};

use trackplan::__private::capture;
use trackplan::{Client, Guard};

use crate::server::{Answer, Server};
use crate::{PATIENCE, add_row, assert_balanced, options};

const SEEN: &str = "\"seen\"\n";

/// A guard of a client that sends only when it is told to.
fn guard(server: &Server) -> Guard {
    trackplan::install(options(server).flush_interval(PATIENCE))
}

/// Installations are global, so their tests take turns in one test.
#[test]
fn installations() {
    dropping_the_guard_delivers();
    shutting_down_tells_what_became_of_the_events();
    dropping_it_inside_a_task_delivers();
    a_hanging_server_does_not_hold_up_the_end();
    a_second_installation_replaces_the_first();
}

fn dropping_the_guard_delivers() {
    let server = Server::start(&[Answer::Status(200)]);
    let guard = guard(&server);
    let client = guard.client().clone();
    (0..10).for_each(|_| _ = capture(SEEN, None, &[], &[]));
    drop(guard);
    assert_eq!(server.events().len(), 10);
    assert_eq!(client.stats().delivered, 10);
    // Nothing is installed any more, and the client takes nothing more.
    capture(SEEN, None, &[], &[]);
    assert_eq!(client.stats().accepted, 10);
    add_row(&client, 0);
    assert_eq!(client.stats().shutdown, 1);
    assert_balanced(&client.stats());
}

fn shutting_down_tells_what_became_of_the_events() {
    let server = Server::start(&[Answer::Status(400)]);
    let guard = guard(&server);
    capture(SEEN, None, &[], &[]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let stats = runtime.block_on(guard.shutdown());
    assert_eq!((stats.accepted, stats.rejected, stats.queued), (1, 1, 0));
}

fn dropping_it_inside_a_task_delivers() {
    let server = Server::start(&[Answer::Slow(Duration::from_millis(50))]);
    let guard = guard(&server);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async move {
        capture(SEEN, None, &[], &[]);
        drop(guard);
    });
    assert_eq!(server.events().len(), 1);
}

fn a_hanging_server_does_not_hold_up_the_end() {
    let server = Server::start(&[Answer::Hang]);
    let budget = Duration::from_millis(300);
    let guard = trackplan::install(options(&server).shutdown_budget(budget));
    let client = guard.client().clone();
    (0..5).for_each(|_| _ = capture(SEEN, None, &[], &[]));
    let start = Instant::now();
    drop(guard);
    assert_within(budget, start);
    while client.stats().queued > 0 {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(client.stats().shutdown, 5);
    assert_balanced(&client.stats());
}

fn a_second_installation_replaces_the_first() {
    let servers = [(); 2].map(|()| Server::start(&[Answer::Status(200)]));
    let first = guard(&servers[0]);
    capture(SEEN, None, &[], &[]);
    let second = guard(&servers[1]);
    capture(SEEN, None, &[], &[]);
    drop(first);
    capture(SEEN, None, &[], &[]);
    drop(second);
    assert_eq!(servers.map(|server| server.events().len()), [1, 2]);
}

#[test]
fn a_hanging_server_does_not_hold_up_a_flush() {
    let server = Server::start(&[Answer::Hang]);
    let client = options(&server).build();
    (0..5).for_each(|row| _ = add_row(&client, row));
    let budget = Duration::from_millis(300);
    let start = Instant::now();
    assert!(!client.flush(budget));
    assert_within(budget, start);
    assert_eq!(client.stats().queued, 5);
}

/// At least the budget, and not much more.
fn assert_within(budget: Duration, start: Instant) {
    let waited = start.elapsed();
    let tolerance = Duration::from_secs(2);
    assert!(
        waited >= budget && waited < budget + tolerance,
        "{waited:?}"
    );
}

#[test]
fn the_last_clone_leaves_its_events_to_the_worker() {
    let server = Server::start(&[Answer::Status(200)]);
    let client: Client = options(&server).flush_interval(PATIENCE).build();
    add_row(&client.clone(), 1);
    drop(client);
    while server.events().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn flushing_does_not_block_the_task() {
    let server = Server::start(&[Answer::Slow(Duration::from_millis(200))]);
    let client = options(&server).flush_interval(PATIENCE).build();
    add_row(&client, 1);
    let mut ticks = 0;
    let ticking = async {
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            ticks += 1;
        }
    };
    tokio::select! {
        is_settled = client.flush_async(PATIENCE) => assert!(is_settled),
        () = ticking => {}
    }
    assert!(ticks >= 3, "{ticks}");
    assert_eq!(client.stats().delivered, 1);
}
