//! The application over HTTP, its events in a testing sink.
//!
//! A test's runtime has one thread, so the application runs on it too, and the sink of that thread sees its events.

use std::collections::BTreeSet;

use tformance::visit::{Consent, Visitor, drive};
use tformance::{Config, Running, start};
use trackplan::testing::{CapturedEvent, Sink};
use trackplan_schema::plan::Origin;
use trackplan_schema::yaml;

async fn app() -> Running {
    start(Config::default()).await.expect("free ports")
}

async fn founder(running: &Running) -> (Visitor, String) {
    let visitor = Visitor::new(running).expect("a client");
    let form = [("name", "Ada"), ("email", "ada@users.example")];
    visitor.submit("signup", &form).await.expect("signed up");
    let page = visitor
        .submit("teams", &[("name", "Analytical Engines")])
        .await;
    let team = page.expect("a team").team().expect("its page").to_owned();
    (visitor, team)
}

/// The events of the plan, without what is told of persons and groups.
fn names(events: &[CapturedEvent]) -> Vec<&str> {
    let names = events.iter().map(|event| event.name.as_str());
    names.filter(|name| !name.starts_with('$')).collect()
}

#[tokio::test]
async fn a_crowd_causes_every_backend_event_of_the_plan() {
    let sink = Sink::new();
    let running = app().await;
    drive(&running, 4, &|_, _| {})
        .await
        .expect("a working product");
    running.stop().await;

    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema");
    let sources = yaml::read_sources(schema.as_ref()).expect("the plan");
    let (plan, _) = yaml::load(sources);
    let events = sink.events();
    let seen: BTreeSet<&str> = names(&events).into_iter().collect();
    let of_the_backend = plan
        .events
        .iter()
        .filter(|event| event.source != Origin::Frontend);
    let expected: BTreeSet<&str> = of_the_backend
        .map(|event| event.name.value.as_str())
        .collect();
    assert_eq!(seen, expected);

    let own = |event: &&CapturedEvent| !event.name.starts_with('$');
    for event in events.iter().filter(own) {
        let planned = plan
            .events
            .iter()
            .find(|planned| planned.name.value == event.name);
        if planned.expect("a known event").scope.is_some() {
            assert!(
                event.groups.contains_key("team"),
                "{} has no team",
                event.name
            );
            assert_eq!(event["team_slug"], event.groups["team"]);
        }
    }
}

#[tokio::test]
async fn a_person_signs_up_and_starts_a_team() {
    let sink = Sink::new();
    let running = app().await;
    let (_, team) = founder(&running).await;
    assert_eq!(team, "analytical-engines");
    let signed_up = sink.one("user_signed_up");
    assert_eq!(signed_up["method"], "email");
    let created = sink.one("team_created");
    assert_eq!(created.distinct_id, signed_up.distinct_id);
    assert_eq!(created["is_first_team"], true);
    assert_eq!(created["team_slug"], "analytical-engines");
}

#[tokio::test]
async fn refusing_a_connection_tells_why_and_connects_nothing() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let page = visitor.connect(&team, "github", Consent::Deny).await;
    assert!(
        page.expect("a page")
            .text
            .contains("You did not allow the connection")
    );
    let page = visitor
        .connect(&team, "jira", Consent::Allow("outage"))
        .await;
    assert!(page.expect("a page").text.contains("The provider failed"));
    let failures: Vec<_> = sink
        .events()
        .iter()
        .filter(|event| event.name == "integration_connection_failed")
        .map(|event| event["connection_failure"].clone())
        .collect();
    assert_eq!(failures, ["access_denied", "provider_error"]);
    assert!(!names(&sink.events()).contains(&"integration_connected"));
}

#[tokio::test]
async fn a_callback_from_elsewhere_is_refused() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let path = format!("t/{team}/integrations/github/callback?state=guessed&code=stolen");
    visitor.open(&path).await.expect("a page");
    let failed = sink.one("integration_connection_failed");
    assert_eq!(failed["connection_failure"], "invalid_state");
}

#[tokio::test]
async fn a_server_error_tells_its_route_and_kind_and_nothing_else() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let connected = visitor
        .connect(&team, "github", Consent::Allow("brownout-secret"))
        .await;
    assert_eq!(connected.expect("an answer").status, 502);
    let event = sink.one("error_occurred");
    assert_eq!(event["route"], "/t/{team}/onboarding");
    assert_eq!(
        (&event["status"], &event["error_type"]),
        (&502.into(), &"provider".into())
    );
    assert_eq!(event["http_method"], "get");
    assert!(!event.properties.to_string().contains("secret"));
}

