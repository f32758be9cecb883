import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { measure } from "../src/ids.js";
import { createPage } from "../src/page.js";
import { start as startEffects } from "../src/parts/effects.js";
import { start as startFields } from "../src/parts/fields.js";
import { FakeSocket, find, load, record, startOperations, type } from "./dom.js";

const LIMITS = { message: 2097152, events: 256 };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  Math.random = () => 0.5;
});

/** A live page on a connection that the server greeted, unless `greeting` is null. */
function live(html, greeting = {}, config = {}) {
  load(`<div dj-root>${html}</div>`);
  const root = find("[dj-root]");
  const [count, sum] = measure(root);
  const page = createPage(root, { token: "t", csrf: "c", socket: "/ws/live/", parts: {}, count, sum, ...config });
  startEffects(page);
  startFields(page);
  startOperations(page);
  FakeSocket.last.open();
  if (greeting) greet(greeting);
  return { root, page, send: (handler, params = {}, source = root, fields) => page.send({ handler, params, source, fields }) };
}

const greet = (greeting = {}) =>
  FakeSocket.last.receive([0, { v: 2, seq: 0, last: 0, resume: "continue", limits: LIMITS, ...greeting }]);

const receive = (...frame) => FakeSocket.last.receive(frame);

/** Loses the connection, waits for the next, and greets on it. */
function reconnect(greeting) {
  FakeSocket.last.lose();
  mock.timers.tick(1000);
  FakeSocket.last.open();
  greet(greeting);
}

const status = () => document.documentElement.dataset.djustStatus;
const problem = () => document.documentElement.dataset.djustError;

test("the first frame names the page session, the page and its numbers", () => {
  const { root } = live("<p></p>", null);
  const [count, sum] = measure(root);
  assert.deepEqual(FakeSocket.last.sent, [[0, { v: 2, token: "t", csrf: "c", seq: 0, count, sum, url: "/shop/?page=2", sent: 0 }]]);
  assert.equal(status(), "connecting");
  const events = record("djust:connected", "djust:disconnected");
  greet();
  assert.equal(status(), "connected");
  FakeSocket.last.lose();
  assert.equal(status(), "disconnected");
  mock.timers.tick(1000);
  FakeSocket.last.lose();
  assert.deepEqual(events.map(([name]) => name), ["djust:connected", "djust:disconnected"]);
});

test("events are numbered from 1 and leave out what they do not have", () => {
  const { send } = live("");
  FakeSocket.last.take();
  send("a");
  send("b", { x: "1" });
  send("c", {}, undefined, [["n", "v"]]);
  assert.deepEqual(FakeSocket.last.sent, [[1, 1, 0, "a"], [1, 2, 0, "b", { x: "1" }], [1, 3, 0, "c", {}, [["n", "v"]]]]);
});

test("an update patches the page, runs its effects and answers its event", () => {
  const { root, page, send } = live("<p>0</p>");
  const events = record("djust:flash");
  send("a");
  receive(1, 1, 1, [0, 1, "1"], [["title", "One"], ["flash", "info", "x"]]);
  assert.equal(root.innerHTML, "<p>1</p>");
  assert.equal(document.title, "One");
  assert.deepEqual(events, [["djust:flash", { level: "info", text: "x" }]]);
  assert.equal(page.pending(), 0);
  receive(1, 2, 0, [], [["title", "Two"]]);
  assert.equal(document.title, "Two");
});

test("an answer answers the events before it too", () => {
  const { page, send } = live("");
  for (const name of ["a", "b", "c"]) send(name);
  receive(1, 1, 2);
  assert.equal(page.pending(), 1);
});

test("events made before the connection wait for it", () => {
  const { send } = live("", null);
  send("early");
  FakeSocket.last.take();
  greet();
  assert.deepEqual(FakeSocket.last.sent, [[1, 1, 0, "early"]]);
});

test("after a reconnect only events that the server has not processed are sent again", () => {
  const { page, send } = live("<p></p>");
  receive(1, 1, 0);
  for (const name of ["a", "b"]) send(name);
  FakeSocket.last.lose();
  send("c");
  mock.timers.tick(1000);
  FakeSocket.last.open();
  const [, handshake] = FakeSocket.last.take()[0];
  assert.deepEqual([handshake.seq, handshake.sent], [1, 2]);
  greet({ seq: 2, last: 1 });
  assert.deepEqual(FakeSocket.last.sent, [[1, 2, 1, "b"], [1, 3, 1, "c"]]);
  receive(1, 2, 1, [0, 1, "a"]);
  receive(1, 3, 3, [0, 1, "b c"]);
  assert.equal(page.pending(), 0);
  assert.equal(find("p").textContent, "b c");
});

