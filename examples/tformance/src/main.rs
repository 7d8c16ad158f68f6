//! Starts Tformance on loopback; see the README for its settings.

use std::error::Error;

use tformance::{Config, start};
use tokio::signal;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    // Dropped last, when no task can capture any more: what is still queued is delivered then.
    let _analytics = trackplan::init!();
    tokio::runtime::Runtime::new()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let running = start(Config::from_env()?).await?;
    println!("Tformance       {}", running.app_url());
    println!("its neighbours  {}", running.provider_url());
    stop_requested().await?;
    running.shutdown().await;
    Ok(())
}

/// Resolves on Ctrl-C, and on SIGTERM where there is such a thing.
async fn stop_requested() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await
}
