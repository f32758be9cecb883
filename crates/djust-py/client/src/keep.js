/**
 * Keeps what moving nodes can lose: the selection everywhere, and focus and scroll in a browser without
 * `moveBefore`.
 */

/**
 * The selection inside a text control, or nothing for other elements.
 *
 * @param {any} element
 * @returns {[start: number, end: number, direction: any] | undefined}
 */
export const caretOf = (element) =>
  element?.selectionStart == null
    ? undefined
    : [element.selectionStart, element.selectionEnd, element.selectionDirection];

/**
 * Notes what a move below `root` could lose and returns a function that restores it.
 *
 * @param {Element} root
 */
export function keep(root) {
  const active = /** @type {HTMLInputElement | null} */ (document.activeElement);
  const caret = caretOf(active);
  const selection = /** @type {Selection} */ (getSelection());
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const elements = "moveBefore" in Element.prototype ? [] : root.querySelectorAll("*");
  const scrolls = Array.from(elements)
    .map((element) => /** @type {const} */ ([element, element.scrollLeft, element.scrollTop]))
    .filter(([, left, top]) => left || top);
  return () => {
    if (active && active !== document.activeElement) {
      active.focus({ preventScroll: true });
      if (caret) active.setSelectionRange(...caret);
    }
    if (!caret && anchorNode) {
      selection.setBaseAndExtent(anchorNode, anchorOffset, /** @type {Node} */ (focusNode), focusOffset);
    }
    for (const [element, left, top] of scrolls) element.scrollTo(left, top);
  };
}
