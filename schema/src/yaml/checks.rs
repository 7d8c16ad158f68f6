//! The checks: what each looks for and why, an example that breaks it and one that keeps it, and the code
//! that finds it. `explain`, `docs/checks.md` and the tests are made of the same examples.

pub(crate) mod changes;
mod funnels;
mod lifecycle;
mod meaning;
mod names;
pub(crate) mod pages;
mod privacy;
pub(super) mod references;
pub(super) mod structure;
mod tiers;
pub(super) mod types;
mod wording;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::diagnostic::Level;
use super::levels;
use super::load::Declared;
use super::reader::Findings;
use crate::plan::{Date, Event, Plan, Property, Span, Spanned, Type};
pub(crate) use types::refusal;

/// A check of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Its stable name, in kebab-case.
    pub code: &'static str,
    /// How much its findings weigh, unless the plan's `lints:` say otherwise.
    pub level: Level,
    /// Whether `lints:` and `allow` leave it alone: without what it asks, a plan can't be understood.
    pub is_fixed: bool,
    /// What it asks, in a sentence.
    pub summary: &'static str,
    /// Why, and what to do.
    pub why: &'static str,
    /// What its examples are.
    pub examples: Examples,
    /// An example that breaks it, and nothing else.
    pub wrong: &'static str,
    /// The same example, mended.
    pub right: &'static str,
}

/// What the examples of a check are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// Plans.
    Plans,
    /// Plans that this one became.
    Changes(&'static str),
    /// Pages that send the events of this plan.
    Pages(&'static str),
}

/// Checks about one subject.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The subject.
    pub title: &'static str,
    /// The checks, in the order in which a reader wants them.
    pub checks: &'static [Check],
}

/// Every check, by subject.
pub const TOPICS: &[Topic] = &[
    Topic {
        title: "Structure",
        checks: structure::CHECKS,
    },
    Topic {
        title: "Types",
        checks: types::CHECKS,
    },
    Topic {
        title: "Names",
        checks: names::CHECKS,
    },
    Topic {
        title: "Meaning",
        checks: meaning::CHECKS,
    },
    Topic {
        title: "Privacy",
        checks: privacy::CHECKS,
    },
    Topic {
        title: "References",
        checks: references::CHECKS,
    },
    Topic {
        title: "Tiers",
        checks: tiers::CHECKS,
    },
    Topic {
        title: "Lifecycle",
        checks: lifecycle::CHECKS,
    },
    Topic {
        title: "Funnels",
        checks: funnels::CHECKS,
    },
    Topic {
        title: "Wording",
        checks: wording::CHECKS,
    },
    Topic {
        title: "Levels",
        checks: levels::CHECKS,
    },
    Topic {
        title: "Changes",
        checks: changes::CHECKS,
    },
    Topic {
        title: "Pages",
        checks: pages::CHECKS,
    },
];

/// The check with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Check> {
    let mut all = TOPICS.iter().flat_map(|topic| topic.checks);
    all.find(|check| check.code == code)
}

/// Declares the checks of a module and the list of them.
macro_rules! checks {
    ($($name:ident: $code:literal, $level:ident $($fixed:ident)?, $summary:literal, why: $why:literal,
       $(base: $base:literal,)? $(page: $page:literal,)? wrong: $wrong:literal, right: $right:literal;)+) => {
        $(pub(crate) const $name: $crate::yaml::checks::Check = $crate::yaml::checks::Check {
            code: $code,
            level: $crate::yaml::diagnostic::Level::$level,
            is_fixed: $crate::yaml::checks::checks!(@fixed $($fixed)?),
            summary: $summary,
            why: $why,
            examples: $crate::yaml::checks::checks!(@examples $(base $base)? $(page $page)?),
            wrong: $wrong.trim_ascii(),
            right: $right.trim_ascii(),
        };)+
        pub(in crate::yaml) const CHECKS: &[$crate::yaml::checks::Check] = &[$($name,)+];
    };
    (@examples) => { $crate::yaml::checks::Examples::Plans };
    (@examples base $base:literal) => { $crate::yaml::checks::Examples::Changes($base.trim_ascii()) };
    (@examples page $plan:literal) => { $crate::yaml::checks::Examples::Pages($plan.trim_ascii()) };
    (@fixed) => { false };
    (@fixed fixed) => { true };
}
pub(in crate::yaml) use checks;

/// A loaded plan, and what is known of the parts that could not be read.
pub(super) struct Loaded<'a> {
    pub(super) plan: &'a Plan,
    /// The names of all items, also of those that could not be read.
    pub(super) declared: &'a Declared,
    pub(super) damaged: HashSet<Span>,
    /// Whether no file and no section was lost.
    pub(super) is_whole: bool,
    pub(super) today: Date,
}

impl Loaded<'_> {
    /// Whether an item was read in full, so that what it lacks is really missing.
    fn is_intact(&self, name: &Spanned<String>) -> bool {
        !self.damaged.contains(&name.span)
    }
}

/// What a property belongs to.
#[derive(Clone, Copy)]
enum Home<'a> {
    /// An event.
    Event(&'a Event),
    /// The dictionary of properties that events share.
    Shared,
    /// A group.
    Group,
    /// The person.
    Person,
    /// The payload of a flag, which is configuration and never sent.
    Payload,
}

impl Home<'_> {
    const fn is_event(self) -> bool {
        matches!(self, Self::Event(_) | Self::Shared)
    }
}

/// Every declared property once, fields of objects included.
fn properties(plan: &Plan) -> Vec<(Home<'_>, &Property)> {
    fn add<'a>(
        home: Home<'a>,
        properties: impl IntoIterator<Item = &'a Property>,
        all: &mut Vec<(Home<'a>, &'a Property)>,
    ) {
        for property in properties {
            all.push((home, property));
            if let Type::Object { fields } = &property.ty {
                add(home, fields, all);
            }
        }
    }
    let mut all = Vec::new();
    for event in &plan.events {
        let own = event.properties.iter().filter(|own| !own.is_shared);
        add(Home::Event(event), own, &mut all);
    }
    add(Home::Shared, &plan.shared, &mut all);
    for group in &plan.groups {
        add(Home::Group, &group.properties, &mut all);
    }
    add(Home::Person, &plan.person, &mut all);
    for flag in &plan.flags {
        add(Home::Payload, &flag.payload, &mut all);
    }
    all
}

/// Runs every check over a loaded plan; whether the plan could be understood as a whole.
pub(super) fn run(loaded: &Loaded<'_>, findings: &mut Findings) -> bool {
    let properties = properties(loaded.plan);
    types::run(loaded, &properties, findings);
    names::run(loaded.plan, &properties, findings);
    meaning::run(loaded, findings);
    privacy::run(loaded, &properties, findings);
    references::run(loaded, findings);
    tiers::run(loaded, findings);
    lifecycle::run(loaded, &properties, findings);
    funnels::run(loaded, findings);
    wording::run(loaded.plan, &properties, findings);
    // What is misspelt leaves what it meant without users; what is badly named or worded does not.
    let is_fixed = |code| find(code).is_some_and(|check| check.is_fixed);
    let is_understood = loaded.is_whole && !findings.found.iter().any(|found| is_fixed(found.code));
    if is_understood {
        references::unused(loaded.plan, findings);
    }
    is_understood
}
