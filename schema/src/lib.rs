//! The tracking plan: its naming rules, its compiled form and, with the feature `yaml`, its language.
//!
//! The macros read the compiled plan ([`lock`]) without this crate's features, so that a user's build
//! compiles no YAML parser and no regex engine. Everything about YAML, checks and diagnostics is behind `yaml`.

pub mod format;
mod hash;
pub mod lock;
pub mod matcher;
pub mod naming;

#[cfg(feature = "yaml")]
pub mod diff;
#[cfg(feature = "yaml")]
pub mod pattern;
#[cfg(feature = "yaml")]
pub mod place;
#[cfg(feature = "yaml")]
pub mod plan;
#[cfg(feature = "yaml")]
pub mod templates;
#[cfg(feature = "yaml")]
pub mod typescript;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use hash::content_hash;
