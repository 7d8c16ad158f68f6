//! What was last said of each person and group. Saying it again is no news, and is not sent.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::description::{Line, lines};
use crate::payload::Reader;
use crate::render;

/// Facts that are remembered: 1 MiB. A fact that takes the place of another makes that one news again.
const FACTS: usize = 1 << 16;

/// How the line begins that takes properties away, before their names.
const UNSET: &str = "\"$unset\":[";

/// The facts that were sent, as hashes: of the property of a person or group, and of its value.
#[derive(Default)]
pub(crate) struct News {
    known: Mutex<Known>,
    hasher: RandomState,
}

#[derive(Default)]
pub(crate) struct Known {
    /// Empty until the first update, so that a program without any pays nothing.
    facts: Vec<Fact>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fact {
    property: u64,
    value: u64,
}

impl News {
    /// Locks what is known, so that of two equal updates at once one is sent.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything: an update was lost, so that nobody knows any more what the server has.
    pub(crate) fn forget(&self) {
        self.lock().facts.clear();
    }

    /// What of an update is new. `None` if nothing is.
    pub(crate) fn of(&self, known: &Known, update: &str, payload: &[u8]) -> Option<Update> {
        let facts = self.facts(update, payload);
        let is_known = |fact: &Fact| known.facts.get(slot(fact)) == Some(fact);
        (!facts.iter().all(is_known)).then_some(Update { facts })
    }

    /// Every property that an update sets or takes away. Its value counts as the JSON that is sent.
    fn facts(&self, update: &str, payload: &[u8]) -> Vec<Fact> {
        let mut values = Reader(payload);
        let (context, call) = (values.subject(), values.subject());
        let subject = call.actor.or(context.actor).unwrap_or_default();
        let mut facts = Vec::new();
        let mut json = Vec::new();
        let mut fact = |key: &str, value: &[u8]| {
            facts.push(Fact {
                property: self.hasher.hash_one((subject, key)),
                value: self.hasher.hash_one(value),
            });
        };
        let mut lines = lines(update);
        while let Some(line) = lines.next() {
            json.clear();
            // A constant holds its key and its value.
            match line {
                Line::Constant(member) => match member.strip_prefix(UNSET) {
                    Some(unset) => {
                        // No value at all, which no JSON is.
                        let names = unset.trim_end_matches(']').split(',');
                        names.for_each(|name| fact(name, b""));
                    }
                    None => {
                        let (key, value) = member.split_once(':').unwrap_or((member, ""));
                        fact(key, value.as_bytes());
                    }
                },
                Line::Key(key) if render::value(&mut json, &mut values) => {
                    fact(key.trim_end_matches(':'), &json);
                }
                Line::Object(key) if render::object(&mut json, &mut lines, &mut values) => {
                    fact(key.trim_end_matches(':'), &json);
                }
                _ => {}
            }
        }
        facts
    }
}

/// An update with news in it.
pub(crate) struct Update {
    facts: Vec<Fact>,
}

impl Known {
    /// Remembers an update that is on its way.
    pub(crate) fn remember(&mut self, update: &Update) {
        self.facts.resize(FACTS, Fact::default());
        for fact in &update.facts {
            if let Some(place) = self.facts.get_mut(slot(fact)) {
                *place = *fact;
            }
        }
    }
}

fn slot(fact: &Fact) -> usize {
    fact.property as usize % FACTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Payload;
    use crate::value::Value;

    const UPDATE: &str = "\"$set\"\n\n\"$set\":{\n=\"role\":\"admin\"\n\"teams_count\":\n}";

    fn payload(actor: &str, teams: u64) -> Vec<u8> {
        Payload::lend(|payload| {
            payload.context(false, false);
            payload.subject(Some(actor), []);
            payload.values(&[Value::Uint(teams)]);
            payload.as_bytes().to_vec()
        })
    }

    fn is_sent(news: &News, update: &str, payload: &[u8]) -> bool {
        let mut known = news.lock();
        let found = news.of(&known, update, payload);
        if let Some(found) = &found {
            known.remember(found);
        }
        found.is_some()
    }

    #[test]
    fn only_what_changed_is_sent() {
        let news = News::default();
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        assert!(!is_sent(&news, UPDATE, &payload("user_1", 1)));
        assert!(is_sent(&news, UPDATE, &payload("user_2", 1)));
        assert!(is_sent(&news, UPDATE, &payload("user_1", 2)));
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
    }

    #[test]
    fn another_call_that_says_the_same_is_no_news() {
        let news = News::default();
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        let constant = "\"$set\"\n\n\"$set\":{\n=\"teams_count\":1\n}";
        assert!(!is_sent(&news, constant, &payload("user_1", 1)));
        let other = "\"$set\"\n\n\"$set\":{\n=\"role\":\"member\"\n}";
        assert!(is_sent(&news, other, &payload("user_1", 1)));
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
    }

    #[test]
    fn what_is_taken_away_is_news_and_so_is_setting_it_again() {
        const TAKEN: &str = "\"$set\"\n\n\"$set\":{\n=\"role\":\"admin\"\n}\n=\"$unset\":[\"seats\",\"teams_count\"]";
        let news = News::default();
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        assert!(is_sent(&news, TAKEN, &payload("user_1", 1)));
        assert!(!is_sent(&news, TAKEN, &payload("user_1", 1)));
        assert!(is_sent(&news, TAKEN, &payload("user_2", 1)));
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        assert!(is_sent(&news, TAKEN, &payload("user_1", 1)));
    }

    #[test]
    fn what_is_forgotten_is_news() {
        let news = News::default();
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        news.forget();
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
    }
}
