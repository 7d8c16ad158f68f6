//! What `/flags/` answers.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{FlagValue, Subject};

/// Flags by their keys.
pub(crate) type Answers = BTreeMap<String, Answer>;

/// The flags of somebody at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(super) subject: Subject,
    pub(super) answers: Answers,
    /// PostHog was asked, so that what is not here is nowhere.
    is_whole: bool,
    pub(super) request_id: Option<String>,
    pub(super) evaluated_at: Option<u64>,
    /// PostHog could not compute all of them.
    is_partial: bool,
    is_over_quota: bool,
    /// There was no answer; these are older ones, if any.
    pub(super) is_stale: bool,
    /// `$feature/…` and `$active_feature_flags` as members of a JSON object, if events are to tell them.
    members: String,
}

/// A flag and how its value came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(super) value: FlagValue,
    /// JSON.
    pub(super) payload: Option<String>,
    pub(super) id: Option<u64>,
    pub(super) version: Option<u64>,
    pub(super) reason: Option<String>,
    pub(super) has_experiment: Option<bool>,
    /// It was decided here.
    pub(super) is_local: bool,
}

impl Answer {
    /// A value of which nothing else is known.
    pub(super) fn new(value: FlagValue) -> Self {
        Self {
            value,
            payload: None,
            id: None,
            version: None,
            reason: None,
            has_experiment: None,
            is_local: false,
        }
    }

    pub(super) fn payload_if_on(&self) -> Option<&str> {
        let is_on = self.value != FlagValue::Boolean(false);
        self.payload.as_deref().filter(|_| is_on)
    }
}

impl Snapshot {
    /// What there was before, because no answer came.
    pub(super) fn stale(subject: Subject, before: Option<&Self>) -> Self {
        Self {
            subject,
            answers: before
                .map(|before| before.answers.clone())
                .unwrap_or_default(),
            is_whole: true,
            request_id: before.and_then(|before| before.request_id.clone()),
            evaluated_at: before.and_then(|before| before.evaluated_at),
            is_partial: false,
            is_over_quota: false,
            is_stale: true,
            members: before
                .map(|before| before.members.clone())
                .unwrap_or_default(),
        }
    }

    /// What an answer says. Flags that it could not compute keep the value they had.
    pub(super) fn read(
        subject: Subject,
        answer: &Json,
        before: Option<&Self>,
        tells_events: bool,
    ) -> Self {
        let is_partial = answer["errorsWhileComputingFlags"] == true;
        let is_over_quota = is_over_quota(answer);
        let mut answers = BTreeMap::new();
        if is_over_quota {
            tracing::warn!(
                "feature flags keep their defaults: the project is over its quota of PostHog"
            );
        } else {
            if let Some(before) = before.filter(|_| is_partial) {
                answers.extend(before.answers.clone());
            }
            answers.extend(read_answers(answer));
        }
        Self {
            members: told(&answers, tells_events),
            subject,
            answers,
            is_whole: true,
            request_id: text(&answer["requestId"]),
            evaluated_at: answer["evaluatedAt"].as_u64(),
            is_partial,
            is_over_quota,
            is_stale: false,
        }
    }

    /// What was decided without asking.
    pub(super) fn decided(subject: Subject, answers: Answers, tells_events: bool) -> Self {
        Self {
            members: told(&answers, tells_events),
            subject,
            answers,
            is_whole: false,
            request_id: None,
            evaluated_at: None,
            is_partial: false,
            is_over_quota: false,
            is_stale: false,
        }
    }

    /// These flags, where others do not hold already.
    pub(super) fn below(&self, decided: Answers, tells_events: bool) -> Self {
        let mut answers = self.answers.clone();
        answers.extend(decided);
        Self {
            members: told(&answers, tells_events),
            answers,
            ..self.clone()
        }
    }

    /// Whether asking could tell more of a flag.
    pub(super) fn settles(&self, flag: &str) -> bool {
        self.is_whole || self.answers.contains_key(flag)
    }

    pub(crate) fn members(&self) -> &str {
        &self.members
    }

    /// `$feature_flag_error`: what stands between a flag and its value.
    pub(super) fn error(&self, flag: &str) -> String {
        let answer = self.answers.get(flag);
        if answer.is_some_and(|answer| answer.is_local) {
            return String::new();
        }
        let errors = [
            (self.is_partial, "errors_while_computing_flags"),
            (self.is_over_quota, "quota_limited"),
            (self.is_stale, "unknown_error"),
            (answer.is_none(), "flag_missing"),
        ];
        let errors: Vec<&str> = errors
            .into_iter()
            .filter_map(|(is_so, error)| is_so.then_some(error))
            .collect();
        errors.join(",")
    }
}

/// The payload of one flag, as JSON, if the flag is on.
pub(crate) fn payload_of(answer: &Json, flag: &str) -> Option<Json> {
    let answers = read_answers(answer);
    let (_, answer) = answers.into_iter().find(|(key, _)| key == flag)?;
    serde_json::from_str(answer.payload_if_on()?).ok()
}

fn is_over_quota(answer: &Json) -> bool {
    let limited = answer["quotaLimited"].as_array();
    limited.is_some_and(|limited| limited.iter().any(|resource| resource == "feature_flags"))
}

/// `flags` of version 2, or `featureFlags` and `featureFlagPayloads` of older servers.
fn read_answers(answer: &Json) -> Vec<(String, Answer)> {
    if let Some(flags) = answer["flags"].as_object() {
        let details = |(key, flag): (&String, &Json)| (key.clone(), details(flag));
        return flags.iter().map(details).collect();
    }
    let flags = answer["featureFlags"].as_object().into_iter().flatten();
    flags
        .map(|(key, value)| {
            let value = match value.as_str() {
                Some(variant) => FlagValue::Variant(variant.to_owned()),
                None => FlagValue::Boolean(value == true),
            };
            let payload = text(&answer["featureFlagPayloads"][key]);
            let answer = Answer {
                payload,
                ..Answer::new(value)
            };
            (key.clone(), answer)
        })
        .collect()
}

