//! Serves Tformance until it is interrupted. `POSTHOG_API_KEY` and `POSTHOG_HOST` say where its events go.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use tformance::{BrowserTracking, Config};
use url::Url;

/// Tformance in small, instrumented with trackplan
#[derive(Parser)]
struct Options {
    /// Where to listen
    #[arg(long, env = "TFORMANCE_ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8020)))]
    address: SocketAddr,
    /// Where the stand-in for GitHub, Jira, Slack and the mail server listens
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8021)))]
    provider_address: SocketAddr,
    /// The SQLite file [default: everything in memory]
    #[arg(long, env = "TFORMANCE_DATABASE")]
    database: Option<PathBuf>,
    /// Seconds between two synchronisations of all repositories
    #[arg(long, default_value_t = 3_600)]
    sync_interval: u64,
    /// The key of the project that events go to; without one, browsers are not tracked either
    #[arg(long, env = "POSTHOG_API_KEY", hide_env_values = true)]
    posthog_api_key: Option<String>,
    /// PostHog, or a collector
    #[arg(long, env = "POSTHOG_HOST", default_value = "https://us.i.posthog.com")]
    posthog_host: Url,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| "info".into()))
        .init();
    let guard = trackplan::init!();
    let tracking = options.posthog_api_key.map(|key| BrowserTracking {
        key,
        host: options.posthog_host,
        include_robots: false,
    });
    let running = tformance::start(Config {
        address: options.address,
        provider_address: options.provider_address,
        database: options.database,
        sync_interval: Duration::from_secs(options.sync_interval.max(1)),
        tracking,
        ..Config::default()
    })
    .await?;
    tracing::info!(app = %running.app_url(), provider = %running.provider_url(), "serving; stop with Ctrl-C");
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    let stats = guard.shutdown().await;
    tracing::info!(delivered = stats.delivered, lost = stats.lost(), "stopped");
    Ok(())
}
