//! Repositories and their pull requests.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row, params_from_iter, types::Value};

use super::{Result, Store, Team, now};
use crate::domain::PrState;

#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) last_synced_at: Option<i64>,
}

impl Repository {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            last_synced_at: row.get("last_synced_at")?,
        })
    }
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct PullRequest {
    #[serde(default)]
    pub(crate) id: i64,
    #[serde(default)]
    pub(crate) repository: String,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) author: String,
    #[serde(serialize_with = "as_text")]
    pub(crate) state: PrState,
    pub(crate) is_ai_assisted: bool,
    pub(crate) lines_changed: u32,
    pub(crate) opened_at: i64,
    pub(crate) first_review_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
}

fn as_text<S: serde::Serializer>(
    state: &PrState,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(state)
}

impl PullRequest {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            repository: row.get("repository")?,
            number: row.get("number")?,
            title: row.get("title")?,
            author: row.get("author")?,
            state: row.get("state")?,
            is_ai_assisted: row.get("is_ai_assisted")?,
            lines_changed: row.get("lines_changed")?,
            opened_at: row.get("opened_at")?,
            first_review_at: row.get("first_review_at")?,
            closed_at: row.get("closed_at")?,
        })
    }

    /// From its opening to the first review; `None` while it waits.
    pub(crate) fn review_wait(&self) -> Option<Duration> {
        let wait = |reviewed| u64::try_from(reviewed - self.opened_at).unwrap_or_default();
        self.first_review_at
            .map(|reviewed| Duration::from_millis(wait(reviewed)))
    }
}

/// Which pull requests of a team.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// Opened in this range.
    pub(crate) opened: Option<std::ops::Range<i64>>,
    /// In one of these repositories; empty for all.
    pub(crate) repositories: Vec<i64>,
    pub(crate) state: Option<PrState>,
    pub(crate) is_ai_assisted: Option<bool>,
    /// In the title.
    pub(crate) text: Option<String>,
}

