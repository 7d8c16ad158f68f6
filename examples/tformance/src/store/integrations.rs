//! What a team has connected, and what it gets in Slack.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Result, Store, Team, now};
use crate::domain::{Category, Integration};
use crate::store::User;

/// A connection that is in force.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) integration: Integration,
    pub(crate) account: String,
    pub(crate) token: String,
    pub(crate) connected_at: i64,
}

impl Stored {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            integration: row.get("integration")?,
            account: row.get("account")?,
            token: row.get("token")?,
            connected_at: row.get("connected_at")?,
        })
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SlackSettings {
    pub(crate) has_daily_digest: bool,
    pub(crate) has_review_reminders: bool,
    pub(crate) has_weekly_insights: bool,
}

impl SlackSettings {
    /// The fields that differ.
    pub(crate) fn changes(self, other: Self) -> usize {
        usize::from(self.has_daily_digest != other.has_daily_digest)
            + usize::from(self.has_review_reminders != other.has_review_reminders)
            + usize::from(self.has_weekly_insights != other.has_weekly_insights)
    }
}

impl Store {
    /// Stores a token; true if the team had connected the same integration before.
    pub(crate) fn connect(
        &self,
        team: &Team,
        integration: Integration,
        account: &str,
        token: &str,
    ) -> Result<bool> {
        let connection = self.connection();
        let is_reconnect = connection.query_row(
            "SELECT EXISTS (SELECT * FROM connections WHERE team_id = ? AND integration = ?)",
            (team.id, integration),
            |row| row.get(0),
        )?;
        connection.execute(
            "INSERT OR REPLACE INTO connections VALUES (?, ?, ?, ?, ?)",
            (team.id, integration, account, token, now()),
        )?;
        Ok(is_reconnect)
    }

    /// Deletes the token; the connection that it belonged to, if there was one.
    pub(crate) fn disconnect(
        &self,
        team: &Team,
        integration: Integration,
    ) -> Result<Option<Stored>> {
        let connection = self.connection();
        let stored = connected(&connection, team, integration)?;
        connection.execute(
            "UPDATE connections SET token = NULL WHERE team_id = ? AND integration = ?",
            (team.id, integration),
        )?;
        Ok(stored)
    }

    pub(crate) fn connected(
        &self,
        team: &Team,
        integration: Integration,
    ) -> Result<Option<Stored>> {
        connected(&self.connection(), team, integration)
    }

    /// Whether one of the user's teams has an integration.
    pub(crate) fn has_connected(&self, user: &User, integration: Integration) -> Result<bool> {
        self.connection().query_row(
            "SELECT EXISTS (SELECT * FROM connections JOIN memberships USING (team_id)
                            WHERE user_id = ? AND integration = ? AND token IS NOT NULL)",
            (user.id, integration),
            |row| row.get(0),
        )
    }

    pub(crate) fn slack_settings(&self, team: &Team) -> Result<SlackSettings> {
        let read = |row: &Row<'_>| {
            Ok(SlackSettings {
                has_daily_digest: row.get("has_daily_digest")?,
                has_review_reminders: row.get("has_review_reminders")?,
                has_weekly_insights: row.get("has_weekly_insights")?,
            })
        };
        let stored = self
            .connection()
            .query_row(
                "SELECT * FROM slack_settings WHERE team_id = ?",
                [team.id],
                read,
            )
            .optional()?;
        Ok(stored.unwrap_or_default())
    }

    pub(crate) fn set_slack_settings(&self, team: &Team, settings: SlackSettings) -> Result<()> {
        self.connection().execute(
            "INSERT OR REPLACE INTO slack_settings VALUES (?, ?, ?, ?)",
            (
                team.id,
                settings.has_daily_digest,
                settings.has_review_reminders,
                settings.has_weekly_insights,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn add_feedback(
        &self,
        team: &Team,
        user: &User,
        category: Category,
        rating: Option<u8>,
        text: &str,
    ) -> Result<()> {
        self.connection().execute(
            "INSERT INTO feedback (user_id, team_id, category, rating, text, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (user.id, team.id, category, rating, text, now()),
        )?;
        Ok(())
    }
}

fn connected(
    connection: &Connection,
    team: &Team,
    integration: Integration,
) -> Result<Option<Stored>> {
    connection
        .query_row(
            "SELECT * FROM connections WHERE team_id = ? AND integration = ? AND token IS NOT NULL",
            (team.id, integration),
            Stored::read,
        )
        .optional()
}
