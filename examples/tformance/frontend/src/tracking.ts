import { inspector, start, type Settings } from "@trackplan/web";
import posthog from "posthog-js";
import { connect, track } from "./analytics/client.js";
import type { AppPage, ExternalLinkClickedEvent } from "./analytics/events.js";
import { plan } from "./analytics/inspect.js";

/** What the server says about the page. */
export interface Page {
  readonly team: string;
  readonly page: AppPage;
  /** Missing where the application has no project to send to. */
  readonly tracking?: Settings;
}

const meta = document.querySelector<HTMLMetaElement>("meta[name=tformance]");
export const page: Page | undefined = meta ? JSON.parse(meta.content) : undefined;

const services: readonly [RegExp, ExternalLinkClickedEvent["link_target"]][] = [
  [/^docs\./, "docs"],
  [/(^|\.)github\.com$/, "github"],
  [/(^|\.)atlassian\.(com|net)$/, "jira"],
  [/(^|\.)slack\.com$/, "slack"],
];

export const analytics = start(posthog, page?.tracking, {
  outbound: ({ hostname }) => {
    if (!page) return;
    const service = services.find(([pattern]) => pattern.test(hostname));
    track.external_link_clicked({ link_target: service?.[1] ?? "other", page: page.page, team_slug: page.team });
  },
  inspect: DEVELOPMENT ? inspector(plan) : undefined,
});
connect(analytics);
