/**
 * Builds client.js into the Python package. With `--check` it writes nothing and fails when the
 * committed file is not what the sources build, or when it is larger than a page may load.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Most bytes of the built client, compressed. */
export const BUDGET = 5120;

/** Properties of the client's own objects, which the browser never sees. */
const INTERNAL = /^(at|changed|composing|during|edited|failed|forget|renumber|stop|told|busy)$/;

/** @param {string} path relative to this file */
const local = (path) => fileURLToPath(new URL(path, import.meta.url));

const OUTPUT = local("../../python/djust/static/djust/client.js");

/** The built client as text. */
export async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [local("../src/index.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome100", "firefox100", "safari15.4"],
    legalComments: "none",
    charset: "utf8",
    mangleProps: INTERNAL,
    write: false,
  });
  return outputFiles[0].text;
}

const text = await bundle();
const size = gzipSync(text, { level: 9 }).length;
console.log(`client.js: ${text.length} bytes, ${size} gzipped (at most ${BUDGET})`);
if (!process.argv.includes("--check")) {
  writeFileSync(OUTPUT, text);
} else if (readFileSync(OUTPUT, "utf8") !== text) {
  console.error("client.js is not what the sources build: run `npm run build` and commit it");
  process.exitCode = 1;
}
if (size > BUDGET) {
  console.error("client.js is too large");
  process.exitCode = 1;
}
