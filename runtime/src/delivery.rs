//! The worker: one thread that takes batches from the queue and sees them delivered.

mod http;
mod report;
mod retry;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::http::{Delivery, Http};
use self::report::LossReport;
use crate::constraints::OnViolation;
use crate::flags::Remote;
use crate::queue::Queue;
use crate::stats::Loss;

/// Between two looks at the queue while events come: to be woken for each would cost the caller more than the event.
const POLL: Duration = Duration::from_millis(10);
/// Looks that find nothing before the worker sleeps until the next event wakes it.
const IDLE_POLLS: u32 = 50;

/// Where and how to deliver.
pub(crate) struct Target {
    pub(crate) api_key: String,
    /// Of the batches. v0 ingestion reads the compression from its query; proxies in front of it read the header, so
    /// both are sent.
    pub(crate) url: reqwest::Url,
    pub(crate) flags_url: reqwest::Url,
    /// The properties of every event, as JSON.
    pub(crate) common: String,
    pub(crate) disable_geoip: bool,
    pub(crate) flush_interval: Duration,
    pub(crate) max_retries: u32,
    pub(crate) request_timeout: Duration,
    pub(crate) concurrency: usize,
    pub(crate) on_violation: OnViolation,
}

/// Starts the worker's thread, which ends when the queue is closed, and returns what else can be asked there.
pub(crate) fn start(target: Target, queue: &Arc<Queue>) -> Option<Remote> {
    match try_start(target, queue) {
        Ok(remote) => Some(remote),
        Err(problem) => {
            tracing::warn!("analytics are disabled: {problem}");
            queue.abandon(Loss::Disabled);
            None
        }
    }
}

fn try_start(target: Target, queue: &Arc<Queue>) -> Result<Remote, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no event loop could be started ({error})"))?;
    let client = http::client(target.request_timeout)
        .map_err(|error| format!("no HTTP client could be made ({error})"))?;
    let remote = Remote {
        worker: runtime.handle().clone(),
        http: client.clone(),
        url: target.flags_url.clone(),
        api_key: target.api_key.clone(),
        disable_geoip: target.disable_geoip,
    };
    let queue = Arc::clone(queue);
    std::thread::Builder::new()
        .name("trackplan".to_owned())
        .spawn(move || run(runtime, target, client, queue))
        .map_err(|error| format!("no thread could be started ({error})"))?;
    Ok(remote)
}

fn run(runtime: Runtime, target: Target, client: reqwest::Client, queue: Arc<Queue>) {
    // Also when something panics: nobody may wait for a worker that is gone.
    let _on_exit = Abandon(Arc::clone(&queue));
    let flush_interval = target.flush_interval;
    let slots = Arc::new(Semaphore::new(target.concurrency));
    let http = Http::new(client, target, Arc::clone(&queue), Arc::clone(&slots));
    let worker = Worker {
        queue,
        http: Arc::new(http),
        slots,
        flush_interval,
        deliveries: JoinSet::new(),
        in_flight: BTreeSet::new(),
        report: LossReport::default(),
        idle_polls: 0,
    };
    runtime.block_on(worker.run());
    // A name lookup that hangs must not hold the thread.
    runtime.shutdown_background();
}

struct Abandon(Arc<Queue>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.abandon(Loss::Shutdown);
    }
}

struct Worker {
    queue: Arc<Queue>,
    http: Arc<Http>,
    /// Requests that may be under way; a batch that waits for its next attempt holds none.
    slots: Arc<Semaphore>,
    flush_interval: Duration,
    deliveries: JoinSet<Delivery>,
    /// The numbers of the batches that `deliveries` see to.
    in_flight: BTreeSet<u64>,
    report: LossReport,
    idle_polls: u32,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let now = Instant::now();
            self.deliver_what_is_due(now);
            if self.is_over(now) {
                break;
            }
            self.queue
                .answer_flushes(now, self.in_flight.first().copied());
            let stats = self.queue.stats();
            if let Some(losses) = self.report.due(&stats, now) {
                tracing::warn!("{losses}");
            }
            let may_park = self.deliveries.is_empty() && !self.report.is_pending(&stats);
            self.wait(may_park).await;
        }
        self.deliveries.shutdown().await;
        self.queue.abandon(Loss::Shutdown);
        let stats = self.queue.stats();
        if self.report.is_pending(&stats) {
            tracing::warn!("{}", self.report.tell(&stats));
        }
    }

    fn deliver_what_is_due(&mut self, now: Instant) {
        while let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            let Some(batch) = self.queue.take(now, self.flush_interval) else {
                break;
            };
            self.in_flight.insert(batch.number);
            self.deliveries
                .spawn(Arc::clone(&self.http).deliver(batch, slot));
        }
    }

    /// Whether the queue is closed, and everything settled or the time up.
    fn is_over(&self, now: Instant) -> bool {
        self.queue.ends_at().is_some_and(|ends_at| {
            ends_at <= now || (self.in_flight.is_empty() && self.queue.stats().queued == 0)
        })
    }

    /// Waits for the next look at the queue, or for something to happen.
    async fn wait(&mut self, may_park: bool) {
        let is_parked = may_park && self.idle_polls >= IDLE_POLLS && self.queue.park();
        tokio::select! {
            () = self.queue.woken() => self.idle_polls = 0,
            Some(delivery) = self.deliveries.join_next() => {
                self.idle_polls = 0;
                // A delivery that panicked keeps its number, so that nobody takes its events for settled.
                if let Ok(delivery) = delivery {
                    self.in_flight.remove(&delivery.number);
                    if let Some(problem) = delivery.problem {
                        self.report.problem(problem);
                    }
                }
            }
            () = sleep(POLL), if !is_parked => self.idle_polls = self.idle_polls.saturating_add(1),
        }
    }
}
