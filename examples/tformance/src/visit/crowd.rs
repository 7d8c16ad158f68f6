//! A crowd of founders and members, the same in every run: some stop on the way, some run into trouble.

use anyhow::Result;
use fastrand::Rng;

use super::{Consent, Page, Visitor};
use crate::Running;

/// Hears how far the crowd is: the teams that are through, of how many.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// How many stages a founder goes through at most.
const STAGES: usize = 6;

/// Sends `teams` founders and their members through the application, one team after the other.
///
/// # Errors
///
/// The application does not answer, or not as it should.
pub async fn drive(running: &Running, teams: usize, progress: Progress<'_>) -> Result<()> {
    for number in 0..teams {
        progress(number, teams);
        let mut rng = Rng::with_seed(number as u64);
        // The first team does all there is to do; a third of the others stops early.
        let stages = match number {
            0 => STAGES,
            _ if rng.u8(0..3) > 0 => STAGES,
            _ => rng.usize(0..STAGES),
        };
        let founder = Founder {
            visitor: Visitor::new(running)?,
            running,
            number,
            rng,
        };
        founder.live(stages).await?;
    }
    progress(teams, teams);
    Ok(())
}

/// Somebody who starts a team.
struct Founder<'a> {
    visitor: Visitor,
    running: &'a Running,
    number: usize,
    rng: Rng,
}

