/**
 * `@optimistic` and `dj-optimistic`: what an event will probably change is shown at once, and until its answer. It is
 * never there while patches are applied, so the server's page shows in its place, whatever the answer is.
 */

import { setAttribute, textIn, withAttribute } from "../marks.js";

/** @typedef {import("../types.js").Call} Call */

const TOGGLES = ["aria-pressed", "aria-checked", "aria-expanded", "aria-selected"];

/**
 * The nearest element that a selector names: inside `element`, else inside its ancestors, one after the other, or one
 * of these.
 *
 * @param {Element} element
 * @param {string | undefined} selector
 * @param {Element} root
 */
function nearest(element, selector, root) {
  if (!selector) return element;
  for (let outer = element; root.contains(outer); outer = /** @type {Element} */ (outer.parentElement)) {
    const found = outer.matches(selector) ? outer : outer.querySelector(selector);
    if (found) return found;
  }
  return null;
}

/**
 * A number and a step as a number that is written alike: `1,999` and 1 as `2,000`.
 *
 * @param {string} digits
 * @param {number} step
 */
function count(digits, step) {
  const separator = /[^\d-]/.exec(digits)?.[0];
  const sum = String(Number(digits.replace(/[^\d-]/g, "")) + step);
  return separator ? sum.replace(/\B(?=(\d{3})+$)/g, separator) : sum;
}

/** @type {Record<string, (element: Element, value: string) => (() => void) | undefined>} each gives back how to undo it */
const changes = {
  /** `text:+1` counts the first number up or down; any other text takes the place of the first piece of text. */
  text(element, value) {
    const step = /^[+-]\d+$/.test(value);
    const number = /-?\d+(?:[.,'\u00a0\u202f]\d{3})*/;
    const text = textIn(element, step ? number : /\S/);
    if (!text) return undefined;
    const before = text.data;
    text.data = step ? before.replace(number, (digits) => count(digits, Number(value))) : value;
    return () => {
      text.data = before;
    };
  },
  /** `class:liked` adds the class, or removes it where it is. */
  class: (element, value) => withAttribute(element, "class", () => element.classList.toggle(value)),
  /** `toggle:aria-pressed` turns true into false and back; `toggle:hidden` sets the attribute or takes it away. */
  toggle(element, name) {
    const before = element.getAttribute(name);
    if (name.startsWith("aria-")) return setAttribute(element, name, String(before !== "true"));
    return setAttribute(element, name, before === null ? "" : null);
  },
  /** `hide` takes the element from view. */
  hide: (element) => setAttribute(element, "hidden", ""),
};

/** @param {import("../types.js").Page} page */
export function start({ root, config, sent, answered, around, undo }) {
  /** Events on their way. @type {Set<Call>} */
  const pending = new Set();

  /** @param {Call} call */
  const show = ({ element, handler }) => {
    if (!element || !root.contains(element)) return;
    const hints = element.getAttribute("dj-optimistic");
    const decorated = config.handlers?.[handler]?.optimistic;
    if (hints === null && !decorated) return;
    undo.push(setAttribute(element, "data-djust-optimistic", ""));
    if (hints === null) {
      for (const name of TOGGLES) if (element.hasAttribute(name)) undo.push(/** @type {any} */ (changes.toggle(element, name)));
    }
    for (const hint of hints?.split(";") ?? []) {
      const [, kind, value, selector] = /^\s*(\w+)(?::(.*?))?(?:\s+@\s*(.+?))?\s*$/.exec(hint) ?? [];
      const target = kind && nearest(element, selector, root);
      if (!target) continue;
      if (!changes[kind]) console.error(`dj-optimistic: ${kind} is not known`);
      else undo.push(changes[kind](target, value ?? "") ?? (() => {}));
    }
  };

  const on = () => pending.forEach(show);

  sent.push((call) => {
    pending.add(call);
    show(call);
  });

  answered.push((call, failure) => {
    pending.delete(call);
    const { source, handler } = call;
    if (!failure || !config.handlers?.[handler]?.optimistic) return;
    if ([...pending].some((other) => other.source === source)) return;
    // what the browser itself shows at once is the state of a control: it goes back to what the server has
    const { type, form, name } = /** @type {HTMLInputElement} */ (source);
    const group = type === "radio" ? [...root.querySelectorAll("input")].filter((other) => other.type === type && other.form === form && other.name === name) : [source];
    for (const control of /** @type {any[]} */ (group)) {
      if (/^(checkbox|radio)$/.test(control.type)) control.checked = control.defaultChecked;
      for (const option of control.localName === "select" ? control.options : []) option.selected = option.defaultSelected;
    }
  });

  around.push(() => on);
}
