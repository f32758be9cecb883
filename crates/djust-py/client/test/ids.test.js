import assert from "node:assert/strict";
import { test } from "node:test";
import { createIds, measure } from "../src/ids.js";
import { find, load } from "./dom.js";

/** The checksum as the definition has it. */
function checksum(names) {
  let sum = 0n;
  for (const name of names) {
    let hash = 0x811c9dc5n;
    for (const byte of Buffer.from(name)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
    sum = (sum * 0x01000193n + hash) & 0xffffffffn;
  }
  return Number(sum);
}

test("elements and comments are numbered in document order", () => {
  load("<main dj-root>a<b>c<i></i></b><!--d--><p></p></main><p></p>");
  const root = find("main");
  const ids = createIds(root);
  const names = [0, 1, 2, 3, 4].map((id) => ids.get(id).nodeName);
  assert.deepEqual(names, ["MAIN", "B", "I", "#comment", "P"]);
  assert.equal(ids.get(5), undefined);
});

test("what an element keeps has no numbers", () => {
  for (const [how, count] of [["ignore", 3], ["append", 3], ["prepend", 3], ["replace", 4], ["", 4], ["appended", 4]]) {
    load(`<div dj-root><ul dj-update="${how}"><li></li></ul><u></u></div>`);
    assert.equal(measure(find("[dj-root]"))[0], count, how);
  }
});

test("template contents and ignored subtrees have no numbers", () => {
  load("<div dj-root><template><b></b></template><div dj-update=ignore><i></i><!----></div><u></u></div>");
  const ids = createIds(find("[dj-root]"));
  assert.deepEqual([1, 2, 3].map((id) => ids.get(id).localName), ["template", "div", "u"]);
  assert.equal(measure(find("[dj-root]"))[0], 4);
});

test("an SVG element called template is an ordinary element", () => {
  load("<div dj-root><svg><template><g></g></template></svg></div>");
  assert.equal(measure(find("[dj-root]"))[0], 4);
});

test("count and checksum are those of the definition", () => {
  load("<div dj-root><p>1</p><!--x--><svg><foreignObject></foreignObject></svg><x-å></x-å></div>");
  const [count, sum] = measure(find("[dj-root]"));
  assert.equal(count, 6);
  assert.equal(sum, checksum(["div", "p", "#comment", "svg", "foreignObject", "x-å"]));
});

test("the checksum of the protocol's examples", () => {
  load("<div dj-root><p>2</p></div>");
  assert.deepEqual(measure(find("[dj-root]")).slice(0, 2), [2, 1465902663]);
});

test("outlines differ where only the parent differs", () => {
  load("<div id=one><a></a><a></a></div><div id=two><a></a></div>");
  const inner = document.createElement("a");
  find("#two a").append(inner);
  const one = measure(find("#one"));
  const two = measure(find("#two"));
  assert.deepEqual(one.slice(0, 2), two.slice(0, 2));
  assert.notEqual(one[2], two[2]);
});

test("a node that was forgotten or never numbered is foreign", () => {
  load("<div dj-root><p><b></b></p></div>");
  const ids = createIds(find("[dj-root]"));
  const paragraph = find("p");
  ids.forget(paragraph);
  assert.equal(ids.has(paragraph), false);
  assert.equal(ids.get(2), undefined);
  assert.equal(ids.has(document.createElement("p")), false);
  ids.renumber();
  assert.equal(ids.has(paragraph), true);
  assert.equal(ids.get(2), find("b"));
});

test("deep nesting is walked without recursion", () => {
  load("<div dj-root></div>");
  let node = find("[dj-root]");
  for (let depth = 0; depth < 2_000; depth++) node = node.appendChild(document.createElement("p"));
  assert.equal(measure(find("[dj-root]"))[0], 2_001);
});
