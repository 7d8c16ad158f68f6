//! Captured events on their way to the worker: compact records in two vectors that the worker swaps.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use smallvec::SmallVec;
use uuid::Uuid;

use crate::value::{Value, millis};

/// Who, which groups and which values, encoded; most fit without an allocation.
pub(crate) struct Payload(SmallVec<[u8; 128]>);

/// The tags of encoded values.
pub(crate) mod tag {
    pub(crate) const ABSENT: u8 = 0;
    pub(crate) const NULL: u8 = 1;
    pub(crate) const FALSE: u8 = 2;
    pub(crate) const TRUE: u8 = 3;
    pub(crate) const INT: u8 = 4;
    pub(crate) const UINT: u8 = 5;
    pub(crate) const FLOAT: u8 = 6;
    pub(crate) const TEXT: u8 = 7;
    pub(crate) const TIME: u8 = 8;
    pub(crate) const LIST: u8 = 9;
    pub(crate) const END: u8 = 10;
}

impl Payload {
    pub(crate) fn new() -> Self {
        Self(SmallVec::new())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The actor, then the groups.
    pub(crate) fn head(&mut self, actor: Option<&str>, groups: &[(&'static str, &str)]) {
        match actor {
            Some(actor) => self.text(actor),
            None => self.0.push(tag::ABSENT),
        }
        for (group, key) in groups {
            self.text(group);
            self.text(key);
        }
        self.0.push(tag::END);
    }

    pub(crate) fn values(&mut self, values: &[Value<'_>]) {
        values.iter().for_each(|value| self.value(*value));
    }

    fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Absent => self.0.push(tag::ABSENT),
            Value::Null => self.0.push(tag::NULL),
            Value::Bool(false) => self.0.push(tag::FALSE),
            Value::Bool(true) => self.0.push(tag::TRUE),
            Value::Int(value) => self.word(tag::INT, value.to_le_bytes()),
            Value::Uint(value) => self.word(tag::UINT, value.to_le_bytes()),
            Value::Float(value) if value.is_finite() => self.word(tag::FLOAT, value.to_le_bytes()),
            Value::Float(_) => self.0.push(tag::ABSENT),
            Value::Text(text) => self.text(text),
            Value::Time(millis) => self.word(tag::TIME, millis.to_le_bytes()),
            Value::List(items) => {
                self.0.push(tag::LIST);
                items.each(&mut |item| self.value(item));
                self.0.push(tag::END);
            }
        }
    }

    fn word(&mut self, tag: u8, bytes: [u8; 8]) {
        self.0.push(tag);
        self.0.extend_from_slice(&bytes);
    }

    fn text(&mut self, text: &str) {
        self.0.push(tag::TEXT);
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// What is fixed of an event when it is captured; the server tells duplicates by it.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) event: &'static str,
    pub(crate) uuid: Uuid,
    pub(crate) millis: u64,
    pub(crate) length: usize,
}

/// Captured events, in order.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) heads: Vec<Head>,
    pub(crate) bytes: Vec<u8>,
}

impl Records {
    /// Each event with its encoded payload.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Head, &[u8])> {
        let mut rest = self.bytes.as_slice();
        self.heads.iter().map(move |head| {
            let (payload, after) = rest.split_at_checked(head.length).unwrap_or((rest, &[]));
            rest = after;
            (*head, payload)
        })
    }
}

/// The queue between callers and worker.
pub(crate) struct Buffer {
    inner: Mutex<Inner>,
    capacity: usize,
}

struct Inner {
    records: Records,
    random: fastrand::Rng,
    is_parked: bool,
    /// Bytes that left for delivery and are not settled yet.
    in_flight: usize,
}

/// What became of an event.
pub(crate) enum Pushed {
    Accepted { wake: bool },
    Full,
}

impl Buffer {
    pub(crate) fn new(capacity: usize) -> Self {
        let seed = getrandom::u64().unwrap_or_else(|_| std::process::id().into());
        let random = fastrand::Rng::with_seed(seed);
        Self {
            inner: Mutex::new(Inner {
                records: Records::default(),
                random,
                is_parked: true,
                in_flight: 0,
            }),
            capacity,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stamps and queues an event. No user code runs under the lock.
    pub(crate) fn push(&self, event: &'static str, payload: &Payload) -> (Uuid, Pushed) {
        let bytes = payload.as_bytes();
        let millis = millis(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
        );
        let mut inner = self.lock();
        let mut random = [0; 10];
        inner.random.fill(&mut random);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let queued = inner.records.bytes.len()
            + inner.records.heads.len() * size_of::<Head>()
            + inner.in_flight;
        if queued + bytes.len() + size_of::<Head>() > self.capacity {
            return (uuid, Pushed::Full);
        }
        inner.records.heads.push(Head {
            event,
            uuid,
            millis,
            length: bytes.len(),
        });
        inner.records.bytes.extend_from_slice(bytes);
        (
            uuid,
            Pushed::Accepted {
                wake: std::mem::take(&mut inner.is_parked),
            },
        )
    }

    /// Takes what is queued, leaving `empty` to be filled. With nothing queued and `park`, the next event wakes the worker.
    pub(crate) fn swap(&self, empty: Records, park: bool) -> Records {
        let mut inner = self.lock();
        let taken = std::mem::replace(&mut inner.records, empty);
        inner.is_parked = park && taken.heads.is_empty();
        inner.in_flight += taken.bytes.len() + taken.heads.len() * size_of::<Head>();
        taken
    }

    /// Gives the room of delivered or lost events back.
    pub(crate) fn settle(&self, bytes: usize) {
        let mut inner = self.lock();
        inner.in_flight = inner.in_flight.saturating_sub(bytes);
    }
}
