//! `collect`: an endpoint on this machine that takes events as PostHog does and checks each against the tracking plan.
//!
//! It is for development and CI. It answers every client as PostHog would, remembers the last events, and tells what
//! is wrong with them:
//!
//! ```no_run
//! use trackplan_xtask::collect::{Collector, Options};
//!
//! # async fn check(plan: trackplan_schema::plan::Plan) -> anyhow::Result<()> {
//! let collector = Collector::start(plan, ([127, 0, 0, 1], 0).into(), Options::default()).await?;
//! // A client that is given `collector.url()` as its host sends an event …
//! collector.totals().wait_for(|totals| totals.events == 1).await?;
//! for event in collector.received() {
//!     println!("{}: {:?}", event.name, event.violations);
//! }
//! collector.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod decode;
mod print;
mod server;
mod store;
mod validate;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, oneshot, watch};
use tokio::task::JoinHandle;
use trackplan_schema::plan::Plan;

pub use store::{Arrival, Received, Refused, Tally, Totals};
pub use validate::Violation;

pub(crate) use print::Printer;

use crate::live;
use crate::plan::{Loaded, load_or_explain};
use store::Store;
use validate::Validator;

/// How a collector behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What is put before the files in places; default `schema`.
    pub folder: String,
    /// Whether events with violations are answered `drop` where the protocol can say so (v1), so that they surface
    /// in the program that sent them; default false, which answers `warning`.
    pub strict: bool,
    /// How many events are remembered; default 10,000. Duplicates are recognised among them. 64 MiB of JSON is the
    /// most, whatever their number.
    pub keep: usize,
    /// What feature flags are for everybody: true, false, the name of a variant, or an object, which is the payload of a
    /// flag that is on. Default none.
    pub flags: BTreeMap<String, Value>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: "schema".to_owned(),
            strict: false,
            keep: 10_000,
            flags: BTreeMap::new(),
        }
    }
}

/// A running collector. Dropping it stops it.
#[derive(Debug)]
#[must_use = "dropping the collector stops it"]
pub struct Collector {
    url: String,
    store: Arc<Store>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Collector {
    /// Listens on an address, port 0 for a free one, and serves in the tokio runtime of the caller.
    ///
    /// # Errors
    ///
    /// The address can't be listened on, or the plan has a pattern that is no regular expression.
    pub async fn start(plan: Plan, address: SocketAddr, options: Options) -> Result<Self> {
        let validator = Validator::new(plan, &options.folder)?;
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let is_taken = error.kind() == ErrorKind::AddrInUse;
            let problem = anyhow::Error::new(error).context(format!("can't listen on {address}"));
            if is_taken {
                let port = address.port();
                problem.context(format!(
                    "port {port} is in use, perhaps by another collector; stop it, or choose another with --port (0 \
                     takes a free one)"
                ))
            } else {
                problem
            }
        })?;
        let url = format!("http://{}", listener.local_addr()?);
        let store = Arc::new(Store::new(validator, &options));
        let (stop, stopped) = oneshot::channel();
        let router = server::router(Arc::clone(&store));
        let server = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(async {
                // A dropped sender stops the server as a message does.
                let _ = stopped.await;
            });
            // It ends by `stop` alone; axum handles what goes wrong with a connection.
            let _ = served.await;
        });
        Ok(Self {
            url,
            store,
            stop: Some(stop),
            server,
        })
    }

    /// The host to give to a client: `http://127.0.0.1:8010`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The events that are remembered, the oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Arc<Received>> {
        self.store.received()
    }

    /// What came of each event name, sorted by name. Names beyond the first thousands are counted together.
    #[must_use]
    pub fn tallies(&self) -> Vec<(String, Tally)> {
        self.store.tallies()
    }

    /// The counts so far, for one who waits until they change.
    #[must_use]
    pub fn totals(&self) -> watch::Receiver<Totals> {
        self.store.totals()
    }

    /// Everything that arrives from now on. Clients are made to wait for a slow reader; one that stands still for a
    /// second misses the oldest and is told how many.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arrival> {
        self.store.subscribe()
    }

    /// Stops listening, answers the requests under way, and returns within a second.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // What is still open then belongs to a client that hangs.
        let _ = tokio::time::timeout(Duration::from_secs(1), &mut self.server).await;
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The command: collects until Ctrl-C.
pub(crate) fn run(folder: &Path, arguments: &live::Collect) -> Result<ExitCode> {
    let Some(Loaded { plan, name }) = load_or_explain(folder)? else {
        return Ok(ExitCode::FAILURE);
    };
    let options = Options {
        folder: name,
        strict: arguments.strict,
        keep: arguments.keep,
        flags: arguments
            .flags
            .iter()
            .map(|flag| read_flag(flag))
            .collect::<Result<_>>()?,
    };
    let printer = if arguments.json {
        Printer::Json
    } else {
        Printer::terminal()
    };
    let runtime = tokio::runtime::Runtime::new().context("can't start the server's threads")?;
    let totals = runtime.block_on(collect(plan, arguments.port, options, &printer))?;
    if arguments.strict && totals.violations + totals.refused > 0 {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// `new_insights=true`; what is no JSON is the name of a variant.
fn read_flag(text: &str) -> Result<(String, Value)> {
    let (name, value) = text
        .split_once('=')
        .with_context(|| format!("--flag {text} has no value; write --flag {text}=true"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((name.to_owned(), value))
}

async fn collect(plan: Plan, port: u16, options: Options, printer: &Printer) -> Result<Totals> {
    let planned = plan.events.len();
    let collector = Collector::start(plan, ([127, 0, 0, 1], port).into(), options).await?;
    let mut arrivals = collector.subscribe();
    let mut stop = std::pin::pin!(stop_signal()?);
    printer.start(collector.url());
    loop {
        tokio::select! {
            arrival = arrivals.recv() => match arrival {
                Ok(arrival) => printer.arrival(&arrival),
                Err(broadcast::error::RecvError::Lagged(missed)) => printer.missed(missed),
                Err(broadcast::error::RecvError::Closed) => break,
            },
            () = &mut stop => break,
        }
    }
    while let Ok(arrival) = arrivals.try_recv() {
        printer.arrival(&arrival);
    }
    let totals = *collector.totals().borrow();
    printer.summary(&collector.tallies(), totals, planned);
    collector.shutdown().await;
    Ok(totals)
}

/// Ctrl-C, or the signal by which CI ends a process; listened for from the call on.
#[cfg(unix)]
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).context("can't listen for Ctrl-C");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C, listened for from the call on.
#[cfg(windows)]
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let mut ctrl_c = tokio::signal::windows::ctrl_c().context("can't listen for Ctrl-C")?;
    Ok(async move { _ = ctrl_c.recv().await })
}
