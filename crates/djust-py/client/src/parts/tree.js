/** The operation that inserts nodes which no parser makes of any markup. */

import { INSERT_TREE } from "../constants.js";
import { NAMESPACES } from "../namespaces.js";

/**
 * `[name, namespace, attributes, text, children, tail, content?]` or `["#comment", data, tail]`.
 *
 * @typedef {[string, number, string[], string, any[], string, any[]?] | [string, string, string]} TreeNode
 */

/** @param {import("../types.js").Page} page */
export function start({ applier: { kinds, find, position, insert, parseTag, setAttribute } }) {
  /**
   * Creates an element. The parser does it where the DOM refuses the name, and for scripts, which it marks
   * as already started.
   *
   * @param {string} name
   * @param {number} namespace 0 HTML, 1 SVG, 2 MathML
   */
  const createElement = (name, namespace) => {
    try {
      if (name !== "script") return document.createElementNS(NAMESPACES[namespace], name);
    } catch {
      // the parser accepts more names than the DOM does
    }
    return parseTag(namespace, name);
  };

  /**
   * Builds nodes as children of `parent`.
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

  kinds[INSERT_TREE] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    const base = next();
    const holder = new DocumentFragment();
    build(holder, next());
    insert(parent, before, base, holder);
  };
}
