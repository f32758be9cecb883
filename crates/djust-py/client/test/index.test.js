import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeSocket, find, load } from "./dom.js";

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

const PAGE = `<a dj-click="before"></a><main dj-view="x"></main><div dj-root><button dj-click="go"></button></div>
  <script type="application/json" id="djust-config">{"token":"t","csrf":"c","socket":"/ws/live/","count":2,"sum":1,"parts":{}}</script>
  <script type="application/json" data-djust></script>`;

let copies = 0;

/** Evaluates the client once more, as a second script element with another address does. */
const evaluate = () => import(`../src/index.js?${++copies}`);

test("the client takes its configuration and its script out of the page and starts", async () => {
  load(`<b id="djust-config"></b>${PAGE}`);
  const warnings = mock.method(console, "warn", () => {});
  await evaluate();
  assert.equal(document.querySelector("script"), null);
  assert.equal(FakeSocket.all.length, 1);
  find("button").click();
  find("a").click();
  const handle = document[Symbol.for("djust")];
  assert.deepEqual([handle.version, handle.pending(), Object.isFrozen(handle)], [2, 1, true]);
  assert.equal(warnings.mock.callCount(), 0);
});

test("a second copy warns and does nothing", async () => {
  const warnings = mock.method(console, "warn", () => {});
  await evaluate();
  assert.equal(FakeSocket.all.length, 1);
  assert.deepEqual(warnings.mock.calls.map((call) => call.arguments), [
    ["client.js already loaded, skipping duplicate initialization"],
  ]);
});

test("without dj-root the first dj-view is the root", async () => {
  load(PAGE.replace("dj-root", ""));
  await evaluate();
  FakeSocket.last.open();
  assert.equal(FakeSocket.last.sent[0][1].count, 1);
});

test("a page without configuration or root is left alone", async () => {
  load("<div dj-root></div>");
  await evaluate();
  load('<script type="application/json" id="djust-config">{}</script>');
  await evaluate();
  assert.equal(FakeSocket.all.length, 0);
  assert.equal(document.documentElement.hasAttribute("data-djust-status"), false);
});
