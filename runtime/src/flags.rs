//! Feature flags: what PostHog decides for a person, asked once per request and remembered for a while.

mod answer;
mod fetch;
mod recent;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json, json};
use tokio::sync::OnceCell;

pub(crate) use self::answer::{Snapshot, payload_of};
pub(crate) use self::fetch::Remote;
use self::recent::Recent;
use crate::capture::capture;
use crate::context::Context;
use crate::current;
use crate::value::{PlanEnum, PlanEnumOf, Value};

/// What a flag is for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagValue {
    /// On or off. A flag with variants that is off is this too.
    Boolean(bool),
    /// One of the flag's variants.
    Variant(String),
}

impl From<bool> for FlagValue {
    fn from(is_on: bool) -> Self {
        Self::Boolean(is_on)
    }
}

impl From<&str> for FlagValue {
    fn from(variant: &str) -> Self {
        Self::Variant(variant.to_owned())
    }
}

/// A flag of the plan; written by `flag!`.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Its name.
    pub key: &'static str,
    /// The description of the event that tells it was read, see [`capture`].
    pub called: &'static str,
}

/// Whether a flag is on for whoever the context is about.
pub async fn is_on(flag: &'static Flag, default: bool) -> bool {
    match read(flag).await {
        Some(FlagValue::Boolean(is_on)) => is_on,
        // A flag that got variants since: having one is being on.
        Some(FlagValue::Variant(_)) => true,
        None => default,
    }
}

/// The variant of a flag for whoever the context is about, one of `variants`.
pub async fn variant(
    flag: &'static Flag,
    variants: &'static [&'static str],
    default: &'static str,
) -> &'static str {
    let Some(FlagValue::Variant(name)) = read(flag).await else {
        return default;
    };
    let known = variants.iter().find(|known| **known == name);
    known.copied().unwrap_or(default)
}

/// A default that is no literal.
#[diagnostic::on_unimplemented(
    message = "the default must be a variant of the flag, found `{Self}`",
    label = "expected a variant in quotes, or an enum of the flag's variants",
    note = "an enum of them has `#[derive(Clone, PlanEnum)]` and `#[plan_enum(\"flag.…\")]`"
)]
pub trait IsVariant<const FLAG: u64>: PlanEnum + PlanEnumOf<FLAG> + Clone {}

#[diagnostic::do_not_recommend]
impl<const FLAG: u64, T: PlanEnum + PlanEnumOf<FLAG> + Clone> IsVariant<FLAG> for T {}

/// The variant of a flag as an enum of the program.
pub async fn variant_of<const FLAG: u64, T: IsVariant<FLAG>>(flag: &'static Flag, default: T) -> T {
    let Some(FlagValue::Variant(name)) = read(flag).await else {
        return default;
    };
    T::parse(&name).cloned().unwrap_or(default)
}

/// Reads a flag for whoever the context is about, and tells PostHog so. `None` if nothing is known.
async fn read(flag: &'static Flag) -> Option<FlagValue> {
    let client = current::client();
    let flags = &client.0.flags;
    if let Some(value) = flags.overrides().get(flag.key) {
        return Some(value.clone());
    }
    let context = Context::current();
    let subject = Subject::of(&context)?;
    let snapshot = match context.flags().filter(|known| known.subject == subject) {
        Some(known) => Arc::clone(known),
        None => {
            let snapshot = flags.snapshot(subject).await?;
            Context::keep_flags(Arc::clone(&snapshot));
            snapshot
        }
    };
    flags.tell(flag, &snapshot);
    snapshot
        .answers
        .get(flag.key)
        .map(|answer| answer.value.clone())
}

fn text(text: Option<&String>) -> Value<'_> {
    text.map_or(Value::Absent, |text| Value::Text(text))
}

fn number(number: Option<u64>) -> Value<'static> {
    number.map_or(Value::Absent, Value::Uint)
}

/// Whom flags are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Subject {
    id: String,
    groups: BTreeMap<String, String>,
}

impl Subject {
    /// Nobody, and somebody who opted out, is not asked for.
    fn of(context: &Context) -> Option<Self> {
        let id = context.actor_id().or(context.visitor_id());
        let id = id.filter(|id| !id.trim().is_empty() && !context.is_opted_out())?;
        let owned = |(group, key): (&str, &str)| (group.to_owned(), key.to_owned());
        Some(Self {
            id: id.to_owned(),
            groups: context.group_keys().map(owned).collect(),
        })
    }

    /// The body of `/flags/`, but for the token.
    fn body(&self) -> Json {
        let groups: Map<String, Json> = self
            .groups
            .iter()
            .map(|(group, key)| (group.clone(), key.as_str().into()))
            .collect();
        json!({
            "distinct_id": self.id,
            "groups": groups,
            "person_properties": {},
            "group_properties": {},
        })
    }
}

/// How flags are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// How long all attempts may take together.
    pub(crate) timeout: Duration,
    /// How long an answer counts.
    pub(crate) max_age: Duration,
    /// Whether events say which flags their person has.
    pub(crate) on_events: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(3),
            max_age: Duration::from_secs(30),
            on_events: false,
        }
    }
}

