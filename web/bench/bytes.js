// node bytes.js PAGE…: the bytes of each page's bundle as JSON, minified by esbuild, and gzipped after that.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const size = async (page) => {
  const bundled = await build({
    entryPoints: [page], bundle: true, minify: true, format: "esm", target: "es2022", write: false,
  });
  const { contents } = bundled.outputFiles[0];
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
};
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(size))));
