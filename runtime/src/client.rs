//! The client: a handle of a queue and of the worker that empties it.

mod builder;
mod host;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use uuid::Uuid;

pub use self::builder::Builder;
pub use self::host::Region;
use crate::current;
use crate::flags::{self, Flags};
use crate::payload::Payload;
use crate::queue::{Limits, Queue};
use crate::sampling::{Sample, Sampling};
use crate::stats::{Loss, Stats};

/// Queues events and delivers them from a thread of its own. Cheap to clone.
///
/// The macros use the client that is installed ([`init!`](crate::init), [`install`](crate::install)), or the one
/// whose [`scope`](Self::scope) they run in. When the last clone is dropped, what is queued is still delivered, but
/// nobody waits for it: keep the [`Guard`](crate::Guard) of the installation for that.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Handle>);

/// What the clones of a client share.
pub(crate) struct Handle {
    pub(crate) queue: Arc<Queue>,
    pub(crate) flags: Flags,
    sampling: Arc<Sampling>,
    shutdown_budget: Duration,
}

impl Handle {
    /// Leaves an event with the queue, as far as the plan and the settings from afar let it.
    pub(crate) fn push(&self, event: &'static str, payload: &mut Payload) -> Uuid {
        let sample = self.sampling.sample(event);
        if let Sample::Rate(rate) = sample {
            payload.sampled(rate);
        }
        self.queue.push(event, payload, sample)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.queue.close(deadline(self.shutdown_budget));
    }
}

impl Client {
    /// A client's options, at their defaults.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A client from `POSTHOG_API_KEY` and `POSTHOG_HOST`, else with the defaults of [`Builder`]. Without a key, or
    /// with an unusable host, it is disabled and says in one log line what to set.
    #[must_use]
    pub fn from_env() -> Self {
        Builder::from_env().build()
    }

    fn over(
        queue: Arc<Queue>,
        flags: Flags,
        sampling: Arc<Sampling>,
        shutdown_budget: Duration,
    ) -> Self {
        Self(Arc::new(Handle {
            queue,
            flags,
            sampling,
            shutdown_budget,
        }))
    }

    /// What became of the events so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            payloads_refused: self.0.flags.refused(),
            ..self.0.queue.stats()
        }
    }

    /// Which share of an event is sent at present, by its name, as [`Builder::remote_control`] was told. What is not in
    /// here is sent as the plan says; critical events are sent in full, whatever it says.
    #[must_use]
    pub fn sample_rates(&self) -> BTreeMap<String, f64> {
        (*self.0.sampling.rates()).clone()
    }

    /// Sends what is queued without waiting for company, and waits until every event captured before this call is
    /// delivered or lost, at most `budget`. True if so; [`stats`](Self::stats) has the numbers.
    ///
    /// It blocks the thread. That can't deadlock, for delivery has a thread of its own; but in async code rather use
    /// [`flush_async`](Self::flush_async).
    pub fn flush(&self, budget: Duration) -> bool {
        self.settle(budget, Then::GoOn)
    }

    /// Like [`flush`](Self::flush) without blocking the thread, on any async runtime.
    pub async fn flush_async(&self, budget: Duration) -> bool {
        self.settle_async(budget, Then::GoOn).await
    }

    /// Takes no more events, delivers what is queued, and ends the worker, within the shutdown's budget.
    pub(crate) fn shut_down(&self) -> bool {
        self.settle(self.0.shutdown_budget, Then::Close)
    }

    pub(crate) async fn shut_down_async(&self) -> bool {
        self.settle_async(self.0.shutdown_budget, Then::Close).await
    }

    fn settle(&self, budget: Duration, then: Then) -> bool {
        let (sender, receiver) = mpsc::channel();
        self.ask(budget, then, move |is_settled| _ = sender.send(is_settled));
        receiver.recv_timeout(budget) == Ok(true)
    }

    async fn settle_async(&self, budget: Duration, then: Then) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.ask(budget, then, move |is_settled| _ = sender.send(is_settled));
        receiver.await == Ok(true)
    }

    fn ask(&self, budget: Duration, then: Then, answer: impl FnOnce(bool) + Send + 'static) {
        let deadline = deadline(budget);
        self.0.queue.flush(deadline, Box::new(answer));
        if let Then::Close = then {
            self.0.queue.close(deadline);
        }
    }

    /// Runs a future whose events go to this client instead of the installed one. Tasks that it spawns don't
    /// inherit it.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        current::scope(self.clone(), future)
    }

    /// Runs a function whose events go to this client instead of the installed one.
    pub fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        current::enter(self.clone(), run)
    }

    /// A client that delivers nothing: a testing sink empties its queue.
    pub(crate) fn sink() -> Self {
        Self::offline(None)
    }

    /// A client that counts what it is given as lost.
    pub(crate) fn disabled() -> Self {
        Self::offline(Some(Loss::Disabled))
    }

    fn offline(closed: Option<Loss>) -> Self {
        let queue = Queue::new(Limits::NONE, false, closed);
        let flags = Flags::new(None, None, flags::Options::default());
        let sampling = Arc::new(Sampling::off());
        Self::over(Arc::new(queue), flags, sampling, Duration::ZERO)
    }
}

/// What follows a flush.
#[derive(Clone, Copy)]
enum Then {
    GoOn,
    Close,
}

fn deadline(budget: Duration) -> Instant {
    // For ever is a year: later moments may not exist.
    const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);
    Instant::now() + budget.min(FOR_EVER)
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
