//! From compact events to the JSON that PostHog takes.

use std::io::Write;
use std::iter;

use uuid::Uuid;

use crate::batch::{Batch, Head};
use crate::description::{self, Line, lines};
use crate::payload::{Reader, tag};
use crate::rfc3339;

/// The properties of every event, rendered once. `$is_server` keeps PostHog from taking the host's system for the
/// person's, `$geoip_disable` from taking the host's place for theirs.
pub(crate) fn common_properties(disable_geoip: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        r#""$lib":"trackplan","$lib_version":"{version}","$is_server":true,"$geoip_disable":{disable_geoip}"#
    )
}

/// The body of `POST /batch/`. `sent_at` is the time of this attempt, by which the server corrects our clock.
pub(crate) fn body(api_key: &str, sent_at: i64, common: &str, batch: &Batch) -> Vec<u8> {
    let mut out = Vec::with_capacity(batch.json_bytes() + 256);
    out.extend_from_slice(b"{\"api_key\":");
    string(&mut out, api_key);
    out.extend_from_slice(b",\"historical_migration\":false,\"sent_at\":");
    timestamp(&mut out, sent_at);
    out.extend_from_slice(b",\"batch\":[");
    for (index, (head, payload)) in batch.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        event(&mut out, common, head, payload);
    }
    out.extend_from_slice(b"]}");
    out
}

/// One event. Everything that the server tells duplicates by comes from the capture, so that each attempt renders
/// the same bytes.
pub(crate) fn event(out: &mut Vec<u8>, common: &str, head: Head, payload: &[u8]) {
    let mut values = Reader(payload);
    let (context, call) = (values.subject(), values.subject());
    let actor = call.actor.or(context.actor);

    out.extend_from_slice(b"{\"event\":");
    out.extend_from_slice(description::name(head.event).as_bytes());
    out.extend_from_slice(b",\"distinct_id\":");
    match actor.or(context.visitor) {
        Some(id) => string(out, id),
        // Nobody is known, so nobody shares the id: the event's own is as random as any.
        None => uuid(out, head.uuid),
    }
    out.extend_from_slice(b",\"uuid\":");
    uuid(out, head.uuid);
    out.extend_from_slice(b",\"timestamp\":");
    timestamp(out, captured_at(head.uuid));
    out.extend_from_slice(b",\"properties\":{");
    out.extend_from_slice(common.as_bytes());
    if actor.is_none() {
        out.extend_from_slice(b",\"$process_person_profile\":false");
    }
    if let Some(session) = context.session {
        out.extend_from_slice(b",\"$session_id\":");
        string(out, session);
    }
    if let Some(members) = context.members {
        out.push(b',');
        out.extend_from_slice(members.as_bytes());
    }
    let scope = description::scope(head.event);
    groups(out, scope, [context.groups, call.groups]);
    properties(out, head.event, &mut values);
    while values.tag() == tag::MEMBERS {
        out.push(b',');
        out.extend_from_slice(values.text().as_bytes());
    }
    out.extend_from_slice(b"}}");
}

/// The properties that an event's description lists, as members of the object that `out` has begun.
pub(crate) fn properties(out: &mut Vec<u8>, event: &str, values: &mut Reader<'_>) {
    let mut lines = lines(event);
    while let Some(line) = lines.next() {
        member(out, line, &mut lines, values);
    }
}

fn member<'e>(
    out: &mut Vec<u8>,
    line: Line<'e>,
    rest: &mut dyn Iterator<Item = Line<'e>>,
    values: &mut Reader<'_>,
) {
    let before = out.len();
    let separator: &[u8] = match (line, out.last()) {
        (Line::Constraint(_) | Line::Close, _) | (_, Some(b'{')) => b"",
        _ => b",",
    };
    out.extend_from_slice(separator);
    let is_there = match line {
        Line::Constraint(_) => true,
        Line::Close => {
            out.push(b'}');
            true
        }
        Line::Open(text) | Line::Constant(text) => {
            out.extend_from_slice(text.as_bytes());
            true
        }
        Line::Key(key) => {
            out.extend_from_slice(key.as_bytes());
            value(out, values)
        }
        Line::Object(key) => {
            out.extend_from_slice(key.as_bytes());
            object(out, rest, values)
        }
    };
    if !is_there {
        out.truncate(before);
    }
}

