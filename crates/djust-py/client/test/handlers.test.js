import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { listen } from "../src/events.js";
import { measure } from "../src/ids.js";
import { createPage } from "../src/page.js";
import { start as startCache } from "../src/parts/cache.js";
import { start as startFields } from "../src/parts/fields.js";
import { start as startLoading } from "../src/parts/loading.js";
import { start as startOptimistic } from "../src/parts/optimistic.js";
import { start as startPace } from "../src/parts/pace.js";
import { start as startShare } from "../src/parts/share.js";
import { FakeSocket, find, load, record, startOperations } from "./dom.js";

const LIMITS = { message: 2097152, events: 256 };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
});

/** A live page with all that acts on handlers, and the options of these. */
function live(html, handlers = {}) {
  load(`<div dj-root>${html}</div>`);
  globalThis.Text = window.Text;
  globalThis.getComputedStyle = window.getComputedStyle.bind(window);
  globalThis.CSS = { escape: (name) => name };
  const root = find("[dj-root]");
  const [count, sum] = measure(root);
  const page = createPage(root, { token: "t", csrf: "c", socket: "/ws/", parts: {}, handlers, count, sum });
  for (const start of [startFields, startOperations, startShare, startPace, startCache, startOptimistic, startLoading]) start(page);
  listen(root, page);
  FakeSocket.last.open();
  FakeSocket.last.receive([0, { v: 2, seq: 0, last: 0, resume: "continue", limits: LIMITS }]);
  let seq = 0;
  const answer = (ref, ...operations) => FakeSocket.last.receive([1, ++seq, ref, operations]);
  const refuse = (ref) => FakeSocket.last.receive([2, ++seq, ref, { code: "handler-failed", message: "", id: "" }]);
  return { page, root, answer, refuse };
}

const fire = (selector, type, init = {}, Kind = window.Event) =>
  find(selector).dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, ...init }));

const input = (selector, value) => {
  find(selector).value = value;
  fire(selector, "input");
};

const key = (selector, name) => fire(selector, "keydown", { key: name }, window.KeyboardEvent);

/** Events sent: handler and value. */
const calls = () => FakeSocket.last.sent.filter(([kind]) => kind === 1).map(([, , , handler, params]) => (params?.value === undefined ? handler : `${handler} ${params.value}`));

// ---- debounce and throttle

const TYPING = '<input id="a" dj-input="search" dj-keydown="key" dj-keydown.enter="go"><input id="b" dj-input="search"><form dj-submit="save"><input id="c" dj-input="search"></form><button dj-click="go"></button>';

test("debounce waits for quiet and sends the last value; each control waits by itself", () => {
  const { page } = live(TYPING, { search: { debounce: 500 } });
  input("#a", "1");
  mock.timers.tick(499);
  input("#a", "12");
  mock.timers.tick(499);
  assert.deepEqual([calls(), page.pending()], [[], 1]);
  mock.timers.tick(1);
  assert.deepEqual(calls(), ["search 12"]);
  input("#a", "x");
  input("#b", "y");
  assert.deepEqual(calls(), ["search 12", "search x"]);
});

test("what waits goes before anything else, but keys of the same field are not anything else", () => {
  live(TYPING, { search: { debounce: 500 } });
  input("#a", "1");
  key("#a", "x");
  assert.deepEqual(calls(), ["key 1"]);
  key("#a", "Enter");
  assert.deepEqual(calls(), ["key 1", "search 1", "key 1", "go 1"]);
  input("#c", "2");
  fire("form", "submit");
  assert.deepEqual(calls().slice(4), ["search 2", "save"]);
  input("#b", "3");
  find("button").click();
  assert.deepEqual(calls().slice(6), ["search 3", "go"]);
  input("#b", "4");
  fire("#b", "focusout");
  assert.deepEqual(calls().slice(8), ["search 4"]);
  input("#b", "5");
  dispatchEvent(new Event("pagehide"));
  assert.deepEqual(calls().slice(9), ["search 5"]);
});

