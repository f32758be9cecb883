/** Side effects that come with a frame, in the frame's order, after its patches. */

/**
 * Tells the page about something as a DOM event that bubbles from the root.
 *
 * @param {Element} root
 * @param {string} name
 * @param {unknown} [detail]
 */
export const notify = (root, name, detail) =>
  root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

/** @param {string} selector */
const select = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector));

/** @type {Record<string, (root: Element, ...args: any[]) => void>} */
const kinds = {
  title(_root, title) {
    document.title = title;
  },
  url(_root, url, how) {
    history[how === "push" ? "pushState" : "replaceState"](null, "", url);
  },
  redirect(_root, url) {
    if (/^https?:/.test(new URL(url, document.baseURI).href)) location.assign(url);
  },
  flash: (root, level, text) => notify(root, "djust:flash", { level, text }),
  push: notify,
  focus: (_root, selector) => select(selector)?.focus(),
  scroll: (_root, selector) => select(selector)?.scrollIntoView(),
};

/**
 * Runs every effect; one that fails is reported and does not stop the others.
 *
 * @param {Element} root
 * @param {[kind: string, ...args: any[]][]} effects
 */
export function runEffects(root, effects) {
  for (const [kind, ...args] of effects) {
    try {
      kinds[kind](root, ...args);
    } catch (error) {
      console.error(error);
    }
  }
}