/// Writes the next value, an object, whose fields come first in `rest`; false if there is none.
pub(crate) fn object<'e>(
    out: &mut Vec<u8>,
    rest: &mut dyn Iterator<Item = Line<'e>>,
    values: &mut Reader<'_>,
) -> bool {
    let fields = rest.take_while(|line| *line != Line::Close);
    match values.tag() {
        tag::OBJECT => {
            out.push(b'{');
            for field in fields {
                member(out, field, &mut iter::empty(), values);
            }
            out.push(b'}');
            values.tag();
            true
        }
        tag => {
            fields.for_each(drop);
            let is_null = tag == tag::NULL;
            out.extend_from_slice(if is_null { b"null" } else { b"" });
            is_null
        }
    }
}

/// Whether an event belongs to a group, and neither its call nor its context says to which.
pub(crate) fn lacks_group(event: &str, payload: &[u8]) -> bool {
    let scope = description::scope(event);
    let mut values = Reader(payload);
    let subjects = [values.subject().groups, values.subject().groups];
    let mut name = Vec::new();
    let mut is_scope = |group: &str| {
        name.clear();
        string(&mut name, group);
        scope.as_bytes().starts_with(&name)
    };
    !scope.is_empty() && !of_subjects(subjects).any(|(group, _)| is_scope(group))
}

/// The groups of the context, then those of the call.
fn of_subjects<'a>(subjects: [Reader<'a>; 2]) -> impl Iterator<Item = (&'a str, &'a str)> {
    subjects.into_iter().flat_map(Reader::groups)
}

/// `$groups`, and the property that holds the key of the event's scope, such as `team_slug`.
fn groups(out: &mut Vec<u8>, scope: &str, subjects: [Reader<'_>; 2]) {
    let mut groups = of_subjects(subjects).peekable();
    if groups.peek().is_none() {
        return;
    }
    let mut key_of_scope = None;
    out.extend_from_slice(b",\"$groups\":");
    let mut separator = b'{';
    for (group, key) in groups {
        out.push(separator);
        separator = b',';
        let start = out.len();
        string(out, group);
        out.push(b':');
        if let Some(property) = scope.as_bytes().strip_prefix(&out[start..]) {
            key_of_scope = Some((property, key));
        }
        string(out, key);
    }
    out.push(b'}');
    if let Some((property, key)) = key_of_scope {
        out.push(b',');
        out.extend_from_slice(property);
        string(out, key);
    }
}

/// Writes the next value; false if there is none.
pub(crate) fn value(out: &mut Vec<u8>, values: &mut Reader<'_>) -> bool {
    match values.tag() {
        tag::NULL => out.extend_from_slice(b"null"),
        tag::FALSE => out.extend_from_slice(b"false"),
        tag::TRUE => out.extend_from_slice(b"true"),
        tag::INT => {
            out.extend_from_slice(itoa::Buffer::new().format(values.signed()).as_bytes());
        }
        tag::UINT => {
            out.extend_from_slice(itoa::Buffer::new().format(values.number()).as_bytes());
        }
        tag::FLOAT => {
            out.extend_from_slice(zmij::Buffer::new().format(values.float()).as_bytes());
        }
        tag::TEXT => string(out, values.text()),
        tag::TIME => timestamp(out, values.signed()),
        tag::LIST => {
            out.push(b'[');
            let start = out.len();
            while value(out, values) {
                out.push(b',');
            }
            if out.len() > start {
                out.pop();
            }
            out.push(b']');
        }
        _ => return false,
    }
    true
}

pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    // Neither text nor a Vec has a way to fail.
    _ = serde_json::to_writer(out, text);
}

fn uuid(out: &mut Vec<u8>, uuid: Uuid) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(uuid.hyphenated().encode_lower(&mut text).as_bytes());
    out.push(b'"');
}

