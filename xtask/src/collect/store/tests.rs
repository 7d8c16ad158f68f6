use trackplan_schema::plan::Plan;

use super::*;

fn store(keep: usize) -> Store {
    let validator = Validator::new(Plan::default(), "schema").expect("no pattern");
    let options = Options {
        keep,
        ..Options::default()
    };
    Store::new(validator, &options)
}

fn batch(names: &[(&str, &str)], bytes: usize) -> Batch {
    let event = |(name, uuid): &(&str, &str)| RawEvent {
        name: (*name).to_owned(),
        distinct_id: Some("user_1".to_owned()),
        uuid: Some((*uuid).to_owned()),
        ..RawEvent::default()
    };
    Batch {
        events: names.iter().map(event).collect(),
        has_token: true,
        bytes,
    }
}

fn kept(store: &Store) -> Vec<(u64, u64)> {
    let received = store.received();
    let facts = received
        .iter()
        .map(|event| (event.number, event.duplicates));
    facts.collect()
}

#[tokio::test]
async fn the_last_events_are_remembered_and_all_are_counted() {
    let store = store(2);
    store
        .receive(batch(&[("$a", "1"), ("$a", "2"), ("$b", "3")], 0))
        .await;
    assert_eq!(kept(&store), [(2, 0), (3, 0)]);
    store.receive(batch(&[("$b", "3"), ("$a", "1")], 0)).await;
    assert_eq!(
        kept(&store),
        [(3, 1), (4, 0)],
        "1 was forgotten and counts as new"
    );
    let totals = *store.totals().borrow();
    assert_eq!((totals.events, totals.duplicates), (4, 1));
    let counts: Vec<(String, u64, u64)> = store
        .tallies()
        .into_iter()
        .map(|(name, tally)| (name, tally.events, tally.duplicates))
        .collect();
    assert_eq!(counts, [("$a".to_owned(), 3, 0), ("$b".to_owned(), 1, 1)]);
}

#[tokio::test]
async fn large_events_are_forgotten_earlier() {
    let store = store(100);
    for uuid in ["1", "2", "3"] {
        store.receive(batch(&[("$a", uuid)], MAX_BYTES / 2)).await;
    }
    assert_eq!(kept(&store), [(2, 0), (3, 0)]);
    store.receive(batch(&[("$a", "4")], MAX_BYTES + 1)).await;
    assert_eq!(kept(&store), []);
}

#[tokio::test]
async fn made_up_names_are_counted_together() {
    let store = store(1);
    for number in 0..MAX_NAMES + 5 {
        let (name, uuid) = (format!("$made_up_{number}"), number.to_string());
        store.receive(batch(&[(&name, &uuid)], 0)).await;
    }
    let tallies = store.tallies();
    assert_eq!(tallies.len(), MAX_NAMES + 1);
    let others = tallies.iter().find(|(name, _)| name == OTHER_NAMES);
    assert_eq!(others.map(|(_, tally)| tally.events), Some(5));
}

#[tokio::test]
async fn a_subscriber_that_reads_misses_nothing() {
    let store = Arc::new(store(1));
    let mut arrivals = store.subscribe();
    let names = vec![("$a", "1"); 3 * BACKLOG];
    let receiving = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.receive(batch(&names, 0)).await.len() }
    });
    for _ in 0..3 * BACKLOG {
        assert!(matches!(arrivals.recv().await, Ok(Arrival::Event(_))));
    }
    assert_eq!(receiving.await.ok(), Some(3 * BACKLOG));
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_stands_still_stops_nobody() {
    let store = store(1);
    let mut arrivals = store.subscribe();
    store
        .receive(batch(&vec![("$a", "1"); 2 * BACKLOG], 0))
        .await;
    let missed = arrivals.recv().await;
    assert!(
        matches!(missed, Err(broadcast::error::RecvError::Lagged(_))),
        "{missed:?}"
    );
}
