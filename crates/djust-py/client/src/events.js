/**
 * Delegated events: one listener per DOM event on the document reads the `dj-*` attributes when the
 * event happens, so nothing is scanned or bound after a patch.
 */

/**
 * @typedef {object} Target where events go
 * @property {(call: import("./types.js").Call) => void} send
 * @property {(control: Element) => void} edited the user changed a control
 * @property {(control: Element | null) => void} composing composition began in a control, or ended
 * @property {() => boolean} busy a patch is being applied: DOM events are not the user's
 */

/**
 * The value of a control: a boolean for a checkbox, a list for a multiple select, else the string.
 *
 * @param {any} control
 */
function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.multiple && control.selectedOptions) {
    return Array.from(control.selectedOptions, (option) => option.value);
  }
  return control.value;
}

/**
 * `data-item-id="3"` → `{ item_id: "3" }`.
 *
 * @param {Element} element
 */
function dataOf(element) {
  /** @type {Record<string, unknown>} */
  const params = {};
  for (const name of element.getAttributeNames()) {
    if (name.startsWith("data-")) params[name.slice(5).replaceAll("-", "_")] = element.getAttribute(name);
  }
  return params;
}

/**
 * The pairs that a native submission of `form` would send, in its order. A file gives its name.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
const fieldsOf = (form, submitter) =>
  Array.from(new FormData(form, submitter), ([name, value]) => [
    name,
    /** @type {string} */ (/** @type {File} */ (value).name ?? value).replace(/\r\n?|\n/g, "\r\n"),
  ]);

/**
 * Listens on the document for everything that the `dj-*` attributes below `root` name.
 *
 * @param {Element} root
 * @param {Target} target
 */
export function listen(root, target) {
  /**
   * @param {any} event
   * @param {Element} element the one with the attribute
   * @param {string} handler
   */
  const fire = (event, element, handler) => {
    const { type, key, submitter, target: control } = event;
    const click = type === "click";
    const submit = type === "submit";
    if (element.matches(":disabled")) return;
    if (submit || (click && element.matches("a[href],button:not([type])"))) event.preventDefault();
    const question = element.getAttribute("dj-confirm") ?? submitter?.getAttribute("dj-confirm");
    if (question && !confirm(question)) return;
    const params = dataOf(element);
    if (!submit && !click) {
      params.value = valueOf(control);
      if (control.name) params._target = control.name;
      if (key) params.key = key;
    }
    const fields = submit && fieldsOf(control, submitter);
    target.send({ handler, params, source: control, fields, element, type });
  };

  /** @param {any} event */
  const handle = (event) => {
    const { type, key } = event;
    if (target.busy() || event.defaultPrevented || event.isComposing) return;
    const attribute = "dj-" + type.replace("focusin", "focus").replace("focusout", "blur");
    for (let element = event.target; root.contains(element); element = element.parentElement) {
      const handlers = [attribute, key && `${attribute}.${key === " " ? "space" : key.toLowerCase()}`]
        .map((name) => element.getAttribute(name))
        .filter(Boolean);
      // with one of these keys a link opens elsewhere
      if (type === "click" && element.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      for (const handler of handlers) fire(event, element, handler);
      if (handlers[0]) return;
    }
  };

  /**
   * Listens before the page's own listeners, which may stop the event.
   *
   * @param {string} type
   * @param {(control: any) => void} react
   */
  const watch = (type, react) =>
    document.addEventListener(type, ({ target: control }) => root.contains(/** @type {Node} */ (control)) && react(control), true);

  for (const type of ["click", "input", "change", "submit", "keydown", "keyup", "focusin", "focusout"]) {
    document.addEventListener(type, handle);
  }
  // a box or button has its new state when it is clicked, and its input event comes after dj-click was sent
  const isToggle = (/** @type {any} */ control) => /box|radio/.test(control.type);
  watch("click", (control) => isToggle(control) && target.edited(control));
  watch("input", (control) => isToggle(control) || target.edited(control));
  watch("compositionstart", target.composing);
  watch("compositionend", (control) => {
    // the input events during composition were passed over
    handle({ type: "input", target: control });
    target.composing(null);
  });
  watch("focusout", () => target.composing(null));
}
