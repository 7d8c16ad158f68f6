//! A tower layer: each request has its context, and its errors are captured.

mod browser;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Poll, ready};

use http::{Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::context::{Context, InContext};
use crate::errors::{Errors, RequestError};
use crate::panics::{Panicked, caught, poll_caught};

/// Says in a response what kind of server error it stands for: `response.extensions_mut().insert(ErrorKind("store"))`.
///
/// A word from the code, never from the error's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorKind(pub &'static str);

/// Says in an extension of a request or a response which route it is, for routers that [`RequestLayer`] does not know.
/// With the feature `axum`, axum's own patterns are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutePattern(pub &'static str);

/// Opens a [`Context`] for each request, and captures what goes wrong in it.
///
/// ```
/// use trackplan::{Errors, RequestLayer};
///
/// let errors = Errors::new(|error| {
///     // track!("error_occurred", route = error.route, …)
/// #   drop(error.clone());
/// });
/// let layer = RequestLayer::new().errors(&errors);
/// # #[cfg(feature = "axum")] {
/// let app: axum::Router = axum::Router::new(); // .route(…)
/// let app = app.layer(layer);
/// # drop(app);
/// # }
/// ```
///
/// With axum give it to `Router::layer`, which runs it behind the routing: around a whole router it would know no
/// routes.
///
/// # The context
///
/// It starts without an actor. The code that finds out who is signed in says so once, in an extractor or middleware:
/// `Context::update(|context| context.actor(&user))`. Events that are captured while the request is handled are about
/// that person; before, or without one, they get no person profile. A spawned task takes the context along with
/// [`Context::carry`]. A body that is streamed after the handler has returned is outside of it.
///
/// # What a browser says
///
/// posthog-js can add its ids to requests (`tracing_headers`), so that what happens before a sign-in belongs to the same
/// visitor, and events to the session's recording. Anybody can send any header, so these are hints:
///
/// - `X-POSTHOG-SESSION-ID` becomes `$session_id` of the events.
/// - `X-POSTHOG-DISTINCT-ID` becomes the [visitor](Context::visitor), who counts only while nobody is signed in. It is
///   taken only if it is a UUID, as those that posthog-js makes up for visitors are: `user_1` in this header is ignored.
///   If the ids of your users are UUIDs, somebody who knows one can put anonymous events beside that person's; then
///   use [`ignore_browser_ids`](Self::ignore_browser_ids).
/// - A cookie by which posthog-js remembers an opt-out makes the context [opted out](Context::opted_out).
///
/// Ids are trimmed, freed from control characters and cut at 1,000 characters.
///
/// # Errors
///
/// With [`errors`](Self::errors), each response of 500 and above, each panic of a handler and each request that got no
/// answer is reported once, inside the request's context, with the route's pattern, the method, the status, and the
/// [`ErrorKind`] that the response holds. So is a response of 408, by which `TimeoutLayer` of tower-http says that a
/// handler took too long. A panic is answered 500 without a body. An error is captured for somebody who opted out too,
/// about nobody.
///
/// Layers that answer themselves, as for a timeout, belong inside of this one: in axum, give them to the router first.
/// From outside they drop the request without an outcome, as a visitor does who leaves, and nothing is reported.
#[derive(Debug, Clone, Default)]
#[must_use = "a layer does nothing until it is given to a router"]
pub struct RequestLayer {
    errors: Option<Errors>,
    ignores_ids: bool,
}

impl RequestLayer {
    /// Contexts only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports errors too.
    pub fn errors(mut self, errors: &Errors) -> Self {
        self.errors = Some(errors.clone());
        self
    }

    /// Takes neither the visitor's id nor the session's from the headers.
    pub fn ignore_browser_ids(mut self) -> Self {
        self.ignores_ids = true;
        self
    }

    fn context<B>(&self, request: &Request<B>) -> Context {
        let headers = request.headers();
        let mut context = Context::new().opted_out(browser::opted_out(headers));
        if self.ignores_ids {
            return context;
        }
        if let Some(visitor) = browser::visitor(headers) {
            context = context.visitor(visitor);
        }
        if let Some(session) = browser::session(headers) {
            context = context.session(session);
        }
        context
    }
}

impl<S> Layer<S> for RequestLayer {
    type Service = RequestService<S>;

    fn layer(&self, inner: S) -> RequestService<S> {
        RequestService {
            inner,
            layer: self.clone(),
        }
    }
}

/// See [`RequestLayer`].
#[derive(Debug, Clone)]
pub struct RequestService<S> {
    inner: S,
    layer: RequestLayer,
}

impl<S, B, R> Service<Request<B>> for RequestService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = RequestFuture<S::Future>;

    fn poll_ready(&mut self, task: &mut std::task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<B>) -> RequestFuture<S::Future> {
        let context = self.layer.context(&request);
        let report = self.layer.errors.as_ref().map(|errors| Report {
            errors: errors.clone(),
            route: Route::of(request.extensions()),
            method: RequestError::new("", "")
                .method(request.method().as_str())
                .method,
        });
        let (called, context) = context.enter(|| {
            let called = caught(|| self.inner.call(request));
            // What the call has found out so far.
            (called, Context::current())
        });
        let (future, panicked) = match called {
            Ok(future) => (Some(future), None),
            Err(panicked) => (None, Some(panicked)),
        };
        RequestFuture {
            handling: context.around(Handling {
                future,
                panicked,
                report,
            }),
        }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`RequestService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct RequestFuture<F> {
        #[pin]
        handling: InContext<Handling<F>>,
    }
}

impl<F, R, E> Future for RequestFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<F::Output> {
        self.project().handling.poll(task)
    }
}

impl<F> fmt::Debug for RequestFuture<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestFuture")
            .finish_non_exhaustive()
    }
}

pin_project_lite::pin_project! {
    /// A request that is being handled, inside its context.
    struct Handling<F> {
        #[pin]
        future: Option<F>,
        // The call itself did, so there is no future.
        panicked: Option<Panicked>,
        report: Option<Report>,
    }
}

impl<F, R, E> Future for Handling<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let outcome = match (this.panicked.take(), this.future.as_pin_mut()) {
            (None, Some(future)) => ready!(poll_caught(future, task)),
            (Some(panicked), _) => Err(panicked),
            (None, None) => return Poll::Pending,
        };
        let Some(report) = this.report.take() else {
            return Poll::Ready(outcome.unwrap_or_else(|panicked| panicked.resume()));
        };
        Poll::Ready(match outcome {
            Ok(Ok(mut response)) => {
                report.response(&mut response);
                Ok(response)
            }
            Ok(Err(error)) => {
                report.error(StatusCode::INTERNAL_SERVER_ERROR, "service", None);
                Err(error)
            }
            Err(_) => {
                report.error(StatusCode::INTERNAL_SERVER_ERROR, "panic", None);
                let mut response = Response::new(R::default());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response.extensions_mut().insert(Reported);
                Ok(response)
            }
        })
    }
}

/// Where errors go, and what to tell of the request.
struct Report {
    errors: Errors,
    route: Route,
    method: &'static str,
}

impl Report {
    fn response<R>(&self, response: &mut Response<R>) {
        let status = response.status();
        let is_reported = response.extensions_mut().insert(Reported).is_some();
        let is_timeout = matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT
        );
        let is_error = status.is_server_error() || is_timeout;
        if !is_error || is_reported {
            return;
        }
        let extensions = response.extensions();
        let kind = extensions.get().map(|ErrorKind(kind)| *kind);
        let kind = kind.unwrap_or(if is_timeout { "timeout" } else { "other" });
        self.error(status, kind, extensions.get().copied());
    }

    fn error(&self, status: StatusCode, kind: &'static str, pattern: Option<RoutePattern>) {
        let route = match pattern {
            Some(RoutePattern(pattern)) => pattern,
            None => self.route.as_str(),
        };
        let error = RequestError {
            method: self.method,
            ..RequestError::new(route, kind).status(status.as_u16())
        };
        let report = || self.errors.report(&error);
        if Context::with_current(Context::is_opted_out) {
            Context::new().enter(report);
        } else {
            report();
        }
    }
}

/// Marks a response that a layer has seen, so that one around it leaves it alone.
#[derive(Clone)]
struct Reported;

enum Route {
    Pattern(RoutePattern),
    #[cfg(feature = "axum")]
    Matched(axum::extract::MatchedPath),
    Unmatched,
}

impl Route {
    fn of(extensions: &http::Extensions) -> Self {
        if let Some(pattern) = extensions.get() {
            return Self::Pattern(*pattern);
        }
        #[cfg(feature = "axum")]
        if let Some(matched) = extensions.get::<axum::extract::MatchedPath>() {
            return Self::Matched(matched.clone());
        }
        Self::Unmatched
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Pattern(RoutePattern(pattern)) => pattern,
            #[cfg(feature = "axum")]
            Self::Matched(matched) => matched.as_str(),
            Self::Unmatched => "unmatched",
        }
    }
}
