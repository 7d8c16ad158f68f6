//! Whether and when a batch is sent again: pure functions, so that every case is tested.
//!
//! The statuses are those that PostHog's own SDKs retry on the v0 endpoint.

use std::time::{Duration, SystemTime};

use crate::queue::Fate;
use crate::stats::Loss;

/// The longest wait, also when the server asks for more (PostHog's SDKs clamp Retry-After alike).
const LONGEST: Duration = Duration::from_secs(30);
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest wait before the first retry; it doubles with each.
const FIRST: Duration = Duration::from_millis(500);

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer with this status, and the wait that its Retry-After asks for.
    Status(u16, Option<Duration>),
    /// No answer: refused, reset, timed out.
    Transport,
}

/// What to do with the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Settle(Fate),
    RetryAfter(Duration),
    /// The server finds it too large: halves may pass.
    Split,
}

/// Decides after attempt number `attempt` (from 1) of at most `1 + max_retries`; `random` is in `0.0..1.0`.
///
/// Retries wait with full jitter: anything up to a bound that doubles, so that clients which failed together do not
/// come back together.
pub(crate) fn decide(outcome: Outcome, attempt: u32, max_retries: u32, random: f64) -> Decision {
    let asked = match outcome {
        Outcome::Status(200..=299, _) => return Decision::Settle(Fate::Delivered),
        Outcome::Status(413, _) => return Decision::Split,
        Outcome::Status(408 | 429 | 500 | 502 | 503 | 504, asked) => asked.unwrap_or_default(),
        Outcome::Status(..) => return Decision::Settle(Fate::Lost(Loss::Rejected)),
        Outcome::Transport => Duration::ZERO,
    };
    if attempt > max_retries {
        return Decision::Settle(Fate::Lost(Loss::Expired));
    }
    let bound = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16));
    let jittered = bound.min(LONGEST).mul_f64(random.clamp(0.0, 1.0));
    Decision::RetryAfter(jittered.max(SHORTEST).max(asked.min(LONGEST)))
}

/// Reads a Retry-After header: seconds, or any of the three HTTP dates. A date that is past asks for nothing.
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    match header.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(header)
            .ok()?
            .duration_since(now)
            .ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const NOT_YET_USED_UP: (u32, u32, f64) = (1, 3, 0.5);

    fn decided(outcome: Outcome) -> Decision {
        let (attempt, max_retries, random) = NOT_YET_USED_UP;
        decide(outcome, attempt, max_retries, random)
    }

    #[test]
    fn each_status_has_its_decision() {
        for status in 100..=999 {
            let decision = decided(Outcome::Status(status, None));
            let expected = match status {
                200..=299 => matches!(decision, Decision::Settle(Fate::Delivered)),
                413 => decision == Decision::Split,
                408 | 429 | 500 | 502 | 503 | 504 => matches!(decision, Decision::RetryAfter(_)),
                _ => decision == Decision::Settle(Fate::Lost(Loss::Rejected)),
            };
            assert!(expected, "{status}: {decision:?}");
        }
        assert!(matches!(
            decided(Outcome::Transport),
            Decision::RetryAfter(_)
        ));
    }

    #[test]
    fn three_retries_are_four_attempts() {
        for outcome in [Outcome::Transport, Outcome::Status(503, Some(LONGEST))] {
            let is_retried =
                |attempt| matches!(decide(outcome, attempt, 3, 0.5), Decision::RetryAfter(_));
            assert_eq!(
                [1, 2, 3, 4, 5].map(is_retried),
                [true, true, true, false, false]
            );
            let expired = Decision::Settle(Fate::Lost(Loss::Expired));
            assert_eq!(decide(outcome, 1, 0, 0.5), expired);
        }
    }

    #[test]
    fn the_wait_doubles_with_jitter_inside_its_bounds() {
        let wait = |attempt, random| match decide(Outcome::Transport, attempt, u32::MAX, random) {
            Decision::RetryAfter(wait) => wait,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(1, 0.0), SHORTEST);
        assert_eq!(wait(1, 0.5), Duration::from_millis(250));
        assert_eq!(wait(1, 1.0), Duration::from_millis(500));
        assert_eq!(wait(2, 1.0), Duration::from_secs(1));
        assert_eq!(wait(3, 1.0), Duration::from_secs(2));
        assert_eq!(wait(7, 1.0), LONGEST);
        assert_eq!(wait(u32::MAX - 1, 1.0), LONGEST);
        assert_eq!(wait(9, f64::NAN.max(-1.0)), SHORTEST);
    }

    #[test]
    fn the_server_asks_for_a_minimum() {
        let wait = |asked| match decided(Outcome::Status(429, Some(asked))) {
            Decision::RetryAfter(wait) => wait,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(Duration::ZERO), Duration::from_millis(250));
        assert_eq!(wait(Duration::from_secs(3)), Duration::from_secs(3));
        assert_eq!(wait(Duration::from_secs(3_000)), LONGEST);
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_767);
        let seconds = |header| retry_after(header, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 3 "), Some(3));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(10));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT"), Some(10));
        assert_eq!(seconds("Sun Nov  6 08:49:37 1994"), Some(10));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:00:00 GMT"), None);
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds(""), None);
    }
}
