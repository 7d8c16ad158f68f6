use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::json;

use super::*;

const EVENT: &str =
    r#"{"api_key":"phc_x","event":"a_seen","distinct_id":"u","properties":{"n":1}}"#;
/// [`EVENT`] as Node's zlib compresses it.
const BROTLI: &str =
    "G0oACI3UYs0Z7gTlttQvNGN6hgoOQVYEZaxYdMAhJ+IH+kJMNZS6sHohTYmFa89PYnU9YEJMTQez4JAPckEgkwOtCg==";

fn written<W: Write>(mut encoder: W, finish: fn(W) -> std::io::Result<Vec<u8>>) -> Vec<u8> {
    encoder.write_all(EVENT.as_bytes()).expect("in memory");
    finish(encoder).expect("in memory")
}

fn gzip() -> Vec<u8> {
    let encoder = GzEncoder::new(Vec::new(), Compression::fast());
    written(encoder, GzEncoder::finish)
}

fn request<'a>(encoding: &'a str, kind: &'a str, query: &'a str, body: &'a [u8]) -> Request<'a> {
    Request {
        content_encoding: encoding,
        content_type: kind,
        query,
        body,
    }
}

#[test]
fn every_encoding_gives_the_same_event() {
    let expected = decode(request("", "application/json", "", EVENT.as_bytes())).expect("plain");
    assert_eq!(expected.events.len(), 1);
    assert_eq!(expected.events[0].name, "a_seen");
    let zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zlib = written(zlib, ZlibEncoder::finish);
    let deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    let deflate = written(deflate, DeflateEncoder::finish);
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zstd = ruzstd::encoding::compress_to_vec(EVENT.as_bytes(), level);
    let brotli = BASE64.decode(BROTLI).expect("the constant");
    let base64 = BASE64.encode(EVENT);
    let unpadded = base64.trim_end_matches('=').to_owned();
    let zipped = BASE64.encode(gzip());
    let form = |value: &str| {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("data", value).finish().into_bytes()
    };
    let form_type = "application/x-www-form-urlencoded; charset=UTF-8";
    let requests = [
        ("gzip", "application/json", "", gzip()),
        ("GZIP, identity", "application/json", "", gzip()),
        ("", "text/plain", "", gzip()),
        ("", "text/plain", "compression=gzip-js&ver=1.200.0", gzip()),
        ("deflate", "application/json", "", zlib),
        ("deflate", "application/json", "", deflate),
        ("br", "application/json", "", brotli),
        ("zstd", "application/json", "", zstd),
        (
            "",
            "text/plain",
            "compression=base64",
            base64.clone().into(),
        ),
        ("", "text/plain", "compression=base64", form(&base64)),
        ("", form_type, "compression=base64", form(&base64)),
        ("", form_type, "", form(&base64)),
        ("", form_type, "", form(&unpadded)),
        ("", form_type, "", form(&zipped)),
        ("", form_type, "", format!("data={zipped}").into()),
        ("", form_type, "", form(EVENT)),
        ("", form_type, "", EVENT.into()),
    ];
    for (index, (encoding, kind, query, body)) in requests.iter().enumerate() {
        let batch = decode(request(encoding, kind, query, body));
        assert_eq!(batch.as_ref(), Ok(&expected), "request {index}");
    }
}

#[test]
fn every_shape_gives_its_events() {
    let event = json!({ "event": "a_seen", "distinct_id": "u" });
    for body in [
        event.clone(),
        json!([event]),
        json!({ "batch": [event] }),
        json!({ "api_key": "phc_x", "sent_at": "2026-01-01T00:00:00Z", "batch": [event] }),
    ] {
        let batch = decode(request("", "", "", body.to_string().as_bytes())).expect("a shape");
        let [event] = batch.events.as_slice() else {
            panic!("{body}");
        };
        assert_eq!(
            (event.name.as_str(), event.distinct_id.as_deref()),
            ("a_seen", Some("u"))
        );
    }
    let nothing = decode(request("", "", "", b"[]")).expect("an empty array");
    assert_eq!(nothing.events, []);
}

fn one(body: &Value) -> RawEvent {
    let mut batch = decode(request("", "", "", body.to_string().as_bytes())).expect("readable");
    assert_eq!(batch.events.len(), 1, "{body}");
    batch.events.remove(0)
}

#[test]
fn the_distinct_id_has_several_places() {
    for (event, expected) in [
        (json!({ "event": "a", "distinct_id": "u" }), Some("u")),
        (json!({ "event": "a", "$distinct_id": "u" }), Some("u")),
        (
            json!({ "event": "a", "properties": { "distinct_id": "u" } }),
            Some("u"),
        ),
        (
            json!({ "event": "a", "properties": { "$distinct_id": "u" } }),
            Some("u"),
        ),
        (
            json!({ "event": "a", "distinct_id": "u", "properties": { "distinct_id": "v" } }),
            Some("u"),
        ),
        (json!({ "event": "a", "distinct_id": 7 }), Some("7")),
        (json!({ "event": "a", "distinct_id": " " }), None),
        (json!({ "event": "a", "distinct_id": {} }), None),
        (json!({ "event": "a" }), None),
    ] {
        let raw = one(&event);
        assert_eq!(raw.distinct_id.as_deref(), expected, "{event}");
        assert_eq!(raw.properties, Map::new(), "{event}");
    }
}

