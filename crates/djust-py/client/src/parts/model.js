/**
 * `dj-model`: the server learns what bound controls hold, at every change, when they are left (`.lazy`) or after
 * a pause (`.debounce-N`), and before any other event. Of one name at most one value is on its way by itself; what
 * is typed meanwhile follows as one.
 */

import { caretOf } from "../keep.js";
import { MODEL } from "../ranks.js";

const HANDLER = "_model";

/**
 * `dirty`: the server has not been sent what the control holds; `due`: nothing but an answer is waited for;
 * `flying`: values on their way.
 *
 * @typedef {{ name: string, control: any, modifiers: string[], dirty: boolean, due: boolean, flying: number, timer?: ReturnType<typeof setTimeout> }} Field
 */

/** @param {any} control @returns {[attribute: string, name: string] | undefined} */
function bindingOf(control) {
  for (const attribute of control.getAttributeNames?.() ?? []) {
    if (/^dj-model(\.|$)/.test(attribute)) return [attribute, control.getAttribute(attribute)];
  }
  return undefined;
}

/** Does the control hold what its markup says? @param {any} control */
function isUntouched(control) {
  if (control.options) {
    const options = Array.from(control.options);
    const chosen = options.some((option) => option.defaultSelected);
    // without a choice in the markup a single select shows its first option
    return options.every((option, at) => option.selected === (chosen || control.multiple ? option.defaultSelected : !at));
  }
  if (/box|radio/.test(control.type)) return control.checked === control.defaultChecked;
  return control.value === control.defaultValue;
}

/** Gives `control` what the server has. @param {any} control @param {any} value */
function setValue(control, value) {
  if (/box|radio/.test(control.type)) {
    const on = control.type === "radio" ? control.value === value : Array.isArray(value) ? value.includes(control.value) : value;
    if (control.checked !== on) control.checked = on;
  } else if (control.multiple && control.options) {
    for (const option of control.options) option.selected = value.includes(option.value);
  } else if (control.value !== value && control.type !== "file") {
    const caret = document.activeElement === control && caretOf(control);
    const atEnd = caret && caret[0] === control.value.length;
    control.value = value;
    if (caret && !atEnd) control.setSelectionRange(...caret);
  }
}

/** @param {import("../types.js").Page} page */
export function start(page) {
  const { root, config } = page;
  /** @type {Map<string, Field>} */
  const fields = new Map();

  const controls = () =>
    /** @type {any[]} */ (Array.from(root.querySelectorAll("input,select,textarea"))).filter(bindingOf);

  /** @param {Field} field */
  const valueOf = ({ name, control, modifiers }) => {
    if (control.type === "checkbox") {
      const boxes = controls().filter((box) => box.type === "checkbox" && bindingOf(box)?.[1] === name);
      if (boxes.length < 2) return control.checked;
      return boxes.filter((box) => box.checked).map((box) => box.value);
    }
    if (control.multiple && control.selectedOptions) {
      return Array.from(control.selectedOptions, (/** @type {any} */ option) => option.value);
    }
    return modifiers.includes("trim") ? control.value.trim() : control.value;
  };

  /** @param {Field} field */
  const flush = (field) => {
    clearTimeout(field.timer);
    field.due = false;
    if (!field.dirty || !field.control.isConnected) return;
    field.dirty = false;
    field.flying++;
    const before = page.pending();
    page.send({ handler: HANDLER, params: { [field.name]: valueOf(field) }, source: field.control, type: "input" });
    // it was refused, and the page has said so: the next change tries again
    if (page.pending() === before) {
      field.flying--;
      field.dirty = true;
    }
  };

  /** @param {Field | undefined} field */
  const settle = (field) => {
    if (!field) return;
    field.due = true;
    if (!field.flying) flush(field);
  };

  /** @param {any} control @returns {Field | undefined} */
  const fieldOf = (control) => {
    const [attribute, name] = bindingOf(control) ?? [];
    if (!attribute || !name) return undefined;
    const field = fields.get(name) ?? { name, dirty: false, due: false, flying: 0 };
    Object.assign(field, { control, modifiers: attribute.split(".").slice(1) });
    fields.set(name, /** @type {Field} */ (field));
    return /** @type {Field} */ (field);
  };

  /** @param {any} control */
  const changed = (control) => {
    const field = fieldOf(control);
    if (!field) return;
    field.dirty = true;
    clearTimeout(field.timer);
    const pause = field.modifiers.find((modifier) => /^debounce-\d+$/.test(modifier));
    if (pause) field.timer = setTimeout(() => settle(field), +pause.slice(9));
    else if (!field.modifiers.includes("lazy")) settle(field);
  };

  page.answered.push(({ handler, params, source }, failure) => {
    if (handler !== HANDLER) return;
    for (const name in params) {
      const field = /** @type {Field} */ (fields.get(name));
      field.flying--;
      if (field.due && !field.flying) flush(field);
    }
    // the server does not repeat what it was told, and other controls may have the same name
    if (!failure) show(params, source);
  });

  page.before[MODEL] = (call, next) => {
    if (call.handler !== HANDLER) for (const field of fields.values()) flush(field);
    next();
  };

  page.leaving.push(() => {
    for (const field of fields.values()) flush(field);
  });

  /** @param {string} type @param {(event: any) => void} react */
  const on = (type, react) =>
    document.addEventListener(type, (event) => root.contains(/** @type {Node} */ (event.target)) && !page.busy() && react(event));

  // while text is composed it is nobody's business
  on("input", (event) => event.isComposing || changed(event.target));
  on("compositionend", (event) => changed(event.target));
  for (const type of ["change", "focusout"]) on(type, (event) => bindingOf(event.target) && settle(fieldOf(event.target)));

  /** What the user has changed since is newer. @param {Record<string, any>} values @param {any} [source] */
  const show = (values, source) => {
    for (const control of controls()) {
      const name = /** @type {string} */ (bindingOf(control)?.[1]);
      const field = fields.get(name);
      if (control !== source && name in values && !field?.dirty && !field?.flying) setValue(control, values[name]);
    }
  };
  root.addEventListener("djust:model", (/** @type {any} */ { detail }) => show(detail));

  // what was typed before this part came, and what the browser has brought back after a reload
  for (const control of controls()) if (!isUntouched(control)) changed(control);
  show(config.model ?? {});
}
