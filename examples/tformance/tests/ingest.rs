//! What browsers send to the application on its way to PostHog.

use std::time::Duration;

use tformance::{BrowserTracking, Config, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

#[tokio::test]
async fn a_beacon_arrives_although_its_page_is_gone() {
    let posthog = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = posthog.local_addr().expect("bound");
    let tracking = BrowserTracking {
        key: "phc_test".to_owned(),
        host: format!("http://{address}").parse().expect("an address"),
        include_robots: false,
    };
    let running = start(Config {
        tracking: Some(tracking),
        ..Config::default()
    })
    .await
    .expect("free ports");

    let authority = running.app_url().authority();
    let mut page = TcpStream::connect(authority).await.expect("connected");
    let beacon =
        format!("POST /ingest/e/ HTTP/1.1\r\nhost: {authority}\r\ncontent-length: 5\r\n\r\nhello");
    page.write_all(beacon.as_bytes()).await.expect("sent");
    drop(page);

    let passed_on = async {
        let (mut connection, _) = posthog.accept().await.expect("connected");
        let mut request = Vec::new();
        while !request.ends_with(b"hello") {
            let read = connection.read_buf(&mut request).await.expect("readable");
            assert_ne!(read, 0, "the connection ended without the beacon");
        }
    };
    timeout(Duration::from_secs(10), passed_on)
        .await
        .expect("the beacon in time");
}
