//! Figures about pull requests.

use crate::domain::PrState;
use crate::store::PullRequest;

const HOUR: f64 = 3_600_000.0;
const WEEK: i64 = 7 * 24 * 3_600_000;

/// What the pages show of a set of pull requests. A figure that needs what is not there is `None`.
pub(crate) struct Summary {
    pub(crate) opened: usize,
    pub(crate) merged: usize,
    /// From opening to merge.
    pub(crate) cycle_hours: Option<f64>,
    /// From opening to the first review.
    pub(crate) review_hours: Option<f64>,
    pub(crate) lines_changed: Option<f64>,
    /// The share of the merged ones that an assistant had a part in.
    pub(crate) ai_percent: Option<f64>,
}

impl Summary {
    pub(crate) fn of(pull_requests: &[PullRequest]) -> Self {
        let merged: Vec<&PullRequest> = pull_requests
            .iter()
            .filter(|pr| pr.state == PrState::Merged)
            .collect();
        let assisted = merged.iter().filter(|pr| pr.is_ai_assisted).count();
        let cycles = merged
            .iter()
            .filter_map(|pr| Some((pr.closed_at? - pr.opened_at) as f64 / HOUR));
        let waits = pull_requests.iter().filter_map(PullRequest::review_wait);
        let sizes = pull_requests.iter().map(|pr| f64::from(pr.lines_changed));
        Self {
            opened: pull_requests.len(),
            merged: merged.len(),
            cycle_hours: median(cycles),
            review_hours: median(waits.map(|wait| wait.as_secs_f64() / 3_600.0)),
            lines_changed: median(sizes),
            ai_percent: percent(assisted, merged.len()),
        }
    }
}

/// A week of a chart.
pub(crate) struct Week {
    pub(crate) first_day: String,
    pub(crate) summary: Summary,
}

/// The pull requests by the week in which they were opened, the earliest first.
pub(crate) fn weeks(pull_requests: &[PullRequest]) -> Vec<Week> {
    // Weeks begin on Mondays, and 1970 began on a Thursday.
    let week_of = |pr: &PullRequest| (pr.opened_at + 3 * WEEK / 7) / WEEK;
    let mut sorted = pull_requests.to_vec();
    sorted.sort_by_key(|pr| pr.opened_at);
    sorted
        .chunk_by(|one, other| week_of(one) == week_of(other))
        .map(|week| Week {
            first_day: week
                .first()
                .map(|pr| day(week_of(pr) * WEEK - 3 * WEEK / 7))
                .unwrap_or_default(),
            summary: Summary::of(week),
        })
        .collect()
}

/// The day of a moment, in UTC.
pub(crate) fn day(moment: i64) -> String {
    jiff::Timestamp::from_millisecond(moment)
        .map(|moment| moment.strftime("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

pub(crate) fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| (1_000.0 * part as f64 / whole as f64).round() / 10.0)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.get(sorted.len() / 2)?;
    Some((middle * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pull_request(opened_at: i64, merged_after: Option<i64>, lines_changed: u32) -> PullRequest {
        PullRequest {
            id: 0,
            repository: "api".to_owned(),
            number: 1,
            title: String::new(),
            author: String::new(),
            state: merged_after.map_or(PrState::Open, |_| PrState::Merged),
            is_ai_assisted: lines_changed > 100,
            lines_changed,
            opened_at,
            first_review_at: merged_after.map(|after| opened_at + after / 2),
            closed_at: merged_after.map(|after| opened_at + after),
        }
    }

    #[test]
    fn a_summary_counts_and_takes_medians() {
        let hour = 3_600_000;
        let summary = Summary::of(&[
            pull_request(0, Some(4 * hour), 10),
            pull_request(0, Some(2 * hour), 200),
            pull_request(0, Some(9 * hour), 30),
            pull_request(0, None, 1_000),
        ]);
        assert_eq!((summary.opened, summary.merged), (4, 3));
        assert_eq!(summary.cycle_hours, Some(4.0));
        assert_eq!(summary.review_hours, Some(2.0));
        assert_eq!(summary.ai_percent, Some(33.3));
    }

    #[test]
    fn nothing_has_no_figures() {
        let summary = Summary::of(&[]);
        assert_eq!(
            (summary.opened, summary.cycle_hours, summary.ai_percent),
            (0, None, None)
        );
        assert!(weeks(&[]).is_empty());
    }

    #[test]
    fn weeks_begin_on_mondays() {
        let day = 24 * 3_600_000;
        // Sunday the 4th and Monday the 5th of January 1970.
        let weeks = weeks(&[
            pull_request(4 * day, None, 1),
            pull_request(3 * day, None, 1),
        ]);
        let days: Vec<&str> = weeks.iter().map(|week| week.first_day.as_str()).collect();
        assert_eq!(days, ["1969-12-29", "1970-01-05"]);
    }
}
