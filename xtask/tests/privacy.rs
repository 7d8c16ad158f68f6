//! What people type into the reference application, and what of it reaches PostHog: nothing.

use std::path::Path;
use std::time::Duration;

use reqwest::Client;
use tformance::visit::{Consent, Visitor};
use tformance::{Config, start};
use trackplan_schema::yaml;
use trackplan_xtask::collect::{Collector, Options};

/// What a person, a mail address, a card, a password and a token look like.
const PERSONAL: [&str; 5] = [
    "Lovelace",
    "ada@users.example",
    "4111111111111111",
    "hunter2",
    "sk-live-51H",
];

#[tokio::test]
async fn personal_data_never_reaches_the_collector() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let (plan, _) = yaml::load(yaml::read_sources(&schema).expect("the plan"));
    let collector = Collector::start(plan, ([127, 0, 0, 1], 0).into(), Options::default());
    let collector = collector.await.expect("a free port");
    let client = trackplan::Client::builder()
        .api_key("phc_test")
        .host(collector.url());
    let guard = trackplan::install(client);
    let running = start(Config::default()).await.expect("free ports");
    let [name, address, ..] = PERSONAL;
    let all = PERSONAL.join(" ");

    // In forms that are understood.
    let visitor = Visitor::new(&running).expect("a client");
    let form = [("name", name), ("email", address)];
    visitor.submit("signup", &form).await.expect("signed up");
    let page = visitor
        .submit("teams", &[("name", "Engines")])
        .await
        .expect("a team");
    let team = page.team().expect("its page").to_owned();
    let at = |page: &str| format!("t/{team}/{page}");
    let invitation = [("email", "hunter2@users.example"), ("role", "member")];
    visitor
        .submit(&at("members/invite"), &invitation)
        .await
        .expect("invited");
    let feedback = [("category", "bug"), ("rating", "1"), ("text", all.as_str())];
    visitor
        .submit(&at("feedback"), &feedback)
        .await
        .expect("stored");
    let consent = Consent::Allow("brownout-org");
    visitor
        .connect(&team, "github", consent)
        .await
        .expect("an answer");

    // Wherever else a request has room, known routes and unknown ones.
    let http = Client::new();
    let encoded = PERSONAL.join("/").replace('@', "%40");
    for path in [
        "",
        "signin/link",
        "join",
        &at("pull-requests"),
        &at("insights"),
        "no/such",
    ] {
        for method in ["GET", "POST", "hunter2"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a token");
            let url = format!(
                "{}{path}/{encoded}?q={encoded}&range={encoded}",
                running.app_url()
            );
            let request = http
                .request(method, url)
                .header("cookie", format!("session={all}; name={all}"))
                .header("authorization", format!("Bearer {all}"))
                .header("referer", format!("http://users.example/{encoded}"))
                .header("user-agent", &all)
                .header("x-posthog-distinct-id", address)
                .header("x-forwarded-for", "203.0.113.77")
                .body(all.clone());
            request.send().await.expect("an answer");
        }
    }
    running.stop().await;
    let stats = guard.shutdown().await;
    let received = collector.received();
    assert_eq!((stats.lost(), received.len() as u64), (0, stats.delivered));

    let names: Vec<&str> = received.iter().map(|event| event.name.as_str()).collect();
    for expected in [
        "user_signed_up",
        "team_member_invited",
        "feedback_submitted",
        "error_occurred",
    ] {
        assert!(names.contains(&expected), "{expected} is not in {names:?}");
    }
    for event in received {
        let told = format!("{event:?}").to_lowercase();
        for word in PERSONAL.into_iter().chain(["203.0.113.77"]) {
            assert!(
                !told.contains(&word.to_lowercase()),
                "{word} is told: {told}"
            );
        }
    }
    tokio::time::timeout(Duration::from_secs(5), collector.shutdown())
        .await
        .expect("it stops");
}
