//! Who makes a request: the session's user, and the team of the path. Its events are about them.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use trackplan::Context;

use crate::App;
use crate::browser::Tracking;
use crate::domain::{AppPage, Role};
use crate::error::AppError;
use crate::pages::Shell;
use crate::profile::tell_role;
use crate::store::{Team, User};

const SESSION: &str = "session";

/// The session's token. Without a cookie it is empty, and nobody's.
pub(crate) struct Session(pub(crate) String);

impl FromRequestParts<App> for Session {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(SESSION).map(|cookie| cookie.value().to_owned());
        Ok(Self(token.unwrap_or_default()))
    }
}

/// A cookie that starts a session; scripts can't read it, and other sites can't use it for their forms.
pub(crate) fn cookie(token: String) -> Cookie<'static> {
    Cookie::build((SESSION, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

impl FromRequestParts<App> for User {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let Ok(Session(token)) = Session::from_request_parts(parts, app).await;
        let user = app
            .store
            .user_of_session(&token)?
            .ok_or(AppError::SignedOut)?;
        Context::update(|context| context.actor(&user));
        Ok(user)
    }
}

/// A user in the team that the path names. Whoever does not belong to it learns nothing, not even that it exists.
pub(crate) struct Member {
    pub(crate) user: User,
    pub(crate) team: Team,
    pub(crate) role: Role,
    /// Where the events of this browser go.
    pub(crate) tracking: Tracking,
}

impl FromRequestParts<App> for Member {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let user = User::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| AppError::NotFound)?;
        let slug = path.iter().find(|(name, _)| *name == "team");
        let (_, slug) = slug.ok_or(AppError::NotFound)?;
        let (team, role) = app
            .store
            .membership(&user, slug)?
            .ok_or(AppError::NotFound)?;
        Context::update(|context| context.group("team", &team.slug));
        tell_role(&user, role);
        Ok(Self {
            user,
            team,
            role,
            tracking: app.tracking.clone(),
        })
    }
}

impl Member {
    /// What surrounds each page of a team.
    pub(crate) fn shell(&self, page: AppPage) -> Shell {
        Shell::new(self, page)
    }

    /// The path of a page of the team.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/t/{}/{below}", self.team.slug)
    }
}

/// A member who may change the team.
pub(crate) struct Admin(pub(crate) Member);

impl FromRequestParts<App> for Admin {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let member = Member::from_request_parts(parts, app).await?;
        match member.role {
            Role::Admin => Ok(Self(member)),
            Role::Member => Err(AppError::Forbidden),
        }
    }
}
