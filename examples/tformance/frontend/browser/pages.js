// Pages beside the application's: one without a bundler, and one that has nothing but the tracker.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const WEB = fileURLToPath(new URL("../../../../web/src", import.meta.url));

/** A page of no application that runs a script which may import ours. */
async function alone(stage, contents) {
  const bundled = await build({
    stdin: { contents, resolveDir: WEB, loader: "ts" },
    bundle: true, format: "iife", legalComments: "none", minify: true, write: false,
  });
  const script = bundled.outputFiles[0].text.replaceAll("</script", "<\\/script");
  const page = await stage.open();
  const address = new URL("alone", stage.app).href;
  const body = `<!doctype html><title>alone</title><script>${script}</script>`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  return page;
}

/** A page whose scripts are the generated pair and posthog-js's own file. With `isBlocked`, the latter never comes. */
async function click(stage, isBlocked) {
  const page = await stage.open();
  if (isBlocked) await page.route(/posthog\.js$/, (route) => route.abort("blockedbyclient"));
  await page.goto(new URL("assets/plain.html", stage.app).href);
  await page.getByRole("button").click();
  await page.locator("[data-clicked]").waitFor();
  await stage.leave(page);
  return { said: stage.said };
}

export const plain = (stage) => click(stage, false);
export const plainBlocked = (stage) => click(stage, true);

/** Captures a hundred events where posthog-js is missing, and counts those that the page still holds in the end. */
export async function forgotten(stage) {
  const page = await alone(stage, `import { start } from "./index.ts"; Object.assign(globalThis, { start });`);
  await page.evaluate(async () => {
    const analytics = start(undefined, { key: "phc_test" });
    const captured = (index) => {
      const properties = { index };
      analytics.capture("theme_switched", properties);
      return new WeakRef(properties);
    };
    globalThis.captured = Array.from({ length: 100 }, (_, index) => captured(index));
    globalThis.kept = { index: 0 };
    globalThis.captured.push(new WeakRef(globalThis.kept));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });
  const protocol = await stage.context.newCDPSession(page);
  await protocol.send("HeapProfiler.collectGarbage");
  const held = await page.evaluate(() => captured.map((one) => one.deref()).filter((one) => one && one !== kept).length);
  const isGaugeRight = await page.evaluate(() => captured.at(-1).deref() === kept);
  return { held, isGaugeRight };
}

/** Captures an event on a page whose browser blocks all storage, and asks whether anything is tracked. */
export async function unstored(stage) {
  const page = await alone(stage, `
    import posthog from "posthog-js";
    import { start } from "./index.ts";
    for (const storage of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, storage, { get() { throw new DOMException("blocked", "SecurityError"); } });
    }
    Object.assign(globalThis, { begin: (settings) => start(posthog, settings) });
  `);
  const isOff = await page.evaluate(() => {
    const settings = { key: "phc_test", includeRobots: true, person: { id: "user_7" } };
    const analytics = begin(settings);
    analytics.capture("theme_switched", { theme: "dark" });
    return analytics.isOff();
  });
  await stage.leave(page);
  return { isOff };
}

/** Captures an event named after each way to be asked, or not to be asked, whether one is tracked. */
export async function choices(stage) {
  const cases = [
    ["nobody_asked", {}, { doNotTrack: true }],
    ["do_not_track_respected", { respectDoNotTrack: true }, { doNotTrack: true }],
    ["respected_without_need", { respectDoNotTrack: true }, {}],
    ["undecided", { consent: "opt-in" }, {}],
    ["agreed", { consent: "opt-in" }, { optIn: true }],
    ["agreed_before", { consent: "opt-in" }, { isBack: true }],
    ["refused", {}, { optOut: true }],
    ["refused_before", {}, { isBack: true }],
  ];
  const script = `
    import posthog from "posthog-js";
    import { start } from "./index.ts";
    Object.assign(globalThis, {
      begin: (settings) => start(posthog, { key: "phc_test", includeRobots: true, ...settings }),
    });
  `;
  for (const [event, settings, { doNotTrack, optIn, optOut, isBack }] of cases) {
    const page = await alone(stage, script);
    if (!isBack) await page.evaluate(() => localStorage.clear());
    if (!isBack) await stage.context.clearCookies();
    await page.evaluate(
      ([event, settings, doNotTrack, optIn, optOut]) => {
        if (doNotTrack) Object.defineProperty(navigator, "doNotTrack", { value: "1" });
        const analytics = begin(settings);
        if (optIn) analytics.optIn();
        if (optOut) analytics.optOut();
        analytics.capture(event, {});
      },
      [event, settings, doNotTrack, optIn, optOut],
    );
    await stage.leave(page);
  }
  return {};
}
