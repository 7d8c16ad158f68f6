//! Sending one batch: rendered, compressed, posted, repeated or split until its events are settled.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::Target;
use super::retry::{Decision, Outcome, decide, retry_after};
use crate::batch::Batch;
use crate::constraints::{Constraints, Held};
use crate::queue::{Fate, Queue};
use crate::render;
use crate::stats::Loss;
use crate::value::unix_millis;

/// The HTTP client and what its deliveries share.
pub(super) struct Http {
    client: reqwest::Client,
    target: Target,
    queue: Arc<Queue>,
    slots: Arc<Semaphore>,
    constraints: Mutex<Constraints>,
}

/// What sends requests of every kind.
pub(super) fn client(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .user_agent(concat!("trackplan/", env!("CARGO_PKG_VERSION")))
        // A redirected POST may turn into a GET, whose success would mean nothing.
        .redirect(Policy::none())
        .build()
}

/// A batch whose events are all settled.
pub(super) struct Delivery {
    pub(super) number: u64,
    /// What went wrong last, if events were lost.
    pub(super) problem: Option<String>,
}

impl Http {
    pub(super) fn new(
        client: reqwest::Client,
        target: Target,
        queue: Arc<Queue>,
        slots: Arc<Semaphore>,
    ) -> Self {
        Self {
            client,
            constraints: Mutex::new(Constraints::new(target.on_violation)),
            target,
            queue,
            slots,
        }
    }

    /// Sees to it that each event of a batch is settled. The first request uses `slot`.
    pub(super) async fn deliver(
        self: Arc<Self>,
        batch: Batch,
        slot: OwnedSemaphorePermit,
    ) -> Delivery {
        let number = batch.number;
        let batch = self.hold(batch);
        self.queue.count_ungrouped(batch.ungrouped());
        let mut problem = None;
        let mut slot = Some(slot);
        let mut parts = Vec::new();
        if !batch.is_empty() {
            parts.push(batch);
        }
        while let Some(part) = parts.pop() {
            let (decision, trouble) = self.send(&part, &mut slot).await;
            let fate = match decision {
                Decision::Split if part.len() > 1 => {
                    let [first, second] = part.halves();
                    parts.extend([second, first]);
                    continue;
                }
                Decision::Settle(fate) => fate,
                // It is alone; a retry is never what `send` returns.
                Decision::Split | Decision::RetryAfter(_) => Fate::Lost(Loss::TooLarge),
            };
            if fate != Fate::Delivered {
                problem = trouble;
            }
            self.queue.settle(part, fate);
        }
        Delivery { number, problem }
    }

    /// Holds a batch against the constraints of the plan and returns what of it is sent.
    fn hold(&self, batch: Batch) -> Batch {
        let footprint = batch.footprint();
        let mut constraints = self
            .constraints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Held {
            kept,
            dropped,
            flagged,
        } = constraints.hold(batch);
        drop(constraints);
        if flagged > 0 {
            let bytes = (kept.footprint() + dropped.footprint()).saturating_sub(footprint);
            self.queue.count_flagged(flagged, bytes);
        }
        if !dropped.is_empty() {
            self.queue.settle(dropped, Fate::Lost(Loss::Violating));
        }
        kept
    }

    /// Sends a batch until it is settled or has to be split.
    async fn send(
        &self,
        batch: &Batch,
        slot: &mut Option<OwnedSemaphorePermit>,
    ) -> (Decision, Option<String>) {
        let mut attempt = 1;
        loop {
            // Others may send while this one waits for its next attempt.
            let held = match slot.take() {
                Some(slot) => Some(slot),
                None => Arc::clone(&self.slots).acquire_owned().await.ok(),
            };
            let (outcome, problem) = self.post(batch).await;
            drop(held);
            match decide(outcome, attempt, self.target.max_retries, random()) {
                Decision::RetryAfter(wait) => {
                    tracing::debug!(attempt, ?wait, problem, "analytics batch is sent again");
                    sleep(wait).await;
                }
                decision => return (decision, problem),
            }
            attempt += 1;
        }
    }

    /// One attempt. The batch is rendered for each, so that what waits for a retry takes little memory.
    async fn post(&self, batch: &Batch) -> (Outcome, Option<String>) {
        let target = &self.target;
        let sent_at = unix_millis(SystemTime::now());
        let json = render::body(&target.api_key, sent_at, &target.common, batch);
        let request = self
            .client
            .post(target.url.clone())
            .header(CONTENT_TYPE, "application/json");
        let request = match gzip(&json) {
            Ok(compressed) => request.header(CONTENT_ENCODING, "gzip").body(compressed),
            Err(error) => return (Outcome::Transport, Some(error.to_string())),
        };
        drop(json);
        match request.send().await {
            Ok(response) => {
                let outcome = Outcome::Status(response.status().as_u16(), asked_wait(&response));
                let problem = problem_of(response.status());
                read_to_the_end(response).await;
                (outcome, problem)
            }
            Err(error) => (Outcome::Transport, Some(no_answer(error))),
        }
    }
}

fn gzip(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::fast());
    gzip.write_all(json)?;
    gzip.finish()
}

fn asked_wait(response: &Response) -> Option<Duration> {
    let header = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    retry_after(header, SystemTime::now())
}

/// So that the connection can be used again. Answers are short; of a long one the rest is not worth it.
async fn read_to_the_end(mut response: Response) {
    const ENOUGH: usize = 64 << 10;
    let mut read = 0;
    while read < ENOUGH
        && let Ok(Some(chunk)) = response.chunk().await
    {
        read += chunk.len();
    }
}

/// A status that is no success, with what it most likely means. The body is not told: it may quote events.
fn problem_of(status: StatusCode) -> Option<String> {
    let hint = match status.as_u16() {
        200..=299 => return None,
        300..=399 => ": redirects are not followed, set POSTHOG_HOST to where it leads",
        400 => ": the server finds an event malformed",
        401 | 403 => ": is POSTHOG_API_KEY the token of a project on this host?",
        404 | 405 => ": is POSTHOG_HOST a PostHog ingestion host?",
        413 => ": the event is too large for the server",
        _ => "",
    };
    Some(format!(
        "the last answer was HTTP {}{hint}",
        status.as_u16()
    ))
}

/// Why there was no answer, without the address, which may hold a password.
fn no_answer(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = format!("the last request got no answer: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

fn random() -> f64 {
    // Without randomness the wait is the middle of its range.
    getrandom::u32().map_or(0.5, |bits| f64::from(bits) / f64::from(u32::MAX))
}
