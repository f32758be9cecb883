import assert from "node:assert/strict";
import { test } from "node:test";
import { createIds } from "../src/ids.js";
import { find, fullApplier, load } from "./dom.js";

/** Applies `operations` to a root with the given children; returns its inner HTML and the parts. */
function patched(html, operations) {
  load(`<div dj-root>${html}</div>`);
  const root = find("[dj-root]");
  const ids = createIds(root);
  const changed = [];
  const apply = fullApplier(root, ids, (element, name) => changed.push([element.localName, name]));
  const run = (more) => (apply(more), root.innerHTML);
  return { html: run(operations), run, root, ids, changed };
}

const refused = (html, operations, message) => assert.throws(() => patched(html, operations), message);

test("set text makes one run before the first child", () => {
  assert.equal(patched("a<b></b>c", [0, 0, "x"]).html, "x<b></b>c");
  assert.equal(patched("<b></b>c", [0, 0, "x"]).html, "x<b></b>c");
  assert.equal(patched("<p></p>", [0, 1, "<&"]).html, "<p>&lt;&amp;</p>");
});

test("empty text leaves no node", () => {
  const { root, html } = patched("a<b></b>c", [0, 0, "", 1, 1, ""]);
  assert.equal(html, "<b></b>");
  assert.equal(root.childNodes.length, 1);
});

test("a run of several text nodes becomes one", () => {
  const { run, root } = patched("<b></b>", []);
  root.append("a", "b", "c");
  assert.equal(run([1, 1, "abcd"]), "<b></b>abcd");
  assert.equal(root.childNodes.length, 2);
});

test("set tail touches only the run after its node", () => {
  assert.equal(patched("a<b>i</b>c<i></i>d", [1, 1, "x"]).html, "a<b>i</b>x<i></i>d");
  assert.equal(patched("<b></b><i></i>", [1, 1, "x", 1, 2, "y"]).html, "<b></b>x<i></i>y");
});

test("set text of a comment is its data", () => {
  assert.equal(patched("<!--a-->t", [0, 1, " b "]).html, "<!-- b -->t");
});

test("the text node of an unchanged run is kept", () => {
  const { run, root } = patched("one", []);
  const text = root.firstChild;
  run([0, 0, "two"]);
  assert.equal(root.firstChild, text);
});

test("a selection in a text that is set to what it is stays", () => {
  const { run, root } = patched("<b></b>one", []);
  const selection = root.ownerDocument.getSelection();
  selection.collapse(root.lastChild, 2);
  run([1, 1, "one"]);
  assert.equal(selection.anchorOffset, 2);
  run([1, 1, "two"]);
  assert.equal(selection.anchorOffset, 0);
});

test("attributes are set and removed", () => {
  const { html, changed } = patched('<p class="a" hidden></p>', [2, 1, "class", "b", 3, 1, "hidden", 2, 1, "title", '"']);
  assert.equal(html, '<p class="b" title="&quot;"></p>');
  assert.deepEqual(changed, [["p", "class"], ["p", "hidden"], ["p", "title"]]);
});

test("attribute names that the DOM may refuse are set", () => {
  const { root, run } = patched("<p></p>", [2, 1, "@click", "a", 2, 1, 'a"b', "c", 2, 1, "=d", "e", 2, 1, "x:y", "z\r\n"]);
  const names = [...root.firstChild.attributes].map(({ name, value }) => [name, value]);
  assert.deepEqual(names, [["@click", "a"], ['a"b', "c"], ["=d", "e"], ["x:y", "z\r\n"]]);
  run([2, 1, "@click", "b", 3, 1, "=d"]);
  assert.equal(root.firstChild.getAttribute("@click"), "b");
  assert.equal(root.firstChild.hasAttribute("=d"), false);
});

test("prefixed attributes of foreign elements get their namespaces", () => {
  const { root } = patched("<svg><use></use></svg><p></p>", [
    2, 2, "xlink:href", "#a", 2, 2, "xml:lang", "en", 2, 1, "viewBox", "0 0 1 1", 2, 3, "xlink:href", "#b",
  ]);
  const use = root.querySelector("use");
  assert.equal(use.getAttributeNS("http://www.w3.org/1999/xlink", "href"), "#a");
  assert.equal(use.getAttributeNS("http://www.w3.org/XML/1998/namespace", "lang"), "en");
  assert.equal(root.querySelector("svg").getAttribute("viewBox"), "0 0 1 1");
  assert.equal(root.querySelector("p").getAttributeNode("xlink:href").namespaceURI, null);
});

test("a set namespaced attribute is replaced, not doubled", () => {
  const { root } = patched('<svg xlink:href="#a"></svg>', [2, 1, "xlink:href", "#b"]);
  assert.equal(root.innerHTML, '<svg xlink:href="#b"></svg>');
});

