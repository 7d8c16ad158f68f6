//! Tformance in small: a team connects GitHub, Jira and Slack, and sees how its pull requests flow.
//!
//! It is instrumented with trackplan as a user's application would be. The README beside it says which handler
//! captures which event.

mod browser;
mod domain;
mod error;
mod filter;
mod ingest;
mod insights;
mod metrics;
mod pages;
mod profile;
mod provider;
mod session;
mod stand_in;
mod store;
mod sync;
pub mod visit;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::HeaderValue;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use url::Url;

pub use crate::browser::BrowserTracking;
use crate::browser::Tracking;
use crate::provider::{Credentials, Provider};
use crate::store::{Store, secret};
use crate::sync::Job;

/// How to run the application.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the application listens; port 0 takes a free one. Default: a free port on loopback.
    pub address: SocketAddr,
    /// Where the stand-in for GitHub, Jira, Slack and the mail server listens. Default: a free port on loopback.
    pub provider_address: SocketAddr,
    /// The SQLite file; `None`, the default, keeps everything in memory.
    pub database: Option<PathBuf>,
    /// How often all repositories are synchronised; default one hour.
    pub sync_interval: Duration,
    /// Where the events of browsers go; `None`, the default, tracks none.
    pub tracking: Option<BrowserTracking>,
    /// The folder with the built frontend; by default where `npm run build` puts it.
    pub assets: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            address: loopback,
            provider_address: loopback,
            database: None,
            sync_interval: Duration::from_secs(3_600),
            tracking: None,
            assets: concat!(env!("CARGO_MANIFEST_DIR"), "/frontend/dist").into(),
        }
    }
}

/// The application while it serves. Dropping it aborts what it does; [`stop`](Self::stop) ends it in order.
#[derive(Debug)]
pub struct Running {
    app_url: Url,
    provider_url: Url,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// What handlers share.
struct Services {
    store: Store,
    provider: Provider,
    syncs: mpsc::Sender<Job>,
    /// Where a browser finds the application.
    url: Url,
    tracking: Tracking,
    /// The Content-Security-Policy of its pages.
    policy: HeaderValue,
    assets: PathBuf,
}

type App = Arc<Services>;

/// Starts the application, its background task and the stand-in provider.
///
/// Events go to the installed client of [`trackplan`], or nowhere.
///
/// # Errors
///
/// An address is taken, or the database can't be opened.
pub async fn start(config: Config) -> Result<Running> {
    let (listener, app_url) = listen(config.address).await?;
    let (provider_listener, provider_url) = listen(config.provider_address).await?;
    let credentials = Credentials {
        client_id: "tformance".to_owned(),
        client_secret: secret(),
    };
    let store = Store::open(config.database.as_deref()).context("can't open the database")?;
    let (syncs, jobs) = mpsc::channel(1_024);
    let app = Arc::new(Services {
        store,
        provider: Provider::new(provider_url.clone(), credentials.clone())?,
        syncs,
        url: app_url.clone(),
        policy: browser::policy(&provider_url)?,
        tracking: config.tracking.map(Arc::new),
        assets: config.assets,
    });
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    browser::look_for_assets(&app.assets);
    let mut router = pages::router(Arc::clone(&app));
    if let Some(tracking) = &app.tracking {
        router = router.merge(ingest::router(Arc::clone(tracking))?);
    }
    tasks.spawn(serve(listener, router, stopped.clone()));
    tasks.spawn(serve(
        provider_listener,
        stand_in::router(credentials),
        stopped.clone(),
    ));
    tasks.spawn(sync::run(app, jobs, config.sync_interval, stopped));
    Ok(Running {
        app_url,
        provider_url,
        stop,
        tasks,
    })
}

impl Running {
    /// Where the application is.
    #[must_use]
    pub fn app_url(&self) -> &Url {
        &self.app_url
    }

    /// Where the stand-in provider is.
    #[must_use]
    pub fn provider_url(&self) -> &Url {
        &self.provider_url
    }

    /// Answers the requests under way, ends the synchronisation that runs, and stops.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, Url)> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("can't listen on {address}"))?;
    let url = format!("http://{}/", listener.local_addr()?);
    Ok((listener, url.parse()?))
}

async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async move { stop_asked(&mut stopped).await };
    let served = axum::serve(listener, router).with_graceful_shutdown(stop);
    if let Err(error) = served.await {
        tracing::error!(%error, "the server stopped");
    }
}

/// Waits until [`Running::stop`] is called, or nobody can call it any more.
async fn stop_asked(stopped: &mut watch::Receiver<bool>) {
    _ = stopped.wait_for(|is_stopped| *is_stopped).await;
}
