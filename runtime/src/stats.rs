//! What became of the captured events.

/// What became of a client's events; each is counted in exactly one place.
///
/// Always: `accepted == delivered + lost() + queued`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Events handed to the client.
    pub accepted: u64,
    /// Taken by the server.
    pub delivered: u64,
    /// Waiting, under way, or between two attempts.
    pub queued: u64,
    /// Lost: [`Builder::buffer_bytes`](crate::Builder::buffer_bytes) were in use.
    pub full: u64,
    /// Lost: above 900 KiB, or refused by the server as too large even alone.
    pub too_large: u64,
    /// Lost: the server refused them for good (a wrong key, a malformed event).
    pub rejected: u64,
    /// Lost: the last retry failed too.
    pub expired: u64,
    /// Lost: captured after the client was shut down, or not delivered within the shutdown's budget.
    pub shutdown: u64,
    /// Lost: the client is disabled, or none is installed.
    pub disabled: u64,
    /// Lost on purpose: the person [opted out](crate::Context::opted_out).
    pub opted_out: u64,
    /// Lost on purpose: of the event, the plan's `sample` or
    /// [`Builder::remote_control`](crate::Builder::remote_control) sends only a share, or nothing.
    pub sampled: u64,
    /// Critical events that are sent although `remote_control` asked for less.
    pub settings_refused: u64,
    /// Lost: an `identify!` whose actor neither call nor context knows, or a `group!` with a blank key.
    pub nobody: u64,
    /// Updates of persons and groups that said nothing new: they are not sent, and not counted as accepted.
    pub unchanged: u64,
    /// Events of a group's scope that neither call nor context knew the group of. They are sent, but without the
    /// group and its key property, so PostHog can't count them for any group.
    pub ungrouped: u64,
    /// Events with a value that breaks a constraint of the plan. They are sent, and say so in `$trackplan_violations`.
    pub flagged: u64,
    /// Lost on purpose: such events, with [`OnViolation::Drop`](crate::OnViolation::Drop).
    pub violating: u64,
    /// Properties left out because JSON has no such number (NaN, infinite). Their events are sent without them.
    pub properties_left_out: u64,
    /// Payloads of flags that were not as the plan has them, at each read. `flag!("…", payload)` gave `None` for them.
    pub payloads_refused: u64,
}

/// Why an event is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    Full,
    TooLarge,
    Rejected,
    Expired,
    Shutdown,
    Disabled,
    OptedOut,
    Sampled,
    Nobody,
    Violating,
}

impl Stats {
    /// Events that were not and will not be delivered, for whatever reason.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.opted_out + self.sampled + self.violating + self.mishaps()
    }

    /// Events that nobody meant to lose.
    pub(crate) fn mishaps(&self) -> u64 {
        self.losses().iter().map(|(_, events)| events).sum()
    }

    /// These events by reason.
    pub(crate) fn losses(&self) -> [(&'static str, u64); 7] {
        [
            ("full", self.full),
            ("too_large", self.too_large),
            ("rejected", self.rejected),
            ("expired", self.expired),
            ("shutdown", self.shutdown),
            ("disabled", self.disabled),
            ("nobody", self.nobody),
        ]
    }

    pub(crate) fn lose(&mut self, loss: Loss, events: u64) {
        *match loss {
            Loss::Full => &mut self.full,
            Loss::TooLarge => &mut self.too_large,
            Loss::Rejected => &mut self.rejected,
            Loss::Expired => &mut self.expired,
            Loss::Shutdown => &mut self.shutdown,
            Loss::Disabled => &mut self.disabled,
            Loss::OptedOut => &mut self.opted_out,
            Loss::Sampled => &mut self.sampled,
            Loss::Nobody => &mut self.nobody,
            Loss::Violating => &mut self.violating,
        } += events;
    }
}
