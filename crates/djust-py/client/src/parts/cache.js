/**
 * `@cache`: an answer that is known is shown without asking. What is kept is the content of those elements that the
 * answers of the handler change, so nothing else on the page is set back. It lies over the page like any mark and is
 * taken off while patches are applied; before any other event goes to the server, the lookup that was not sent goes
 * first, so the server has seen all that the user did, in order.
 *
 * When something else has changed since the answer was kept, the server is asked soon after; when it contradicts, the
 * handler's answers depend on more than its parameters, and are shown again only while nothing else changes.
 */

import {
  INSERT_HTML,
  INSERT_TREE,
  LENGTHS,
  MERGE,
  MOVE,
  REMOVE,
  REMOVE_ATTRIBUTE,
  REPLACE_CHILDREN,
  SET_ATTRIBUTE,
  SET_TAIL,
  SET_TEXT,
} from "../constants.js";
import { setAttribute } from "../marks.js";
import { CACHE } from "../ranks.js";

/** @typedef {import("../types.js").Call} Call */
/** @typedef {[element: Element, name: string]} Place an attribute */
/** @typedef {{ at: number, version: number, nodes: Node[][], values: (string | null)[] }} Entry */
/** @typedef {{ call: Call, next: () => void, memo: Memo, entry: Entry, until?: Call }} Overlay */

/** Most answers that are kept for one handler. */
const MOST = 50;

/** The server is asked so long after an answer was shown that may have become another, in milliseconds. */
const SOON = 1000;

/** Elements that a copy of their markup is not: they hold what the user or a script has put there. */
const HOLDING = "input,select,textarea,iframe,video,audio,canvas,object,embed,[dj-update],[contenteditable]";

/** What is known of the answers of one handler. */
class Memo {
  /** The elements whose content its answers change, and the attributes. @type {Element[]} */
  regions = [];
  /** @type {Place[]} */
  places = [];
  /** @type {Map<string, Entry>} by the key parameters */
  entries = new Map();
  /** How often anything else has changed the page, or may have changed the state. */
  version = 0;
  /** Has no answer that was shown again been contradicted? */
  trusted = true;
  /** The key of the lookup that the server has seen last. @type {string | undefined} */
  current;
  /** How many lookups have no answer yet. */
  asked = 0;
}

