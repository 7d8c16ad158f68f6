//! The pages: a module per area, and what they share.

mod accounts;
mod analytics;
mod chart;
mod feedback;
mod insights;
mod integrations;
mod onboarding;
mod pull_requests;
mod settings;
mod team;

use askama::Template;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use trackplan::{Errors, RequestLayer};

use crate::App;
use crate::browser::{assets, page_settings, with_policy};
use crate::domain::AppPage;
use crate::error::{self, AppError, PageResult};
use crate::session::Member;

pub(crate) fn router(app: App) -> Router {
    let pages = Router::<App>::new()
        .merge(accounts::router())
        .merge(onboarding::router())
        .merge(integrations::router())
        .merge(team::router())
        .merge(analytics::router())
        .merge(pull_requests::router())
        .merge(insights::router())
        .merge(settings::router())
        .merge(feedback::router())
        .route("/static/app.css", get(style))
        .merge(assets(&app.assets))
        .fallback(async || AppError::NotFound);
    let errors = Errors::new(error::capture);
    pages
        .layer(RequestLayer::new().errors(&errors))
        .layer(from_fn_with_state(app.clone(), with_policy))
        .with_state(app)
}

pub(crate) async fn style() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("../static/app.css"),
    )
}

/// What surrounds each page of a team.
pub(crate) struct Shell {
    user_name: String,
    team_name: String,
    team_slug: String,
    page: AppPage,
    /// What the page tells its scripts, as JSON.
    settings: String,
}

/// A link of the sidebar.
struct Link {
    page: AppPage,
    path: &'static str,
}

const SIDEBAR: &[Link] = &[
    link(AppPage::Dashboard, "dashboard"),
    link(AppPage::Analytics, "analytics/overview"),
    link(AppPage::PullRequests, "pull-requests"),
    link(AppPage::Insights, "insights"),
    link(AppPage::Team, "members"),
    link(AppPage::Integrations, "integrations"),
    link(AppPage::Settings, "settings"),
    link(AppPage::Feedback, "feedback"),
];

const fn link(page: AppPage, path: &'static str) -> Link {
    Link { page, path }
}

impl Shell {
    pub(crate) fn new(member: &Member, page: AppPage) -> Self {
        Self {
            user_name: member.user.name.clone(),
            team_name: member.team.name.clone(),
            team_slug: member.team.slug.clone(),
            page,
            settings: page_settings(member.tracking.as_deref(), member, page),
        }
    }

    /// The path of a page of the team.
    fn path(&self, below: &str) -> String {
        format!("/t/{}/{below}", self.team_slug)
    }

    fn sidebar(&self) -> &'static [Link] {
        SIDEBAR
    }
}

fn render(page: &impl Template) -> PageResult {
    Ok(Html(page.render()?))
}

/// Text that somebody has to enter, without the space around it.
fn entered<'a>(text: &'a str, what: &str) -> PageResult<&'a str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 {
        return Err(AppError::invalid(format!(
            "Enter {what} of at most 200 characters."
        )));
    }
    Ok(text)
}

/// An e-mail address, as far as can be told without writing to it.
fn address(text: &str) -> PageResult<&str> {
    let text = entered(text, "an e-mail address")?;
    let is_complete = |(name, host): (&str, &str)| !name.is_empty() && host.contains('.');
    if text.contains(char::is_whitespace) || !text.split_once('@').is_some_and(is_complete) {
        return Err(AppError::invalid(
            "Enter an e-mail address like ada@example.com.",
        ));
    }
    Ok(text)
}

/// A figure, or a dash where there is none.
fn figure(value: &Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}
