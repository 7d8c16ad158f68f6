//! What happens when the server is not well.

use std::net::TcpListener;
use std::time::Duration;

use trackplan::Client;

use crate::server::{Answer, Server};
use crate::{PATIENCE, add_row, assert_balanced, deliver, options};

#[test]
fn what_passes_is_repeated_with_the_same_events_and_a_fresh_time() {
    let answers = [
        Answer::Status(500),
        Answer::Reset,
        Answer::Status(429),
        Answer::Status(200),
    ];
    let server = Server::start(&answers);
    let stats = deliver(&options(&server).build(), 3);
    assert_eq!((stats.delivered, stats.lost()), (3, 0));
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    for pair in requests.windows(2) {
        assert_eq!(pair[0].body["batch"], pair[1].body["batch"]);
        assert!(pair[0].body["sent_at"].as_str() < pair[1].body["sent_at"].as_str());
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(100));
    }
}

#[test]
fn retries_are_limited() {
    for (retries, status) in [(3, 503), (0, 500), (1, 408)] {
        let server = Server::start(&[Answer::Status(status)]);
        let stats = deliver(&options(&server).max_retries(retries).build(), 2);
        assert_eq!((stats.expired, stats.delivered), (2, 0));
        assert_eq!(server.requests().len(), retries as usize + 1);
    }
}

#[test]
fn the_server_says_how_long_to_wait() {
    let server = Server::start(&[Answer::Busy("2"), Answer::Status(200)]);
    let stats = deliver(&options(&server).build(), 1);
    assert_eq!(stats.delivered, 1);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].at - requests[0].at >= Duration::from_millis(1_900));
}

#[test]
fn a_batch_that_waits_does_not_hold_up_the_others() {
    let server = Server::start(&[Answer::Busy("1"), Answer::Status(200)]);
    let client = options(&server).concurrency(1).batch_events(1).build();
    let stats = deliver(&client, 3);
    assert_eq!(stats.delivered, 3);
    let rows: Vec<_> = server
        .events()
        .iter()
        .map(|event| event["properties"]["row"].clone())
        .collect();
    assert_eq!(rows, [0, 1, 2, 0]);
}

#[test]
fn a_batch_that_is_too_large_is_split_until_only_the_culprit_is_lost() {
    let answers = [413, 413, 200, 413, 200].map(Answer::Status);
    let server = Server::start(&answers);
    let stats = deliver(&options(&server).build(), 4);
    assert_eq!((stats.delivered, stats.too_large), (3, 1));
    let sizes: Vec<usize> = server
        .requests()
        .iter()
        .map(|request| request.events().len())
        .collect();
    assert_eq!(sizes, [4, 2, 1, 1, 2]);
    assert_eq!(server.requests()[3].events()[0]["properties"]["row"], 1);
}

#[test]
fn what_the_server_refuses_for_good_is_not_repeated() {
    for status in [400, 401, 403, 404, 501, 302] {
        let server = Server::start(&[Answer::Status(status)]);
        let stats = deliver(&options(&server).build(), 3);
        assert_eq!((stats.rejected, stats.delivered), (3, 0), "HTTP {status}");
        assert_eq!(server.requests().len(), 1, "HTTP {status}");
    }
}

#[test]
fn nobody_listening_is_counted() {
    let unused = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = format!("http://{}", unused.local_addr().expect("bound"));
    drop(unused);
    let client = Client::builder()
        .api_key("phc_secret")
        .host(host)
        .max_retries(1)
        .build();
    assert_eq!(deliver(&client, 2).expired, 2);
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let server = Server::start(&[Answer::Hang, Answer::Status(200)]);
    let client = options(&server)
        .request_timeout(Duration::from_millis(200))
        .build();
    assert_eq!(deliver(&client, 2).delivered, 2);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_slow_server_is_served_by_several_requests_at_once() {
    let server = Server::start(&[Answer::Slow(Duration::from_millis(400))]);
    let client = options(&server).batch_events(1).concurrency(4).build();
    assert_eq!(deliver(&client, 4).delivered, 4);
    let requests = server.requests();
    let first = requests
        .iter()
        .map(|request| request.at)
        .min()
        .expect("four");
    let last = requests
        .iter()
        .map(|request| request.at)
        .max()
        .expect("four");
    assert!(last - first < Duration::from_millis(400));
}

#[test]
fn the_counts_agree_at_any_moment() {
    let answers = [200, 500, 413, 200, 400, 503, 200, 429].map(Answer::Status);
    let server = Server::start(&answers.repeat(1_000));
    let client = options(&server)
        .batch_events(7)
        .buffer_bytes(20_000)
        .max_retries(1)
        .build();
    for row in 0..2_000 {
        add_row(&client, row);
        if row % 50 == 0 {
            assert_balanced(&client.stats());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    assert!(client.flush(PATIENCE));
    let stats = client.stats();
    assert_balanced(&stats);
    assert_eq!((stats.accepted, stats.queued), (2_000, 0));
    let taken: usize = answers
        .iter()
        .cycle()
        .zip(server.requests())
        .filter(|(answer, _)| matches!(answer, Answer::Status(200)))
        .map(|(_, request)| request.events().len())
        .sum();
    assert_eq!(stats.delivered, taken as u64);
}
