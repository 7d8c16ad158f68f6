//! The options of a client.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Region, host};
use crate::constraints::OnViolation;
use crate::delivery::{self, Target};
#[cfg(feature = "local-evaluation")]
use crate::flags::local;
use crate::flags::{self, Decide, Flags, Remote};
use crate::queue::{Limits, Queue};
use crate::render::common_properties;
use crate::sampling::Sampling;

/// Options of a [`Client`].
///
/// ```
/// use std::time::Duration;
///
/// let options = trackplan::Client::builder()
///     .api_key("phc_…")
///     .region(trackplan::Region::Eu)
///     .flush_interval(Duration::from_millis(500));
/// # drop(options);
/// ```
#[derive(Clone)]
#[must_use = "options do nothing until they are built or installed"]
pub struct Builder {
    api_key: String,
    region: Region,
    /// Blank for the region's.
    host: String,
    flush_interval: Duration,
    buffer_bytes: usize,
    batch_bytes: usize,
    batch_events: usize,
    max_retries: u32,
    request_timeout: Duration,
    concurrency: usize,
    shutdown_budget: Duration,
    disable_geoip: bool,
    on_violation: OnViolation,
    flags: flags::Options,
    remote_control: Option<(String, Duration)>,
    #[cfg(feature = "local-evaluation")]
    definitions: Option<local::Definitions>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            api_key: String::new(),
            region: Region::Us,
            host: String::new(),
            flush_interval: Duration::from_secs(1),
            buffer_bytes: 64 << 20,
            batch_bytes: 1 << 20,
            batch_events: 5_000,
            max_retries: 3,
            request_timeout: Duration::from_secs(10),
            concurrency: 4,
            shutdown_budget: Duration::from_secs(5),
            disable_geoip: true,
            on_violation: OnViolation::default(),
            flags: flags::Options::default(),
            remote_control: None,
            #[cfg(feature = "local-evaluation")]
            definitions: None,
        }
    }
}

impl Builder {
    /// The project token, `phc_…`. No default: without one the client is disabled and says so in one log line.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// Where PostHog keeps the project; default [`Region::Us`]. A [`host`](Self::host) wins over it, and so does
    /// `POSTHOG_HOST` in [`from_env`](Self::from_env).
    pub fn region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// The ingestion host, if it is none of PostHog's own: `https://example.com/ingest` for a proxy of yours, or that of
    /// `cargo xtask collect`; default none, and with a blank one the [`region`](Self::region) counts. Hosts of PostHog's
    /// app (`https://eu.posthog.com`) become those of its ingestion. With what is no `http` or `https` URL the client is
    /// disabled and says so in one log line.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// How long an event waits for company before its batch is sent; default 1 s. A full batch does not wait.
    pub fn flush_interval(mut self, interval: Duration) -> Self {
        self.flush_interval = interval;
        self
    }

