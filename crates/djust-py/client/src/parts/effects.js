/** Side effects that come with a frame. A kind that another part has defined stays as it is. */

import { allowedAddress } from "../address.js";

/** @param {string} selector */
const select = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector));

/** @param {import("../types.js").Page} page */
export function start({ config, notify, effects: defined }) {
  /** @type {import("../types.js").Hooks["effects"]} */
  const effects = {
    title(title) {
      document.title = title;
    },
    redirect(url) {
      if (allowedAddress(url, location.href, config.hosts)) location.assign(url);
    },
    flash: (level, text) => notify("djust:flash", { level, text }),
    push: notify,
    focus: (selector) => select(selector)?.focus(),
    scroll: (selector) => select(selector)?.scrollIntoView(),
  };

  for (const kind in effects) defined[kind] ??= effects[kind];
}
