/**
 * Markup from the server to nodes, exactly as the browser's parser makes them in place, and attributes
 * under any name that the parser accepts. Nothing made here runs a script.
 */

import { HTML_NAMESPACE, NAMESPACES } from "./namespaces.js";

/** @typedef {{ createHTML(text: string): string, createScript(text: string): string, createScriptURL(text: string): string }} Policy */
/** @typedef {{ createPolicy(name: string, rules: Policy): Policy, getAttributeType(tag: string, attribute: string, namespace: string | null): string | null }} PolicyFactory */

/** @param {string} text */
const same = (text) => text;

/** @type {Policy} */
const rules = { createHTML: same, createScript: same, createScriptURL: same };

/** @type {Policy | undefined} */
let policy;

/** The browser's Trusted Types, where it has them. */
const factory = /** @type {{ trustedTypes?: PolicyFactory }} */ (globalThis).trustedTypes;

/** The Trusted Types policy "djust", created at first use; where there is none, the rules alone. */
function trusted() {
  if (!policy) {
    policy = rules;
    try {
      policy = factory?.createPolicy("djust", rules) ?? rules;
    } catch {
      // the page's policy forbids ours, and the browser has reported it
    }
  }
  return policy;
}

/**
 * Parses `html` as the children of `context` and returns an element that holds them.
 *
 * The holder is an element of the same name and namespace in the same document: so quirks mode, table
 * parts, foreign content and `noscript` come out as in the page. A custom element or an unusual name
 * parses as `div` does, and creating one would run its constructor.
 *
 * @param {Element} context
 * @param {string} html
 */
export function parse(context, html) {
  const { localName } = context;
  const holder =
    context.namespaceURI === HTML_NAMESPACE
      ? document.createElement(/^[a-z0-9]+$/.test(localName) ? localName : "div")
      : /** @type {Element} */ (context.cloneNode());
  if (context.closest("form") && localName !== "form") {
    document.createElement("form").append(holder);
  }
  // taking an option out of a single select would select another one
  /** @type {any} */ (holder).multiple = true;
  holder.innerHTML = trusted().createHTML(html);
  return holder;
}

/**
 * One element made by the parser.
 *
 * @param {number} namespace 0 HTML, 1 SVG, 2 MathML
 * @param {string} tag what stands between `<` and `>`
 */
export function parseTag(namespace, tag) {
  const holder = parse(document.createElementNS(NAMESPACES[namespace], ["div", "svg", "math"][namespace]), `<${tag}>`);
  return /** @type {Element} */ (holder.firstChild);
}

/**
 * Sets an attribute by its serialised name.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  const namespace = NAMESPACES.indexOf(element.namespaceURI ?? "");
  const type = factory?.getAttributeType(element.localName, name, element.namespaceURI);
  if (type) value = trusted()[/** @type {keyof Policy} */ (type.replace("Trusted", "create"))](value);
  try {
    if (!namespace || !/^x(link|ml)/.test(name)) return element.setAttribute(name, value);
  } catch {
    // the parser accepts more names than the DOM does
  }
  const attribute = /** @type {Attr} */ (parseTag(namespace, "x " + name).attributes[0].cloneNode());
  attribute.value = value;
  element.setAttributeNode(attribute);
}
