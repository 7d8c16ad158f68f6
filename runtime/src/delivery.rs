//! The worker: a thread that polls the buffer, renders batches and delivers them.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use tokio::sync::{Notify, mpsc as commands};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::buffer::{Buffer, Head, Records};
use crate::client::Counts;
use crate::render::{self, timestamp};
use crate::retry::{Decision, Outcome, decide, retry_after};
use crate::value::millis;

/// Between two looks at the buffer while events come: one wake per event would cost the caller more than the event.
const POLL: Duration = Duration::from_millis(10);
/// Empty looks before the worker sleeps until the next event wakes it.
const IDLE_POLLS: u32 = 20;
/// JSON of one request, unless a single event is larger.
const BATCH_BYTES: usize = 1 << 20;
/// Requests under way at once.
const CONCURRENCY: usize = 4;

/// Where and how to deliver.
pub(crate) struct Target {
    pub(crate) api_key: String,
    pub(crate) url: reqwest::Url,
    pub(crate) flush_interval: Duration,
    pub(crate) max_retries: u32,
    pub(crate) request_timeout: Duration,
}

/// A handle of the worker's thread, which ends with the last handle.
pub(crate) struct Worker {
    commands: commands::UnboundedSender<mpsc::Sender<()>>,
    awake: Arc<Notify>,
}

impl Worker {
    pub(crate) fn start(target: Target, buffer: Arc<Buffer>, counts: Arc<Counts>) -> Option<Self> {
        let (sender, receiver) = commands::unbounded_channel();
        let awake = Arc::new(Notify::new());
        let notified = Arc::clone(&awake);
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let client = reqwest::Client::builder()
                .timeout(target.request_timeout)
                .user_agent(concat!("trackplan/", env!("CARGO_PKG_VERSION")))
                .build();
            match (runtime, client) {
                (Ok(runtime), Ok(client)) => {
                    let http = Arc::new(Http {
                        client,
                        target,
                        buffer,
                        counts,
                    });
                    runtime.block_on(run(&http, receiver, &notified));
                }
                _ => tracing::warn!("analytics are disabled: the system gave no HTTP client"),
            }
        };
        let thread = std::thread::Builder::new()
            .name("trackplan".to_owned())
            .spawn(run);
        thread
            .inspect_err(|error| tracing::warn!("analytics are disabled: no thread ({error})"))
            .ok()?;
        Some(Self {
            commands: sender,
            awake,
        })
    }

    pub(crate) fn wake(&self) {
        self.awake.notify_one();
    }

    pub(crate) fn flush(&self, budget: Duration) -> bool {
        let (done, wait) = mpsc::channel();
        self.commands.send(done).is_ok() && wait.recv_timeout(budget).is_ok()
    }
}

async fn run(
    http: &Arc<Http>,
    mut flushes: commands::UnboundedReceiver<mpsc::Sender<()>>,
    awake: &Notify,
) {
    let mut waiting = Records::default();
    let mut spare = Records::default();
    let mut oldest: Option<Instant> = None;
    let mut empty_polls = 0;
    let mut requests: JoinSet<()> = JoinSet::new();
    let mut flushing: Vec<mpsc::Sender<()>> = Vec::new();
    loop {
        let is_idle = waiting.heads.is_empty() && requests.is_empty() && empty_polls >= IDLE_POLLS;
        let taken = http.buffer.swap(std::mem::take(&mut spare), is_idle);
        if taken.heads.is_empty() {
            empty_polls = empty_polls.saturating_add(1);
        } else {
            empty_polls = 0;
            oldest.get_or_insert_with(Instant::now);
            waiting.heads.extend_from_slice(&taken.heads);
            waiting.bytes.extend_from_slice(&taken.bytes);
        }
        spare = taken;
        spare.heads.clear();
        spare.bytes.clear();

        while requests.try_join_next().is_some() {}
        let is_due = oldest.is_some_and(|oldest| oldest.elapsed() >= http.target.flush_interval)
            || waiting.bytes.len() >= BATCH_BYTES
            || !flushing.is_empty();
        if is_due && requests.len() < CONCURRENCY && !waiting.heads.is_empty() {
            for batch in Batch::of(&waiting) {
                requests.spawn(Arc::clone(http).deliver(batch));
            }
            waiting.heads.clear();
            waiting.bytes.clear();
            oldest = None;
        }
        if requests.is_empty() && waiting.heads.is_empty() && empty_polls > 0 {
            flushing.drain(..).for_each(|done| _ = done.send(()));
        }
        let pause = async {
            if is_idle && empty_polls > IDLE_POLLS {
                awake.notified().await;
            } else {
                sleep(POLL).await;
            }
        };
        tokio::select! {
            () = pause => {}
            flush = flushes.recv() => match flush {
                Some(done) => {
                    empty_polls = 0;
                    flushing.push(done);
                }
                // Every client is gone: what is queued is sent once more, and the thread ends.
                None if waiting.heads.is_empty() && requests.is_empty() && empty_polls > 0 => return,
                None => {
                    oldest = oldest.map(|_| Instant::now() - http.target.flush_interval);
                    sleep(POLL).await;
                }
            },
        }
    }
}

