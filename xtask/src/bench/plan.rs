//! What a large plan costs: read, checked, compiled and written; and with a mistake in every event, rendered.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use trackplan_schema::lock;
use trackplan_schema::plan::Source;
use trackplan_schema::yaml;

use super::{median, timed};

const SIZES: [usize; 2] = [1_000, 5_000];
const ROUNDS: usize = 5;
const EVENTS_PER_FILE: usize = 50;

/// Processor seconds of one round.
#[derive(Clone, Copy)]
struct Round {
    load: f64,
    compile: f64,
    write: f64,
    /// Loading and rendering a plan with a mistake in every event.
    broken: f64,
}

pub(super) fn run() -> Result<ExitCode> {
    println!(
        "CPU seconds in this release build, medians of {ROUNDS} rounds; 8 properties an event"
    );
    println!("events  read and check  compile  write   all  with a mistake each");
    let mut totals = Vec::new();
    for size in SIZES {
        let (good, broken) = (plan(size, "growth"), plan(size, "grwth"));
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(round(&good, &broken, size)?);
        }
        let of = |part: fn(&Round) -> f64| median(rounds.iter().map(part).collect());
        let all = of(|round| round.load + round.compile + round.write);
        let (load, compile, write) = (
            of(|round| round.load),
            of(|round| round.compile),
            of(|round| round.write),
        );
        let broken = of(|round| round.broken);
        println!("{size:6}  {load:14.3}  {compile:7.3}  {write:5.3}  {all:5.3}  {broken:19.3}");
        totals.push((load + compile, broken));
    }
    if let [(small, small_broken), (large, large_broken)] = totals.as_slice() {
        println!(
            "5,000 : 1,000 = {:.1} without writing, {:.1} with a mistake each (linear is 5); \
             what writing costs is up to the file system",
            large / small,
            large_broken / small_broken
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn round(good: &[Source], broken: &[Source], size: usize) -> Result<Round> {
    let folder = tempfile::tempdir().context("can't create a folder")?;
    let (load, (plan, found)) = timed(|| yaml::load(good.to_vec()));
    ensure!(
        found.is_empty(),
        "the generated plan has findings: {found:?}"
    );
    let (compile, files) = timed(|| lock::compile(&plan));
    let (write, written) = timed(|| {
        (files.iter()).try_for_each(|(path, text)| write_file(&folder.path().join(path), text))
    });
    written?;
    let (broken, count) = timed(|| {
        let (plan, found) = yaml::load(broken.to_vec());
        let text = yaml::render(&found, &plan.sources, "schema", false);
        text.matches("error[unknown-reference]").count()
    });
    ensure!(count == size, "{count} findings for {size} mistakes");
    Ok(Round {
        load,
        compile,
        write,
        broken,
    })
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// A plan of a size, in files as people would have them.
fn plan(events: usize, owner: &str) -> Vec<Source> {
    let head = "plan: bench\n\
        tiers:\n  critical: { requires: [description, owner, trigger] }\n\
        owners:\n  growth: { contact: '#growth' }\n\
        enums:\n  sync_trigger: [manual, scheduled, webhook]\n\
        groups:\n  team: { key: team_slug, properties: { is_paying: boolean } }\n";
    let mut sources = vec![source("plan.yaml", head.to_owned())];
    for start in (0..events).step_by(EVENTS_PER_FILE) {
        let mut text = "events:\n".to_owned();
        for number in start..events.min(start + EVENTS_PER_FILE) {
            text.push_str(&event(&letters(number), owner));
        }
        sources.push(source(&format!("area_{start:05}.yaml"), text));
    }
    sources
}

fn source(path: &str, text: String) -> Source {
    Source {
        path: path.to_owned(),
        text,
    }
}

fn event(word: &str, owner: &str) -> String {
    format!(
        "  report_{word}_exported:
    description: \"Somebody downloaded the report about {word} as a file.\"
    trigger: \"The last byte of the file left the server.\"
    tier: critical
    source: backend
    scope: team
    owner: {owner}
    properties:
      {word}_format: {{ type: enum, values: [csv, json, xlsx], description: \"What kind of file it is.\" }}
      sync_trigger: sync_trigger
      has_filters: {{ type: boolean, description: \"Whether the list was narrowed down before.\" }}
      row_total: {{ type: integer, min: 0, description: \"Lines of the file, without the heading.\" }}
      elapsed_ms: {{ type: duration, description: \"From the click to the last byte.\" }}
      {word}_label: {{ type: string, max_length: 40, pii: none, examples: [weekly], description: \"The label that was chosen.\" }}
      {word}_share: {{ type: number, min: 0, max: 100, unit: percent, optional: true, description: \"Part of all lines.\" }}
      last_opened_at: {{ type: datetime, nullable: true, description: \"The moment of the visit before.\" }}
"
    )
}

/// A word of its own for each number, in which no two differ by a plural.
fn letters(mut number: usize) -> String {
    const ALPHABET: &[char] = &[
        'a', 'b', 'c', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 't',
    ];
    let mut word = String::new();
    for _ in 0..5 {
        word.extend(ALPHABET.get(number % ALPHABET.len()));
        number /= ALPHABET.len();
    }
    word
}
