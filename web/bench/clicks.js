// node clicks.js CHROMIUM CLIENT ROUNDS: microseconds of the main thread per event, as JSON. posthog-js is replaced by
// one that does nothing, for it is not what is measured here.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const [executablePath, client, rounds] = process.argv.slice(2);
const ADDRESS = "http://127.0.0.1:1/";
/** Clicks that are timed together: the clock is coarser than one of them. */
const CLICKS = 1_000;

const script = await build({
  stdin: {
    contents: `
      import { start } from "./src/index.ts";
      import { connect, track } from ${JSON.stringify(client)};
      const nothing = () => undefined;
      const posthog = new Proxy({}, { get: () => nothing });
      const analytics = start(posthog, { key: "phc_bench" }, {});
      connect(analytics);
      Object.assign(globalThis, { analytics, track });
    `,
    loader: "ts",
    resolveDir: fileURLToPath(new URL("..", import.meta.url)),
  },
  bundle: true, minify: true, format: "iife", target: "es2022", write: false,
});
const page = `<!doctype html><title>bench</title>
<button id="plain"><b>Theme</b></button>
<button id="tracked" data-track="theme_switched" data-track-theme="dark" data-track-props='{"days_count": 7}'><b>Theme</b></button>
<script>${script.outputFiles[0].text}</script>`;
// Isolation from other sites makes the page's clock finer.
const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Runs in the page: one round. */
const round = (clicks) => {
  const timed = (work) => {
    const start = performance.now();
    for (let click = 0; click < clicks; click += 1) work();
    return (1_000 * (performance.now() - start)) / clicks;
  };
  const [plain, tracked] = ["plain", "tracked"].map((id) => document.querySelector(`#${id} b`));
  const figures = { plain: timed(() => plain.click()), tracked: timed(() => tracked.click()) };
  const start = performance.now();
  analytics.flush();
  figures.later = (1_000 * (performance.now() - start)) / clicks;
  figures.called = timed(() => track.theme_switched({ theme: "dark", days_count: 7 }));
  analytics.flush();
  return figures;
};

const median = (values) => values.sort((one, two) => one - two)[values.length >> 1];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const tab = await browser.newPage();
  await tab.route(ADDRESS, (route) => route.fulfill({ contentType: "text/html", headers, body: page }));
  await tab.goto(ADDRESS);
  const protocol = await tab.context().newCDPSession(tab);
  const rows = [];
  for (const [processor, rate] of [["full speed", 1], ["4 × slower", 4]]) {
    await protocol.send("Emulation.setCPUThrottlingRate", { rate });
    const measured = [];
    for (let number = 0; number <= rounds * 3; number += 1) measured.push(await tab.evaluate(round, CLICKS));
    measured.shift();
    const of = (name) => median(measured.map((figures) => figures[name]));
    rows.push({ processor, plain: of("plain"), tracked: of("tracked"), later: of("later"), called: of("called") });
  }
  console.log(JSON.stringify(rows));
} finally {
  await browser.close();
}
