//! Captured events in their compact form, as many as go into one request.

use uuid::Uuid;

use crate::payload::Payload;
use crate::render;

/// What is fixed of an event when it is captured; the server tells duplicates by it.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    /// The description that the macros wrote.
    pub(crate) event: &'static str,
    /// Version 7: it holds the time of the capture too.
    pub(crate) uuid: Uuid,
    payload_bytes: usize,
}

/// Events in the order of their capture.
#[derive(Default)]
pub(crate) struct Batch {
    /// Batches are sealed in this order.
    pub(crate) number: u64,
    heads: Vec<Head>,
    payloads: Vec<u8>,
    json_bytes: usize,
}

/// What an event's JSON holds beside its description and values: id, time, common properties.
const ENVELOPE_BYTES: usize = 320;

impl Batch {
    /// The room that an event takes in memory.
    pub(crate) fn footprint_of(payload: &Payload) -> usize {
        size_of::<Head>() + payload.as_bytes().len()
    }

    /// About how long an event's JSON will be: escaping may lengthen it.
    pub(crate) fn json_bytes_of(event: &str, payload: &[u8]) -> usize {
        event.len() + payload.len() + ENVELOPE_BYTES
    }

    pub(crate) fn push(&mut self, event: &'static str, uuid: Uuid, payload: &Payload) {
        let payload = payload.as_bytes();
        let head = Head {
            event,
            uuid,
            payload_bytes: payload.len(),
        };
        self.copy(head, payload, &[]);
    }

    /// Takes over an event of another batch; `more` follows its payload.
    pub(crate) fn copy(&mut self, head: Head, payload: &[u8], more: &[u8]) {
        self.heads.push(Head {
            payload_bytes: payload.len() + more.len(),
            ..head
        });
        self.payloads.extend_from_slice(payload);
        self.payloads.extend_from_slice(more);
        self.json_bytes += Self::json_bytes_of(head.event, payload) + more.len();
    }

    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub(crate) fn footprint(&self) -> usize {
        self.heads.len() * size_of::<Head>() + self.payloads.len()
    }

    pub(crate) fn json_bytes(&self) -> usize {
        self.json_bytes
    }

    /// Each event with its encoded payload.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Head, &[u8])> {
        let mut rest = self.payloads.as_slice();
        self.heads.iter().map(move |head| {
            let (payload, after) = rest.split_at(head.payload_bytes.min(rest.len()));
            rest = after;
            (*head, payload)
        })
    }

    /// How many events belong to a group that nobody named.
    pub(crate) fn ungrouped(&self) -> u64 {
        let lacks_group =
            |(head, payload): &(Head, &[u8])| render::lacks_group(head.event, payload);
        self.iter().filter(lacks_group).count() as u64
    }

    /// The first and the second half, for a server that finds the whole too large.
    pub(crate) fn halves(mut self) -> [Self; 2] {
        let heads = self.heads.split_off(self.heads.len() / 2);
        let middle = self.heads.iter().map(|head| head.payload_bytes).sum();
        let payloads = self.payloads.split_off(middle);
        self.json_bytes /= 2;
        let second = Self {
            number: self.number,
            heads,
            payloads,
            json_bytes: self.json_bytes,
        };
        [self, second]
    }

    /// Empties the batch and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.heads.clear();
        self.payloads.clear();
        self.json_bytes = 0;
    }
}