test("frames that were applied are not applied again", () => {
  live("<ul></ul>");
  receive(1, 1, 0, [4, 1, 0, 2, "<li></li>"]);
  receive(1, 1, 0, [4, 1, 0, 2, "<li></li>"]);
  assert.equal(find("ul").children.length, 1);
});

test("a page with a used token counts on from its events", () => {
  const { send } = live("", null);
  send("a");
  FakeSocket.last.take();
  greet({ last: 5 });
  send("b");
  assert.deepEqual(FakeSocket.last.sent.map(([, id]) => id), [6, 7]);
});

test("frames are acknowledged by the next event, after four frames, or after a second", () => {
  const { send } = live("");
  FakeSocket.last.take();
  receive(1, 1, 0);
  send("a");
  assert.deepEqual(FakeSocket.last.take(), [[1, 1, 1, "a"]]);
  mock.timers.tick(2000);
  assert.deepEqual(FakeSocket.last.take(), []);
  for (const seq of [2, 3, 4]) receive(1, seq, 0);
  assert.deepEqual(FakeSocket.last.take(), []);
  receive(1, 5, 0);
  assert.deepEqual(FakeSocket.last.take(), [[2, 5]]);
  receive(1, 6, 0);
  mock.timers.tick(999);
  assert.deepEqual(FakeSocket.last.take(), []);
  mock.timers.tick(1);
  assert.deepEqual(FakeSocket.last.take(), [[2, 6]]);
});

test("a failed event is shown, and the next answer ends it", () => {
  const { page, send } = live("<p>0</p>");
  const events = record("djust:error");
  send("a");
  const failure = { code: "handler-failed", message: "Something went wrong.", id: "7c" };
  receive(2, 1, 1, failure);
  assert.deepEqual(events, [["djust:error", failure]]);
  assert.equal(problem(), "handler-failed");
  assert.equal(page.pending(), 0);
  assert.equal(find("p").textContent, "0");
  receive(1, 2, 0);
  assert.equal(problem(), "handler-failed");
  send("b");
  receive(1, 3, 2);
  assert.equal(problem(), undefined);
});

test("too many waiting events are refused, and say so", () => {
  const { page, send } = live("", { limits: { message: 1000, events: 2 } });
  const events = record("djust:refused");
  for (const name of ["a", "b", "c"]) send(name);
  assert.deepEqual(events, [["djust:refused", { handler: "c" }]]);
  assert.equal(page.pending(), 2);
});

test("too large an event is refused in the page, and the next one works", () => {
  const { page, send } = live("", { limits: { message: 1000, events: 9 } });
  const events = record("djust:error");
  FakeSocket.last.take();
  send("a", { value: "é".repeat(500) });
  assert.equal(events[0][1].code, "too-large");
  assert.equal(problem(), "too-large");
  assert.deepEqual([page.pending(), FakeSocket.last.take()], [0, []]);
  send("b");
  assert.deepEqual(FakeSocket.last.take(), [[1, 1, 0, "b"]]);
});

test("text with half a character is still JSON that a strict reader takes", () => {
  const { send } = live("");
  const texts = [];
  FakeSocket.last.send = (text) => texts.push(text);
  send("a", { value: "x\ud83dy\\ud83d\ud83d\ude00" });
  assert.deepEqual(JSON.parse(texts[0])[4], { value: "x\ufffdy\\ud83d\ud83d\ude00" });
  assert.ok(!/(^|[^\\])\\ud/.test(texts[0]));
});

test("numbers that differ at the start are made equal before anything is patched", () => {
  const { root } = live("<p>0</p><ins></ins>", null, { count: 2, sum: 1 });
  FakeSocket.last.take();
  greet();
  const [count, sum] = measure(root);
  assert.deepEqual(FakeSocket.last.take(), [[4, 0, root.outerHTML, count, sum]]);
  receive(1, 1, 0, [0, 1, "wrong numbers"], [["title", "later"]]);
  assert.equal(document.title, "");
  receive(4, 2, 0, [0, 1, "1", 5, 2, 1], 3);
  assert.equal(root.innerHTML, "<p>1</p>");
  assert.equal(document.title, "later");
  receive(1, 3, 0, [4, 0, 1, 3, "<b></b>"]);
  assert.equal(root.innerHTML, "<p>1</p><b></b>");
});

