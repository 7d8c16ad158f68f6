//! The application under a load of mixed users, with and without a client that captures what they do.
//!
//! `cargo bench -p tformance --bench load`. Three servers, each a process of its own, take turns: two without a client,
//! whose difference is the noise, and one whose events go to a stand-in for PostHog. A server's CPU time is that of its
//! process, the worker that renders, compresses and sends the events included, but not the visitors that it hosts.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::{Json, Router};
use tformance::visit::{Consent, Visitor};
use tformance::{BrowserTracking, Config, Running};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use trackplan::{Client, Stats};

const VISITORS: usize = 8;
const ROUNDS: usize = 15;
/// Rounds of all the pages below, by each visitor, in a round of the bench.
const TOURS: usize = 20;
/// The name of the threads that do not count.
const VISITOR_THREADS: &str = "visitor";

/// What somebody looks at: pages, filters that differ from the last time, exports, a page that is not there.
const PAGES: &[&str] = &[
    "dashboard",
    "analytics/overview?range=7d",
    "analytics/overview?range=90d",
    "analytics/throughput?range=30d",
    "analytics/throughput?range=90d",
    "pull-requests",
    "pull-requests?state=merged&assisted=yes&text=cache",
    "pull-requests/export/csv?state=merged",
    "insights",
    "members",
    "settings",
    "nowhere",
];

fn main() -> Result<()> {
    // A server is this program again, told where its events go; cargo's own arguments say nothing.
    match env::args().skip_while(|word| word != "serve").nth(1) {
        Some(posthog) => serve(&posthog),
        None => compare(),
    }
}

fn compare() -> Result<()> {
    let (_posthog, address) = stand_in_for_posthog()?;
    let mut servers = [
        Server::start("without")?,
        Server::start("without")?,
        Server::start(&address)?,
    ];
    let mut costs = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        // Nobody always comes first.
        for turn in 0..servers.len() {
            let which = (turn + round) % servers.len();
            let cost = servers[which].round()?;
            // The first round warms up.
            if round > 0 {
                costs[which].push(cost);
            }
        }
    }
    println!(
        "{} requests by {VISITORS} visitors in each of {ROUNDS} rounds; medians of the rounds",
        VISITORS * TOURS * PAGES.len()
    );
    let [plain, again, tracked] = costs.map(|costs| Cost::median(&costs));
    for (name, cost) in [
        ("without", &plain),
        ("without, again", &again),
        ("with events", &tracked),
    ] {
        println!(
            "{name:<15} {:>8.1} µs CPU per request × {:.3}   {:>6.0} requests/s × {:.3}   p99 {:>6.2} ms × {:.3}",
            cost.cpu * 1e6,
            cost.cpu / plain.cpu,
            cost.rate,
            cost.rate / plain.rate,
            cost.p99 * 1e3,
            cost.p99 / plain.p99,
        );
    }
    for server in servers {
        println!("{}", server.stop()?);
    }
    Ok(())
}

/// A server as the one who compares sees it: a line asks for a round, a line tells what it cost.
struct Server {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Server {
    fn start(posthog: &str) -> Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(["serve", posthog])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let asks = process.stdin.take().context("its standard input")?;
        let answers = process.stdout.take().context("its standard output")?;
        Ok(Self {
            process,
            asks,
            answers: BufReader::new(answers),
        })
    }

    fn round(&mut self) -> Result<Cost> {
        writeln!(self.asks)?;
        let answer = self.answer()?;
        let figures: Vec<f64> = answer
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .with_context(|| format!("a server said {answer:?}"))?;
        let [cpu, rate, p99] = figures[..] else {
            anyhow::bail!("a server said {answer:?}");
        };
        Ok(Cost { cpu, rate, p99 })
    }

    /// Ends the server; what became of its events.
    fn stop(mut self) -> Result<String> {
        drop(self.asks);
        let mut last = String::new();
        self.answers.read_line(&mut last)?;
        ensure!(self.process.wait()?.success(), "a server failed: {last}");
        Ok(last.trim_end().to_owned())
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        let length = self.answers.read_line(&mut line)?;
        ensure!(length > 0, "a server ended too early");
        Ok(line)
    }
}

/// Seconds of CPU per request, requests per second, and the wait in seconds of the slowest request of a hundred.
struct Cost {
    cpu: f64,
    rate: f64,
    p99: f64,
}

impl Cost {
    fn median(costs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = costs.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        Self {
            cpu: of(|cost| cost.cpu),
            rate: of(|cost| cost.rate),
            p99: of(|cost| cost.p99),
        }
    }
}

