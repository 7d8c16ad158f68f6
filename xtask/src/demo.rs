//! `demo`: the whole product in one command. The reference application, instrumented by our macros, is used by a crowd
//! of visitors over HTTP, and a collector shows what its events look like from PostHog's side.

mod funnel;
mod report;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use tformance::{BrowserTracking, Config, Running, visit};
use tokio::sync::broadcast::error::RecvError;
use trackplan::{Client, Stats};
use trackplan_schema::plan::Plan;

use crate::collect::{Collector, Options, Printer, Received, stop_signal};
use crate::frontend;
use crate::live;
use crate::plan::{Loaded, load_or_explain};
use report::Report;

/// Loopback, on a free port.
const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Runs the demo. It fails if an event is lost, differs from the plan, or never comes.
pub(crate) fn run(folder: &Path, arguments: &live::Demo) -> Result<ExitCode> {
    let Some(loaded) = load_or_explain(folder)? else {
        return Ok(ExitCode::FAILURE);
    };
    frontend::prepare()?;
    let runtime = tokio::runtime::Runtime::new().context("can't start the server's threads")?;
    runtime.block_on(demo(loaded, arguments))
}

async fn demo(Loaded { plan, name }: Loaded, arguments: &live::Demo) -> Result<ExitCode> {
    let options = Options {
        folder: name,
        keep: usize::MAX,
        flags: BTreeMap::from([("new_insights".to_owned(), true.into())]),
        ..Options::default()
    };
    let collector = Collector::start(plan.clone(), ANYWHERE.into(), options).await?;
    let client = Client::builder()
        .api_key("phc_demo")
        .host(collector.url())
        .flush_interval(Duration::from_millis(200));
    let guard = trackplan::install(client);
    let tracking = BrowserTracking {
        key: "phc_demo".to_owned(),
        host: collector.url().parse()?,
        include_robots: true,
    };
    let running = tformance::start(Config {
        tracking: Some(tracking),
        ..Config::default()
    })
    .await?;
    eprintln!(
        "Tformance is at {}, its stand-in for GitHub, Jira and Slack at {}, the collector at {}",
        running.app_url(),
        running.provider_url(),
        collector.url()
    );
    drive(&running, arguments.teams).await?;
    let has_browser = drive_browser(&running).await?;

    if !arguments.serve {
        // The synchronisation that is under way ends first, so that its events count.
        running.stop().await;
        let stats = guard.shutdown().await;
        let is_fine = summarise(&plan, &collector.received(), &stats, has_browser);
        collector.shutdown().await;
        println!("\nTo look around yourself: cargo xtask demo --serve");
        return Ok(if is_fine {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    guard.client().flush_async(Duration::from_secs(10)).await;
    let is_fine = summarise(
        &plan,
        &collector.received(),
        &guard.client().stats(),
        has_browser,
    );
    serve(&running, &collector).await?;
    running.stop().await;
    guard.shutdown().await;
    collector.shutdown().await;
    Ok(if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Sends the crowd through the application and shows how far it is.
async fn drive(running: &Running, teams: usize) -> Result<()> {
    let bar = ProgressBar::new(teams as u64);
    bar.set_style(
        ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len} teams")
            .expect("a valid template"),
    );
    bar.set_message("Visitors use Tformance");
    if bar.is_hidden() {
        eprintln!("{teams} teams use Tformance …");
    }
    let driven = visit::drive(running, teams, &|done, _| bar.set_position(done as u64)).await;
    bar.finish_and_clear();
    driven.context("a visitor could not go on")
}

/// Sends one more person through the application, with a real browser, which sends the events of the frontend; false
/// without one.
async fn drive_browser(running: &Running) -> Result<bool> {
    let Some(chromium) = frontend::chromium() else {
        eprintln!(
            "Chromium is missing, so the events of the frontend are left out; {}",
            frontend::HOW_TO_INSTALL
        );
        return Ok(false);
    };
    eprintln!("Somebody uses Tformance in Chromium …");
    visit::browser::play(running, &chromium, "tour").await?;
    // A beacon outlives its page.
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(true)
}

/// Prints what arrived; whether all is as the plan wants it.
fn summarise(plan: &Plan, received: &[Arc<Received>], stats: &Stats, has_browser: bool) -> bool {
    let report = Report::new(plan, received, stats, has_browser);
    println!("{report}");
    report.is_fine()
}

/// Leaves everything running, and prints what arrives, until Ctrl-C.
async fn serve(running: &Running, collector: &Collector) -> Result<()> {
    println!(
        "\nStill running. Use Tformance at {} and see its events here; Ctrl-C ends it.\n\
         Mail to ada@example.com arrives at {}mailbox/ada@example.com.\n",
        running.app_url(),
        running.provider_url()
    );
    let printer = Printer::terminal();
    let mut arrivals = collector.subscribe();
    let mut stop = std::pin::pin!(stop_signal()?);
    loop {
        tokio::select! {
            arrival = arrivals.recv() => match arrival {
                Ok(arrival) => printer.arrival(&arrival),
                Err(RecvError::Lagged(missed)) => printer.missed(missed),
                Err(RecvError::Closed) => return Ok(()),
            },
            () = &mut stop => return Ok(()),
        }
    }
}
