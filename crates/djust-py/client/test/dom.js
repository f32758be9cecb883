/** A jsdom page as the globals that the client reads, and a WebSocket that a test answers. */

import { JSDOM } from "jsdom";
import { createApplier } from "../src/apply.js";
import { createIds } from "../src/ids.js";
import { start as startMerge } from "../src/parts/merge.js";
import { start as startMove } from "../src/parts/move.js";
import { start as startTree } from "../src/parts/tree.js";

const NAMES = [
  "Comment",
  "CustomEvent",
  "DocumentFragment",
  "Element",
  "Event",
  "FormData",
  "KeyboardEvent",
  "MouseEvent",
  "document",
  "history",
  "sessionStorage",
  "window",
];

/**
 * Makes `body` the page, and returns its document.
 *
 * @param {string} body
 */
export function load(body) {
  const { window } = new JSDOM(`<!doctype html><html><head></head><body>${body}</body></html>`, {
    url: "https://example.test/shop/?page=2",
    pretendToBeVisual: true,
  });
  for (const name of NAMES) Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.dispatchEvent = window.dispatchEvent.bind(window);
  globalThis.getSelection = window.getSelection.bind(window);
  globalThis.confirm = () => true;
  Object.assign(globalThis, { scrollX: 0, scrollY: 0, scrolls: [], scrollTo: (...place) => globalThis.scrolls.push(place) });
  const { location } = window;
  globalThis.location = {
    get href() {
      return this.elsewhere ?? location.href;
    },
    set href(url) {
      this.elsewhere = url;
    },
    get pathname() {
      return location.pathname;
    },
    get search() {
      return location.search;
    },
    protocol: location.protocol,
    host: location.host,
    reloads: 0,
    assigned: [],
    reload() {
      this.reloads++;
    },
    assign(url) {
      this.assigned.push(url);
    },
    replace(url) {
      this.assigned.push(url);
    },
  };
  FakeSocket.all = [];
  globalThis.WebSocket = FakeSocket;
  return window.document;
}

/** @param {string} selector */
export const find = (selector) => document.querySelector(selector);

/** Gives an applier the operations that are in parts. */
export function startOperations(page) {
  startMerge(page);
  startMove(page);
  startTree(page);
}

/** What applies operations of every kind to `root`. */
export function fullApplier(root, ids = createIds(root), changed = () => {}) {
  const applier = createApplier(root, ids, changed);
  startOperations({ root, applier });
  return applier.apply;
}

/** Types into a control as a user does: the value, then the event. */
export function type(control, value) {
  control.value = value;
  control.dispatchEvent(new window.Event("input", { bubbles: true }));
}

/** Events of these names that reach the document, as `[name, detail]`. */
export function record(...names) {
  const events = [];
  for (const name of names) document.addEventListener(name, ({ detail }) => events.push([name, detail]));
  return events;
}

export class FakeSocket {
  static all = [];
  static get last() {
    return FakeSocket.all.at(-1);
  }

  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = String(url);
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  /** The connection is made. */
  open() {
    this.readyState = 1;
    this.onopen();
  }

  /** The server sends a frame. */
  receive(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  /** The connection ends from the other side. */
  lose() {
    this.readyState = 3;
    this.onclose();
  }

  /** What was sent since the last look. */
  take() {
    return this.sent.splice(0);
  }
}
