/**
 * `dj-loading.*`: what an element looks like while an event is on its way. It is put on when the event is sent, taken
 * off exactly when the answer comes, and is never there while patches are applied.
 */

import { withAttribute } from "../marks.js";

/** @typedef {import("../types.js").Call} Call */

const KINDS = ["disable", "show", "hide", "class"].map((kind) => "dj-loading." + kind);
const SELECTOR = KINDS.map((name) => `[${name.replace(".", "\\.")}]`).join();
const OWN = /^dj-(click|input|change|submit|keydown|keyup|focus|blur|model|patch|navigate)(\.|$)/;

/**
 * Puts on what the attributes of `element` say, and returns how to take it off.
 *
 * @param {any} element
 */
function mark(element) {
  /** @type {(() => void)[]} */
  const offs = [];
  const [disable, show, hide, names] = KINDS.map((name) => element.getAttribute(name));
  const { style } = element;
  if (disable !== null) {
    // what cannot be disabled is made inert
    const name = "disabled" in element ? "disabled" : "inert";
    if (document.activeElement === element) {
      offs.push(() => {
        if (document.activeElement === document.body) element.focus({ preventScroll: true });
      });
    }
    offs.push(withAttribute(element, name, () => element.setAttribute(name, "")));
  }
  if (show !== null) {
    offs.push(withAttribute(element, "hidden", () => element.removeAttribute("hidden")));
    offs.push(
      withAttribute(element, "style", () => {
        // even an empty value would leave an attribute behind
        if (show || style.display) style.setProperty("display", show);
        // hidden by a style sheet
        if (!show && getComputedStyle(element).display === "none") style.setProperty("display", "revert", "important");
      }),
    );
  }
  if (hide !== null) offs.push(withAttribute(element, "style", () => style.setProperty("display", "none", "important")));
  if (names) {
    offs.push(withAttribute(element, "class", () => element.classList.add(...names.split(/\s+/).filter(Boolean))));
  }
  return () => {
    for (const off of offs.reverse()) off();
  };
}

/**
 * Does `element` follow the event? One that fires events itself follows its own, one inside a form that sends when it
 * is submitted follows that, any other follows every event; `dj-loading.for` names handlers instead.
 *
 * @param {Element} element
 * @param {Call} call
 */
function follows(element, call) {
  const names = element.getAttribute("dj-loading.for");
  if (names !== null) return names.split(/\s+/).includes(call.handler);
  if (element.getAttributeNames().some((name) => OWN.test(name))) return call.element === element;
  const form = element.closest("form[dj-submit]");
  return !form || call.element === form;
}

/** @param {import("../types.js").Page} page */
export function start({ root, sent, answered, around, undo }) {
  /** What follows each event on its way. @type {Map<Call, Element[]>} */
  const following = new Map();
  /** @type {Set<Element>} */
  const marked = new Set();

  const on = () => {
    for (const element of [...following.values()].flat()) {
      if (marked.has(element) || !root.contains(element)) continue;
      const off = mark(element);
      marked.add(element);
      undo.push(() => {
        marked.delete(element);
        off();
      });
    }
  };

  sent.push((call) => {
    following.set(call, [...root.querySelectorAll(SELECTOR)].filter((element) => follows(element, call)));
    on();
  });
  answered.push((call) => following.delete(call));
  around.push(() => on);
}