/** @param {import("../types.js").Page} page */
export function start({ root, config, before, sent, answered, around, undo, unmarked, leaving, applier, pending }) {
  /** @type {Map<string, Memo>} */
  const memos = new Map();
  /** What is shown without the server's knowledge. @type {Overlay | null} */
  let overlay = null;
  /** Events that the frame at hand answers. @type {{ call: Call, failure: any }[]} */
  let answers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;

  /** @param {Call} call @returns {{ ttl: number, keys: string[] | null } | undefined} */
  const optionsOf = ({ handler }) => config.handlers?.[handler]?.cache;

  /** @param {Call} call @returns {Memo} */
  const memoOf = ({ handler }) => {
    if (!memos.has(handler)) memos.set(handler, new Memo());
    return /** @type {Memo} */ (memos.get(handler));
  };

  /** @param {Call} call */
  const keyOf = (call) => {
    const all = /** @type {Record<string, any>} */ ({ ...call.params });
    for (const [name, value] of /** @type {[string, string][]} */ (call.fields || [])) {
      all[name] = name in all ? [all[name], value] : value;
    }
    const keys = optionsOf(call)?.keys;
    // an event without one of the parameters is known by all that it has
    return JSON.stringify(keys?.every((key) => key in all) ? keys.map((key) => all[key]) : all);
  };

  /** What operations change; nothing if that cannot be said. @param {any[]} operations */
  const targetsOf = (operations) => {
    /** @type {Set<Element>} */
    const regions = new Set();
    /** @type {Place[]} */
    const places = [];
    for (let i = 0; i < operations.length; i += LENGTHS[operations[i]]) {
      const [kind, id, name] = operations.slice(i, i + 3);
      if (!LENGTHS[kind]) return null;
      /** @type {any} */
      let node;
      try {
        node = applier.find(id);
      } catch {
        // made by an operation before this one, inside what that one changes
        continue;
      }
      if (kind === SET_ATTRIBUTE || kind === REMOVE_ATTRIBUTE) places.push([node, name]);
      else if (kind === SET_TAIL || kind === REMOVE || (kind === SET_TEXT && node.nodeType !== 1)) regions.add(node.parentNode);
      else if ([SET_TEXT, INSERT_HTML, INSERT_TREE, MERGE, MOVE, REPLACE_CHILDREN].includes(kind)) regions.add(node);
      else return null;
    }
    return { regions: [...regions], places };
  };

  /** @param {Memo} memo @param {NonNullable<ReturnType<typeof targetsOf>>} targets */
  const touches = ({ regions, places }, targets) =>
    targets.regions.some((changed) => regions.some((region) => region.contains(changed))) ||
    targets.places.some(([element, name]) =>
      regions.some((region) => region !== element && region.contains(element)) ||
      places.some((place) => place[0] === element && place[1] === name),
    );

  /** Keeps what the page shows as the answer to `call`. @param {Call} call @param {NonNullable<ReturnType<typeof targetsOf>>} targets */
  const keep = (call, targets) => {
    const memo = memoOf(call);
    const connected = [...memo.regions, ...targets.regions].filter((region) => root.contains(region));
    const regions = connected.filter((one, i) => !connected.some((other, j) => (other !== one || j < i) && other.contains(one)));
    const places = [...memo.places, ...targets.places].filter(
      ([element, name], i, all) =>
        root.contains(element) &&
        !regions.some((region) => region !== element && region.contains(element)) &&
        all.findIndex((place) => place[0] === element && place[1] === name) === i,
    );
    if (regions.length !== memo.regions.length || regions.some((region, i) => region !== memo.regions[i]) || places.length !== memo.places.length) {
      memo.entries.clear();
    }
    Object.assign(memo, { regions, places });
    // several events on their way may have been answered together
    if (pending() || regions.some((region) => region === root || region.querySelector(HOLDING))) return;
    const entry = {
      at: performance.now(),
      version: memo.version,
      nodes: regions.map(({ childNodes }) => Array.from(childNodes, (node) => node.cloneNode(true))),
      values: places.map(([element, name]) => element.getAttribute(name)),
    };
    if (overlay?.call === call && !isSame(overlay.entry, entry)) {
      memo.trusted = false;
      memo.entries.clear();
    }
    const key = keyOf(call);
    memo.entries.delete(key);
    memo.entries.set(key, entry);
    if (memo.entries.size > MOST) memo.entries.delete(/** @type {string} */ (memo.entries.keys().next().value));
  };

  /** @param {Entry} one @param {Entry} other */
  const isSame = (one, other) =>
    "" + one.values === "" + other.values &&
    one.nodes.length === other.nodes.length &&
    one.nodes.every((nodes, i) => nodes.length === other.nodes[i].length && nodes.every((node, j) => node.isEqualNode(other.nodes[i][j])));

  const { apply } = applier;
  applier.apply = (operations) => {
    const targets = targetsOf(operations);
    apply(operations);
    const [{ call, failure } = { call: undefined, failure: true }] = answers;
    const looked = answers.length === 1 && !failure && call && optionsOf(call) && targets ? call : undefined;
    for (const [handler, memo] of memos) {
      // an event may change state that the page does not show now
      if (handler === looked?.handler || !(operations.length || answers.length)) continue;
      memo.version++;
      if (!targets || touches(memo, targets)) memo.entries.clear();
      if (overlay?.memo === memo) askSoon();
    }
    if (looked && targets) keep(looked, targets);
  };

  /** Tells the server of the lookup that it has not seen. */
  const tell = () => {
    clearTimeout(asking);
    if (!overlay || overlay.call.id) return;
    overlay.next();
    // it was refused: the page shows what the server knows
    if (!overlay.call.id) show(null);
  };

  const askSoon = () => {
    clearTimeout(asking);
    asking = setTimeout(tell, SOON);
  };

  const on = () => {
    if (!overlay) return;
    const { memo, entry } = overlay;
    if (!memo.regions.every((region) => root.contains(region)) || memo.regions.length !== entry.nodes.length) return;
    memo.regions.forEach((region, i) => {
      const own = [...region.childNodes];
      region.replaceChildren(...entry.nodes[i]);
      undo.push(() => region.replaceChildren(...own));
    });
    memo.places.forEach(([element, name], i) => undo.push(setAttribute(element, name, entry.values[i])));
  };

  /** Shows something else, or what the server knows. @param {Overlay | null} other */
  const show = (other) =>
    unmarked(() => {
      overlay = other;
    });

  before[CACHE] = (call, next) => {
    const options = optionsOf(call);
    if (overlay && overlay.call.handler !== call.handler) tell();
    if (!options) return next();
    const memo = memoOf(call);
    const key = keyOf(call);
    const entry = memo.entries.get(key);
    const isUnchanged = entry?.version === memo.version;
    if (!entry || performance.now() - entry.at > options.ttl || !(memo.trusted || isUnchanged)) {
      // what is shown stays until this is answered
      if (overlay) overlay.until = call;
      return next();
    }
    clearTimeout(asking);
    const nodes = entry.nodes.map((list) => list.map((node) => node.cloneNode(true)));
    const isKnown = memo.current === key && isUnchanged && !memo.asked;
    show(isKnown ? null : { call, next, memo, entry: { ...entry, nodes } });
    if (!isUnchanged) askSoon();
  };

  sent.push((call) => {
    if (!optionsOf(call)) return;
    const memo = memoOf(call);
    memo.current = keyOf(call);
    memo.asked++;
  });

  answered.push((call, failure) => {
    answers.push({ call, failure });
    if (!optionsOf(call)) return;
    const memo = memoOf(call);
    memo.asked--;
    // the server is where it was before
    if (failure) memo.current = undefined;
  });

  around.push(() => {
    answers = [];
    return () => {
      if (answers.some(({ call }) => call === overlay?.call || call === overlay?.until)) overlay = null;
      on();
    };
  });

  root.addEventListener("djust:disconnected", tell);
  leaving.push(tell);
}
