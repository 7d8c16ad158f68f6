//! What PostHog knows of people and teams. Every action that changes one of these facts tells all of them anew;
//! trackplan sends what is different from the last time.

use trackplan::{group, identify};

use crate::App;
use crate::domain::{Integration, Role, SignupSource};
use crate::metrics::Summary;
use crate::store::{Result, Selection, Team, User};

/// Tells who a user is, apart from the role.
pub(crate) fn tell_user(app: &App, user: &User) -> Result<()> {
    let has = |integration| app.store.has_connected(user, integration);
    identify!(
        actor = user,
        teams_count = app.store.teams_of(user)?.len(),
        has_connected_github = has(Integration::Github)?,
        has_connected_jira = has(Integration::Jira)?,
        has_connected_slack = has(Integration::Slack)?,
    );
    Ok(())
}

/// Tells how a new account came to be.
pub(crate) fn tell_source(user: &User, source: SignupSource) {
    identify!(actor = user, signup_source = source);
}

/// Tells the role in the team that a user is in now.
pub(crate) fn tell_role(user: &User, role: Role) {
    identify!(actor = user, role = role);
}

/// Tells how a team is doing.
pub(crate) fn tell_team(app: &App, slug: &str) -> Result<()> {
    let Some(team) = app.store.team(slug)? else {
        return Ok(());
    };
    let pull_requests = app.store.pull_requests(&team, &Selection::default())?;
    group!(
        "team",
        key = &team.slug,
        plan = team.plan,
        onboarding_complete = team.is_onboarded,
        repos_tracked = app.store.repositories(&team)?.len(),
        total_prs = pull_requests.len(),
        ai_adoption_rate = Summary::of(&pull_requests).ai_percent,
    );
    Ok(())
}

/// Tells of every member of a team, after a change that concerns all.
pub(crate) fn tell_members(app: &App, team: &Team) -> Result<()> {
    for user in app.store.users_of(team)? {
        tell_user(app, &user)?;
    }
    Ok(())
}
