// A browser, a person in it who has an account and a team, and what must not happen on any page.
import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic", "--disable-sync",
  "--no-first-run", "--no-sandbox",
];

/** Opens a browser for `work`, and closes it whatever happens. */
export async function onStage(app, work) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: FLAGS,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  let stage;
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    // The world outside is not reached; it only has to be somewhere else.
    const outside = (url) => url.hostname !== "127.0.0.1";
    await context.route(outside, (route) => route.fulfill({ contentType: "text/html", body: "<title>outside</title>" }));
    stage = new Stage(app, context);
    const result = await work(stage);
    if (stage.troubles.length) throw new Error("the pages complained");
    return result;
  } catch (error) {
    const pages = stage?.context.pages().map((page) => page.url()) ?? [];
    throw new Error([error.message, ...pages.map((url) => `a page is at ${url}`), ...(stage?.troubles ?? [])].join("\n"));
  } finally {
    await browser.close();
  }
}

class Stage {
  /** Errors and violations of the Content-Security-Policy, which Chromium reports as errors in the console. */
  troubles = [];
  /** All that the pages wrote to the console. */
  said = [];
  /** Whether posthog-js is there. */
  isTracked = true;

  constructor(app, context) {
    this.app = app;
    this.context = context;
  }

  async open() {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.troubles.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
      this.said.push(message.text());
      const isOurs = !message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && isOurs) this.troubles.push(`${page.url()}: ${message.text()}`);
    });
    page.setDefaultTimeout(20_000);
    return page;
  }

  /** Signs up, starts a team, and sets it up as far as the dashboard. The page shows the dashboard. */
  async settle(page, name) {
    await page.goto(new URL("signup", this.app).href);
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@browsers.example`);
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByLabel("Team").fill(`${name}’s team`);
    await page.getByRole("button", { name: "Create the team" }).click();
    await page.getByRole("button", { name: "Connect GitHub" }).click();
    await page.getByLabel("Account").fill(`org-${name.toLowerCase()}`);
    await page.getByRole("button", { name: "Allow" }).click();
    const repositories = page.locator("input[name=repository]");
    await repositories.nth(0).check();
    await repositories.nth(1).check();
    await page.getByRole("button", { name: "Track these" }).click();
    for (const service of ["Jira", "Slack"]) {
      await page.getByRole("button", { name: `Connect ${service}` }).waitFor();
      await page.getByRole("button", { name: "Skip this step" }).click();
    }
    await page.getByRole("link", { name: "Open the dashboard" }).waitFor();
    const dashboard = page.url().replace("onboarding", "dashboard");
    // The synchronisation runs in the background.
    await page.goto(dashboard);
    const canvas = page.locator("trend-chart canvas");
    for (let look = 0; look < 100 && !(await canvas.count()); look += 1) await page.goto(`${dashboard}?range=90d`);
    await this.ready(page);
  }

  /** Waits until a page's scripts run, its charts are drawn, and posthog-js is at work. */
  async ready(page) {
    await page.waitForFunction((mustTrack) => {
      const charts = [...document.querySelectorAll("trend-chart canvas")];
      const isTracked = Object.keys(localStorage).some((key) => key.startsWith("ph_"));
      const isAtWork = isTracked || !mustTrack;
      return document.documentElement.dataset.scripts && isAtWork && charts.every((canvas) => canvas.style.height);
    }, this.isTracked);
  }

  /** Lets what was captured leave the page, as it does when a person goes elsewhere. */
  async leave(page) {
    await page.goto("about:blank");
    await this.linger();
  }

  /** Keeps the browser open for beacons, which outlive their page but not their browser. */
  linger() {
    return new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