fn timestamp(out: &mut Vec<u8>, unix_millis: i64) {
    // A Vec has no way to fail.
    _ = write!(out, "\"{}\"", rfc3339::Utc(unix_millis));
}

/// The first 48 bits of a version 7 id, in milliseconds since 1970.
fn captured_at(uuid: Uuid) -> i64 {
    (uuid.as_u128() >> 80) as i64
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::payload::Payload;
    use crate::record::{Object, Taker};
    use crate::value::Value;

    const EXPORTED: &str =
        "\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"rows\":\n\"since\":";

    fn rendered(
        event: &'static str,
        actor: Option<&str>,
        groups: &[(&str, &str)],
        values: &[Value<'_>],
    ) -> Json {
        let uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        let mut batch = Batch::default();
        Payload::lend(|payload| {
            payload.context(actor.is_none(), groups.is_empty());
            payload.subject(actor, groups.iter().copied());
            payload.values(values);
            batch.push(event, uuid, payload);
        });
        let body = body("phc_\"key", 0, &common_properties(true), &batch);
        let body: Json = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["api_key"], "phc_\"key");
        assert_eq!(body["sent_at"], "1970-01-01T00:00:00.000Z");
        assert_eq!(body["historical_migration"], false);
        body["batch"][0].clone()
    }

    #[test]
    fn an_event_says_who_when_and_what() {
        let values = [Value::Uint(3), Value::Time(-1)];
        let event = rendered(EXPORTED, Some("user \"1\""), &[("team", "acme")], &values);
        let expected = json!({
            "event": "pr_list_exported",
            "distinct_id": "user \"1\"",
            "uuid": "01900000-0000-7000-8000-000000000001",
            "timestamp": "2024-06-10T02:35:18.400Z",
            "properties": {
                "$lib": "trackplan",
                "$lib_version": env!("CARGO_PKG_VERSION"),
                "$is_server": true,
                "$geoip_disable": true,
                "$groups": { "team": "acme" },
                "team_slug": "acme",
                "format": "csv",
                "rows": 3,
                "since": "1969-12-31T23:59:59.999Z",
            },
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn without_an_actor_it_is_personless() {
        for actor in [None, Some(""), Some(" \n")] {
            let event = rendered(EXPORTED, actor, &[], &[Value::Absent, Value::Null]);
            assert_eq!(event["distinct_id"], event["uuid"]);
            assert_eq!(event["properties"]["$process_person_profile"], false);
            assert_eq!(event["properties"].get("$groups"), None);
            assert_eq!(event["properties"].get("team_slug"), None);
            assert_eq!(event["properties"].get("rows"), None);
            assert_eq!(event["properties"]["since"], Json::Null);
        }
    }

    #[test]
    fn the_context_fills_in_what_the_call_leaves_out() {
        let context = crate::Context::new().actor("outer").group("team", "acme");
        context.enter(|| {
            let event = rendered(EXPORTED, None, &[], &[]);
            assert_eq!(event["distinct_id"], "outer");
            assert_eq!(event["properties"]["team_slug"], "acme");
            let event = rendered(EXPORTED, Some("inner"), &[("company", "c")], &[]);
            assert_eq!(event["distinct_id"], "inner");
            assert_eq!(event["properties"]["$groups"], json!({ "company": "c" }));
            assert_eq!(event["properties"].get("team_slug"), None);
        });
    }

    #[test]
    fn a_visitor_counts_while_nobody_is_signed_in_and_gets_no_profile() {
        let visitor = crate::Context::new()
            .visitor("v")
            .session("s")
            .group("team", "acme");
        visitor.clone().enter(|| {
            let event = rendered(EXPORTED, None, &[], &[]);
            assert_eq!(event["distinct_id"], "v");
            assert_eq!(event["properties"]["$process_person_profile"], false);
            assert_eq!(event["properties"]["$session_id"], "s");
            assert_eq!(event["properties"]["team_slug"], "acme");
        });
        let no_profile = |event: &Json| event["properties"].get("$process_person_profile").cloned();
        visitor.clone().actor("user_1").enter(|| {
            let event = rendered(EXPORTED, None, &[], &[]);
            assert_eq!(
                (&event["distinct_id"], no_profile(&event)),
                (&json!("user_1"), None)
            );
            assert_eq!(event["properties"]["$session_id"], "s");
        });
        visitor.clone().enter(|| {
            let event = rendered(EXPORTED, Some("user_2"), &[("team", "emca")], &[]);
            assert_eq!(
                (&event["distinct_id"], no_profile(&event)),
                (&json!("user_2"), None)
            );
            assert_eq!(event["properties"]["team_slug"], "emca");
            assert_eq!(event["properties"]["$session_id"], "s");
        });
    }

    #[test]
    fn every_kind_of_value_is_the_json_that_it_means() {
        const VALUES: &str =
            "\"e\"\n\n\"a\":\n\"b\":\n\"c\":\n\"d\":\n\"e\":\n\"f\":\n\"g\":\n\"h\":";
        let numbers = [f64::NAN, 1.5, f64::INFINITY, -2.0];
        let values = [
            Value::Bool(false),
            Value::Int(i64::MIN),
            Value::Uint(u64::MAX),
            Value::Float(1e300),
            Value::Text("a\u{0}\n\u{1f980}\""),
            Value::Items(&numbers.as_slice()),
            Value::Texts(&["x", "y"]),
            Value::Float(f64::NAN),
        ];
        let properties = rendered(VALUES, None, &[], &values)["properties"].clone();
        assert_eq!(properties["a"], false);
        assert_eq!(properties["b"], i64::MIN);
        assert_eq!(properties["c"], u64::MAX);
        assert_eq!(properties["d"], 1e300);
        assert_eq!(properties["e"], "a\u{0}\n\u{1f980}\"");
        assert_eq!(properties["f"], json!([1.5, -2.0]));
        assert_eq!(properties["g"], json!(["x", "y"]));
        assert_eq!(properties.get("h"), None);
    }

    #[test]
    fn objects_hold_the_properties_between_their_lines() {
        const SET: &str = "\"$set\"\n\n\"$set\":{\n=\"a\":1\n\"b\":\n}\n\"$set_once\":{\n\"c\":\n\"d\":\n}\n\"$unset\":{\n}";
        let values = [Value::Bool(true), Value::Absent, Value::Text("x")];
        let properties = rendered(SET, Some("u"), &[], &values)["properties"].clone();
        assert_eq!(properties["$set"], json!({ "a": 1, "b": true }));
        assert_eq!(properties["$set_once"], json!({ "d": "x" }));
        assert_eq!(properties["$unset"], json!({}));
    }

    #[test]
    fn an_object_is_there_whole_or_not_at_all() {
        struct Size(Option<u64>);
        impl Object for Size {
            fn lend(&self, taker: Taker<'_>) {
                let height = self.0.map_or(Value::Absent, Value::Uint);
                taker.values(&[Value::Int(3), height]);
            }
        }
        const CROPPED: &str =
            "?\"cropped\"\n\n{\"size\":\n?min 1\n\"width\":\n\"height\":\n}\n\"after\":";
        let size_of = |size| {
            let properties =
                rendered(CROPPED, None, &[], &[size, Value::Bool(true)])["properties"].clone();
            assert_eq!(properties["after"], true);
            properties.get("size").cloned()
        };
        assert_eq!(
            size_of(Value::Object(&Size(Some(4)))),
            Some(json!({ "width": 3, "height": 4 }))
        );
        assert_eq!(
            size_of(Value::Object(&Size(None))),
            Some(json!({ "width": 3 }))
        );
        assert_eq!(size_of(Value::Null), Some(Json::Null));
        assert_eq!(size_of(Value::Absent), None);
    }

    #[test]
    fn the_last_of_several_groups_of_a_type_is_the_scope() {
        let groups = [("company", "c"), ("team", "first"), ("team", "second")];
        let event = rendered(EXPORTED, None, &groups, &[]);
        assert_eq!(event["properties"]["$groups"]["company"], "c");
        assert_eq!(event["properties"]["$groups"]["team"], "second");
        assert_eq!(event["properties"]["team_slug"], "second");
    }
}
