/**
 * Builds the client into the Python package: client.js, and parts/NAME.js for each optional part. With `--check`
 * it writes nothing and fails when a committed file is not what the sources build. It fails also when a page
 * would have to load more than the client may weigh.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

/** Most bytes, compressed: of client.js, which every page loads, and of everything together. */
const CORE_BUDGET = 5120;
const TOTAL_BUDGET = 20 * 1024;

/** Properties of the client's own objects, which the browser never sees. */
const INTERNAL = new RegExp(
  "^(" +
    "answer|answered|applied|applier|around|at|awaited|busy|changed|check|composing|during|edited|ends|expect|failed|" +
    "forget|insert|kinds|leave|leaving|need|order|parseTag|position|refused|release|renumber|seek|sent|skipText|stop|stopped|told|write" +
    ")$",
);

/** @param {string} path relative to this file */
const local = (path) => fileURLToPath(new URL(path, import.meta.url));

const SOURCES = local("../src/");
const OUTPUT = local("../../python/djust/static/djust/");

/**
 * One file as it is loaded. What `mangled` says about names holds in all of them.
 *
 * @param {string} source
 * @param {Record<string, string | false>} mangled
 */
async function bundle(source, mangled) {
  const { outputFiles, mangleCache } = await build({
    entryPoints: [SOURCES + source],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome100", "firefox100", "safari15.4"],
    legalComments: "none",
    charset: "utf8",
    mangleProps: INTERNAL,
    mangleCache: mangled,
    write: false,
  });
  Object.assign(mangled, mangleCache);
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
    format: { comments: false },
  });
  return code + "\n";
}

const checking = process.argv.includes("--check");

/** @param {string} problem */
const complain = (problem) => {
  console.error(problem);
  process.exitCode = 1;
};

const mangled = {};
const files = { "client.js": await bundle("index.js", mangled) };
for (const name of readdirSync(SOURCES + "parts").sort()) {
  files[`parts/${name}`] = await bundle(`parts/${name}`, mangled);
}

mkdirSync(OUTPUT + "parts", { recursive: true });
let total = 0;
for (const [name, text] of Object.entries(files)) {
  const size = gzipSync(text, { level: 9 }).length;
  total += size;
  console.log(`${name}: ${text.length} bytes, ${size} gzipped`);
  if (name === "client.js" && size > CORE_BUDGET) complain(`${name} has more than ${CORE_BUDGET} bytes compressed`);
  if (!checking) writeFileSync(OUTPUT + name, text);
  else if (!existsSync(OUTPUT + name) || readFileSync(OUTPUT + name, "utf8") !== text) {
    complain(`${name} is not what the sources build: run \`npm run build\` and commit it`);
  }
}
console.log(`together ${total} gzipped`);
if (total > TOTAL_BUDGET) complain(`the client has more than ${TOTAL_BUDGET} bytes compressed`);
for (const name of readdirSync(OUTPUT + "parts")) {
  if (files[`parts/${name}`]) continue;
  if (checking) complain(`parts/${name} has no source: run \`npm run build\` and commit it`);
  else rmSync(OUTPUT + `parts/${name}`);
}
