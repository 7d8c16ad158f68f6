//! Updates of persons and groups, events as structs, and the types that `plan!` generates.

use trackplan::testing::{CapturedEvent, Sink};
use trackplan::{
    Context, Event, GroupProperties, PersonProperties, PlanEnum, event, flag, group, identify,
    track,
};

mod plan {
    trackplan::plan!();
}

use plan::SignupSource;

#[test]
fn identify_sets_properties_once_or_always_as_the_plan_says() {
    let sink = Sink::new();
    let teams = 2_u32;
    identify!(
        actor = "user_1",
        signup_source = "email",
        teams_count = teams,
        role = "admin",
        has_connected_jira = None,
        has_connected_slack = Some(true),
    );
    let event = sink.one("$set");
    assert_eq!(event.distinct_id, "user_1");
    let set = serde_json::json!({ "teams_count": 2, "role": "admin", "has_connected_slack": true });
    assert_eq!(event["$set"], set);
    assert_eq!(
        event["$set_once"],
        serde_json::json!({ "signup_source": "email" })
    );
    assert_eq!(event["$groups"], serde_json::Value::Null);
}

#[test]
fn identify_takes_the_actor_from_the_context_and_is_lost_without_one() {
    let sink = Sink::new();
    let request = Context::new().actor("user_1").group("team", "acme");
    request.enter(|| {
        identify!(teams_count = 1);
    });
    let event = sink.one("$set");
    assert_eq!(
        (event.distinct_id.as_str(), event.groups.len()),
        ("user_1", 0)
    );

    identify!(teams_count = 1);
    identify!(actor = " ", teams_count = 1);
    assert_eq!(sink.events().len(), 1);
    assert_eq!(trackplan::client().stats().nobody, 2);
}

#[test]
fn group_sets_the_properties_of_a_group() {
    let sink = Sink::new();
    let slug = String::from("acme");
    group!(
        "team",
        key = &slug,
        plan = "pro",
        repos_tracked = slug.len()
    );
    let event = sink.one("$groupidentify");
    assert_eq!(event.distinct_id, "$team_acme");
    assert_eq!(
        (&event["$group_type"], &event["$group_key"]),
        (&"team".into(), &"acme".into())
    );
    assert_eq!(
        event["$group_set"],
        serde_json::json!({ "plan": "pro", "repos_tracked": 4 })
    );

    group!("team", key = "", plan = "pro");
    assert_eq!(sink.events().len(), 1);
    assert_eq!(trackplan::client().stats().nobody, 1);
}

#[derive(PersonProperties)]
struct Profile {
    teams_count: Option<u8>,
    signup_source: SignupSource,
}

#[derive(GroupProperties)]
#[group("team")]
struct Usage<'a> {
    plan: &'a plan::TeamPlan,
    ai_adoption_rate: f64,
}

#[test]
fn persons_and_groups_may_be_structs() {
    let sink = Sink::new();
    let profile = Profile {
        teams_count: None,
        signup_source: SignupSource::Github,
    };
    identify!(profile, actor = "user_1");
    let event = sink.one("$set");
    assert_eq!(event["$set"], serde_json::json!({}));
    assert_eq!(
        event["$set_once"],
        serde_json::json!({ "signup_source": "github" })
    );

    let usage = Usage {
        plan: &plan::TeamPlan::Starter,
        ai_adoption_rate: 12.5,
    };
    group!(&usage, key = "acme");
    let event = sink.one("$groupidentify");
    assert_eq!(
        event["$group_set"],
        serde_json::json!({ "ai_adoption_rate": 12.5, "plan": "starter" })
    );
}

#[derive(Event)]
#[event("pr_list_exported")]
struct Exported<'a> {
    team_slug: &'a str,
    format: plan::PrListExportedFormat,
    row_count: u64,
    has_filters: bool,
}

