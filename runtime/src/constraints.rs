//! Values that a program computes, held against the constraints of the plan. By the worker: callers don't wait for it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value as Json;
use trackplan_schema::format::Format;
use trackplan_schema::lock::unescape;
use trackplan_schema::matcher::Matcher;

use crate::batch::{Batch, Head};
use crate::description::{self, Line, lines};
use crate::payload::{Payload, Reader, tag};

/// The property in which an event says which constraints its values break.
pub(crate) const FLAG: &str = "$trackplan_violations";

/// What becomes of an event with a value that breaks a constraint of the plan: `min`, `max`, `max_length`, `max_items`,
/// `pattern` or `format`.
///
/// Either way the first such value of each property is told in a log line, which never holds the value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnViolation {
    /// It is sent, and says so: `"$trackplan_violations": ["row_count: min"]`. Counted as
    /// [`flagged`](crate::Stats::flagged).
    #[default]
    Flag,
    /// It is not sent. Counted as [`violating`](crate::Stats::violating).
    Drop,
}

/// Holds events against their constraints.
#[derive(Default)]
pub(crate) struct Constraints {
    on_violation: OnViolation,
    /// By what the description says of a pattern; `None` for what no plan is compiled to.
    matchers: HashMap<&'static str, Option<Matcher>>,
    /// Of which event the log told which.
    told: HashSet<(&'static str, Violation)>,
}

/// A constraint that a value breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Violation {
    /// The object that the property is a field of.
    object: Option<&'static str>,
    /// The property's name, as JSON.
    property: &'static str,
    /// `min 0`; `pattern ^ 41-5a $/^[A-Z]$`, with its steps before it.
    constraint: &'static str,
}

impl Violation {
    fn property(&self) -> String {
        let name = |json| serde_json::from_str::<String>(json).unwrap_or_default();
        match self.object {
            Some(object) => format!("{}.{}", name(object), name(self.property)),
            None => name(self.property),
        }
    }

    /// `min`
    fn kind(&self) -> &'static str {
        self.constraint.split(' ').next().unwrap_or_default()
    }

    /// `0`, as the plan has it.
    fn bound(&self) -> Cow<'static, str> {
        let (kind, bound) = self.constraint.split_once(' ').unwrap_or_default();
        match (kind, bound.split_once('/')) {
            ("pattern", Some((_, pattern))) => unescape(pattern),
            _ => Cow::Borrowed(bound),
        }
    }
}

/// A batch after it was held against the plan.
pub(crate) struct Held {
    pub(crate) kept: Batch,
    pub(crate) dropped: Batch,
    /// Kept events that say that they break a constraint.
    pub(crate) flagged: u64,
}

impl Constraints {
    pub(crate) fn new(on_violation: OnViolation) -> Self {
        Self {
            on_violation,
            ..Self::default()
        }
    }

    /// Flags or drops the events of a batch that break a constraint.
    pub(crate) fn hold(&mut self, batch: Batch) -> Held {
        let violations: BTreeMap<usize, Vec<Violation>> = batch
            .iter()
            .map(|(head, payload)| self.violations(head.event, payload))
            .enumerate()
            .filter(|(_, violations)| !violations.is_empty())
            .collect();
        let mut held = Held {
            kept: Batch::default(),
            dropped: Batch::default(),
            flagged: 0,
        };
        if violations.is_empty() {
            held.kept = batch;
            return held;
        }
        held.kept.number = batch.number;
        for (index, (head, payload)) in batch.iter().enumerate() {
            let Some(violations) = violations.get(&index) else {
                held.kept.copy(head, payload, &[]);
                continue;
            };
            self.tell(head, violations);
            match self.on_violation {
                OnViolation::Flag => {
                    held.flagged += 1;
                    held.kept.copy(head, payload, &flag(violations));
                }
                OnViolation::Drop => held.dropped.copy(head, payload, &[]),
            }
        }
        held
    }

    /// Once for each constraint: values may break it a thousand times a second.
    fn tell(&mut self, head: Head, violations: &[Violation]) {
        let outcome = match self.on_violation {
            OnViolation::Flag => "sent, and say so in `$trackplan_violations`",
            OnViolation::Drop => "not sent",
        };
        for violation in violations {
            if self
                .told
                .insert((description::name(head.event), *violation))
            {
                let what = described(head.event, violation);
                tracing::warn!("{what}; such events are {outcome}; this is told once");
            }
        }
    }