/// The shares that the page of the insights shows, from the top.
async fn impact_rates(visitor: &Visitor, team: &str) -> Vec<f64> {
    let page = visitor.open(&format!("t/{team}/insights")).await;
    let page = page.expect("a page");
    let rates = page.all_after("<p>Concerns ").into_iter();
    rates
        .map(|rate| {
            rate.split(' ')
                .next()
                .expect("a number")
                .parse()
                .expect("a number")
        })
        .collect()
}

#[tokio::test]
async fn a_flag_decides_how_insights_are_listed() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let consent = Consent::Allow("org");
    visitor
        .connect(&team, "github", consent)
        .await
        .expect("connected");
    let base = format!("t/{team}/onboarding");
    let page = visitor.look(&base).await.expect("a page");
    let offered = page.all_after("name=\"repository\" value=\"");
    let form = offered.iter().take(2).map(|name| ("repository", *name));
    let form: Vec<(&str, &str)> = form.collect();
    visitor
        .submit(&format!("{base}/repositories"), &form)
        .await
        .expect("chosen");
    visitor.await_sync(&team).await.expect("synchronised");
    let by_kind = impact_rates(&visitor, &team).await;
    sink.flag("new_insights", true);
    let ranked = impact_rates(&visitor, &team).await;
    assert!(ranked.is_sorted_by(|one, other| one >= other), "{ranked:?}");
    assert_ne!(by_kind, ranked);
}

#[tokio::test]
async fn what_changes_nothing_is_no_event() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let at = |page: &str| format!("t/{team}/{page}");
    let same_name = [("name", "Analytical Engines")];
    visitor
        .submit(&at("settings/general"), &same_name)
        .await
        .expect("saved");
    visitor
        .submit(&at("integrations/slack/disconnect"), &[])
        .await
        .expect("a page");
    for _ in 0..2 {
        visitor
            .submit(&at("onboarding/skip/jira"), &[])
            .await
            .expect("skipped");
        visitor
            .open(&at("analytics/overview?range=30d"))
            .await
            .expect("a page");
    }
    let events = sink.events();
    assert_eq!(
        names(&events),
        [
            "user_signed_up",
            "team_created",
            "onboarding_skipped",
            "analytics_viewed",
            "analytics_viewed"
        ]
    );
}

#[tokio::test]
async fn strangers_learn_nothing_and_members_change_nothing() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let stranger = Visitor::new(&running).expect("a client");
    let page = stranger
        .look(&format!("t/{team}/dashboard"))
        .await
        .expect("an answer");
    assert_eq!(page.url.path(), "/signin");
    let form = [("name", "Eve"), ("email", "eve@users.example")];
    stranger.submit("signup", &form).await.expect("signed up");
    let page = stranger
        .look(&format!("t/{team}/dashboard"))
        .await
        .expect("an answer");
    assert_eq!(page.status, 404);

    let form = [("email", "eve@users.example"), ("role", "member")];
    visitor
        .submit(&format!("t/{team}/members/invite"), &form)
        .await
        .expect("invited");
    let page = stranger
        .follow_mail("eve@users.example")
        .await
        .expect("a mail");
    stranger.submit(page.url.path(), &[]).await.expect("joined");
    assert_eq!(sink.one("team_member_joined")["is_new_user"], false);
    let refused = stranger
        .submit(&format!("t/{team}/settings/plan"), &[("plan", "pro")])
        .await;
    assert!(refused.is_err_and(|error| error.to_string().contains("403")));
}

/// What the sink has seen of persons (`$set`, `$set_once`) and groups (`$groupidentify`): property, value, in order.
fn profiles(events: &[CapturedEvent]) -> Vec<(String, serde_json::Value)> {
    let of = |event: &CapturedEvent| {
        ["$set", "$set_once", "$group_set"].map(|key| event[key].as_object().cloned())
    };
    let facts = events.iter().flat_map(of).flatten().flatten();
    facts.collect()
}

