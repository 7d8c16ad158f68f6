//! A capture allocates nothing once the buffers have grown.

use std::time::Duration;

use trackplan::__private::{Value, capture};
use trackplan::{Client, Context};

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
            // Each round fills a batch that the next ones use again.
            for _ in 0..3 {
                (0..1_000).for_each(export);
                assert!(client.flush(Duration::from_secs(60)));
            }
            let counted = allocation_counter::measure(|| (0..1_000).for_each(export));
            assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
        });
    });
    let counted = allocation_counter::measure(|| drop(Box::new(1_u8)));
    assert_eq!(counted.count_total, 1, "the counter counts");
}