    /// The constraints that an event's values break.
    pub(crate) fn violations(&mut self, event: &'static str, payload: &[u8]) -> Vec<Violation> {
        let mut found = Vec::new();
        if !description::is_constrained(event) {
            return found;
        }
        let mut values = Reader(payload);
        values.subject();
        values.subject();
        let (mut constraints, mut object) = (Vec::new(), None);
        let mut lines = lines(event);
        while let Some(line) = lines.next() {
            match line {
                Line::Constraint(constraint) => constraints.push(constraint),
                Line::Key(key) => {
                    let broken = self.of_next(&mut values, &constraints).unwrap_or_default();
                    found.extend(broken.into_iter().map(|constraint| Violation {
                        object,
                        property: key_of(key),
                        constraint,
                    }));
                    constraints.clear();
                }
                Line::Object(key) => {
                    if values.tag() == tag::OBJECT {
                        object = Some(key_of(key));
                    } else {
                        (&mut lines)
                            .take_while(|line| *line != Line::Close)
                            .for_each(drop);
                    }
                }
                Line::Close => {
                    if object.take().is_some() {
                        values.tag();
                    }
                }
                // What is constant was held against the plan when it was compiled.
                Line::Constant(_) | Line::Open(_) => {}
            }
        }
        found
    }

    /// What the next value breaks; `None` if there is none.
    fn of_next(
        &mut self,
        values: &mut Reader<'_>,
        constraints: &[&'static str],
    ) -> Option<Vec<&'static str>> {
        let given = match values.tag() {
            tag::NULL | tag::FALSE | tag::TRUE => return Some(Vec::new()),
            tag::TIME => {
                values.signed();
                return Some(Vec::new());
            }
            tag::INT => Given::Number(values.signed() as f64),
            tag::UINT => Given::Number(values.number() as f64),
            tag::FLOAT => Given::Number(values.float()),
            tag::TEXT => Given::Text(values.text()),
            tag::LIST => {
                let (mut count, mut broken) = (0, Vec::new());
                while let Some(of_item) = self.of_next(values, constraints) {
                    count += 1;
                    broken.extend(of_item);
                }
                broken.extend(self.broken(Given::Items(count), constraints));
                broken.sort_unstable();
                broken.dedup();
                return Some(broken);
            }
            _ => return None,
        };
        Some(self.broken(given, constraints).collect())
    }

    fn broken(
        &mut self,
        given: Given<'_>,
        constraints: &[&'static str],
    ) -> impl Iterator<Item = &'static str> {
        constraints
            .iter()
            .copied()
            .filter(move |constraint| self.is_broken(constraint, given))
    }

    fn is_broken(&mut self, constraint: &'static str, given: Given<'_>) -> bool {
        let (kind, bound) = constraint.split_once(' ').unwrap_or_default();
        match (kind, given) {
            ("min", Given::Number(number)) => bound.parse().is_ok_and(|min: f64| number < min),
            ("max", Given::Number(number)) => bound.parse().is_ok_and(|max: f64| number > max),
            ("max_length", Given::Text(text)) => bound
                .parse()
                .is_ok_and(|most: usize| text.chars().nth(most).is_some()),
            ("max_items", Given::Items(count)) => {
                bound.parse().is_ok_and(|most: usize| count > most)
            }
            ("format", Given::Text(text)) => {
                Format::parse(bound).is_some_and(|format| !format.accepts(text))
            }
            ("pattern", Given::Text(text)) => self
                .matchers
                .entry(bound)
                .or_insert_with(|| Matcher::read(bound.split_once('/')?.0))
                .as_ref()
                .is_some_and(|matcher| !matcher.matches(text)),
            _ => false,
        }
    }
}

/// A value, as far as constraints care.
#[derive(Debug, Clone, Copy)]
enum Given<'a> {
    Number(f64),
    Text(&'a str),
    Items(usize),
}

