//! Connecting and disconnecting GitHub, Jira and Slack.

use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::Query;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::onboarding::{complete, next_page};
use super::{Shell, render};
use crate::App;
use crate::domain::{AppPage, ConnectionFailure, Integration, OnboardingStep, SyncTrigger};
use crate::error::{AppError, PageResult};
use crate::metrics::day;
use crate::profile::tell_members;
use crate::provider::{ProviderError, Scope};
use crate::session::{Admin, Member, Session};
use crate::store::{Repository, Stored, since};
use crate::sync;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/integrations", get(page))
        .route("/t/{team}/integrations/{integration}/connect", post(ask))
        .route(
            "/t/{team}/integrations/{integration}/callback",
            get(callback),
        )
        .route(
            "/t/{team}/integrations/{integration}/disconnect",
            post(remove),
        )
        .route("/t/{team}/sync", post(synchronise))
}

#[derive(Template)]
#[template(path = "integrations.html")]
struct IntegrationsPage {
    shell: Shell,
    integrations: Vec<(Integration, Option<Stored>)>,
    repositories: Vec<Repository>,
    failure: Option<ConnectionFailure>,
}

#[derive(Deserialize)]
struct Notice {
    failure: Option<ConnectionFailure>,
}

async fn page(State(app): State<App>, member: Member, Query(notice): Query<Notice>) -> PageResult {
    let stored = |integration: &Integration| {
        let stored = app.store.connected(&member.team, *integration)?;
        Ok((*integration, stored))
    };
    render(&IntegrationsPage {
        shell: member.shell(AppPage::Integrations),
        integrations: Integration::ALL
            .iter()
            .map(stored)
            .collect::<PageResult<_>>()?,
        repositories: app.store.repositories(&member.team)?,
        failure: notice.failure,
    })
}

/// What a browser is sent away for: what it brings back for one team or integration is nothing for another.
fn purpose(member: &Member, integration: Integration) -> String {
    format!("{}/{integration}", member.team.slug)
}

/// Sends the browser to the provider.
async fn ask(
    State(app): State<App>,
    Admin(member): Admin,
    Session(browser): Session,
    Path((_, integration)): Path<(String, Integration)>,
) -> PageResult<Redirect> {
    let state = app
        .store
        .add_oauth_state(&browser, &purpose(&member, integration))?;
    let callback = member.path(&format!("integrations/{integration}/callback"));
    let callback = app.url.join(&callback).map_err(|_| AppError::NotFound)?;
    let url = app
        .provider
        .authorize_url(integration, Scope::Team, callback.as_str(), &state);
    Ok(Redirect::to(url.as_str()))
}

/// What the provider gives the browser to bring back.
#[derive(Deserialize)]
struct Callback {
    state: String,
    /// None if the person said no.
    code: Option<String>,
}

async fn callback(
    State(app): State<App>,
    Admin(member): Admin,
    Session(browser): Session,
    Path((_, integration)): Path<(String, Integration)>,
    Query(callback): Query<Callback>,
) -> PageResult<Redirect> {
    match connect(&app, &member, &browser, integration, callback).await {
        Ok(_) => {
            tell_members(&app, &member.team)?;
            if let Some(step) = OnboardingStep::of_connection(integration) {
                complete(&app, &member, step, None)?;
            }
            Ok(Redirect::to(&next_page(&member)))
        }
        Err(NotConnected::Refused(failure)) => {
            let target = member.path(&format!("integrations?failure={failure}"));
            Ok(Redirect::to(&target))
        }
        Err(NotConnected::App(error)) => Err(error),
    }
}

/// A new connection.
struct Connected {
    is_reconnect: bool,
    details: Details,
}

/// What is known about the account that was connected.
enum Details {
    Github { org_name: String, member_count: u32 },
    Jira { site_url: String },
    Slack,
}

enum NotConnected {
    Refused(ConnectionFailure),
    App(AppError),
}

impl From<ProviderError> for NotConnected {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "a provider refused to connect");
        Self::Refused(ConnectionFailure::ProviderError)
    }
}

impl From<rusqlite::Error> for NotConnected {
    fn from(error: rusqlite::Error) -> Self {
        Self::App(error.into())
    }
}

#[tracked(
    "integration_connected",
    on = Ok(connected),
    integration = integration,
    is_reconnect = connected.is_reconnect,
)]
#[tracked(
    "github_connected",
    on = Ok(Connected { details: Details::Github { org_name, member_count }, .. }),
    org_name = org_name,
    member_count = member_count,
)]
#[tracked(
    "jira_connected",
    on = Ok(Connected { details: Details::Jira { site_url }, .. }),
    site_url = site_url,
)]
#[tracked(
    "integration_connection_failed",
    on = Err(NotConnected::Refused(failure)),
    integration = integration,
    connection_failure = failure,
)]
async fn connect(
    app: &App,
    member: &Member,
    browser: &str,
    integration: Integration,
    callback: Callback,
) -> Result<Connected, NotConnected> {
    let purpose = purpose(member, integration);
    if !app
        .store
        .use_oauth_state(&callback.state, browser, &purpose)?
    {
        return Err(NotConnected::Refused(ConnectionFailure::InvalidState));
    }
    let Some(code) = callback.code else {
        return Err(NotConnected::Refused(ConnectionFailure::AccessDenied));
    };
    let token = app.provider.token(integration, &code).await?;
    let (account, details) = match integration {
        Integration::Github => {
            let organisation = app.provider.organisation(&token).await?;
            let details = Details::Github {
                org_name: organisation.login.clone(),
                member_count: organisation.member_count,
            };
            (organisation.login, details)
        }
        Integration::Jira => {
            let site_url = app.provider.site(integration, &token).await?.url;
            (site_url.clone(), Details::Jira { site_url })
        }
        Integration::Slack => (
            app.provider.site(integration, &token).await?.url,
            Details::Slack,
        ),
    };
    let is_reconnect = app
        .store
        .connect(&member.team, integration, &account, &token)?;
    Ok(Connected {
        is_reconnect,
        details,
    })
}

async fn remove(
    State(app): State<App>,
    Admin(member): Admin,
    Path((_, integration)): Path<(String, Integration)>,
) -> PageResult<Redirect> {
    disconnect(&app, &member, integration).await?;
    tell_members(&app, &member.team)?;
    Ok(Redirect::to(&member.path("integrations")))
}

#[tracked(
    "integration_disconnected",
    on = Ok(Some(connection)),
    integration = integration,
    connection_ms = *connection,
)]
async fn disconnect(
    app: &App,
    member: &Member,
    integration: Integration,
) -> PageResult<Option<Duration>> {
    let Some(stored) = app.store.disconnect(&member.team, integration)? else {
        return Ok(None);
    };
    app.provider.revoke(stored.integration, &stored.token).await;
    Ok(Some(since(stored.connected_at)))
}

async fn synchronise(State(app): State<App>, member: Member) -> PageResult<Redirect> {
    let repositories = app.store.repositories(&member.team)?;
    sync::request(&app, &member.team, repositories, SyncTrigger::Manual).await?;
    Ok(Redirect::to(&member.path("integrations")))
}

impl Stored {
    fn since(&self) -> String {
        day(self.connected_at)
    }
}

impl Repository {
    fn last_synced(&self) -> Option<String> {
        self.last_synced_at.map(day)
    }
}
