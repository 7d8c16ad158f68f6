//! The dashboard and the tabs of the analytics.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::Query;
use trackplan::{PlanEnum, tracked};

use super::chart::Chart;
use super::{Shell, figure, render};
use crate::App;
use crate::domain::{AppPage, ChartType, DateRange, Tab};
use crate::error::PageResult;
use crate::filter::{Filter, FilterForm};
use crate::metrics::{Summary, weeks};
use crate::session::Member;
use crate::store::Repository;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/dashboard", get(dashboard))
        .route("/t/{team}/analytics/{tab}", get(analytics))
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    shell: Shell,
    filter: Filter,
    repositories: Vec<Repository>,
    summary: Summary,
    charts: Vec<Chart>,
}

async fn dashboard(
    State(app): State<App>,
    member: Member,
    Query(form): Query<FilterForm>,
) -> PageResult<Response> {
    if !member.team.is_onboarded {
        return Ok(Redirect::to(&member.path("onboarding")).into_response());
    }
    let filter = form.apply(&app, &member, AppPage::Dashboard)?;
    let pull_requests = app.store.pull_requests(&member.team, &filter.selection())?;
    let page = DashboardPage {
        shell: member.shell(AppPage::Dashboard),
        repositories: app.store.repositories(&member.team)?,
        summary: Summary::of(&pull_requests),
        charts: Chart::all(&weeks(&pull_requests)),
        filter,
    };
    let page = render(&page)?;
    see(&app, &member)?;
    Ok(page.into_response())
}

/// Notes that the dashboard was seen; true the first time.
#[tracked("dashboard_first_view", on = Ok(true))]
fn see(app: &App, member: &Member) -> PageResult<bool> {
    Ok(app.store.see_dashboard(&member.team, &member.user)?)
}

#[derive(Template)]
#[template(path = "analytics.html")]
struct AnalyticsPage {
    shell: Shell,
    tab: Tab,
    filter: Filter,
    repositories: Vec<Repository>,
    summary: Summary,
    charts: Vec<Chart>,
}

async fn analytics(
    State(app): State<App>,
    member: Member,
    Path((_, tab)): Path<(String, Tab)>,
    Query(form): Query<FilterForm>,
) -> PageResult {
    let filter = form.apply(&app, &member, AppPage::Analytics)?;
    show(&app, &member, tab, filter)
}

#[tracked("analytics_viewed", tab = tab, date_range = filter.range)]
fn show(app: &App, member: &Member, tab: Tab, filter: Filter) -> PageResult {
    let pull_requests = app.store.pull_requests(&member.team, &filter.selection())?;
    render(&AnalyticsPage {
        shell: member.shell(AppPage::Analytics),
        tab,
        repositories: app.store.repositories(&member.team)?,
        summary: Summary::of(&pull_requests),
        charts: vec![Chart::of(tab.chart(), &weeks(&pull_requests))],
        filter,
    })
}

impl Tab {
    /// What a tab is about.
    fn chart(self) -> ChartType {
        match self {
            Self::Overview => ChartType::CycleTime,
            Self::Throughput => ChartType::Throughput,
            Self::Quality => ChartType::ReviewTime,
            Self::AiAdoption => ChartType::AiAdoption,
        }
    }
}
