//! Invented organisations: the same name gives the same data, with times relative to today.

use std::hash::{DefaultHasher, Hash, Hasher};

use fastrand::Rng;

use crate::domain::PrState;
use crate::store::{PullRequest, now};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const PER_PAGE: u32 = 30;

pub(super) const REPOSITORIES: &[&str] = &[
    "api",
    "web",
    "mobile",
    "billing",
    "infrastructure",
    "archived-importer",
    "monolith",
    "spreadsheets",
];

const VERBS: &[&str] = &["Add", "Fix", "Speed up", "Remove", "Document", "Rework"];
const OBJECTS: &[&str] = &[
    "the invoice export",
    "retries of the sync",
    "the sign-in form",
    "dark colours",
    "a race in the cache",
    "the search index",
    "old feature flags",
    "the release job",
];
const AUTHORS: &[&str] = &["ada", "grace", "linus", "margaret", "edsger", "barbara"];

pub(super) fn member_count(organisation: &str) -> u32 {
    rng(&organisation).u32(4..40)
}

/// A page of a repository's pull requests, counted from 1, and the number of the next one.
pub(super) fn pull_requests(
    organisation: &str,
    repository: &str,
    page: u32,
) -> (Vec<PullRequest>, Option<u32>) {
    let count = rng(&(organisation, repository)).u32(35..90);
    let first = (page.max(1) - 1).saturating_mul(PER_PAGE) + 1;
    let last = count.min(first + PER_PAGE - 1);
    let numbers = first..=last;
    let pull_requests = numbers
        .map(|number| pull_request(organisation, repository, number, count))
        .collect();
    (pull_requests, (last < count).then_some(page.max(1) + 1))
}

fn pull_request(organisation: &str, repository: &str, number: u32, count: u32) -> PullRequest {
    let mut rng = rng(&(organisation, repository, number));
    // The highest number was opened last, some hours ago.
    let age = i64::from(count - number) * 100 * DAY / i64::from(count) + rng.i64(2 * HOUR..DAY);
    let opened_at = now() - age;
    let is_ai_assisted = rng.f64() < 0.15 + 0.4 * f64::from(number) / f64::from(count);
    let lines_changed = rng.u32(3..120) * if rng.u8(..) < 40 { rng.u32(4..20) } else { 1 };
    let review_wait = rng.i64(HOUR / 4..8 * HOUR) + i64::from(lines_changed) * HOUR / 40;
    let is_reviewed = review_wait < age;
    let lead_time = review_wait + rng.i64(HOUR..3 * DAY);
    let state = match rng.u8(..) {
        _ if lead_time > age => PrState::Open,
        0..12 => PrState::Open,
        12..30 => PrState::Closed,
        30.. => PrState::Merged,
    };
    let verb = rng.choice(VERBS).copied().unwrap_or_default();
    let object = rng.choice(OBJECTS).copied().unwrap_or_default();
    PullRequest {
        id: 0,
        repository: repository.to_owned(),
        number: number.into(),
        title: format!("{verb} {object}"),
        author: rng.choice(AUTHORS).copied().unwrap_or_default().to_owned(),
        state,
        is_ai_assisted,
        lines_changed,
        opened_at,
        first_review_at: is_reviewed.then(|| opened_at + review_wait),
        closed_at: (state != PrState::Open).then(|| opened_at + lead_time),
    }
}

fn rng(seed: &impl Hash) -> Rng {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    Rng::with_seed(hasher.finish())
}
