//! Product analytics that the compiler checks against a tracking plan.
//!
//! - [`track!`] and [`#[tracked]`](macro@tracked) capture events, [`identify!`] and [`group!`] set properties of persons
//!   and groups, all checked against the compiled plan.
//! - [`plan!`], [`#[event]`](macro@event), [`derive@Event`], [`derive@PersonProperties`], [`derive@GroupProperties`],
//!   [`derive@PlanEnum`] and [`derive@PlanObject`] give the plan's items as Rust types.
//! - [`track_attrs!`] declares an event of the frontend in a page's HTML.
//! - [`Personal`] and [`Hashed`] show at a call what it says about a person.
//! - [`init!`] starts the [`Client`], whose [`Guard`] delivers what is left at the end of the program.
//! - [`alias`] makes two ids one person.
//! - [`Context`] says once per request whom its events are about; [`Actor`] and [`ToText`] make your own types ids
//!   and keys.
//! - [`flag!`] reads a feature flag of the plan.
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
//! - **Constraints** of the plan (`min`, `max_length`, `pattern`…) that a computed value breaks: [`OnViolation`] says
//!   whether its event is sent and flagged, or dropped. The worker looks, so a capture takes no longer for it.
//! - **The end.** Dropping the guard, or awaiting [`Guard::shutdown`], delivers what is left within
//!   [`Builder::shutdown_budget`].
//! - **Without a key**, or with an unusable host, the client is disabled, says in one log line what to set, and
//!   counts what it is given. Install the `tracing` subscriber before the client, or the line is lost.
//!
//! Not there yet: queued events live in memory, so a killed process, `process::exit`, or a guard that is never
//! dropped (a `static`, `mem::forget`) loses them; a forked child has no worker; a dead endpoint is tried anew with
//! each batch.
//!
//! # Another name
//!
//! What the macros expand to names this crate `::trackplan`. A crate that has it under another name in its `Cargo.toml`
//! writes `extern crate analytics as trackplan;` at its root.
//!
//! # Features
//!
//! `rustls` (default) and `native-tls` choose the TLS of the HTTP client; without one, only `http://` hosts work.
//! `tower` adds `RequestLayer`; with `axum` it knows axum's routes.
//! `exceptions` adds `Exceptions`, which captures panics and errors as `$exception`.
//! `hash` adds `Hashed::hmac_sha256`.
//! `local-evaluation` adds `Builder::local_evaluation`: flags are decided in the program, by PostHog's `posthog-rs`.

// The macros name this crate from outside; its own doc examples and tests do too.
extern crate self as trackplan;

mod actor;
mod attrs;
mod batch;
mod capture;
mod client;
mod constraints;
mod context;
mod current;
mod delivery;
mod description;
mod errors;
#[cfg(feature = "exceptions")]
mod exceptions;
mod flags;
mod limiter;
mod news;
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

