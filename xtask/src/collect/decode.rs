//! From the body of a request to the events in it, whatever client sent it.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use serde_json::{Map, Value};

/// The most bytes of a body, compressed or not; PostHog's own limit.
pub(super) const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Browsers pad, other clients may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What of a request says how to read its body.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Request<'a> {
    pub(super) content_encoding: &'a str,
    pub(super) content_type: &'a str,
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
}

/// Why a body can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It has more than [`MAX_BYTES`], perhaps only once decompressed.
    TooLarge,
    /// It is not what any client sends.
    Unreadable(String),
}

impl Refusal {
    /// What to tell.
    pub(super) fn reason(&self) -> Cow<'_, str> {
        match self {
            Self::TooLarge => format!("the body has more than {MAX_BYTES} bytes of JSON").into(),
            Self::Unreadable(reason) => reason.as_str().into(),
        }
    }
}

/// The events of one request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Batch {
    pub(super) events: Vec<RawEvent>,
    /// Whether the project's token came along, anywhere.
    pub(super) has_token: bool,
    /// The length of the JSON.
    pub(super) bytes: usize,
}

/// An event as it was sent, with the differences between clients removed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RawEvent {
    pub(super) name: String,
    pub(super) distinct_id: Option<String>,
    pub(super) uuid: Option<String>,
    pub(super) timestamp: Option<String>,
    /// All but `distinct_id` and the token; `$set` and `$set_once` are here, wherever they were.
    pub(super) properties: Map<String, Value>,
}

/// Reads the events of a request.
pub(super) fn decode(request: Request<'_>) -> Result<Batch, Refusal> {
    let json = json(request)?;
    let value = match serde_json::from_slice(&json) {
        Ok(value) => value,
        Err(_) if json.is_empty() => return Err(unreadable("the body is empty")),
        Err(error) => return Err(unreadable(format!("the body is no JSON: {error}"))),
    };
    let mut batch = batch(value)?;
    batch.has_token |= form_urlencoded::parse(request.query.as_bytes())
        .any(|(key, value)| key == "token" && !value.is_empty());
    batch.bytes = json.len();
    Ok(batch)
}

fn unreadable(reason: impl Into<String>) -> Refusal {
    Refusal::Unreadable(reason.into())
}

/// The JSON of a body: without compression, form and base64.
fn json(request: Request<'_>) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut bytes = Cow::Borrowed(request.body);
    for encoding in request.content_encoding.rsplit(',') {
        bytes = decompress(encoding.trim(), bytes)?;
    }
    bytes = gunzip_unannounced(bytes)?;
    let is_base64 = form_urlencoded::parse(request.query.as_bytes())
        .any(|(key, value)| key == "compression" && value == "base64");
    let content_type = request.content_type.trim_start().to_ascii_lowercase();
    // curl calls everything a form.
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    let is_form = !is_json && content_type.starts_with("application/x-www-form-urlencoded");
    if is_form || (is_base64 && bytes.starts_with(b"data=")) {
        bytes = field(&bytes)?;
    } else if is_base64 {
        bytes = base64(&bytes)?;
    }
    gunzip_unannounced(bytes)
}

/// Undoes one of the encodings of `Content-Encoding`.
fn decompress<'a>(encoding: &str, bytes: Cow<'a, [u8]>) -> Result<Cow<'a, [u8]>, Refusal> {
    let plain = match encoding.to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(bytes),
        "gzip" | "x-gzip" => read("gzip", flate2::read::MultiGzDecoder::new(&*bytes)),
        // HTTP means zlib by it; some clients send the bare stream.
        "deflate" => {
            read("deflate", flate2::read::ZlibDecoder::new(&*bytes)).or_else(|error| match error {
                Refusal::TooLarge => Err(error),
                Refusal::Unreadable(_) => {
                    read("deflate", flate2::read::DeflateDecoder::new(&*bytes))
                }
            })
        }
        "br" => read("br", brotli_decompressor::Decompressor::new(&*bytes, 4096)),
        "zstd" => match ruzstd::decoding::StreamingDecoder::new(&*bytes) {
            Ok(decoder) => read("zstd", decoder),
            Err(error) => Err(unreadable(format!("the body is no zstd: {error}"))),
        },
        _ => Err(unreadable(format!(
            "the Content-Encoding {encoding:?} is none of gzip, deflate, br, zstd"
        ))),
    };
    plain.map(Cow::Owned)
}

/// posthog-js compresses without saying so.
fn gunzip_unannounced(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, Refusal> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        decompress("gzip", bytes)
    } else {
        Ok(bytes)
    }
}

fn read(encoding: &str, decoder: impl Read) -> Result<Vec<u8>, Refusal> {
    let mut plain = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    decoder
        .take(most)
        .read_to_end(&mut plain)
        .map_err(|error| unreadable(format!("the body is no {encoding}: {error}")))?;
    if plain.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    Ok(plain)
}