impl Founder<'_> {
    async fn live(mut self, stages: usize) -> Result<()> {
        self.sign_up().await?;
        if stages == 0 {
            return Ok(());
        }
        let name = format!("Team {}", self.number);
        let page = self.visitor.submit("teams", &[("name", &name)]).await?;
        let team = page.team()?.to_owned();
        if stages > 1 {
            self.connect_github(&team).await?;
        }
        if stages > 2 {
            self.finish_onboarding(&team).await?;
        }
        if stages > 3 {
            self.study(&team).await?;
        }
        if stages > 4 {
            self.grow(&team).await?;
        }
        if stages > 5 {
            self.keep_house(&team).await?;
        }
        Ok(())
    }

    /// With an account of ours or GitHub's; everybody else comes back later and signs in again.
    async fn sign_up(&mut self) -> Result<()> {
        let login = format!("founder-{}", self.number);
        let address = format!("{login}@users.example");
        if self.number % 2 == 1 {
            self.sign_in_with_github(&login).await?;
            if self.rng.bool() {
                self.visitor.submit("signout", &[]).await?;
                self.sign_in_with_github(&login).await?;
            }
            return Ok(());
        }
        let form = [("name", login.as_str()), ("email", &address)];
        self.visitor.submit("signup", &form).await?;
        if self.number == 0 || self.rng.bool() {
            self.visitor.submit("signout", &[]).await?;
            self.visitor
                .submit("signin", &[("email", &address)])
                .await?;
            self.visitor.follow_mail(&address).await?;
        }
        Ok(())
    }

    async fn sign_in_with_github(&self, login: &str) -> Result<Page> {
        let asked = self.visitor.submit("signin/github", &[]).await?;
        self.visitor.answer(asked, Consent::Allow(login)).await
    }

    /// The organisation of the founder. Every fourth has a bad day, and its repositories can't be listed.
    fn organisation(&self) -> String {
        let behaviour = if self.number % 4 == 3 {
            "brownout"
        } else {
            "org"
        };
        format!("{behaviour}-{}", self.number)
    }

    async fn connect_github(&mut self, team: &str) -> Result<()> {
        if self.number.is_multiple_of(3) {
            self.visitor.connect(team, "github", Consent::Deny).await?;
        }
        let organisation = self.organisation();
        let consent = Consent::Allow(&organisation);
        self.visitor.connect(team, "github", consent).await?;
        Ok(())
    }

    async fn finish_onboarding(&mut self, team: &str) -> Result<()> {
        let base = format!("t/{team}/onboarding");
        let page = self.visitor.look(&base).await?;
        let offered = page.all_after("name=\"repository\" value=\"");
        if offered.is_empty() {
            self.visitor
                .submit(&format!("{base}/skip/repositories"), &[])
                .await?;
        } else {
            // The first two are well; the others may fail.
            let count = match self.number {
                0 => offered.len(),
                _ => self.rng.usize(2..=offered.len()),
            };
            let chosen = offered.iter().take(count);
            let form: Vec<(&str, &str)> = chosen.map(|name| ("repository", *name)).collect();
            self.visitor
                .submit(&format!("{base}/repositories"), &form)
                .await?;
            self.visitor.await_sync(team).await?;
        }
        if self.number % 3 == 2 {
            self.visitor
                .submit(&format!("{base}/skip/jira"), &[])
                .await?;
        } else {
            self.visitor
                .connect(team, "jira", Consent::Allow("outage"))
                .await?;
            self.visitor
                .connect(team, "jira", Consent::Allow(&format!("site-{team}")))
                .await?;
        }
        if self.number % 4 == 1 {
            self.visitor
                .submit(&format!("{base}/skip/slack"), &[])
                .await?;
        } else {
            self.visitor
                .connect(team, "slack", Consent::Allow(&format!("space-{team}")))
                .await?;
            let form = [("daily_digest", "on"), ("weekly_insights", "on")];
            self.visitor.submit(&format!("{base}/slack"), &form).await?;
        }
        Ok(())
    }

    /// Looks at everything that there is to see.
    async fn study(&mut self, team: &str) -> Result<()> {
        let visitor = &self.visitor;
        let at = |page: &str| format!("t/{team}/{page}");
        visitor.open(&at("dashboard")).await?;
        let page = visitor.open(&at("analytics/overview")).await?;
        let repositories = page.all_after("name=\"repo\" value=\"");
        visitor.open(&at("analytics/throughput?range=90d")).await?;
        visitor
            .open(&at(
                "analytics/quality?range=custom&from=2026-01-05&to=2026-03-01",
            ))
            .await?;
        if let Some(repository) = repositories.first() {
            let path = format!("analytics/ai_adoption?range=90d&repo={repository}");
            visitor.open(&at(&path)).await?;
        }
        let page = visitor.open(&at("pull-requests")).await?;
        let links = format!("href=\"/t/{team}/pull-requests/");
        let pull_requests = page.all_after(&links);
        let is_id = |link: &&&str| link.parse::<i64>().is_ok();
        for id in pull_requests.iter().filter(is_id).take(2) {
            visitor.open(&at(&format!("pull-requests/{id}"))).await?;
        }
        visitor
            .open(&at("pull-requests?state=merged&assisted=yes&text=cache"))
            .await?;
        visitor
            .open(&at("pull-requests/export/csv?state=merged"))
            .await?;
        if self.rng.bool() {
            visitor.open(&at("pull-requests/export/json")).await?;
        }
        let page = visitor.open(&at("insights")).await?;
        let links = format!("href=\"/t/{team}/insights/");
        let insights = page.all_after(&links);
        for kind in insights.iter().take(2) {
            visitor.open(&at(&format!("insights/{kind}"))).await?;
        }
        if let Some(kind) = insights.first() {
            let form = [("dismissal", "already_known")];
            visitor
                .submit(&at(&format!("insights/{kind}/dismiss")), &form)
                .await?;
        }
        Ok(())
    }

    /// Invites others, who join, look around, and may become admins.
    async fn grow(&mut self, team: &str) -> Result<()> {
        let invited = match self.number {
            0 => 2,
            _ => self.rng.usize(0..3),
        };
        for guest in 0..invited {
            let address = format!("guest-{}-{guest}@users.example", self.number);
            let form = [("email", address.as_str()), ("role", "member")];
            self.visitor
                .submit(&format!("t/{team}/members/invite"), &form)
                .await?;
            let member = Visitor::new(self.running)?;
            let page = member.follow_mail(&address).await?;
            let name = format!("guest-{guest}");
            let path = page.url.path().to_owned();
            member.submit(&path, &[("name", &name)]).await?;
            member.open(&format!("t/{team}/dashboard")).await?;
            member
                .open(&format!("t/{team}/analytics/throughput"))
                .await?;
        }
        let page = self.visitor.open(&format!("t/{team}/members")).await?;
        let links = format!("action=\"/t/{team}/members/");
        let ids = page.all_after(&links);
        let other = ids.iter().filter_map(|link| link.strip_suffix("/role"));
        if let Some(id) = other.max_by_key(|id| id.parse::<i64>().unwrap_or_default())
            && invited > 0
        {
            let path = format!("t/{team}/members/{id}/role");
            self.visitor.submit(&path, &[("role", "admin")]).await?;
        }
        Ok(())
    }

    /// Changes settings, reconnects what was disconnected, synchronises again, and says what is missing.
    async fn keep_house(&mut self, team: &str) -> Result<()> {
        let visitor = &self.visitor;
        let at = |page: &str| format!("t/{team}/{page}");
        let name = format!("Team {}, renamed", self.number);
        visitor
            .submit(&at("settings/general"), &[("name", &name)])
            .await?;
        let plan = if self.rng.bool() { "pro" } else { "starter" };
        visitor
            .submit(&at("settings/plan"), &[("plan", plan)])
            .await?;
        if self.number % 4 != 1 {
            visitor
                .submit(&at("settings/slack"), &[("review_reminders", "on")])
                .await?;
            visitor
                .submit(&at("integrations/slack/disconnect"), &[])
                .await?;
        }
        if self.number % 3 != 2 {
            visitor
                .submit(&at("integrations/jira/disconnect"), &[])
                .await?;
            visitor
                .connect(team, "jira", Consent::Allow(&format!("site-{team}")))
                .await?;
        }
        visitor.submit(&at("sync"), &[]).await?;
        let form = [
            ("category", "idea"),
            ("rating", "4"),
            ("text", "Compare two teams side by side."),
        ];
        visitor.submit(&at("feedback"), &form).await?;
        Ok(())
    }
}