/// Each step is an action of the product, and the one property that it must bring up to date.
#[tokio::test]
async fn every_action_updates_the_profiles_that_it_changes() {
    let sink = Sink::new();
    let running = app().await;
    let seen = std::cell::Cell::new(0);
    let told = |property: &str, value: serde_json::Value| {
        let facts = profiles(&sink.events());
        let expected = (property.to_owned(), value);
        let new = facts.get(seen.get()..).unwrap_or_default();
        assert!(new.contains(&expected), "{expected:?} is not among {new:?}");
    };
    let next = || seen.set(profiles(&sink.events()).len());
    let visitor = Visitor::new(&running).expect("a client");
    let form = [("name", "Ada"), ("email", "ada@users.example")];
    visitor.submit("signup", &form).await.expect("signed up");
    told("signup_source", "email".into());
    next();

    let form = [("name", "Engines")];
    visitor.submit("teams", &form).await.expect("a team");
    told("teams_count", 1.into());
    told("role", "admin".into());
    next();
    let team = "engines";
    let at = |page: &str| format!("t/{team}/{page}");

    let consent = Consent::Allow("org-1");
    visitor
        .connect(team, "github", consent)
        .await
        .expect("connected");
    told("has_connected_github", true.into());
    next();
    let form = [("repository", "api"), ("repository", "web")];
    visitor
        .submit(&at("onboarding/repositories"), &form)
        .await
        .expect("chosen");
    told("repos_tracked", 2.into());
    next();
    visitor.await_sync(team).await.expect("synchronised");
    let facts = profiles(&sink.events());
    let is_counted = |(name, value): &(String, serde_json::Value)| {
        name == "total_prs" && value.as_u64().is_some_and(|count| count > 0)
    };
    assert!(facts.iter().any(is_counted), "{facts:?}");
    assert!(
        facts.iter().any(|(name, _)| name == "ai_adoption_rate"),
        "{facts:?}"
    );

    let consent = Consent::Allow("site-1");
    visitor
        .connect(team, "jira", consent)
        .await
        .expect("connected");
    told("has_connected_jira", true.into());
    next();
    let consent = Consent::Allow("space-1");
    visitor
        .connect(team, "slack", consent)
        .await
        .expect("connected");
    told("has_connected_slack", true.into());
    next();
    visitor
        .submit(&at("onboarding/slack"), &[])
        .await
        .expect("configured");
    told("onboarding_complete", true.into());
    next();
    visitor
        .submit(&at("settings/plan"), &[("plan", "pro")])
        .await
        .expect("saved");
    told("plan", "pro".into());
    next();
    visitor
        .submit(&at("integrations/jira/disconnect"), &[])
        .await
        .expect("disconnected");
    told("has_connected_jira", false.into());
    next();

    let form = [("email", "bob@users.example"), ("role", "member")];
    visitor
        .submit(&at("members/invite"), &form)
        .await
        .expect("invited");
    let guest = Visitor::new(&running).expect("a client");
    let page = guest
        .follow_mail("bob@users.example")
        .await
        .expect("a mail");
    guest
        .submit(page.url.path(), &[("name", "Bob")])
        .await
        .expect("joined");
    told("signup_source", "invite".into());
    next();
    visitor
        .submit(&at("members/2/role"), &[("role", "admin")])
        .await
        .expect("promoted");
    told("role", "admin".into());
    running.stop().await;
}

#[tokio::test]
async fn looking_around_tells_nothing_new_of_anybody() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    visitor
        .open(&format!("t/{team}/onboarding"))
        .await
        .expect("a page");
    let before = profiles(&sink.events());
    for page in [
        "onboarding",
        "insights",
        "pull-requests",
        "settings",
        "members",
    ] {
        visitor
            .open(&format!("t/{team}/{page}"))
            .await
            .expect("a page");
    }
    assert_eq!(profiles(&sink.events()), before);
}

#[tokio::test]
async fn github_opens_no_account_whose_address_nobody_has_proved() {
    let sink = Sink::new();
    let running = app().await;
    let stranger = Visitor::new(&running).expect("a client");
    let form = [("name", "Eve"), ("email", "mona@users.example")];
    stranger.submit("signup", &form).await.expect("signed up");
    let mona = Visitor::new(&running).expect("a client");
    let asked = mona.submit("signin/github", &[]).await.expect("asked");
    let page = mona.answer(asked, Consent::Allow("mona")).await;
    assert_eq!(page.expect("an answer").status, 422);
    assert!(!names(&sink.events()).contains(&"user_signed_in"));
}

#[tokio::test]
async fn an_insight_is_put_away_once() {
    let sink = Sink::new();
    let running = app().await;
    let (visitor, team) = founder(&running).await;
    let path = format!("t/{team}/insights/large_prs/dismiss");
    let form = [("dismissal", "resolved")];
    // A team without pull requests has no insight to put away.
    assert!(visitor.submit(&path, &form).await.is_err());
    assert!(!names(&sink.events()).contains(&"insight_dismissed"));
}
