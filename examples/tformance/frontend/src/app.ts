import { alpinePlugin, onStoreChange } from "@trackplan/web";
import Alpine from "@alpinejs/csp";
import "htmx.org/dist/htmx.esm.js";
import { track } from "./analytics/client.js";
import type { ThemeSwitchedEvent } from "./analytics/events.js";
import { analytics } from "./tracking.js";

interface Theme {
  choice: ThemeSwitchedEvent["theme"];
}

const stored = localStorage.getItem("theme");
Alpine.store("theme", { choice: stored === "light" || stored === "dark" ? stored : "system" } satisfies Theme);
const theme = Alpine.store("theme") as Theme;

Alpine.plugin(alpinePlugin(track));
onStoreChange(Alpine, () => theme.choice, (choice) => {
  localStorage.setItem("theme", choice);
  if (choice === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = choice;
  dispatchEvent(new Event("themechange"));
  track.theme_switched({ theme: choice });
});

/** Whether the person shares what they do. */
Alpine.data("sharing", () => ({
  isOn: true,
  init() {
    // When what matters more is done: the answer starts posthog-js. Safari has no idle callbacks.
    const show = () => (this.isOn = !analytics.isOff());
    if (typeof requestIdleCallback === "function") requestIdleCallback(show, { timeout: 1_000 });
    else setTimeout(show);
  },
  change({ target }: Event) {
    if ((target as HTMLInputElement).checked) analytics.optIn();
    else analytics.optOut();
  },
}));

/** The filter of a page: its days matter only where they are chosen. */
Alpine.data("filter", () => ({
  range: "",
  init() {
    this.range = new FormData(this.$el as HTMLFormElement).get("range") as string;
  },
  get hasDays() {
    return this.range === "custom";
  },
}));

Alpine.start();

// Charts come with their library, on the pages that have one.
const loadCharts = () => {
  if (document.querySelector("trend-chart")) void import("./charts.js");
};
loadCharts();
document.addEventListener("htmx:after:swap", loadCharts);

// On a telephone, the links to the pages are a row that scrolls.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// For what drives the page from outside.
document.documentElement.dataset["scripts"] = "ready";
