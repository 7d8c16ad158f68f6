//! Feature flags: what PostHog decides for a person, asked once per request and remembered for a while.

mod answer;
mod fetch;
#[cfg(feature = "local-evaluation")]
pub(crate) mod local;
mod payload;
mod recent;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json, json};
use tokio::sync::OnceCell;

use self::answer::{Answer, Answers};
pub(crate) use self::answer::{Snapshot, payload_of};
pub(crate) use self::fetch::Remote;
pub use self::payload::{Field, Fields};
use self::recent::Recent;
use crate::capture::capture;
use crate::client::Client;
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
    match value(flag).await {
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
    let Some(FlagValue::Variant(name)) = value(flag).await else {
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
    let Some(FlagValue::Variant(name)) = value(flag).await else {
        return default;
    };
    T::parse(&name).cloned().unwrap_or(default)
}

/// The payload of a flag for whoever the context is about, if the flag is on and the payload is as the plan has it.
pub async fn payload<T>(
    flag: &'static Flag,
    parse: impl FnOnce(&Fields) -> Result<T, String>,
) -> Option<T> {
    let client = current::client();
    let answer = read(&client, flag).await?;
    let payload = answer.payload_if_on()?;
    let parsed = Fields::parse(payload).and_then(|fields| parse(&fields));
    parsed
        .map_err(|problem| client.0.flags.refuse(flag, payload, &problem))
        .ok()
}

/// The value of a flag for whoever the context is about.
async fn value(flag: &'static Flag) -> Option<FlagValue> {
    let answer = read(&current::client(), flag).await;
    answer.map(|answer| answer.value)
}

/// Reads a flag for whoever the context is about, and tells PostHog so. `None` if nothing is known.
async fn read(client: &Client, flag: &'static Flag) -> Option<Answer> {
    let flags = &client.0.flags;
    if let Some(answer) = flags.overrides().get(flag.key) {
        return Some(answer.clone());
    }
    let context = Context::current();
    let subject = Subject::of(&context)?;
    let known = context.flags().filter(|known| known.subject == subject);
    let snapshot = match known.filter(|known| known.settles(flag.key)) {
        Some(known) => Arc::clone(known),
        None => {
            let snapshot = flags.snapshot(subject, flag.key, known).await?;
            Context::keep_flags(Arc::clone(&snapshot));
            snapshot
        }
    };
    flags.tell(flag, &snapshot);
    snapshot.answers.get(flag.key).cloned()
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

/// Decides flags of somebody without asking for them: those that it can.
pub(crate) type Decide = Box<dyn Fn(&Subject) -> Answers + Send + Sync>;

/// The flags of a client.
pub(crate) struct Flags {
    /// `None` if the client sends nothing.
    remote: Option<Remote>,
    decide: Option<Decide>,
    options: Options,
    overrides: Mutex<BTreeMap<String, Answer>>,
    /// Payloads that the plan has otherwise.
    refused: AtomicU64,
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
    pub(crate) fn new(remote: Option<Remote>, decide: Option<Decide>, options: Options) -> Self {
        Self {
            remote,
            decide,
            options,
            overrides: Mutex::default(),
            refused: AtomicU64::new(0),
            state: Mutex::new(State {
                entries: Recent::new(REMEMBERED),
                told: Recent::new(TOLD),
                hasher: RandomState::new(),
                failed_at: None,
            }),
        }
    }

    fn overrides(&self) -> MutexGuard<'_, BTreeMap<String, Answer>> {
        self.overrides
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What a test sets. A flag of which it sets the payload alone is on.
    pub(crate) fn set(&self, flag: String, value: Option<FlagValue>, payload: Option<String>) {
        let mut overrides = self.overrides();
        let answer = overrides
            .entry(flag)
            .or_insert_with(|| Answer::new(FlagValue::Boolean(true)));
        if let Some(value) = value {
            answer.value = value;
        }
        answer.payload = payload.or(answer.payload.take());
    }

    /// How often a payload was not as the plan has it.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Counts a payload that is not as the plan has it, and says so once for each.
    fn refuse(&self, flag: &Flag, payload: &str, problem: &str) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state();
        let told = state.hasher.hash_one((flag.key, payload));
        let is_new = state.told.insert(told, ());
        // Whatever reads the log may read flags.
        drop(state);
        if is_new {
            tracing::warn!(
                "the payload of the flag `{}` is not as the tracking plan has it, and counts as none: {problem}",
                flag.key
            );
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The flags of somebody. What is decided without asking, or was in `known`, holds; the rest is asked for once a
    /// flag of it is read.
    async fn snapshot(
        &self,
        subject: Subject,
        flag: &str,
        known: Option<&Arc<Snapshot>>,
    ) -> Option<Arc<Snapshot>> {
        let Some(decide) = &self.decide else {
            return self.asked(subject).await;
        };
        let decided = known.map_or_else(|| decide(&subject), |known| known.answers.clone());
        let tells_events = self.options.on_events;
        if decided.contains_key(flag) {
            return Some(Arc::new(Snapshot::decided(subject, decided, tells_events)));
        }
        let asked = self.asked(subject).await?;
        Some(Arc::new(asked.below(decided, tells_events)))
    }

    /// What PostHog answers: a recent answer, a new one, or the last one that came.
    async fn asked(&self, subject: Subject) -> Option<Arc<Snapshot>> {
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
                Value::Bool(answer.is_some_and(|answer| answer.is_local)),
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
