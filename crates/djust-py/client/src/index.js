/** Starts the client once on a page that carries a djust configuration block. */

import { VERSION } from "./constants.js";
import { listen } from "./events.js";
import { createPage } from "./page.js";

/** Under a symbol, because markup can put elements under any name in `window` and `document`. */
const MARK = Symbol.for("djust");

function start() {
  const page = /** @type {any} */ (document);
  if (page[MARK]) {
    console.warn("client.js already loaded, skipping duplicate initialization");
    return;
  }
  const block = document.querySelector("script#djust-config");
  const root = document.querySelector("[dj-root]") ?? document.querySelector("[dj-view]");
  if (!block || !root) return;
  const config = JSON.parse(block.textContent ?? "");
  for (const script of document.querySelectorAll("script#djust-config,script[data-djust]")) script.remove();
  const session = createPage(root, config);
  listen(root, session);
  page[MARK] = Object.freeze({ version: VERSION, pending: () => session.pending() });
}

start();
