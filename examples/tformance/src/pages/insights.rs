//! What stands out, and putting it away.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;
use trackplan::{PlanEnum, flag, tracked};

use super::{Shell, render};
use crate::App;
use crate::domain::{AppPage, Dismissal, InsightKind};
use crate::error::{AppError, PageResult};
use crate::insights::{self, Insight};
use crate::session::Member;
use crate::store::Selection;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/insights", get(list))
        .route("/t/{team}/insights/{kind}", get(detail))
        .route("/t/{team}/insights/{kind}/dismiss", post(dismiss))
}

/// The insights that nobody has put away.
fn current(app: &App, member: &Member) -> PageResult<Vec<Insight>> {
    let pull_requests = app
        .store
        .pull_requests(&member.team, &Selection::default())?;
    let dismissed = app.store.dismissed(&member.team)?;
    let mut insights = insights::of(&pull_requests);
    insights.retain(|insight| !dismissed.contains(&insight.kind));
    Ok(insights)
}

#[derive(Template)]
#[template(path = "insights.html")]
struct ListPage {
    shell: Shell,
    insights: Vec<Insight>,
}

async fn list(State(app): State<App>, member: Member) -> PageResult {
    let mut insights = current(&app, &member)?;
    if flag!("new_insights", default = false).await {
        insights.sort_by(|one, other| other.impact_rate.total_cmp(&one.impact_rate));
    }
    render(&ListPage {
        shell: member.shell(AppPage::Insights),
        insights,
    })
}

#[derive(Template)]
#[template(path = "insight.html")]
struct DetailPage {
    shell: Shell,
    insight: Insight,
}

async fn detail(
    State(app): State<App>,
    member: Member,
    Path((_, kind)): Path<(String, InsightKind)>,
) -> PageResult {
    let insight = open(&app, &member, kind)?;
    render(&DetailPage {
        shell: member.shell(AppPage::Insights),
        insight,
    })
}

#[tracked(
    "insight_viewed",
    on = Ok(insight),
    insight_kind = kind,
    insight_severity = insight.severity,
    impact_rate = insight.impact_rate,
)]
fn open(app: &App, member: &Member, kind: InsightKind) -> PageResult<Insight> {
    let insights = current(app, member)?;
    let insight = insights.into_iter().find(|insight| insight.kind == kind);
    insight.ok_or(AppError::NotFound)
}

#[derive(Deserialize)]
struct Dismiss {
    dismissal: Dismissal,
}

async fn dismiss(
    State(app): State<App>,
    member: Member,
    Path((_, kind)): Path<(String, InsightKind)>,
    Form(form): Form<Dismiss>,
) -> PageResult<Redirect> {
    put_away(&app, &member, kind, form.dismissal)?;
    Ok(Redirect::to(&member.path("insights")))
}

#[tracked("insight_dismissed", insight_kind = kind, dismissal = dismissal)]
fn put_away(app: &App, member: &Member, kind: InsightKind, dismissal: Dismissal) -> PageResult<()> {
    let is_shown = current(app, member)?
        .iter()
        .any(|insight| insight.kind == kind);
    if !is_shown {
        return Err(AppError::NotFound);
    }
    Ok(app.store.dismiss(&member.team, kind, dismissal)?)
}
