//! The settings of a team.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::{Shell, entered, render};
use crate::App;
use crate::domain::{AppPage, Integration, Role, Section, SyncTrigger, TeamPlan};
use crate::error::{AppError, PageResult};
use crate::profile::tell_team;
use crate::session::{Admin, Member};
use crate::store::SlackSettings;
use crate::sync;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/settings", get(page))
        .route("/t/{team}/settings/general", post(general))
        .route("/t/{team}/settings/plan", post(plan))
        .route("/t/{team}/settings/repositories", post(repositories))
        .route("/t/{team}/settings/slack", post(slack))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
    is_admin: bool,
    name: String,
    plan: TeamPlan,
    /// The organisation's repositories, and whether the team tracks each.
    repositories: Vec<(String, bool)>,
    is_slack_connected: bool,
    slack: SlackSettings,
}

async fn page(State(app): State<App>, member: Member) -> PageResult {
    let team = &member.team;
    let tracked = app.store.repositories(team)?;
    let offered = match app.store.connected(team, Integration::Github)? {
        Some(github) => app.provider.repositories(&github.token).await.ok(),
        None => None,
    };
    // Without an answer of GitHub there is still what is tracked.
    let names = offered.unwrap_or_else(|| {
        let names = tracked.iter().map(|repository| repository.name.clone());
        names.collect()
    });
    let is_tracked = |name: &String| tracked.iter().any(|repository| repository.name == *name);
    render(&SettingsPage {
        shell: member.shell(AppPage::Settings),
        is_admin: member.role == Role::Admin,
        name: team.name.clone(),
        plan: team.plan,
        repositories: names
            .into_iter()
            .map(|name| {
                let is_tracked = is_tracked(&name);
                (name, is_tracked)
            })
            .collect(),
        is_slack_connected: app.store.connected(team, Integration::Slack)?.is_some(),
        slack: app.store.slack_settings(team)?,
    })
}

fn back(member: &Member) -> Redirect {
    Redirect::to(&member.path("settings"))
}

#[derive(Deserialize)]
struct General {
    name: String,
}

async fn general(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<General>,
) -> PageResult<Redirect> {
    rename(&app, &member, entered(&form.name, "a name")?)?;
    Ok(back(&member))
}

/// Each of these returns how many settings have another value now.
#[tracked(
    "settings_updated",
    on = Ok(changes),
    when = *changes > 0,
    section = Section::General,
    changes_count = changes,
)]
fn rename(app: &App, member: &Member, name: &str) -> PageResult<usize> {
    Ok(app.store.rename_team(&member.team, name)?)
}

#[derive(Deserialize)]
struct Plan {
    plan: TeamPlan,
}

async fn plan(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<Plan>,
) -> PageResult<Redirect> {
    change_plan(&app, &member, form.plan)?;
    tell_team(&app, &member.team.slug)?;
    Ok(back(&member))
}

#[tracked(
    "settings_updated",
    on = Ok(changes),
    when = *changes > 0,
    section = Section::Plan,
    changes_count = changes,
    plan = plan,
)]
fn change_plan(app: &App, member: &Member, plan: TeamPlan) -> PageResult<usize> {
    Ok(app.store.set_plan(&member.team, plan)?)
}

#[derive(Deserialize)]
struct Repositories {
    #[serde(default)]
    repository: Vec<String>,
}

async fn repositories(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<Repositories>,
) -> PageResult<Redirect> {
    choose(&app, &member, &form.repository).await?;
    tell_team(&app, &member.team.slug)?;
    Ok(back(&member))
}

#[tracked(
    "settings_updated",
    on = Ok(changes),
    when = *changes > 0,
    section = Section::Repositories,
    changes_count = changes,
)]
async fn choose(app: &App, member: &Member, names: &[String]) -> PageResult<usize> {
    let before = app.store.repositories(&member.team)?;
    let added = app.store.track_repositories(&member.team, names)?;
    let is_kept = |name: &String| names.contains(name);
    let removed = before
        .iter()
        .filter(|repository| !is_kept(&repository.name));
    let changes = added.len() + removed.count();
    sync::request(app, &member.team, added, SyncTrigger::Onboarding).await?;
    Ok(changes)
}

/// Which messages a team wants; a box that is not ticked does not come.
#[derive(Deserialize)]
pub(super) struct SlackForm {
    daily_digest: Option<String>,
    review_reminders: Option<String>,
    weekly_insights: Option<String>,
}

impl From<SlackForm> for SlackSettings {
    fn from(form: SlackForm) -> Self {
        Self {
            has_daily_digest: form.daily_digest.is_some(),
            has_review_reminders: form.review_reminders.is_some(),
            has_weekly_insights: form.weekly_insights.is_some(),
        }
    }
}

async fn slack(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<SlackForm>,
) -> PageResult<Redirect> {
    configure_slack(&app, &member, form.into())?;
    Ok(back(&member))
}

#[tracked(
    "slack_configured",
    on = Ok(_),
    has_daily_digest = settings.has_daily_digest,
    has_review_reminders = settings.has_review_reminders,
    has_weekly_insights = settings.has_weekly_insights,
)]
#[tracked(
    "settings_updated",
    on = Ok(changes),
    when = member.team.is_onboarded && *changes > 0,
    section = Section::Slack,
    changes_count = changes,
)]
pub(super) fn configure_slack(
    app: &App,
    member: &Member,
    settings: SlackSettings,
) -> PageResult<usize> {
    if app
        .store
        .connected(&member.team, Integration::Slack)?
        .is_none()
    {
        return Err(AppError::invalid("Connect Slack first."));
    }
    let before = app.store.slack_settings(&member.team)?;
    app.store.set_slack_settings(&member.team, settings)?;
    Ok(before.changes(settings))
}
