//! Events that are switched off or thinned out from afar, by the payload of a flag, without a deploy.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use serde_json::{Value as Json, json};
use tokio::time::sleep;

use crate::description;
use crate::flags::{Remote, payload_of};

/// Which share of an event is sent, by its name.
pub(crate) type Rates = BTreeMap<String, f64>;

/// What happens to a captured event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    /// It is sent.
    All,
    /// It is sent with this chance.
    Rate(f64),
    /// It is sent, though somebody asked for less: it is critical.
    Refused,
}

/// The rates that hold now.
#[derive(Default)]
pub(crate) struct Sampling(ArcSwap<Rates>);

impl Sampling {
    pub(crate) fn rates(&self) -> Arc<Rates> {
        self.0.load_full()
    }

    pub(crate) fn sample(&self, event: &str) -> Sample {
        let rates = self.0.load();
        if rates.is_empty() {
            return Sample::All;
        }
        match rates.get(description::name(event).trim_matches('"')) {
            None => Sample::All,
            Some(_) if description::is_critical(event) => Sample::Refused,
            Some(rate) => Sample::Rate(*rate),
        }
    }

    /// Asks for the payload of a flag for ever. While no answer comes, the last rates hold.
    pub(crate) async fn follow(self: Arc<Self>, remote: Remote, flag: String, pause: Duration) {
        loop {
            let body = json!({
                "distinct_id": "trackplan",
                "groups": {},
                "person_properties": {},
                "group_properties": {},
                "flag_keys_to_evaluate": [flag],
            });
            match remote.ask(body, Duration::from_secs(3)).await {
                Ok(answer) => match rates(payload_of(&answer, &flag)) {
                    Ok(rates) => self.0.store(Arc::new(rates)),
                    Err(problem) => tracing::warn!(
                        "the payload of the flag `{flag}` is ignored, the last settings hold: {problem}"
                    ),
                },
                Err(problem) => {
                    tracing::debug!("the flag `{flag}` can't be asked for: {problem}");
                }
            }
            sleep(pause).await;
        }
    }
}

/// A payload such as `{"chart_interacted": 0.1, "pr_list_exported": 0}`. Without one everything is sent.
fn rates(payload: Option<Json>) -> Result<Rates, String> {
    let Some(payload) = payload else {
        return Ok(Rates::new());
    };
    let Json::Object(events) = payload else {
        return Err("it is no object such as {\"event_name\": 0.1}".to_owned());
    };
    let rate = |(event, rate): (String, Json)| match rate.as_f64() {
        Some(share) if (0.0..=1.0).contains(&share) => Ok((event, share)),
        _ => Err(format!(
            "the rate of `{event}` is {rate}, but must be between 0 and 1"
        )),
    };
    let rates: Result<Rates, String> = events.into_iter().map(rate).collect();
    // A rate of 1 is none.
    rates.map(|rates| rates.into_iter().filter(|(_, rate)| *rate < 1.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_rates_or_an_explanation() {
        let parsed = rates(Some(json!({ "a": 0, "b": 0.5, "c": 1 })));
        assert_eq!(
            parsed,
            Ok(Rates::from([("a".to_owned(), 0.0), ("b".to_owned(), 0.5)]))
        );
        assert_eq!(rates(None), Ok(Rates::new()));
        for (payload, problem) in [
            (json!([]), "no object"),
            (json!({ "a": 2 }), "`a` is 2"),
            (json!({ "a": -0.1 }), "between 0 and 1"),
            (json!({ "a": "off" }), "`a` is \"off\""),
        ] {
            let error = rates(Some(payload)).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn critical_events_refuse() {
        let sampling = Sampling(ArcSwap::from_pointee(Rates::from([("a".to_owned(), 0.0)])));
        assert_eq!(sampling.sample("\"a\"\n"), Sample::Rate(0.0));
        assert_eq!(sampling.sample("!?\"a\"\n"), Sample::Refused);
        assert_eq!(sampling.sample("\"ab\"\n"), Sample::All);
        assert_eq!(Sampling::default().sample("\"a\"\n"), Sample::All);
    }
}
