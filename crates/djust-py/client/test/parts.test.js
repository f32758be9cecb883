import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { measure } from "../src/ids.js";
import { createPage } from "../src/page.js";
import { start as startFields } from "../src/parts/fields.js";
import { createParts } from "../src/parts.js";
import { FakeSocket, find, load, record } from "./dom.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  globalThis.partsStarted = [];
});

let parts = 0;

/** The rest of the address of a part whose start runs `body`; `data:` is what comes before. */
const part = (body) => `text/javascript,export const start=(page)=>{${body}}//${++parts}`;

const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Waits until imports have arrived. */
async function arrival(awaited) {
  for (let i = 0; i < 200 && awaited(); i++) await settle();
  assert.equal(awaited(), 0);
}

/** A live page whose parts are the sources given by word. */
function live(html, sources, config = {}) {
  load(`<div dj-root>${html}</div>`);
  const root = find("[dj-root]");
  const [count, sum] = measure(root);
  const page = createPage(root, { token: "t", csrf: "c", socket: "/ws/", count, sum, parts: { "": "data:", ...sources }, ...config });
  FakeSocket.last.open();
  const limits = { message: 2097152, events: 256 };
  FakeSocket.last.receive([0, { v: 2, seq: 0, last: 0, resume: "continue", limits }]);
  FakeSocket.last.take();
  const send = (handler, params = {}) => page.send({ handler, params, source: root });
  return { root, page, send };
}

const handlers = () => FakeSocket.last.sent.filter(([kind]) => kind === 1).map(([, , , handler]) => handler);

test("a part is imported once, by any of its words, and by no other", async () => {
  const file = part("partsStarted.push(page)");
  const seen = [];
  let ready = 0;
  const { need, seek, awaited } = createParts({ "": "data:", patch: file, navigate: file }, (module) => seen.push(module), () => ready++);
  seek('<a dj-click="x" data-patch="y" class="dj-patches">');
  need("unknown");
  need("");
  assert.equal(awaited(), 1);
  seek('["dj-navigate","dj-patch"]');
  need("patch");
  assert.equal(awaited(), 1);
  await arrival(awaited);
  assert.deepEqual([seen.length, typeof seen[0].start, ready], [1, "function", 1]);
});

test("markup without a part's attribute imports nothing", () => {
  const { page } = live('<p dj-click="x"></p>', { loading: part("partsStarted.push('loading')") });
  page.send({ handler: "x", params: {}, source: page.root });
  assert.deepEqual(handlers(), ["x"]);
});

test("events wait in order for the parts that the first markup needs", async () => {
  const { page, send } = live("<p dj-loading.show></p>", { loading: part("page.before[1]=(call,next)=>{call.handler+='!';next()}") });
  send("a");
  send("b");
  assert.deepEqual([handlers(), page.pending()], [[], 2]);
  await arrival(() => page.pending() - FakeSocket.last.sent.length);
  assert.deepEqual(handlers(), ["a!", "b!"]);
});

test("options of handlers and unknown operations and effects ask for their parts", async () => {
  const started = (word, rest = "") => part(`partsStarted.push('${word}');${rest}`);
  const { root } = live("<p></p>", { cache: started("cache"), "effect-title": started("title", "page.effects.title=()=>{}"), "operation-6": started("6", "page.applier.kinds[6]=(next)=>{next();next();next()}") }, { handlers: { find: { cache: {} } } });
  await arrival(() => 1 - globalThis.partsStarted.length);
  assert.deepEqual(globalThis.partsStarted, ["cache"]);
  FakeSocket.last.receive([1, 1, 0, [0, 1, "x", 6, 0, 0, 1], [["title", "T"]]]);
  assert.equal(root.textContent, "");
  await arrival(() => 3 - globalThis.partsStarted.length);
  await settle();
  assert.deepEqual(globalThis.partsStarted.sort(), ["6", "cache", "title"]);
  assert.equal(root.textContent, "x");
});

test("frames wait for a part that they need, and for one that an earlier frame needs", async () => {
  const { root } = live("<p></p>", { update: part("partsStarted.push(page.root.innerHTML)") });
  FakeSocket.last.receive([1, 1, 0, [2, 1, "dj-update", "append"]]);
  FakeSocket.last.receive([1, 2, 0, [0, 1, "x"]]);
  assert.equal(root.innerHTML, "<p></p>");
  await arrival(() => 1 - globalThis.partsStarted.length);
  await settle();
  assert.deepEqual(globalThis.partsStarted, ["<p></p>"]);
  assert.equal(root.innerHTML, '<p dj-update="append">x</p>');
});

test("a part that cannot be loaded is reported, given up, and tried again at the next need", async () => {
  const errors = mock.method(console, "error", () => {});
  const { send } = live("<p dj-loading.show></p>", { loading: "text/javascript,syntax error" });
  send("a");
  await arrival(() => 1 - handlers().length);
  assert.equal(errors.mock.callCount(), 1);
  FakeSocket.last.receive([1, 1, 1, [2, 1, "dj-loading.hide", ""]]);
  await arrival(() => 2 - errors.mock.callCount());
  await settle();
  assert.equal(find("p").hasAttribute("dj-loading.hide"), true);
  errors.mock.restore();
});

