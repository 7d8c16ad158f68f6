// Written by `cargo xtask regenerate` from the tracking plan; edit the plan instead.

/**
 * - `github`: Signed up with the GitHub account.
 * - `email`: Filled in the form.
 * - `invite`: Followed the link of a team that was there before.
 */
export type SignupSource = "github" | "email" | "invite";

export type TeamRole = "admin" | "member";

/**
 * - `trial`: Fourteen days, everything included.
 * - `starter`: Paid, up to ten repositories.
 * - `pro`: Paid, everything included.
 */
export type TeamPlan = "trial" | "starter" | "pro";

export type AppPage = "onboarding" | "dashboard" | "analytics" | "pull_requests" | "insights" | "team" | "integrations" | "settings" | "feedback";

/** A person used a chart. */
export interface ChartInteractedEvent {
  /** What the chart shows. */
  chart_type: "throughput" | "cycle_time" | "review_time" | "pr_size" | "ai_adoption";
  /** What the person did. */
  action: "click" | "hover" | "toggle_series";
  /** The team that it happened in. */
  team_slug: string;
}

/** A person followed a link that leaves the app. */
export interface ExternalLinkClickedEvent {
  /** The service that the link leads to. The address is not sent. */
  link_target: "github" | "jira" | "slack" | "docs" | "other";
  /** Where the link is. */
  page: AppPage;
  /** The team that it happened in. */
  team_slug: string;
}

/** A person followed a link of the sidebar. */
export interface SidebarNavigationEvent {
  /** Where the link is. */
  page: AppPage;
  /** Where the link leads. */
  target_page: AppPage;
  /** The team that it happened in. */
  team_slug: string;
}

/** A person chose another colour theme. */
export interface ThemeSwitchedEvent {
  /** The new theme. */
  theme: "light" | "dark" | "system";
}

/** Every event that a page may send. */
export interface EventMap {
  /** A person used a chart. */
  chart_interacted: ChartInteractedEvent;
  /** A person followed a link that leaves the app. */
  external_link_clicked: ExternalLinkClickedEvent;
  /** A person followed a link of the sidebar. */
  sidebar_navigation: SidebarNavigationEvent;
  /** A person chose another colour theme. */
  theme_switched: ThemeSwitchedEvent;
}

/** What is known of a person, the last value of each. */
export interface PersonProperties {
  /** The role in the team that the person used last. */
  role?: TeamRole;
  /** Teams that the person belongs to. At least 0. */
  teams_count?: number;
  /** Connected GitHub for one of their teams. */
  has_connected_github?: boolean;
  /** Connected Jira for one of their teams. */
  has_connected_jira?: boolean;
  /** Connected Slack for one of their teams. */
  has_connected_slack?: boolean;
}

/** What is known of a person, the first value of each. */
export interface PersonOnceProperties {
  /** How the account came to be. */
  signup_source?: SignupSource;
}

/** What is known of a team. */
export interface TeamGroup {
  /** What the team pays for. */
  plan?: TeamPlan;
  /** The team went through onboarding. */
  onboarding_complete?: boolean;
  /** Repositories that are synchronised. At least 0. */
  repos_tracked?: number;
  /** Pull requests stored for the team. At least 0. */
  total_prs?: number;
  /** Share of the merged pull requests that an assistant had a part in. From 0 to 100. In percent. */
  ai_adoption_rate?: number;
}

/** The properties of each group type. */
export interface GroupMap {
  team: TeamGroup;
}
