//! How many get from step to step of a funnel.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Span, Timestamp};
use trackplan_schema::plan::Funnel;

use crate::collect::Received;

/// For each step, how many persons or groups took it and all before it, in order and within the funnel's time.
pub(super) fn conversion(funnel: &Funnel, received: &[Arc<Received>]) -> Vec<usize> {
    let within = funnel.within.as_ref().and_then(|within| duration(within));
    let mut histories: HashMap<&str, Vec<(Timestamp, &str)>> = HashMap::new();
    for event in received {
        let moment = event
            .timestamp
            .as_deref()
            .and_then(|text| text.parse().ok());
        if let (Some(moment), Some(subject)) = (moment, subject(event, &funnel.by.value)) {
            histories
                .entry(subject)
                .or_default()
                .push((moment, &event.name));
        }
    }
    let mut reached = vec![0; funnel.steps.len()];
    for history in histories.values_mut() {
        history.sort_by_key(|(moment, _)| *moment);
        for step in reached
            .iter_mut()
            .take(steps_taken(funnel, history, within))
        {
            *step += 1;
        }
    }
    reached
}

/// Whom an event counts for: its person, or its group of this type.
fn subject<'a>(event: &'a Received, by: &str) -> Option<&'a str> {
    if by == "person" {
        return Some(&event.distinct_id);
    }
    let mut groups = event.groups();
    groups
        .find(|(group, _)| *group == by)
        .and_then(|(_, key)| key.as_str())
}

/// The most steps that anybody takes in order, from any of the moments at which they took the first.
fn steps_taken(
    funnel: &Funnel,
    history: &[(Timestamp, &str)],
    within: Option<SignedDuration>,
) -> usize {
    let Some((first, others)) = funnel.steps.split_first() else {
        return 0;
    };
    let starts = history.iter().enumerate();
    let starts = starts.filter(|(_, (_, name))| *name == first.value);
    let taken = starts.map(|(index, (start, _))| {
        let in_time = |moment: &Timestamp| {
            within.is_none_or(|within| moment.duration_since(*start) <= within)
        };
        let mut later = history.iter().skip(index + 1);
        let next = others
            .iter()
            .map_while(|step| later.find(|(moment, name)| *name == step.value && in_time(moment)));
        1 + next.count()
    });
    taken.max().unwrap_or_default()
}

/// `14d` as the plan writes it.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};
    use trackplan_schema::plan::Spanned;

    use super::*;

    fn spanned(value: &str) -> Spanned<String> {
        Spanned {
            value: value.to_owned(),
            span: trackplan_schema::plan::Span::default(),
        }
    }

    fn funnel(by: &str) -> Funnel {
        Funnel {
            name: spanned("signup"),
            description: None,
            steps: ["a", "b", "c"].map(spanned).to_vec(),
            within: Some(spanned("2d")),
            by: spanned(by),
        }
    }

    fn event(name: &str, person: &str, day: u8) -> Arc<Received> {
        let mut properties = Map::new();
        properties.insert("$groups".to_owned(), json!({ "team": "acme" }));
        Arc::new(Received {
            number: 0,
            name: name.to_owned(),
            distinct_id: person.to_owned(),
            uuid: None,
            timestamp: Some(format!("2026-01-{day:02}T12:00:00.000Z")),
            is_planned: true,
            tier: None,
            properties,
            duplicates: 0,
            violations: Vec::new(),
        })
    }

    #[test]
    fn steps_count_in_order_and_in_time() {
        let received = [
            event("c", "all", 3),
            event("a", "all", 1),
            event("b", "all", 2),
            event("b", "wrong order", 1),
            event("a", "wrong order", 2),
            event("a", "late", 1),
            event("b", "late", 4),
            event("a", "second try", 1),
            event("a", "second try", 5),
            event("b", "second try", 6),
        ];
        assert_eq!(conversion(&funnel("person"), &received), [4, 2, 1]);
    }

    #[test]
    fn a_group_takes_the_steps_of_its_members() {
        let received = [
            event("a", "ada", 1),
            event("b", "bob", 2),
            event("c", "eve", 2),
        ];
        assert_eq!(conversion(&funnel("team"), &received), [1, 1, 1]);
        assert_eq!(conversion(&funnel("person"), &received), [1, 0, 0]);
    }
}
