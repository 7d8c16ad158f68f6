//! When and how losses are told: one line at once, then at most one every while, none forgotten.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::stats::Stats;

const PAUSE: Duration = Duration::from_secs(10);

/// What was told last.
#[derive(Default)]
pub(crate) struct LossReport {
    told: Stats,
    told_at: Option<Instant>,
    problem: Option<String>,
}

impl LossReport {
    /// Remembers what went wrong last, to be told with the losses.
    pub(crate) fn problem(&mut self, problem: String) {
        self.problem = Some(problem);
    }

    /// Whether there is something to tell, now or later.
    pub(crate) fn is_pending(&self, stats: &Stats) -> bool {
        stats.mishaps() > self.told.mishaps()
            || stats.ungrouped > self.told.ungrouped
            || stats.settings_refused > self.told.settings_refused
            || stats.properties_left_out > self.told.properties_left_out
    }

    /// What to tell now, if anything.
    pub(crate) fn due(&mut self, stats: &Stats, now: Instant) -> Option<String> {
        let is_quiet = |told_at| now.duration_since(told_at) < PAUSE;
        if !self.is_pending(stats) || self.told_at.is_some_and(is_quiet) {
            return None;
        }
        self.told_at = Some(now);
        Some(self.tell(stats))
    }

    /// What was not told yet.
    pub(crate) fn tell(&mut self, stats: &Stats) -> String {
        let mut text = String::new();
        let mut separator = "analytics events are lost: ";
        for ((reason, events), (_, told)) in stats.losses().into_iter().zip(self.told.losses()) {
            if events > told {
                // A String has no way to fail.
                _ = write!(text, "{separator}{} {reason}", events - told);
                separator = ", ";
            }
        }
        let ungrouped = stats.ungrouped - self.told.ungrouped;
        let refused = stats.settings_refused - self.told.settings_refused;
        let left_out = stats.properties_left_out - self.told.properties_left_out;
        for (what, count) in [
            (
                "events are sent without the group that they belong to, for neither call nor context names it",
                ungrouped,
            ),
            (
                "events are sent although remote control asks for less, for they are critical",
                refused,
            ),
            (
                "properties are left out, for they are no finite numbers",
                left_out,
            ),
        ] {
            if count > 0 {
                let separator = if text.is_empty() { "" } else { "; " };
                _ = write!(text, "{separator}analytics {what}: {count}");
            }
        }
        if let Some(problem) = self.problem.take() {
            _ = write!(text, "; {problem}");
        }
        self.told = *stats;
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_loss_is_told_at_once_and_the_rest_together() {
        let start = Instant::now();
        let mut report = LossReport::default();
        let mut stats = Stats::default();
        assert_eq!(report.due(&stats, start), None);
        stats.full = 3;
        report.problem("the last answer was HTTP 500".to_owned());
        assert_eq!(
            report.due(&stats, start).as_deref(),
            Some("analytics events are lost: 3 full; the last answer was HTTP 500")
        );
        stats.full = 5;
        stats.rejected = 1;
        stats.properties_left_out = 2;
        assert_eq!(report.due(&stats, start + PAUSE / 2), None);
        assert!(report.is_pending(&stats));
        assert_eq!(
            report.due(&stats, start + PAUSE).as_deref(),
            Some(
                "analytics events are lost: 2 full, 1 rejected; \
                 analytics properties are left out, for they are no finite numbers: 2"
            )
        );
        assert!(!report.is_pending(&stats));
        stats.opted_out = 1;
        assert_eq!(report.due(&stats, start + PAUSE * 2), None);
    }
}
