import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../src/parts/effects.js";
import { start as startNavigation } from "../src/parts/navigation.js";
import { find, load, record } from "./dom.js";

/** Runs effects on a page with `root`. */
function runEffects(root, list, config = {}) {
  const notify = (name, detail) => root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  const effects = {};
  start({ config, notify, effects });
  startNavigation({ root, effects, answered: [] });
  for (const [kind, ...args] of list) effects[kind](...args);
}

test("title and address change", () => {
  load("<div dj-root></div>");
  const length = history.length;
  runEffects(find("div"), [["title", "Four"], ["url", "/shop/?page=3", "push"], ["url", "/shop/?page=4", "replace"]]);
  assert.equal(document.title, "Four");
  assert.equal(window.location.search, "?page=4");
  assert.equal(history.length, length + 1);
});

test("flash and push become events of the root", () => {
  load("<div dj-root></div>");
  const events = record("djust:flash", "chart");
  runEffects(find("div"), [["flash", "success", "Saved."], ["push", "chart", { points: [1] }]]);
  assert.deepEqual(events, [["djust:flash", { level: "success", text: "Saved." }], ["chart", { points: [1] }]]);
});

test("focus and scroll go to the first match", () => {
  load("<div dj-root><input><input></div>");
  const inside = find("input");
  let scrolled = 0;
  inside.scrollIntoView = () => scrolled++;
  runEffects(find("div"), [["focus", "input"], ["scroll", "input"]]);
  assert.equal(document.activeElement, inside);
  assert.equal(scrolled, 1);
});

test("a redirect goes to web addresses only", () => {
  load("<div dj-root></div>");
  runEffects(find("div"), [["redirect", "/login/"], ["redirect", "javascript:alert(1)"], ["redirect", "data:text/html,x"]]);
  assert.deepEqual(location.assigned, ["/login/"]);
});

test("a redirect or navigation leaves the site only for hosts that are named", () => {
  load("<div dj-root></div>");
  const away = ["//pay.example/", "https://pay.example/now", "https://evil.example/", "/\\evil.example/", "javascript://pay.example/"];
  runEffects(find("div"), away.map((url) => ["redirect", url]), { hosts: ["pay.example"] });
  assert.deepEqual(location.assigned.splice(0), away.slice(0, 2));
  runEffects(find("div"), [...away, "/settings/"].map((url) => ["navigate", url, "replace"]), { hosts: ["pay.example"] });
  assert.deepEqual(location.assigned, ["/settings/"]);
});

test("an effect that another part has defined stays", () => {
  const title = () => {};
  const effects = { title };
  start({ config: {}, notify() {}, effects });
  assert.equal(effects.title, title);
});