/// Hosts the application and its visitors, on threads of their own, until standard input ends.
fn serve(posthog: &str) -> Result<()> {
    let server = threads("tformance")?;
    let clients = threads(VISITOR_THREADS)?;
    let is_tracked = posthog != "without";
    let guard = is_tracked.then(|| {
        let client = Client::builder().api_key("phc_load").host(posthog);
        trackplan::install(client)
    });
    let host = is_tracked.then(|| posthog.parse()).transpose()?;
    let tracking = host.map(|host| BrowserTracking {
        key: "phc_load".to_owned(),
        host,
        include_robots: false,
    });
    let config = Config {
        tracking,
        ..Config::default()
    };
    let running = server.block_on(async { tokio::spawn(tformance::start(config)).await? })?;
    let people = clients.block_on(move_in(&running))?;
    for line in std::io::stdin().lines() {
        line?;
        let cost = clients.block_on(tours(&people))?;
        println!("{} {} {}", cost.cpu, cost.rate, cost.p99);
    }
    server.block_on(running.stop());
    let stats: Option<Stats> = guard.map(|guard| server.block_on(guard.shutdown()));
    match stats {
        Some(stats) => {
            ensure!(stats.lost() == 0, "events are lost: {stats:?}");
            println!("{} events delivered, none lost", stats.delivered);
        }
        None => println!("no events"),
    }
    Ok(())
}

/// Threads that live as long as the program, so that their CPU time can be asked for at any time.
fn threads(name: &str) -> Result<Runtime> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name(name)
        .thread_keep_alive(Duration::from_secs(3_600))
        .enable_all()
        .build();
    Ok(runtime?)
}

/// Visitors with a team each, whose repositories are synchronised.
async fn move_in(running: &Running) -> Result<Vec<(Visitor, String)>> {
    let mut people = Vec::new();
    for number in 0..VISITORS {
        let visitor = Visitor::new(running)?;
        let name = format!("visitor-{number}");
        let address = format!("{name}@users.example");
        let form = [("name", name.as_str()), ("email", &address)];
        visitor.submit("signup", &form).await?;
        let page = visitor.submit("teams", &[("name", &name)]).await?;
        let team = page.team()?.to_owned();
        let organisation = format!("org-{number}");
        let consent = Consent::Allow(&organisation);
        visitor.connect(&team, "github", consent).await?;
        let onboarding = format!("t/{team}/onboarding");
        let page = visitor.look(&onboarding).await?;
        let offered = page.all_after("name=\"repository\" value=\"");
        let form: Vec<_> = offered.iter().map(|name| ("repository", *name)).collect();
        visitor
            .submit(&format!("{onboarding}/repositories"), &form)
            .await?;
        visitor.await_sync(&team).await?;
        people.push((visitor, team));
    }
    Ok(people)
}

/// Everybody looks at everything, several times, all at once.
async fn tours(people: &[(Visitor, String)]) -> Result<Cost> {
    let (start, cpu) = (Instant::now(), cpu_time()?);
    let mut visitors = JoinSet::new();
    for (visitor, team) in people {
        let (visitor, team) = (visitor.clone(), team.clone());
        visitors.spawn(async move {
            let mut waits = Vec::with_capacity(TOURS * PAGES.len());
            for page in (0..TOURS).flat_map(|_| PAGES) {
                let start = Instant::now();
                let answer = visitor.look(&format!("t/{team}/{page}")).await?;
                waits.push(start.elapsed());
                ensure!(
                    answer.status.is_success() || *page == "nowhere",
                    "{page} answered {}",
                    answer.status
                );
            }
            Ok(waits)
        });
    }
    let waits: Result<Vec<Vec<Duration>>> = visitors.join_all().await.into_iter().collect();
    let mut waits = waits?.concat();
    let (cpu, elapsed) = (cpu_time()? - cpu, start.elapsed());
    waits.sort_unstable();
    let requests = waits.len() as f64;
    Ok(Cost {
        cpu: cpu.as_secs_f64() / requests,
        rate: requests / elapsed.as_secs_f64(),
        p99: waits[waits.len() * 99 / 100].as_secs_f64(),
    })
}

/// The CPU time of this process without the visitors. Linux tells it per thread, in nanoseconds.
fn cpu_time() -> Result<Duration> {
    let threads = fs::read_dir("/proc/self/task").context("this bench needs Linux")?;
    let nanos = threads.flatten().filter_map(|thread| {
        let name = fs::read_to_string(thread.path().join("comm")).ok()?;
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanos: u64 = stat.split(' ').next()?.parse().ok()?;
        (name.trim() != VISITOR_THREADS).then_some(nanos)
    });
    Ok(Duration::from_nanos(nanos.sum()))
}

/// Takes every batch, in the process that compares.
fn stand_in_for_posthog() -> Result<(thread::JoinHandle<()>, String)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}", listener.local_addr()?);
    let router = Router::new().fallback(async |_: Bytes| Json(serde_json::json!({ "status": 1 })));
    let thread = thread::spawn(move || {
        runtime.block_on(async { _ = axum::serve(listener, router).await });
    });
    Ok((thread, address))
}
