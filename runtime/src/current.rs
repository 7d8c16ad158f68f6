//! Which client the macros use: that of the task's scope, that of the thread's test, or the installed one.

use std::cell::RefCell;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};

use arc_swap::ArcSwapOption;
use uuid::Uuid;

use crate::client::{Client, Handle};
use crate::payload::Payload;
use crate::stats::{Loss, Stats};

static INSTALLED: ArcSwapOption<Handle> = ArcSwapOption::const_empty();

/// Counts what is captured while no client is installed.
static NOBODY: LazyLock<Client> = LazyLock::new(Client::disabled);

tokio::task_local! {
    static SCOPE: Client;
}

thread_local! {
    /// The sinks of this thread, the last one in use.
    static SINKS: RefCell<Vec<Client>> = const { RefCell::new(Vec::new()) };
}

/// The client that an event captured here and now goes to. Without one, a disabled client that counts the loss.
#[must_use]
pub fn client() -> Client {
    let cloned = |handle: &Arc<Handle>| Client(Arc::clone(handle));
    with_current(cloned).unwrap_or_else(|| NOBODY.clone())
}

/// Leaves an event with the current client.
pub(crate) fn push(event: &'static str, payload: &mut Payload) -> Uuid {
    let mut push = |handle: &Arc<Handle>| handle.push(event, payload);
    with_current(&mut push).unwrap_or_else(|| {
        static IS_TOLD: AtomicBool = AtomicBool::new(false);
        if !IS_TOLD.swap(true, Relaxed) {
            tracing::warn!(
                "analytics events are lost: no client is installed; \
                 start `main` with `let _guard = trackplan::init!();`"
            );
        }
        push(&NOBODY.0)
    })
}

/// Counts an event that can't be sent, for nobody is known that it would be about.
pub(crate) fn refuse(loss: Loss) -> Uuid {
    let refuse = |handle: &Arc<Handle>| handle.queue.refuse(loss);
    with_current(refuse).unwrap_or_else(|| refuse(&NOBODY.0))
}

fn with_current<R>(mut run: impl FnMut(&Arc<Handle>) -> R) -> Option<R> {
    if let Ok(result) = SCOPE.try_with(|client| run(&client.0)) {
        return Some(result);
    }
    let in_test = SINKS.try_with(|sinks| sinks.borrow().last().map(|client| run(&client.0)));
    if let Ok(Some(result)) = in_test {
        return Some(result);
    }
    INSTALLED.load().as_ref().map(run)
}

pub(crate) fn scope<F: Future>(
    client: Client,
    future: F,
) -> impl Future<Output = F::Output> + use<F> {
    SCOPE.scope(client, future)
}

/// Gives a future the scope that holds here, if any, wherever it is polled.
pub(crate) fn carry<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let client = SCOPE.try_with(Client::clone);
    async {
        match client {
            Ok(client) => scope(client, future).await,
            Err(_) => future.await,
        }
    }
}

pub(crate) fn enter<R>(client: Client, run: impl FnOnce() -> R) -> R {
    SCOPE.sync_scope(client, run)
}

/// Makes a client the current one of this thread until it is dropped.
pub(crate) struct OnThisThread {
    client: Client,
    /// It belongs to its thread.
    thread: PhantomData<*const ()>,
}

impl OnThisThread {
    pub(crate) fn new(client: Client) -> Self {
        SINKS.with_borrow_mut(|sinks| sinks.push(client.clone()));
        Self {
            client,
            thread: PhantomData,
        }
    }
}

impl Drop for OnThisThread {
    fn drop(&mut self) {
        // A thread that is ending has no sinks any more.
        _ = SINKS.try_with(|sinks| {
            let is_other = |other: &Client| !Arc::ptr_eq(&other.0, &self.client.0);
            sinks.borrow_mut().retain(is_other);
        });
    }
}

/// Makes a client, or what its [`Builder`](crate::Builder) describes, the one that the macros use.
///
/// A later call replaces it: events go to the new client, and the earlier one delivers what it has until its own
/// guard is dropped. [`init!`](crate::init) is this with the plan's changes tracked; use that in a program.
///
/// ```
/// let guard = trackplan::install(trackplan::Client::builder());
/// // … the program; it has no key here, so nothing is sent …
/// drop(guard);
/// ```
pub fn install(client: impl Into<Client>) -> Guard {
    let client = client.into();
    INSTALLED.store(Some(Arc::clone(&client.0)));
    Guard { client }
}

/// An installation. Dropping it shuts the client down: what is queued is delivered, or counted as lost once the
/// [`shutdown_budget`](crate::Builder::shutdown_budget) is over.
///
/// The drop blocks the thread for at most that budget, inside an async task too; that can't deadlock, for delivery
/// has a thread of its own. [`shutdown`](Self::shutdown) waits without blocking.
#[must_use = "dropped at once, it shuts the client down at once, and no event is delivered"]
#[derive(Debug)]
pub struct Guard {
    client: Client,
}

impl Guard {
    /// The client that it guards.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Shuts the client down as dropping does, without blocking the thread, and returns what became of all its
    /// events.
    pub async fn shutdown(self) -> Stats {
        self.uninstall();
        self.client.shut_down_async().await;
        self.client.stats()
    }

    /// Unless another client was installed since.
    fn uninstall(&self) {
        INSTALLED.compare_and_swap(&Some(Arc::clone(&self.client.0)), None);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.uninstall();
        self.client.shut_down();
    }
}
