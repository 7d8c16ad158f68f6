//! The client: its options, the one that the macros use, and what became of its events.

use std::cell::RefCell;
use std::env;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use uuid::Uuid;

use crate::buffer::{Buffer, Payload, Pushed};
use crate::delivery::{Target, Worker};
use crate::value::Value;

/// PostHog's ingestion in the US, its default.
const US: &str = "https://us.i.posthog.com";
const EU: &str = "https://eu.i.posthog.com";

/// Options of a [`Client`].
#[derive(Debug, Clone)]
pub struct Builder {
    api_key: String,
    host: String,
    flush_interval: Duration,
    max_retries: u32,
    buffer_bytes: usize,
    request_timeout: Duration,
    shutdown_budget: Duration,
}

impl Builder {
    /// The project token, `phc_…`. Without one the client is disabled.
    #[must_use]
    pub fn api_key(self, api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            ..self
        }
    }

    /// The ingestion host; default `https://us.i.posthog.com`. Addresses of PostHog's app become those of its ingestion.
    #[must_use]
    pub fn host(self, host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            ..self
        }
    }

    /// How long events wait for company before they are sent; default 1 s.
    #[must_use]
    pub fn flush_interval(self, flush_interval: Duration) -> Self {
        Self {
            flush_interval,
            ..self
        }
    }

    /// How often a failed request is repeated; default 3, that is 4 requests in all.
    #[must_use]
    pub fn max_retries(self, max_retries: u32) -> Self {
        Self {
            max_retries,
            ..self
        }
    }

    /// The memory that undelivered events may take, in bytes; default 16 MiB. What does not fit is counted as `full`.
    #[must_use]
    pub fn buffer_bytes(self, buffer_bytes: usize) -> Self {
        Self {
            buffer_bytes,
            ..self
        }
    }

    /// How long one request may take; default 10 s.
    #[must_use]
    pub fn request_timeout(self, request_timeout: Duration) -> Self {
        Self {
            request_timeout,
            ..self
        }
    }

    /// How long dropping the [`Guard`] may wait for delivery; default 5 s.
    #[must_use]
    pub fn shutdown_budget(self, shutdown_budget: Duration) -> Self {
        Self {
            shutdown_budget,
            ..self
        }
    }

    /// Starts the client and its thread. Without a key, or with a host that is no URL, it is disabled and says so once.
    #[must_use]
    pub fn build(self) -> Client {
        let counts = Arc::new(Counts::default());
        let buffer = Arc::new(Buffer::new(self.buffer_bytes));
        let worker = match self.target() {
            Ok(target) => Worker::start(target, Arc::clone(&buffer), Arc::clone(&counts)),
            Err(reason) => {
                tracing::warn!("analytics are disabled: {reason}");
                None
            }
        };
        Client {
            shared: Arc::new(Shared {
                buffer,
                counts,
                worker,
                shutdown_budget: self.shutdown_budget,
                is_sink: false,
            }),
        }
    }

    fn target(&self) -> Result<Target, String> {
        let api_key = self.api_key.trim();
        if api_key.is_empty() {
            return Err("set POSTHOG_API_KEY to the project's token to send events".to_owned());
        }
        let host = match self.host.trim().trim_end_matches('/') {
            "" | "https://app.posthog.com" | "https://us.posthog.com" => US,
            "https://eu.posthog.com" => EU,
            host => host,
        };
        let url = reqwest::Url::parse(&format!("{host}/batch/?compression=gzip"))
            .map_err(|error| format!("POSTHOG_HOST is no URL such as {US} ({error})"))?;
        Ok(Target {
            api_key: api_key.to_owned(),
            url,
            flush_interval: self.flush_interval,
            max_retries: self.max_retries,
            request_timeout: self.request_timeout,
        })
    }
}

/// Queues events and delivers them from a thread of its own. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) buffer: Arc<Buffer>,
    pub(crate) counts: Arc<Counts>,
    worker: Option<Worker>,
    shutdown_budget: Duration,
    is_sink: bool,
}

/// What became of the captured events.
///
/// `accepted` is the sum of `delivered`, `rejected`, `expired`, `too_large` and what is still queued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Queued for delivery.
    pub accepted: u64,
    /// Taken by the server.
    pub delivered: u64,
    /// Not queued, because the buffer was full.
    pub full: u64,
    /// Not queued, because the client is disabled.
    pub disabled: u64,
    /// Refused by the server for good.
    pub rejected: u64,
    /// Given up after the last retry.
    pub expired: u64,
    /// Too large for the server even alone.
    pub too_large: u64,
}

