/**
 * `@client_state`: parameters that the handlers and elements of a page share. A value is known to all of them as soon
 * as the user sets it; the server hears of it with the event, as of any parameter.
 */

import { textIn } from "../marks.js";
import { SHARE } from "../ranks.js";

/** @typedef {import("../types.js").Call} Call */

/** @param {import("../types.js").Page} page */
export function start(page) {
  const { root, config, before, sent, answered, around, undo, notify } = page;
  /** The shared values, and those that no failed event has set. @type {Map<string, any>} */
  const values = new Map();
  const confirmed = new Map();
  /** Events on their way, by what they have set. @type {Map<Call, Map<string, any>>} */
  const setting = new Map();
  /** What is shown in place of the text of elements. @type {Map<Element, string>} */
  const shown = new Map();

  /** @param {string} key */
  const isOnItsWay = (key) => [...setting.values()].some((set) => set.has(key));

  /** @param {Element} element @param {string} key */
  const show = (element, key) => {
    const text = textIn(element, /\S/) ?? element.appendChild(new Text());
    const own = text.data;
    text.data = String(values.get(key) ?? "");
    undo.push(() => {
      text.data = own;
    });
  };

  const on = () => {
    for (const [element, key] of shown) {
      // what the server has put there is right once it knows the value
      if (!root.contains(element) || (element.textContent?.trim() && !isOnItsWay(key))) shown.delete(element);
      else show(element, key);
    }
  };

  /** @param {string} key @param {any} value @param {Element} [source] where the user has set it */
  const set = (key, value, source) => {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    for (const element of /** @type {NodeListOf<any>} */ (root.querySelectorAll(`[dj-state="${CSS.escape(key)}"]`))) {
      if (!/^(input|select|textarea)$/.test(element.localName)) {
        shown.set(element, key);
      } else if (element !== source) {
        // as if the user had set it here, too
        if (element.type === "checkbox") element.checked = Boolean(value);
        else if (element.type === "radio") element.checked = element.value === String(value);
        else element.value = String(value ?? "");
        page.edited(element);
      }
    }
    notify("djust:state", { key, value });
  };

  /** What the event says about a key; undefined if nothing. @param {Call} call @param {string} key */
  const valueIn = ({ params, fields }, key) => {
    if (key in params) return params[key];
    if (params._target === key) return params.value;
    return (/** @type {[string, string][]} */ (fields || []).find(([name]) => name === key)?.[1]);
  };

  before[SHARE] = (call, next) => {
    const keys = config.handlers?.[call.handler]?.client_state;
    if (!keys) return next();
    for (const key of keys) {
      const value = valueIn(call, key);
      if (value === undefined) {
        if (values.has(key)) call.params[key] = values.get(key);
      } else {
        call.params[key] = value;
        setting.set(call, (setting.get(call) ?? new Map()).set(key, value));
        set(key, value, call.source);
      }
    }
    page.unmarked(() => {});
    next();
  };

  sent.push((call) => {
    // one that waited, and that this one has replaced, is never answered
    for (const other of setting.keys()) {
      if (!other.id && Number(other.order) < Number(call.order)) setting.delete(other);
    }
  });

  answered.push((call, failure) => {
    const mine = setting.get(call);
    if (!mine) return;
    setting.delete(call);
    for (const [key, value] of mine) {
      if (!failure) confirmed.set(key, value);
      else if (!isOnItsWay(key)) set(key, confirmed.get(key));
    }
  });

  around.push(() => on);
}