impl Store {
    /// Tracks exactly these repositories and returns those that were not tracked before.
    pub(crate) fn track_repositories(
        &self,
        team: &Team,
        names: &[String],
    ) -> Result<Vec<Repository>> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut added = Vec::new();
        transaction.execute(
            "UPDATE repositories SET is_tracked = -is_tracked WHERE team_id = ?",
            [team.id],
        )?;
        for name in names {
            let was_tracked: Option<i64> = transaction
                .query_row(
                    "SELECT is_tracked FROM repositories WHERE team_id = ? AND name = ?",
                    (team.id, name),
                    |row| row.get(0),
                )
                .optional()?;
            let repository = transaction.query_row(
                "INSERT INTO repositories (team_id, name) VALUES (?, ?)
                 ON CONFLICT DO UPDATE SET is_tracked = 1 RETURNING *",
                (team.id, name),
                Repository::read,
            )?;
            if was_tracked.is_none_or(|tracked| tracked == 0) {
                added.push(repository);
            }
        }
        transaction.execute(
            "UPDATE repositories SET is_tracked = 0 WHERE team_id = ? AND is_tracked < 0",
            [team.id],
        )?;
        transaction.commit()?;
        Ok(added)
    }

    /// The repositories that the team tracks.
    pub(crate) fn repositories(&self, team: &Team) -> Result<Vec<Repository>> {
        let connection = self.connection();
        let mut query = connection
            .prepare("SELECT * FROM repositories WHERE team_id = ? AND is_tracked ORDER BY name")?;
        query.query_map([team.id], Repository::read)?.collect()
    }

    /// Every tracked repository of every team.
    pub(crate) fn all_repositories(&self) -> Result<Vec<(String, Repository)>> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "SELECT slug, repositories.* FROM repositories JOIN teams ON team_id = teams.id
             WHERE is_tracked ORDER BY repositories.id",
        )?;
        query
            .query_map([], |row| Ok((row.get("slug")?, Repository::read(row)?)))?
            .collect()
    }

    /// The provider's token that reads the repository, if its team has connected GitHub.
    pub(crate) fn token_for(&self, repository: &Repository) -> Result<Option<String>> {
        self.connection()
            .query_row(
                "SELECT token FROM connections JOIN repositories USING (team_id)
                 WHERE repositories.id = ? AND integration = 'github' AND token IS NOT NULL",
                [repository.id],
                |row| row.get(0),
            )
            .optional()
    }

    /// Stores pull requests as they are now; how many were not there before.
    pub(crate) fn store_pull_requests(
        &self,
        repository: &Repository,
        pull_requests: &[PullRequest],
    ) -> Result<usize> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let count = "SELECT count(*) FROM pull_requests WHERE repository_id = ?";
        let before: u32 = transaction.query_row(count, [repository.id], |row| row.get(0))?;
        for pr in pull_requests {
            transaction.execute(
                "INSERT INTO pull_requests (repository_id, number, title, author, state, is_ai_assisted,
                                            lines_changed, opened_at, first_review_at, closed_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET title = excluded.title, state = excluded.state,
                     is_ai_assisted = excluded.is_ai_assisted, lines_changed = excluded.lines_changed,
                     first_review_at = excluded.first_review_at, closed_at = excluded.closed_at",
                (
                    repository.id,
                    pr.number,
                    &pr.title,
                    &pr.author,
                    pr.state,
                    pr.is_ai_assisted,
                    pr.lines_changed,
                    pr.opened_at,
                    pr.first_review_at,
                    pr.closed_at,
                ),
            )?;
        }
        let after: u32 = transaction.query_row(count, [repository.id], |row| row.get(0))?;
        transaction.commit()?;
        Ok((after - before) as usize)
    }

    pub(crate) fn mark_synced(&self, repository: &Repository) -> Result<()> {
        self.connection().execute(
            "UPDATE repositories SET last_synced_at = ? WHERE id = ?",
            (now(), repository.id),
        )?;
        Ok(())
    }

    /// The pull requests of a team that fit, the latest first.
    pub(crate) fn pull_requests(
        &self,
        team: &Team,
        selection: &Selection,
    ) -> Result<Vec<PullRequest>> {
        let mut sql = "SELECT pull_requests.*, name AS repository FROM pull_requests
                       JOIN repositories ON repository_id = repositories.id
                       WHERE is_tracked AND team_id = ?"
            .to_owned();
        let mut values: Vec<Value> = vec![team.id.into()];
        if let Some(opened) = &selection.opened {
            sql.push_str(" AND opened_at >= ? AND opened_at < ?");
            values.extend([opened.start.into(), opened.end.into()]);
        }
        if !selection.repositories.is_empty() {
            let marks = vec!["?"; selection.repositories.len()].join(", ");
            sql.push_str(&format!(" AND repository_id IN ({marks})"));
            values.extend(selection.repositories.iter().map(|id| Value::from(*id)));
        }
        if let Some(state) = selection.state {
            sql.push_str(" AND state = ?");
            values.push(state.to_string().into());
        }
        if let Some(is_ai_assisted) = selection.is_ai_assisted {
            sql.push_str(" AND is_ai_assisted = ?");
            values.push(is_ai_assisted.into());
        }
        if let Some(text) = &selection.text {
            sql.push_str(" AND instr(lower(title), lower(?)) > 0");
            values.push(text.clone().into());
        }
        sql.push_str(" ORDER BY opened_at DESC, pull_requests.id");
        let connection = self.connection();
        let mut query = connection.prepare(&sql)?;
        query
            .query_map(params_from_iter(values), PullRequest::read)?
            .collect()
    }

    pub(crate) fn pull_request(&self, team: &Team, id: i64) -> Result<Option<PullRequest>> {
        self.connection()
            .query_row(
                "SELECT pull_requests.*, name AS repository FROM pull_requests
                 JOIN repositories ON repository_id = repositories.id
                 WHERE team_id = ? AND pull_requests.id = ?",
                (team.id, id),
                PullRequest::read,
            )
            .optional()
    }
}
