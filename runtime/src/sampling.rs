//! Events of which a share is sent: as the plan says, or as the payload of a flag says from afar, without a deploy.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use serde_json::{Value as Json, json};
use tokio::time::sleep;
use trackplan_schema::content_hash;

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

impl Sample {
    /// A rate of 1 is none.
    fn of(rate: f64) -> Self {
        if rate < 1.0 {
            Self::Rate(rate)
        } else {
            Self::All
        }
    }
}

/// Where somebody stands between 0 and 1, for all events alike and in every process: of who is sent at some rate, all
/// events are, and so is who is sent at a lower one.
pub(crate) fn standing(distinct_id: &str) -> f64 {
    // Not by std's hasher, which another version of Rust may have otherwise. As many bits as a fraction has.
    (content_hash(distinct_id.as_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The rates that hold now.
#[derive(Default)]
pub(crate) struct Sampling {
    /// From afar.
    rates: ArcSwap<Rates>,
    /// Everything is sent: a test wants to see it.
    is_off: bool,
}

impl Sampling {
    pub(crate) fn off() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    pub(crate) fn rates(&self) -> Arc<Rates> {
        self.rates.load_full()
    }

    /// What is said from afar holds, else what the plan says.
    pub(crate) fn sample(&self, event: &str) -> Sample {
        let rates = self.rates.load();
        let is_unmarked = event.starts_with('"');
        if self.is_off || (is_unmarked && rates.is_empty()) {
            return Sample::All;
        }
        let sample = match rates.get(description::name(event).trim_matches('"')) {
            Some(rate) => Sample::of(*rate),
            None => description::share(event).map_or(Sample::All, Sample::of),
        };
        match sample {
            Sample::Rate(_) if description::is_critical(event) => Sample::Refused,
            sample => sample,
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
                    Ok(rates) => self.rates.store(Arc::new(rates)),
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
    events.into_iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named((event, rate): (&str, f64)) -> (String, f64) {
        (event.to_owned(), rate)
    }

    fn from_afar(rates: &[(&str, f64)]) -> Sampling {
        let rates: Rates = rates.iter().copied().map(named).collect();
        Sampling {
            rates: ArcSwap::from_pointee(rates),
            is_off: false,
        }
    }

    #[test]
    fn a_payload_is_rates_or_an_explanation() {
        let parsed = rates(Some(json!({ "a": 0, "b": 0.5, "c": 1 })));
        assert_eq!(
            parsed,
            Ok(Rates::from([("a", 0.0), ("b", 0.5), ("c", 1.0)].map(named)))
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
        let sampling = from_afar(&[("a", 0.0), ("b", 1.0)]);
        assert_eq!(sampling.sample("\"a\"\n"), Sample::Rate(0.0));
        assert_eq!(sampling.sample("!\"a\"\n"), Sample::Refused);
        assert_eq!(sampling.sample("!?\"a\"\n"), Sample::Refused);
        assert_eq!(sampling.sample("!\"b\"\n"), Sample::All);
        assert_eq!(sampling.sample("\"ab\"\n"), Sample::All);
        assert_eq!(Sampling::default().sample("!\"a\"\n"), Sample::All);
    }

    #[test]
    fn the_plan_holds_unless_somebody_says_otherwise() {
        let event = "0.25\"a\"\n";
        assert_eq!(Sampling::default().sample(event), Sample::Rate(0.25));
        assert_eq!(from_afar(&[("b", 0.5)]).sample(event), Sample::Rate(0.25));
        assert_eq!(from_afar(&[("a", 0.5)]).sample(event), Sample::Rate(0.5));
        assert_eq!(from_afar(&[("a", 1.0)]).sample(event), Sample::All);
        assert_eq!(Sampling::off().sample(event), Sample::All);
        assert_eq!(Sampling::default().sample("1\"a\"\n"), Sample::All);
    }

    #[test]
    fn everybody_stands_somewhere_else_and_stays_there() {
        let standings: Vec<f64> = (0..10_000)
            .map(|id| standing(&format!("user_{id}")))
            .collect();
        for tenth in 0..10 {
            let from = f64::from(tenth) / 10.0;
            let here = standings
                .iter()
                .filter(|standing| (from..from + 0.1).contains(*standing));
            assert!((900..1_100).contains(&here.count()), "{tenth}");
        }
        // As in every program, however it was built.
        assert_eq!((standing("user_7") * 1e6) as u32, 518_083);
    }
}
