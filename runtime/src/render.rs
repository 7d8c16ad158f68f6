//! From compact records to the JSON that PostHog takes.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use uuid::Uuid;

use crate::buffer::{Head, tag};

/// Properties of every event. Server SDKs set them so that the host's system and place are not taken for the person's.
const COMMON: &str = concat!(
    r#""$lib":"trackplan","$lib_version":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","$is_server":true,"$geoip_disable":true"#
);

/// Appends an event as an element of `batch`.
pub(crate) fn event(out: &mut Vec<u8>, head: Head, payload: &[u8]) {
    let mut lines = head.event.split('\n');
    let mut payload = Reader(payload);
    out.extend_from_slice(b"{\"event\":");
    out.extend_from_slice(lines.next().unwrap_or("\"\"").as_bytes());
    out.extend_from_slice(b",\"distinct_id\":");
    let actor = payload.actor();
    match actor {
        Some(actor) => string(out, actor),
        // Nobody is known: an id of its own, and no person profile for it.
        None => string(out, &Uuid::from_u128(!head.uuid.as_u128()).to_string()),
    }
    // Writing to a Vec can't fail.
    _ = write!(out, ",\"uuid\":\"{}\",\"timestamp\":", head.uuid);
    timestamp(out, head.millis);
    out.extend_from_slice(b",\"properties\":{");
    out.extend_from_slice(COMMON.as_bytes());
    if actor.is_none() {
        out.extend_from_slice(b",\"$process_person_profile\":false");
    }
    groups(out, lines.next().unwrap_or_default(), &mut payload);
    for line in lines {
        let length = out.len();
        out.push(b',');
        match line.strip_prefix('=') {
            Some(constant) => out.extend_from_slice(constant.as_bytes()),
            None => {
                out.extend_from_slice(line.as_bytes());
                if !payload.value(out) {
                    out.truncate(length);
                }
            }
        }
    }
    out.extend_from_slice(b"}}");
}

/// `$groups`, and the key property of the event's scope.
fn groups(out: &mut Vec<u8>, scope: &str, payload: &mut Reader<'_>) {
    let mut key = None;
    let mut is_first = true;
    while let Some((group, value)) = payload.group() {
        out.extend_from_slice(if is_first { b",\"$groups\":{" } else { b"," });
        is_first = false;
        let start = out.len();
        string(out, group);
        out.push(b':');
        if let Some(rest) = out
            .get(start..)
            .and_then(|name| scope.as_bytes().strip_prefix(name))
        {
            key = Some((rest, value));
        }
        string(out, value);
    }
    if !is_first {
        out.push(b'}');
    }
    if let Some((rendered, value)) = key {
        out.push(b',');
        out.extend_from_slice(rendered);
        string(out, value);
    }
}

/// Reads what `Payload` wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn tag(&mut self) -> u8 {
        let Some((&tag, rest)) = self.0.split_first() else {
            return tag::END;
        };
        self.0 = rest;
        tag
    }

    fn word(&mut self) -> [u8; 8] {
        let Some((word, rest)) = self.0.split_first_chunk() else {
            return [0; 8];
        };
        self.0 = rest;
        *word
    }

    fn text(&mut self) -> &'a str {
        let length = usize::try_from(u64::from_le_bytes(self.word())).unwrap_or_default();
        let (text, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn actor(&mut self) -> Option<&'a str> {
        (self.tag() == tag::TEXT).then(|| self.text())
    }

    fn group(&mut self) -> Option<(&'a str, &'a str)> {
        if self.tag() != tag::TEXT {
            return None;
        }
        let group = self.text();
        self.tag();
        Some((group, self.text()))
    }

    /// Writes the next value; false if there is nothing to write.
    fn value(&mut self, out: &mut Vec<u8>) -> bool {
        match self.tag() {
            tag::NULL => out.extend_from_slice(b"null"),
            tag::FALSE => out.extend_from_slice(b"false"),
            tag::TRUE => out.extend_from_slice(b"true"),
            tag::INT => _ = write!(out, "{}", i64::from_le_bytes(self.word())),
            tag::UINT => _ = write!(out, "{}", u64::from_le_bytes(self.word())),
            tag::FLOAT => _ = serde_json::to_writer(out, &f64::from_le_bytes(self.word())),
            tag::TEXT => string(out, self.text()),
            tag::TIME => timestamp(out, u64::from_le_bytes(self.word())),
            tag::LIST => {
                out.push(b'[');
                let start = out.len();
                loop {
                    let length = out.len();
                    if length > start {
                        out.push(b',');
                    }
                    if !self.value(out) {
                        out.truncate(length);
                        break;
                    }
                }
                out.push(b']');
            }
            _ => return false,
        }
        true
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    // Neither text nor a Vec can fail.
    _ = serde_json::to_writer(out, text);
}

/// RFC 3339 in UTC with milliseconds, in quotes.
pub(crate) fn timestamp(out: &mut Vec<u8>, millis: u64) {
    // Years beyond 9999 have no RFC 3339 form.
    const LAST: u64 = 253_402_300_799_999;
    let time = UNIX_EPOCH + Duration::from_millis(millis.min(LAST));
    _ = write!(out, "\"{}\"", humantime::format_rfc3339_millis(time));
}