test("throttle calls at once and at last", () => {
  const { performance } = globalThis;
  Object.defineProperty(globalThis, "performance", { value: { now: () => Date.now() }, configurable: true });
  live('<input dj-input="move">', { move: { throttle: 100 } });
  for (let i = 1; i <= 25; i++) {
    input("input", String(i));
    mock.timers.tick(10);
  }
  assert.deepEqual(calls(), ["move 1", "move 10", "move 20"]);
  mock.timers.tick(100);
  assert.deepEqual(calls(), ["move 1", "move 10", "move 20", "move 25"]);
  Object.defineProperty(globalThis, "performance", { value: performance, configurable: true });
});

// ---- loading

test("an element follows its own events, its form's, those it names, or all", () => {
  const { answer, root } = live(`<button id=own dj-click=x dj-loading.class="l"></button><form dj-submit=send><input dj-input=typed><b dj-loading.class="l"></b></form>
    <i dj-loading.class="l" dj-loading.for="x y"></i><u dj-loading.class="l" class="k"></u>`);
  const before = root.innerHTML;
  const marked = () => [...root.querySelectorAll(".l")].map(({ localName }) => localName).join();
  const cases = [["#own", () => find("#own").click(), "button,i,u"], ["form", () => fire("form", "submit"), "b,u"], ["input", () => input("input", ""), "u"]];
  cases.forEach(([, act, expected], i) => {
    act();
    assert.equal(marked(), expected);
    answer(i + 1);
    assert.equal(root.innerHTML, before);
  });
});

test("what waited for several answers is as it was only after the last", () => {
  const { answer, root } = live('<button dj-click=x dj-loading.disable></button><p dj-loading.hide style="color:red"></p><p dj-loading.show hidden></p><q>0</q>');
  const before = root.innerHTML;
  find("button").click();
  // as a script might
  find("button").disabled = false;
  find("button").click();
  answer(1, 0, 4, "1");
  assert.equal(find("button").disabled, true);
  assert.equal(find("p").style.display, "none");
  assert.equal(document.querySelectorAll("p")[1].hidden, false);
  assert.equal(find("q").textContent, "1");
  answer(2);
  assert.equal(root.innerHTML, before.replace("0", "1"));
});

// ---- optimistic

test("hints change what they name, and the answer takes its place", () => {
  const { answer, root } = live(`<ul><li><b class="n">1,999 likes</b><button dj-click=like dj-optimistic="text:+1 @ .n; class:on; toggle:aria-pressed"  aria-pressed=false>Like</button></li></ul>`);
  const before = root.innerHTML;
  find("button").click();
  assert.equal(find(".n").textContent, "2,000 likes");
  assert.deepEqual([find("button").className, find("button").getAttribute("aria-pressed")], ["on", "true"]);
  answer(1, 0, 3, "2,000 likes");
  assert.equal(root.innerHTML, before.replace("1,999", "2,000"));
});

test("several events add up, and each refusal takes its own back", () => {
  const { answer, refuse } = live('<button dj-click=like dj-optimistic="text:+1">0</button>');
  for (let i = 0; i < 3; i++) find("button").click();
  assert.equal(find("button").textContent, "3");
  refuse(1);
  assert.equal(find("button").textContent, "2");
  answer(2, 0, 1, "1");
  assert.equal(find("button").textContent, "2");
  refuse(3);
  assert.equal(find("button").textContent, "1");
});

test("controls of an optimistic handler go back to the server's state when it fails", () => {
  const { refuse } = live('<input type=radio name=r value=1 checked><input type=radio name=r value=2 dj-change=pick><select dj-change=pick><option selected>a<option>b</select>', { pick: { optimistic: true } });
  const [first, second] = document.querySelectorAll("input");
  second.checked = true;
  fire("[value='2']", "change");
  find("select").value = "b";
  fire("select", "change");
  refuse(1);
  assert.deepEqual([first.checked, second.checked, find("select").value], [true, false, "b"]);
  refuse(2);
  assert.equal(find("select").value, "a");
});

test("a hint that means nothing is reported and the others count", () => {
  const errors = mock.method(console, "error", () => {});
  live('<button dj-click=x dj-optimistic="shake:1; hide @ .nowhere; class:on"></button>');
  find("button").click();
  assert.equal(find("button").className, "on");
  assert.equal(errors.mock.callCount(), 1);
  errors.mock.restore();
});