pub use actor::{Actor, alias};
pub use attrs::Attributes;
pub use client::{Builder, Client, Region};
pub use constraints::OnViolation;
pub use context::Context;
pub use current::{Guard, client, install};
pub use errors::{Errors, RequestError, Watched};
#[cfg(feature = "exceptions")]
pub use exceptions::Exceptions;
pub use flags::FlagValue;
pub use panics::Panicked;
pub use record::{Event, GroupProperties, PersonProperties};
#[cfg(feature = "tower")]
pub use request::{ErrorKind, RequestFuture, RequestLayer, RequestService, RoutePattern};
pub use stats::Stats;
/// A struct whose fields are the properties of an event.
///
/// `#[event("…")]` names the event; `track!(value)` or [`Event::capture`] captures it. A field with the name of the
/// scope's key, such as `team_slug`, says which group the event is of.
///
/// ```
/// use trackplan::{Event, PlanEnum, testing::Sink, track};
///
/// #[derive(PlanEnum)]
/// #[plan_enum("pr_list_exported.format")]
/// enum Format { Csv, Json }
///
/// #[derive(Event)]
/// #[event("pr_list_exported")]
/// struct PrListExported<'a> { team_slug: &'a str, format: Format, row_count: usize, has_filters: bool }
///
/// let sink = Sink::new();
/// let exported = PrListExported { team_slug: "acme", format: Format::Json, row_count: 2, has_filters: false };
/// track!(exported, actor = "user_1");
/// assert_eq!(sink.one("pr_list_exported")["format"], "json");
/// ```
pub use trackplan_macros::Event;
/// A struct whose fields are properties of a group, for `group!(value, key = …)`.
///
/// ```
/// use trackplan::{GroupProperties, group};
///
/// #[derive(GroupProperties)]
/// #[group("team")]
/// struct Usage { repos_tracked: u32, ai_adoption_rate: Option<f64> }
///
/// group!(Usage { repos_tracked: 3, ai_adoption_rate: None }, key = "acme");
/// ```
pub use trackplan_macros::GroupProperties;
/// A struct whose fields are properties of a person, for `identify!(value)`.
///
/// ```
/// use trackplan::{PersonProperties, identify};
///
/// #[derive(PersonProperties)]
/// struct Profile { teams_count: usize, has_connected_jira: Option<bool> }
///
/// identify!(Profile { teams_count: 2, has_connected_jira: None }, actor = "user_1");
/// ```
pub use trackplan_macros::PersonProperties;
/// Ties a Rust enum to an enum of the plan, so that its values fit the properties of that type.
///
/// `#[plan_enum("integration")]` names a shared enum, `#[plan_enum("pr_list_exported.format")]` an inline one. A variant
/// stands for the member with its name in snake_case, or for the one that `#[plan_enum("7d")]` on it names.
///
/// ```
/// use trackplan::PlanEnum;
///
/// #[derive(PlanEnum)]
/// #[plan_enum("date_range")]
/// enum DateRange {
///     #[plan_enum("7d")]
///     Week,
///     Custom,
/// }
/// assert_eq!(DateRange::Week.as_str(), "7d");
/// ```
pub use trackplan_macros::PlanEnum;
/// Makes a struct the value of an `object` property: its fields are those of the object.
///
/// `#[plan_object("image_cropped.crop_area")]` names an event, a group or `person`, and its property. The struct fits every
/// property whose object has the very same fields. [`plan!`] and [`#[event]`](macro@event) generate such structs. Think twice: PostHog can't
/// correct the types of what is in an object.
///
/// ```ignore (the plan that these examples see has no object)
/// use trackplan::{PlanObject, track};
///
/// #[derive(PlanObject)]
/// #[plan_object("image_cropped.crop_area")]
/// struct CropArea { width: u32, height: Option<u32> }
///
/// track!("image_cropped", crop_area = CropArea { width: 3, height: None });
/// ```
pub use trackplan_macros::PlanObject;
/// Generates the struct of one event: its fields, their types, its inline enums and its documentation come from the plan.
///
/// Shared enums must be in scope under their name in PascalCase. Properties that may be left out or null are `Option`s.
/// On a struct that has fields it is `#[derive(Event)]`.
///
/// ```
/// use trackplan::{Event, event};
///
/// #[event("pr_list_exported")]
/// pub struct PrListExported;
///
/// PrListExported { format: PrListExportedFormat::Csv, row_count: 2, has_filters: true }.capture();
/// ```
pub use trackplan_macros::event;
/// Reads a feature flag of the plan for whoever the [`Context`] is about. A future, of which the default decides the
/// type.
///
/// ```
/// use trackplan::{Context, PlanEnum, flag, testing::Sink};
///
/// #[derive(Clone, PlanEnum)]
/// #[plan_enum("flag.onboarding_copy")]
/// enum Copy { Control, Short, Video }
///
/// # let sink = Sink::new();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(Context::new().actor("user_1").scope(async {
/// // A flag that is on or off is a `bool`.
/// if flag!("new_insights", default = false).await { /* … */ }
/// // One with variants is an enum of yours, or text.
/// match flag!("onboarding_copy", default = Copy::Control).await {
///     Copy::Control | Copy::Short => { /* … */ }
///     Copy::Video => { /* … */ }
/// }
/// assert_eq!(flag!("onboarding_copy", default = "short").await, "short");
/// # }));
/// ```
///
/// PostHog is asked at the first read in a context, and again in it only if somebody else has signed in, so that a
/// request sees the same flags all along. Answers are remembered for [`Builder::flags_max_age`]. Without an answer
/// within [`Builder::flags_timeout`] the last one counts, or else the default; so does the default where nobody is known,
/// where the person opted out, and for a variant that the plan or your enum does not have. `$feature_flag_called` is
/// captured once for each value of somebody.
///
/// A flag that has a `payload` in the plan gives it as a struct with the plan's fields, in an `Option`: `None` where the
/// flag is off, where nothing is known, and where PostHog has a payload of another shape, which is logged and counted
/// in [`Stats::payloads_refused`]. Constraints such as `max_length` are not checked.
///
/// ```
/// # use trackplan::{flag, testing::Sink};
/// # let sink = Sink::new();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// sink.flag_payload("onboarding_copy", r#"{"headline": "Welcome"}"#);
/// let copy = flag!("onboarding_copy", payload).await;
/// let headline = copy.map_or_else(|| "Hello".to_owned(), |copy| copy.headline);
/// assert_eq!(headline, "Welcome");
/// # });
/// ```
///
/// Its fields are `String` (also for enums, whose members are checked, and for times), `i64`, `f64`, `bool`,
/// [`Duration`](std::time::Duration) and `Vec`s of them, in an `Option` where they are optional or nullable.
pub use trackplan_macros::flag;
/// Sets properties of a group (`$groupidentify`).
///
/// First the group's type, then its `key`, then any of its properties. A value may be an `Option`; `None` is left out.
/// With a blank key nothing is sent, which [`Stats::nobody`] counts.
///
/// ```
/// # let repos = [1, 2];
/// # let slug = "acme";
/// trackplan::group!("team", key = slug, plan = "pro", repos_tracked = repos.len());
/// ```
pub use trackplan_macros::group;
/// Sets properties of a person (`$set`), each always or only once (`$set_once`) as the plan says.
///
/// The person is the `actor`, or the one that the [`Context`] knows. If nobody is known, nothing is sent, which
/// [`Stats::nobody`] counts. A value may be an `Option`; `None` is left out. A personal property takes its value in
/// [`Personal`]. `unset(…)` takes properties away (`$unset`); beside a struct, which only sets, it has no place.
///
/// ```
/// # let teams = [1, 2];
/// trackplan::identify!(actor = "user_1", role = "admin", teams_count = teams.len(), signup_source = "email");
/// trackplan::identify!(actor = "user_1", teams_count = 0, unset(role));
/// ```
pub use trackplan_macros::identify;
/// Starts the client: `init!()` from the environment, `init!(builder)` from a client or a [`Builder`].
///
/// It ties the build to the plan's sources, so that a plan that changed since it was compiled is noticed.
///
/// ```
/// let guard = trackplan::init!(trackplan::Client::builder().api_key(""));
/// drop(guard);
/// ```
pub use trackplan_macros::init;
/// Generates the whole plan into the module that it stands in.
///
/// - An event that Rust may track is a struct in PascalCase with a field per property: `PrListExported`.
/// - A shared enum is an enum under its name, an inline one is named by event and property: `PrListExportedFormat`.
/// - The person is `Person`, a group has its own name: `Team`. All their fields are `Option`s, `None` by default.
/// - `flags` holds the keys of the feature flags, and an enum for each that has variants, which [`flag!`] takes as default.
///
/// Documentation comes from the plan. A crate that needs few of many events pays less with
/// [`#[event]`](macro@event): this generates them all.
///
/// ```
/// mod plan {
///     trackplan::plan!();
/// }
///
/// trackplan::track!(plan::DateFilterChanged {
///     page: plan::AppPage::Dashboard,
///     date_range: plan::DateRange::_7d,
///     previous_date_range: plan::DateRange::_30d,
///     days_count: None,
/// });
/// ```
pub use trackplan_macros::plan;
/// Captures an event of the tracking plan and returns its id.
///
/// The event's name comes first, or a struct that holds all its properties. `actor` and `groups(…)` come from the
/// [`Context`] where the call leaves them out. An event of a team's scope whose team neither knows is sent without it,
/// which [`Stats::ungrouped`] counts.
///
/// - A literal is checked when it is compiled: type, range, length, members, pattern, format.
/// - Optional properties may be left out or be an `Option`. Nullable ones must be given, as an `Option` or `None`.
/// - A personal property takes a [`Personal`], a pseudonymous one a [`Hashed`], a secret one nothing at all.
/// - A deprecated event or property is a `deprecated` warning, which `#[allow(deprecated)]` silences.
///
/// ```
/// use trackplan::{testing::Sink, track};
///
/// let sink = Sink::new();
/// let rows = ["first", "second"];
/// track!(
///     "pr_list_exported",
///     actor = "user_1",
///     groups(team = "acme"),
///     format = "csv",
///     has_filters = rows.len() > 5,
///     row_count = rows.len(),
/// );
/// assert_eq!(sink.one("pr_list_exported")["row_count"], 2);
/// ```
pub use trackplan_macros::track;
/// Declares an event of the frontend in a page's HTML, for the listener of `@trackplan/web`.
///
/// It takes what [`track!`] takes but an `actor`, and gives [`Attributes`]. The event must have `source: frontend` or
/// `both`, and its scope's group must be named: an element belongs to whatever page it stands in.
///
/// ```
/// let theme = trackplan::track_attrs!("theme_switched", theme = "dark");
/// let html = format!("<button {theme}>Dark</button>");
/// assert_eq!(html, r#"<button data-track="theme_switched" data-track-theme="dark">Dark</button>"#);
///
/// let link = trackplan::track_attrs!(
///     "sidebar_navigation", groups(team = "r&d"), page = "dashboard", target_page = "team",
/// );
/// assert!(link.to_string().contains(r#"data-track-team-slug="r&amp;d""#));
/// ```
///
/// Templates that escape by themselves print it as it is: `{{ theme|safe }}` in askama.
pub use trackplan_macros::track_attrs;
/// Captures an event when the annotated function has returned.
///
/// It takes what [`track!`] takes, and
///
/// - `on = PATTERN`: on which outcome, as a pattern on a reference to the returned value. By default `Ok(_)` where the
///   return type's name ends in `Result`, anything otherwise.
/// - `when = CONDITION`: a guard, which may use what `on` binds.
///
/// Expressions that use a binding of `on` are evaluated after the body, all others before it, so the body may move its
/// arguments; `actor` and `groups` wait together if one of them does. An argument that is used after the body may only be
/// borrowed by it. Several attributes on one function are several
/// events.
///
/// ```
/// # use trackplan::{testing::Sink, tracked};
/// # struct Export { rows: usize, is_empty: bool }
/// # async fn write(filter: Option<String>) -> Result<Export, String> { Ok(Export { rows: 3, is_empty: false }) }
/// #[tracked("pr_list_exported", on = Ok(export), when = !export.is_empty,
///           format = "csv", has_filters = filter.is_some(), row_count = export.rows)]
/// async fn export(filter: Option<String>) -> Result<Export, String> {
///     write(filter).await
/// }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let sink = Sink::new();
/// assert!(export(None).await.is_ok());
/// assert_eq!(sink.one("pr_list_exported")["row_count"], 3);
/// # });
/// ```
///
/// A panic and a cancelled future capture nothing, and there is no form that asks for them: neither has an outcome, and
/// code that runs while a stack unwinds or a future is dropped must not run the user's expressions. Count panics where
/// they are caught, and timeouts where they are decided.
///
/// It is for every function with a body but these, each an error that says what to do: `const fn`, functions that never
/// return, and functions that return a future themselves, as those of `#[async_trait]` do.
pub use trackplan_macros::tracked;
pub use uuid::Uuid;
pub use value::{Hashed, Personal, PlanEnum, ToText};

/// What the macros expand to; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::attrs::attributes;
    pub use crate::capture::{
        Pending, Tracked, TrackedOk, call_once, called, called_ok, capture, event, group,
        group_struct, key, person, person_struct, returned, succeeded, tracked, tracked_ok,
    };
    pub use crate::flags::{Field, Fields, Flag, is_on, payload, variant, variant_of};
    pub use crate::record::{Encoded, Object, ObjectOf, Taker, fields};
    pub use crate::value::checked::*;
    pub use crate::value::{
        Boolean, Datetime, Duration, Integer, Item, Items, List, Member, Nullable, Number,
        Optional, PlanEnumOf, Private, Property, Pseudonym, Structure, Text, Texts, Value,
    };
}
