/** The address and what the server is asked for, without a server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../src/parts/navigation.js";
import { find, load } from "./dom.js";

/** A page whose events are collected; `answer` answers the oldest. */
function live(html) {
  load(`<div dj-root>${html}</div>`);
  const waiting = [];
  const page = {
    root: find("[dj-root]"),
    config: {},
    effects: {},
    answered: [],
    accepts: true,
    busy: () => false,
    pending: () => waiting.length,
    send: (call) => page.accepts && waiting.push(call),
    answer(failure = false) {
      const call = waiting.shift();
      for (const hook of page.answered) hook(call, failure);
    },
  };
  start(page);
  return { page, asked: () => waiting.map(({ handler, params }) => [handler, params.url]) };
}

const shown = () => location.pathname + location.search;

const click = (element, init = {}) => {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...init });
  element.dispatchEvent(event);
  return event.defaultPrevented;
};

const back = () =>
  new Promise((resolve) => {
    window.addEventListener("popstate", resolve, { once: true });
    history.back();
  });

test("the address changes at once, and the server is asked for its state", () => {
  const { asked } = live('<a dj-patch="?page=3#end"><b>3</b></a>');
  const length = history.length;
  assert.equal(click(find("b")), true);
  assert.deepEqual([shown(), history.length, window.location.hash], ["/shop/?page=3", length + 1, "#end"]);
  assert.deepEqual(asked(), [["_patch", "/shop/?page=3"]]);
});

test("an empty attribute means the href, and the address shown gets no second entry", () => {
  const { asked } = live('<a dj-patch href="/shop/?page=2">2</a>');
  const length = history.length;
  click(find("a"));
  assert.deepEqual([asked(), history.length], [[["_patch", "/shop/?page=2"]], length]);
});

test("a failure takes the address back, but not past what the user did since", () => {
  const { page } = live('<a dj-patch="?page=3">3</a><a dj-patch="?page=4">4</a>');
  const [third, fourth] = document.querySelectorAll("a");
  click(third);
  page.answer({ code: "handler-failed" });
  assert.equal(shown(), "/shop/?page=2");
  click(third);
  click(fourth);
  page.answer({ code: "handler-failed" });
  assert.equal(shown(), "/shop/?page=4");
  page.answer();
  assert.equal(shown(), "/shop/?page=4");
});

test("what the server says of the address gives way to what the user has done since", () => {
  const { page } = live('<a dj-patch="?page=3">3</a>');
  page.effects.url("/shop/?page=9", "push");
  assert.equal(shown(), "/shop/?page=9");
  click(find("a"));
  page.effects.url("/shop/?page=5", "push");
  assert.equal(shown(), "/shop/?page=3");
  page.answer();
  page.effects.url("/shop/?page=6", "replace");
  assert.equal(shown(), "/shop/?page=6");
});

test("back asks for the state of the former address and brings its scroll back", async () => {
  const { page, asked } = live('<a dj-patch="?page=3">3</a>');
  globalThis.scrollY = 700;
  click(find("a"));
  page.answer();
  globalThis.scrollY = 0;
  await back();
  assert.deepEqual([shown(), asked()], ["/shop/?page=2", [["_patch", "/shop/?page=2"]]]);
  assert.deepEqual(globalThis.scrolls, []);
  page.answer();
  await Promise.resolve();
  assert.deepEqual(globalThis.scrolls, [[0, 700]]);
});

test("links for other tabs, and events that are taken, are left alone", () => {
  const { asked } = live('<a href="?page=3" dj-patch>3</a><a href="?page=4" dj-patch target="_blank">4</a><a href="?f" download dj-patch>f</a>');
  const [plain, ...others] = document.querySelectorAll("a");
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey"]) assert.equal(click(plain, { [key]: true }), false);
  assert.equal(click(plain, { button: 1 }), false);
  for (const other of others) assert.equal(click(other), false);
  plain.addEventListener("click", (event) => event.preventDefault());
  click(plain);
  assert.deepEqual(asked(), []);
});

test("no link leads to a foreign address, whatever its scheme", () => {
  const away = ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "https://evil.example/", "/\\evil.example/", "http://["];
  const { asked } = live(away.map((url) => `<a dj-patch="${url}">p</a><a dj-navigate="${url}">n</a>`).join(""));
  for (const link of document.querySelectorAll("a")) assert.equal(click(link), true);
  assert.deepEqual([asked(), location.assigned, shown()], [[], [], "/shop/?page=2"]);
});

test("dj-navigate, and a patch on a page that is given up, load the page", () => {
  const { asked } = live('<a dj-navigate="/settings/">s</a><a dj-patch="?page=3">3</a>');
  const [navigate, patch] = document.querySelectorAll("a");
  click(navigate);
  document.documentElement.dataset.djustStatus = "failed";
  click(patch);
  assert.deepEqual(location.assigned, ["https://example.test/settings/", "https://example.test/shop/?page=3"]);
  assert.deepEqual(asked(), []);
});

test("a patch that is refused becomes a page load", () => {
  const { page } = live('<a dj-patch="?page=3">3</a>');
  page.accepts = false;
  click(find("a"));
  assert.deepEqual([location.reloads, shown()], [1, "/shop/?page=3"]);
});
