//! Where callers leave their events and the worker takes them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::batch::Batch;
use crate::news::News;
use crate::payload::Payload;
use crate::sampling::{self, Sample};
use crate::stats::{Loss, Stats};
use crate::value::unix_millis;

/// The largest event that PostHog's SDKs send.
const MAX_EVENT_BYTES: usize = 900 << 10;

/// How much the queue takes, and how it cuts batches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Memory of all that is captured and neither delivered nor lost.
    pub(crate) buffer_bytes: usize,
    /// JSON of one batch, unless a single event is larger.
    pub(crate) batch_bytes: usize,
    pub(crate) batch_events: usize,
}

impl Limits {
    pub(crate) const NONE: Self = Self {
        buffer_bytes: usize::MAX,
        batch_bytes: usize::MAX,
        batch_events: usize::MAX,
    };
}

/// The events between capture and delivery, those under way included, and the counts of all.
///
/// One lock guards everything, so the counts agree with each other at any moment. No code of the user and no
/// allocation that grows with the backlog runs under it.
pub(crate) struct Queue {
    state: Mutex<State>,
    limits: Limits,
    woken: Notify,
    news: News,
}

struct State {
    random: fastrand::Rng,
    open: Batch,
    /// When the worker first saw the open batch with an event in it.
    open_since: Option<Instant>,
    sealed: VecDeque<Batch>,
    /// Emptied batches, whose memory is used again.
    spare: Vec<Batch>,
    /// Bytes of everything queued.
    footprint: usize,
    stats: Stats,
    /// Why nothing is taken any more.
    closed: Option<Loss>,
    /// When the worker ends, with whatever is left.
    ends_at: Option<Instant>,
    has_worker: bool,
    is_worker_parked: bool,
    flushes: Vec<Flush>,
}

/// Somebody waits until all batches below a number are settled.
struct Flush {
    below: u64,
    deadline: Instant,
    answer: Answer,
}

/// Called with true once everything is settled, with false at the deadline; dropped if the worker is gone.
pub(crate) type Answer = Box<dyn FnOnce(bool) + Send>;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    Lost(Loss),
}

/// Spare batches kept; more are in use only in a backlog.
const MAX_SPARE: usize = 8;

impl Queue {
    /// `has_worker` is false where nobody will ever deliver; `closed` says why events are refused from the start.
    pub(crate) fn new(limits: Limits, has_worker: bool, closed: Option<Loss>) -> Self {
        // A system without randomness still has a clock and numbers its processes.
        let seed = getrandom::u64().unwrap_or_else(|_| {
            unix_millis(SystemTime::now()).cast_unsigned() << 22 ^ u64::from(std::process::id())
        });
        Self {
            state: Mutex::new(State {
                random: fastrand::Rng::with_seed(seed),
                open: Batch::default(),
                open_since: None,
                sealed: VecDeque::new(),
                spare: Vec::with_capacity(MAX_SPARE),
                footprint: 0,
                stats: Stats::default(),
                closed,
                ends_at: None,
                has_worker,
                is_worker_parked: false,
                flushes: Vec::new(),
            }),
            limits,
            woken: Notify::new(),
            news: News::default(),
        }
    }

    /// A panic under the lock leaves nothing half done that matters, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an update of a person or group, if it says anything new.
    pub(crate) fn push_update(&self, update: &'static str, payload: &Payload) -> Uuid {
        // Locked until the update is queued. Whoever holds the lock of the state never asks for this one.
        let mut known = self.news.lock();
        let Some(news) = self.news.of(&known, update, payload.as_bytes()) else {
            let mut state = self.lock();
            state.stats.unchanged += 1;
            return state.stamp();
        };
        let (uuid, is_queued) = self.stamp_and_queue(update, payload, Sample::All);
        if is_queued {
            known.remember(&news);
        }
        uuid
    }

    /// Stamps an event and queues it, or counts it as lost.
    pub(crate) fn push(&self, event: &'static str, payload: &Payload, sample: Sample) -> Uuid {
        self.stamp_and_queue(event, payload, sample).0
    }