    /// Memory for events that are neither delivered nor lost, in bytes; default 64 MiB, at 100 to 200 bytes an
    /// event. What does not fit is lost and counted as [`full`](crate::Stats::full). Up to
    /// [`concurrency`](Self::concurrency) rendered batches come on top.
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.buffer_bytes = bytes;
        self
    }

    /// Uncompressed JSON of one request, in bytes, about; default 1 MiB. Keep it well below the 20 MiB that
    /// PostHog takes: escaping can lengthen texts. A single event may exceed it.
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.batch_bytes = bytes;
        self
    }

    /// Events of one request; default 5,000, at least 1.
    pub fn batch_events(mut self, events: usize) -> Self {
        self.batch_events = events;
        self
    }

    /// How often a failed request is repeated; default 3, that is 4 requests in all. Repeated are no answer at all
    /// and the statuses 408, 429, 500, 502, 503 and 504, after a wait of up to 0.5 s that doubles each time (at
    /// least what `Retry-After` asks for, at most 30 s).
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// How long one request may take, from connecting to the end of the answer; default 10 s.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Requests under way at once; default 4, at least 1. A batch that waits for its next attempt is none.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// How long the end of the program may wait for delivery, in [`Guard`](crate::Guard)'s drop and its `shutdown`;
    /// default 5 s. What is not delivered by then is lost and counted as [`shutdown`](crate::Stats::shutdown).
    pub fn shutdown_budget(mut self, budget: Duration) -> Self {
        self.shutdown_budget = budget;
        self
    }

    /// Whether PostHog derives no place from the sender's address; default true, for on a server that address is
    /// the server's own.
    pub fn disable_geoip(mut self, disable: bool) -> Self {
        self.disable_geoip = disable;
        self
    }

    /// What becomes of an event with a value that breaks a constraint of the plan; default
    /// [`OnViolation::Flag`]: it is sent, and says so.
    pub fn on_violation(mut self, on_violation: OnViolation) -> Self {
        self.on_violation = on_violation;
        self
    }

    /// How long reading a flag may wait for PostHog, a second attempt included; default 3 s. Then the last known value
    /// holds, or the caller's default.
    pub fn flags_timeout(mut self, timeout: Duration) -> Self {
        self.flags.timeout = timeout;
        self
    }

    /// How long the flags of a person are taken for current; default 30 s. A request that has read one keeps what it
    /// has seen.
    pub fn flags_max_age(mut self, max_age: Duration) -> Self {
        self.flags.max_age = max_age;
        self
    }

    /// Whether events that follow a read flag in a request say which flags their person has, as `$feature/…` and
    /// `$active_feature_flags`; default false.
    pub fn flags_on_events(mut self, on_events: bool) -> Self {
        self.flags.on_events = on_events;
        self
    }

    /// Decides flags in the program, from definitions that are fetched at the start and after each `pause` (30 s is
    /// usual), instead of asking PostHog for each person; default none.
    ///
    /// `personal_api_key` is a personal API key, `phx_…`, or a project's secret one, `phs_…`. It is a secret, unlike the
    /// project token: take it from where your secrets are. It goes to the host's `/flags/definitions/` alone.
    ///
    /// What PostHog's crate `posthog-rs` can't decide from somebody's id and groups is asked for as without this: flags
    /// with conditions on properties, and all of them until the first definitions are there. That crate knows nothing of
    /// flags that persist across a sign-in, and decides them by the id of the moment.
    ///
    /// The first flag that a request reads decides all of the project's, which takes about 1 µs for each.
    #[cfg(feature = "local-evaluation")]
    pub fn local_evaluation(
        mut self,
        personal_api_key: impl Into<String>,
        pause: Duration,
    ) -> Self {
        self.definitions = Some(local::Definitions {
            personal_api_key: personal_api_key.into(),
            pause,
        });
        self
    }

    #[cfg(feature = "local-evaluation")]
    fn decide(&mut self, remote: Option<&Remote>) -> Option<Decide> {
        local::start(remote?, self.definitions.take()?)
    }

    #[cfg(not(feature = "local-evaluation"))]
    fn decide(&mut self, _: Option<&Remote>) -> Option<Decide> {
        None
    }

    /// Lets the payload of a flag of PostHog switch events off, or send a share of them, without a deploy; default
    /// none. It is asked for at the start and after each `pause`, for the distinct id `trackplan`.
    ///
    /// The payload says how much of an event is sent: `{"chart_interacted": 0.1, "pr_list_exported": 0}`. Those that are
    /// sent say so in `$sample_rate`, the others are counted as [`sampled`](crate::Stats::sampled). Events of the tier
    /// `critical` are always sent. Who is among the share is so for every event and on every server; the events of nobody
    /// are chosen one by one. What the payload says of an event holds, whatever `sample` the plan has for it; while the
    /// flag is off or has no payload, the plan holds; while there is no answer, what was said last holds.
    /// [`Client::sample_rates`] tells what holds now.
    pub fn remote_control(mut self, flag: impl Into<String>, pause: Duration) -> Self {
        self.remote_control = Some((flag.into(), pause));
        self
    }

    /// Starts the client and its thread. It can't fail: without a key or a usable host the client is disabled,
    /// counts what it is given as lost, and says in one log line what to set.
    #[must_use]
    pub fn build(mut self) -> Client {
        let (shutdown_budget, flags) = (self.shutdown_budget, self.flags);
        let remote_control = self.remote_control.take();
        let limits = Limits {
            buffer_bytes: self.buffer_bytes,
            batch_bytes: self.batch_bytes,
            batch_events: self.batch_events.max(1),
        };
        match self.target() {
            Ok(target) => {
                let queue = Arc::new(Queue::new(limits, true, None));
                let remote = delivery::start(target, &queue);
                let sampling = Arc::new(Sampling::default());
                if let (Some((flag, pause)), Some(remote)) = (remote_control, &remote) {
                    let follow = Arc::clone(&sampling).follow(remote.clone(), flag, pause);
                    remote.worker.spawn(follow);
                }
                let decide = self.decide(remote.as_ref());
                let flags = Flags::new(remote, decide, flags);
                Client::over(queue, flags, sampling, shutdown_budget)
            }
            Err(reason) => {
                tracing::warn!("analytics are disabled: {reason}");
                Client::disabled()
            }
        }
    }

    fn target(&self) -> Result<Target, String> {
        let api_key = self.api_key.trim();
        if api_key.is_empty() {
            return Err("set POSTHOG_API_KEY to the project's token (phc_…)".to_owned());
        }
        let host = match self.host.trim() {
            "" => self.region.host(),
            host => host,
        };
        Ok(Target {
            api_key: api_key.to_owned(),
            url: host::url(host, "batch/?compression=gzip")?,
            flags_url: host::url(host, "flags/?v=2")?,
            common: common_properties(self.disable_geoip),
            disable_geoip: self.disable_geoip,
            flush_interval: self.flush_interval,
            max_retries: self.max_retries,
            request_timeout: self.request_timeout,
            concurrency: self
                .concurrency
                .clamp(1, tokio::sync::Semaphore::MAX_PERMITS),
            on_violation: self.on_violation,
        })
    }

    /// The options that `POSTHOG_API_KEY` and `POSTHOG_HOST` give, else the defaults, for a program that sets more:
    ///
    /// ```
    /// use trackplan::{Builder, Region};
    ///
    /// let guard = trackplan::init!(Builder::from_env().region(Region::Eu));
    /// # drop(guard);
    /// ```
    pub fn from_env() -> Self {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self::default()
            .api_key(variable("POSTHOG_API_KEY").unwrap_or_default())
            .host(variable("POSTHOG_HOST").unwrap_or_default())
    }
}

