//! What `#[tracked]` keeps while a body runs.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use uuid::Uuid;

use crate::buffer::Payload;
use crate::client;
use crate::value::{Property, Text, Value};

/// An event whose early values are evaluated; dropping it captures nothing.
#[must_use = "dropping it captures nothing"]
pub struct Pending {
    event: &'static str,
    payload: Payload,
}

impl Pending {
    /// Takes what is known before the body runs, owned, so that the body may move the arguments.
    pub fn new(
        event: &'static str,
        actor: Option<&str>,
        groups: &[(&'static str, &str)],
        values: &[Value<'_>],
    ) -> Self {
        let mut payload = Payload::new();
        payload.head(actor, groups);
        payload.values(values);
        Self { event, payload }
    }

    /// Captures the event, with the values that waited for the body.
    pub fn finish(mut self, values: &[Value<'_>]) -> Uuid {
        self.payload.values(values);
        client::capture_payload(self.event, &self.payload)
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
    pub struct Tracked<F, D> {
        #[pin]
        future: F,
        done: Option<D>,
    }
}

/// Polls `future` and hands its output to `done` when it is ready.
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
