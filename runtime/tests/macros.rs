//! The types of a program in the macros, with this repository's own plan.

use trackplan::testing::Sink;
use trackplan::{Actor, Context, PlanEnum, ToText, flag, track, tracked};

#[derive(PlanEnum)]
#[plan_enum("pr_list_exported.format")]
enum Format {
    Csv,
    Json,
}

struct User {
    id: i64,
}

impl Actor for User {
    fn distinct_id(&self) -> std::borrow::Cow<'_, str> {
        format!("user_{}", self.id).into()
    }
}

struct Slug(String);

impl ToText for Slug {
    fn to_text(&self) -> &str {
        &self.0
    }
}

#[test]
fn references_and_newtypes_need_no_conversion() {
    let sink = Sink::new();
    let (user, slug) = (Box::new(User { id: 1 }), Slug("acme".to_owned()));
    let (format, rows, filter) = (&Format::Json, &&3_u8, Some(&Format::Csv));
    track!(
        "pr_list_exported",
        actor = &user,
        groups(team = &slug),
        format = format,
        has_filters = filter.is_some(),
        row_count = rows,
    );
    let event = sink.one("pr_list_exported");
    assert_eq!(event.distinct_id, "user_1");
    assert_eq!(
        (&event["team_slug"], &event["format"]),
        (&"acme".into(), &"json".into())
    );
    assert_eq!(event["row_count"], 3);
}

#[derive(Debug, Clone, PartialEq, PlanEnum)]
#[plan_enum("flag.onboarding_copy")]
enum Copy {
    Control,
    Short,
    Video,
}

#[tokio::test]
async fn a_flag_is_what_the_test_says_or_the_default() {
    let sink = Sink::new();
    assert!(flag!("new_insights", default = true).await);
    assert_eq!(flag!("onboarding_copy", default = "short").await, "short");
    let copy = flag!("onboarding_copy", default = Copy::Control);
    assert_eq!(copy.await, Copy::Control);
    sink.flag("new_insights", false);
    sink.flag("onboarding_copy", "video");
    assert!(!flag!("new_insights", default = true).await);
    assert_eq!(flag!("onboarding_copy", default = "short").await, "video");
    let copy = flag!("onboarding_copy", default = Copy::Control);
    assert_eq!(copy.await, Copy::Video);
    // Off, it has no variant.
    sink.flag("onboarding_copy", false);
    assert_eq!(flag!("onboarding_copy", default = "short").await, "short");
    assert_eq!(sink.events(), []);
}

#[tokio::test]
async fn a_payload_is_as_the_plan_has_it_or_none() {
    let sink = Sink::new();
    assert!(flag!("onboarding_copy", payload).await.is_none());
    sink.flag_payload("onboarding_copy", r#"{"headline":"Hello","more":1}"#);
    let copy = flag!("onboarding_copy", payload).await.expect("a payload");
    assert_eq!(copy.headline, "Hello");
    // It goes with the variant, and away when the flag is off.
    sink.flag("onboarding_copy", "short");
    assert!(flag!("onboarding_copy", payload).await.is_some());
    sink.flag("onboarding_copy", false);
    assert!(flag!("onboarding_copy", payload).await.is_none());
    assert_eq!(trackplan::client().stats().payloads_refused, 0);

    sink.flag("onboarding_copy", "short");
    let deep = r#"{"headline":"#.repeat(10_000);
    for payload in [
        r#"{"headline":1}"#,
        "{}",
        "[]",
        "\"Hello\"",
        "no json",
        &deep,
    ] {
        sink.flag_payload("onboarding_copy", payload);
        assert!(
            flag!("onboarding_copy", payload).await.is_none(),
            "{payload}"
        );
    }
    assert_eq!(trackplan::client().stats().payloads_refused, 6);
}

#[tokio::test]
async fn a_default_may_be_an_item_of_any_name() {
    const FLAG: bool = true;
    let _sink = Sink::new();
    assert!(flag!("new_insights", default = FLAG).await);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 0)]
async fn sign_in_and_export(user: User) -> Result<(), String> {
    tokio::task::yield_now().await;
    Context::update(|context| context.actor(user));
    Ok(())
}

#[tokio::test]
async fn an_annotated_handler_takes_who_acts_from_the_context() {
    let sink = Sink::new();
    let request = Context::new().group("team", "acme");
    let outcome = request.scope(sign_in_and_export(User { id: 2 })).await;
    assert_eq!(outcome, Ok(()));
    let event = sink.one("pr_list_exported");
    assert_eq!(event.distinct_id, "user_2");
    assert_eq!(event["team_slug"], "acme");
}
