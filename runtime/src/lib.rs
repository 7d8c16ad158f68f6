//! Product analytics that the compiler checks against a tracking plan.
//!
//! - [`track!`], [`#[tracked]`](macro@tracked) and [`derive@PlanEnum`] check a call against the compiled plan.
//! - [`init!`] starts the [`Client`], which batches, compresses and retries on a thread of its own and speaks
//!   PostHog's protocol; its [`Guard`] flushes on drop.
//! - [`testing::Sink`] catches what a test captures.
//!
//! Capturing never blocks on the network, never panics and never loses an event uncounted: see [`Stats`]. What
//! is queued lives in memory, so a killed process loses it.

// The macros name this crate from outside; its own doc examples and tests do too.
extern crate self as trackplan;

mod buffer;
mod client;
mod delivery;
mod pending;
mod render;
mod retry;
pub mod testing;
mod value;

use std::borrow::Cow;

pub use client::{Builder, Client, Guard, Stats, install};
pub use trackplan_macros::{PlanEnum, init, track, tracked};
pub use uuid::Uuid;
pub use value::{PlanEnum, ToText};

/// Somebody who acts: the person that an event is about.
///
/// ```
/// use std::borrow::Cow;
///
/// struct User { id: i64 }
/// impl trackplan::Actor for User {
///     fn distinct_id(&self) -> Cow<'_, str> {
///         Cow::Owned(format!("user_{}", self.id))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the `actor` of an event",
    label = "no distinct id",
    note = "implement `trackplan::Actor` for it, or give its id as text"
)]
pub trait Actor {
    /// PostHog's distinct id of the person.
    fn distinct_id(&self) -> Cow<'_, str>;
}

impl Actor for str {
    fn distinct_id(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Actor for String {
    fn distinct_id(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl<T: Actor + ?Sized> Actor for &T {
    fn distinct_id(&self) -> Cow<'_, str> {
        (**self).distinct_id()
    }
}

/// What the macros expand to; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::client::capture;
    pub use crate::pending::{Pending, Tracked, call_once, text, tracked};
    pub use crate::value::{
        Boolean, Datetime, Duration, Integer, Item, Items, List, Member, Nullable, Number,
        Optional, PlanEnumOf, Property, Text, Value,
    };
}