fn details(flag: &Json) -> Answer {
    let metadata = &flag["metadata"];
    let is_on = flag["enabled"] == true;
    let variant = flag["variant"].as_str().filter(|_| is_on);
    Answer {
        value: variant.map_or(FlagValue::Boolean(is_on), FlagValue::from),
        payload: text(&metadata["payload"]),
        id: metadata["id"].as_u64(),
        version: metadata["version"].as_u64(),
        reason: text(&flag["reason"]["description"]),
        has_experiment: metadata["has_experiment"].as_bool(),
        is_local: false,
    }
}

/// Text as it is; what is no text, as some servers send payloads, as JSON.
pub(super) fn text(json: &Json) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What events tell of flags.
fn told(answers: &Answers, tells_events: bool) -> String {
    if !tells_events {
        return String::new();
    }
    let mut members = String::new();
    let mut active = Vec::new();
    for (key, answer) in answers {
        let value = match &answer.value {
            FlagValue::Boolean(is_on) => Json::from(*is_on),
            FlagValue::Variant(variant) => Json::from(variant.as_str()),
        };
        if value != false {
            active.push(key.as_str());
        }
        let name = Json::from(format!("$feature/{key}"));
        members.push_str(&format!("{name}:{value},"));
    }
    members.push_str(&format!("\"$active_feature_flags\":{}", Json::from(active)));
    members
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn subject() -> Subject {
        Subject {
            id: "user_1".to_owned(),
            groups: BTreeMap::new(),
        }
    }

    fn read(answer: &Json, before: Option<&Snapshot>) -> Snapshot {
        Snapshot::read(subject(), answer, before, true)
    }

    fn value(snapshot: &Snapshot, flag: &str) -> Option<FlagValue> {
        snapshot
            .answers
            .get(flag)
            .map(|answer| answer.value.clone())
    }

    #[test]
    fn both_forms_of_the_answer_are_read() {
        let new = json!({ "flags": {
            "on": { "enabled": true, "reason": { "description": "Matched" },
                    "metadata": { "id": 7, "version": 3, "payload": "{\"a\":1}", "has_experiment": false } },
            "off": { "enabled": false, "variant": "ghost" },
            "copy": { "enabled": true, "variant": "short" },
        }, "requestId": "r", "evaluatedAt": 12 });
        let old = json!({
            "featureFlags": { "on": true, "off": false, "copy": "short" },
            "featureFlagPayloads": { "on": "{\"a\":1}" },
        });
        for answer in [&new, &old] {
            let snapshot = read(answer, None);
            assert_eq!(value(&snapshot, "on"), Some(true.into()));
            assert_eq!(value(&snapshot, "off"), Some(false.into()));
            assert_eq!(value(&snapshot, "copy"), Some("short".into()));
            assert_eq!(payload_of(answer, "on"), Some(json!({ "a": 1 })));
            assert_eq!(payload_of(answer, "off"), None);
            assert_eq!(snapshot.error("on"), "");
            assert_eq!(snapshot.error("none"), "flag_missing");
            assert_eq!(
                snapshot.members(),
                r#""$feature/copy":"short","$feature/off":false,"$feature/on":true,"$active_feature_flags":["copy","on"]"#
            );
        }
        let snapshot = read(&new, None);
        let on = &snapshot.answers["on"];
        assert_eq!(
            (on.id, on.version, on.has_experiment),
            (Some(7), Some(3), Some(false))
        );
        assert_eq!(on.reason.as_deref(), Some("Matched"));
        assert_eq!(
            (snapshot.request_id.as_deref(), snapshot.evaluated_at),
            (Some("r"), Some(12))
        );
    }

    #[test]
    fn what_can_not_be_computed_keeps_its_value() {
        let before = read(
            &json!({ "flags": { "a": { "enabled": true }, "b": { "enabled": true } } }),
            None,
        );
        let partial =
            json!({ "flags": { "b": { "enabled": false } }, "errorsWhileComputingFlags": true });
        let snapshot = read(&partial, Some(&before));
        assert_eq!(
            (value(&snapshot, "a"), value(&snapshot, "b")),
            (Some(true.into()), Some(false.into()))
        );
        assert_eq!(snapshot.error("a"), "errors_while_computing_flags");
        let stale = Snapshot::stale(subject(), Some(&before));
        assert_eq!(
            (value(&stale, "a"), stale.error("a")),
            (Some(true.into()), "unknown_error".to_owned())
        );
    }

    #[test]
    fn over_the_quota_there_are_no_flags() {
        let answer =
            json!({ "flags": { "a": { "enabled": true } }, "quotaLimited": ["feature_flags"] });
        let snapshot = read(&answer, None);
        assert_eq!(value(&snapshot, "a"), None);
        assert_eq!(snapshot.error("a"), "quota_limited,flag_missing");
        let other =
            json!({ "flags": { "a": { "enabled": true } }, "quotaLimited": ["recordings"] });
        assert_eq!(value(&read(&other, None), "a"), Some(true.into()));
    }

    #[test]
    fn an_answer_of_another_shape_has_no_flags() {
        for answer in [
            json!(null),
            json!([1]),
            json!({ "flags": [] }),
            json!({ "flags": { "a": 1 } }),
        ] {
            let snapshot = read(&answer, None);
            assert_ne!(value(&snapshot, "a"), Some(true.into()));
        }
    }
}