fn exported(team_slug: &str) -> Exported<'_> {
    Exported {
        team_slug,
        format: plan::PrListExportedFormat::Json,
        row_count: 3,
        has_filters: true,
    }
}

impl Exported<'_> {
    fn rows(&self) -> u64 {
        self.row_count
    }
}

#[test]
fn a_struct_of_the_user_is_an_event_and_its_field_the_group() {
    let sink = Sink::new();
    Context::new()
        .actor("user_1")
        .enter(|| exported("acme").capture());
    let event = sink.one("pr_list_exported");
    assert_eq!(event.distinct_id, "user_1");
    assert_eq!(
        (&event["team_slug"], &event["$groups"]["team"]),
        (&"acme".into(), &"acme".into())
    );
    assert_eq!(
        (&event["format"], &event["row_count"]),
        (&"json".into(), &exported("").rows().into())
    );
}

/// A user sees a pull request.
#[event("pr_detail_viewed")]
#[derive(Debug, Clone)]
pub struct PrDetailViewed;

use plan::PrState;

#[test]
fn an_event_is_generated_on_demand() {
    let sink = Sink::new();
    let event = PrDetailViewed {
        pr_state: PrState::Open,
        is_ai_assisted: false,
        lines_changed: 12,
        review_wait_ms: None,
    };
    track!(event.clone(), actor = "user_2", groups(team = "acme"));
    let captured = sink.one("pr_detail_viewed");
    assert_eq!(captured.distinct_id, "user_2");
    assert_eq!(captured["team_slug"], "acme");
    assert_eq!(
        (&captured["pr_state"], &captured["lines_changed"]),
        (&"open".into(), &12.into())
    );
    assert_eq!(captured["review_wait_ms"], serde_json::Value::Null);
    assert!(
        captured
            .properties
            .as_object()
            .is_some_and(|all| all.contains_key("review_wait_ms"))
    );
    assert!(format!("{event:?}").contains("Open"));
}

#[test]
fn the_whole_plan_is_generated() {
    let sink = Sink::new();
    let filters = [
        plan::PrListFilteredFilters::State,
        plan::PrListFilteredFilters::Text,
    ];
    track!(
        plan::PrListFiltered {
            filters: &filters,
            row_count: 7
        },
        actor = "user_1",
        groups(team = "acme")
    );
    track!(plan::DateFilterChanged {
        page: plan::AppPage::Dashboard,
        date_range: plan::DateRange::_7d,
        previous_date_range: plan::DateRange::Custom,
        days_count: None,
    });
    let update = plan::Person {
        teams_count: Some(1),
        ..plan::Person::default()
    };
    identify!(update, actor = "user_1");
    let update = plan::Team {
        total_prs: Some(5),
        ..plan::Team::default()
    };
    group!(update, key = "acme");

    assert_eq!(
        sink.one("pr_list_filtered")["filters"],
        serde_json::json!(["state", "text"])
    );
    let changed: CapturedEvent = sink.one("date_filter_changed");
    assert_eq!(changed["date_range"], "7d");
    assert!(changed.properties.get("days_count").is_none());
    assert_eq!(
        sink.one("$set")["$set"],
        serde_json::json!({ "teams_count": 1 })
    );
    assert_eq!(
        sink.one("$groupidentify")["$group_set"],
        serde_json::json!({ "total_prs": 5 })
    );
}

#[tokio::test]
async fn generated_variants_are_defaults_and_answers_of_their_flag() {
    use plan::flags::{NEW_INSIGHTS, OnboardingCopy};

    assert_eq!(NEW_INSIGHTS, "new_insights");
    assert_eq!(OnboardingCopy::parse("long"), None);
    let sink = Sink::new();
    let read = async || flag!("onboarding_copy", default = OnboardingCopy::Control).await;
    assert_eq!(read().await, OnboardingCopy::Control);
    sink.flag("onboarding_copy", OnboardingCopy::Short.as_str());
    assert_eq!(read().await, OnboardingCopy::Short);
}