/// Rendered events of one request.
struct Batch {
    json: Vec<u8>,
    /// Where each event ends.
    ends: Vec<usize>,
    /// The room that they take in the buffer.
    queued_bytes: usize,
}

impl Batch {
    fn of(records: &Records) -> Vec<Self> {
        let mut batches = vec![Self::empty()];
        for (head, payload) in records.iter() {
            if batches
                .last()
                .is_none_or(|batch| batch.json.len() >= BATCH_BYTES)
            {
                batches.push(Self::empty());
            }
            if let Some(batch) = batches.last_mut() {
                render::event(&mut batch.json, head, payload);
                batch.ends.push(batch.json.len());
                batch.queued_bytes += payload.len() + size_of::<Head>();
            }
        }
        batches
    }

    const fn empty() -> Self {
        Self {
            json: Vec::new(),
            ends: Vec::new(),
            queued_bytes: 0,
        }
    }

    fn events(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, &end)| self.json.get(start..end))
    }

    fn halves(&self) -> [Self; 2] {
        let mut halves = [Self::empty(), Self::empty()];
        let middle = self.ends.len() / 2;
        for (index, event) in self.events().enumerate() {
            let half = &mut halves[usize::from(index >= middle)];
            half.json.extend_from_slice(event);
            half.ends.push(half.json.len());
        }
        halves
    }

    /// The request's body; `sent_at` is the time of this attempt, by which the server corrects our clock.
    fn body(&self, api_key: &str) -> std::io::Result<Vec<u8>> {
        let mut envelope = Vec::with_capacity(128);
        envelope.extend_from_slice(b"{\"api_key\":");
        serde_json::to_writer(&mut envelope, api_key)?;
        envelope.extend_from_slice(b",\"historical_migration\":false,\"sent_at\":");
        timestamp(
            &mut envelope,
            millis(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default(),
            ),
        );
        envelope.extend_from_slice(b",\"batch\":[");
        let mut gzip = GzEncoder::new(Vec::with_capacity(self.json.len() / 4), Compression::fast());
        gzip.write_all(&envelope)?;
        for (index, event) in self.events().enumerate() {
            if index > 0 {
                gzip.write_all(b",")?;
            }
            gzip.write_all(event)?;
        }
        gzip.write_all(b"]}")?;
        gzip.finish()
    }
}

struct Http {
    client: reqwest::Client,
    target: Target,
    buffer: Arc<Buffer>,
    counts: Arc<Counts>,
}

impl Http {
    async fn deliver(self: Arc<Self>, batch: Batch) {
        let mut open = vec![batch];
        while let Some(batch) = open.pop() {
            let events = batch.ends.len() as u64;
            let settled = match self.attempt(&batch).await {
                Decision::Split if events > 1 => {
                    open.extend(batch.halves());
                    self.buffer.settle(batch.queued_bytes);
                    continue;
                }
                Decision::Delivered => &self.counts.delivered,
                Decision::Split => {
                    self.lost(&self.counts.too_large, events, "too large for the server")
                }
                Decision::Rejected => self.lost(
                    &self.counts.rejected,
                    events,
                    "refused by the server; is POSTHOG_API_KEY the project's token?",
                ),
                Decision::RetryAfter(_) | Decision::Expired => self.lost(
                    &self.counts.expired,
                    events,
                    "not taken after the last retry",
                ),
            };
            settled.fetch_add(events, Relaxed);
            self.buffer.settle(batch.queued_bytes);
        }
    }

    fn lost<'a>(&self, count: &'a AtomicU64, events: u64, reason: &str) -> &'a AtomicU64 {
        tracing::warn!("{events} analytics events are lost: {reason}");
        count
    }

    /// Sends a batch until that is decided.
    async fn attempt(&self, batch: &Batch) -> Decision {
        let mut attempt = 1;
        loop {
            let outcome = self.post(batch).await;
            match decide(
                outcome,
                attempt,
                self.target.max_retries,
                fastrand::Rng::with_seed(seed()).f64(),
            ) {
                Decision::RetryAfter(wait) => sleep(wait).await,
                decision => return decision,
            }
            attempt += 1;
        }
    }

    async fn post(&self, batch: &Batch) -> Outcome {
        let Ok(body) = batch.body(&self.target.api_key) else {
            return Outcome::Transport;
        };
        let request = self
            .client
            .post(self.target.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "gzip")
            .body(body);
        match timeout(self.target.request_timeout, request.send()).await {
            Ok(Ok(response)) => {
                let wait = response
                    .headers()
                    .get(RETRY_AFTER)
                    .and_then(|value| value.to_str().ok());
                let wait = wait.and_then(|value| retry_after(value, SystemTime::now()));
                Outcome::Status(response.status().as_u16(), wait)
            }
            _ => Outcome::Transport,
        }
    }
}

fn seed() -> u64 {
    getrandom::u64().unwrap_or_default()
}