test("insert HTML goes after a node and its tail, and is numbered", () => {
  const { html, run, ids } = patched("a<b></b>c<i></i>", [4, 0, 1, 3, "<u>x<s></s></u>y"]);
  assert.equal(html, "a<b></b>c<u>x<s></s></u>y<i></i>");
  assert.deepEqual([3, 4].map((id) => ids.get(id).localName), ["u", "s"]);
  assert.equal(run([0, 4, "z", 1, 3, "w"]), "a<b></b>c<u>x<s>z</s></u>w<i></i>");
});

test("insert as first child goes after the text of the parent", () => {
  assert.equal(patched("a<b></b>", [4, 0, 0, 2, "<i></i><!--c-->t"]).html, "a<i></i><!--c-->t<b></b>");
  assert.equal(patched("a", [4, 0, 0, 1, "<i></i>"]).html, "a<i></i>");
});

test("HTML is parsed in the context of its parent", () => {
  const table = "<table><tbody><tr><td></td></tr></tbody></table>";
  assert.equal(patched(table, [4, 2, 3, 5, "<tr><td>2</td></tr>"]).html, "<table><tbody><tr><td></td></tr><tr><td>2</td></tr></tbody></table>");
  assert.equal(patched("<select></select>", [4, 1, 0, 2, "<option>a</option>"]).html, "<select><option>a</option></select>");
  const { root } = patched("<svg></svg>", [4, 1, 0, 2, "<circle r=1></circle>"]);
  assert.equal(root.querySelector("circle").namespaceURI, "http://www.w3.org/2000/svg");
});

test("custom elements are parents like any other", () => {
  let made = 0;
  load("<div dj-root><x-box></x-box></div>");
  window.customElements.define("x-box", class extends window.HTMLElement {
    constructor() {
      super();
      made++;
    }
  });
  const root = find("[dj-root]");
  fullApplier(root)([4, 1, 0, 2, "<p>a</p>", 7, 1, 3, "<p>b</p>"]);
  assert.equal(root.innerHTML, "<x-box><p>b</p></x-box>");
  assert.equal(made, 1);
});

test("remove takes counted siblings with their tails", () => {
  const { html, ids } = patched("a<b></b>1<i><u></u></i>2<s></s>3", [5, 1, 2]);
  assert.equal(html, "a<s></s>3");
  assert.deepEqual([1, 2, 3].map((id) => ids.get(id)), [undefined, undefined, undefined]);
  assert.equal(ids.get(4).localName, "s");
});

test("move takes the tail along", () => {
  const three = "t<b></b>1<i></i>2<u></u>3";
  assert.equal(patched(three, [6, 0, 0, 3]).html, "t<u></u>3<b></b>1<i></i>2");
  assert.equal(patched(three, [6, 0, 3, 1]).html, "t<i></i>2<u></u>3<b></b>1");
  assert.equal(patched(three, [6, 0, 1, 3]).html, "t<b></b>1<u></u>3<i></i>2");
});

test("nodes that move together follow one another", () => {
  const four = "t<b></b>1<i></i>2<u></u>3<s></s>4";
  assert.equal(patched(four, [10, 0, 0, [4, 2, 3]]).html, "t<s></s>4<i></i>2<u></u>3<b></b>1");
  assert.equal(patched(four, [10, 0, 3, [2, 1], 6, 0, 0, 4]).html, "t<s></s>4<u></u>3<i></i>2<b></b>1");
  assert.throws(() => patched(four, [10, 0, 0, [4, 9]]));
});

test("a move to where the node is changes nothing", () => {
  assert.equal(patched("<b></b>1<i></i>2", [6, 0, 1, 2]).html, "<b></b>1<i></i>2");
  assert.equal(patched("t<b></b>1<i></i>2", [6, 0, 0, 1]).html, "t<b></b>1<i></i>2");
});

test("moved nodes keep identity, focus and caret", () => {
  const { run, root } = patched("<p><input value=abcdef></p><p></p>", []);
  const input = root.querySelector("input");
  input.focus();
  input.setSelectionRange(2, 4, "backward");
  run([6, 0, 3, 1]);
  assert.equal(root.querySelector("input"), input);
  assert.equal(document.activeElement, input);
  assert.deepEqual([input.selectionStart, input.selectionEnd, input.selectionDirection], [2, 4, "backward"]);
});

test("moved nodes keep the selected text", () => {
  const { run, root } = patched("<p>abc</p><p></p>", []);
  const text = root.querySelector("p").firstChild;
  getSelection().setBaseAndExtent(text, 1, text, 3);
  run([6, 0, 2, 1]);
  assert.deepEqual([getSelection().anchorNode, getSelection().anchorOffset, getSelection().focusOffset], [text, 1, 3]);
});

