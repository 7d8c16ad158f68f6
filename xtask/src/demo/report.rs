//! What the demo prints at the end: events by tier, funnels, and what became of every event.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use comfy_table::{CellAlignment, Table, presets};
use trackplan::Stats;
use trackplan_schema::plan::{Event, Funnel, Origin, Plan};

use super::funnel::conversion;
use crate::collect::Received;

pub(super) struct Report<'a> {
    plan: &'a Plan,
    received: &'a [Arc<Received>],
    stats: &'a Stats,
    /// Whether there was a browser, which sends the events of the frontend.
    has_browser: bool,
}

impl<'a> Report<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        received: &'a [Arc<Received>],
        stats: &'a Stats,
        has_browser: bool,
    ) -> Self {
        Self {
            plan,
            received,
            stats,
            has_browser,
        }
    }

    /// Whether every event came that could, nothing else did, and all of it keeps to the plan.
    pub(super) fn is_fine(&self) -> bool {
        self.violations().is_empty() && self.missing().next().is_none() && self.stats.lost() == 0
    }

    fn of<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Received> {
        let events = self.received.iter().map(Arc::as_ref);
        events.filter(move |event| event.name == name)
    }

    fn missing(&self) -> impl Iterator<Item = &Event> {
        let expected = self.plan.events.iter();
        expected
            .filter(|event| self.has_browser || event.source != Origin::Frontend)
            .filter(|event| self.of(&event.name.value).next().is_none())
    }

    /// What differs from the plan, and how often.
    fn violations(&self) -> BTreeMap<String, usize> {
        let mut violations = BTreeMap::new();
        for event in self.received {
            for violation in &event.violations {
                let place = violation.place.as_deref().unwrap_or("in no file");
                let line = format!("{}: {} ({place})", event.name, violation.message);
                *violations.entry(line).or_default() += 1;
            }
        }
        violations
    }

    fn tier(&self, tier: &str) -> Table {
        let mut table = table([tier, "from", "events", "violations"], 2);
        for event in &self.plan.events {
            if event.tier.as_ref().is_none_or(|name| name.value != tier) {
                continue;
            }
            let name = &event.name.value;
            let violations: usize = self.of(name).map(|event| event.violations.len()).sum();
            table.add_row([
                format!("  {name}"),
                event.source.as_str().to_owned(),
                self.of(name).count().to_string(),
                violations.to_string(),
            ]);
        }
        table
    }

    fn funnel(&self, funnel: &Funnel) -> Table {
        let by = &funnel.by.value;
        let title = format!("funnel {}", funnel.name.value);
        let mut table = table([&title, by, "of all", "of the step before"], 1);
        let reached = conversion(funnel, self.received);
        let first = reached.first().copied().unwrap_or_default();
        let mut before = first;
        for (step, count) in funnel.steps.iter().zip(reached) {
            table.add_row([
                format!("  {}", step.value),
                count.to_string(),
                percent(count, first),
                percent(count, before),
            ]);
            before = count;
        }
        table
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tier in &self.plan.tiers {
            writeln!(formatter, "{}\n", self.tier(&tier.name.value))?;
        }
        for funnel in &self.plan.funnels {
            writeln!(formatter, "{}\n", self.funnel(funnel))?;
        }
        let violations = self.violations();
        for (violation, count) in &violations {
            writeln!(formatter, "violation, {count} times: {violation}")?;
        }
        for event in self.missing() {
            writeln!(formatter, "missing: {} never came", event.name.value)?;
        }
        let Stats {
            accepted,
            delivered,
            ..
        } = self.stats;
        write!(
            formatter,
            "{accepted} events captured, {delivered} delivered, {} lost; {} received, {} violations",
            self.stats.lost(),
            self.received.len(),
            violations.values().sum::<usize>()
        )
    }
}

/// A table without lines, whose columns from `numbers` on are aligned to the right.
fn table(header: [&str; 4], numbers: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for column in table.column_iter_mut().skip(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn percent(part: usize, whole: usize) -> String {
    match whole {
        0 => "–".to_owned(),
        whole => format!("{} %", (100.0 * part as f64 / whole as f64).round()),
    }
}