macro_rules! counts {
    ($($name:ident,)+) => {
        #[derive(Default)]
        pub(crate) struct Counts { $(pub(crate) $name: AtomicU64,)+ }

        impl Counts {
            fn stats(&self) -> Stats {
                Stats { $($name: self.$name.load(Relaxed),)+ }
            }
        }
    };
}

counts! { accepted, delivered, full, disabled, rejected, expired, too_large, }

impl Client {
    /// A client's options, at their defaults.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            api_key: String::new(),
            host: US.to_owned(),
            flush_interval: Duration::from_secs(1),
            max_retries: 3,
            buffer_bytes: 16 << 20,
            request_timeout: Duration::from_secs(10),
            shutdown_budget: Duration::from_secs(5),
        }
    }

    /// A client from `POSTHOG_API_KEY` and `POSTHOG_HOST`; disabled, with one line in the log, without a key.
    #[must_use]
    pub fn from_env() -> Self {
        let variable = |name| env::var(name).unwrap_or_default();
        Self::builder()
            .api_key(variable("POSTHOG_API_KEY"))
            .host(variable("POSTHOG_HOST"))
            .build()
    }

    /// A client that delivers nothing: what it takes is read by a testing sink.
    pub(crate) fn sink() -> Self {
        let buffer = Arc::new(Buffer::new(usize::MAX));
        let (counts, shutdown_budget) = (Arc::default(), Duration::ZERO);
        Self {
            shared: Arc::new(Shared {
                buffer,
                counts,
                worker: None,
                shutdown_budget,
                is_sink: true,
            }),
        }
    }

    /// What became of the events so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.counts.stats()
    }

    /// Sends what is queued and waits until all of it is delivered or lost, at most `budget`. True if it is.
    ///
    /// It blocks the thread; delivery has a thread of its own, so this can't deadlock.
    pub fn flush(&self, budget: Duration) -> bool {
        self.shared
            .worker
            .as_ref()
            .is_none_or(|worker| worker.flush(budget))
    }

    fn capture(&self, event: &'static str, payload: &Payload) -> Uuid {
        let Shared {
            buffer,
            counts,
            worker,
            is_sink,
            ..
        } = &*self.shared;
        if worker.is_none() && !is_sink {
            counts.disabled.fetch_add(1, Relaxed);
            return Uuid::nil();
        }
        let (uuid, pushed) = buffer.push(event, payload);
        match pushed {
            Pushed::Accepted { wake } => {
                counts.accepted.fetch_add(1, Relaxed);
                if let Some(worker) = worker
                    && wake
                {
                    worker.wake();
                }
            }
            Pushed::Full => {
                if counts.full.fetch_add(1, Relaxed).is_power_of_two() {
                    tracing::warn!("analytics events are dropped: the buffer is full");
                }
            }
        }
        uuid
    }
}

impl From<Builder> for Client {
    fn from(builder: Builder) -> Self {
        builder.build()
    }
}

/// Flushes the installed client when it is dropped.
#[must_use = "dropped at once, it flushes at once, and events at the end of the program are lost"]
pub struct Guard {
    client: Client,
}

impl Guard {
    /// The client that it guards.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.client.flush(self.client.shared.shutdown_budget) {
            tracing::warn!(
                "analytics events were not delivered before the end: {:?}",
                self.client.stats()
            );
        }
    }
}

static INSTALLED: RwLock<Option<Client>> = RwLock::new(None);

thread_local! {
    static SINK: RefCell<Option<Client>> = const { RefCell::new(None) };
}

/// Makes a client the one that the macros use. A later call replaces it.
pub fn install(client: impl Into<Client>) -> Guard {
    let client = client.into();
    *INSTALLED.write().unwrap_or_else(PoisonError::into_inner) = Some(client.clone());
    Guard { client }
}

/// Sets the sink of this thread's tests, and returns the one before.
pub(crate) fn set_sink(sink: Option<Client>) -> Option<Client> {
    SINK.replace(sink)
}

/// Captures an event.
#[doc(hidden)]
pub fn capture(
    event: &'static str,
    actor: Option<&str>,
    groups: &[(&'static str, &str)],
    values: &[Value<'_>],
) -> Uuid {
    let mut payload = Payload::new();
    payload.head(actor, groups);
    payload.values(values);
    capture_payload(event, &payload)
}

pub(crate) fn capture_payload(event: &'static str, payload: &Payload) -> Uuid {
    let in_test = SINK.try_with(|sink| {
        sink.borrow()
            .as_ref()
            .map(|sink| sink.capture(event, payload))
    });
    if let Ok(Some(uuid)) = in_test {
        return uuid;
    }
    let installed = INSTALLED.read().unwrap_or_else(PoisonError::into_inner);
    installed
        .as_ref()
        .map_or_else(Uuid::nil, |client| client.capture(event, payload))
}
