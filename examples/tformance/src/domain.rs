//! The words of Tformance. Each enum is an enum of the tracking plan, so that a new member is added in one place and
//! the compiler finds the others.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::de::{Deserialize, Deserializer, Error};
use trackplan::PlanEnum;

/// Declares enums of the plan and how they are stored, shown, and read from a form or a path.
macro_rules! words {
    ($($(#[$attribute:meta])* $name:ident { $($(#[$on_variant:meta])* $variant:ident,)+ })+) => { $(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, PlanEnum)]
        $(#[$attribute])*
        pub(crate) enum $name { $($(#[$on_variant])* $variant,)+ }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::parse(value.as_str()?).copied().ok_or(FromSqlError::InvalidType)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                Self::parse(&text)
                    .copied()
                    .ok_or_else(|| D::Error::custom(format_args!("`{text}` is not possible here")))
            }
        }
    )+ };
}

words! {
    #[plan_enum("signup_source")]
    SignupSource { Github, Email, Invite, }

    #[plan_enum("user_signed_in.sign_in_method")]
    SignInMethod { Email, Github, }

    #[plan_enum("integration")]
    Integration { Github, Jira, Slack, }

    #[plan_enum("integration_connection_failed.connection_failure")]
    ConnectionFailure { AccessDenied, InvalidState, ProviderError, }

    #[plan_enum("onboarding_step")]
    OnboardingStep { Github, Repositories, Jira, Slack, }

    #[plan_enum("team_role")]
    Role { Admin, Member, }

    #[plan_enum("team_plan")]
    TeamPlan { Trial, Starter, Pro, }

    #[plan_enum("app_page")]
    AppPage {
        Onboarding, Dashboard, Analytics, PullRequests, Insights, Team, Integrations, Settings, Feedback,
    }

    #[plan_enum("date_range")]
    DateRange {
        #[plan_enum("7d")] Week,
        #[plan_enum("30d")] Month,
        #[plan_enum("90d")] Quarter,
        Custom,
    }

    #[plan_enum("analytics_viewed.tab")]
    Tab { Overview, Throughput, Quality, AiAdoption, }

    #[plan_enum("chart_interacted.chart_type")]
    ChartType { Throughput, CycleTime, ReviewTime, PrSize, AiAdoption, }

    #[plan_enum("sync_trigger")]
    SyncTrigger { Onboarding, Manual, Scheduled, }

    #[plan_enum("repo_sync_failed.sync_failure")]
    SyncFailure { NotConnected, Unauthorized, NotFound, ProviderError, InvalidResponse, StoreError, }

    #[plan_enum("pr_state")]
    PrState { Open, Merged, Closed, }

    #[plan_enum("pr_list_filtered.filters")]
    PrFilter { Repository, State, Assistance, Text, }

    #[plan_enum("pr_list_exported.format")]
    ExportFormat { Csv, Json, }

    #[plan_enum("insight_kind")]
    InsightKind { SlowReviews, LargePrs, StalePrs, AiAdoption, }

    #[plan_enum("insight_severity")]
    Severity { Info, Warning, Critical, }

    #[plan_enum("insight_dismissed.dismissal")]
    Dismissal { Resolved, NotRelevant, AlreadyKnown, }

    #[plan_enum("settings_updated.section")]
    Section { General, Plan, Repositories, Slack, }

    #[plan_enum("feedback_submitted.category")]
    Category { Bug, Idea, Praise, Question, }

    #[plan_enum("error_occurred.http_method")]
    HttpMethod { Get, Post, Put, Patch, Delete, Other, }
}

impl Integration {
    /// Where a person finds it.
    pub(crate) fn home(self) -> &'static str {
        match self {
            Self::Github => "https://github.com/",
            Self::Jira => "https://www.atlassian.com/software/jira",
            Self::Slack => "https://slack.com/",
        }
    }
}

impl OnboardingStep {
    /// The step that connecting an integration completes; Slack's takes its form as well.
    pub(crate) fn of_connection(integration: Integration) -> Option<Self> {
        match integration {
            Integration::Github => Some(Self::Github),
            Integration::Jira => Some(Self::Jira),
            Integration::Slack => None,
        }
    }
}

/// A word as a person reads it: `pull_requests` becomes `Pull requests`.
pub(crate) fn title(word: impl fmt::Display) -> String {
    let name = word.to_string();
    let words: Vec<String> = name.split('_').enumerate().map(titled).collect();
    words.join(" ")
}

/// A word of a title, of which the first is capitalised, and names and abbreviations are as people write them.
fn titled((index, word): (usize, &str)) -> String {
    let mut letters = word.chars();
    match word {
        "ai" => "AI".to_owned(),
        "github" => "GitHub".to_owned(),
        "pr" => "PR".to_owned(),
        "prs" => "PRs".to_owned(),
        _ if index > 0 => word.to_owned(),
        _ => {
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        }
    }
}
