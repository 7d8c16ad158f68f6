//! How many errors become events: a token bucket per route and kind. No clock, no I/O.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// What errors have in common that share a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) route: String,
    pub(crate) kind: &'static str,
}

/// At most `burst` at once, and one more each `pause`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) burst: u32,
    pub(crate) pause: Duration,
}

/// Buckets for the routes and kinds seen, at most [`MAX_BUCKETS`](Self::MAX_BUCKETS).
pub(crate) struct Limiter<T> {
    rate: Rate,
    buckets: HashMap<Key, Bucket<T>>,
    /// When buckets were last looked for that nobody needs any more.
    swept_at: Option<Instant>,
}

struct Bucket<T> {
    tokens: u32,
    /// When the tokens were last counted.
    counted_at: Instant,
    suppressed: u64,
    /// The last suppressed error.
    last: Option<T>,
}

impl<T> Limiter<T> {
    pub(crate) const MAX_BUCKETS: usize = 1_024;

    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: HashMap::new(),
            swept_at: None,
        }
    }

    /// Whether an error becomes an event, and then how many were suppressed before it. A suppressed one is remembered
    /// by `details`.
    ///
    /// Errors for which there is no bucket left share that of `overflow`, and its name.
    pub(crate) fn admit(
        &mut self,
        key: Key,
        overflow: impl FnOnce() -> Key,
        details: T,
        now: Instant,
    ) -> Option<(Key, u64)> {
        let key = if self.has_room_for(&key, now) {
            key
        } else {
            overflow()
        };
        let rate = self.rate;
        let bucket = self.buckets.entry(key.clone()).or_insert(Bucket {
            tokens: rate.burst,
            counted_at: now,
            suppressed: 0,
            last: None,
        });
        bucket.refill(rate, now);
        let Some(left) = bucket.tokens.checked_sub(1) else {
            bucket.suppressed += 1;
            bucket.last = Some(details);
            return None;
        };
        bucket.tokens = left;
        bucket.last = None;
        Some((key, std::mem::take(&mut bucket.suppressed)))
    }

    /// How many were suppressed and told with no event yet.
    #[cfg(feature = "exceptions")]
    pub(crate) fn suppressed(&self) -> u64 {
        self.buckets.values().map(|bucket| bucket.suppressed).sum()
    }

    /// What was suppressed and told with no event yet: the last error of each bucket, and how many were before it.
    pub(crate) fn drain(&mut self) -> Vec<(Key, T, u64)> {
        let told = |(key, bucket): (&Key, &mut Bucket<T>)| {
            let last = bucket.last.take()?;
            let before = std::mem::take(&mut bucket.suppressed).saturating_sub(1);
            Some((key.clone(), last, before))
        };
        self.buckets.iter_mut().filter_map(told).collect()
    }

    /// Whether there is a bucket for a key, or room for one. Buckets that are full again have nothing to remember; no
    /// storm makes them be looked for more often than they fill.
    fn has_room_for(&mut self, key: &Key, now: Instant) -> bool {
        if self.buckets.len() < Self::MAX_BUCKETS || self.buckets.contains_key(key) {
            return true;
        }
        let rate = self.rate;
        let is_recent = |swept_at| now.saturating_duration_since(swept_at) < rate.pause;
        if self.swept_at.is_some_and(is_recent) {
            return false;
        }
        self.swept_at = Some(now);
        self.buckets.retain(|_, bucket| {
            bucket.refill(rate, now);
            bucket.tokens < rate.burst || bucket.suppressed > 0
        });
        self.buckets.len() < Self::MAX_BUCKETS
    }
}

impl<T> Bucket<T> {
    fn refill(&mut self, rate: Rate, now: Instant) {
        let elapsed = now.saturating_duration_since(self.counted_at);
        let pauses = elapsed.as_nanos() / rate.pause.as_nanos().max(1);
        let earned = u32::try_from(pauses).unwrap_or(u32::MAX);
        self.tokens = self.tokens.saturating_add(earned).min(rate.burst);
        // What is earned in part stays earned; a full bucket earns nothing.
        self.counted_at = if self.tokens == rate.burst {
            now
        } else {
            self.counted_at + rate.pause * earned
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        pause: Duration::from_secs(10),
    };

    fn key(route: &(impl ToString + ?Sized)) -> Key {
        Key {
            route: route.to_string(),
            kind: "store",
        }
    }

    fn admit(limiter: &mut Limiter<()>, route: &str, now: Instant) -> Option<u64> {
        let admitted = limiter.admit(key(route), || key("…"), (), now);
        admitted.map(|(_, suppressed)| suppressed)
    }

    #[test]
    fn a_burst_passes_then_one_per_pause_with_the_count_of_the_others() {
        let (mut limiter, start) = (Limiter::new(RATE), Instant::now());
        let mut at = |seconds| admit(&mut limiter, "/a", start + Duration::from_secs(seconds));
        assert_eq!([at(0), at(1), at(2)], [Some(0); 3]);
        assert_eq!([at(3), at(4), at(9)], [None; 3]);
        // The first token came back 10 s after the bucket was last full.
        assert_eq!([at(10), at(11)], [Some(3), None]);
        assert_eq!([at(20), at(29)], [Some(1), None]);
        // Rest fills it up again, and no further.
        assert_eq!(
            [at(1_000), at(1_000), at(1_000)],
            [Some(1), Some(0), Some(0)]
        );
        assert_eq!(at(1_000), None);
    }

    #[test]
    fn routes_and_kinds_have_their_own() {
        let (mut limiter, now) = (Limiter::new(RATE), Instant::now());
        while admit(&mut limiter, "/a", now).is_some() {}
        assert_eq!(admit(&mut limiter, "/b", now), Some(0));
        let panic = Key {
            kind: "panic",
            ..key("/a")
        };
        let admitted = limiter.admit(panic.clone(), || key("…"), (), now);
        assert_eq!(admitted, Some((panic, 0)));
    }

    #[test]
    fn a_clock_that_goes_back_earns_nothing() {
        let (mut limiter, start) = (Limiter::new(RATE), Instant::now());
        let later = start + Duration::from_secs(100);
        while admit(&mut limiter, "/a", later).is_some() {}
        assert_eq!(admit(&mut limiter, "/a", start), None);
        assert_eq!(admit(&mut limiter, "/a", later), None);
    }

    #[test]
    fn draining_tells_the_rest_once() {
        let (mut limiter, now) = (Limiter::new(RATE), Instant::now());
        for _ in 0..10 {
            admit(&mut limiter, "/a", now);
        }
        assert_eq!(limiter.drain(), [(key("/a"), (), 6)]);
        assert_eq!(limiter.drain(), []);
    }

    #[test]
    fn a_storm_over_endless_routes_takes_bounded_memory_and_every_error_counts() {
        let (mut limiter, start) = (Limiter::new(RATE), Instant::now());
        let (mut events, mut counted) = (0_u64, 0);
        for error in 0..1_000_000_u64 {
            let now = start + Duration::from_millis(error / 100);
            let route = key(&(error % 5_000));
            if let Some((_, suppressed)) = limiter.admit(route, || key("…"), (), now) {
                events += 1;
                counted += 1 + suppressed;
            }
            assert!(limiter.buckets.len() <= Limiter::<()>::MAX_BUCKETS + 1);
        }
        for (_, (), before) in limiter.drain() {
            events += 1;
            counted += 1 + before;
        }
        assert_eq!(counted, 1_000_000);
        // 10 s long: a burst and a token for each bucket, and what the end tells.
        assert!(events <= 1_025 * 5, "{events}");
    }
}
