//! The date range and the repositories that a page shows, as the person chose them.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use crate::App;
use crate::domain::{AppPage, DateRange};
use crate::error::{AppError, PageResult};
use crate::session::Member;
use crate::store::{Repository, Selection};

/// The form, as it comes in the query: `?range=custom&from=2026-01-01&to=2026-01-31&repo=3&repo=4`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FilterForm {
    range: Option<DateRange>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    repo: Vec<i64>,
}

/// What the form means.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) range: DateRange,
    pub(crate) first_day: Date,
    pub(crate) last_day: Date,
    /// None chosen: all of them.
    pub(crate) repositories: Vec<i64>,
}

/// How the page's filter differs from the last time.
struct Changes {
    previous_range: Option<DateRange>,
    has_new_repositories: bool,
}

impl FilterForm {
    /// Understands the form and remembers it for this person, team and page.
    pub(crate) fn apply(self, app: &App, member: &Member, page: AppPage) -> PageResult<Filter> {
        let available = app.store.repositories(&member.team)?;
        let filter = self.read(&available)?;
        if !available.is_empty() {
            remember(app, member, page, &filter, available.len())?;
        }
        Ok(filter)
    }

    fn read(self, available: &[Repository]) -> PageResult<Filter> {
        let range = self.range.unwrap_or(DateRange::Month);
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let before_today = |days: i32| today.saturating_sub((days - 1).days());
        let (first_day, last_day) = match range {
            DateRange::Week => (before_today(7), today),
            DateRange::Month => (before_today(30), today),
            DateRange::Quarter => (before_today(90), today),
            DateRange::Custom => (day(&self.from)?, day(&self.to)?),
        };
        let filter = Filter {
            range,
            first_day,
            last_day,
            repositories: self.repo,
        };
        let is_known = |id: &i64| available.iter().any(|repository| repository.id == *id);
        if !filter.repositories.iter().all(is_known) {
            return Err(AppError::NotFound);
        }
        if !(1..=3_660).contains(&filter.days()) {
            return Err(AppError::invalid(
                "The first day must be before the last, by at most ten years.",
            ));
        }
        Ok(filter)
    }
}

fn day(text: &str) -> PageResult<Date> {
    text.parse()
        .map_err(|_| AppError::invalid(format!("`{text}` is no day like 2026-01-31.")))
}

impl Filter {
    fn days(&self) -> i64 {
        let days = self
            .last_day
            .since(self.first_day)
            .map(|span| span.get_days());
        days.map_or(0, i64::from) + 1
    }

    /// The length of a custom range.
    fn custom_days(&self) -> Option<i64> {
        (self.range == DateRange::Custom).then(|| self.days())
    }

    pub(crate) fn selection(&self) -> Selection {
        let start_of = |day: Date| {
            let start = TimeZone::UTC.to_timestamp(day.to_datetime(Time::midnight()));
            start.map_or(i64::MAX, Timestamp::as_millisecond)
        };
        Selection {
            opened: Some(start_of(self.first_day)..start_of(self.last_day.saturating_add(1.day()))),
            repositories: self.repositories.clone(),
            ..Selection::default()
        }
    }

    /// The form of the store: the range, its days where they are chosen, the repositories.
    fn to_text(&self) -> String {
        let days = match self.range {
            DateRange::Custom => format!("{}/{}", self.first_day, self.last_day),
            _ => String::new(),
        };
        let repositories: Vec<String> = self.repositories.iter().map(i64::to_string).collect();
        format!("{} {days} {}", self.range, repositories.join(","))
    }
}

#[tracked(
    "date_filter_changed",
    on = Ok(Changes { previous_range: Some(previous), .. }),
    page = page,
    date_range = filter.range,
    previous_date_range = previous,
    days_count = filter.custom_days(),
)]
#[tracked(
    "repo_filter_applied",
    on = Ok(Changes { has_new_repositories: true, .. }),
    page = page,
    repos_count = filter.repositories.len(),
    total_repos_count = total,
)]
fn remember(
    app: &App,
    member: &Member,
    page: AppPage,
    filter: &Filter,
    total: usize,
) -> PageResult<Changes> {
    let text = filter.to_text();
    let stored = app
        .store
        .replace_filter(&member.team, &member.user, page, &text)?;
    let default = format!("{}  ", DateRange::Month);
    let previous = stored.unwrap_or(default);
    // Neither part holds a space, and both sides were written by `to_text`.
    let (previous_dates, previous_repositories) = previous.rsplit_once(' ').unwrap_or_default();
    let (dates, repositories) = text.rsplit_once(' ').unwrap_or_default();
    let range = previous_dates.split(' ').next().and_then(DateRange::parse);
    Ok(Changes {
        previous_range: range.copied().filter(|_| dates != previous_dates),
        has_new_repositories: !repositories.is_empty() && repositories != previous_repositories,
    })
}
