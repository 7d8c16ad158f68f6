//! The members of a team, and who is invited.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;
use trackplan::{PlanEnum, tracked};

use super::{Shell, address, render};
use crate::App;
use crate::domain::{AppPage, Role};
use crate::error::{AppError, PageResult};
use crate::profile::tell_role;
use crate::session::{Admin, Member};
use crate::store::Person;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/t/{team}/members", get(page))
        .route("/t/{team}/members/invite", post(invite))
        .route("/t/{team}/members/{user}/role", post(change_role))
}

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage {
    shell: Shell,
    is_admin: bool,
    members: Vec<Person>,
    /// Where the invitation that was just sent can be read.
    mailbox: Option<String>,
}

fn members_page(app: &App, member: &Member, mailbox: Option<String>) -> PageResult {
    render(&MembersPage {
        shell: member.shell(AppPage::Team),
        is_admin: member.role == Role::Admin,
        members: app.store.members(&member.team)?,
        mailbox,
    })
}

async fn page(State(app): State<App>, member: Member) -> PageResult {
    members_page(&app, &member, None)
}

#[derive(Deserialize)]
struct Invite {
    email: String,
    role: Role,
}

async fn invite(
    State(app): State<App>,
    Admin(member): Admin,
    Form(form): Form<Invite>,
) -> PageResult {
    let email = address(&form.email)?;
    create_invitation(&app, &member, email, form.role).await?;
    let mailbox = app.provider.mailbox_url(email).to_string();
    members_page(&app, &member, Some(mailbox))
}

/// Stores the invitation, mails its link, and returns how many members the team has.
#[tracked("team_member_invited", on = Ok(members_count), role = role, members_count = members_count)]
async fn create_invitation(
    app: &App,
    member: &Member,
    email: &str,
    role: Role,
) -> PageResult<usize> {
    let token = app.store.add_invitation(&member.team, email, role)?;
    let subject = format!("Join {} on Tformance", member.team.name);
    let link = format!("{}join/{token}", app.url);
    app.provider.send_mail(email, &subject, &link).await?;
    Ok(app.store.members(&member.team)?.len())
}

#[derive(Deserialize)]
struct NewRole {
    role: Role,
}

async fn change_role(
    State(app): State<App>,
    Admin(member): Admin,
    Path((_, user)): Path<(String, i64)>,
    Form(form): Form<NewRole>,
) -> PageResult<Redirect> {
    if user == member.user.id {
        return Err(AppError::invalid(
            "Ask another admin to change your own role.",
        ));
    }
    set_role(&app, &member, user, form.role)?;
    if let Some(changed) = app.store.user(user)? {
        tell_role(&changed, form.role);
    }
    Ok(Redirect::to(&member.path("members")))
}

/// Gives a member another role and returns the one before.
#[tracked(
    "team_member_role_changed",
    on = Ok(previous),
    when = *previous != role,
    role = role,
    previous_role = previous,
)]
fn set_role(app: &App, member: &Member, user: i64, role: Role) -> PageResult<Role> {
    let previous = app.store.set_role(&member.team, user, role)?;
    previous.ok_or(AppError::NotFound)
}
