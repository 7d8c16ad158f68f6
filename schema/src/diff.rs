//! What changed between two plans, fact by fact, and what each change means.
//!
//! | class | is |
//! |---|---|
//! | breaking | reports, stored data or deployed senders stop fitting: something is removed, retyped or newly required |
//! | risky | the same name means or holds something else from now on; somebody should look |
//! | safe | nothing that is on record or deployed is touched |
//!
//! A property that moved from `old` to `new` keeps its history where the plan says so: `old` stays for a while with
//! `deprecated: { renamed_to: new }`, which makes the step to `new` a rename and the later end of `old` expected.

mod acknowledged;
mod class;
mod compare;
mod facts;

use std::collections::BTreeMap;
use std::fmt;

use crate::lock;
use crate::naming::vocabulary;
use crate::plan::{Acknowledged, Date, Plan, Span};
use crate::yaml::Diagnostic;
use facts::Facts;

vocabulary! {
    /// What a change means.
    #[derive(PartialOrd, Ord)]
    Class {
        /// Reports, stored data or deployed senders stop fitting.
        Breaking = "breaking",
        /// The same name means or holds something else from now on.
        Risky = "risky",
        /// Nothing on record or deployed is touched.
        Safe = "safe",
    }
}

vocabulary! {
    /// What happened.
    Action {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It has another value.
        Changed = "changed",
        /// It is new and takes the place of something deprecated.
        Renamed = "renamed",
        /// The elements of a list stand in another order.
        Reordered = "reordered",
    }
}

vocabulary! {
    /// A kind of item that a plan holds.
    #[derive(PartialOrd, Ord)]
    Kind {
        /// The plan itself.
        Plan = "plan",
        /// An importance class.
        Tier = "tier",
        /// Who answers for events.
        Owner = "owner",
        /// A shared enum.
        Enum = "enum",
        /// A group type.
        Group = "group",
        /// The person.
        Person = "person",
        /// An event.
        Event = "event",
        /// A funnel.
        Funnel = "funnel",
        /// A feature flag.
        Flag = "flag",
    }
}

/// What a changed item or property is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The kind of the item.
    pub kind: Kind,
    /// The item's name; empty for the plan and the person.
    pub name: String,
    /// The property of it that the change is about.
    pub property: Option<String>,
}

/// `event/invoice_paid`, `event/invoice_paid/amount`, `person/role`.
impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.as_str())?;
        for part in [Some(&self.name), self.property.as_ref()] {
            if let Some(part) = part.filter(|part| !part.is_empty()) {
                write!(formatter, "/{part}")?;
            }
        }
        Ok(())
    }
}

/// A change between two plans.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What it means.
    pub class: Class,
    /// What happened.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// The fact of it that changed; `None` if it came or went as a whole.
    pub field: Option<String>,
    /// The element of a list, where the fact is one.
    pub element: Option<String>,
    /// The value before; for a renamed item its old name.
    pub old: Option<String>,
    /// The value now; for a renamed item its new name.
    pub new: Option<String>,
    /// The place in the present plan; for something that is gone, the place of what held it.
    pub span: Option<Span>,
    /// Why it is of its class.
    pub why: &'static str,
    /// Why the plan accepts it although it is breaking.
    pub acknowledged: Option<String>,
}

impl Change {
    /// The name of the change, by which a plan acknowledges it: `event/invoice_paid/amount.type`.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = self.subject.to_string();
        for part in [&self.field, &self.element].into_iter().flatten() {
            id.push('.');
            id.push_str(part);
        }
        id
    }

    /// What happened, in words and with every name and value quoted: "type: `number` → `string`".
    #[must_use]
    pub fn what(&self, quote: impl Fn(&str) -> String) -> String {
        let Some(field) = &self.field else {
            return match (self.action, &self.old) {
                (Action::Renamed, Some(old)) => format!("takes the place of {}", quote(old)),
                (action, _) => action.as_str().to_owned(),
            };
        };
        let name = match &self.element {
            Some(element) => format!("{field} {}", quote(element)),
            None => field.clone(),
        };
        if self.element.is_some() && self.action != Action::Changed {
            return format!("{name} {}", self.action.as_str());
        }
        let shown = |value: &Option<String>, other: &Option<String>| match value {
            Some(value) => quote(value),
            None if other.as_deref() == Some(YES) => quote("no"),
            None => "not set".to_owned(),
        };
        format!(
            "{name}: {} → {}",
            shown(&self.old, &self.new),
            shown(&self.new, &self.old)
        )
    }

    /// Whether it breaks something and nothing in the plan says that this is meant.
    #[must_use]
    pub fn is_unacknowledged(&self) -> bool {
        self.class == Class::Breaking && self.acknowledged.is_none()
    }
}

/// The value of a fact that holds or does not.
const YES: &str = "yes";

/// What a plan is compared with. The default is a base that has no plan: all is new.
#[derive(Debug, Clone, Default)]
pub struct Base {
    facts: Facts,
    is_compiled: bool,
    acknowledged: Vec<Acknowledged>,
}

impl Base {
    /// A plan that could be loaded.
    #[must_use]
    pub fn loaded(plan: &Plan) -> Self {
        Self {
            facts: Facts::of(plan),
            is_compiled: false,
            acknowledged: plan.acknowledged.clone(),
        }
    }

    /// The compiled form of a plan that can't be loaded any more, as [`lock::compile`] gives its files.
    ///
    /// What it does not hold is not compared: tiers, owners and their contacts, funnels and levels of checks.
    ///
    /// # Errors
    ///
    /// It has no index, or one of another version of the format.
    pub fn compiled(files: &BTreeMap<String, String>) -> Result<Self, lock::Error> {
        Ok(Self {
            facts: Facts::of_lock(files)?,
            is_compiled: true,
            acknowledged: Vec::new(),
        })
    }
}

/// A comparison of two plans.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// What changed: the most serious first, then in the order of kinds and names.
    pub changes: Vec<Change>,
    /// What is wrong with that: unacknowledged breaking changes, and acknowledgements of none.
    pub findings: Vec<Diagnostic>,
}

/// Compares a plan with its base. What was deprecated until a day may go when that day, in UTC, is over.
#[must_use]
pub fn diff(base: &Base, plan: &Plan, today: Date) -> Diff {
    let mut facts = Facts::of(plan);
    if base.is_compiled
        && let Ok(compiled) = Facts::of_lock(&lock::compile(plan))
    {
        facts = compiled.placed_as(&facts);
    }
    let mut changes = compare::compare(&base.facts, &facts, today);
    let findings = acknowledged::settle(&mut changes, &base.acknowledged, &plan.acknowledged);
    Diff { changes, findings }
}

#[cfg(test)]
mod tests;
