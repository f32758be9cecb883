/** Small changes of the page that parts take back: none adds or removes a node that has a number. */

/** @param {Element} element @param {string} name @param {string | null} value */
function put(element, name, value) {
  // Chromium leaves an empty style behind when nobody has read it
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * Lets `change` change an attribute and returns what gives it back as it was, to the letter.
 *
 * @param {Element} element
 * @param {string} name
 * @param {() => void} change
 */
export function withAttribute(element, name, change) {
  const before = element.getAttribute(name);
  change();
  return () => put(element, name, before);
}

/** @param {Element} element @param {string} name @param {string | null} value */
export const setAttribute = (element, name, value) => withAttribute(element, name, () => put(element, name, value));

/**
 * The first piece of text in `element` that `fits`, else the first of all.
 *
 * @param {Node} element
 * @param {RegExp} fits
 */
export function textIn(element, fits) {
  const walker = document.createTreeWalker(element, 4);
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  return texts.find((text) => fits.test(text.data)) ?? texts[0];
}
