//! Product analytics that the compiler checks against a tracking plan.
//!
//! - [`track!`], [`#[tracked]`](macro@tracked) and [`derive@PlanEnum`] check a call against the compiled plan.
//! - [`init!`] starts the [`Client`], whose [`Guard`] delivers what is left at the end of the program.
//! - [`Context`] says once per request whom its events are about; [`Actor`] and [`ToText`] make your own types ids
//!   and keys.
//! - [`Errors`] turns server errors into events at a bounded rate; with the feature `tower`, `RequestLayer` gives each
//!   request its context and reports its errors.
//! - [`testing::Sink`] catches what a test captures.
//!
//! ```
//! use trackplan::{Client, Context, testing::Sink, track};
//!
//! // In a program: `let _guard = trackplan::init!();`, which reads POSTHOG_API_KEY and POSTHOG_HOST.
//! let sink = Sink::new();
//! let request = Context::new().actor("user_1").group("team", "acme");
//! request.enter(|| {
//!     track!("pr_list_exported", format = "csv", has_filters = false, row_count = 12);
//! });
//! assert_eq!(sink.one("pr_list_exported")["team_slug"], "acme");
//! ```
//!
//! # Capturing
//!
//! A capture copies the values into a buffer, under one lock, and returns the event's id. It never waits for the
//! network, never panics, needs no async runtime, and allocates nothing once the buffers have grown. A worker
//! thread renders JSON, compresses it and posts batches to PostHog's `/batch/`, several at once.
//!
//! # Delivery
//!
//! - **At least once, counted once.** Id, time, person and name of an event are fixed at the capture and the same
//!   bytes in each attempt; PostHog drops duplicates by them.
//! - **Retries.** No answer, and the statuses 408, 429, 500, 502, 503 and 504, are tried again: 4 attempts in all,
//!   with a wait that doubles, is random below its bound, and is at least what `Retry-After` asks for. Other
//!   refusals are final. A batch that is too large (413) is split until only the culprit is lost.
//! - **Bounded.** Everything undelivered fits [`Builder::buffer_bytes`]; what does not is lost.
//! - **No silent loss.** Every event is delivered, queued, or lost for a counted reason: see [`Stats`]. Losses are
//!   told as [`tracing`] warnings, at once and then at most every 10 s.
//! - **The end.** Dropping the guard, or awaiting [`Guard::shutdown`], delivers what is left within
//!   [`Builder::shutdown_budget`].
//! - **Without a key**, or with an unusable host, the client is disabled, says in one log line what to set, and
//!   counts what it is given. Install the `tracing` subscriber before the client, or the line is lost.
//!
//! Not there yet: queued events live in memory, so a killed process, `process::exit`, or a guard that is never
//! dropped (a `static`, `mem::forget`) loses them; a forked child has no worker; a dead endpoint is tried anew with
//! each batch.
//!
//! # Features
//!
//! `rustls` (default) and `native-tls` choose the TLS of the HTTP client; without one, only `http://` hosts work.
//! `tower` adds `RequestLayer`; with `axum` it knows axum's routes.

// The macros name this crate from outside; its own doc examples and tests do too.
extern crate self as trackplan;

mod actor;
mod batch;
mod capture;
mod client;
mod context;
mod current;
mod delivery;
mod errors;
mod flags;
mod panics;
mod payload;
mod queue;
mod record;
mod render;
#[cfg(feature = "tower")]
mod request;
mod rfc3339;
mod sampling;
mod stats;
pub mod testing;
mod value;

pub use actor::Actor;
pub use client::{Builder, Client};
pub use context::Context;
pub use current::{Guard, client, install};
pub use errors::{Errors, RequestError, Watched};
pub use flags::FlagValue;
pub use panics::Panicked;
pub use record::{Event, GroupProperties, PersonProperties};
#[cfg(feature = "tower")]
pub use request::{ErrorKind, RequestFuture, RequestLayer, RequestService, RoutePattern};
pub use stats::Stats;
pub use trackplan_macros::{
    Event, GroupProperties, PersonProperties, PlanEnum, event, flag, group, identify, init, plan,
    track, tracked,
};
pub use uuid::Uuid;
pub use value::{Hashed, Personal, PlanEnum, ToText};

/// What the macros expand to; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::capture::{
        Pending, Tracked, call_once, capture, event, group, group_struct, key, person,
        person_struct, tracked, tracked_ok,
    };
    pub use crate::flags::{Flag, is_on, variant, variant_of};
    pub use crate::record::Record;
    pub use crate::value::checked::*;
    pub use crate::value::{
        Boolean, Datetime, Duration, Integer, Item, Items, List, Member, Nullable, Number,
        Optional, PlanEnumOf, Private, Property, Pseudonym, Text, Texts, Value,
    };
}
