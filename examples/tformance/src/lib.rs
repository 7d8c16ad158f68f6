//! Tformance in small: metrics of engineering teams, read from their code host.
//!
//! It is the reference application of trackplan. Every backend event of the plan in `schema/` is emitted here,
//! most of them by an attribute on the function that does the work.

mod accounts;
mod analytics;
mod app;
mod clock;
mod dashboard;
mod error;
mod feedback;
mod filters;
mod insights;
mod integrations;
mod metrics;
mod onboarding;
mod pages;
mod provider;
mod pull_requests;
mod sessions;
mod settings;
mod sign_in;
mod standin;
mod store;
mod sync;
mod teams;

pub use app::{Config, ConfigError, Running, StartError, start};
