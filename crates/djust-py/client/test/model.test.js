/** Bound controls against a page that answers when the test says so. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { start } from "../src/parts/model.js";
import { find, load, type } from "./dom.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** A page that collects what is sent; `answer` answers the oldest, `accepts` says whether anything is taken. */
function bound(html, config = {}) {
  load(`<div dj-root>${html}</div>`);
  const sent = [];
  const waiting = [];
  const hooks = { answered: [], before: [], leaving: [] };
  const page = {
    ...hooks,
    root: find("[dj-root]"),
    config,
    accepts: true,
    busy: () => false,
    pending: () => waiting.length,
    send(call) {
      hooks.before.reduceRight((next, hook) => () => hook(call, next), () => {
        if (!page.accepts) return;
        sent.push(call.handler === "_model" ? call.params : call.handler);
        waiting.push(call);
      })();
    },
    answer(failure = false) {
      const call = waiting.shift();
      for (const hook of hooks.answered) hook(call, failure);
    },
  };
  start(page);
  return { page, sent };
}

const fire = (control, name) => control.dispatchEvent(new window.Event(name, { bubbles: true }));

test("one value is on its way, and the last of those that follow", () => {
  const { page, sent } = bound('<input dj-model="q">');
  for (const text of ["a", "ab", "abc", "abcd"]) type(find("input"), text);
  assert.deepEqual(sent, [{ q: "a" }]);
  page.answer();
  assert.deepEqual(sent, [{ q: "a" }, { q: "abcd" }]);
  page.answer();
  assert.equal(sent.length, 2);
});

test("an error in the answer stops nothing", () => {
  const { page, sent } = bound('<input dj-model="n">');
  type(find("input"), "x");
  type(find("input"), "7");
  page.answer({ code: "bad-parameter" });
  assert.deepEqual(sent, [{ n: "x" }, { n: "7" }]);
});

test("lazy and debounced values wait for their moment", () => {
  const { page, sent } = bound('<input dj-model.lazy="l"><input dj-model.debounce-500.trim="d">');
  const [lazy, debounced] = document.querySelectorAll("input");
  type(lazy, "one");
  type(debounced, " a");
  mock.timers.tick(400);
  type(debounced, " ab ");
  mock.timers.tick(499);
  assert.deepEqual(sent, []);
  mock.timers.tick(1);
  assert.deepEqual(sent, [{ d: "ab" }]);
  fire(lazy, "focusout");
  assert.deepEqual(sent, [{ d: "ab" }, { l: "one" }]);
  page.answer();
  page.answer();
  type(debounced, "left");
  fire(debounced, "focusout");
  assert.deepEqual(sent[2], { d: "left" });
});

test("everything that waits goes before another event", () => {
  const { page, sent } = bound('<input dj-model="a"><input dj-model.lazy="b"><input dj-model.debounce-900="c">');
  const [a, b, c] = document.querySelectorAll("input");
  type(a, "1");
  type(a, "2");
  type(b, "3");
  type(c, "4");
  page.send({ handler: "save", params: {} });
  assert.deepEqual(sent, [{ a: "1" }, { a: "2" }, { b: "3" }, { c: "4" }, "save"]);
  mock.timers.tick(1000);
  page.answer();
  page.answer();
  assert.equal(sent.length, 5);
});

test("what is refused is tried again", () => {
  const { page, sent } = bound('<input dj-model="a">');
  page.accepts = false;
  type(find("input"), "1");
  page.accepts = true;
  page.send({ handler: "save", params: {} });
  assert.deepEqual(sent, [{ a: "1" }, "save"]);
});

test("the server's value is shown unless the user's is newer", () => {
  const { page } = bound('<input dj-model="a"><textarea dj-model.lazy="b"></textarea>', { model: { a: "first", b: "text" } });
  const [a, b] = [find("input"), find("textarea")];
  assert.deepEqual([a.value, b.value], ["first", "text"]);
  const tell = (detail) => page.root.dispatchEvent(new CustomEvent("djust:model", { bubbles: true, detail }));
  type(b, "mine");
  type(a, "1");
  page.send({ handler: "save", params: {} });
  type(a, "12");
  page.answer();
  tell({ a: "theirs", b: "theirs" });
  assert.deepEqual([a.value, b.value], ["12", "mine"]);
  while (page.pending()) page.answer();
  tell({ a: "theirs", b: "theirs" });
  assert.deepEqual([a.value, b.value], ["theirs", "theirs"]);
});

test("what was typed before the part came is sent", () => {
  load('<div dj-root><input dj-model="a" value="x"><input type="checkbox" dj-model="b"><select dj-model="c"><option>1<option>2</select></div>');
  const { page, sent } = bound('<input dj-model="a" value="x"><select dj-model="c"><option>1<option>2</select>');
  assert.deepEqual(sent, []);
  find("input").value = "typed";
  find("select").selectedIndex = 1;
  start(page);
  assert.deepEqual(sent, [{ a: "typed" }, { c: "2" }]);
});

test("other controls of the name show what the server was told, but what is being typed there stays", () => {
  const { page } = bound('<input dj-model="q"><input dj-model.lazy="q"><input type="checkbox" dj-model="q">');
  const [first, second, box] = document.querySelectorAll("input");
  type(first, "tea");
  page.answer();
  assert.deepEqual([first.value, second.value, box.checked], ["tea", "tea", true]);
  type(first, "toast");
  type(second, "own");
  page.answer();
  assert.deepEqual([first.value, second.value], ["toast", "own"]);
  fire(second, "focusout");
  page.answer({ code: "forbidden" });
  assert.deepEqual([first.value, second.value], ["toast", "own"]);
});
