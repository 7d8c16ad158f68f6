//! From an annotated call to the event, through the macros, the record and its JSON.

use trackplan::testing::Sink;
use trackplan::{PlanEnum, track, tracked};

#[derive(Clone, Copy, PlanEnum)]
#[plan_enum("pr_list_exported.format")]
enum ExportFormat {
    Csv,
    Json,
}

struct Outcome {
    rows: usize,
    is_dry_run: bool,
}

#[test]
fn track_sends_literals_and_values() {
    let sink = Sink::new();
    let rows = [1, 2, 3];
    let id = track!(
        "pr_list_exported",
        actor = "user_1",
        groups(team = "acme"),
        format = ExportFormat::Json,
        has_filters = true,
        row_count = rows.len(),
    );
    let event = sink.one("pr_list_exported");
    assert_eq!(
        (event.distinct_id.as_str(), event.uuid.clone()),
        ("user_1", id.to_string())
    );
    assert_eq!(
        (&event["format"], &event["has_filters"], &event["row_count"]),
        (&"json".into(), &true.into(), &3.into())
    );
    assert_eq!(
        (&event["team_slug"], &event["$groups"]["team"]),
        (&"acme".into(), &"acme".into())
    );
    assert_eq!(event["$lib"], "trackplan");
}

#[test]
fn nobody_known_means_no_person_profile() {
    let sink = Sink::new();
    track!(
        "pr_list_exported",
        format = "csv",
        has_filters = false,
        row_count = 0
    );
    let event = sink.one("pr_list_exported");
    assert_eq!(event["$process_person_profile"], false);
    assert!(!event.distinct_id.is_empty());
}

#[tracked(
    "pr_list_exported",
    on = Ok(outcome),
    when = !outcome.is_dry_run,
    actor = user,
    groups(team = &team),
    format = "csv",
    has_filters = filters.is_some(),
    row_count = outcome.rows,
)]
async fn export(
    user: String,
    team: String,
    filters: Option<String>,
    rows: Result<usize, String>,
) -> Result<Outcome, String> {
    drop((user, filters));
    tokio::task::yield_now().await;
    Ok(Outcome {
        rows: rows?,
        is_dry_run: team == "dry",
    })
}

#[tokio::test]
async fn tracked_async_waits_for_the_outcome_and_lets_the_body_move_its_arguments() {
    let sink = Sink::new();
    let run = |team: &str, rows| {
        export(
            "user_1".to_owned(),
            team.to_owned(),
            Some(String::new()),
            rows,
        )
    };
    assert!(run("acme", Err("broken".to_owned())).await.is_err());
    assert!(run("dry", Ok(1)).await.is_ok());
    drop(run("acme", Ok(2)));
    assert!(sink.events().is_empty());
    assert!(run("acme", Ok(7)).await.is_ok());
    let event = sink.one("pr_list_exported");
    assert_eq!(
        (&event["row_count"], &event["has_filters"]),
        (&7.into(), &true.into())
    );
    assert_eq!(event["team_slug"], "acme");
}

struct Service {
    team: String,
}

impl Service {
    #[tracked("pr_list_exported", actor = "user_1", groups(team = &self.team), format = "csv", has_filters = false, row_count = 1)]
    fn name(&mut self) -> &mut String {
        &mut self.team
    }

    #[tracked("pr_list_exported", actor = "user_1", groups(team = &self.team), format = "csv", has_filters = false, row_count = 2)]
    async fn length(&self) -> usize {
        self.team.len()
    }
}

#[tokio::test]
async fn methods_may_borrow_and_reborrow() {
    let sink = Sink::new();
    let mut service = Service {
        team: "acme".to_owned(),
    };
    service.name().push('!');
    assert_eq!(service.length().await, 5);
    let rows: Vec<_> = sink
        .events()
        .iter()
        .map(|event| event["row_count"].clone())
        .collect();
    assert_eq!(rows, [1, 2]);
}

