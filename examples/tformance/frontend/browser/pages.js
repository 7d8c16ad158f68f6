// Pages beside the application's: one without a bundler, and one that has nothing but the tracker.
import { build } from "esbuild";

const WEB = new URL("../../../../web/src", import.meta.url).pathname;

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
  const script = await build({
    stdin: { contents: `export { start } from "./index.ts";`, resolveDir: WEB, loader: "ts" },
    bundle: true, format: "iife", globalName: "web", write: false,
  });
  const page = await stage.open();
  const address = new URL("alone", stage.app).href;
  const body = `<!doctype html><title>alone</title><script>${script.outputFiles[0].text}</script>`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  await page.evaluate(async () => {
    const analytics = web.start(undefined, { key: "phc_test" });
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
