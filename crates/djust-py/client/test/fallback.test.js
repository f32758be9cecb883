/** Frames over HTTP, against requests that the test answers. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { start } from "../src/parts/fallback.js";
import { load } from "./dom.js";

/** Requests that nobody has answered yet, oldest first. */
let requests;
let calls;
let transport;

/** Lets everything happen that waits for no timer. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Answers the oldest request. */
async function answer(frames, { id, status = 200 } = {}) {
  const headers = id ? { "x-djust-connection": id } : {};
  const body = frames.map((frame) => JSON.stringify(frame)).join("\n");
  requests.shift().resolve(new Response(body, { status, headers }));
  await settle();
}

/** Connects, and gets as far as the request that waits for frames. */
async function connected() {
  mock.timers.tick(0);
  transport.send([0, { v: 2 }]);
  await answer([[0, { seq: 0 }]], { id: "one" });
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  load("");
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  requests = [];
  calls = [];
  Math.random = () => 0.5;
  globalThis.fetch = (path, { body, headers, signal, keepalive }) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(Error("aborted")));
      requests.push({ path, body, headers, keepalive, resolve, reject });
    });
  const on = {
    open: () => calls.push("open"),
    message: (frame, text) => calls.push([frame, text]),
    close: (attempt) => calls.push(`close ${attempt}`),
    leave: () => {
      calls.push("leave");
      transport.send([1, 9, 0, "last"]);
    },
  };
  start({ connect: (create) => (transport = create("/below/frames/", on)) });
});

test("the first request opens a connection, the next one waits for frames", async () => {
  assert.equal(document.documentElement.dataset.djustTransport, "http");
  assert.deepEqual(calls, []);
  await connected();
  assert.deepEqual(calls, ["open", [[0, { seq: 0 }], '[0,{"seq":0}]']]);
  const [{ path, body, headers }] = requests;
  assert.deepEqual([path, body, headers], ["/below/frames/", "", { "x-djust-wait": "1", "x-djust-connection": "one" }]);
  await answer([[1, 1, 0], [1, 2, 0]]);
  assert.deepEqual(calls.slice(2).map(([frame]) => frame), [[1, 1, 0], [1, 2, 0]]);
  assert.equal(requests.length, 1);
});

test("frames are sent one request at a time, in their order", async () => {
  await connected();
  for (const event of [1, 2, 3]) transport.send([1, event, 0, "add"]);
  assert.deepEqual(requests.map(({ body }) => body), ["", '[1,1,0,"add"]']);
  const [wait] = requests.splice(0, 1);
  await answer([]);
  assert.deepEqual(requests.map(({ body }) => body), ['[1,2,0,"add"]\n[1,3,0,"add"]']);
  assert.ok(!requests[0].headers["x-djust-wait"]);
  wait.resolve(new Response("[1,1,1]"));
  await settle();
  assert.deepEqual(calls.at(-1)[0], [1, 1, 1]);
});

test("a refused or unknown connection is made anew, later and later", async () => {
  await connected();
  await answer([], { status: 410 });
  assert.equal(calls.at(-1), "close 1");
  mock.timers.tick(499);
  assert.equal(requests.length, 0);
  mock.timers.tick(1);
  assert.equal(calls.at(-1), "open");
  transport.send([0, {}]);
  // The handshake was answered, but there is no connection to come back to.
  await answer([[3, { code: "expired" }]]);
  assert.deepEqual(calls.slice(-2), [[[3, { code: "expired" }], '[3,{"code":"expired"}]'], "close 2"]);
  mock.timers.tick(1000);
  assert.equal(calls.at(-1), "open");
  // A new connection begins without the old id.
  transport.send([0, {}]);
  assert.deepEqual(requests[0].headers, {});
});

test("a network that fails, and a server that says nothing, end the connection", async () => {
  await connected();
  requests.shift().reject(Error("offline"));
  await settle();
  assert.equal(calls.at(-1), "close 1");
  mock.timers.tick(500);
  transport.send([0, {}]);
  await answer([[0, {}]], { id: "two" });
  mock.timers.tick(35_000);
  await settle();
  assert.match(calls.at(-1), /^close/);
});

test("an answer to an earlier connection is not heard", async () => {
  await connected();
  const [late] = requests.splice(0);
  dispatchEvent(new Event("pagehide"));
  dispatchEvent(new Event("pageshow"));
  const before = calls.length;
  late.resolve(new Response("[1,1,0]"));
  await settle();
  assert.equal(calls.length, before);
});

test("what is sent while the page is left goes by a request that outlives it", async () => {
  await connected();
  requests.splice(0);
  dispatchEvent(new Event("pagehide"));
  assert.deepEqual(calls.slice(-2), ["leave", "close 0"]);
  const [{ body, headers, keepalive }] = requests;
  assert.deepEqual([body, headers, keepalive], ['[1,9,0,"last"]', { "x-djust-connection": "one" }, true]);
  mock.timers.tick(60_000);
  assert.equal(calls.at(-1), "close 0");
  for (const wake of ["pageshow", "online"]) dispatchEvent(new Event(wake));
  assert.equal(calls.filter((call) => call === "open").length, 2);
});

test("what is stopped stays away", async () => {
  await connected();
  transport.stop();
  await settle();
  transport.send([1, 1, 0, "add"]);
  dispatchEvent(new Event("online"));
  mock.timers.tick(60_000);
  assert.equal(calls.filter((call) => call === "open").length, 1);
  assert.equal(requests.length, 1);
});