/// Persons whose flags are remembered.
const REMEMBERED: usize = 10_000;
/// Values of flags that PostHog was told of, as many as in its own clients.
const TOLD: usize = 50_000;
/// After a failure nobody waits for this long; old answers and defaults do.
const PAUSE: Duration = Duration::from_secs(5);

/// The flags of a client.
pub(crate) struct Flags {
    /// `None` if the client sends nothing.
    remote: Option<Remote>,
    options: Options,
    overrides: Mutex<BTreeMap<String, FlagValue>>,
    state: Mutex<State>,
}

struct State {
    entries: Recent<Subject, Arc<Entry>>,
    /// Hashes: a collision costs one `$feature_flag_called`.
    told: Recent<u64, ()>,
    hasher: RandomState,
    failed_at: Option<Instant>,
}

/// The flags of a person, which several requests may wait for together.
struct Entry {
    asked_at: Instant,
    /// Empty until the answer is there.
    current: OnceCell<Arc<Snapshot>>,
    /// What counts if no answer comes.
    before: Option<Arc<Snapshot>>,
}

impl Flags {
    pub(crate) fn new(remote: Option<Remote>, options: Options) -> Self {
        Self {
            remote,
            options,
            overrides: Mutex::default(),
            state: Mutex::new(State {
                entries: Recent::new(REMEMBERED),
                told: Recent::new(TOLD),
                hasher: RandomState::new(),
                failed_at: None,
            }),
        }
    }

    /// The values that a test sets.
    pub(crate) fn overrides(&self) -> MutexGuard<'_, BTreeMap<String, FlagValue>> {
        self.overrides
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The flags of somebody: a recent answer, a new one, or the last one that came.
    async fn snapshot(&self, subject: Subject) -> Option<Arc<Snapshot>> {
        let remote = self.remote.as_ref()?;
        let entry = self.entry(&subject, Instant::now());
        let before = entry.before.as_deref();
        let asked = async || Arc::new(self.ask(remote, subject, before).await);
        Some(Arc::clone(entry.current.get_or_init(asked).await))
    }

    async fn ask(&self, remote: &Remote, subject: Subject, before: Option<&Snapshot>) -> Snapshot {
        if self.is_paused(Instant::now()) {
            return Snapshot::stale(subject, before);
        }
        let answer = remote.ask(subject.body(), self.options.timeout).await;
        self.state().failed_at = answer.is_err().then(Instant::now);
        match answer {
            Ok(answer) => Snapshot::read(subject, &answer, before, self.options.on_events),
            Err(problem) => {
                tracing::warn!("feature flags keep their last or default values: {problem}");
                Snapshot::stale(subject, before)
            }
        }
    }

    fn is_paused(&self, now: Instant) -> bool {
        let failed_at = self.state().failed_at;
        failed_at.is_some_and(|failed_at| now.saturating_duration_since(failed_at) < PAUSE)
    }

    fn entry(&self, subject: &Subject, now: Instant) -> Arc<Entry> {
        let mut state = self.state();
        let known = state.entries.get(subject).map(Arc::clone);
        let before = match &known {
            Some(entry) => match entry.current.get() {
                None => return Arc::clone(entry),
                Some(snapshot) => {
                    let max_age = if snapshot.is_stale {
                        PAUSE.min(self.options.max_age)
                    } else {
                        self.options.max_age
                    };
                    if now.saturating_duration_since(entry.asked_at) < max_age {
                        return Arc::clone(entry);
                    }
                    Some(Arc::clone(snapshot))
                }
            },
            None => None,
        };
        let entry = Arc::new(Entry {
            asked_at: now,
            current: OnceCell::new(),
            before,
        });
        state.entries.insert(subject.clone(), Arc::clone(&entry));
        entry
    }

    /// Captures `$feature_flag_called`, once for each value that a flag has for somebody.
    fn tell(&self, flag: &'static Flag, snapshot: &Snapshot) {
        let answer = snapshot.answers.get(flag.key);
        let value = answer.map(|answer| answer.value.clone());
        let mut state = self.state();
        let told = state.hasher.hash_one((&snapshot.subject, flag.key, &value));
        let is_new = state.told.insert(told, ());
        drop(state);
        if !is_new {
            return;
        }
        let value = match &value {
            Some(FlagValue::Boolean(is_on)) => Value::Bool(*is_on),
            Some(FlagValue::Variant(variant)) => Value::Text(variant),
            None => Value::Absent,
        };
        let error = snapshot.error(flag.key);
        let (payload, reason) = match answer {
            Some(answer) => (answer.payload.as_ref(), answer.reason.as_ref()),
            None => (None, None),
        };
        capture(
            flag.called,
            None,
            &[],
            &[
                value,
                value,
                text(payload),
                number(answer.and_then(|answer| answer.id)),
                number(answer.and_then(|answer| answer.version)),
                text(reason),
                text(snapshot.request_id.as_ref()),
                number(snapshot.evaluated_at),
                if error.is_empty() {
                    Value::Absent
                } else {
                    Value::Text(&error)
                },
                answer
                    .and_then(|answer| answer.has_experiment)
                    .map_or(Value::Absent, Value::Bool),
            ],
        );
    }
}