/// The field `data` of a form: JSON, or base64 of it.
fn field(form: &[u8]) -> Result<Cow<'static, [u8]>, Refusal> {
    let data = form_urlencoded::parse(form).find(|(key, _)| key == "data");
    let Some((_, data)) = data else {
        return Err(unreadable("the form has no field `data`"));
    };
    if data.trim_start().starts_with(['{', '[']) {
        return Ok(Cow::Owned(data.into_owned().into_bytes()));
    }
    // Clients that don't escape `+` mean it; the form made it a space.
    base64(data.replace(' ', "+").as_bytes())
}

fn base64(text: &[u8]) -> Result<Cow<'static, [u8]>, Refusal> {
    BASE64
        .decode(text.trim_ascii())
        .map(Cow::Owned)
        .map_err(|error| unreadable(format!("the body is no base64: {error}")))
}

/// The events of an array, of an object with `batch`, or of a single one.
fn batch(value: Value) -> Result<Batch, Refusal> {
    let (mut envelope, list) = match value {
        Value::Array(list) => (Map::new(), list),
        Value::Object(mut envelope) => match envelope.remove("batch") {
            Some(Value::Array(list)) => (envelope, list),
            Some(_) => return Err(unreadable("`batch` is no array")),
            None if envelope.contains_key("event") => {
                (envelope.clone(), vec![Value::Object(envelope)])
            }
            None => {
                return Err(unreadable(
                    "the body is an object with neither `batch` nor `event`",
                ));
            }
        },
        _ => return Err(unreadable("the body is neither an object nor an array")),
    };
    let mut has_token = forget_token(&mut envelope);
    let sent_at = envelope.get("sent_at").and_then(Value::as_str);
    let mut events = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        let Value::Object(mut event) = value else {
            return Err(unreadable(format!("event {} is no object", index + 1)));
        };
        has_token |= forget_token(&mut event);
        let properties = match event.remove("properties") {
            Some(Value::Object(properties)) => properties,
            None | Some(Value::Null) => Map::new(),
            Some(_) => {
                let reason = format!("the `properties` of event {} are no object", index + 1);
                return Err(unreadable(reason));
            }
        };
        let Some(Value::String(name)) = event.remove("event") else {
            let reason = format!("event {} has no name; it belongs into `event`", index + 1);
            return Err(unreadable(reason));
        };
        let mut event = raw_event(name, event, properties, sent_at);
        has_token |= forget_token(&mut event.properties);
        events.push(event);
    }
    Ok(Batch {
        events,
        has_token,
        bytes: 0,
    })
}

fn raw_event(
    name: String,
    mut event: Map<String, Value>,
    mut properties: Map<String, Value>,
    sent_at: Option<&str>,
) -> RawEvent {
    let mut distinct_id = None;
    for map in [&mut event, &mut properties] {
        for key in ["distinct_id", "$distinct_id"] {
            distinct_id = distinct_id.or(map.remove(key).and_then(id));
        }
    }
    for key in ["$set", "$set_once"] {
        match (event.remove(key), properties.get_mut(key)) {
            (Some(Value::Object(outer)), Some(Value::Object(inner))) => inner.extend(outer),
            (Some(outer), None) => _ = properties.insert(key.to_owned(), outer),
            _ => {}
        }
    }
    let timestamp = match event.remove("timestamp") {
        Some(Value::String(timestamp)) => Some(timestamp),
        _ => event
            .get("offset")
            .and_then(Value::as_f64)
            .zip(sent_at)
            .and_then(|(offset, sent_at)| before(sent_at, offset)),
    };
    let uuid = match event.remove("uuid") {
        Some(Value::String(uuid)) => Some(uuid),
        _ => None,
    };
    RawEvent {
        name,
        distinct_id,
        uuid,
        timestamp,
        properties,
    }
}

/// A distinct id; PostHog takes numbers for text.
fn id(value: Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
    .filter(|id| !id.trim().is_empty())
}

/// The moment `offset` milliseconds before another.
fn before(sent_at: &str, offset: f64) -> Option<String> {
    let sent_at: jiff::Timestamp = sent_at.parse().ok()?;
    let offset = jiff::SignedDuration::try_from_secs_f64(offset / 1000.0).ok()?;
    sent_at.checked_sub(offset).ok().map(|at| at.to_string())
}

/// Forgets the project's token, which must not be shown. True if there was one.
fn forget_token(map: &mut Map<String, Value>) -> bool {
    let [api_key, token] = ["api_key", "token"].map(|key| map.remove(key));
    let is_text = |value: Option<Value>| value.is_some_and(|value| value.as_str() != Some(""));
    is_text(api_key) | is_text(token)
}

#[cfg(test)]
mod tests;
