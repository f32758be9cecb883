/** Side effects that come with a frame. A kind that another part has defined stays as it is. */

/** @param {string} selector */
const select = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector));

/** @param {import("../types.js").Page} page */
export function start({ notify, effects: defined }) {
  /** @type {import("../types.js").Hooks["effects"]} */
  const effects = {
    title(title) {
      document.title = title;
    },
    url(url, how) {
      history[how === "push" ? "pushState" : "replaceState"](null, "", url);
    },
    redirect(url) {
      if (/^https?:/.test(new URL(url, document.baseURI).href)) location.assign(url);
    },
    flash: (level, text) => notify("djust:flash", { level, text }),
    push: notify,
    focus: (selector) => select(selector)?.focus(),
    scroll: (selector) => select(selector)?.scrollIntoView(),
  };

  for (const kind in effects) defined[kind] ??= effects[kind];
}
