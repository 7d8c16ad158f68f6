//! Catching what a test captures, without a network.
//!
//! ```
//! use trackplan::testing::Sink;
//!
//! let sink = Sink::new();
//! // … the code under test, on this thread …
//! assert!(sink.events().is_empty());
//! ```

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Index;
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use crate::client::Client;
use crate::constraints::{Constraints, described};
use crate::current::OnThisThread;
use crate::flags::FlagValue;
use crate::queue::Fate;
use crate::render;

/// Catches the events that its thread captures while it lives, instead of any client: all of them, of whatever share the
/// plan's `sample` sends. Tests that run beside it don't see each other.
///
/// A value that breaks a constraint of the plan makes the test fail: a look at the events panics, at the latest the end
/// of the sink does.
///
/// A runtime with several threads moves tasks away from this one: give them to [`scope`](Self::scope).
#[must_use = "dropped at once, it catches nothing"]
pub struct Sink {
    client: Client,
    caught: Mutex<Caught>,
    _current: OnThisThread,
}

#[derive(Default)]
struct Caught {
    events: Vec<CapturedEvent>,
    constraints: Constraints,
}

/// An event as it would have gone over the wire. `event["integration"]` is a property, `Null` if it was left out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CapturedEvent {
    /// The event's name.
    pub name: String,
    /// The person that it is about. Without an actor it is the event's own id.
    pub distinct_id: String,
    /// Its id, which the call returned.
    pub uuid: String,
    /// The time of the capture, as RFC 3339 in UTC.
    pub timestamp: String,
    /// Its groups, from type to key.
    pub groups: BTreeMap<String, String>,
    /// All its properties, PostHog's own (`$…`) included.
    pub properties: Value,
}

impl Index<&str> for CapturedEvent {
    type Output = Value;

    fn index(&self, property: &str) -> &Value {
        &self.properties[property]
    }
}

impl CapturedEvent {
    fn read(json: &[u8]) -> Self {
        let mut event: Value = serde_json::from_slice(json).unwrap_or_default();
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let (name, distinct_id) = (text("event"), text("distinct_id"));
        let (uuid, timestamp) = (text("uuid"), text("timestamp"));
        let properties = event["properties"].take();
        let groups = properties["$groups"].as_object().into_iter().flatten();
        let groups = groups
            .map(|(group, key)| (group.clone(), key.as_str().unwrap_or_default().to_owned()))
            .collect();
        Self {
            name,
            distinct_id,
            uuid,
            timestamp,
            groups,
            properties,
        }
    }
}

impl Sink {
    /// Starts catching on this thread.
    pub fn new() -> Self {
        let client = Client::sink();
        Self {
            caught: Mutex::default(),
            _current: OnThisThread::new(client.clone()),
            client,
        }
    }

    /// Runs a future whose events are caught on whatever thread it is polled.
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// let sink = trackplan::testing::Sink::new();
    /// tokio::spawn(sink.scope(async { /* … the code under test … */ })).await.unwrap();
    /// assert!(sink.events().is_empty());
    /// # });
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.client.scope(future)
    }

    /// Decides what a flag is for everybody, instead of PostHog. Until then it has the default that its reader gives.
    ///
    /// ```
    /// let sink = trackplan::testing::Sink::new();
    /// sink.flag("new_insights", true);
    /// sink.flag("onboarding_copy", "short");
    /// ```
    pub fn flag(&self, flag: impl Into<String>, value: impl Into<FlagValue>) {
        let flags = &self.client.0.flags;
        flags.set(flag.into(), Some(value.into()), None);
    }

    /// Decides what the payload of a flag is for everybody, as JSON. The flag is on unless [`flag`](Self::flag) says
    /// otherwise.
    ///
    /// ```
    /// let sink = trackplan::testing::Sink::new();
    /// sink.flag("onboarding_copy", "short");
    /// sink.flag_payload("onboarding_copy", r#"{"headline": "Welcome"}"#);
    /// ```
    pub fn flag_payload(&self, flag: impl Into<String>, json: impl Into<String>) {
        let flags = &self.client.0.flags;
        flags.set(flag.into(), None, Some(json.into()));
    }

    /// Everything caught so far, in order.
    ///
    /// # Panics
    ///
    /// A value breaks a constraint of the plan.
    #[must_use]
    #[track_caller]
    pub fn events(&self) -> Vec<CapturedEvent> {
        let (events, violations) = self.catch();
        assert!(violations.is_empty(), "{}", violations.join("\n"));
        events
    }

    /// Everything caught so far, and what of it breaks the plan and is new.
    fn catch(&self) -> (Vec<CapturedEvent>, Vec<String>) {
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        let Caught {
            events,
            constraints,
        } = &mut *caught;
        let mut violations = Vec::new();
        let common = render::common_properties(true);
        let queue = &self.client.0.queue;
        for batch in queue.take_all() {
            for (head, payload) in batch.iter() {
                let mut json = Vec::new();
                render::event(&mut json, &common, head, payload);
                events.push(CapturedEvent::read(&json));
                let broken = constraints.violations(head.event, payload);
                violations.extend(broken.iter().map(|broken| described(head.event, broken)));
            }
            queue.settle(batch, Fate::Delivered);
        }
        (events.clone(), violations)
    }

    /// The one event of this name.
    ///
    /// # Panics
    ///
    /// There is none, or more than one: the test fails with what was caught instead. Or a value breaks a constraint of
    /// the plan.
    #[must_use]
    #[track_caller]
    pub fn one(&self, name: &str) -> CapturedEvent {
        let events = self.events();
        let mut found = events.iter().filter(|event| event.name == name);
        match (found.next(), found.count()) {
            (Some(event), 0) => event.clone(),
            (first, more) => panic!(
                "expected the event `{name}` once, caught it {} times among {}:\n{}",
                usize::from(first.is_some()) + more,
                events.len(),
                listed(&events)
            ),
        }
    }
}

/// A line per event, with the properties that are not PostHog's own.
fn listed(events: &[CapturedEvent]) -> String {
    let line = |event: &CapturedEvent| {
        let properties = event.properties.as_object().into_iter().flatten();
        let own: Vec<String> = properties
            .filter(|(key, _)| !key.starts_with('$'))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        format!(
            "  {} by {}: {}\n",
            event.name,
            event.distinct_id,
            own.join(", ")
        )
    };
    events.iter().map(line).collect()
}

impl Drop for Sink {
    fn drop(&mut self) {
        let (_, violations) = self.catch();
        // A test that fails already has its reason.
        assert!(
            violations.is_empty() || thread::panicking(),
            "{}",
            violations.join("\n")
        );
    }
}

impl Default for Sink {
    fn default() -> Self {
        Self::new()
    }
}
