/**
 * `@debounce` and `@throttle`: events that wait. What waits is sent, in order, before anything else that the user
 * does, so that the server sees everything in the order in which it was done.
 */

import { DEBOUNCE, THROTTLE } from "../ranks.js";

/** @typedef {import("../types.js").Call} Call */
/** @typedef {{ call: Call, next: () => void, timer: ReturnType<typeof setTimeout> }} Waiting */

/** @param {import("../types.js").Page} page */
export function start(page) {
  const { before, root, config, leaving } = page;
  /** In the order of their latest calls. @type {Set<Waiting>} */
  const waiting = new Set();
  /** When a throttled handler may be called again for a control. @type {WeakMap<Element, Map<string, number>>} */
  const times = new WeakMap();

  /** @param {Call} call @param {string} option */
  const optionOf = (call, option) => config.handlers?.[call.handler]?.[option];

  /** @param {Waiting} entry */
  const release = (entry) => {
    if (!waiting.delete(entry)) return;
    clearTimeout(entry.timer);
    entry.next();
  };

  /** @param {(entry: Waiting) => boolean} [which] */
  const flush = (which = () => true) => {
    for (const entry of [...waiting]) if (which(entry)) release(entry);
  };

  /**
   * Waits with a call in place of an earlier one of the same handler and control.
   *
   * @param {Call} call
   * @param {() => void} next
   * @param {number} delay
   */
  const wait = (call, next, delay) => {
    for (const entry of waiting) {
      if (entry.call.handler === call.handler && entry.call.source === call.source) {
        clearTimeout(entry.timer);
        waiting.delete(entry);
      }
    }
    /** @type {Waiting} */
    const entry = { call, next, timer: setTimeout(() => release(entry), delay) };
    waiting.add(entry);
  };

  before[DEBOUNCE] = (call, next) => {
    // going on in the same control, or typing with a handler for its keys, is no other thing
    const goesOn = /^(input|key)/.test(call.type ?? "") && call.params.key !== "Enter";
    flush((entry) => entry.call.source !== call.source || (!goesOn && entry.call.handler !== call.handler));
    const delay = optionOf(call, "debounce");
    if (delay && call.type !== "submit") wait(call, next, delay);
    else next();
  };

  before[THROTTLE] = (call, next) => {
    const interval = optionOf(call, "throttle");
    if (!interval) return next();
    if (!times.has(call.source)) times.set(call.source, new Map());
    const mine = /** @type {Map<string, number>} */ (times.get(call.source));
    const rest = (mine.get(call.handler) ?? 0) - performance.now();
    const send = () => {
      mine.set(call.handler, performance.now() + interval);
      next();
    };
    if (rest > 0) wait(call, send, rest);
    else send();
  };

  // before the core hears of it
  document.addEventListener("focusout", ({ target }) => flush(({ call }) => call.source === target), true);
  document.addEventListener("submit", ({ target }) => root.contains(/** @type {Node} */ (target)) && flush(), true);
  addEventListener("visibilitychange", () => document.hidden && flush());
  leaving.push(() => flush());

  const { pending } = page;
  page.pending = () => pending() + waiting.size;
}