test("the server may ask for a resync", () => {
  const { root } = live("<p>0</p>", null);
  FakeSocket.last.take();
  greet({ seq: 40, resume: "resync" });
  assert.deepEqual(FakeSocket.last.take().map(([kind, ack, html]) => [kind, ack, html]), [[4, 40, root.outerHTML]]);
  receive(4, 41, 0, [0, 1, "41"], 2);
  receive(1, 42, 0, [0, 1, "42"]);
  assert.equal(find("p").textContent, "42");
});

test("a patch that does not fit stops, and the page is numbered afresh", () => {
  const warnings = mock.method(console, "warn", () => {});
  const { root, send } = live("<p>0</p><b></b>");
  find("b").remove();
  FakeSocket.last.take();
  send("a");
  receive(1, 1, 1, [0, 1, "1", 0, 2, "gone", 0, 1, "never"], [["title", "after"]]);
  assert.equal(root.innerHTML, "<p>1</p>");
  const [count, sum] = measure(root);
  assert.deepEqual(FakeSocket.last.take().slice(1), [[4, 1, '<div dj-root=""><p>1</p></div>', count, sum]]);
  assert.equal(document.title, "");
  receive(4, 2, 1, [4, 0, 1, 2, "<b>2</b>"], 3);
  assert.equal(root.innerHTML, "<p>1</p><b>2</b>");
  assert.equal(document.title, "after");
  assert.equal(warnings.mock.callCount(), 1);
  warnings.mock.restore();
});

test("a missing frame is noticed", () => {
  live("<p>0</p>");
  FakeSocket.last.take();
  receive(1, 2, 0, [0, 1, "2"]);
  assert.equal(find("p").textContent, "0");
  assert.equal(FakeSocket.last.take()[0][0], 4);
});

test("a tree that its own HTML does not give back says so", () => {
  const { root } = live("<p></p>", null, { count: 0 });
  find("p").append(document.createElement("div"));
  FakeSocket.last.take();
  greet();
  assert.deepEqual(FakeSocket.last.take()[0].slice(0, 4), [4, 0, root.outerHTML, 0]);
});

test("two resyncs that fail reload the page, but not again and again", () => {
  const warnings = mock.method(console, "warn", () => {});
  for (const reloads of [1, 0]) {
    const storage = globalThis.sessionStorage;
    live("<p></p>", { resume: "resync" });
    if (!reloads) Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
    receive(4, 1, 0, [0, 9, "x"], 2);
    assert.equal(location.reloads, 0);
    assert.equal(FakeSocket.last.take().at(-1)[0], 4);
    receive(4, 2, 0, [0, 9, "x"], 2);
    assert.equal(location.reloads, reloads);
    assert.equal(status(), "failed");
  }
  warnings.mock.restore();
});

test("a resync lost with its connection is sent again, after the frames that are owed", () => {
  const { root } = live("<p>0</p>", null, { count: 0 });
  greet();
  FakeSocket.last.take();
  reconnect({ seq: 2 });
  assert.deepEqual(FakeSocket.last.take().map(([kind]) => kind), [0]);
  receive(1, 1, 0, [0, 9, "old numbers"]);
  receive(1, 2, 0, [0, 9, "old numbers"]);
  assert.deepEqual(FakeSocket.last.take().map(([kind, ack]) => [kind, ack]), [[4, 2]]);
  receive(4, 3, 0, [0, 1, "3"], 2);
  assert.equal(root.innerHTML, "<p>3</p>");
});

test("an answer to a resync that arrives with the owed frames ends it", () => {
  live("<p>0</p>", null, { count: 0 });
  greet();
  reconnect({ seq: 1 });
  FakeSocket.last.take();
  receive(4, 1, 0, [0, 1, "1"], 2);
  assert.deepEqual(FakeSocket.last.take(), []);
  receive(1, 2, 0, [0, 1, "2"]);
  assert.equal(find("p").textContent, "2");
});

test("a resync that the server could not answer is sent again with the next frame", () => {
  const { root } = live("<p>0</p>", { resume: "resync" });
  FakeSocket.last.take();
  receive(2, 1, 0, { code: "render-failed", message: "m", id: "1" });
  assert.deepEqual(FakeSocket.last.take(), []);
  receive(1, 2, 0, [0, 1, "dropped"]);
  assert.deepEqual(FakeSocket.last.take().map(([kind, ack]) => [kind, ack]), [[4, 2]]);
  receive(4, 3, 0, [0, 1, "3"], 2);
  receive(2, 4, 0, { code: "render-failed", message: "m", id: "2" });
  receive(1, 5, 0, [4, 0, 1, 2, "<b></b>"]);
  assert.equal(root.innerHTML, "<p>3</p><b></b>");
  assert.equal(FakeSocket.last.take().some(([kind]) => kind === 4), false);
});

