/** The protocol's own examples and constants, as the djust-protocol crate tests them too. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import * as constants from "../src/constants.js";
import { createIds, measure } from "../src/ids.js";
import { createPage } from "../src/page.js";
import { start as startEffects } from "../src/parts/effects.js";
import { start as startFields } from "../src/parts/fields.js";
import { start as startNavigation } from "../src/parts/navigation.js";
import * as timing from "../src/timing.js";
import { FakeSocket, find, fullApplier, load, record } from "./dom.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../../djust-protocol/tests/${name}`, import.meta.url), "utf8"));
const examples = read("examples.json");
const wire = read("constants.json");

/** `resyncBytes` → `RESYNC_BYTES`. */
const upper = (name) => name.replace(/[A-Z]/g, "_$&").toUpperCase();

const direction = (name) => examples.filter((example) => example.direction === name);

/** The examples name nodes up to this number. */
const NODES = 60;

/** A root in which `operations` fit: its nodes are siblings, or children of the node that gets a child. */
function rootFor([op, first, second]) {
  load("<div dj-root></div>");
  const root = find("div");
  const nested = [constants.INSERT_HTML, constants.INSERT_TREE, constants.MOVE, constants.MOVE_ALL].includes(op);
  let parent = root;
  for (let id = 1; id <= NODES; id++) {
    const isComment = id === first && op === constants.SET_TEXT && /^ /.test(second);
    const isForeign = id === first && /:/.test(second);
    const name = isForeign ? "svg" : "p";
    const element = document.createElementNS(`http://www.w3.org/${isForeign ? "2000/svg" : "1999/xhtml"}`, name);
    element.setAttribute("n", id);
    if (id === first && op === constants.MERGE) element.setAttribute("dj-update", "append");
    const node = isComment ? document.createComment("") : element;
    parent.append(node);
    if (nested && id === first) parent = node;
  }
  return root;
}

for (const example of direction("operations")) {
  test(`operations: ${example.name}`, () => {
    const operations = JSON.parse(example.frame);
    const root = rootFor(operations);
    const before = root.innerHTML;
    const ids = createIds(root);
    fullApplier(root, ids)(operations);
    const [op, first, second, third] = operations;
    if (op === constants.INSERT_HTML || op === constants.INSERT_TREE) {
      assert.equal(ids.get(third).parentNode, ids.get(first));
      if (second) assert.ok(ids.get(second).compareDocumentPosition(ids.get(third)) & 4);
      else assert.equal([...ids.get(first).childNodes].find((node) => node.nodeType !== 3), ids.get(third));
    } else if (op === constants.SET_TEXT) {
      assert.equal(ids.get(first).textContent, second);
    } else if (op === constants.SET_TAIL) {
      assert.equal(ids.get(first).nextSibling.data, second);
    } else if (op === constants.REMOVE) {
      assert.equal(measure(root)[0], NODES + 1 - second);
    } else if (op === constants.REMOVE_ATTRIBUTE) {
      assert.equal(ids.get(first).hasAttribute(second), false);
    } else if (op === constants.SET_ATTRIBUTE) {
      assert.equal(ids.get(first).getAttribute(second), third);
    } else if (op === constants.MOVE) {
      assert.equal(ids.get(third).previousElementSibling, second ? ids.get(second) : null);
    } else if (op === constants.MOVE_ALL) {
      for (const [at, id] of third.entries()) assert.equal(ids.get(id).previousElementSibling, ids.get(at ? third[at - 1] : second));
    } else if (op === constants.MERGE) {
      assert.equal(ids.get(first).innerHTML, second);
    } else {
      assert.equal(ids.get(second).parentNode, ids.get(first));
    }
    const changes = op !== constants.REMOVE_ATTRIBUTE && second !== "";
    assert.equal(root.innerHTML !== before, changes);
  });
}

test("constants are those of the protocol", () => {
  assert.equal(constants.VERSION, wire.version);
  for (const group of ["client", "server", "operations"]) {
    for (const [name, number] of Object.entries(wire[group])) assert.equal(constants[upper(name)], number, name);
  }
  for (const name of ["messageBytes", "resyncBytes", "pendingEvents"]) assert.equal(constants[upper(name)], wire.limits[name], name);
  assert.equal(timing.ACK_FRAMES, wire.limits.acknowledgeFrames);
  assert.equal(timing.ACK_DELAY, wire.limits.acknowledgeMilliseconds);
});