impl From<Builder> for Client {
    fn from(builder: Builder) -> Self {
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(variables: &[(&str, &str)]) -> Result<Target, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Builder::from_variables(variable).target()
    }

    #[test]
    fn the_environment_gives_key_and_host() {
        let variables = [
            ("POSTHOG_API_KEY", " phc_1\n"),
            ("POSTHOG_HOST", "http://127.0.0.1:8000/"),
        ];
        let target = target(&variables).expect("enabled");
        assert_eq!(target.api_key, "phc_1");
        assert_eq!(
            target.url.as_str(),
            "http://127.0.0.1:8000/batch/?compression=gzip"
        );
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[test]
    fn a_host_wins_over_the_region() {
        let host_of = |builder: Builder| {
            let target = builder.api_key("phc_1").target().expect("enabled");
            target.url.host_str().map(str::to_owned)
        };
        let host = |host: &str| {
            let variable = |name: &str| (name == "POSTHOG_HOST").then(|| host.to_owned());
            host_of(Builder::from_variables(variable).region(Region::Eu))
        };
        assert_eq!(host(" ").as_deref(), Some("eu.i.posthog.com"));
        assert_eq!(
            host("https://example.com/in").as_deref(),
            Some("example.com")
        );
        assert_eq!(
            host_of(Builder::default()).as_deref(),
            Some("us.i.posthog.com")
        );
    }

    #[test]
    fn a_missing_or_blank_key_says_what_to_set() {
        for variables in [&[][..], &[("POSTHOG_API_KEY", " \t")]] {
            let reason = target(variables).err().expect("disabled");
            assert!(reason.contains("POSTHOG_API_KEY"), "{reason}");
        }
    }

    #[test]
    fn an_unusable_host_is_named_and_the_key_is_not() {
        let variables = [("POSTHOG_API_KEY", "phc_1"), ("POSTHOG_HOST", "no url")];
        let reason = target(&variables).err().expect("disabled");
        assert!(reason.contains("\"no url\" (POSTHOG_HOST)"), "{reason}");
        assert!(!reason.contains("phc_1"), "{reason}");
    }
}
