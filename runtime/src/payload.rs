//! The compact form of a captured event: whom it is about and its values, as bytes.
//!
//! A payload is two subjects (what the context says, then what the call says), then the values. Callers encode it
//! before any lock is taken; the worker turns it into JSON. Its keys are in the event's description.

use std::cell::Cell;
use std::iter;

use crate::context::Context;
use crate::record::Taker;
use crate::value::Value;

/// What the next bytes are. A list or a subject stops at `END`, as does a payload that runs out.
pub(crate) mod tag {
    pub(crate) const END: u8 = 0;
    pub(crate) const ABSENT: u8 = 1;
    pub(crate) const NULL: u8 = 2;
    pub(crate) const FALSE: u8 = 3;
    pub(crate) const TRUE: u8 = 4;
    pub(crate) const INT: u8 = 5;
    pub(crate) const UINT: u8 = 6;
    pub(crate) const FLOAT: u8 = 7;
    pub(crate) const TEXT: u8 = 8;
    pub(crate) const TIME: u8 = 9;
    pub(crate) const LIST: u8 = 10;
    /// The id of somebody who is not signed in.
    pub(crate) const VISITOR: u8 = 11;
    /// The session's id.
    pub(crate) const SESSION: u8 = 12;
    /// Members of a JSON object as they are: the flags of a person, or after the values what no description has.
    pub(crate) const MEMBERS: u8 = 13;
    /// The values of an object's fields, up to `END`.
    pub(crate) const OBJECT: u8 = 14;
}

/// The encoder, over a buffer of those that each thread keeps.
pub(crate) struct Payload {
    bytes: Vec<u8>,
    left_out: u32,
    is_opted_out: bool,
}

/// A larger buffer than this is given back after the one event that needed it.
const KEPT_BYTES: usize = 64 << 10;

thread_local! {
    /// Two, for a struct's values are encoded apart from whom they are about.
    static KEPT: [Cell<Vec<u8>>; 2] = const { [Cell::new(Vec::new()), Cell::new(Vec::new())] };
}

impl Payload {
    /// An empty payload that does not allocate once the thread has captured a few events.
    pub(crate) fn new() -> Self {
        let take = |[first, second]: &[Cell<Vec<u8>>; 2]| match first.take() {
            taken if taken.capacity() == 0 => second.take(),
            kept => kept,
        };
        // A thread that is ending has no buffers any more.
        let mut bytes = KEPT.try_with(take).unwrap_or_default();
        bytes.clear();
        Self {
            bytes,
            left_out: 0,
            is_opted_out: false,
        }
    }

    /// Lends an empty payload. `encode` may run code of the user: what that captures itself gets a payload of its own.
    pub(crate) fn lend<R>(encode: impl FnOnce(&mut Self) -> R) -> R {
        encode(&mut Self::new())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Properties that JSON can't say and that are therefore left out.
    pub(crate) fn left_out(&self) -> u32 {
        self.left_out
    }

    /// Whether the person does not want to be tracked.
    pub(crate) fn is_opted_out(&self) -> bool {
        self.is_opted_out
    }

    /// What the current context knows of what the call does not say.
    pub(crate) fn context(&mut self, needs_actor: bool, needs_groups: bool) {
        Context::with_current(|context| {
            self.is_opted_out = context.is_opted_out();
            let actor = context.actor_id().and_then(not_blank);
            match (actor, context.visitor_id().and_then(not_blank)) {
                (Some(actor), _) if needs_actor => self.text(actor),
                (None, Some(visitor)) if needs_actor => self.tagged(tag::VISITOR, visitor),
                _ => self.bytes.push(tag::ABSENT),
            }
            if needs_groups {
                self.groups(context.group_keys());
            }
            if let Some(session) = context.session_id() {
                self.tagged(tag::SESSION, session);
            }
            let members = context.flags().map(|flags| flags.members());
            if let Some(members) = members.filter(|members| needs_actor && !members.is_empty()) {
                self.tagged(tag::MEMBERS, members);
            }
            self.bytes.push(tag::END);
        });
    }

    /// The actor and the groups that the call says.
    pub(crate) fn subject<'a>(
        &mut self,
        actor: Option<&str>,
        groups: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) {
        match actor.and_then(not_blank) {
            Some(actor) => self.text(actor),
            None => self.bytes.push(tag::ABSENT),
        }
        self.groups(groups);
        self.bytes.push(tag::END);
    }

