//! GitHub, Jira, Slack and the mail server, as Tformance talks to them.
//!
//! Behind the address is a [stand-in](crate::stand_in) that the same process serves; everything between is real HTTP.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::domain::Integration;
use crate::store::PullRequest;

/// What Tformance shows to prove that it asks for a token.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

pub(crate) struct Provider {
    http: reqwest::Client,
    base: Url,
    credentials: Credentials,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("no answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("status {0}")]
    Refused(StatusCode),
    #[error("an answer that is not understood")]
    Invalid(#[source] reqwest::Error),
}

/// What an authorisation is for.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// To learn who somebody is.
    User,
    /// To read a team's data.
    Team,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) access_token: String,
}

/// A GitHub account.
#[derive(Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
}

#[derive(Deserialize)]
pub(crate) struct Organisation {
    pub(crate) login: String,
    pub(crate) member_count: u32,
}

/// A Jira site or a Slack workspace.
#[derive(Deserialize)]
pub(crate) struct Site {
    pub(crate) url: String,
}

#[derive(Deserialize)]
pub(crate) struct PullRequests {
    pub(crate) pull_requests: Vec<PullRequest>,
    pub(crate) next_page: Option<u32>,
}

impl Provider {
    pub(crate) fn new(base: Url, credentials: Credentials) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self {
            http,
            base,
            credentials,
        })
    }

    /// Where the browser goes to be asked.
    pub(crate) fn authorize_url(
        &self,
        service: Integration,
        scope: Scope,
        redirect_uri: &str,
        state: &str,
    ) -> Url {
        let mut url = self.url(&format!("{service}/authorize"));
        let scope = match scope {
            Scope::User => "user",
            Scope::Team => "team",
        };
        url.query_pairs_mut()
            .append_pair("client_id", &self.credentials.client_id)
            .append_pair("scope", scope)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        url
    }

    /// Exchanges the code that the browser brought back.
    pub(crate) async fn token(
        &self,
        service: Integration,
        code: &str,
    ) -> Result<String, ProviderError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &self.credentials.client_id),
            ("client_secret", &self.credentials.client_secret),
        ];
        let url = self.url(&format!("{service}/token"));
        let token: Token = answer(self.http.post(url).form(&form)).await?;
        Ok(token.access_token)
    }

    /// Gives a token back. That it is gone on our side does not depend on it, so nobody hears of a failure.
    pub(crate) async fn revoke(&self, service: Integration, token: &str) {
        let url = self.url(&format!("{service}/revoke"));
        if let Err(error) = self.http.post(url).bearer_auth(token).send().await {
            tracing::warn!(%service, %error, "a token could not be given back");
        }
    }

    pub(crate) async fn person(&self, token: &str) -> Result<Person, ProviderError> {
        self.get("github/user", token).await
    }

    pub(crate) async fn organisation(&self, token: &str) -> Result<Organisation, ProviderError> {
        self.get("github/organisation", token).await
    }

    pub(crate) async fn site(
        &self,
        service: Integration,
        token: &str,
    ) -> Result<Site, ProviderError> {
        self.get(&format!("{service}/site"), token).await
    }

    /// The names of the organisation's repositories.
    pub(crate) async fn repositories(&self, token: &str) -> Result<Vec<String>, ProviderError> {
        self.get("github/repositories", token).await
    }

    pub(crate) async fn pull_requests(
        &self,
        token: &str,
        repository: &str,
        page: u32,
    ) -> Result<PullRequests, ProviderError> {
        let mut url = self.below("github/repositories", &[repository, "pull-requests"]);
        url.query_pairs_mut().append_pair("page", &page.to_string());
        answer(self.http.get(url).bearer_auth(token)).await
    }

    /// Sends an e-mail, whose only content that matters is a link.
    pub(crate) async fn send_mail(
        &self,
        to: &str,
        subject: &str,
        link: &str,
    ) -> Result<(), ProviderError> {
        let mail = serde_json::json!({ "to": to, "subject": subject, "link": link });
        let _: serde_json::Value = answer(self.http.post(self.url("mail")).json(&mail)).await?;
        Ok(())
    }

    /// Where a person reads what was sent to an address.
    pub(crate) fn mailbox_url(&self, address: &str) -> Url {
        self.below("mailbox", &[address])
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> Result<T, ProviderError> {
        answer(self.http.get(self.url(path)).bearer_auth(token)).await
    }

    /// An address below a path; a name stays one step of it, whatever people put into it.
    fn below(&self, path: &str, names: &[&str]) -> Url {
        let mut url = self.url(path);
        if let Ok(mut steps) = url.path_segments_mut() {
            steps.extend(names);
        }
        url
    }

    fn url(&self, path: &str) -> Url {
        self.base
            .join(path)
            .expect("the base ends with a slash, and the paths are ours")
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, ProviderError> {
    let response = request.send().await.map_err(ProviderError::Unreachable)?;
    if !response.status().is_success() {
        return Err(ProviderError::Refused(response.status()));
    }
    response.json().await.map_err(ProviderError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        let base = "http://127.0.0.1:1/".parse().expect("an address");
        let credentials = Credentials {
            client_id: String::new(),
            client_secret: String::new(),
        };
        let provider = Provider::new(base, credentials).expect("a client");
        let url = provider.below("github/repositories", &["../user?x#y", "pull-requests"]);
        assert_eq!(
            url.path(),
            "/github/repositories/..%2Fuser%3Fx%23y/pull-requests"
        );
        assert_eq!((url.query(), url.fragment()), (None, None));
    }
}
