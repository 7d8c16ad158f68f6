//! What has arrived: the last events, and counts of all.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

use super::Options;
use super::decode::{Batch, RawEvent};
use super::validate::{Validator, Violation};

/// Arrivals that a subscriber may lag behind.
const BACKLOG: usize = 8192;
/// How long a request waits for a subscriber that lags behind by half of that and stands still.
const PATIENCE: Duration = Duration::from_secs(1);
/// JSON of the remembered events.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Event names that are counted apart: a client that makes names up must not fill the memory.
const MAX_NAMES: usize = 4096;
/// What the names beyond are counted as.
const OTHER_NAMES: &str = "(other names)";

/// An event that arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Its place in the order of arrival, from 1.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// Whom it is about; empty if it does not say.
    pub distinct_id: String,
    /// Its id, by which duplicates are told.
    pub uuid: Option<String>,
    /// When it happened, as the client wrote it.
    pub timestamp: Option<String>,
    /// Whether the plan has it. PostHog's own events are in no plan.
    pub is_planned: bool,
    /// Its tier in the plan.
    pub tier: Option<String>,
    /// All properties with their `$…`, without the project's token.
    pub properties: Map<String, Value>,
    /// How often it came again.
    pub duplicates: u64,
    /// How it differs from the plan.
    pub violations: Vec<Violation>,
}

impl Received {
    /// Its `$groups`: type and key.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Value)> {
        let groups = self.properties.get("$groups").and_then(Value::as_object);
        groups
            .into_iter()
            .flatten()
            .map(|(group, key)| (group.as_str(), key))
    }

    /// The properties that the plan declares, or should: those without `$`.
    pub fn own_properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.properties
            .iter()
            .filter(|(name, _)| !name.starts_with('$'))
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Everything about it as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let violations: Vec<Value> = self.violations.iter().map(violation_json).collect();
        json!({
            "number": self.number,
            "event": self.name,
            "distinct_id": self.distinct_id,
            "uuid": self.uuid,
            "timestamp": self.timestamp,
            "tier": self.tier,
            "properties": self.properties,
            "duplicates": self.duplicates,
            "violations": violations,
        })
    }
}

fn violation_json(violation: &Violation) -> Value {
    json!({
        "code": violation.code,
        "message": violation.message,
        "place": violation.place,
        "help": violation.help,
    })
}

/// A request that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The path of the request.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with it.
    pub reason: String,
}

/// Something that arrived.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// An event, for the first time or again.
    Event(Arc<Received>),
    /// A request that could not be read.
    Refused(Arc<Refused>),
}

/// Counts over everything that arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Events, each counted once.
    pub events: u64,
    /// Events that came again.
    pub duplicates: u64,
    /// Violations of all events.
    pub violations: u64,
    /// Requests that could not be read.
    pub refused: u64,
}

/// Counts of one event name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Whether the plan has it.
    pub is_planned: bool,
    /// Events, each counted once.
    pub events: u64,
    /// Events that came again.
    pub duplicates: u64,
    /// Violations.
    pub violations: u64,
}

/// The collector's memory.
#[derive(Debug)]
pub(super) struct Store {
    validator: Validator,
    pub(super) is_strict: bool,
    pub(super) flags: BTreeMap<String, Value>,
    keep: usize,
    kept: Mutex<Kept>,
    totals: watch::Sender<Totals>,
    arrivals: broadcast::Sender<Arrival>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Consecutive in their numbers, with the bytes of each.
    events: VecDeque<(Arc<Received>, usize)>,
    bytes: usize,
    numbers: HashMap<String, u64>,
    last_number: u64,
    tallies: BTreeMap<String, Tally>,
}

