// @ts-check
import { connect, identify, track } from "./analytics.js";

const posthog = /** @type {any} */ (window).posthog;
posthog?.init("phc_test", { api_host: "/ingest", autocapture: false, opt_out_useragent_filter: true });
connect(posthog);
identify("user_7", { role: "admin" });
document.querySelector("button")?.addEventListener("click", ({ currentTarget }) => {
  track.theme_switched({ theme: "dark" });
  if (currentTarget instanceof HTMLElement) currentTarget.dataset.clicked = "yes";
});
