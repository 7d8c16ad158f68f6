//! What stands out in a team's pull requests.

use crate::domain::{InsightKind, PrState, Severity};
use crate::metrics::percent;
use crate::store::{PullRequest, now};

const HOUR: i64 = 3_600_000;

pub(crate) struct Insight {
    pub(crate) kind: InsightKind,
    pub(crate) severity: Severity,
    /// The share of the pull requests that it concerns, in percent.
    pub(crate) impact_rate: f64,
    pub(crate) advice: &'static str,
    /// Some of the pull requests that it concerns.
    pub(crate) examples: Vec<PullRequest>,
}

/// Every kind that concerns at least one pull request, in the order of the kinds.
pub(crate) fn of(pull_requests: &[PullRequest]) -> Vec<Insight> {
    use InsightKind::{AiAdoption, LargePrs, SlowReviews, StalePrs};
    let now = now();
    let waits = |pr: &PullRequest| pr.first_review_at.unwrap_or(now) - pr.opened_at;
    let insight = |kind, advice, concerns: &dyn Fn(&PullRequest) -> bool| {
        let found: Vec<&PullRequest> = pull_requests.iter().filter(|pr| concerns(pr)).collect();
        let impact_rate = percent(found.len(), pull_requests.len())?;
        (!found.is_empty()).then(|| Insight {
            kind,
            severity: severity(kind, impact_rate),
            impact_rate,
            advice,
            examples: found.into_iter().take(5).cloned().collect(),
        })
    };
    [
        insight(
            SlowReviews,
            "Agree on a time of the day for reviews, and on who takes the next one.",
            &|pr| waits(pr) > 8 * HOUR,
        ),
        insight(
            LargePrs,
            "Split work so that a change fits into one sitting of its reviewer.",
            &|pr| pr.lines_changed > 400,
        ),
        insight(
            StalePrs,
            "Close what nobody continues; a branch can be opened again.",
            &|pr| pr.state == PrState::Open && now - pr.opened_at > 14 * 24 * HOUR,
        ),
        insight(
            AiAdoption,
            "Look at where assistants help, and share what works.",
            &|pr| pr.is_ai_assisted,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn severity(kind: InsightKind, impact_rate: f64) -> Severity {
    match kind {
        InsightKind::AiAdoption => Severity::Info,
        _ if impact_rate >= 25.0 => Severity::Critical,
        _ if impact_rate >= 10.0 => Severity::Warning,
        _ => Severity::Info,
    }
}
