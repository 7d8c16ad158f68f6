//! PostHog's error tracking: panics and errors as `$exception`, with frames, and without what they say.

mod frames;

use std::any::type_name;
use std::error::Error;
use std::fmt;
use std::num::NonZero;
use std::panic::{Location, PanicHookInfo, set_hook, take_hook};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use uuid::Uuid;

use self::frames::Frame;
use crate::current;
use crate::limiter::{Key, Limiter, Rate};
use crate::payload::Payload;
use crate::value::Value;

/// Its values: level, how many were suppressed before it, then where a panic was; the list follows as JSON.
const EXCEPTION: &str = "\"$exception\"\n\n\"$exception_level\":\n\"$exception_suppressed_count\":\n\
                         \"$exception_panic_file\":\n\"$exception_panic_line\":\n\"$exception_panic_column\":";
/// Causes of an error, itself included.
const MAX_ENTRIES: usize = 50;

/// Captures panics and errors as `$exception` for PostHog's error tracking.
///
/// It tells types, functions, files and lines, never what an error or a panic says, unless
/// [`messages`](Self::messages) allows it: messages quote what people typed. Of the same place, 10 at once are captured
/// and then one each 10 s, which says in `$exception_suppressed_count` how many were between.
///
/// ```
/// use trackplan::{Exceptions, testing::Sink};
///
/// let exceptions = Exceptions::new();
/// // In `main`, after the client: `exceptions.capture_panics();`
/// let sink = Sink::new();
/// let error = "ada".parse::<i32>().unwrap_err();
/// exceptions.capture(&error);
/// let entry = &sink.one("$exception")["$exception_list"][0];
/// assert_eq!(entry["type"], "core::num::error::ParseIntError");
/// assert_eq!(entry["value"], "");
/// ```
#[derive(Clone)]
pub struct Exceptions {
    tells_messages: bool,
    limiter: Arc<Mutex<Limiter<()>>>,
}

impl Default for Exceptions {
    fn default() -> Self {
        Self::rate(10, Duration::from_secs(10))
    }
}

impl Exceptions {
    /// Without messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Captures at most `burst` of the same place at once, and one more each `pause`.
    #[must_use]
    pub fn rate(burst: u32, pause: Duration) -> Self {
        let rate = Rate {
            burst: burst.max(1),
            pause,
        };
        Self {
            tells_messages: false,
            limiter: Arc::new(Mutex::new(Limiter::new(rate))),
        }
    }

    /// Whether to tell what errors and panics say, and the causes of errors; default false. Only for programs whose
    /// messages hold no personal data.
    #[must_use]
    pub fn messages(mut self, tells_messages: bool) -> Self {
        self.tells_messages = tells_messages;
        self
    }

    /// Captures an error that was handled. `None` if it is one too many of its place.
    #[track_caller]
    pub fn capture<E: Error>(&self, error: &E) -> Option<Uuid> {
        let place = Location::caller();
        let suppressed = self.admit(place)?;
        let mut entries = vec![self.entry(type_name::<E>(), error, place)];
        if self.tells_messages {
            let mut cause = error.source();
            for id in 1..MAX_ENTRIES {
                let Some(error) = cause else { break };
                entries.push(json!({
                    "type": "Error",
                    "value": error.to_string(),
                    "mechanism": { "type": "chained", "source": "cause", "synthetic": false,
                                   "exception_id": id, "parent_id": id - 1 },
                }));
                cause = error.source();
            }
        }
        Some(push(&entries, suppressed, "error", None))
    }

    /// Captures each panic of the program from now on, then does what was done before. The program still has to say
    /// what becomes of it: a panic that ends the process may end it before the event is sent.
    pub fn capture_panics(&self) {
        let (this, before) = (self.clone(), take_hook());
        set_hook(Box::new(move |panic| {
            this.panic(panic);
            before(panic);
        }));
    }

    fn panic(&self, panic: &PanicHookInfo<'_>) {
        let Some(location) = panic.location() else {
            return;
        };
        let Some(suppressed) = self.admit(location) else {
            return;
        };
        let said = panic.payload_as_str().unwrap_or_default();
        let mut entry = self.entry("Panic", &said, location);
        entry["mechanism"]["type"] = "panic".into();
        entry["mechanism"]["handled"] = false.into();
        push(&[entry], suppressed, "fatal", Some(location));
    }

    /// Those of every place that were suppressed and that no event has told of yet.
    #[must_use]
    pub fn suppressed(&self) -> u64 {
        self.limiter().suppressed()
    }

    fn entry(&self, ty: &str, said: &impl fmt::Display, place: &Location<'_>) -> Json {
        let value = if self.tells_messages {
            said.to_string()
        } else {
            String::new()
        };
        let frames: Vec<Json> = frames::down_to(place).iter().map(Frame::json).collect();
        json!({
            "type": ty,
            "value": value,
            "mechanism": { "type": "generic", "handled": true, "synthetic": false, "exception_id": 0 },
            "stacktrace": { "type": "raw", "frames": frames },
        })
    }

    /// How many of a place were suppressed before this one. `None` if it is suppressed itself.
    fn admit(&self, place: &Location<'_>) -> Option<u64> {
        let key = |route| Key {
            route,
            kind: "exception",
        };
        let place = key(format!("{}:{}", place.file(), place.line()));
        let now = Instant::now();
        let admitted = self.limiter().admit(place, || key(String::new()), (), now);
        admitted.map(|(_, suppressed)| suppressed)
    }

    fn limiter(&self) -> MutexGuard<'_, Limiter<()>> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Exceptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Exceptions")
            .field("tells_messages", &self.tells_messages)
            .finish_non_exhaustive()
    }
}

/// Leaves the event with the current client, about whoever the context is about.
fn push(entries: &[Json], suppressed: u64, level: &str, panicked: Option<&Location<'_>>) -> Uuid {
    let list = format!("\"$exception_list\":{}", Json::from(entries));
    let suppressed =
        NonZero::new(suppressed).map_or(Value::Absent, |count| Value::Uint(count.get()));
    let place = panicked.map_or([Value::Absent; 3], |place| {
        [
            Value::Text(frames::shortened(place.file())),
            Value::Uint(place.line().into()),
            Value::Uint(place.column().into()),
        ]
    });
    Payload::lend(|payload| {
        payload.context(true, true);
        payload.subject(None, std::iter::empty());
        payload.values(&[Value::Text(level), suppressed]);
        payload.values(&place);
        payload.members(&list);
        current::push(EXCEPTION, payload)
    })
}
