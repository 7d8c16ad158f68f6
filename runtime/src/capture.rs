//! What the macros expand to.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use smallvec::SmallVec;
use uuid::Uuid;

use crate::current;
use crate::payload::Payload;
use crate::value::{Property, Text, Value};

/// Captures an event and returns its id.
///
/// `event` describes it: its name as JSON, behind a `!` if it is critical, then the scope's group type and key property as `"team":"team_slug":`
/// or nothing, then a line per property, either `=` and a whole JSON member or the key of the next value.
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
    /// Takes the values that are known before the body runs, owned, so that the body may move the arguments.
    pub fn new(event: &'static str, values: &[Value<'_>]) -> Self {
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

/// The text of a group's key.
pub fn text<T: Property<Text> + ?Sized>(value: &T) -> &str {
    match value.value() {
        Value::Text(text) => text,
        _ => "",
    }
}

/// Runs a body; as a function it may return what it reborrows, as a closure called in place may not.
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
