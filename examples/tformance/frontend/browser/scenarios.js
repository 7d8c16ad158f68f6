// What people do in a browser. Each returns what the server's side needs to know to look at their events.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { effort } from "./effort.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Moves within a chart; Chart.js looks at the pointer once a frame. */
async function point(page, chart, x, y) {
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
}

const chartOf = (page, shows) => page.locator(`trend-chart[shows=${shows}] canvas`);
const theme = (page, name) => page.getByRole("radio", { name }).check({ force: true });

/** Every event of the frontend, by a real interaction, with every chart, theme and kind of link. */
export async function tour(stage) {
  const page = await stage.open();
  await stage.settle(page, "Ada");
  for (const shows of ["throughput", "cycle_time", "review_time", "pr_size", "ai_adoption"]) {
    const chart = chartOf(page, shows);
    await chart.scrollIntoViewIfNeeded();
    await chart.click();
  }
  const chart = chartOf(page, "throughput");
  await chart.scrollIntoViewIfNeeded();
  await point(page, chart, 0.5, 0.5);
  // The pointer rests for longer than the plugin asks for, also on a slow machine.
  await page.waitForTimeout(1_000);
  await point(page, chart, 0.6, 0.5);
  // The legend is centred above the plot; its left half is the first series.
  await chart.click({ position: { x: (await chart.boundingBox()).width / 2 - 30, y: 14 } });
  for (const name of ["Dark", "Light", "System"]) await theme(page, name);

  // htmx puts another chart into the page.
  await page.getByLabel("Range").selectOption("7d");
  await page.waitForURL(/range=7d/);
  await page.getByLabel("Range").selectOption("90d");
  await page.waitForURL(/range=90d/);
  await stage.ready(page);
  await chartOf(page, "pr_size").click();

  const docs = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Help with pull requests" }).click();
  await (await docs).close();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Integrations" }).click();
  await page.waitForURL(/integrations$/);
  await stage.ready(page);
  const github = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Open GitHub" }).click();
  await (await github).close();
  await stage.leave(page);
  return {};
}

