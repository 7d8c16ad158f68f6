//! The client against a real server that fails in every way.

mod constraints;
mod delivery;
mod faults;
mod flags;
mod identity;
mod server;
mod shutdown;

use std::time::Duration;

use trackplan::__private::{Value, capture};
use trackplan::{Builder, Client, Stats, Uuid};

use crate::server::Server;

/// An event of a team, with a row number.
const ROW: &str = "\"row_added\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"row\":";

/// Long enough for the slowest retries on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn options(server: &Server) -> Builder {
    Client::builder()
        .api_key("phc_secret")
        .host(&server.host)
        .flush_interval(Duration::from_millis(20))
}

/// Captures the event `row_added` into a client.
fn add_row(client: &Client, row: u64) -> Uuid {
    let groups = [("team", "acme")];
    client.enter(|| capture(ROW, Some("user_1"), &groups, &[Value::Uint(row)]))
}

/// Adds rows and waits for what becomes of them.
fn deliver(client: &Client, rows: u64) -> Stats {
    (0..rows).for_each(|row| _ = add_row(client, row));
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_balanced(&stats);
    assert_eq!((stats.accepted, stats.queued), (rows, 0));
    stats
}

/// Every event is counted in exactly one place.
#[track_caller]
fn assert_balanced(stats: &Stats) {
    let found = stats.delivered + stats.lost() + stats.queued;
    assert_eq!(stats.accepted, found, "{stats:?}");
}