    /// The event's id, and whether it is queued.
    fn stamp_and_queue(
        &self,
        event: &'static str,
        payload: &Payload,
        sample: Sample,
    ) -> (Uuid, bool) {
        let json_bytes = Batch::json_bytes_of(event, payload.as_bytes());
        let footprint = Batch::footprint_of(payload);
        let mut state = self.lock();
        let uuid = state.stamp();
        state.stats.accepted += 1;
        let unwanted = state.unwanted(payload, sample);
        let lost = unwanted.or_else(|| state.refusal(&self.limits, json_bytes, footprint));
        if let Some(loss) = lost {
            state.stats.lose(loss, 1);
            return (uuid, false);
        }
        let is_over = state.open.json_bytes() + json_bytes > self.limits.batch_bytes;
        if is_over || state.open.len() >= self.limits.batch_events {
            state.seal();
        }
        state.open.push(event, uuid, payload);
        state.footprint += footprint;
        state.stats.queued += 1;
        state.stats.settings_refused += u64::from(sample == Sample::Refused);
        state.stats.properties_left_out += u64::from(payload.left_out());
        let wakes = std::mem::take(&mut state.is_worker_parked);
        drop(state);
        if wakes {
            self.woken.notify_one();
        }
        (uuid, true)
    }

    pub(crate) fn stats(&self) -> Stats {
        self.lock().stats
    }

    /// Counts an event that is lost before it is queued.
    pub(crate) fn refuse(&self, loss: Loss) -> Uuid {
        let mut state = self.lock();
        state.stats.accepted += 1;
        state.stats.lose(loss, 1);
        state.stamp()
    }

    /// The oldest sealed batch, or the open one once it has waited for `interval`.
    pub(crate) fn take(&self, now: Instant, interval: Duration) -> Option<Batch> {
        let mut state = self.lock();
        if state.sealed.is_empty() && !state.open.is_empty() {
            let since = *state.open_since.get_or_insert(now);
            if now.duration_since(since) >= interval {
                state.seal();
            }
        }
        state.sealed.pop_front()
    }

    /// Counts events that are sent without the group they belong to.
    pub(crate) fn count_ungrouped(&self, events: u64) {
        self.lock().stats.ungrouped += events;
    }

    /// Counts events that say which constraints they break, and the room that it takes.
    pub(crate) fn count_flagged(&self, events: u64, bytes: usize) {
        let mut state = self.lock();
        state.stats.flagged += events;
        state.footprint += bytes;
    }

    /// Counts what became of a batch, gives its room back and keeps its memory for the next one.
    pub(crate) fn settle(&self, mut batch: Batch, fate: Fate) {
        let events = batch.len() as u64;
        let footprint = batch.footprint();
        if let Fate::Lost(_) = fate {
            self.news.forget(&batch);
        }
        batch.clear();
        let mut state = self.lock();
        state.footprint = state.footprint.saturating_sub(footprint);
        state.stats.queued = state.stats.queued.saturating_sub(events);
        match fate {
            Fate::Delivered => state.stats.delivered += events,
            Fate::Lost(loss) => state.stats.lose(loss, events),
        }
        if state.spare.len() < MAX_SPARE {
            state.spare.push(batch);
        }
    }

    /// Everything queued, as a testing sink takes it.
    pub(crate) fn take_all(&self) -> Vec<Batch> {
        let mut state = self.lock();
        state.seal();
        state.sealed.drain(..).collect()
    }

    /// Waits for a flush, an end, or an event after [`park`](Self::park).
    pub(crate) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Lets the next event wake the worker, which sleeps until then. False if there is work to do first.
    pub(crate) fn park(&self) -> bool {
        let mut state = self.lock();
        let is_idle = state.open.is_empty() && state.sealed.is_empty() && state.flushes.is_empty();
        state.is_worker_parked = is_idle && state.ends_at.is_none();
        state.is_worker_parked
    }

    /// Sends what is queued without waiting for company; `answer` says when it is settled.
    pub(crate) fn flush(&self, deadline: Instant, answer: Answer) {
        let mut state = self.lock();
        if !state.has_worker {
            let is_settled = state.stats.queued == 0;
            drop(state);
            return answer(is_settled);
        }
        state.seal();
        state.is_worker_parked = false;
        let below = state.open.number;
        state.flushes.push(Flush {
            below,
            deadline,
            answer,
        });
        drop(state);
        self.woken.notify_one();
    }