test("a part that does not come in time is no longer waited for", async () => {
  // its own import never ends
  const { send } = live("<p dj-loading.show></p>", { loading: "text/javascript,await new Promise(()=>{})" });
  send("a");
  mock.timers.tick(9_999);
  await settle();
  assert.deepEqual(handlers(), []);
  mock.timers.tick(1);
  await settle();
  assert.deepEqual(handlers(), ["a"]);
});

test("parts before an event run by rank, and may hold it, change it or answer it", () => {
  const { page, send } = live("", {});
  const log = [];
  const held = [];
  page.before[20] = (call, next) => (log.push("20"), call.handler === "hold" ? held.push(next) : next());
  page.before[3] = (call, next) => (log.push("3"), call.handler === "stop" || next());
  for (const handler of ["hold", "stop", "go"]) send(handler);
  assert.deepEqual([handlers(), log], [["go"], ["3", "20", "3", "3", "20"]]);
  held[0]();
  assert.deepEqual(handlers(), ["go", "hold"]);
});

test("parts hear of events sent and answered, and take off their marks while the page changes", () => {
  const { page, root, send } = live("<p></p>", {});
  const log = [];
  page.sent.push(({ handler, id }) => log.push(["sent", handler, id]));
  page.answered.push(({ handler }, failure) => log.push(["answered", handler, failure && failure.code]));
  page.around.push(() => (log.push(["off", root.textContent]), () => log.push(["on", root.textContent])));
  send("a");
  send("b");
  FakeSocket.last.receive([2, 1, 1, { code: "forbidden", message: "", id: "" }]);
  FakeSocket.last.receive([1, 2, 2, [0, 1, "x"]]);
  assert.deepEqual(log, [
    ["sent", "a", 1], ["sent", "b", 2],
    ["off", ""], ["answered", "a", "forbidden"], ["on", ""],
    ["off", ""], ["answered", "b", false], ["on", "x"],
  ]);
});

test("what waits for its answer when the connection is lost is answered by the frames owed, and not sent twice", () => {
  const { page, send } = live("<p></p>", {});
  const answered = [];
  page.answered.push(({ handler }) => answered.push(handler));
  send("a");
  send("b");
  FakeSocket.last.lose();
  mock.timers.tick(1000);
  FakeSocket.last.open();
  const limits = { message: 2097152, events: 256 };
  FakeSocket.last.receive([0, { v: 2, seq: 1, last: 1, resume: "continue", limits }]);
  assert.deepEqual([handlers(), answered], [["b"], []]);
  FakeSocket.last.receive([1, 1, 1]);
  assert.deepEqual([answered, page.pending()], [["a"], 1]);
});

test("an effect that fails or is unknown does not stop the next", () => {
  const { page } = live("", {});
  const errors = mock.method(console, "error", () => {});
  const seen = record("last");
  page.effects.bad = () => { throw Error("no"); };
  page.effects.push = page.notify;
  FakeSocket.last.receive([1, 1, 0, [], [["bad"], ["unknown"], ["push", "last", 1]]]);
  assert.equal(errors.mock.callCount(), 2);
  assert.deepEqual(seen, [["last", 1]]);
  errors.mock.restore();
});

test("an event made before an edit and sent after it does not give the field away", () => {
  const { page, root } = live('<input value="">', {});
  const field = find("input");
  startFields(page);
  const held = [];
  page.before[1] = (call, next) => held.push(next);
  field.value = "a";
  page.edited(field);
  page.send({ handler: "search", params: { value: "a" }, source: field });
  field.value = "ab";
  page.edited(field);
  held.pop()();
  FakeSocket.last.receive([1, 1, 1, [2, 1, "value", "A"]]);
  assert.equal(field.value, "ab");
  page.send({ handler: "search", params: { value: "ab" }, source: field });
  held.pop()();
  FakeSocket.last.receive([1, 2, 2, [2, 1, "value", "AB"]]);
  assert.equal(field.value, "AB");
  assert.equal(root.isConnected, true);
});

test("another transport takes the place of the first; one that never comes up asks for a fallback", async () => {
  const { page } = live("", {});
  const frames = [];
  let stopped = 0;
  page.connect((path, on) => (on.open(), { send: (frame) => frames.push([path, frame[0]]), stop: () => stopped++ }));
  assert.equal(FakeSocket.last.readyState, 3);

  load("<div dj-root></div>");
  createPage(find("[dj-root]"), { token: "t", csrf: "c", socket: "/ws/", count: 1, sum: 0, parts: { "": "data:", fallback: part("partsStarted.push(1)") } });
  FakeSocket.last.lose();
  mock.timers.tick(30_000);
  assert.deepEqual(globalThis.partsStarted, []);
  FakeSocket.last.lose();
  await arrival(() => 1 - globalThis.partsStarted.length);
});
