//! Time, always in UTC.

use std::time::Duration;

use jiff::{Timestamp, Unit, civil::Date, tz::TimeZone};

/// From one moment to a later one; zero if it is not later.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

/// From a moment until now.
pub(crate) fn since(moment: Timestamp) -> Duration {
    between(moment, Timestamp::now())
}

/// A moment `days` ago.
pub(crate) fn days_ago(days: u32) -> Timestamp {
    Timestamp::now() - Duration::from_secs(u64::from(days) * 24 * 60 * 60)
}

/// The day that a moment falls on.
pub(crate) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// The first moment of a day; the end of time for a day too late to have one.
pub(crate) fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// How many days apart two days are, the first one included.
pub(crate) fn days_spanned(first: Date, last: Date) -> u32 {
    let days = first.until((Unit::Day, last)).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0) + 1
}

/// A duration in the words of a page: `3.5 h`, `2.1 d`.
pub(crate) fn in_words(duration: Duration) -> String {
    const HOUR: f64 = 3600.0;
    let seconds = duration.as_secs_f64();
    if seconds < HOUR {
        format!("{:.0} min", seconds / 60.0)
    } else if seconds < 48.0 * HOUR {
        format!("{:.1} h", seconds / HOUR)
    } else {
        format!("{:.1} d", seconds / (24.0 * HOUR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_include_both_ends() {
        assert_eq!(days_spanned(date(2026, 1, 1), date(2026, 1, 1)), 1);
        assert_eq!(days_spanned(date(2026, 1, 1), date(2026, 3, 31)), 90);
    }

    #[test]
    fn a_moment_that_is_not_later_gives_zero() {
        let now = Timestamp::now();
        assert_eq!(between(now, now - Duration::from_secs(1)), Duration::ZERO);
    }

    #[test]
    fn durations_read_in_the_unit_that_fits() {
        assert_eq!(in_words(Duration::from_secs(1_500)), "25 min");
        assert_eq!(in_words(Duration::from_secs(5_400)), "1.5 h");
        assert_eq!(in_words(Duration::from_secs(3 * 86_400)), "3.0 d");
    }
}
