//! The background task that keeps pull requests up to date.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;
use trackplan::{Context, track, tracked};

use crate::domain::SyncTrigger;
use crate::error::AppError;
use crate::profile::tell_team;
use crate::provider::ProviderError;
use crate::store::{Repository, Team, time};
use crate::{App, stop_asked};

pub(crate) use crate::domain::SyncFailure;

/// A repository to synchronise, and whose events that causes.
pub(crate) struct Job {
    team_slug: String,
    repository: Repository,
    trigger: SyncTrigger,
    context: Context,
}

/// Queues repositories of a team, for the person and the team of the request.
pub(crate) async fn request(
    app: &App,
    team: &Team,
    repositories: Vec<Repository>,
    trigger: SyncTrigger,
) -> Result<(), AppError> {
    for repository in repositories {
        let job = Job {
            team_slug: team.slug.clone(),
            repository,
            trigger,
            context: Context::current(),
        };
        let queued = app.syncs.send(job).await;
        queued.map_err(|_| AppError::invalid("Tformance is about to stop. Try again later."))?;
    }
    Ok(())
}

/// Works jobs off, one after the other, until the application stops: first what somebody asked for, then what is due.
pub(crate) async fn run(
    app: App,
    mut jobs: mpsc::Receiver<Job>,
    interval: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval_at((Instant::now() + interval).into(), interval);
    let mut due = VecDeque::new();
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop_asked(&mut stopped) => return,
            Some(job) = jobs.recv() => work(&app, job).await,
            _ = ticks.tick() => due.extend(scheduled(&app)),
            () = std::future::ready(()), if !due.is_empty() => {
                if let Some(job) = due.pop_front() {
                    work(&app, job).await;
                }
            }
        }
    }
}

/// Every repository. Nobody asked for them, so their events have a team and no person.
fn scheduled(app: &App) -> Vec<Job> {
    let repositories = app.store.all_repositories().unwrap_or_else(|error| {
        tracing::error!(%error, "the repositories can't be read");
        Vec::new()
    });
    let job = |(team_slug, repository)| Job {
        context: Context::new().group("team", &team_slug),
        team_slug,
        repository,
        trigger: SyncTrigger::Scheduled,
    };
    repositories.into_iter().map(job).collect()
}

async fn work(app: &App, job: Job) {
    let synced = job.context.scope(sync(app, &job.repository, job.trigger));
    if let Err(failed) = synced.await {
        tracing::warn!(reason = %failed.reason, "a repository can't be synchronised");
    }
    if let Err(error) = tell_team(app, &job.team_slug) {
        tracing::error!(%error, "a team can't be read");
    }
}

struct Done {
    duration: Duration,
    prs_count: usize,
    new_prs_count: usize,
}

struct Failed {
    duration: Duration,
    reason: SyncFailure,
}

#[tracked(
    "repo_sync_completed",
    on = Ok(done),
    sync_trigger = trigger,
    duration_ms = done.duration,
    prs_count = done.prs_count,
    new_prs_count = done.new_prs_count,
)]
#[tracked(
    "repo_sync_failed",
    on = Err(failed),
    sync_trigger = trigger,
    duration_ms = failed.duration,
    sync_failure = failed.reason,
)]
async fn sync(app: &App, repository: &Repository, trigger: SyncTrigger) -> Result<Done, Failed> {
    track!(
        "repo_sync_started",
        sync_trigger = trigger,
        last_synced_at = repository.last_synced_at.map(time),
    );
    let start = Instant::now();
    match fetch(app, repository).await {
        Ok((prs_count, new_prs_count)) => Ok(Done {
            duration: start.elapsed(),
            prs_count,
            new_prs_count,
        }),
        Err(reason) => Err(Failed {
            duration: start.elapsed(),
            reason,
        }),
    }
}

/// Stores page after page; how many pull requests came, and how many of them were new.
async fn fetch(app: &App, repository: &Repository) -> Result<(usize, usize), SyncFailure> {
    let token = app.store.token_for(repository)?;
    let token = token.ok_or(SyncFailure::NotConnected)?;
    let (mut count, mut new, mut page) = (0, 0, Some(1));
    while let Some(number) = page {
        let fetched = app
            .provider
            .pull_requests(&token, &repository.name, number)
            .await?;
        new += app
            .store
            .store_pull_requests(repository, &fetched.pull_requests)?;
        count += fetched.pull_requests.len();
        page = fetched.next_page;
    }
    app.store.mark_synced(repository)?;
    Ok((count, new))
}

impl From<ProviderError> for SyncFailure {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Refused(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Self::Unauthorized
            }
            ProviderError::Refused(StatusCode::NOT_FOUND) => Self::NotFound,
            ProviderError::Refused(_) | ProviderError::Unreachable(_) => Self::ProviderError,
            ProviderError::Invalid(_) => Self::InvalidResponse,
        }
    }
}

impl From<rusqlite::Error> for SyncFailure {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "pull requests can't be stored");
        Self::StoreError
    }
}
