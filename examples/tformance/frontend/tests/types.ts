// Compiled by `npm run check`, never run: every mistake below is one for the compiler.
import posthog from "posthog-js";
import { connect, group, identify, track } from "../src/analytics/client.js";

connect(posthog);
connect(undefined);
track.theme_switched({ theme: "dark" });
track.theme_switched({ theme: "dark" }, { transport: "sendBeacon" });
track.raw("anything", { at: "all" });
identify("user_1", { role: "admin" }, { signup_source: "github" });
group("team", "acme", { plan: "pro" });

// @ts-expect-error no such event
track.theme_swiched({ theme: "dark" });
// @ts-expect-error no such value
track.theme_switched({ theme: "drak" });
// @ts-expect-error no such property
track.theme_switched({ theme: "dark", colour: "red" });
// @ts-expect-error a property is missing
track.theme_switched({});
// @ts-expect-error all properties are missing
track.theme_switched();
// @ts-expect-error the group's key is missing
track.sidebar_navigation({ page: "dashboard", target_page: "analytics" });
// @ts-expect-error an event of the backend
track.user_signed_up({ method: "github" });
// @ts-expect-error a type of another property
track.chart_interacted({ chart_type: "throughput", action: 1, team_slug: "acme" });
// @ts-expect-error no such option
track.theme_switched({ theme: "dark" }, { later: true });
// @ts-expect-error a property that is set once
identify("user_1", { signup_source: "github" });
// @ts-expect-error no such group type
group("company", "acme");
