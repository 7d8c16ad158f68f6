//! Signing up, in and out; joining a team.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;
use std::time::Duration;
use trackplan::{Context, tracked};

use super::{address, entered, render};
use crate::App;
use crate::domain::{Integration, Role, SignInMethod, SignupSource};
use crate::error::{AppError, PageResult};
use crate::profile::{tell_source, tell_team, tell_user};
use crate::provider::Scope;
use crate::session::{Session, cookie};
use crate::store::{Invitation, Team, User, since};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/signup", get(sign_up_page).post(sign_up))
        .route("/signin", get(sign_in_page).post(send_link))
        .route("/signin/link/{token}", get(follow_link))
        .route("/signin/github", post(ask_github))
        .route("/signin/github/callback", get(github_callback))
        .route("/signout", post(sign_out))
        .route("/teams/new", get(new_team_page))
        .route("/teams", post(create_team))
        .route("/join/{token}", get(join_page).post(join))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home;

/// The last stop of whoever has no page in mind: their team, or a first one.
async fn home(State(app): State<App>, user: Result<User, AppError>) -> PageResult<Response> {
    let Ok(user) = user else {
        return Ok(render(&Home)?.into_response());
    };
    let teams = app.store.teams_of(&user)?;
    let target = teams.first().map_or_else(
        || "/teams/new".to_owned(),
        |team| format!("/t/{}/{}", team.slug, start_page(team)),
    );
    Ok(Redirect::to(&target).into_response())
}

fn start_page(team: &Team) -> &'static str {
    if team.is_onboarded {
        "dashboard"
    } else {
        "onboarding"
    }
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage;

async fn sign_up_page() -> PageResult {
    render(&SignUpPage)
}

#[derive(Deserialize)]
struct SignUp {
    name: String,
    email: String,
}

async fn sign_up(
    State(app): State<App>,
    jar: CookieJar,
    Form(form): Form<SignUp>,
) -> PageResult<impl IntoResponse> {
    let (name, email) = (entered(&form.name, "a name")?, address(&form.email)?);
    let user = create_account(&app, name, email, SignupSource::Email)?;
    Ok((with_session(&app, jar, &user)?, Redirect::to("/teams/new")))
}

#[tracked("user_signed_up", on = Ok(user), actor = user, method = source)]
fn create_account(app: &App, name: &str, email: &str, source: SignupSource) -> PageResult<User> {
    let user = app.store.add_user(name, email, source)?;
    let user =
        user.ok_or_else(|| AppError::invalid("This address has an account. Sign in instead."))?;
    tell_source(&user, source);
    tell_user(app, &user)?;
    Ok(user)
}

fn with_session(app: &App, jar: CookieJar, user: &User) -> PageResult<CookieJar> {
    Context::update(|context| context.actor(user));
    Ok(jar.add(cookie(app.store.add_session(user)?)))
}

#[tracked("user_signed_in", actor = user, sign_in_method = method)]
fn sign_in(app: &App, jar: CookieJar, user: &User, method: SignInMethod) -> PageResult<CookieJar> {
    with_session(app, jar, user)
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    /// Where the mail of an address can be read that a link was just sent to.
    mailbox: Option<String>,
}

async fn sign_in_page() -> PageResult {
    render(&SignInPage { mailbox: None })
}

#[derive(Deserialize)]
struct SendLink {
    email: String,
}

/// Mails a link that signs in. The page does not tell whether the address has an account.
async fn send_link(State(app): State<App>, Form(form): Form<SendLink>) -> PageResult {
    let email = address(&form.email)?;
    if let Some(user) = app.store.user_by_email(email)? {
        let token = app.store.add_sign_in_link(&user)?;
        let link = format!("{}signin/link/{token}", app.url);
        app.provider
            .send_mail(email, "Sign in to Tformance", &link)
            .await?;
    }
    let mailbox = Some(app.provider.mailbox_url(email).to_string());
    render(&SignInPage { mailbox })
}

async fn follow_link(
    State(app): State<App>,
    Path(token): Path<String>,
    jar: CookieJar,
) -> PageResult<impl IntoResponse> {
    let user = app.store.use_sign_in_link(&token)?;
    let user =
        user.ok_or_else(|| AppError::invalid("This link was used before. Ask for another."))?;
    let jar = sign_in(&app, jar, &user, SignInMethod::Email)?;
    Ok((jar, Redirect::to("/")))
}

/// What a browser is sent to GitHub for here.
const SIGN_IN: &str = "sign in";

/// Sends the browser to GitHub. The cookie ties what comes back to this browser.
async fn ask_github(State(app): State<App>, jar: CookieJar) -> PageResult<impl IntoResponse> {
    let browser = crate::store::secret();
    let state = app.store.add_oauth_state(&browser, SIGN_IN)?;
    let callback = format!("{}signin/github/callback", app.url);
    let url = app
        .provider
        .authorize_url(Integration::Github, Scope::User, &callback, &state);
    Ok((jar.add(cookie(browser)), Redirect::to(url.as_str())))
}

#[derive(Deserialize)]
struct Callback {
    state: String,
    code: Option<String>,
}