test("loading and optimistic marks on one attribute come off whichever was put on first", () => {
  for (const order of [["a", "b"], ["b", "a"], ["a", "b", "a"], ["b", "a", "b"]]) {
    const { answer, root } = live('<a dj-click=x dj-optimistic="class:liked @ u"></a><b dj-click=y></b><u class=k dj-loading.class=busy></u>');
    const before = root.innerHTML;
    order.forEach((selector) => fire(selector, "click"));
    assert.equal(find("u").className.split(" ").includes("busy"), true);
    order.forEach((_, i) => answer(i + 1));
    assert.equal(root.innerHTML, before, order.join());
  }
});

// ---- cache

const LOOKUP = '<p>0</p><ul></ul><a dj-click=find data-query=a></a><b dj-click=find data-query=b></b><i dj-click=other></i>';
const CACHED = { find: { cache: { ttl: 1e9, keys: ["query"] } } };

/** A page whose lookups a and b are known. */
function looked() {
  const it = live(LOOKUP, CACHED);
  find("a").click();
  it.answer(1, 7, 2, 6, "<li>A</li>");
  find("b").click();
  it.answer(2, 7, 2, 7, "<li>B</li>");
  FakeSocket.last.take();
  return it;
}

test("a known lookup is shown and not sent, until something else is", () => {
  const { answer, page } = looked();
  find("a").click();
  assert.deepEqual([find("ul").innerHTML, calls(), page.pending()], ["<li>A</li>", [], 0]);
  find("b").click();
  assert.deepEqual([find("ul").innerHTML, calls()], ["<li>B</li>", []]);
  find("a").click();
  find("i").click();
  assert.deepEqual(calls(), ["find", "other"]);
  answer(3, 0, 7, "A");
  answer(4);
  assert.equal(find("ul").innerHTML, "<li>A</li>");
});

test("the page below what is shown stays the server's", () => {
  const { answer } = looked();
  find("a").click();
  answer(0, 0, 1, "1");
  assert.deepEqual([find("ul").innerHTML, find("p").textContent], ["<li>A</li>", "1"]);
  // something else has changed: the server is asked
  mock.timers.tick(1000);
  assert.deepEqual(calls(), ["find"]);
  answer(3, 0, 7, "A (new)");
  assert.equal(find("ul").innerHTML, "<li>A (new)</li>");
});

test("a change inside the result by another event forgets all results", () => {
  const { answer } = looked();
  answer(0, 0, 7, "B (chosen)");
  find("a").click();
  assert.deepEqual(calls(), ["find"]);
});

test("refused lookups, and those answered beside others, are not kept", () => {
  const { answer, refuse } = live(LOOKUP, CACHED);
  find("a").click();
  refuse(1);
  find("a").click();
  find("b").click();
  answer(2, 7, 2, 6, "<li>B</li>");
  answer(3);
  FakeSocket.last.take();
  find("a").click();
  assert.deepEqual(calls(), ["find"]);
});

test("an event without one of the parameters is known by all it has", () => {
  const { answer } = live('<input dj-input=find><ul></ul>', CACHED);
  input("input", "a");
  answer(1, 7, 2, 3, "<li>A</li>");
  input("input", "b");
  answer(2, 7, 2, 4, "<li>B</li>");
  input("input", "a");
  assert.deepEqual([calls(), find("ul").innerHTML], [["find a", "find b"], "<li>A</li>"]);
});

// ---- client_state

test("a shared value is shown and sent everywhere, and taken back when it fails", () => {
  const { answer, refuse } = live('<input name=level dj-input=set><input id=other dj-state=level><b dj-state=level></b><i dj-state=level>0</i><u dj-click=report></u>', { set: { client_state: ["level"] }, report: { client_state: ["level"] } });
  const seen = record("djust:state");
  const shown = () => [find("#other").value, find("b").textContent, find("i").textContent].join();
  input("input", "5");
  assert.equal(shown(), "5,5,5");
  find("u").click();
  assert.equal(FakeSocket.last.sent.at(-1)[4].level, "5");
  answer(1, 0, 4, "5");
  answer(2);
  input("input", "9");
  assert.equal(shown(), "9,9,9");
  refuse(3);
  assert.equal(shown(), "5,5,5");
  assert.deepEqual(seen.map(([, { value }]) => value), ["5", "9", "5"]);
});
