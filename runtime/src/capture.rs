//! What the macros expand to.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use smallvec::SmallVec;
use uuid::Uuid;

use crate::current;
use crate::payload::Payload;
use crate::record::{Event, GroupProperties, PersonProperties};
use crate::stats::Loss;
use crate::value::{ToText, Value};

/// Captures an event and returns its id.
///
/// `event` describes it, in the form of the module `description`.
pub fn capture(
    event: &'static str,
    actor: Option<&str>,
    groups: &[(&'static str, &str)],
    values: &[Value<'_>],
) -> Uuid {
    Payload::lend(|payload| {
        payload.context(actor.is_none(), groups.is_empty());
        payload.subject(actor, groups.iter().copied());
        payload.values(values);
        current::push(event, payload)
    })
}

/// Captures an event that is given as a struct. Groups of the call come after those of its fields, and so hold.
pub fn event<E: Event + ?Sized>(
    event: &E,
    actor: Option<&str>,
    groups: &[(&'static str, &str)],
) -> Uuid {
    let encoded = event.__encoded();
    let mut of_fields = encoded.groups().peekable();
    Payload::lend(|payload| {
        let needs_groups = groups.is_empty() && of_fields.peek().is_none();
        payload.context(actor.is_none(), needs_groups);
        payload.subject(actor, of_fields.chain(groups.iter().copied()));
        encoded.write(payload);
        current::push(encoded.description, payload)
    })
}

/// Sets properties of the actor. If neither call nor context knows one, the update is lost and counted.
pub fn person(update: &'static str, actor: Option<&str>, values: &[Value<'_>]) -> Uuid {
    update_person(update, actor, |payload| {
        payload.values(values);
    })
}

/// Sets properties of the actor that are given as a struct.
pub fn person_struct<P: PersonProperties + ?Sized>(properties: &P, actor: Option<&str>) -> Uuid {
    let encoded = properties.__encoded();
    update_person(encoded.description, actor, |payload| {
        encoded.write(payload);
    })
}

fn update_person(
    update: &'static str,
    actor: Option<&str>,
    write: impl FnOnce(&mut Payload),
) -> Uuid {
    Payload::lend(|payload| {
        payload.context(actor.is_none(), false);
        payload.subject(actor, std::iter::empty());
        if !payload.has_actor() {
            return current::refuse(Loss::Nobody);
        }
        write(payload);
        current::push_update(update, payload)
    })
}

/// Its values: both ids.
const ALIAS: &str = "\"$create_alias\"\n\n\"distinct_id\":\n\"alias\":";

/// Makes two ids one person. A blank one is nobody's, so it is lost and counted.
pub(crate) fn alias(previous: &str, id: &str) -> Uuid {
    if previous.trim().is_empty() || id.trim().is_empty() {
        return current::refuse(Loss::Nobody);
    }
    Payload::lend(|payload| {
        payload.context(false, false);
        payload.subject(Some(previous), std::iter::empty());
        payload.values(&[Value::Text(previous), Value::Text(id)]);
        current::push_update(ALIAS, payload)
    })
}

/// Sets properties of a group. With a blank key there is none, so the update is lost and counted.
///
/// PostHog ties it to the id `$team_acme`: an update of a group belongs to no person.
pub fn group(update: &'static str, prefix: &'static str, key: &str, values: &[Value<'_>]) -> Uuid {
    update_group(update, prefix, key, |payload| {
        payload.values(values);
    })
}

/// Sets properties of a group that are given as a struct.
pub fn group_struct<G: GroupProperties + ?Sized>(properties: &G, key: &str) -> Uuid {
    let encoded = properties.__encoded();
    update_group(encoded.description, G::PREFIX, key, |payload| {
        encoded.write(payload);
    })
}

fn update_group(
    update: &'static str,
    prefix: &str,
    key: &str,
    write: impl FnOnce(&mut Payload),
) -> Uuid {
    if key.trim().is_empty() {
        return current::refuse(Loss::Nobody);
    }
    Payload::lend(|payload| {
        // Whoever makes the request, and whether they opted out, is beside the point.
        payload.subject(None, std::iter::empty());
        payload.synthetic_subject(prefix, key);
        payload.values(&[Value::Text(key)]);
        write(payload);
        current::push_update(update, payload)
    })
}

/// An event of `#[tracked]` whose early values are evaluated. Dropping it captures nothing.
#[must_use = "dropping it captures nothing"]
pub struct Pending {
    event: &'static str,
    /// Actor and groups, encoded, once they are told. As with `early`, most fit without an allocation.
    subject: SmallVec<[u8; 56]>,
    /// The early values, encoded.
    early: SmallVec<[u8; 56]>,
    left_out: u32,
    needs_actor: bool,
    needs_groups: bool,
}

impl Pending {
    /// Takes the values that are known before the body runs, and keeps no borrow of them, so that the body may move the
    /// arguments. An array that is given away is less to check for rustc than a slice.
    pub fn new<const N: usize>(event: &'static str, values: [Value<'_>; N]) -> Self {
        Self::early(event, &values)
    }

    fn early(event: &'static str, values: &[Value<'_>]) -> Self {
        Payload::lend(|payload| {
            payload.values(values);
            Self {
                event,
                subject: SmallVec::new(),
                early: SmallVec::from_slice(payload.as_bytes()),
                left_out: payload.left_out(),
                needs_actor: true,
                needs_groups: true,
            }
        })
    }

    /// Says whom the event is about, before the body or after it. What is left open comes from the context.
    pub fn about(self, actor: Option<&str>, groups: &[(&'static str, &str)]) -> Self {
        Payload::lend(|payload| {
            payload.subject(actor, groups.iter().copied());
            Self {
                subject: SmallVec::from_slice(payload.as_bytes()),
                needs_actor: actor.is_none(),
                needs_groups: groups.is_empty(),
                ..self
            }
        })
    }

    /// Captures the event if its outcome is one that counts; nothing of it is left.
    fn settle(pending: &mut Option<Self>, counts: bool) {
        let pending = pending.take();
        if let Some(pending) = pending.filter(|_| counts) {
            pending.finish(&[]);
        }
    }

    /// Captures the event, with the values that waited for the body. So does its context: the body may have found
    /// out who acts.
    pub fn finish(self, values: &[Value<'_>]) -> Uuid {
        Payload::lend(|payload| {
            payload.context(self.needs_actor, self.needs_groups);
            if self.subject.is_empty() {
                payload.subject(None, std::iter::empty());
            }
            payload.encoded(&self.subject, 0);
            payload.encoded(&self.early, self.left_out);
            payload.values(values);
            current::push(self.event, payload)
        })
    }
}

/// A group's key.
#[diagnostic::on_unimplemented(
    message = "the key of a group must be text, found `{Self}`",
    label = "expected text",
    note = "implement `trackplan::ToText` for a type of yours, or give the key as `&str` or `String`"
)]
pub trait IsKey: ToText {}

#[diagnostic::do_not_recommend]
impl<T: ToText + ?Sized> IsKey for T {}

/// The text of a group's key.
pub fn key<T: IsKey + ?Sized>(value: &T) -> &str {
    value.to_text()
}

/// Runs a body, then captures.
///
/// As a function, this and its siblings may return what a body reborrows; a closure called in place may not.
pub fn called<R>(pending: Pending, body: impl FnOnce() -> R) -> R {
    let output = body();
    pending.finish(&[]);
    output
}

/// Runs a body, then captures if its outcome is `Ok`.
pub fn called_ok<T, E>(pending: Pending, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let output = body();
    if output.is_ok() {
        pending.finish(&[]);
    }
    output
}

/// Runs a body.
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

pin_project_lite::pin_project! {
    /// See [`tracked`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Tracked<F, D> {
        #[pin]
        future: F,
        done: Option<D>,
    }
}

/// Polls `future` and calls `done` with its output once it is ready. One future, not a second around the first.
pub fn tracked<F: Future, D: FnOnce(&F::Output)>(future: F, done: D) -> Tracked<F, D> {
    Tracked {
        future,
        done: Some(done),
    }
}

impl<F: Future, D: FnOnce(&F::Output)> Future for Tracked<F, D> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let output = ready!(this.future.poll(context));
        if let Some(done) = this.done.take() {
            done(&output);
        }
        Poll::Ready(output)
    }
}

pin_project_lite::pin_project! {
    /// See [`tracked_ok`].
    #[must_use = "futures do nothing unless polled"]
    pub struct TrackedOk<F> {
        #[pin]
        future: F,
        pending: Option<Pending>,
    }
}

/// [`tracked`] for the most common case, one event that is captured if the outcome is `Ok`: without a closure, rustc
/// has less to do at each function.
pub fn tracked_ok<F>(pending: Pending, future: F) -> TrackedOk<F> {
    TrackedOk {
        future,
        pending: Some(pending),
    }
}

/// What `Ok` tells from another outcome.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called a result, but is no `Result`",
    label = "this type has no `Ok`",
    note = "say on which outcome the event is captured: `on = _` for each, or a pattern"
)]
pub trait Outcome {
    /// Whether it is `Ok`.
    fn is_ok(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for Result<T, E> {
    fn is_ok(&self) -> bool {
        self.is_ok()
    }
}

/// Whether an outcome of a type whose name ends in `Result` is `Ok`.
pub fn succeeded<T: Outcome>(outcome: &T) -> bool {
    outcome.is_ok()
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for TrackedOk<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let output = this.future.poll(context);
        if let Poll::Ready(outcome) = &output {
            Pending::settle(this.pending, outcome.is_ok());
        }
        output
    }
}

/// Never called, for it stands behind `if false`: its type tells rustc what a body returns, so that `?` converts errors
/// as in the plain function.
pub fn returned<T>() -> T {
    unreachable!("it stands behind `if false`")
}
