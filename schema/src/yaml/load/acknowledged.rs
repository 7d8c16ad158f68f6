//! Breaking changes that are meant.

use super::{Item, Loader};
use crate::plan::Acknowledged;
use crate::yaml::keys;

impl Loader {
    /// Reads `event/invoice_paid/amount.type: { on: 2026-11-23, reason: … }`.
    pub(super) fn acknowledged(&mut self, item: Item<'_>) -> Option<Acknowledged> {
        let findings = &mut self.findings;
        let mut map = findings.map(&item.name.value, item.node)?;
        for (key, how) in [("on", "`on: 2026-12-31`"), ("reason", "`reason: …`")] {
            if !map.has(key) {
                findings.missing("acknowledgement of", item.name, key, how);
            }
        }
        let on = findings.date_at(&mut map, "on");
        let reason = findings.text_at(&mut map, "reason");
        map.finish(&keys::ACKNOWLEDGED, findings);
        Some(Acknowledged {
            change: item.name.clone(),
            on: on?.value,
            reason: reason?.value,
        })
    }
}
