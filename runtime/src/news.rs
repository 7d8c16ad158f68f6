//! What was last said of each person and group. Saying it again is no news, and is not sent.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::batch::Batch;
use crate::description::{self, Line, lines};
use crate::payload::Reader;
use crate::render;

/// Facts that are remembered: 1 MiB. A fact that takes the place of another makes that one news again.
const FACTS: usize = 1 << 16;

/// How the line begins that takes properties away, before their names.
const UNSET: &str = "\"$unset\":[";

/// The facts that were sent, as hashes: of a property, whose it is and which event said so, and of its value.
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

    /// Forgets what a lost batch said: the server does not have it.
    pub(crate) fn forget(&self, lost: &Batch) {
        let said = lost
            .iter()
            .flat_map(|(head, payload)| self.facts(head.event, payload));
        // Callers wait for the lock, so it is not held while events are read.
        let said: Vec<Fact> = said.collect();
        let mut known = self.lock();
        for fact in said {
            if let Some(place) = known
                .facts
                .get_mut(slot(&fact))
                .filter(|place| **place == fact)
            {
                *place = Fact::default();
            }
        }
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
        let name = description::name(update);
        let mut facts = Vec::new();
        let mut json = Vec::new();
        let mut fact = |key: &str, value: &[u8]| {
            facts.push(Fact {
                property: self.hasher.hash_one((name, subject, key)),
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
    use uuid::Uuid;

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
    fn an_alias_is_no_property_of_that_name() {
        const ALIAS: &str = "\"$create_alias\"\n\n=\"alias\":\"user_1\"";
        const SET: &str = "\"$set\"\n\n\"$set\":{\n=\"alias\":\"user_1\"\n}";
        let news = News::default();
        assert!(is_sent(&news, ALIAS, &payload("invitation_7", 1)));
        assert!(is_sent(&news, SET, &payload("invitation_7", 1)));
        assert!(!is_sent(&news, SET, &payload("invitation_7", 1)));
    }

    #[test]
    fn what_is_lost_is_news_again_and_nothing_else() {
        let news = News::default();
        let lost = |actor, teams| {
            let mut batch = Batch::default();
            Payload::lend(|payload| {
                payload.context(false, false);
                payload.subject(Some(actor), []);
                payload.values(&[Value::Uint(teams)]);
                batch.push(UPDATE, Uuid::nil(), payload);
            });
            news.forget(&batch);
        };
        lost("user_1", 1);
        for user in ["user_1", "user_2"] {
            assert!(is_sent(&news, UPDATE, &payload(user, 1)));
        }
        lost("user_1", 1);
        assert!(is_sent(&news, UPDATE, &payload("user_1", 1)));
        assert!(!is_sent(&news, UPDATE, &payload("user_2", 1)));
        // The role that both say may have been lost with the first.
        assert!(is_sent(&news, UPDATE, &payload("user_2", 2)));
        lost("user_2", 1);
        assert!(is_sent(&news, UPDATE, &payload("user_2", 2)));
        assert!(!is_sent(&news, UPDATE, &payload("user_2", 2)));
    }
}
