//! Flags that are decided in the program, by PostHog's own crate, from definitions that it fetches now and then.

use std::collections::HashMap;
use std::future::pending;
use std::time::Duration;

use posthog_rs::{AsyncFlagPoller, FlagCache, FlagValue, LocalEvaluationConfig, LocalEvaluator};
use serde_json::Value as Json;

use super::answer::{Answer, Answers, text};
use super::{Decide, Remote, Subject};

/// How long fetching the definitions may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The shortest pause between two looks at the definitions.
const LEAST_PAUSE: Duration = Duration::from_millis(1);

/// How the definitions of flags are fetched.
#[derive(Clone)]
pub(crate) struct Definitions {
    /// A secret.
    pub(crate) personal_api_key: String,
    pub(crate) pause: Duration,
}

/// Fetches the definitions on the worker's thread until it ends. Before the first ones are there, no flag is decided.
pub(crate) fn start(remote: &Remote, definitions: Definitions) -> Option<Decide> {
    if definitions.personal_api_key.trim().is_empty() {
        tracing::warn!(
            "feature flags are asked for one by one: `local_evaluation` has a blank API key"
        );
        return None;
    }
    // The address of `/flags/` without its end.
    let host = remote.url.join("..").ok()?;
    let config = LocalEvaluationConfig {
        personal_api_key: definitions.personal_api_key,
        project_api_key: remote.api_key.clone(),
        api_host: host.into(),
        poll_interval: definitions.pause.max(LEAST_PAUSE),
        request_timeout: TIMEOUT,
    };
    let cache = FlagCache::new();
    let mut poller = AsyncFlagPoller::new(config, cache.clone());
    remote.worker.spawn(async move {
        poller.start().await;
        // It stops when it is dropped.
        pending::<()>().await;
    });
    let evaluator = LocalEvaluator::new(cache);
    Some(Box::new(move |subject| decide(&evaluator, subject)))
}

/// The flags that the definitions and somebody's id and groups decide. Those that ask for properties are not.
fn decide(evaluator: &LocalEvaluator, subject: &Subject) -> Answers {
    let groups: HashMap<String, String> = subject.groups.clone().into_iter().collect();
    let person = HashMap::new();
    // Without an entry, flags by group would not be decided at all.
    let properties = groups.keys().map(|group| (group.clone(), HashMap::new()));
    let properties = properties.collect();
    let values = evaluator.evaluate_all_flags(&subject.id, &person, &groups, &properties);
    values
        .into_iter()
        .filter_map(|(key, value)| {
            let answer = answer(evaluator, &key, value.ok()?);
            Some((key, answer))
        })
        .collect()
}

fn answer(evaluator: &LocalEvaluator, key: &str, value: FlagValue) -> Answer {
    let (of_payload, value) = match value {
        FlagValue::Boolean(is_on) => (is_on.to_string(), super::FlagValue::Boolean(is_on)),
        FlagValue::String(variant) => (variant.clone(), super::FlagValue::Variant(variant)),
    };
    let flag = evaluator.cache().get_flag(key);
    let payload: Option<&Json> =
        (flag.as_ref()).and_then(|flag| flag.filters.payloads.get(&of_payload));
    Answer {
        payload: payload.and_then(text),
        // In the words of PostHog's own clients.
        reason: Some("Evaluated locally".to_owned()),
        has_experiment: flag.as_ref().and_then(|flag| flag.has_experiment),
        is_local: true,
        ..Answer::new(value)
    }
}