impl Store {
    pub(super) fn new(validator: Validator, options: &Options) -> Self {
        Self {
            validator,
            is_strict: options.strict,
            flags: options.flags.clone(),
            keep: options.keep,
            kept: Mutex::default(),
            totals: watch::Sender::new(Totals::default()),
            arrivals: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Checks the events of a request and takes them in.
    pub(super) async fn receive(&self, batch: Batch) -> Vec<Arc<Received>> {
        let mut is_read = true;
        let bytes = batch.bytes / batch.events.len().max(1);
        let mut received = Vec::with_capacity(batch.events.len());
        for raw in batch.events {
            let violations = self.validator.check(&raw, batch.has_token);
            let event = self.keep(raw, violations, bytes);
            self.totals.send_modify(|totals| {
                if event.duplicates == 0 {
                    totals.events += 1;
                    totals.violations += event.violations.len() as u64;
                } else {
                    totals.duplicates += 1;
                }
            });
            is_read = is_read && self.room().await;
            // Nobody may be listening.
            let _ = self.arrivals.send(Arrival::Event(Arc::clone(&event)));
            received.push(event);
        }
        received
    }

    /// Lets the client wait for slow subscribers, so that they miss nothing. False if one stands still.
    async fn room(&self) -> bool {
        let mut backlog = self.arrivals.len();
        let mut progress = Instant::now();
        while backlog >= BACKLOG / 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let now = self.arrivals.len();
            if now < backlog {
                progress = Instant::now();
            } else if progress.elapsed() > PATIENCE {
                return false;
            }
            backlog = now;
        }
        true
    }

    fn keep(&self, raw: RawEvent, violations: Vec<Violation>, bytes: usize) -> Arc<Received> {
        let planned = self.validator.event(&raw.name);
        let tier = planned.and_then(|event| event.tier.as_ref());
        let mut kept = self.kept();
        let number = raw
            .uuid
            .as_ref()
            .and_then(|uuid| kept.numbers.get(uuid))
            .copied();
        let before = number.and_then(|number| kept.find(number));
        let mut event = Received {
            number: 0,
            name: raw.name,
            distinct_id: raw.distinct_id.unwrap_or_default(),
            uuid: raw.uuid,
            timestamp: raw.timestamp,
            is_planned: planned.is_some(),
            tier: tier.map(|tier| tier.value.clone()),
            properties: raw.properties,
            duplicates: 0,
            violations,
        };
        if let Some(before) = before {
            event.number = before.number;
            event.duplicates = before.duplicates + 1;
            *before = Arc::new(event);
            let event = Arc::clone(before);
            kept.tally(&event).duplicates += 1;
            return event;
        }
        kept.last_number += 1;
        event.number = kept.last_number;
        let event = Arc::new(event);
        let tally = kept.tally(&event);
        tally.events += 1;
        tally.violations += event.violations.len() as u64;
        kept.push(Arc::clone(&event), bytes);
        kept.trim(self.keep);
        event
    }

    pub(super) fn refuse(&self, refused: Refused) {
        self.totals.send_modify(|totals| totals.refused += 1);
        // Nobody may be listening.
        let _ = self.arrivals.send(Arrival::Refused(Arc::new(refused)));
    }

    pub(super) fn received(&self) -> Vec<Arc<Received>> {
        let kept = self.kept();
        let events = kept.events.iter();
        events.map(|(event, _)| Arc::clone(event)).collect()
    }

    pub(super) fn tallies(&self) -> Vec<(String, Tally)> {
        let kept = self.kept();
        let tallies = kept.tallies.iter();
        tallies
            .map(|(name, tally)| (name.clone(), tally.clone()))
            .collect()
    }

    pub(super) fn totals(&self) -> watch::Receiver<Totals> {
        self.totals.subscribe()
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arrival> {
        self.arrivals.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The event of a number, if it is still remembered.
    fn find(&mut self, number: u64) -> Option<&mut Arc<Received>> {
        let (first, _) = self.events.front()?;
        let index = usize::try_from(number.checked_sub(first.number)?).ok()?;
        self.events.get_mut(index).map(|(event, _)| event)
    }

    fn tally(&mut self, event: &Received) -> &mut Tally {
        let is_full = self.tallies.len() >= MAX_NAMES && !self.tallies.contains_key(&event.name);
        let name = if is_full { OTHER_NAMES } else { &event.name };
        let tally = self.tallies.entry(name.to_owned()).or_default();
        if !is_full {
            tally.is_planned = event.is_planned;
        }
        tally
    }

    fn push(&mut self, event: Arc<Received>, bytes: usize) {
        if let Some(uuid) = &event.uuid {
            self.numbers.insert(uuid.clone(), event.number);
        }
        self.bytes += bytes;
        self.events.push_back((event, bytes));
    }

    /// Forgets the oldest events beyond the limits.
    fn trim(&mut self, keep: usize) {
        while self.events.len() > keep || self.bytes > MAX_BYTES {
            let Some((event, bytes)) = self.events.pop_front() else {
                return;
            };
            self.bytes -= bytes;
            if let Some(uuid) = &event.uuid {
                self.numbers.remove(uuid);
            }
        }
    }
}

#[cfg(test)]
mod tests;
