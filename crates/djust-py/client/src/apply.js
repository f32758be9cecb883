/**
 * Applies patch operations to the live root. An operation that does not fit the page throws: then the
 * page and the server disagree, and nothing may be patched before both number the nodes afresh. Operations that
 * few pages need are in parts.
 */

import {
  INSERT_HTML,
  LENGTHS,
  REMOVE,
  REMOVE_ATTRIBUTE,
  REPLACE_CHILDREN,
  SET_ATTRIBUTE,
  SET_TAIL,
  SET_TEXT,
} from "./constants.js";
import { isNumbered } from "./ids.js";
import { parse, parseTag, setAttribute } from "./markup.js";

/**
 * @param {Element} root the live root
 * @param {import("./ids.js").Ids} ids
 * @param {(element: Element, name: string) => void} changed called after the content attribute `name`, or
 *   the text ("") of an element changed
 */
export function createApplier(root, ids, changed) {
  /** @param {unknown} fits */
  const expect = (fits) => {
    if (!fits) throw Error("does not fit");
  };

  /** @param {number} id @returns {any} */
  const find = (id) => {
    const node = ids.get(id);
    expect(node && root.contains(node));
    return node;
  };

  /** @param {number} id @returns {ChildNode} a node below the root, whose number is 0 */
  const findBelow = (id) => find(id || -1);

  /**
   * The first node at or after `node` that is not text: a numbered one, or null.
   *
   * @param {ChildNode | null} node
   */
  const skipText = (node) => {
    while (node && !isNumbered(node)) node = node.nextSibling;
    expect(!node || ids.has(node));
    return node;
  };

  /**
   * Where a child of `parent` goes that stands after the node `after` and its tail.
   *
   * @param {Element} parent
   * @param {number} after
   */
  const position = (parent, after) => {
    if (!after) return skipText(parent.firstChild);
    const node = find(after);
    expect(node.parentNode === parent);
    return skipText(node.nextSibling);
  };

  /**
   * Makes the run of text that starts at `first` one text node, or none.
   *
   * @param {any} parent
   * @param {ChildNode | null} first
   * @param {string} text
   */
  const setRun = (parent, first, text) => {
    const end = skipText(first);
    /** @type {any} */
    let node = first;
    if (!text) {
      // an empty run has no node
    } else if (node !== end) {
      // A selection in a text that is what it was stays.
      if (node.data !== text) node.data = text;
      node = node.nextSibling;
    } else if (end) {
      end.before(text);
    } else {
      parent.append(text);
    }
    while (node !== end) {
      const next = node.nextSibling;
      node.remove();
      node = next;
    }
  };

  /**
   * Moves the children of `holder` into `parent` and numbers them. The numbers come first: a custom
   * element may change its children when it is connected.
   *
   * @param {Node} parent
   * @param {Node | null} before
   * @param {number} base
   * @param {Node} holder
   */
  const insert = (parent, before, base, holder) => {
    for (const node of holder.childNodes) if (isNumbered(node)) base = ids.add(node, base);
    while (holder.firstChild) parent.insertBefore(holder.firstChild, before);
  };

  /** What to do when the operations at hand are applied. @type {(() => void)[]} */
  const ends = [];

  /** @type {((next: () => any) => void)[]} by the number of the operation; `next` gives the next argument */
  const kinds = [];

  kinds[SET_TEXT] = (next) => {
    const node = find(next());
    const text = next();
    if (node.nodeType === 1) {
      setRun(node, node.firstChild, text);
      changed(node, "");
    } else {
      node.data = text;
    }
  };

  kinds[SET_TAIL] = (next) => {
    const node = findBelow(next());
    setRun(/** @type {Node} */ (node.parentNode), node.nextSibling, next());
  };

  kinds[SET_ATTRIBUTE] = (next) => {
    const element = find(next());
    const name = next();
    setAttribute(element, name, next());
    changed(element, name);
  };

  kinds[REMOVE_ATTRIBUTE] = (next) => {
    const element = find(next());
    const name = next();
    element.removeAttribute(name);
    changed(element, name);
  };

  kinds[INSERT_HTML] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    insert(parent, before, next(), parse(parent, next()));
  };

  kinds[REMOVE] = (next) => {
    /** @type {ChildNode | null} */
    let node = findBelow(next());
    for (let count = next(); count--; ) {
      expect(node);
      const first = /** @type {ChildNode} */ (node);
      const end = skipText(first.nextSibling);
      while (first.nextSibling !== end) /** @type {ChildNode} */ (first.nextSibling).remove();
      ids.forget(first);
      first.remove();
      node = end;
    }
  };

  kinds[REPLACE_CHILDREN] = (next) => {
    const element = find(next());
    const base = next();
    const holder = parse(element, next());
    for (const node of element.childNodes) ids.forget(node);
    element.replaceChildren();
    insert(element, null, base, holder);
    changed(element, "");
  };

  return {
    /** Applies a list of operations; throws when one does not fit. @param {any[]} operations */
    apply(operations) {
      let i = 0;
      const next = () => operations[i++];
      try {
        while (i < operations.length) kinds[next()](next);
      } finally {
        for (const end of ends.splice(0)) end();
      }
    },
    /**
     * Calls `missing` with each kind of operation in the list that is not defined, as the word of a part.
     *
     * @param {any[]} operations
     * @param {(word: string) => void} missing
     */
    check(operations, missing) {
      for (let i = 0; i < operations.length; i += LENGTHS[operations[i]]) {
        if (!kinds[operations[i]]) missing("operation-" + operations[i]);
      }
    },
    kinds,
    ends,
    changed,
    parse,
    expect,
    find,
    skipText,
    position,
    insert,
    parseTag,
    setAttribute,
  };
}

/** @typedef {ReturnType<typeof createApplier>} Applier */
