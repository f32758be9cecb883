/** The operation that adds to what an element holds: `dj-update="append"` and `"prepend"`. */

import { MERGE } from "../constants.js";

/** @param {any} node */
const keyOf = (node) =>
  node.nodeType === 1 ? node.getAttribute("dj-key") || node.getAttribute("data-key") || node.id : "";

/** @param {import("../types.js").Page} page */
export function start({ applier: { kinds, expect, find, parse, changed, setAttribute } }) {
  /** The children of each element by key, looked for once. @type {WeakMap<Element, Map<string, any>>} */
  const known = new WeakMap();

  /** @param {Element} element */
  const childrenOf = (element) => {
    let children = known.get(element);
    if (!children) {
      children = new Map();
      for (const child of element.children) {
        const key = keyOf(child);
        if (!children.has(key)) children.set(key, child);
      }
      known.set(element, children);
    }
    return children;
  };

  /**
   * Makes `old` what `fresh` is and returns the node that is in its place then: `old` itself where it can be, so
   * that what the user has in it stays.
   *
   * @param {any} old
   * @param {any} fresh
   */
  const update = (old, fresh) => {
    // templates are equal to others whatever they hold
    if (old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh) || old.localName === "template") {
      old.replaceWith(fresh);
      return fresh;
    }
    if (old.nodeType !== 1) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return old;
    }
    for (const { name } of Array.from(old.attributes)) {
      if (!fresh.hasAttribute(name)) {
        old.removeAttribute(name);
        changed(old, name);
      }
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) {
        setAttribute(old, name, value);
        changed(old, name);
      }
    }
    if (old.getAttribute("dj-update") === "ignore") return old;
    const text = old.textContent;
    let child = old.firstChild;
    for (const node of Array.from(fresh.childNodes)) {
      const next = child?.nextSibling;
      if (child) update(child, node);
      else old.append(node);
      child = next;
    }
    while (child) {
      const next = child.nextSibling;
      child.remove();
      child = next;
    }
    if (old.textContent !== text) changed(old, "");
    return old;
  };

  kinds[MERGE] = (next) => {
    const element = find(next());
    const holder = parse(element, next());
    const how = element.getAttribute("dj-update");
    expect(/^(ap|pre)pend$/.test(how));
    const children = childrenOf(element);
    const added = new DocumentFragment();
    let dropsText = false;
    for (const node of Array.from(holder.childNodes)) {
      const isText = node.nodeType === 3;
      const key = keyOf(node);
      const there = key && children.get(key);
      if (there && (there.parentNode === element || there.parentNode === added)) {
        children.set(key, update(there, node));
        dropsText = true;
      } else if (!isText || !dropsText) {
        dropsText &&= isText;
        if (key) children.set(key, node);
        added.append(node);
      }
    }
    element[how](added);
  };
}
