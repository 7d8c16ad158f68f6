//! Teams, their members, invitations and onboarding.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};

use super::{Result, Store, User, now, secret};
use crate::domain::{AppPage, Dismissal, InsightKind, OnboardingStep, Role, TeamPlan};

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) plan: TeamPlan,
    pub(crate) created_at: i64,
    pub(crate) is_onboarded: bool,
}

impl Team {
    fn read(row: &Row<'_>) -> Result<Self> {
        let onboarded_at: Option<i64> = row.get("onboarded_at")?;
        Ok(Self {
            id: row.get("id")?,
            slug: row.get("slug")?,
            name: row.get("name")?,
            plan: row.get("plan")?,
            created_at: row.get("created_at")?,
            is_onboarded: onboarded_at.is_some(),
        })
    }
}

/// A member as the others see them.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) role: Role,
}

#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) team: Team,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) created_at: i64,
}

impl Store {
    /// Creates a team whose admin is `user`. A slug that is taken gets a number.
    pub(crate) fn add_team(&self, name: &str, slug: &str, user: &User) -> Result<Team> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut is_taken = transaction.prepare("SELECT 1 FROM teams WHERE slug = ?")?;
        let mut free = slug.to_owned();
        let mut number = 1;
        while is_taken.exists([&free])? {
            number += 1;
            free = format!("{slug}-{number}");
        }
        drop(is_taken);
        let team = transaction.query_row(
            "INSERT INTO teams (slug, name, plan, created_at) VALUES (?, ?, ?, ?) RETURNING *",
            (free, name, TeamPlan::Trial, now()),
            Team::read,
        )?;
        transaction.execute(
            "INSERT INTO memberships (user_id, team_id, role) VALUES (?, ?, ?)",
            (user.id, team.id, Role::Admin),
        )?;
        transaction.commit()?;
        Ok(team)
    }

    /// A team and the user's role in it; `None` if they don't belong to it.
    pub(crate) fn membership(&self, user: &User, slug: &str) -> Result<Option<(Team, Role)>> {
        self.connection()
            .query_row(
                "SELECT * FROM teams JOIN memberships ON team_id = id WHERE user_id = ? AND slug = ?",
                (user.id, slug),
                |row| Ok((Team::read(row)?, row.get("role")?)),
            )
            .optional()
    }

    pub(crate) fn team(&self, slug: &str) -> Result<Option<Team>> {
        self.connection()
            .query_row("SELECT * FROM teams WHERE slug = ?", [slug], Team::read)
            .optional()
    }

    pub(crate) fn teams_of(&self, user: &User) -> Result<Vec<Team>> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "SELECT teams.* FROM teams JOIN memberships ON team_id = id WHERE user_id = ? ORDER BY name",
        )?;
        query.query_map([user.id], Team::read)?.collect()
    }

    pub(crate) fn members(&self, team: &Team) -> Result<Vec<Person>> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "SELECT id, name, role FROM users JOIN memberships ON user_id = id WHERE team_id = ? ORDER BY name",
        )?;
        let person = |row: &Row<'_>| {
            Ok(Person {
                id: row.get("id")?,
                name: row.get("name")?,
                role: row.get("role")?,
            })
        };
        query.query_map([team.id], person)?.collect()
    }

    pub(crate) fn users_of(&self, team: &Team) -> Result<Vec<User>> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "SELECT users.* FROM users JOIN memberships ON user_id = id WHERE team_id = ? ORDER BY id",
        )?;
        query.query_map([team.id], User::read)?.collect()
    }

    /// Gives a member another role and returns the one before; `None` if nobody has that id here.
    pub(crate) fn set_role(&self, team: &Team, user_id: i64, role: Role) -> Result<Option<Role>> {
        let connection = self.connection();
        let previous = connection
            .query_row(
                "SELECT role FROM memberships WHERE team_id = ? AND user_id = ?",
                (team.id, user_id),
                |row| row.get(0),
            )
            .optional()?;
        connection.execute(
            "UPDATE memberships SET role = ? WHERE team_id = ? AND user_id = ?",
            (role, team.id, user_id),
        )?;
        Ok(previous)
    }

    /// Gives a team a name; how many settings that changes, 0 or 1.
    pub(crate) fn rename_team(&self, team: &Team, name: &str) -> Result<usize> {
        self.connection().execute(
            "UPDATE teams SET name = ?1 WHERE id = ?2 AND name <> ?1",
            (name, team.id),
        )
    }

    /// Gives a team a plan; how many settings that changes, 0 or 1.
    pub(crate) fn set_plan(&self, team: &Team, plan: TeamPlan) -> Result<usize> {
        self.connection().execute(
            "UPDATE teams SET plan = ?1 WHERE id = ?2 AND plan <> ?1",
            (plan, team.id),
        )
    }

    /// Invites an address and returns the token of the link.
    pub(crate) fn add_invitation(&self, team: &Team, email: &str, role: Role) -> Result<String> {
        let token = secret();
        self.connection().execute(
            "INSERT INTO invitations (token, team_id, email, role, created_at) VALUES (?, ?, ?, ?, ?)",
            (&token, team.id, email, role, now()),
        )?;
        Ok(token)
    }

    /// An invitation that nobody has accepted yet.
    pub(crate) fn invitation(&self, token: &str) -> Result<Option<Invitation>> {
        let read = |row: &Row<'_>| {
            Ok(Invitation {
                email: row.get("email")?,
                role: row.get("role")?,
                created_at: row.get("invited_at")?,
                team: Team::read(row)?,
            })
        };
        self.connection()
            .query_row(
                "SELECT teams.*, email, role, invitations.created_at AS invited_at
                 FROM invitations JOIN teams ON team_id = id WHERE token = ? AND accepted_at IS NULL",
                [token],
                read,
            )
            .optional()
    }

    /// Makes the user a member with the invitation's role, and the invitation used; false, with nothing changed, if
    /// they were one before or somebody else was faster.
    pub(crate) fn accept_invitation(
        &self,
        token: &str,
        invitation: &Invitation,
        user: &User,
    ) -> Result<bool> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let used = transaction.execute(
            "UPDATE invitations SET accepted_at = ? WHERE token = ? AND accepted_at IS NULL",
            (now(), token),
        )?;
        let added = transaction.execute(
            "INSERT INTO memberships (user_id, team_id, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (user.id, invitation.team.id, invitation.role),
        )?;
        let is_accepted = (used, added) == (1, 1);
        if is_accepted {
            transaction.commit()?;
        }
        Ok(is_accepted)
    }

    /// The steps that are behind the team, and whether each was skipped.
    pub(crate) fn onboarding_steps(&self, team: &Team) -> Result<BTreeMap<OnboardingStep, bool>> {
        let connection = self.connection();
        let mut query = connection
            .prepare("SELECT step, is_skipped FROM onboarding_steps WHERE team_id = ?")?;
        query
            .query_map([team.id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Puts a step behind the team; false if it was done before. A step that was skipped may still be done.
    pub(crate) fn leave_onboarding_step(
        &self,
        team: &Team,
        step: OnboardingStep,
        is_skipped: bool,
    ) -> Result<bool> {
        let changed = self.connection().execute(
            "INSERT INTO onboarding_steps VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET is_skipped = 0 WHERE is_skipped AND NOT excluded.is_skipped",
            (team.id, step, is_skipped),
        )?;
        Ok(changed == 1)
    }

    /// Ends the onboarding; false if it was over before.
    pub(crate) fn end_onboarding(&self, team: &Team) -> Result<bool> {
        let changed = self.connection().execute(
            "UPDATE teams SET onboarded_at = ? WHERE id = ? AND onboarded_at IS NULL",
            (now(), team.id),
        )?;
        Ok(changed == 1)
    }

    /// Notes that the user sees the team's dashboard; true the first time.
    pub(crate) fn see_dashboard(&self, team: &Team, user: &User) -> Result<bool> {
        let changed = self.connection().execute(
            "UPDATE memberships SET has_seen_dashboard = 1
             WHERE team_id = ? AND user_id = ? AND NOT has_seen_dashboard",
            (team.id, user.id),
        )?;
        Ok(changed == 1)
    }

    /// Stores the filter that the user has on a page and returns the one before.
    pub(crate) fn replace_filter(
        &self,
        team: &Team,
        user: &User,
        page: AppPage,
        filter: &str,
    ) -> Result<Option<String>> {
        let connection = self.connection();
        let previous = connection
            .query_row(
                "SELECT filter FROM filters WHERE user_id = ? AND team_id = ? AND page = ?",
                (user.id, team.id, page),
                |row| row.get(0),
            )
            .optional()?;
        connection.execute(
            "INSERT OR REPLACE INTO filters VALUES (?, ?, ?, ?)",
            (user.id, team.id, page, filter),
        )?;
        Ok(previous)
    }

    pub(crate) fn dismiss(
        &self,
        team: &Team,
        insight: InsightKind,
        dismissal: Dismissal,
    ) -> Result<()> {
        self.connection().execute(
            "INSERT OR REPLACE INTO dismissals VALUES (?, ?, ?)",
            (team.id, insight, dismissal),
        )?;
        Ok(())
    }

    pub(crate) fn dismissed(&self, team: &Team) -> Result<Vec<InsightKind>> {
        let connection = self.connection();
        let mut query = connection.prepare("SELECT insight FROM dismissals WHERE team_id = ?")?;
        query.query_map([team.id], |row| row.get(0))?.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SignupSource;

    fn store_with_users() -> (Store, User, User) {
        let store = Store::open(None).expect("a database in memory");
        let user = |email| {
            let user = store.add_user("Ada", email, SignupSource::Email);
            user.expect("works").expect("a new address")
        };
        let (ada, eve) = (user("ada@users.example"), user("eve@users.example"));
        (store, ada, eve)
    }

    #[test]
    fn every_team_gets_a_slug_of_its_own() {
        let (store, ada, _) = store_with_users();
        let slugs: Vec<String> = ["a-3", "a-2-b", "a", "a", "a", "a"]
            .iter()
            .map(|slug| store.add_team("A", slug, &ada).expect("a team").slug)
            .collect();
        assert_eq!(
            slugs,
            ["a-3", "a-2-b", "a", "a-2", "a-4", "a-5"].map(str::to_owned)
        );
    }

    #[test]
    fn an_invitation_lets_one_person_in_and_is_not_spent_on_a_member() {
        let (store, ada, eve) = store_with_users();
        let team = store.add_team("A", "a", &ada).expect("a team");
        let invited = store.add_invitation(&team, "eve@users.example", Role::Member);
        let token = invited.expect("invited");
        // Both requests have read the invitation before one of them takes it.
        let invitation = store.invitation(&token).expect("works").expect("open");
        let accept = |user| store.accept_invitation(&token, &invitation, user);
        assert!(!accept(&ada).expect("works"), "a member already");
        assert!(accept(&eve).expect("works"));
        let late = store.add_user("Late", "late@users.example", SignupSource::Email);
        let late = late.expect("works").expect("a new address");
        assert!(!accept(&late).expect("works"), "used before");
        assert_eq!(store.members(&team).expect("works").len(), 2);
    }

    #[test]
    fn of_two_equal_changes_the_second_changes_nothing() {
        let (store, ada, _) = store_with_users();
        let team = store.add_team("A", "a", &ada).expect("a team");
        // Both requests hold the team as it was before.
        let renamed = || store.rename_team(&team, "B").expect("works");
        assert_eq!((renamed(), renamed()), (1, 0));
        let planned = || store.set_plan(&team, TeamPlan::Pro).expect("works");
        assert_eq!((planned(), planned()), (1, 0));
        let ended = || store.end_onboarding(&team).expect("works");
        assert_eq!((ended(), ended()), (true, false));
    }
}
