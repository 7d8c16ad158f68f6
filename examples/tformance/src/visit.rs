//! People who use the application: over HTTP, with cookies, forms and redirects, as their browsers would.
//!
//! The demo and the tests share them. [`drive`] sends a whole crowd through the product.

pub mod browser;
mod crowd;

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, Response, StatusCode};
use url::Url;

pub use self::crowd::{Progress, drive};
use crate::Running;

/// Somebody with a browser of their own; a clone is another tab of it.
#[derive(Clone)]
pub struct Visitor {
    http: Client,
    app: Url,
    provider: Url,
}

/// What the browser shows.
pub struct Page {
    /// The status of the last answer.
    pub status: StatusCode,
    /// Where the redirects ended.
    pub url: Url,
    /// The text of the page.
    pub text: String,
}

/// What a person answers to a provider that asks for consent.
pub enum Consent<'a> {
    /// Allow it, as this account.
    Allow(&'a str),
    /// Refuse.
    Deny,
}

impl Visitor {
    /// Somebody who has never been there.
    ///
    /// # Errors
    ///
    /// The HTTP client can't be built.
    pub fn new(running: &Running) -> Result<Self> {
        let http = Client::builder()
            .cookie_store(true)
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            http,
            app: running.app_url().clone(),
            provider: running.provider_url().clone(),
        })
    }

    /// Opens a page of the application, whatever its status.
    ///
    /// # Errors
    ///
    /// There is no answer.
    pub async fn look(&self, path: &str) -> Result<Page> {
        Page::read(self.http.get(self.app.join(path)?).send().await?).await
    }

    /// Opens a page that is expected to be there.
    ///
    /// # Errors
    ///
    /// There is no answer, or an error.
    pub async fn open(&self, path: &str) -> Result<Page> {
        self.look(path).await?.expect_success()
    }

    /// Submits a form that is expected to be accepted.
    ///
    /// # Errors
    ///
    /// There is no answer, or an error.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Result<Page> {
        let request = self.http.post(self.app.join(path)?).form(form);
        Page::read(request.send().await?).await?.expect_success()
    }

    /// Answers the provider whose page of consent is open.
    ///
    /// # Errors
    ///
    /// There is no answer, or the page is another one.
    pub async fn answer(&self, page: Page, consent: Consent<'_>) -> Result<Page> {
        ensure!(
            page.url.origin() == self.provider.origin(),
            "{} is no page of the provider",
            page.url
        );
        let asked = |name: &str| {
            let mut pairs = page.url.query_pairs();
            let found = pairs.find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let (account, answer) = match consent {
            Consent::Allow(account) => (account, "allow"),
            Consent::Deny => ("", "deny"),
        };
        let form = [
            ("redirect_uri", asked("redirect_uri").unwrap_or_default()),
            ("state", asked("state").unwrap_or_default()),
            ("account", account.to_owned()),
            ("answer", answer.to_owned()),
        ];
        let request = self.http.post(page.url.clone()).form(&form);
        Page::read(request.send().await?).await
    }

    /// Connects an integration of the team, or tries to.
    ///
    /// # Errors
    ///
    /// There is no answer, or an error.
    pub async fn connect(
        &self,
        team: &str,
        integration: &str,
        consent: Consent<'_>,
    ) -> Result<Page> {
        let path = format!("t/{team}/integrations/{integration}/connect");
        let asked = self.submit(&path, &[]).await?;
        self.answer(asked, consent).await
    }

    /// Follows the link in the last mail that was sent to an address.
    ///
    /// # Errors
    ///
    /// There is no mail, or no answer.
    pub async fn follow_mail(&self, address: &str) -> Result<Page> {
        let mailbox = self.provider.join(&format!("mailbox/{address}"))?;
        let mails: serde_json::Value = self.http.get(mailbox).send().await?.json().await?;
        let link = mails[0]["link"]
            .as_str()
            .with_context(|| format!("{address} has no mail"))?;
        self.open(link).await
    }

    /// Waits until a repository of the team was synchronised.
    ///
    /// # Errors
    ///
    /// There is no answer, or nothing was synchronised in 30 s.
    pub async fn await_sync(&self, team: &str) -> Result<()> {
        for _ in 0..300 {
            let page = self.open(&format!("t/{team}/integrations")).await?;
            if page.text.contains("<time>") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("no repository of {team} was synchronised in 30 s")
    }
}

impl Page {
    async fn read(response: Response) -> Result<Self> {
        Ok(Self {
            status: response.status(),
            url: response.url().clone(),
            text: response.text().await?,
        })
    }

    fn expect_success(self) -> Result<Self> {
        ensure!(
            self.status.is_success(),
            "{} answered {}",
            self.url,
            self.status
        );
        Ok(self)
    }

    /// What follows `prefix` in the page, up to the next quotation mark, each time.
    #[must_use]
    pub fn all_after<'a>(&'a self, prefix: &'a str) -> Vec<&'a str> {
        let ends = self.text.split(prefix).skip(1);
        ends.filter_map(|end| end.split('"').next()).collect()
    }

    /// The team in the page's path.
    ///
    /// # Errors
    ///
    /// The page belongs to no team.
    pub fn team(&self) -> Result<&str> {
        let team = self.url.path().strip_prefix("/t/");
        let team = team.and_then(|rest| rest.split('/').next());
        team.with_context(|| format!("{} is no page of a team", self.url))
    }
}
