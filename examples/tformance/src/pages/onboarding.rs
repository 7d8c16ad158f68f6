//! The first steps of a team. Each can be done or skipped; after the last one the dashboard opens.

use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::settings::{SlackForm, configure_slack};
use super::{Shell, render};
use crate::App;
use crate::domain::{AppPage, Integration, OnboardingStep, SyncTrigger};
use crate::error::{AppError, PageResult};
use crate::profile::tell_team;
use crate::session::{Admin, Member};
use crate::store::{SlackSettings, since};
use crate::sync;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/onboarding", get(page))
        .route("/t/{team}/onboarding/repositories", post(choose))
        .route("/t/{team}/onboarding/slack", post(slack))
        .route("/t/{team}/onboarding/skip/{step}", post(skip))
}

#[derive(Template)]
#[template(path = "onboarding.html")]
struct OnboardingPage {
    shell: Shell,
    /// Each step, and whether it is behind the team.
    steps: Vec<(OnboardingStep, bool)>,
    current: Option<OnboardingStep>,
    /// What there is to choose from, in the step that chooses.
    repositories: Vec<String>,
    is_slack_connected: bool,
    slack: SlackSettings,
}

async fn page(State(app): State<App>, member: Member) -> PageResult {
    let left = app.store.onboarding_steps(&member.team)?;
    let steps: Vec<(OnboardingStep, bool)> = OnboardingStep::ALL
        .iter()
        .map(|step| (*step, left.contains_key(step)))
        .collect();
    let current = steps.iter().find(|(_, is_left)| !is_left);
    let current = current.map(|(step, _)| *step);
    let connected = |integration| app.store.connected(&member.team, integration);
    let mut repositories = Vec::new();
    if current == Some(OnboardingStep::Repositories)
        && let Some(github) = connected(Integration::Github)?
    {
        repositories = app.provider.repositories(&github.token).await?;
    }
    render(&OnboardingPage {
        shell: member.shell(AppPage::Onboarding),
        steps,
        current,
        repositories,
        is_slack_connected: connected(Integration::Slack)?.is_some(),
        slack: app.store.slack_settings(&member.team)?,
    })
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    repository: Vec<String>,
}

async fn choose(
    State(app): State<App>,
    Admin(member): Admin,
    Form(mut form): Form<Choice>,
) -> PageResult<Redirect> {
    form.repository.sort_unstable();
    form.repository.dedup();
    if form.repository.is_empty() {
        return Err(AppError::invalid("Choose a repository, or skip the step."));
    }
    let added = app
        .store
        .track_repositories(&member.team, &form.repository)?;
    tell_team(&app, &member.team.slug)?;
    complete(
        &app,
        &member,
        OnboardingStep::Repositories,
        Some(form.repository.len()),
    )?;
    sync::request(&app, &member.team, added, SyncTrigger::Onboarding).await?;
    Ok(Redirect::to(&next_page(&member)))
}

async fn slack(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<SlackForm>,
) -> PageResult<Redirect> {
    configure_slack(&app, &member, form.into())?;
    complete(&app, &member, OnboardingStep::Slack, None)?;
    Ok(Redirect::to(&next_page(&member)))
}

async fn skip(
    State(app): State<App>,
    Admin(member): Admin,
    Path((_, step)): Path<(String, OnboardingStep)>,
) -> PageResult<Redirect> {
    leave_out(&app, &member, step)?;
    finish(&app, &member)?;
    tell_team(&app, &member.team.slug)?;
    Ok(Redirect::to(&next_page(&member)))
}

#[tracked("onboarding_skipped", on = Ok(true), step = step)]
fn leave_out(app: &App, member: &Member, step: OnboardingStep) -> PageResult<bool> {
    Ok(app.store.leave_onboarding_step(&member.team, step, true)?)
}

/// Puts a step behind the team.
pub(super) fn complete(
    app: &App,
    member: &Member,
    step: OnboardingStep,
    repos_count: Option<usize>,
) -> PageResult<()> {
    note(app, member, step, repos_count)?;
    finish(app, member)?;
    tell_team(app, &member.team.slug)?;
    Ok(())
}

#[tracked("onboarding_step_completed", on = Ok(true), step = step, repos_count = repos_count)]
fn note(
    app: &App,
    member: &Member,
    step: OnboardingStep,
    repos_count: Option<usize>,
) -> PageResult<bool> {
    Ok(app.store.leave_onboarding_step(&member.team, step, false)?)
}

/// An onboarding that is over.
struct Finished {
    skipped_steps: Vec<OnboardingStep>,
    duration: Duration,
}

/// Ends the onboarding when every step is behind the team, once.
#[tracked(
    "onboarding_completed",
    on = Ok(Some(finished)),
    skipped_steps = finished.skipped_steps,
    onboarding_ms = finished.duration,
)]
fn finish(app: &App, member: &Member) -> PageResult<Option<Finished>> {
    let left = app.store.onboarding_steps(&member.team)?;
    if left.len() < OnboardingStep::ALL.len() || !app.store.end_onboarding(&member.team)? {
        return Ok(None);
    }
    let skipped = left.iter().filter(|(_, is_skipped)| **is_skipped);
    Ok(Some(Finished {
        skipped_steps: skipped.map(|(step, _)| *step).collect(),
        duration: since(member.team.created_at),
    }))
}

/// The onboarding itself sends on to the dashboard once it is over.
pub(super) fn next_page(member: &Member) -> String {
    member.path(if member.team.is_onboarded {
        "integrations"
    } else {
        "onboarding"
    })
}