#[test]
fn the_token_has_several_places_and_is_not_kept() {
    let event = json!({ "event": "a", "distinct_id": "u" });
    for (query, body, expected) in [
        ("", json!({ "api_key": "phc_x", "batch": [event] }), true),
        ("", json!({ "token": "phc_x", "batch": [event] }), true),
        (
            "",
            json!([{ "event": "a", "properties": { "token": "phc_x" } }]),
            true,
        ),
        ("", json!([{ "event": "a", "api_key": "phc_x" }]), true),
        ("token=phc_x", json!([event]), true),
        ("token=", json!([event]), false),
        ("", json!({ "api_key": "", "batch": [event] }), false),
        ("", json!([event]), false),
    ] {
        let batch = decode(request("", "", query, body.to_string().as_bytes())).expect("readable");
        assert_eq!(batch.has_token, expected, "{query} {body}");
        assert!(!format!("{batch:?}").contains("phc_x"), "{batch:?}");
    }
}

#[test]
fn the_time_is_the_timestamp_or_what_the_offset_says() {
    let sent_at = "2026-01-01T00:00:10Z";
    for (event, expected) in [
        (
            json!({ "event": "a", "timestamp": "soon", "offset": 1 }),
            Some("soon"),
        ),
        (
            json!({ "event": "a", "offset": 2500 }),
            Some("2026-01-01T00:00:07.5Z"),
        ),
        (json!({ "event": "a", "offset": 1e300 }), None),
        (json!({ "event": "a" }), None),
    ] {
        let raw = one(&json!({ "sent_at": sent_at, "batch": [event] }));
        assert_eq!(raw.timestamp.as_deref(), expected, "{event}");
    }
    let raw = one(&json!({ "sent_at": "now", "batch": [{ "event": "a", "offset": 2500 }] }));
    assert_eq!(raw.timestamp, None);
}

#[test]
fn person_properties_come_from_the_root_or_the_properties() {
    for event in [
        json!({ "event": "$set", "$set": { "a": 1, "b": 2 } }),
        json!({ "event": "$set", "properties": { "$set": { "a": 1, "b": 2 } } }),
        json!({ "event": "$set", "$set": { "a": 1 }, "properties": { "$set": { "b": 2 } } }),
    ] {
        assert_eq!(
            one(&event).properties["$set"],
            json!({ "a": 1, "b": 2 }),
            "{event}"
        );
    }
}

#[test]
fn what_can_not_be_read_is_named() {
    let form = "application/x-www-form-urlencoded";
    for (encoding, kind, query, body, reason) in [
        ("", "", "", "", "the body is empty"),
        ("", "", "", "\u{1}\u{2}", "the body is no JSON"),
        ("", "", "", "12", "neither an object nor an array"),
        ("", "", "", "{}", "neither `batch` nor `event`"),
        ("", "", "", r#"{"batch":{}}"#, "`batch` is no array"),
        ("", "", "", r#"[{"event":"a"},7]"#, "event 2 is no object"),
        ("", "", "", r#"[{"event":7}]"#, "event 1 has no name"),
        (
            "",
            "",
            "",
            r#"[{"event":"a","properties":[]}]"#,
            "the `properties` of event 1",
        ),
        ("gzip", "", "", "[]", "the body is no gzip"),
        ("deflate", "", "", "[]", "the body is no deflate"),
        ("br", "", "", "[]", "the body is no br"),
        ("zstd", "", "", "[]", "the body is no zstd"),
        ("lzma", "", "", "[]", "none of gzip, deflate, br, zstd"),
        ("", form, "", "a=b", "the form has no field `data`"),
        ("", form, "", "data=%25", "the body is no base64"),
        ("", "", "compression=base64", "%", "the body is no base64"),
    ] {
        let refusal = decode(request(encoding, kind, query, body.as_bytes())).expect_err(reason);
        assert!(
            refusal.reason().contains(reason),
            "{refusal:?}, not {reason}"
        );
    }
    let deep = "[".repeat(100_000);
    assert!(decode(request("", "", "", deep.as_bytes())).is_err());
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&[b' '; 1024 * 1024]).expect("in memory");
    let bomb = encoder.finish().expect("in memory").repeat(21);
    assert!(bomb.len() < MAX_BYTES / 50, "{}", bomb.len());
    for encoding in ["gzip", ""] {
        let refusal = decode(request(encoding, "", "", &bomb));
        assert_eq!(refusal, Err(Refusal::TooLarge));
    }
}