test("an answer to an older resync is not applied", () => {
  const { root } = live("<p>0</p>", { resume: "resync" });
  receive(4, 1, 0, [4, 0, 0, 2, "<i></i>"], 3);
  FakeSocket.last.take();
  receive(4, 2, 0, [0, 1, "meant for the paragraph"], 3);
  assert.equal(root.innerHTML, "<i></i><p>0</p>");
  assert.deepEqual(FakeSocket.last.take().map(([kind, , html]) => [kind, html]), [[4, root.outerHTML]]);
  receive(4, 3, 0, [0, 2, "1"], 3);
  assert.equal(root.innerHTML, "<i></i><p>1</p>");
});

test("frames wait while text is composed, and are not acknowledged", () => {
  const { page } = live("<input><p>0</p>");
  FakeSocket.last.take();
  page.composing(find("input"));
  for (const seq of [1, 2, 3, 4, 5]) receive(1, seq, 0, [0, 2, String(seq)]);
  mock.timers.tick(3000);
  assert.equal(find("p").textContent, "0");
  assert.deepEqual(FakeSocket.last.take(), []);
  page.composing(null);
  assert.equal(find("p").textContent, "5");
  assert.deepEqual(FakeSocket.last.take(), [[2, 4]]);
});

test("a composition whose control is gone holds nothing up", () => {
  const { page } = live("<p>0</p><input>");
  page.composing(find("input"));
  receive(1, 1, 0, [0, 1, "1"]);
  find("input").remove();
  receive(1, 2, 0, [0, 1, "2"]);
  assert.equal(find("p").textContent, "2");
});

test("frames held when the connection ends come again, once", () => {
  const { page } = live("<ul></ul><input>");
  page.composing(find("input"));
  receive(1, 1, 0, [4, 1, 0, 3, "<li></li>"]);
  reconnect({ seq: 1 });
  receive(1, 1, 0, [4, 1, 0, 3, "<li></li>"]);
  page.composing(null);
  assert.equal(find("ul").children.length, 1);
});

test("typed text survives a server that lost the state", () => {
  const { page, send } = live('<input value="">');
  const input = find("input");
  document.addEventListener("input", () => page.edited(input));
  type(input, "long text");
  send("typed", { value: "long text" }, input);
  receive(1, 1, 1, [2, 1, "value", "long text"]);
  reconnect({ seq: 0, resume: "resync" });
  receive(4, 1, 0, [2, 1, "value", ""], 2);
  assert.equal(input.value, "long text");
});

test("the server closes: reload, try again, or give up", () => {
  live("");
  receive(5, { code: "expired", message: "m", reload: true });
  assert.equal(location.reloads, 1);

  live("");
  receive(5, { code: "internal", message: "m", reload: false });
  FakeSocket.last.lose();
  mock.timers.tick(1000);
  assert.deepEqual([FakeSocket.all.length, status()], [2, "disconnected"]);

  const { send } = live("");
  const events = record("djust:refused", "djust:error");
  receive(5, { code: "forbidden", message: "m", reload: false });
  FakeSocket.last.lose();
  mock.timers.tick(60_000);
  assert.deepEqual([FakeSocket.all.length, status(), location.reloads], [1, "failed", 0]);
  send("a");
  assert.deepEqual(events.map(([name]) => name), ["djust:error", "djust:refused"]);
});

test("a root too large to send reloads the page", () => {
  live(`<p>${"x".repeat(9_000_000)}</p>`, { resume: "resync" });
  assert.equal(location.reloads, 1);
});

test("a frame is not applied within another, though focus is lost to the first", () => {
  const { page, root } = live("<input><p></p>");
  const seen = [];
  page.effects.blur = () => {
    page.composing(null);
    seen.push(root.textContent);
  };
  page.composing(find("input"));
  receive(1, 1, 0, [0, 2, "1"], [["blur"], ["blur"]]);
  receive(1, 2, 0, [0, 2, "2"]);
  page.composing(null);
  assert.deepEqual(seen, ["1", "1"]);
  assert.equal(root.textContent, "2");
});
