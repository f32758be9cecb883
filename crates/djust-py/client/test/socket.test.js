import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { backoff, createSocket } from "../src/socket.js";
import { FakeSocket, load } from "./dom.js";

const { random } = Math;
let calls;
let socket;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  load("");
  calls = [];
  Math.random = () => 0.5;
  socket = createSocket("/below/ws/live/", {
    open: () => calls.push("open"),
    message: (frame) => calls.push(frame),
    close: () => calls.push("close"),
    leave: () => calls.push("leave"),
  });
});

const visible = (hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};

test("the address is the page's host, with the scheme that fits", () => {
  assert.equal(FakeSocket.last.url, "wss://example.test/below/ws/live/");
  location.href = "http://example.test:8000/";
  createSocket("/ws/live/", {});
  assert.equal(FakeSocket.last.url, "ws://example.test:8000/ws/live/");
});

test("delays are random below a bound that doubles and ends", () => {
  assert.deepEqual([0, 1, 2, 5, 6, 50].map((attempt) => backoff(attempt)), [250, 500, 1000, 8000, 15_000, 15_000]);
  Math.random = () => 0;
  assert.equal(backoff(3), 0);
});

test("delays of many clients are spread", () => {
  Math.random = random;
  const delays = Array.from({ length: 1000 }, () => backoff(4));
  assert.ok(delays.every((delay) => delay >= 0 && delay < 8000));
  assert.ok(delays.filter((delay) => delay < 2000).length > 150);
  assert.ok(delays.filter((delay) => delay > 6000).length > 150);
});

test("frames travel as JSON while the connection is open", () => {
  socket.send([3]);
  FakeSocket.last.open();
  socket.send([2, 7]);
  FakeSocket.last.receive([3]);
  assert.deepEqual(FakeSocket.last.sent, [[2, 7]]);
  assert.deepEqual(calls, ["open", [3]]);
});

test("a lost connection is made again, later and later", () => {
  for (const delay of [500, 1000, 2000]) {
    FakeSocket.last.lose();
    const made = FakeSocket.all.length;
    mock.timers.tick(delay - 1);
    assert.equal(FakeSocket.all.length, made);
    mock.timers.tick(1);
    assert.equal(FakeSocket.all.length, made + 1);
  }
  assert.deepEqual(calls, ["close", "close", "close"]);
});

test("after a long connection the first delay is short again", () => {
  FakeSocket.last.lose();
  mock.timers.tick(500);
  FakeSocket.last.open();
  FakeSocket.last.receive([3]);
  mock.timers.tick(20_000);
  FakeSocket.last.lose();
  mock.timers.tick(250);
  assert.equal(FakeSocket.all.length, 3);
});

test("a silent server is noticed", () => {
  FakeSocket.last.open();
  FakeSocket.last.receive([3]);
  mock.timers.tick(25_000);
  assert.deepEqual(FakeSocket.last.take(), [[3]]);
  FakeSocket.last.receive([3]);
  mock.timers.tick(25_000);
  assert.deepEqual(FakeSocket.last.take(), [[3]]);
  assert.equal(calls.includes("close"), false);
  mock.timers.tick(10_000);
  assert.equal(calls.at(-1), "close");
});

test("a server that never accepts is given up", () => {
  mock.timers.tick(10_000);
  assert.deepEqual(calls, ["close"]);
  mock.timers.tick(500);
  assert.equal(FakeSocket.all.length, 2);
});

test("a connection that was left is not heard any more", () => {
  const old = FakeSocket.last;
  mock.timers.tick(10_500);
  old.open();
  old.receive([3]);
  old.lose();
  assert.deepEqual(calls, ["close"]);
});

test("coming online or into view connects at once", () => {
  for (const wake of [() => dispatchEvent(new Event("online")), () => visible(false)]) {
    FakeSocket.last.lose();
    const made = FakeSocket.all.length;
    wake();
    assert.equal(FakeSocket.all.length, made + 1);
  }
});

test("a wake-up checks a connection that looks alive", () => {
  FakeSocket.last.open();
  FakeSocket.last.receive([3]);
  visible(false);
  assert.deepEqual(FakeSocket.last.take(), [[3]]);
  mock.timers.tick(10_000);
  assert.equal(calls.at(-1), "close");
});

test("a page in the back/forward cache has no connection, and gets one when it returns", () => {
  FakeSocket.last.open();
  dispatchEvent(new Event("pagehide"));
  visible(true);
  assert.equal(FakeSocket.last.readyState, 3);
  assert.deepEqual(calls, ["open", "leave", "close"]);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  dispatchEvent(new Event("pageshow"));
  assert.equal(FakeSocket.all.length, 2);
});

test("a stopped socket stays away", () => {
  socket.stop();
  FakeSocket.last.lose();
  dispatchEvent(new Event("online"));
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
});
