/**
 * Who wins when the server sets a control that the user edits: see "Typing" in docs/client.md.
 *
 * An edit is protected from frames that answer events sent before it. Frames that answer no event leave
 * an edit alone until an event has reported it and was answered.
 */

import { FRESH } from "../constants.js";
import { caretOf } from "../keep.js";

/**
 * `at`: last event that does not know of it; `told`: event that reported it; `order`: place among all edits.
 *
 * @typedef {{ at: number, told: number, order: number }} Edit
 */

/**
 * Puts `value` into a text control and leaves the caret where the user has it.
 *
 * @param {any} control
 * @param {string} value
 */
function setValue(control, value) {
  if (control.type === "file" || control.value === value) return;
  const caret = document.activeElement === control && caretOf(control);
  const atEnd = caret && caret[0] === control.value.length;
  control.value = value;
  if (caret && !atEnd) control.setSelectionRange(...caret);
}

/** @param {any} control @returns {string[]} the values chosen in a select */
const chosen = (control) => Array.from(control.selectedOptions ?? [], (option) => option.value);

export function createFields() {
  /** @type {Map<any, Edit>} controls that the user edited */
  const edits = new Map();
  /** @type {Map<number, Element>} forms submitted by events that are not answered yet */
  const submits = new Map();
  let order = 0;
  /** Highest event id answered, and the event that the frame at hand answers. */
  let answered = 0;
  let current = 0;

  /** @param {any} control */
  const isProtected = (control) => {
    const edit = edits.get(control);
    return edit && (current === FRESH || (current ? edit.at >= current : edit.told > answered));
  };

  return {
    /**
     * The user edited `control` when `sent` was the last event id.
     *
     * @param {any} control
     * @param {number} sent
     */
    edited(control, sent) {
      edits.set(control, { at: sent, told: Infinity, order: ++order });
    },

    /** How many edits there were: what an event knows of that is made now. */
    order: () => order,

    /**
     * Event `id` tells the server what was in `source`, a control or a submitted form, after `known` edits. It
     * may be sent later than it was made.
     *
     * @param {any} source
     * @param {number} id
     * @param {number} known
     */
    told(source, id, known) {
      if (source.localName === "form") submits.set(id, source);
      for (const [control, edit] of edits) {
        if (edit.order > known) edit.at = id;
        else if (control === source || control.form === source) edit.told = Math.min(edit.told, id);
      }
    },

    /** Event `id` failed: the page keeps what it has. @param {number} id */
    failed: (id) => submits.delete(id),

    /**
     * Runs `patch`, which applies the frame that answers event `ref` (0: none, or FRESH), and gives back
     * to protected controls what the user chose.
     *
     * @param {number} ref
     * @param {() => void} patch does not throw
     */
    during(ref, patch) {
      current = ref;
      answered = Math.max(answered, ref);
      /** @type {(() => void)[]} */
      const restores = [];
      for (const control of edits.keys()) {
        if (!control.isConnected) edits.delete(control);
        else if (isProtected(control)) {
          const { checked } = control;
          const values = chosen(control);
          restores.push(() => {
            // for a radio button this also takes the choice back from the others
            if (control.checked !== checked) control.checked = checked;
            if ("" + chosen(control) !== "" + values) {
              for (const option of control.options) option.selected = values.includes(option.value);
            }
          });
        }
      }
      patch();
      for (const restore of restores) restore();
      for (const [id, form] of submits) {
        if (id <= ref) {
          submits.delete(id);
          for (const [control, edit] of edits) {
            if (control.form === form && edit.at < id) {
              edits.delete(control);
              if (control.hasAttribute("value")) setValue(control, control.defaultValue);
            }
          }
        }
      }
    },

    /**
     * The content attribute `name` (or the text, "") of `element` changed: its property follows.
     *
     * @param {any} element
     * @param {string} name
     */
    changed(element, name) {
      const what = element.localName + name;
      if (/^(inputchecked|optionselected)$/.test(what)) {
        element[name] = element.hasAttribute(name);
      } else if (/^(inputvalue|textarea)$/.test(what) && !isProtected(element)) {
        setValue(element, element.defaultValue);
      }
    },
  };
}

/** @param {import("../types.js").Page} page */
export function start({ fields }) {
  const { early } = fields;
  Object.assign(fields, createFields());
  for (const [control, sent] of early) fields.edited(control, sent);
}
