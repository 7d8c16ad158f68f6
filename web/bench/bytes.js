// What the client costs in a bundle: the same page with `posthog.capture` by hand, with the object, and with functions.
// Prints bytes after esbuild's minification, and after gzip. `node web/bench/bytes.js`
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const root = new URL("../../", import.meta.url).pathname;
const client = readFileSync(`${root}examples/tformance/frontend/src/analytics/client.ts`, "utf8");
const names = (count) => Array.from({ length: count }, (_, index) => `area_${index % 17}_thing_${index}_changed`);
const call = (index) => `({ team_slug: "t", count: ${index} })`;

const shapes = {
  "posthog.capture by hand": (count) =>
    `const posthog = globalThis.posthog;\n` +
    names(count).map((name, index) => `posthog.capture("${name}", ${call(index)});`).join("\n"),
  "track.event(…)": (count) =>
    `import { connect, track } from "client";\nconnect(globalThis.posthog);\n` +
    names(count).map((name, index) => `track.${name}(${call(index)});`).join("\n"),
  "Typewriter's shape": (count) =>
    `const sdk = () => globalThis.posthog;\nconst send = (name, properties, options) => sdk().capture(name, { ...properties, ...{ context: { typewriter: { language: "typescript" } } } }, options);\n` +
    names(count).map((name, index) => `function event${index}(properties, options, callback) {\n  send("${name}", properties, options);\n}`).join("\n") +
    `\nconst api = { ${names(count).map((_, index) => `event${index}: (...args) => event${index}(...args)`).join(", ")} };\n` +
    `export default new Proxy(api, { get: (target, method) => target[method] ?? (() => console.warn(method)) });\n` +
    names(count).map((_, index) => `api.event${index}(${call(index)});`).join("\n"),
};

async function size(text) {
  const result = await build({
    stdin: { contents: text, loader: "ts" },
    bundle: true, minify: true, format: "esm", write: false, target: "es2022",
    plugins: [{
      name: "client",
      setup(plugin) {
        plugin.onResolve({ filter: /^client$/ }, () => ({ path: "client", namespace: "client" }));
        plugin.onLoad({ filter: /.*/, namespace: "client" }, () => ({ contents: client, loader: "ts" }));
      },
    }],
  });
  const { contents } = result.outputFiles[0];
  return [contents.length, gzipSync(contents, { level: 9 }).length];
}

for (const count of [14, 100, 1000]) {
  const [hand] = [await size(shapes["posthog.capture by hand"](count))];
  for (const [name, shape] of Object.entries(shapes)) {
    const [bytes, gzip] = await size(shape(count));
    console.log(`${String(count).padStart(5)} events  ${name.padEnd(24)} ${String(bytes).padStart(7)} B  ${String(gzip).padStart(6)} B gzip  ${String(gzip - hand[1]).padStart(6)} B`);
  }
}

const tracker = await build({
  stdin: { contents: `import { defer, listen } from "./index.js";\nconst later = defer(() => globalThis.posthog);\nlisten({ capture: later.capture });`, loader: "ts", resolveDir: `${root}web/src` },
  bundle: true, minify: true, format: "esm", write: false, target: "es2022",
});
const { contents } = tracker.outputFiles[0];
console.log(`the tracker with its queue: ${contents.length} B, ${gzipSync(contents, { level: 9 }).length} B gzip`);
