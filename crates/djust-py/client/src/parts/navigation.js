/**
 * The address of the page and its state in step: `dj-patch`, `dj-navigate`, the browser's back and forward, and
 * what the server says of the address.
 *
 * The address changes when the user asks for it, and the state follows with the answer. So back and forward mean
 * what they mean everywhere, however late the answers come; a failing one takes the address back.
 */

import { allowedAddress, shownAddress } from "../address.js";

const PATCH = "_patch";

/** @param {import("../types.js").Page} page */
export function start(page) {
  const { root, effects } = page;

  /** The address that the page's state belongs to, and the one that it will belong to when all is answered. */
  let settled = shownAddress();
  let wanted = settled;
  let unanswered = 0;

  /** Scroll positions of history entries by their keys, and the key of the present one. */
  /** @type {Record<string, [number, number]>} */
  const positions = {};
  let entry = history.state?.djust;
  /** What to scroll to when the page is up to date. @type {(() => void) | undefined} */
  let arrive;

  const newKey = () => Math.random().toString(36).slice(2);

  const keepPosition = () => {
    positions[entry] = [scrollX, scrollY];
  };

  /** @param {string} url @param {boolean} push */
  const setAddress = (url, push) => {
    // the browser would scroll before the content is there
    history.scrollRestoration = "manual";
    if (push) {
      if (!entry) history.replaceState({ ...history.state, djust: (entry = newKey()) }, "");
      keepPosition();
      entry = newKey();
    }
    history[push ? "pushState" : "replaceState"](push ? { djust: entry } : history.state, "", url);
    wanted = shownAddress();
  };

  /** Asks the server for the state of the address shown. @param {Element} source */
  const follow = (source) => {
    wanted = shownAddress();
    unanswered++;
    const before = page.pending();
    page.send({ handler: PATCH, params: { url: wanted }, source });
    // refused: a page load does it
    if (page.pending() === before) location.reload();
  };

  page.answered.push(({ handler, params }, failure) => {
    if (handler !== PATCH) return;
    unanswered--;
    if (!failure) settled = /** @type {string} */ (params.url);
    if (unanswered) return;
    if (failure) {
      history.replaceState(history.state, "", settled);
      wanted = settled;
    }
    const scroll = arrive;
    arrive = undefined;
    // the patches of the answer come first
    if (scroll) queueMicrotask(scroll);
  });

  effects.url = (url, how) => {
    // the user has gone on since: the answer to that says where the page is
    if (unanswered) return;
    setAddress(url, how === "push");
    settled = wanted;
  };

  effects.navigate = (url, how) => {
    if (allowedAddress(url, location.href)) location[how === "push" ? "assign" : "replace"](url);
  };

  document.addEventListener("click", (/** @type {any} */ event) => {
    const link = event.target.closest?.("[dj-patch],[dj-navigate]");
    if (!link || event.defaultPrevented || event.button || page.busy() || link.matches(":disabled")) return;
    // with one of these a link opens elsewhere
    const { ctrlKey, metaKey, shiftKey, altKey } = event;
    if (link.href && (ctrlKey || metaKey || shiftKey || altKey)) return;
    if ((link.target && link.target !== "_self") || link.hasAttribute("download")) return;
    const patch = link.getAttribute("dj-patch");
    const url = (patch ?? link.getAttribute("dj-navigate")) || link.getAttribute("href") || "";
    event.preventDefault();
    const target = allowedAddress(url, document.baseURI);
    const question = link.getAttribute("dj-confirm");
    if (!target || (question && !confirm(question))) return;
    if (patch === null || document.documentElement.dataset.djustStatus === "failed") {
      effects.navigate(target.href, "push");
      return;
    }
    setAddress(target.href, target.href !== location.href);
    arrive = target.hash ? () => document.getElementById(target.hash.slice(1))?.scrollIntoView() : undefined;
    follow(link);
  });

  addEventListener("popstate", ({ state }) => {
    keepPosition();
    entry = state?.djust;
    const position = positions[entry];
    const scroll = position && (() => scrollTo(...position));
    if (shownAddress() === wanted) {
      // another place on the page
      scroll?.();
    } else {
      arrive = scroll;
      follow(root);
    }
  });

  // a reload, or a return from another document, is the browser's to scroll
  addEventListener("pagehide", () => {
    history.scrollRestoration = "auto";
  });
}
