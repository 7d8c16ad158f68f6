//! Catching what a test captures, without a network.

use std::marker::PhantomData;
use std::ops::Index;

use serde_json::Value;

use crate::client::{self, Client};
use crate::render;

/// Catches the events that this thread captures while it lives; other threads' tests don't see them.
///
/// ```
/// let sink = trackplan::testing::Sink::new();
/// // … the code under test …
/// assert!(sink.events().is_empty());
/// ```
#[must_use = "dropped at once, it catches nothing"]
pub struct Sink {
    client: Client,
    before: Option<Client>,
    caught: std::cell::RefCell<Vec<Captured>>,
    /// It belongs to its thread.
    thread: PhantomData<*const ()>,
}

/// An event as it would have gone over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// The event's name.
    pub name: String,
    /// The person that it is about.
    pub distinct_id: String,
    /// Its id.
    pub uuid: String,
    /// Its properties.
    pub properties: Value,
}

impl Index<&str> for Captured {
    type Output = Value;

    /// A property; `Null` if it is absent.
    fn index(&self, property: &str) -> &Value {
        &self.properties[property]
    }
}

impl Sink {
    /// Starts catching on this thread.
    pub fn new() -> Self {
        let client = Client::sink();
        let before = client::set_sink(Some(client.clone()));
        Self {
            client,
            before,
            caught: Default::default(),
            thread: PhantomData,
        }
    }

    /// Everything caught so far, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Captured> {
        let records = self.client.shared.buffer.swap(Default::default(), false);
        let mut caught = self.caught.borrow_mut();
        for (head, payload) in records.iter() {
            let mut json = Vec::new();
            render::event(&mut json, head, payload);
            let mut event: Value = serde_json::from_slice(&json).unwrap_or_default();
            let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
            let (name, distinct_id, uuid) = (text("event"), text("distinct_id"), text("uuid"));
            caught.push(Captured {
                name,
                distinct_id,
                uuid,
                properties: event["properties"].take(),
            });
        }
        caught.clone()
    }

    /// The one event of this name.
    ///
    /// # Panics
    ///
    /// There is none, or more than one: the test fails with what was caught instead.
    #[must_use]
    #[track_caller]
    pub fn one(&self, name: &str) -> Captured {
        let events = self.events();
        let found: Vec<&Captured> = events.iter().filter(|event| event.name == name).collect();
        match found[..] {
            [event] => event.clone(),
            _ => {
                let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
                panic!(
                    "expected `{name}` once, found it {} times among {names:?}",
                    found.len()
                )
            }
        }
    }
}

impl Default for Sink {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        client::set_sink(self.before.take());
    }
}
