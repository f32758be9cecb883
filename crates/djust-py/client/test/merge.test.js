import assert from "node:assert/strict";
import { test } from "node:test";
import { createApplier } from "../src/apply.js";
import { createIds } from "../src/ids.js";
import { start } from "../src/parts/merge.js";
import { find, load } from "./dom.js";

/** A list that holds `html`; `merge` adds to it and returns what it holds then. */
function list(how, html) {
  load(`<div dj-root><ul dj-update="${how}">${html}</ul></div>`);
  const root = find("[dj-root]");
  const ids = createIds(root);
  const changed = [];
  const applier = createApplier(root, ids, (element, name) => changed.push([element.localName, name]));
  start({ applier });
  const element = find("ul");
  const merge = (more) => (applier.apply([9, 1, more]), element.innerHTML);
  return { merge, element, changed, ids };
}

test("new nodes go to the end or the beginning, with the text that follows them", () => {
  const held = '\n<li id="a">1</li>\n';
  const more = '<li id="b">2</li>\n<li id="c">3</li> x';
  assert.equal(list("append", held).merge(more), held + more);
  assert.equal(list("prepend", held).merge(more), more + held);
  assert.equal(list("append", "a").merge("b<b>c</b>"), "ab<b>c</b>");
  assert.equal(list("append", "").merge("<li>x</li>"), "<li>x</li>");
});

test("a node with a known key is updated in place and its tail dropped", () => {
  for (const how of ["append", "prepend"]) {
    const { merge, element } = list(how, '<li id="a" class="x">1</li> <li data-key="b">2</li>\n');
    const [one, two] = element.children;
    const html = merge('<li data-key="b" title="t">new <b>2</b></li>tail<li id="a">1</li>');
    assert.equal(html, '<li id="a">1</li> <li data-key="b" title="t">new <b>2</b></li>\n');
    assert.deepEqual([...element.children], [one, two]);
  }
});

test("controls inside an updated node keep their identity", () => {
  const { merge, element, changed } = list("append", '<li id="a"><p>old</p><input value="1"><textarea>t</textarea></li>');
  const input = find("input");
  input.value = "typed";
  merge('<li id="a"><p>new</p><input value="2"><textarea>u</textarea></li>');
  assert.equal(find("input"), input);
  assert.equal(input.value, "typed");
  assert.ok(changed.some(([name, what]) => name === "input" && what === "value"));
  assert.ok(changed.some(([name, what]) => name === "textarea" && what === ""));
  assert.equal(element.querySelector("p").textContent, "new");
});

test("other elements take the place of old ones", () => {
  const { merge } = list("append", '<li id="a"><i>1</i><template><b></b></template>x</li>');
  assert.equal(
    merge('<li id="a"><u>1</u><template><i></i></template></li>'),
    '<li id="a"><u>1</u><template><i></i></template></li>',
  );
});

test("a key that comes twice is one node", () => {
  const { merge } = list("append", "");
  assert.equal(merge('<li id="a">1</li><li id="a">2</li>'), '<li id="a">2</li>');
  assert.equal(merge('<li id="a">3</li><li id="b">4</li>'), '<li id="a">3</li><li id="b">4</li>');
});

test("a node that a script has taken out comes back", () => {
  const { merge, element } = list("append", '<li id="a">1</li>');
  merge('<li id="a">1</li>');
  element.firstChild.remove();
  assert.equal(merge('<li id="a">2</li>'), '<li id="a">2</li>');
});

test("nodes are not numbered, and the same nodes are looked for once", () => {
  const { merge, element, ids } = list("append", '<li id="a">1</li>');
  merge('<li id="b">2</li>');
  assert.equal(ids.get(2), undefined);
  Object.defineProperty(element, "children", { get: () => assert.fail("the children are known") });
  merge('<li id="c">3</li>');
});

test("an element that does not hold what it has is no place to merge", () => {
  for (const how of ["ignore", "replace"]) assert.throws(() => list(how, "").merge("<li></li>"));
});
