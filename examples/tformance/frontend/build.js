// Bundles src/ into dist/, which the application serves as /assets. `DEVELOPMENT=1` keeps the checks for the console.
import { rmSync } from "node:fs";
import { build } from "esbuild";

const folder = new URL(".", import.meta.url).pathname;
const isDevelopment = Boolean(process.env["DEVELOPMENT"]);
rmSync(`${folder}dist`, { recursive: true, force: true });

const common = {
  absWorkingDir: folder,
  bundle: true,
  minify: !isDevelopment,
  sourcemap: isDevelopment ? "inline" : false,
  target: "es2022",
  outdir: "dist",
  define: { DEVELOPMENT: String(isDevelopment) },
  legalComments: "none",
  logLevel: "warning",
};
await build({ ...common, entryPoints: ["src/app.ts"], format: "esm", splitting: true, chunkNames: "[name]-[hash]" });
await build({ ...common, entryPoints: ["src/theme.ts"], format: "iife" });
