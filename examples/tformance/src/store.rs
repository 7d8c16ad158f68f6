//! Everything that Tformance remembers, in SQLite.
//!
//! A query takes microseconds, so handlers call the store where they are; a store behind a network would be async.

mod accounts;
mod integrations;
mod pull_requests;
mod teams;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

pub(crate) use self::accounts::User;
pub(crate) use self::integrations::{SlackSettings, Stored};
pub(crate) use self::pull_requests::{PullRequest, Repository, Selection};
pub(crate) use self::teams::{Invitation, Person, Team};

pub(crate) type Result<T> = std::result::Result<T, rusqlite::Error>;

pub(crate) struct Store(Mutex<Connection>);

impl Store {
    /// Opens the database, in memory without a path, and creates what is missing.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let connection = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(include_str!("store/schema.sql"))?;
        Ok(Self(Mutex::new(connection)))
    }

    /// A panic elsewhere leaves the connection usable: SQLite rolls a transaction back that was not committed.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, as the store writes it.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// How long ago a stored moment was.
pub(crate) fn since(moment: i64) -> Duration {
    Duration::from_millis(u64::try_from(now() - moment).unwrap_or_default())
}

/// A stored moment as the standard library has it.
pub(crate) fn time(moment: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(moment).unwrap_or_default())
}

/// A token that nobody guesses: 128 random bits.
pub(crate) fn secret() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    u128::from_ne_bytes(bytes).to_string()
}
