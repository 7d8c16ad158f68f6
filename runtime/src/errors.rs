//! Errors of the server as events, at a bounded rate, without anything that a request brought along.

use std::fmt;
use std::future::Future;
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use crate::limiter::{Key, Limiter, Rate};
use crate::panics::{Panicked, poll_caught};

/// The route and the kind of errors beyond all that are told apart.
const OVERFLOW: &str = "other";
/// The most characters of a route that are kept.
const MAX_ROUTE: usize = 200;

/// An error that is to be captured. It holds names from the code alone: no message, path, query, header or body.
///
/// Not every error gets here: of those with the same route and kind, only some do (see [`Errors`]), and the next one
/// says how many were [`suppressed`](Self::suppressed).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestError<'a> {
    /// The pattern of the route, `/t/{team}/insights`; `unmatched` where none was.
    pub route: &'a str,
    /// The method in lower case: `get`, `post`, `put`, `patch`, `delete`, `head`, `options`, `connect`, `trace`, else
    /// `other`.
    pub method: &'static str,
    /// The status of the answer; 500 outside of requests.
    pub status: u16,
    /// What went wrong: the `ErrorKind` of the response, `panic`, `timeout` (408 and 504), `service` (no answer at all), else
    /// `other`.
    pub kind: &'static str,
    /// Errors of the same route and kind since the last event that gave none.
    pub suppressed: Option<NonZero<u64>>,
}

impl<'a> RequestError<'a> {
    /// An error that nothing else reports: of a spawned task, or under a server without tower.
    ///
    /// `route` is the pattern of the route, or the name of the job. Never build it from what somebody sent.
    #[must_use]
    pub fn new(route: &'a str, kind: &'static str) -> Self {
        let end = route.char_indices().nth(MAX_ROUTE);
        Self {
            route: end.map_or(route, |(end, _)| &route[..end]),
            method: "other",
            status: 500,
            kind,
            suppressed: None,
        }
    }

    /// Sets the method; what is none of HTTP's own becomes `other`.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        const KNOWN: [&str; 9] = [
            "get", "post", "put", "patch", "delete", "head", "options", "connect", "trace",
        ];
        let known = KNOWN
            .iter()
            .find(|known| known.eq_ignore_ascii_case(method));
        self.method = known.unwrap_or(&"other");
        self
    }

    /// Sets the status of the answer.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// Turns errors into events, as your plan wants them, at a bounded rate.
///
/// The closure captures an event of your plan, so the compiler checks it:
///
/// ```
/// use trackplan::{Errors, PlanEnum, RequestError, testing::Sink, track};
///
/// #[derive(PlanEnum)]
/// #[plan_enum("error_occurred.http_method")]
/// enum Method { Get, Post, Put, Patch, Delete, Other }
///
/// let errors = Errors::new(|error| {
///     track!(
///         "error_occurred",
///         route = error.route,
///         status = error.status,
///         error_type = error.kind,
///         http_method = Method::parse(error.method).unwrap_or(&Method::Other),
///         suppressed_count = error.suppressed,
///     );
/// });
/// let sink = Sink::new();
/// errors.report(&RequestError::new("nightly report", "timeout"));
/// assert_eq!(sink.one("error_occurred")["error_type"], "timeout");
/// ```
///
/// With the feature `tower`, `RequestLayer` reports every response of 500 and above, timeouts (408), and every panic of a
/// handler.
/// [`watch`](Self::watch) does the latter for futures elsewhere, and [`report`](Self::report) takes the rest.
///
/// # Rate
///
/// Of the errors with the same route and kind, 10 at once are captured and then one each 10 s, or what
/// [`rate`](Self::rate) says. The next captured one carries the number of those in between. What is left at the end is
/// captured when the last clone is dropped, so let the [`Guard`](crate::Guard) live longer. Some 1,000 routes and kinds
/// are told apart; beyond, errors are counted together as `other`.
#[derive(Clone)]
pub struct Errors(Arc<Shared>);

struct Shared {
    capture: Box<dyn Fn(&RequestError<'_>) + Send + Sync>,
    limiter: Mutex<Limiter<Details>>,
}

/// What a bucket does not say of an error.
type Details = (&'static str, u16);

impl Errors {
    /// Captures errors with a closure.
    pub fn new(capture: impl Fn(&RequestError<'_>) + Send + Sync + 'static) -> Self {
        Self::rate(10, Duration::from_secs(10), capture)
    }

    /// Captures at most `burst` errors of the same route and kind at once, and one more each `pause`.
    pub fn rate(
        burst: u32,
        pause: Duration,
        capture: impl Fn(&RequestError<'_>) + Send + Sync + 'static,
    ) -> Self {
        let rate = Rate {
            burst: burst.max(1),
            pause,
        };
        Self(Arc::new(Shared {
            capture: Box::new(capture),
            limiter: Mutex::new(Limiter::new(rate)),
        }))
    }

    /// Captures an error, or counts it for the next one.
    pub fn report(&self, error: &RequestError<'_>) {
        let key = Key {
            route: error.route.to_owned(),
            kind: error.kind,
        };
        let overflow = || Key {
            route: OVERFLOW.to_owned(),
            kind: OVERFLOW,
        };
        let details = (error.method, error.status);
        let now = Instant::now();
        let admitted = self.0.limiter().admit(key, overflow, details, now);
        if let Some((key, suppressed)) = admitted {
            self.0.capture(&key, details, suppressed);
        }
    }

    /// Reports if a future panics, with the kind `panic`. The panic ends here; [`Panicked::resume`] lets it go on.
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// # let errors = trackplan::Errors::new(|_| ());
    /// let outcome = tokio::spawn(errors.watch("nightly report", async { 6 * 7 })).await;
    /// assert_eq!(outcome.unwrap().unwrap(), 42);
    /// # });
    /// ```
    pub fn watch<F: Future>(&self, route: &'static str, future: F) -> Watched<F> {
        Watched {
            future,
            errors: self.clone(),
            route,
        }
    }

    /// Captures what was suppressed and is not told yet, an event for each route and kind.
    pub fn flush(&self) {
        self.0.flush();
    }
}

impl Shared {
    fn limiter(&self) -> MutexGuard<'_, Limiter<Details>> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn capture(&self, key: &Key, (method, status): Details, suppressed: u64) {
        (self.capture)(&RequestError {
            route: &key.route,
            method,
            status,
            kind: key.kind,
            suppressed: NonZero::new(suppressed),
        });
    }

    fn flush(&self) {
        let left = self.limiter().drain();
        for (key, details, suppressed) in left {
            self.capture(&key, details, suppressed);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flush();
    }
}

impl fmt::Debug for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Errors").finish_non_exhaustive()
    }
}

pin_project_lite::pin_project! {
    /// See [`Errors::watch`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Watched<F> {
        #[pin]
        future: F,
        errors: Errors,
        route: &'static str,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let outcome = ready!(poll_caught(this.future, task));
        if outcome.is_err() {
            this.errors.report(&RequestError::new(this.route, "panic"));
        }
        Poll::Ready(outcome)
    }
}
