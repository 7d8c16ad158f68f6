//! Whether and when a batch is sent again: a pure function, so that every case is tested.

use std::time::{Duration, SystemTime};

/// Retry-After is a minimum, but never more than this (PostHog's SDKs clamp it alike).
const LONGEST: Duration = Duration::from_secs(30);
const FIRST: Duration = Duration::from_millis(200);
const SHORTEST: Duration = Duration::from_millis(100);

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer with this status, and the wait that it asks for.
    Status(u16, Option<Duration>),
    /// No answer: refused, reset, timed out.
    Transport,
}

/// What to do with the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Delivered,
    RetryAfter(Duration),
    /// The server finds it too large: halves may pass.
    Split,
    /// The server will never take it.
    Rejected,
    /// The attempts are used up.
    Expired,
}

/// Decides after attempt number `attempt` (from 1) of at most `1 + max_retries`; `random` is in `0.0..1.0`.
pub(crate) fn decide(outcome: Outcome, attempt: u32, max_retries: u32, random: f64) -> Decision {
    let wanted = match outcome {
        Outcome::Status(200..=299, _) => return Decision::Delivered,
        Outcome::Status(413, _) => return Decision::Split,
        Outcome::Status(408 | 429 | 500 | 502 | 503 | 504, wanted) => wanted.unwrap_or_default(),
        Outcome::Status(..) => return Decision::Rejected,
        Outcome::Transport => Duration::ZERO,
    };
    if attempt > max_retries {
        return Decision::Expired;
    }
    let ceiling = FIRST.saturating_mul(1 << attempt.min(16)).min(LONGEST);
    let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0)).max(SHORTEST);
    Decision::RetryAfter(jittered.max(wanted.min(LONGEST)))
}

/// Reads a Retry-After header: seconds, or an HTTP date.
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(header.trim())
        .ok()?
        .duration_since(now)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passing_faults_are_retried() {
        let retried = |status| {
            matches!(
                decide(Outcome::Status(status, None), 1, 3, 0.5),
                Decision::RetryAfter(_)
            )
        };
        let all: Vec<u16> = (100..600).filter(|status| retried(*status)).collect();
        assert_eq!(all, [408, 429, 500, 502, 503, 504]);
        assert_eq!(
            decide(Outcome::Status(204, None), 9, 3, 0.5),
            Decision::Delivered
        );
        assert_eq!(
            decide(Outcome::Status(413, None), 1, 3, 0.5),
            Decision::Split
        );
        assert_eq!(
            decide(Outcome::Status(401, None), 1, 3, 0.5),
            Decision::Rejected
        );
    }

    #[test]
    fn three_retries_are_four_attempts() {
        let decisions: Vec<bool> = (1..=5)
            .map(|attempt| {
                matches!(
                    decide(Outcome::Transport, attempt, 3, 0.5),
                    Decision::RetryAfter(_)
                )
            })
            .collect();
        assert_eq!(decisions, [true, true, true, false, false]);
    }

    #[test]
    fn the_wait_grows_with_jitter_and_respects_the_server() {
        let wait = |attempt, wanted, random| match decide(
            Outcome::Status(503, wanted),
            attempt,
            99,
            random,
        ) {
            Decision::RetryAfter(wait) => wait,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(1, None, 0.0), SHORTEST);
        assert_eq!(wait(1, None, 1.0), Duration::from_millis(400));
        assert_eq!(wait(2, None, 1.0), Duration::from_millis(800));
        assert_eq!(wait(60, None, 1.0), LONGEST);
        assert_eq!(
            wait(1, Some(Duration::from_secs(3)), 0.0),
            Duration::from_secs(3)
        );
        assert_eq!(wait(1, Some(Duration::from_secs(3000)), 0.0), LONGEST);
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after("3", now), Some(Duration::from_secs(3)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now),
            Some(Duration::from_secs(10))
        );
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), None);
        assert_eq!(retry_after("soon", now), None);
    }
}