/** A greeted page on the root of the examples. */
function live() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  load('<div dj-root=""><p>2</p></div><i id=name></i><i id=end></i>');
  find("#end").scrollIntoView = () => {};
  const root = find("[dj-root]");
  const [count, sum] = measure(root);
  const page = createPage(root, { token: "aGVsbG8:1t2x3y:c2lnbmF0dXJl", csrf: "Zm9yZ2Vk", socket: "/ws/live/", parts: {}, count, sum });
  startEffects(page);
  startFields(page);
  startNavigation(page);
  FakeSocket.last.open();
  return { root, page };
}

/** Brings the page to the sequence number before that of `frame`, with its event waiting. */
function until([kind, seq, ref], page, root) {
  const resume = kind === constants.RENUMBERED ? "resync" : "continue";
  FakeSocket.last.receive([0, { v: 2, seq: 0, last: ref ? ref - 1 : 0, resume, limits: { message: 1e6, events: 99 } }]);
  if (ref) page.send({ handler: "a", params: {}, source: root });
  for (let earlier = 1; earlier < seq; earlier++) FakeSocket.last.receive([1, earlier, 0]);
}

for (const { name, frame } of direction("server")) {
  test(`from the server: ${name}`, () => {
    const { root, page } = live();
    const [kind, , , content, effects] = JSON.parse(frame);
    const errors = record("djust:error");
    const push = record("chart");
    const flash = record("djust:flash");
    if (kind === constants.CONNECTED) {
      FakeSocket.last.receive(JSON.parse(frame));
      assert.equal(document.documentElement.dataset.djustStatus, "connected");
      const asked = JSON.parse(frame)[1].resume === "resync";
      assert.equal(FakeSocket.last.sent.some(([sent]) => sent === constants.RESYNC), asked);
      return;
    }
    if (kind === constants.CLOSE || kind === constants.PONG) {
      FakeSocket.last.receive(JSON.parse(frame));
      assert.equal(location.reloads, kind === constants.CLOSE ? 1 : 0);
      assert.equal(errors.length, kind === constants.CLOSE ? 1 : 0);
      return;
    }
    const events = JSON.parse(frame)[2] ? 1 : 0;
    until(JSON.parse(frame), page, root);
    assert.equal(page.pending(), events);
    // the examples patch node 3, which this small page has as 1
    const adapted = JSON.parse(frame.replace("[0,3,", "[0,1,"));
    FakeSocket.last.receive(adapted);
    assert.equal(page.pending(), 0);
    if (kind === constants.ERROR) return assert.deepEqual(errors, [["djust:error", content]]);
    if (content?.length) assert.equal(root.textContent, adapted[3][2]);
    else assert.equal(root.textContent, "2");
    for (const [effect, ...args] of Array.isArray(effects) ? effects : []) {
      if (effect === "title") assert.equal(document.title, args[0]);
      else if (effect === "flash") assert.deepEqual(flash, [["djust:flash", { level: args[0], text: args[1] }]]);
      else if (effect === "push") assert.deepEqual(push, [args]);
      else if (effect === "url") assert.equal(window.location.pathname + window.location.search, args[0]);
      else if (effect === "redirect" || effect === "navigate") assert.deepEqual(location.assigned, [args[0]]);
      else assert.ok(wire.effects.includes(effect));
    }
  });
}

test("what the client sends has the form of the examples", () => {
  const { root, page } = live();
  const form = (name) => JSON.parse(examples.find((example) => example.name === name).frame);
  const [[kind, greeting]] = FakeSocket.last.take();
  assert.equal(kind, form("connect")[0]);
  assert.deepEqual(Object.keys(greeting), Object.keys(form("reconnect")[1]));
  FakeSocket.last.receive(form("connected with resync"));
  assert.deepEqual(FakeSocket.last.take(), [form("resync with count and checksum")]);
  FakeSocket.last.receive([4, 18, 0, [], 2]);
  for (const name of ["event", "event with parameters", "event with fields", "event with empty form"]) {
    const [, id, , handler, params = {}, fields] = form(name);
    page.send({ handler, params, source: root, fields });
    const [[kind, , ack, ...rest]] = FakeSocket.last.take();
    assert.deepEqual([kind, ack, ...rest], [constants.EVENT, 18, ...form(name).slice(3)], String(id));
  }
  for (let seq = 19; seq <= 22; seq++) FakeSocket.last.receive([1, seq, 0]);
  assert.deepEqual(FakeSocket.last.take(), [[form("acknowledge")[0], 22]]);
  mock.timers.tick(25_000);
  assert.deepEqual(FakeSocket.last.take(), [form("ping")]);
});
