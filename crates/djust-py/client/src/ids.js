/**
 * Numbers of nodes: both sides count elements and comments in document order, so that a patch names a
 * node by one integer and the HTML carries no ids.
 */

import { HTML_NAMESPACE } from "./namespaces.js";

/**
 * Is it a node with a number? Text has none. Browsers make a processing instruction of `<?x ?>` where
 * others make a comment; here both are comments.
 *
 * @param {Node} node
 */
export const isNumbered = (node) => node.nodeType !== 3;

/**
 * Is the subtree outside the numbering? True for `<template>` and for an element that does not become what is
 * rendered there: `dj-update` is `ignore`, `append` or `prepend`.
 */
const isLeaf = (/** @type {any} */ node) =>
  (node.localName === "template" && node.namespaceURI === HTML_NAMESPACE) ||
  /^(ignore|append|prepend)$/.test(node.getAttribute?.("dj-update"));

/**
 * Visits `top` and its numbered descendants in document order.
 *
 * @param {Node} top
 * @param {(node: Node) => void} visit
 */
export function walk(top, visit) {
  /** @type {Node | null} */
  let node = top;
  while (node) {
    if (isNumbered(node)) visit(node);
    /** @type {Node | null} */
    let next = isLeaf(node) ? null : node.firstChild;
    while (!next && node && node !== top) {
      next = node.nextSibling;
      if (!next) node = node.parentNode;
    }
    node = next;
  }
}

const PRIME = 0x01000193;

/** The 32-bit FNV-1a hashes of the names that were met: a page has few. @type {Map<string, number>} */
const hashes = new Map();

/** @param {string} name */
function hashOf(name) {
  let hash = hashes.get(name);
  if (hash === undefined) {
    hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, PRIME);
    hashes.set(name, hash);
  }
  return hash;
}

/**
 * Count and checksum of the numbered nodes from `top` on: for each the sum so far times a prime, plus the hash of the
 * local name (a comment counts as `#comment`). The outline says what these do not: the name and
 * the parent of every node below `top`; two equal outlines are the same tree under the same numbers.
 *
 * @param {Node} top
 * @returns {[count: number, sum: number, outline: string]}
 */
export function measure(top) {
  /** @type {Map<Node | null, number>} */
  const order = new Map();
  let outline = "";
  let sum = 0;
  walk(top, (node) => {
    const name = /** @type {Element} */ (node).localName ?? "#comment";
    sum = (Math.imul(sum, PRIME) + hashOf(name)) | 0;
    if (node !== top) outline += order.get(node.parentNode) + name + "\0";
    order.set(node, order.size);
  });
  return [order.size, sum >>> 0, outline];
}

/** Where a node keeps its number: a symbol, which neither markup nor scripts can take. */
const ID = Symbol();

/**
 * The map between numbers and the nodes of one live root.
 *
 * @param {Element} root
 */
export function createIds(root) {
  /** @type {Map<number, Node>} */
  const nodes = new Map();

  /** @param {Node} node @returns {number} */
  const numberOf = (node) => /** @type {any} */ (node)[ID];

  /**
   * Numbers `top` and its descendants from `base` on and returns the next free number.
   *
   * @param {Node} top
   * @param {number} base
   */
  const add = (top, base) => {
    walk(top, (node) => {
      nodes.set(base, node);
      /** @type {any} */ (node)[ID] = base++;
    });
    return base;
  };

  /** Numbers the whole root afresh. */
  const renumber = () => {
    nodes.clear();
    add(root, 0);
  };

  renumber();

  return {
    add,
    renumber,
    /** @param {number} id */
    get: (id) => nodes.get(id),
    /** Has the server numbered this node? @param {Node} node */
    has: (node) => nodes.get(numberOf(node)) === node,
    /** Forgets `top` and its descendants. @param {Node} top */
    forget: (top) => walk(top, (node) => nodes.delete(numberOf(node))),
  };
}

/** @typedef {ReturnType<typeof createIds>} Ids */
