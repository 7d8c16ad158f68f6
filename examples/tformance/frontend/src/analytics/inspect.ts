// Written by `cargo xtask regenerate` from the tracking plan; edit the plan instead.

/** The events that a page may send. It grows with the plan: import it in development alone. */
export const plan = {
  chart_interacted: {
    place: "schema/frontend.yaml:4:3",
    properties: {
      chart_type: { place: "schema/frontend.yaml:11:7", type: "enum", values: ["throughput", "cycle_time", "review_time", "pr_size", "ai_adoption"] },
      action: { place: "schema/frontend.yaml:15:7", type: "enum", values: ["click", "hover", "toggle_series"] },
      team_slug: { place: "schema/frontend.yaml:8:12", type: "string" },
    },
  },
  external_link_clicked: {
    place: "schema/frontend.yaml:36:3",
    properties: {
      link_target: { place: "schema/frontend.yaml:43:7", type: "enum", values: ["github", "jira", "slack", "docs", "other"] },
      page: { place: "schema/frontend.yaml:47:7", type: "enum", values: ["onboarding", "dashboard", "analytics", "pull_requests", "insights", "team", "integrations", "settings", "feedback"] },
      team_slug: { place: "schema/frontend.yaml:40:12", type: "string" },
    },
  },
  sidebar_navigation: {
    place: "schema/frontend.yaml:17:3",
    properties: {
      page: { place: "schema/frontend.yaml:25:7", type: "enum", values: ["onboarding", "dashboard", "analytics", "pull_requests", "insights", "team", "integrations", "settings", "feedback"] },
      target_page: { place: "schema/frontend.yaml:26:7", type: "enum", values: ["onboarding", "dashboard", "analytics", "pull_requests", "insights", "team", "integrations", "settings", "feedback"] },
      team_slug: { place: "schema/frontend.yaml:21:12", type: "string" },
    },
  },
  theme_switched: {
    place: "schema/frontend.yaml:28:3",
    properties: {
      theme: { place: "schema/frontend.yaml:34:7", type: "enum", values: ["light", "dark", "system"] },
    },
  },
} as const;
