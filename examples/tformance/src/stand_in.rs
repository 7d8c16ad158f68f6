//! A stand-in for GitHub, Jira, Slack and a mail server, on a port of its own.
//!
//! It asks a person for consent, hands out codes and tokens, and serves the same invented data in every run. What an
//! account or repository is called decides how well it behaves:
//!
//! | name | does |
//! |---|---|
//! | account `outage…` | gives no token: 500 |
//! | account `brownout…` | connects, then answers 503 when asked for repositories |
//! | repository `archived-importer` | is listed, but gone: 404 |
//! | repository `monolith` | breaks on its second page: 500 |
//! | repository `spreadsheets` | answers with what is no JSON |

mod data;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::{Form, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::domain::Integration;
use crate::provider::Credentials;
use crate::store::secret;

/// What the stand-in knows.
pub(crate) struct StandIn {
    credentials: Credentials,
    grants: Mutex<Grants>,
    mails: Mutex<HashMap<String, Vec<Mail>>>,
}

/// Codes and tokens, each with the account that agreed.
#[derive(Default)]
struct Grants {
    codes: HashMap<String, Account>,
    tokens: HashMap<String, Account>,
}

#[derive(Clone, PartialEq, Eq)]
struct Account {
    service: Integration,
    name: String,
}

type Shared = Arc<StandIn>;

pub(crate) fn router(credentials: Credentials) -> Router {
    let stand_in = StandIn {
        credentials,
        grants: Mutex::default(),
        mails: Mutex::default(),
    };
    Router::new()
        .route("/{service}/authorize", get(ask).post(decide))
        .route("/{service}/token", post(token))
        .route("/{service}/revoke", post(revoke))
        .route("/{service}/site", get(site))
        .route("/github/user", get(user))
        .route("/github/organisation", get(organisation))
        .route("/github/repositories", get(repositories))
        .route(
            "/github/repositories/{repository}/pull-requests",
            get(pull_requests),
        )
        .route("/static/app.css", get(crate::pages::style))
        .route("/mail", post(receive_mail))
        .route("/mailbox/{address}", get(mailbox))
        .with_state(Arc::new(stand_in))
}

impl StandIn {
    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mails(&self) -> MutexGuard<'_, HashMap<String, Vec<Mail>>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a client asks for, and what the page of consent hands on.
#[derive(Deserialize)]
struct Request {
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent {
    service: Integration,
    request: Request,
}

async fn ask(
    State(stand_in): State<Shared>,
    Path(service): Path<Integration>,
    Query(request): Query<Request>,
) -> Result<Html<String>, StatusCode> {
    if request.client_id != stand_in.credentials.client_id {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let page = Consent { service, request }.render();
    page.map(Html)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

#[derive(Deserialize)]
struct Decision {
    redirect_uri: Url,
    state: String,
    account: String,
    answer: String,
}

/// Sends the browser back with a code, or with the news that the person said no.
async fn decide(
    State(stand_in): State<Shared>,
    Path(service): Path<Integration>,
    Form(decision): Form<Decision>,
) -> Redirect {
    let mut back = decision.redirect_uri;
    if decision.answer == "allow" {
        let code = secret();
        let account = Account {
            service,
            name: decision.account,
        };
        back.query_pairs_mut().append_pair("code", &code);
        stand_in.grants().codes.insert(code, account);
    } else {
        back.query_pairs_mut().append_pair("error", "access_denied");
    }
    back.query_pairs_mut().append_pair("state", &decision.state);
    Redirect::to(back.as_str())
}

#[derive(Deserialize)]
struct Exchange {
    code: String,
    client_id: String,
    client_secret: String,
}

/// Exchanges a code, once.
async fn token(
    State(stand_in): State<Shared>,
    Path(service): Path<Integration>,
    Form(exchange): Form<Exchange>,
) -> Result<Json<Value>, StatusCode> {
    let credentials = &stand_in.credentials;
    if (exchange.client_id, exchange.client_secret)
        != (
            credentials.client_id.clone(),
            credentials.client_secret.clone(),
        )
    {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let mut grants = stand_in.grants();
    let account = grants.codes.remove(&exchange.code);
    let account = account.filter(|account| account.service == service);
    let account = account.ok_or(StatusCode::BAD_REQUEST)?;
    if account.name.starts_with("outage") {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let token = secret();
    grants.tokens.insert(token.clone(), account);
    Ok(Json(
        json!({ "access_token": token, "token_type": "bearer" }),
    ))
}

/// The bearer of a token.
struct Bearer {
    token: String,
    account: Account,
}

impl FromRequestParts<Shared> for Bearer {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, stand_in: &Shared) -> Result<Self, StatusCode> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        let token = token.ok_or(StatusCode::UNAUTHORIZED)?.to_owned();
        let account = stand_in.grants().tokens.get(&token).cloned();
        let account = account.ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Self { token, account })
    }
}

async fn revoke(State(stand_in): State<Shared>, bearer: Bearer) -> Json<Value> {
    stand_in.grants().tokens.remove(&bearer.token);
    Json(json!({}))
}

async fn user(bearer: Bearer) -> Json<Value> {
    let login = bearer.account.name;
    Json(json!({ "name": login, "email": format!("{login}@users.example") }))
}

async fn organisation(bearer: Bearer) -> Json<Value> {
    let login = bearer.account.name;
    Json(json!({ "member_count": data::member_count(&login), "login": login }))
}

async fn site(Path(service): Path<Integration>, bearer: Bearer) -> Json<Value> {
    let account = bearer.account.name;
    let domain = match service {
        Integration::Github => "github.example",
        Integration::Jira => "atlassian.example",
        Integration::Slack => "slack.example",
    };
    Json(json!({ "url": format!("https://{account}.{domain}") }))
}

async fn repositories(bearer: Bearer) -> Response {
    if bearer.account.name.starts_with("brownout") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    Json(data::REPOSITORIES).into_response()
}

#[derive(Deserialize)]
struct PageNumber {
    page: u32,
}

async fn pull_requests(
    Path(repository): Path<String>,
    Query(PageNumber { page }): Query<PageNumber>,
    bearer: Bearer,
) -> Response {
    match (repository.as_str(), page) {
        ("archived-importer", _) => return StatusCode::NOT_FOUND.into_response(),
        ("monolith", 2..) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        ("spreadsheets", _) => return Html("<h1>Unicorn!</h1>").into_response(),
        _ => {}
    }
    let (pull_requests, next_page) = data::pull_requests(&bearer.account.name, &repository, page);
    Json(json!({ "pull_requests": pull_requests, "next_page": next_page })).into_response()
}

#[derive(Clone, Serialize, Deserialize)]
struct Mail {
    to: String,
    subject: String,
    link: String,
}

async fn receive_mail(State(stand_in): State<Shared>, Json(mail): Json<Mail>) -> Json<Value> {
    stand_in
        .mails()
        .entry(mail.to.clone())
        .or_default()
        .push(mail);
    Json(json!({}))
}

/// The mails of an address, the last one first.
async fn mailbox(State(stand_in): State<Shared>, Path(address): Path<String>) -> Json<Vec<Mail>> {
    let mails = stand_in.mails().get(&address).cloned().unwrap_or_default();
    Json(mails.into_iter().rev().collect())
}
