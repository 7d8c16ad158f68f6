//! The list of pull requests, its export, and a single one.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::Query;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::{Shell, render};
use crate::App;
use crate::domain::{AppPage, ExportFormat, PrFilter, PrState};
use crate::error::{AppError, PageResult};
use crate::metrics::day;
use crate::session::Member;
use crate::store::{PullRequest, Repository, Selection};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/pull-requests", get(list))
        .route("/t/{team}/pull-requests/export/{format}", get(export))
        .route("/t/{team}/pull-requests/{id}", get(detail))
}

/// The form of the list: `?repo=3&state=open&assisted=yes&text=cache`.
#[derive(Debug, Default, Deserialize)]
struct ListForm {
    #[serde(default)]
    repo: Vec<i64>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    assisted: String,
    #[serde(default)]
    text: String,
}

impl ListForm {
    fn selection(self) -> Selection {
        Selection {
            opened: None,
            repositories: self.repo,
            state: PrState::parse(&self.state).copied(),
            is_ai_assisted: match self.assisted.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            text: Some(self.text.trim().to_owned()).filter(|text| !text.is_empty()),
        }
    }
}

impl Selection {
    /// The filters in use.
    fn filters(&self) -> Vec<PrFilter> {
        let in_use = [
            (PrFilter::Repository, !self.repositories.is_empty()),
            (PrFilter::State, self.state.is_some()),
            (PrFilter::Assistance, self.is_ai_assisted.is_some()),
            (PrFilter::Text, self.text.is_some()),
        ];
        let filters = in_use.into_iter().filter(|(_, is_in_use)| *is_in_use);
        filters.map(|(filter, _)| filter).collect()
    }

    fn has_filters(&self) -> bool {
        !self.filters().is_empty()
    }

    /// The query that leads back to this selection.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for repository in &self.repositories {
            query.append_pair("repo", &repository.to_string());
        }
        if let Some(state) = self.state {
            query.append_pair("state", state.as_str());
        }
        if let Some(is_ai_assisted) = self.is_ai_assisted {
            query.append_pair("assisted", if is_ai_assisted { "yes" } else { "no" });
        }
        if let Some(text) = &self.text {
            query.append_pair("text", text);
        }
        query.finish()
    }
}

#[derive(Template)]
#[template(path = "pull_requests.html")]
struct ListPage {
    shell: Shell,
    selection: Selection,
    repositories: Vec<Repository>,
    pull_requests: Vec<PullRequest>,
}

async fn list(State(app): State<App>, member: Member, Query(form): Query<ListForm>) -> PageResult {
    let selection = form.selection();
    let pull_requests = select(&app, &member, &selection)?;
    render(&ListPage {
        shell: member.shell(AppPage::PullRequests),
        repositories: app.store.repositories(&member.team)?,
        selection,
        pull_requests,
    })
}

#[tracked(
    "pr_list_filtered",
    on = Ok(found),
    when = selection.has_filters(),
    filters = selection.filters(),
    row_count = found.len(),
)]
fn select(app: &App, member: &Member, selection: &Selection) -> PageResult<Vec<PullRequest>> {
    Ok(app.store.pull_requests(&member.team, selection)?)
}

async fn export(
    State(app): State<App>,
    member: Member,
    Path((_, format)): Path<(String, ExportFormat)>,
    Query(form): Query<ListForm>,
) -> PageResult<Response> {
    let selection = form.selection();
    let (_, file) = write_file(&app, &member, &selection, format)?;
    let content_type = match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Json => "application/json",
    };
    let name = format!("attachment; filename=\"pull-requests.{format}\"");
    let headers = [
        (CONTENT_TYPE, content_type.to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, file).into_response())
}

/// The number of rows, and the file that has them.
#[tracked(
    "pr_list_exported",
    on = Ok((row_count, _)),
    format = format,
    row_count = row_count,
    has_filters = selection.has_filters(),
)]
fn write_file(
    app: &App,
    member: &Member,
    selection: &Selection,
    format: ExportFormat,
) -> PageResult<(usize, Vec<u8>)> {
    let rows = app.store.pull_requests(&member.team, selection)?;
    let file = match format {
        ExportFormat::Csv => csv_file(&rows),
        ExportFormat::Json => serde_json::to_vec(&rows).map_err(Into::into),
    };
    Ok((rows.len(), file?))
}

fn csv_file(rows: &[PullRequest]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(PullRequest {
            title: cell(&row.title),
            author: cell(&row.author),
            ..row.clone()
        })?;
    }
    Ok(writer.into_inner()?)
}

/// A text that a spreadsheet takes for a text: strangers choose titles, and one like `=HYPERLINK(…)` would be run.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    format!("{}{text}", if is_formula { "'" } else { "" })
}

#[derive(Template)]
#[template(path = "pull_request.html")]
struct DetailPage {
    shell: Shell,
    pull_request: PullRequest,
}

async fn detail(
    State(app): State<App>,
    member: Member,
    Path((_, id)): Path<(String, i64)>,
) -> PageResult {
    let pull_request = open(&app, &member, id)?;
    render(&DetailPage {
        shell: member.shell(AppPage::PullRequests),
        pull_request,
    })
}

#[tracked(
    "pr_detail_viewed",
    on = Ok(pr),
    pr_state = pr.state,
    is_ai_assisted = pr.is_ai_assisted,
    lines_changed = pr.lines_changed,
    review_wait_ms = pr.review_wait(),
)]
fn open(app: &App, member: &Member, id: i64) -> PageResult<PullRequest> {
    let pull_request = app.store.pull_request(&member.team, id)?;
    pull_request.ok_or(AppError::NotFound)
}

impl PullRequest {
    fn opened(&self) -> String {
        day(self.opened_at)
    }

    fn review_hours(&self) -> String {
        let hours = self.review_wait().map(|wait| wait.as_secs() / 3_600);
        hours.map_or_else(|| "waiting".to_owned(), |hours| format!("{hours} h"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_strangers_stay_texts_in_a_spreadsheet() {
        let pull_request = |title: &str| PullRequest {
            id: 1,
            repository: "api".to_owned(),
            number: 7,
            title: title.to_owned(),
            author: "@eve".to_owned(),
            state: PrState::Open,
            is_ai_assisted: false,
            lines_changed: 3,
            opened_at: 0,
            first_review_at: None,
            closed_at: None,
        };
        let rows = ["=1+1", "Say \"no\", twice", "- one\n- two"].map(pull_request);
        let file = csv_file(&rows).expect("written");
        let mut reader = csv::Reader::from_reader(file.as_slice());
        let read: Vec<(String, String)> = reader
            .records()
            .map(|row| row.map(|row| (row[3].to_owned(), row[4].to_owned())))
            .collect::<Result<_, _>>()
            .expect("read back");
        let titles: Vec<&str> = read.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["'=1+1", "Say \"no\", twice", "'- one\n- two"]);
        assert!(read.iter().all(|(_, author)| author == "'@eve"));
    }
}