    fn groups<'a>(&mut self, groups: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (group, key) in groups {
            self.text(group);
            self.text(key);
        }
    }

    /// An actor that is a group: its id is `prefix` and `key` joined.
    pub(crate) fn synthetic_subject(&mut self, prefix: &str, key: &str) {
        self.number(tag::TEXT, (prefix.len() + key.len()) as u64);
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.push(tag::END);
    }

    /// Whether context or call, whose subjects are written, know who acts.
    pub(crate) fn has_actor(&self) -> bool {
        let mut reader = Reader(&self.bytes);
        let (context, call) = (reader.subject(), reader.subject());
        context.actor.or(call.actor).is_some()
    }

    /// The id that the event is sent under, unless it is nobody's.
    pub(crate) fn distinct_id(&self) -> Option<&str> {
        let mut reader = Reader(&self.bytes);
        let (context, call) = (reader.subject(), reader.subject());
        call.actor.or(context.actor).or(context.visitor)
    }

    pub(crate) fn values(&mut self, values: &[Value<'_>]) {
        for value in values {
            if !self.value(*value) {
                self.bytes.push(tag::ABSENT);
            }
        }
    }

    /// Says after all values that only a share of such events is sent.
    pub(crate) fn sampled(&mut self, rate: f64) {
        let mut number = zmij::Buffer::new();
        self.members(&format!("\"$sample_rate\":{}", number.format(rate)));
    }

    /// Properties after all values, as members of a JSON object.
    pub(crate) fn members(&mut self, members: &str) {
        self.tagged(tag::MEMBERS, members);
    }

    /// Bytes that another payload encoded.
    pub(crate) fn encoded(&mut self, bytes: &[u8], left_out: u32) {
        self.bytes.extend_from_slice(bytes);
        self.left_out += left_out;
    }

    /// Writes a value; false if there is none to write.
    fn value(&mut self, value: Value<'_>) -> bool {
        match value {
            Value::Absent => return false,
            Value::Null => self.bytes.push(tag::NULL),
            Value::Bool(false) => self.bytes.push(tag::FALSE),
            Value::Bool(true) => self.bytes.push(tag::TRUE),
            Value::Int(value) => self.signed(tag::INT, value),
            Value::Uint(value) => self.number(tag::UINT, value),
            Value::Float(value) if !value.is_finite() => {
                self.left_out += 1;
                return false;
            }
            Value::Float(value) => {
                self.bytes.push(tag::FLOAT);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
            Value::Text(text) => self.text(text),
            Value::Time(millis) => self.signed(tag::TIME, millis),
            Value::Items(items) => {
                self.bytes.push(tag::LIST);
                items.each_item(&mut |item| _ = self.value(item));
                self.bytes.push(tag::END);
            }
            Value::Object(object) => {
                self.bytes.push(tag::OBJECT);
                object.lend(Taker(&mut |values| self.values(values)));
                self.bytes.push(tag::END);
            }
            Value::Texts(texts) => {
                self.bytes.push(tag::LIST);
                texts.each_text(&mut |text| self.text(text));
                self.bytes.push(tag::END);
            }
        }
        true
    }

    fn text(&mut self, text: &str) {
        self.tagged(tag::TEXT, text);
    }

    fn tagged(&mut self, tag: u8, text: &str) {
        self.number(tag, text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Zigzag, so that small negative numbers are short too.
    fn signed(&mut self, tag: u8, value: i64) {
        self.number(tag, ((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// LEB128: seven bits a byte, the lowest first.
    fn number(&mut self, tag: u8, mut value: u64) {
        self.bytes.push(tag);
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.capacity() <= KEPT_BYTES {
            _ = KEPT.try_with(|[first, second]| {
                let kept = first.replace(bytes);
                if kept.capacity() > 0 {
                    second.set(kept);
                }
            });
        }
    }
}

/// PostHog refuses a blank id, so it is nobody's.
fn not_blank(id: &str) -> Option<&str> {
    Some(id).filter(|id| !id.trim().is_empty())
}

/// Reads what [`Payload`] wrote. Bytes that it did not write give wrong values, never a panic.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

/// Whom an event is about.
#[derive(Default)]
pub(crate) struct Subject<'a> {
    pub(crate) actor: Option<&'a str>,
    pub(crate) visitor: Option<&'a str>,
    pub(crate) groups: Reader<'a>,
    pub(crate) session: Option<&'a str>,
    pub(crate) members: Option<&'a str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn subject(&mut self) -> Subject<'a> {
        let mut subject = Subject::default();
        match self.tag() {
            tag::TEXT => subject.actor = Some(self.text()),
            tag::VISITOR => subject.visitor = Some(self.text()),
            _ => {}
        }
        subject.groups = *self;
        loop {
            match self.tag() {
                tag::TEXT => _ = self.key_of_group(),
                tag::SESSION => subject.session = Some(self.text()),
                tag::MEMBERS => subject.members = Some(self.text()),
                _ => return subject,
            }
        }
    }

    /// The group types and keys of a subject.
    pub(crate) fn groups(mut self) -> impl Iterator<Item = (&'a str, &'a str)> {
        iter::from_fn(move || (self.tag() == tag::TEXT).then(|| self.key_of_group()))
    }

    fn key_of_group(&mut self) -> (&'a str, &'a str) {
        let group = self.text();
        self.tag();
        (group, self.text())
    }

    pub(crate) fn tag(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(tag::END)
    }

    pub(crate) fn text(&mut self) -> &'a str {
        let length = usize::try_from(self.number()).unwrap_or(usize::MAX);
        str::from_utf8(self.take(length)).unwrap_or_default()
    }

    pub(crate) fn signed(&mut self) -> i64 {
        let value = self.number();
        (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
    }

    pub(crate) fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.tag();
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    pub(crate) fn float(&mut self) -> f64 {
        f64::from_le_bytes(self.take(8).try_into().unwrap_or_default())
    }

    /// The next bytes, fewer if the payload runs out.
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_the_encoding() {
        for value in [0, 1, -1, 63, 64, -64, -65, 1 << 40, i64::MAX, i64::MIN] {
            Payload::lend(|payload| {
                payload.values(&[Value::Int(value), Value::Uint(value.cast_unsigned())]);
                let mut reader = Reader(payload.as_bytes());
                assert_eq!((reader.tag(), reader.signed()), (tag::INT, value));
                assert_eq!(
                    (reader.tag(), reader.number().cast_signed()),
                    (tag::UINT, value)
                );
                assert_eq!(reader.tag(), tag::END);
            });
        }
    }

    #[test]
    fn foreign_bytes_are_no_panic() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in 0..200 {
            let bytes: Vec<u8> = iter::repeat_with(|| random.u8(..)).take(length).collect();
            let mut reader = Reader(&bytes);
            reader.subject();
            reader.number();
            reader.float();
            reader.text();
        }
    }

    #[test]
    fn a_panic_while_encoding_leaves_nothing_behind() {
        let panicked = std::panic::catch_unwind(|| {
            Payload::lend(|payload| {
                payload.values(&[Value::Bool(true)]);
                panic!("user code");
            })
        });
        assert!(panicked.is_err());
        Payload::lend(|payload| assert!(payload.as_bytes().is_empty()));
    }

    #[test]
    fn an_event_captured_while_another_is_encoded_has_its_own_payload() {
        Payload::lend(|outer| {
            outer.values(&[Value::Null]);
            Payload::lend(|inner| inner.values(&[Value::Bool(true), Value::Null]));
            assert_eq!(outer.as_bytes(), [tag::NULL]);
        });
    }
}