/// A key without its colon, as JSON.
fn key_of(line: &'static str) -> &'static str {
    line.strip_suffix(':').unwrap_or(line)
}

/// For people: which property breaks what, without its value.
pub(crate) fn described(event: &str, violation: &Violation) -> String {
    let event: String = serde_json::from_str(description::name(event)).unwrap_or_default();
    let (property, kind, bound) = (violation.property(), violation.kind(), violation.bound());
    format!(
        "a value of property `{property}` of event `{event}` breaks `{kind} {bound}` of the tracking plan"
    )
}

/// What an event says of its violations, after its values.
fn flag(violations: &[Violation]) -> Vec<u8> {
    let violations: Json = violations
        .iter()
        .map(|violation| format!("{}: {}", violation.property(), violation.kind()))
        .collect();
    Payload::lend(|payload| {
        payload.members(&format!("\"{FLAG}\":{violations}"));
        payload.as_bytes().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::record::{Object, Taker};
    use crate::value::Value;

    const RATED: &str = "!?\"rated\"\n\n?min 1\n?max 5\n\"stars\":\n\"free\":\n?max_length 3\n?pattern ^ 30-39,61-7a/^[a-z\\\\d]\n\"code\":\n?format slug\n?max_items 2\n\"tags\":\n=\"fixed\":\"yes\"";

    /// The constraints that values break, as `stars: min`.
    fn broken(values: &[Value<'_>]) -> Vec<String> {
        let payload = encoded(values);
        let violations = Constraints::default().violations(RATED, &payload);
        violations
            .iter()
            .map(|violation| format!("{}: {}", violation.property(), violation.kind()))
            .collect()
    }

    fn encoded(values: &[Value<'_>]) -> Vec<u8> {
        Payload::lend(|payload| {
            payload.context(false, false);
            payload.subject(Some("user_1"), [("team", "acme")]);
            payload.values(values);
            payload.as_bytes().to_vec()
        })
    }

    #[test]
    fn each_value_is_held_against_its_own_constraints() {
        let text = Value::Text("a1");
        let free = Value::Text("whatever it is");
        let fine = [Value::Int(5), free, text, Value::Texts(&["a", "b-c"])];
        assert_eq!(broken(&fine), [""; 0]);
        let tags = ["A", "b c", "d"];
        let all = [
            Value::Float(5.5),
            free,
            Value::Text("Abcd"),
            Value::Texts(&tags),
        ];
        assert_eq!(
            broken(&all),
            [
                "stars: max",
                "code: max_length",
                "code: pattern",
                "tags: format",
                "tags: max_items",
            ]
        );
        let small = [Value::Uint(0), free, Value::Text("ééé"), Value::Null];
        assert_eq!(broken(&small), ["stars: min", "code: pattern"]);
    }

    #[test]
    fn what_is_left_out_breaks_nothing() {
        let absent = [Value::Absent, Value::Absent, Value::Null, Value::Absent];
        assert_eq!(broken(&absent), [""; 0]);
        assert_eq!(broken(&[Value::Float(f64::NAN)]), [""; 0]);
    }

    #[test]
    fn a_pattern_is_told_as_the_plan_has_it() {
        let payload = encoded(&[Value::Int(5), Value::Null, Value::Text("A")]);
        let violations = Constraints::default().violations(RATED, &payload);
        let told: Vec<String> = violations
            .iter()
            .map(|violation| described(RATED, violation))
            .collect();
        assert_eq!(
            told,
            [
                r"a value of property `code` of event `rated` breaks `pattern ^[a-z\d]` of the tracking plan"
            ]
        );
    }

    #[test]
    fn the_fields_of_an_object_have_constraints_too() {
        struct Size(i64);
        impl Object for Size {
            fn lend(&self, taker: Taker<'_>) {
                taker.values(&[Value::Int(self.0)]);
            }
        }
        const CROPPED: &str =
            "?\"cropped\"\n\n{\"size\":\n?min 1\n\"width\":\n}\n?max 9\n\"count\":";
        let broken = |values: &[Value<'_>]| {
            let payload = encoded(values);
            let violations = Constraints::default().violations(CROPPED, &payload);
            violations
                .iter()
                .map(Violation::property)
                .collect::<Vec<_>>()
        };
        let ten = Value::Int(10);
        assert_eq!(
            broken(&[Value::Object(&Size(0)), ten]),
            ["size.width", "count"]
        );
        assert_eq!(broken(&[Value::Object(&Size(1)), ten]), ["count"]);
        assert_eq!(broken(&[Value::Absent, ten]), ["count"]);
    }

    #[test]
    fn an_event_without_the_mark_is_not_looked_at() {
        let event = "\"a\"\n\n?min 1\n\"b\":";
        let payload = encoded(&[Value::Int(0)]);
        assert_eq!(Constraints::default().violations(event, &payload), []);
    }

    #[test]
    fn a_batch_without_violations_stays_as_it_is_and_one_with_some_is_split_or_flagged() {
        const SEEN: &str = "?\"seen\"\n\n?max 1\n\"n\":";
        let batch = || {
            let mut batch = Batch::default();
            batch.number = 7;
            for value in [0, 9, 1, 8] {
                Payload::lend(|payload| {
                    payload.context(false, false);
                    payload.subject(None, []);
                    payload.values(&[Value::Int(value)]);
                    batch.push(SEEN, Uuid::nil(), payload);
                });
            }
            batch
        };
        let held = Constraints::new(OnViolation::Flag).hold(batch());
        assert_eq!(
            (held.kept.len(), held.dropped.len(), held.flagged),
            (4, 0, 2)
        );
        assert_eq!(held.kept.number, 7);
        let grown = held.kept.footprint() - batch().footprint();
        assert_eq!(
            grown,
            2 * flag(&[Violation {
                object: None,
                property: "\"n\"",
                constraint: "max 1"
            }])
            .len()
        );

        let held = Constraints::new(OnViolation::Drop).hold(batch());
        assert_eq!(
            (held.kept.len(), held.dropped.len(), held.flagged),
            (2, 2, 0)
        );
        assert_eq!(
            held.kept.footprint() + held.dropped.footprint(),
            batch().footprint()
        );
        let [first, _] = held.kept.halves();
        assert_eq!(first.len(), 1);
    }
}
