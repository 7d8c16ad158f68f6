//! What people think of Tformance.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use axum_extra::extract::Form;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::{Shell, render};
use crate::App;
use crate::domain::{AppPage, Category};
use crate::error::{AppError, PageResult};
use crate::session::Member;

pub(super) fn router() -> Router<App> {
    Router::new().route("/t/{team}/feedback", get(page).post(submit))
}

#[derive(Template)]
#[template(path = "feedback.html")]
struct FeedbackPage {
    shell: Shell,
    is_sent: bool,
}

fn feedback_page(member: &Member, is_sent: bool) -> PageResult {
    render(&FeedbackPage {
        shell: member.shell(AppPage::Feedback),
        is_sent,
    })
}

async fn page(member: Member) -> PageResult {
    feedback_page(&member, false)
}

#[derive(Deserialize)]
struct FeedbackForm {
    category: Category,
    #[serde(default)]
    rating: String,
    text: String,
}

async fn submit(
    State(app): State<App>,
    member: Member,
    Form(form): Form<FeedbackForm>,
) -> PageResult {
    let rating = match form.rating.as_str() {
        "" => None,
        stars => Some(
            stars
                .parse()
                .ok()
                .filter(|stars| (1..=5).contains(stars))
                .ok_or_else(|| AppError::invalid("The rating goes from 1 to 5 stars."))?,
        ),
    };
    let text = form.text.trim();
    let text_length = text.chars().count();
    if !(1..=5_000).contains(&text_length) {
        return Err(AppError::invalid(
            "Write something of at most 5,000 characters.",
        ));
    }
    store(&app, &member, form.category, rating, text, text_length)?;
    feedback_page(&member, true)
}

#[tracked(
    "feedback_submitted",
    category = category,
    rating = rating,
    text_length = text_length,
)]
fn store(
    app: &App,
    member: &Member,
    category: Category,
    rating: Option<u8>,
    text: &str,
    text_length: usize,
) -> PageResult<()> {
    Ok(app
        .store
        .add_feedback(&member.team, &member.user, category, rating, text)?)
}