#[test]
fn parallel_tests_do_not_see_each_other() {
    let sink = Sink::new();
    std::thread::spawn(|| {
        track!(
            "pr_list_exported",
            format = "csv",
            has_filters = false,
            row_count = 0
        )
    })
    .join()
    .ok();
    assert!(sink.events().is_empty());
}

struct Account {
    id: String,
    team: String,
}

fn values() -> &'static str {
    "user_1"
}

#[tracked(
    "pr_list_exported",
    on = Ok(account),
    actor = &account.id,
    groups(team = &account.team),
    format = "csv",
    has_filters = format!("{account}").is_empty(),
    row_count = r#type.len(),
)]
async fn sign_up(r#type: String) -> Result<Account, String> {
    Ok(Account {
        id: format!("user_{type}"),
        team: r#type,
    })
}

impl std::fmt::Display for Account {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.id)
    }
}

#[tokio::test]
async fn who_acts_may_be_known_only_after_the_body() {
    let sink = Sink::new();
    assert!(sign_up("acme".to_owned()).await.is_ok());
    let event = sink.one("pr_list_exported");
    assert_eq!(
        (event.distinct_id.as_str(), &event["team_slug"]),
        ("user_acme", &"acme".into())
    );
    assert_eq!(
        (&event["has_filters"], &event["row_count"]),
        (&false.into(), &4.into())
    );
}

#[tracked("pr_list_exported", on = Ok(_), actor = values(), format = "csv", has_filters = false, row_count = 1)]
#[tracked("pr_list_exported", on = Err(reason), actor = values(), format = "json", has_filters = false, row_count = reason.len())]
fn export_twice(outcome: Result<u8, String>) -> Result<u8, String> {
    outcome
}

#[test]
fn several_events_of_a_function_each_have_their_outcome() {
    let sink = Sink::new();
    assert!(export_twice(Ok(1)).is_ok());
    assert!(export_twice(Err("four".to_owned())).is_err());
    let sent: Vec<_> = sink
        .events()
        .iter()
        .map(|event| (event["format"].clone(), event["row_count"].clone()))
        .collect();
    assert_eq!(sent, [("csv".into(), 1.into()), ("json".into(), 4.into())]);
}

struct Permit(std::rc::Rc<std::cell::Cell<bool>>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

impl Permit {
    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
    async fn held(self, other: Permit, is_dropped: std::rc::Rc<std::cell::Cell<bool>>) -> bool {
        tokio::task::yield_now().await;
        is_dropped.get()
    }
}

#[tokio::test]
async fn arguments_live_as_long_as_the_future_though_the_body_never_names_them() {
    let _sink = Sink::new();
    let is_dropped = std::rc::Rc::default();
    let permit = || Permit(std::rc::Rc::clone(&is_dropped));
    assert!(
        !permit()
            .held(permit(), std::rc::Rc::clone(&is_dropped))
            .await
    );
    assert!(is_dropped.get());
}

#[test]
fn values_are_whole_expressions() {
    let sink = Sink::new();
    let rows = 3_u64;
    track!(
        "pr_list_exported",
        format = if rows == 3 {
            ExportFormat::Csv
        } else {
            ExportFormat::Json
        },
        has_filters = rows == 2 || rows > 9,
        row_count = rows as u8 + 1,
    );
    let event = sink.one("pr_list_exported");
    assert_eq!(
        (&event["format"], &event["has_filters"], &event["row_count"]),
        (&"csv".into(), &false.into(), &4.into())
    );
}

#[derive(PlanEnum)]
#[plan_enum("pr_list_filtered.filters")]
enum Filter {
    Repository,
    State,
}

#[test]
fn references_are_taken_as_they_are() {
    let sink = Sink::new();
    let (filters, rows) = ([Filter::State, Filter::Repository], 3_u64);
    track!(
        "pr_list_filtered",
        filters = &filters[..1],
        row_count = &rows
    );
    track!("pr_list_filtered", filters = &filters, row_count = &&rows);
    let sent: Vec<_> = sink
        .events()
        .iter()
        .map(|event| event["filters"].to_string())
        .collect();
    assert_eq!(sent, [r#"["state"]"#, r#"["state","repository"]"#]);
}
