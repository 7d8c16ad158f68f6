//! A capture allocates nothing once the buffers have grown.

use std::time::Duration;

use trackplan::__private::{Value, capture};
use trackplan::{Client, Context, Event, PlanEnum, event, track};

const EXPORTED: &str = "\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"a\":\n\"b\":\n\"c\":\n\"d\":\n\"e\":\n\"f\":\n\"g\":";

fn export(row: u64) {
    let tags = ["one", "two"];
    let values = [
        Value::Uint(row),
        Value::Text(
            "a text of some length, as properties have them, longer than any inline buffer",
        ),
        Value::Bool(true),
        Value::Float(1.5),
        Value::Texts(&tags),
        Value::Time(1_700_000_000_000),
        Value::Null,
    ];
    capture(EXPORTED, None, &[], &values);
}

#[derive(Clone, Copy, PlanEnum)]
#[plan_enum("pr_list_exported.format")]
enum Format {
    Csv,
    Json,
}

/// A struct of the program's own, with the key of its scope.
#[derive(Event)]
#[event("pr_list_exported")]
struct Exported<'a> {
    team_slug: &'a str,
    format: Format,
    has_filters: bool,
    row_count: u64,
}

/// A struct whose fields are the plan's, with a list and constraints.
#[event("pr_list_filtered")]
struct Filtered;

fn export_structs(row: u64) {
    let exported = Exported {
        team_slug: "a team of some length, as slugs may have it, longer than any inline buffer",
        format: if row.is_multiple_of(2) {
            Format::Csv
        } else {
            Format::Json
        },
        has_filters: true,
        row_count: row,
    };
    exported.capture();
    track!(exported, actor = "user_2", groups(team = "acme"));
    let filtered = Filtered {
        filters: &[FilteredFilters::Repository, FilteredFilters::State],
        row_count: 7,
    };
    filtered.capture();
}

/// What 1,000 calls allocate once the buffers have grown.
fn allocated_by(client: &Client, capture: fn(u64)) -> (u64, u64) {
    // Each round fills a batch that the next ones use again.
    for _ in 0..3 {
        (0..1_000).for_each(capture);
        assert!(client.flush(Duration::from_secs(60)));
    }
    let counted = allocation_counter::measure(|| (0..1_000).for_each(capture));
    (counted.count_total, counted.bytes_total)
}

#[test]
fn a_capture_allocates_nothing_once_the_buffers_have_grown() {
    // Nobody listens there, and nothing is sent before the end.
    let client = Client::builder()
        .api_key("phc_test")
        .host("http://127.0.0.1:9")
        .flush_interval(Duration::from_secs(3600))
        .shutdown_budget(Duration::ZERO)
        .max_retries(0)
        .build();
    let context = Context::new().actor("user_1").group("team", "acme");
    client.enter(|| {
        context.enter(|| {
            assert_eq!(allocated_by(&client, export), (0, 0));
            assert_eq!(allocated_by(&client, export_structs), (0, 0));
        });
    });
    let counted = allocation_counter::measure(|| drop(Box::new(1_u8)));
    assert_eq!(counted.count_total, 1, "the counter counts");
}