test("replace children forgets the old ones", () => {
  const { html, ids, changed } = patched("<p>a<b></b>c</p>", [7, 1, 3, "x<i></i>"]);
  assert.equal(html, "<p>x<i></i></p>");
  assert.equal(ids.get(2), undefined);
  assert.equal(ids.get(3).localName, "i");
  assert.deepEqual(changed, [["p", ""]]);
  assert.equal(patched("<p>a</p>", [7, 0, 2, ""]).html, "");
});

test("insert tree makes what parsing cannot give", () => {
  const tree = [["a", 0, ["href", "/"], "out", [["a", 0, [], "in", [], "t"]], "tail"], ["#comment", "c", ""]];
  const { html, ids } = patched("", [8, 0, 0, 1, tree]);
  assert.equal(html, '<a href="/">out<a>in</a>t</a>tail<!--c-->');
  assert.deepEqual([1, 2, 3].map((id) => ids.get(id).nodeName), ["A", "A", "#comment"]);
});

test("insert tree fills templates and keeps their contents unnumbered", () => {
  const tree = [["template", 0, [], "t", [], "", [["b", 0, [], "x", [], "y"]]], ["i", 0, [], "", [], ""]];
  const { html, ids, root } = patched("", [8, 0, 0, 1, tree]);
  assert.equal(html, "<template>t<b>x</b>y</template><i></i>");
  assert.equal(root.firstChild.content.childNodes.length, 3);
  assert.equal(ids.get(2).localName, "i");
});

test("insert tree knows SVG, MathML and unusual names", () => {
  const tree = [
    ["svg", 1, ["viewBox", "0 0 1 1"], "", [["use", 1, ["xlink:href", "#a"], "", [], ""]], ""],
    ["math", 2, [], "", [["mi", 2, [], "x", [], ""]], ""],
    ['a"b', 0, ["@c", "d"], "", [], ""],
  ];
  const { root } = patched("", [8, 0, 0, 1, tree]);
  const [svg, math, odd] = root.children;
  assert.equal(svg.namespaceURI, "http://www.w3.org/2000/svg");
  assert.equal(svg.firstChild.getAttributeNS("http://www.w3.org/1999/xlink", "href"), "#a");
  assert.equal(math.firstChild.namespaceURI, "http://www.w3.org/1998/Math/MathML");
  assert.deepEqual([odd.localName, odd.getAttribute("@c")], ['a"b', "d"]);
});

test("operations run in order and address what earlier ones made", () => {
  const { html } = patched("<ul></ul>", [4, 1, 0, 2, "<li>a</li><li>b</li>", 6, 1, 0, 3, 0, 2, "c", 5, 3, 1]);
  assert.equal(html, "<ul><li>c</li></ul>");
});

test("a patch does not touch other nodes", () => {
  const { run, root } = patched("<p>a</p><p>b</p><p>c</p>", []);
  const records = [];
  const observer = new window.MutationObserver((list) => records.push(...list));
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  run([0, 2, "x"]);
  records.push(...observer.takeRecords());
  assert.deepEqual(records.map((record) => record.target.textContent), ["x"]);
});

test("what does not fit is refused", () => {
  refused("<b></b>", [0, 9, "x"], /does not fit/);
  refused("<b></b>", [1, 0, "x"], /does not fit/);
  refused("<b></b>", [5, 0, 1], /does not fit/);
  refused("<b></b>", [5, 1, 2], /does not fit/);
  refused("<b></b>", [4, 0, 7, 2, "<i></i>"], /does not fit/);
  refused("<b><i></i></b><u></u>", [4, 0, 2, 4, "<s></s>"], /does not fit/);
  refused("<b><i></i></b><u></u>", [6, 0, 3, 2], /does not fit/);
  refused("<b></b>", [6, 0, 0, 0], /does not fit/);
  refused("<b></b>", [99, 1], TypeError);
});

test("nodes that others put next to the patched ones are not guessed about", () => {
  const { run, root } = patched("<b></b>t<i></i>", []);
  root.insertBefore(document.createElement("ins"), root.childNodes[1]);
  assert.throws(() => run([1, 1, "x"]), /does not fit/);
  assert.throws(() => run([5, 1, 1]), /does not fit/);
  assert.throws(() => run([4, 0, 1, 3, "<u></u>"]), /does not fit/);
  assert.equal(root.innerHTML, "<b></b><ins></ins>t<i></i>");
});

test("a node that others took out of the page is not patched", () => {
  const { run, root } = patched("<b></b><i></i>", []);
  root.firstChild.remove();
  assert.throws(() => run([0, 1, "x"]), /does not fit/);
});
