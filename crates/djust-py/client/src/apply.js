/**
 * Applies patch operations to the live root. An operation that does not fit the page throws: then the
 * page and the server disagree, and nothing may be patched before both number the nodes afresh.
 */

import {
  INSERT_HTML,
  INSERT_TREE,
  MOVE,
  REMOVE,
  REMOVE_ATTRIBUTE,
  REPLACE_CHILDREN,
  SET_ATTRIBUTE,
  SET_TAIL,
  SET_TEXT,
} from "./constants.js";
import { isNumbered } from "./ids.js";
import { keep } from "./keep.js";
import { createElement, parse, setAttribute } from "./markup.js";

/**
 * A node of operation 8: `[name, namespace, attributes, text, children, tail, content?]` or
 * `["#comment", data, tail]`.
 *
 * @typedef {[string, number, string[], string, any[], string, any[]?] | [string, string, string]} TreeNode
 */

/**
 * @param {Element} root the live root
 * @param {import("./ids.js").Ids} ids
 * @param {(element: Element, name: string) => void} changed called after the content attribute `name`, or
 *   the text ("") of an element changed
 * @returns {(operations: any[]) => void} throws when an operation does not fit
 */
export function createApplier(root, ids, changed) {
  /** @param {unknown} fits */
  const expect = (fits) => {
    if (!fits) throw Error("patch does not fit");
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
      node.data = text;
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

  /**
   * Builds the nodes of operation 8 as children of `parent`.
   *
   * @param {DocumentFragment | Element} parent
   * @param {TreeNode[]} nodes
   */
  const build = (parent, nodes) => {
    for (const node of nodes) {
      if (node.length === 3) {
        parent.append(new Comment(node[1]));
      } else {
        const [name, namespace, attributes, text, children, , content] = node;
        const element = createElement(name, namespace);
        for (let i = 0; i < attributes.length; i += 2) setAttribute(element, attributes[i], attributes[i + 1]);
        const inside = content ? /** @type {HTMLTemplateElement} */ (element).content : element;
        if (text) inside.append(text);
        build(inside, content ?? children);
        parent.append(element);
      }
      const tail = node.length === 3 ? node[2] : node[5];
      if (tail) parent.append(tail);
    }
  };

  /** @type {(() => void) | undefined} */
  let restore;

  /** @type {((next: () => any) => void)[]} the nine operations; `next` gives the next argument */
  const apply = [];

  apply[SET_TEXT] = (next) => {
    const node = find(next());
    const text = next();
    if (node.nodeType === 1) {
      setRun(node, node.firstChild, text);
      changed(node, "");
    } else {
      node.data = text;
    }
  };

  apply[SET_TAIL] = (next) => {
    const node = findBelow(next());
    setRun(/** @type {Node} */ (node.parentNode), node.nextSibling, next());
  };

  apply[SET_ATTRIBUTE] = (next) => {
    const element = find(next());
    const name = next();
    setAttribute(element, name, next());
    changed(element, name);
  };

  apply[REMOVE_ATTRIBUTE] = (next) => {
    const element = find(next());
    const name = next();
    element.removeAttribute(name);
    changed(element, name);
  };

  apply[INSERT_HTML] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    insert(parent, before, next(), parse(parent, next()));
  };

  apply[REMOVE] = (next) => {
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

  apply[MOVE] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    /** @type {ChildNode | null} */
    let node = find(next());
    expect(node?.parentNode === parent);
    if (node === before) return;
    const end = skipText(/** @type {ChildNode} */ (node).nextSibling);
    restore ??= keep(root);
    // moveBefore keeps focus, scroll, animations and loaded frames, but moves connected nodes only
    const how = parent.moveBefore && root.isConnected ? "moveBefore" : "insertBefore";
    while (node && node !== end) {
      const following = /** @type {ChildNode | null} */ (node.nextSibling);
      parent[how](node, before);
      node = following;
    }
  };

  apply[REPLACE_CHILDREN] = (next) => {
    const element = find(next());
    const base = next();
    const holder = parse(element, next());
    for (const node of element.childNodes) ids.forget(node);
    element.replaceChildren();
    insert(element, null, base, holder);
    changed(element, "");
  };

  apply[INSERT_TREE] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    const base = next();
    const holder = new DocumentFragment();
    build(holder, next());
    insert(parent, before, base, holder);
  };

  return (operations) => {
    let i = 0;
    const next = () => operations[i++];
    restore = undefined;
    try {
      while (i < operations.length) apply[next()](next);
    } finally {
      /** @type {any} */ (restore)?.();
    }
  };
}