/** Says no, and is not tracked, here and on the next page; then says yes again. */
export async function optOut(stage) {
  const page = await stage.open();
  await stage.settle(page, "Bob");
  const sharing = page.getByLabel("Share usage data");
  await theme(page, "Dark");
  await sharing.uncheck();
  await theme(page, "Light");
  await page.getByRole("link", { name: "Analytics" }).click();
  await page.waitForURL(/analytics/);
  await page.waitForFunction(() => !document.querySelector("input[name=sharing]").checked);
  await theme(page, "Dark");
  await chartOf(page, "cycle_time").click();
  const agreed = page.waitForResponse(/ingest\/e\//);
  await sharing.check();
  await agreed;
  await theme(page, "System");
  await stage.leave(page);
  return {};
}

/** An ad blocker lets nothing out. The application works, and nothing is said about it. */
export async function blocked(stage) {
  const page = await stage.open();
  await stage.context.route("**/ingest/**", (route) => route.abort());
  await stage.settle(page, "Cleo");
  await theme(page, "Dark");
  await chartOf(page, "throughput").click();
  await page.getByRole("link", { name: "Insights" }).click();
  await page.waitForURL(/insights$/);
  await page.getByRole("heading", { level: 1, name: "Insights" }).waitFor();
  return { theme: await page.evaluate(() => document.documentElement.dataset.theme) };
}

/** Without posthog-js at all, a page with its other scripts works. */
export async function absent(stage) {
  await stage.context.route(/\/assets\/app\.js$/, (route) => route.abort());
  const page = await stage.open();
  await page.goto(new URL("signup", stage.app).href);
  await page.getByRole("button", { name: "Create the account" }).waitFor();
  return {};
}

/** Goes away right after an interaction, by closing the tab or by going elsewhere. */
export async function unload(stage) {
  const page = await stage.open();
  await stage.settle(page, "Dora");
  const dashboard = page.url();
  for (const [index, name] of ["Dark", "Light", "Dark", "Light", "Dark", "System"].entries()) {
    await theme(page, name);
    if (index % 2) {
      await page.goto("about:blank");
      await page.goto(dashboard);
    } else {
      await page.reload();
    }
    await stage.ready(page);
  }
  await theme(page, "Light");
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  await stage.linger();
  return {};
}

/** Follows links of the sidebar, each of which leaves the page at once. */
export async function links(stage) {
  const page = await stage.open();
  await stage.settle(page, "Eve");
  const targets = ["Analytics", "Dashboard"];
  const clicks = 50;
  for (let click = 0; click < clicks; click += 1) {
    const name = targets[click % 2];
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
    await page.waitForURL(new RegExp(name.toLowerCase()));
    await page.locator("trend-chart canvas[style*=height]").first().waitFor();
  }
  await stage.leave(page);
  return { clicks };
}

/** Leaves a page that the browser puts away as it is, and comes back to it. */
export async function restored(stage) {
  const page = await stage.open();
  await stage.settle(page, "Finn");
  const wasKept = [];
  for (const name of ["Dark", "Light"]) {
    await theme(page, name);
    await page.evaluate(() => {
      addEventListener("pageshow", ({ persisted }) => (globalThis.isRestored = persisted), { once: true });
    });
    await page.getByRole("link", { name: "Settings" }).click();
    await page.waitForURL(/settings$/);
    await page.evaluate(() => history.back());
    await page.waitForURL(/dashboard/, { waitUntil: "commit" });
    wasKept.push(await page.evaluate(() => globalThis.isRestored));
  }
  await theme(page, "System");
  await stage.leave(page);
  return { wasKept };
}

/** Uses a page whose posthog-js never came. */
export async function withoutPosthog(stage) {
  stage.isTracked = false;
  const page = await stage.open();
  await stage.settle(page, "Ida");
  await theme(page, "Dark");
  await chartOf(page, "throughput").click();
  const sharing = page.getByLabel("Share usage data");
  await sharing.check();
  await sharing.uncheck();
  await page.getByRole("link", { name: "Analytics" }).click();
  await page.waitForURL(/analytics/);
  await stage.ready(page);
  await stage.leave(page);
  return { said: stage.said };
}

/** Loads a page and uses all that we have on it, and tells how long our code was at work. */
export async function work(stage) {
  const page = await stage.open();
  await stage.settle(page, "Jo");
  return effort(page, async () => {
    await page.reload();
    await stage.ready(page);
    for (const name of ["Dark", "Light", "System"]) await theme(page, name);
    for (const shows of ["throughput", "cycle_time", "review_time", "pr_size", "ai_adoption"]) {
      await chartOf(page, shows).click();
    }
    await point(page, chartOf(page, "throughput"), 0.5, 0.5);
    await page.getByLabel("Range").selectOption("7d");
    await page.waitForURL(/range=7d/);
    await page.getByRole("link", { name: "Integrations" }).click();
    await page.waitForURL(/integrations$/);
  });
}

/** Looks at every page, in both themes and on a telephone: accessible, within the policy, nothing beside the screen. */
export async function look(stage) {
  const page = await stage.open();
  await stage.settle(page, "Gil");
  const base = page.url().replace(/dashboard.*/, "");
  const findings = [];
  const paths = [
    "dashboard?range=90d", "analytics/overview?range=90d", "pull-requests", "insights", "insights/slow_reviews", "members",
    "integrations", "settings", "feedback", "onboarding", "/signin", "/signup", "/t/nowhere", "/teams/new",
  ];
  for (const path of paths) {
    await page.goto(new URL(path, base).href);
    findings.push(...(await lookAt(stage, page, path)));
  }
  await page.getByLabel("Team").fill("Another team");
  await page.getByRole("button", { name: "Create the team" }).click();
  await page.getByRole("button", { name: "Connect GitHub" }).waitFor();
  findings.push(...(await lookAt(stage, page, "first step")));
  await page.getByRole("button", { name: "Connect GitHub" }).click();
  await page.getByLabel("Account").fill("org-another");
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByRole("button", { name: "Track these" }).waitFor();
  findings.push(...(await lookAt(stage, page, "second step")));
  await page.goto(`${base}pull-requests`);
  await page.locator("td a").first().click();
  await page.waitForURL(/pull-requests\/\d+$/);
  findings.push(...(await lookAt(stage, page, "pull request")));
  await stage.context.clearCookies();
  await page.goto(stage.app);
  findings.push(...(await lookAt(stage, page, "outside")));
  return { findings };
}

/** What is wrong with the page that is open. With the variable SCREENSHOTS, pictures of it go to that folder. */
async function lookAt(stage, page, name) {
  const findings = [];
  const folder = process.env.SCREENSHOTS;
  const file = `${folder}/${name.replace(/\W+/g, "-").replace(/^-|-$/g, "")}`;
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.reload();
    if (name.includes("range")) await stage.ready(page);
    // Through the protocol, past the page's policy.
    await page.evaluate(readFileSync(AXE, "utf8"));
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id, nodes } of violations) findings.push(`${name} (${colorScheme}): ${id}: ${nodes[0].html}`);
    if (folder) await page.screenshot({ path: `${file}-${colorScheme}.png`, fullPage: true });
    await page.setViewportSize({ width: 390, height: 800 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 390) findings.push(`${name}: ${width} pixels wide on a screen of 390`);
    if (folder) {
      await page.reload();
      if (name.includes("range")) await stage.ready(page);
      await page.screenshot({ path: `${file}-${colorScheme}-telephone.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  }
  return findings;
}

/** What only a build for development says: mistakes in the page, with the place in the plan. */
export async function mistakes(stage) {
  const page = await stage.open();
  await stage.settle(page, "Hana");
  await page.evaluate(() => {
    const button = document.createElement("button");
    button.dataset.track = "theme_switched";
    button.dataset.trackTheme = "drak";
    document.body.append(button);
    button.click();
    button.dataset.track = "theme_swiched";
    button.click();
  });
  const said = stage.troubles.splice(0);
  return { said };
}