/// Signs in whoever GitHub knows, and makes an account for whom we don't.
async fn github_callback(
    State(app): State<App>,
    Session(browser): Session,
    jar: CookieJar,
    Query(callback): Query<Callback>,
) -> PageResult<impl IntoResponse> {
    if !app
        .store
        .use_oauth_state(&callback.state, &browser, SIGN_IN)?
    {
        return Err(AppError::invalid(
            "This sign-in was not started here. Try again.",
        ));
    }
    let Some(code) = callback.code else {
        return Ok((jar, Redirect::to("/signin")));
    };
    let token = app.provider.token(Integration::Github, &code).await?;
    let person = app.provider.person(&token).await?;
    let jar = match app.store.user_by_email(&person.email)? {
        // A form asks for an address and proves nothing: whoever filled it in first must not share this account.
        Some(user) if app.store.source_of(&user)? != SignupSource::Github => {
            return Err(AppError::invalid(
                "This address has an account without GitHub. Ask for a link by e-mail instead.",
            ));
        }
        Some(user) => sign_in(&app, jar, &user, SignInMethod::Github)?,
        None => {
            let user = create_account(&app, &person.name, &person.email, SignupSource::Github)?;
            with_session(&app, jar, &user)?
        }
    };
    Ok((jar, Redirect::to("/")))
}

async fn sign_out(
    State(app): State<App>,
    Session(token): Session,
    jar: CookieJar,
) -> PageResult<impl IntoResponse> {
    app.store.end_session(&token)?;
    let expired = Cookie::from(cookie(token).name().to_owned());
    Ok((jar.remove(expired), Redirect::to("/")))
}

#[derive(Template)]
#[template(path = "new_team.html")]
struct NewTeamPage;

async fn new_team_page(_: User) -> PageResult {
    render(&NewTeamPage)
}

#[derive(Deserialize)]
struct NewTeam {
    name: String,
}

#[tracked(
    "team_created",
    on = Ok((_, team, is_first)),
    groups(team = &team.slug),
    is_first_team = *is_first,
)]
fn start_team(app: &App, user: &User, name: &str) -> PageResult<(Redirect, Team, bool)> {
    let slug = slug::slugify(name);
    if slug.is_empty() {
        return Err(AppError::invalid("The name needs a letter or a digit."));
    }
    let is_first = app.store.teams_of(user)?.is_empty();
    let team = app.store.add_team(name, &slug, user)?;
    let target = Redirect::to(&format!("/t/{}/onboarding", team.slug));
    Ok((target, team, is_first))
}

async fn create_team(
    State(app): State<App>,
    user: User,
    Form(form): Form<NewTeam>,
) -> PageResult<Redirect> {
    let (target, team, _) = start_team(&app, &user, entered(&form.name, "a name")?)?;
    tell_user(&app, &user)?;
    tell_team(&app, &team.slug)?;
    Ok(target)
}

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    invitation: Invitation,
    is_signed_in: bool,
}

fn invitation(app: &App, token: &str) -> PageResult<Invitation> {
    let invitation = app.store.invitation(token)?;
    invitation.ok_or_else(|| AppError::invalid("This invitation was used before. Ask for another."))
}

async fn join_page(
    State(app): State<App>,
    Path(token): Path<String>,
    user: Result<User, AppError>,
) -> PageResult<Html<String>> {
    render(&JoinPage {
        invitation: invitation(&app, &token)?,
        is_signed_in: user.is_ok(),
    })
}

#[derive(Deserialize)]
struct Join {
    #[serde(default)]
    name: String,
}

/// Takes the invitation: as whoever is signed in, or with a new account for the invited address.
async fn join(
    State(app): State<App>,
    Path(token): Path<String>,
    user: Result<User, AppError>,
    jar: CookieJar,
    Form(form): Form<Join>,
) -> PageResult<impl IntoResponse> {
    let invitation = invitation(&app, &token)?;
    let (user, jar, is_new) = match user {
        Ok(user) => (user, jar, false),
        Err(_) => {
            let name = entered(&form.name, "your name")?;
            let user = create_account(&app, name, &invitation.email, SignupSource::Invite)?;
            let jar = with_session(&app, jar, &user)?;
            (user, jar, true)
        }
    };
    accept(&app, &token, &invitation, &user, is_new)?;
    tell_user(&app, &user)?;
    let team = &invitation.team;
    let target = format!("/t/{}/{}", team.slug, start_page(team));
    Ok((jar, Redirect::to(&target)))
}

/// A person who became a member.
struct Joined {
    members_count: usize,
    invite_age: Duration,
}

#[tracked(
    "team_member_joined",
    on = Ok(Some(joined)),
    actor = user,
    groups(team = &invitation.team.slug),
    role = invitation.role,
    members_count = joined.members_count,
    is_new_user = is_new,
    invite_age_ms = joined.invite_age,
)]
fn accept(
    app: &App,
    token: &str,
    invitation: &Invitation,
    user: &User,
    is_new: bool,
) -> PageResult<Option<Joined>> {
    let invite_age = since(invitation.created_at);
    if !app.store.accept_invitation(token, invitation, user)? {
        return Ok(None);
    }
    Ok(Some(Joined {
        members_count: app.store.members(&invitation.team)?.len(),
        invite_age,
    }))
}