    /// Refuses further events and ends the worker when all is settled, or at the deadline. The first call counts.
    pub(crate) fn close(&self, deadline: Instant) {
        let mut state = self.lock();
        state.seal();
        state.closed.get_or_insert(Loss::Shutdown);
        state.ends_at.get_or_insert(deadline);
        state.is_worker_parked = false;
        drop(state);
        self.woken.notify_one();
    }

    /// When the worker ends, if it was told to.
    pub(crate) fn ends_at(&self) -> Option<Instant> {
        self.lock().ends_at
    }

    /// Answers the flushes that are done or out of time. Below `in_flight`, no batch is under way.
    pub(crate) fn answer_flushes(&self, now: Instant, in_flight: Option<u64>) {
        let mut state = self.lock();
        if state.flushes.is_empty() {
            return;
        }
        let queued = state.sealed.front().map(|batch| batch.number);
        let settled_below = [queued, in_flight].into_iter().flatten().min();
        let is_settled = |flush: &Flush| settled_below.is_none_or(|number| flush.below <= number);
        let done: Vec<Flush> = state
            .flushes
            .extract_if(.., |flush| is_settled(flush) || flush.deadline <= now)
            .collect();
        drop(state);
        for flush in done {
            let is_settled = is_settled(&flush);
            (flush.answer)(is_settled);
        }
    }

    /// The worker is gone: what is left is lost, now and later.
    pub(crate) fn abandon(&self, loss: Loss) {
        let mut state = self.lock();
        let left = std::mem::take(&mut state.stats.queued);
        state.stats.lose(loss, left);
        state.closed = Some(loss);
        state.has_worker = false;
        state.footprint = 0;
        state.open = Batch::default();
        state.sealed = VecDeque::new();
        state.spare = Vec::new();
        let flushes = std::mem::take(&mut state.flushes);
        drop(state);
        for flush in flushes {
            (flush.answer)(left == 0);
        }
    }
}

impl State {
    /// A version 7 id from one reading of the clock: 48 bits of time, 74 random ones.
    fn stamp(&mut self) -> Uuid {
        let millis = u64::try_from(unix_millis(SystemTime::now())).unwrap_or(0);
        let mut random = [0; 10];
        self.random.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Why an event is left out on purpose.
    fn unwanted(&mut self, payload: &Payload, sample: Sample) -> Option<Loss> {
        if payload.is_opted_out() {
            return Some(Loss::OptedOut);
        }
        match sample {
            Sample::Rate(rate) => {
                // Nobody's event is on its own.
                let standing = payload.distinct_id().map(sampling::standing);
                let standing = standing.unwrap_or_else(|| self.random.f64());
                (standing >= rate).then_some(Loss::Sampled)
            }
            Sample::All | Sample::Refused => None,
        }
    }

    fn refusal(&self, limits: &Limits, json_bytes: usize, footprint: usize) -> Option<Loss> {
        if self.closed.is_some() {
            self.closed
        } else if json_bytes > MAX_EVENT_BYTES {
            Some(Loss::TooLarge)
        } else if self.footprint + footprint > limits.buffer_bytes {
            Some(Loss::Full)
        } else {
            None
        }
    }

    fn seal(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let mut open = self.spare.pop().unwrap_or_default();
        open.number = self.open.number + 1;
        self.sealed
            .push_back(std::mem::replace(&mut self.open, open));
        self.open_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_critical_event_that_is_lost_anyway_refused_no_setting() {
        let pushed = |closed| {
            let queue = Queue::new(Limits::NONE, false, closed);
            Payload::lend(|payload| {
                payload.context(false, false);
                payload.subject(None, []);
                queue.push("!\"paid\"\n", payload, Sample::Refused);
            });
            let stats = queue.stats();
            (stats.settings_refused, stats.queued, stats.lost())
        };
        assert_eq!(pushed(None), (1, 1, 0));
        assert_eq!(pushed(Some(Loss::Disabled)), (0, 0, 1));
    }
}
