// Bundles src/ for the application, which serves it as /assets.
//
//   --development       keeps the checks for the console, and the names of functions
//   --without-posthog   the page of somebody whose ad blocker lets no posthog-js in
//   --out FOLDER        writes to a folder other than dist/
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: {
    development: { type: "boolean", default: false },
    "without-posthog": { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const dist = `${folder}dist`;
// A folder that somebody names may hold more than bundles.
if (!options.out) rmSync(dist, { recursive: true, force: true });

const common = {
  absWorkingDir: folder,
  bundle: true,
  minify: !options.development,
  sourcemap: options.development ? "inline" : false,
  target: "es2022",
  outdir: resolve(options.out ?? dist),
  define: { DEVELOPMENT: String(options.development) },
  alias: options["without-posthog"] ? { "posthog-js": "./browser/no-posthog.js" } : {},
  legalComments: "none",
  logLevel: "warning",
};
await build({ ...common, entryPoints: ["src/app.ts"], format: "esm", splitting: true, chunkNames: "[name]-[hash]" });
await build({ ...common, entryPoints: ["src/theme.ts"], format: "iife" });
