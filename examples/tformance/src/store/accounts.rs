//! Users, their sessions, and the tokens that start one.

use std::borrow::Cow;

use rusqlite::{OptionalExtension, Row};

use super::{Result, Store, now, secret};
use crate::domain::SignupSource;

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
}

impl trackplan::Actor for User {
    fn distinct_id(&self) -> Cow<'_, str> {
        format!("user_{}", self.id).into()
    }
}

impl User {
    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
        })
    }
}

impl Store {
    /// Creates an account; `None` if the address has one.
    pub(crate) fn add_user(
        &self,
        name: &str,
        email: &str,
        source: SignupSource,
    ) -> Result<Option<User>> {
        self.connection()
            .query_row(
                "INSERT INTO users (name, email, signup_source, created_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT DO NOTHING RETURNING *",
                (name, email, source, now()),
                User::read,
            )
            .optional()
    }

    pub(crate) fn user(&self, id: i64) -> Result<Option<User>> {
        self.connection()
            .query_row("SELECT * FROM users WHERE id = ?", [id], User::read)
            .optional()
    }

    /// How the user's account came to be, which tells what has proved the address.
    pub(crate) fn source_of(&self, user: &User) -> Result<SignupSource> {
        self.connection().query_row(
            "SELECT signup_source FROM users WHERE id = ?",
            [user.id],
            |row| row.get(0),
        )
    }

    pub(crate) fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.connection()
            .query_row("SELECT * FROM users WHERE email = ?", [email], User::read)
            .optional()
    }

    /// Starts a session and returns its token.
    pub(crate) fn add_session(&self, user: &User) -> Result<String> {
        let token = secret();
        self.connection()
            .execute("INSERT INTO sessions VALUES (?, ?)", (&token, user.id))?;
        Ok(token)
    }

    pub(crate) fn user_of_session(&self, token: &str) -> Result<Option<User>> {
        self.connection()
            .query_row(
                "SELECT users.* FROM users JOIN sessions ON user_id = id WHERE token = ?",
                [token],
                User::read,
            )
            .optional()
    }

    pub(crate) fn end_session(&self, token: &str) -> Result<()> {
        self.connection()
            .execute("DELETE FROM sessions WHERE token = ?", [token])?;
        Ok(())
    }

    /// A token that signs a user in once.
    pub(crate) fn add_sign_in_link(&self, user: &User) -> Result<String> {
        let token = secret();
        self.connection()
            .execute("INSERT INTO sign_in_links VALUES (?, ?)", (&token, user.id))?;
        Ok(token)
    }

    /// The user of a link that was not used before.
    pub(crate) fn use_sign_in_link(&self, token: &str) -> Result<Option<User>> {
        let connection = self.connection();
        let id: Option<i64> = connection
            .query_row(
                "DELETE FROM sign_in_links WHERE token = ? RETURNING user_id",
                [token],
                |row| row.get(0),
            )
            .optional()?;
        let Some(id) = id else { return Ok(None) };
        connection
            .query_row("SELECT * FROM users WHERE id = ?", [id], User::read)
            .optional()
    }

    /// Remembers that this browser was sent to a provider, and what for; what comes back must name the same state.
    pub(crate) fn add_oauth_state(&self, session: &str, purpose: &str) -> Result<String> {
        let state = secret();
        self.connection().execute(
            "INSERT INTO oauth_states VALUES (?, ?, ?)",
            (&state, session, purpose),
        )?;
        Ok(state)
    }

    /// Whether this browser was sent away with this state for this purpose, and has not come back yet.
    pub(crate) fn use_oauth_state(
        &self,
        state: &str,
        session: &str,
        purpose: &str,
    ) -> Result<bool> {
        let deleted = self.connection().execute(
            "DELETE FROM oauth_states WHERE state = ? AND session = ? AND purpose = ?",
            (state, session, purpose),
        )?;
        Ok(deleted == 1)
    }
}
