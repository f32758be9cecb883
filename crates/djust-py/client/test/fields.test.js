import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH } from "../src/constants.js";
import { createFields, start } from "../src/parts/fields.js";
import { createFields as createEarly } from "../src/controls.js";
import { find, fullApplier, load } from "./dom.js";

/** A root with its fields; `answer` applies operations that answer event `ref`. */
function form(html) {
  load(`<div dj-root>${html}</div>`);
  const root = find("[dj-root]");
  const fields = createFields();
  const apply = fullApplier(root, undefined, fields.changed);
  let sent = 0;
  return {
    control: root.querySelector("input,textarea,select"),
    root,
    fields,
    edit(control, value) {
      if (typeof value === "boolean") control.checked = value;
      else control.value = value;
      fields.edited(control, sent);
    },
    /** Sends an event that tells what is in `source`. */
    send(source = root) {
      fields.told(source, ++sent, fields.order());
      return sent;
    },
    answer: (ref, ...operations) => fields.during(ref, () => apply(operations)),
  };
}

test("the server sets a control that the user did not edit", () => {
  const { control, answer } = form('<input value="a">');
  answer(0, 2, 1, "value", "b");
  assert.deepEqual([control.value, control.getAttribute("value")], ["b", "b"]);
  answer(0, 3, 1, "value");
  assert.deepEqual([control.value, control.hasAttribute("value")], ["", false]);
});

test("an answer to an event sent before the edit leaves the edit alone", () => {
  const { control, edit, send, answer } = form('<input value="">');
  edit(control, "a");
  const first = send(control);
  edit(control, "ab");
  answer(first, 2, 1, "value", "a");
  assert.equal(control.value, "ab");
  assert.equal(control.getAttribute("value"), "a");
});

test("the answer to the last edit is shown", () => {
  const { control, edit, send, answer } = form('<input value="">');
  edit(control, "ab");
  answer(send(control), 2, 1, "value", "AB");
  assert.equal(control.value, "AB");
});

test("fast typing under slow replies loses and reorders nothing", () => {
  const { control, edit, send, answer } = form('<input value="">');
  const text = "the quick brown fox jumps over the lazy dog";
  const pending = [];
  for (let length = 1; length <= text.length; length++) {
    edit(control, text.slice(0, length));
    pending.push([send(control), control.value]);
    if (length % 3 === 0) answer(pending[0][0], 2, 1, "value", pending.shift()[1]);
    assert.equal(control.value, text.slice(0, length));
  }
  for (const [id, value] of pending) {
    answer(id, 2, 1, "value", value);
    assert.equal(control.value, text);
  }
});

test("an event sent after the edit may set the control, though it told nothing of it", () => {
  const { control, edit, send, answer } = form('<input value="one"><button></button>');
  edit(control, "one, changed");
  answer(send(), 2, 1, "value", "two");
  assert.equal(control.value, "two");
});

test("a frame that answers no event leaves an edit alone until it was told and answered", () => {
  const { control, edit, send, answer } = form('<input value="">');
  edit(control, "draft");
  answer(0, 2, 1, "value", "tick");
  assert.equal(control.value, "draft");
  const id = send(control);
  answer(0, 2, 1, "value", "tick 2");
  assert.equal(control.value, "draft");
  answer(id);
  answer(0, 2, 1, "value", "tick 3");
  assert.equal(control.value, "tick 3");
});

test("a page that the server knows afresh keeps everything typed", () => {
  const { control, edit, send, answer } = form('<input value="">');
  edit(control, "typed");
  answer(send(control), 2, 1, "value", "typed");
  edit(control, "typed more");
  answer(send(control));
  answer(FRESH, 2, 1, "value", "");
  assert.equal(control.value, "typed more");
});

test("after a submit the server clears the field, with or without a change of the attribute", () => {
  for (const operations of [[2, 2, "value", ""], []]) {
    const { root, edit, send, answer, control } = form('<form><input name="title" value=""></form>');
    edit(control, "milk");
    answer(send(root.querySelector("form")), ...operations);
    assert.equal(control.value, "");
  }
});

test("a field without a value attribute keeps its text after a submit", () => {
  const { root, edit, send, answer, control } = form('<form><input name="q"></form>');
  edit(control, "query");
  answer(send(root.querySelector("form")));
  assert.equal(control.value, "query");
});

test("what is typed after the submit stays", () => {
  const { root, edit, send, answer, control } = form('<form><input value=""></form>');
  edit(control, "milk");
  const id = send(root.querySelector("form"));
  edit(control, "bread");
  answer(id);
  assert.equal(control.value, "bread");
});

test("a submit that failed clears nothing, and neither does the next answer", () => {
  const { root, fields, edit, send, answer, control } = form('<form><input value=""></form>');
  edit(control, "milk");
  fields.failed(send(root.querySelector("form")));
  answer(send());
  assert.equal(control.value, "milk");
});

test("the caret stays where it is when the server changes the text", () => {
  const { control, edit, send, answer } = form('<input value="">');
  control.focus();
  edit(control, "abcd");
  control.setSelectionRange(2, 2);
  answer(send(control), 2, 1, "value", "ABCD");
  assert.deepEqual([control.value, control.selectionStart], ["ABCD", 2]);
});

test("a caret at the end stays at the end", () => {
  const { control, edit, send, answer } = form('<input value="">');
  control.focus();
  edit(control, "123");
  control.setSelectionRange(3, 3);
  answer(send(control), 2, 1, "value", "123-");
  assert.equal(control.selectionStart, 4);
});

test("a textarea follows its text", () => {
  const { control, edit, send, answer } = form("<textarea>a</textarea>");
  edit(control, "b");
  const id = send(control);
  edit(control, "bc");
  answer(id, 0, 1, "B");
  assert.deepEqual([control.value, control.defaultValue], ["bc", "B"]);
  answer(send(control), 0, 1, "");
  assert.equal(control.value, "");
});

test("checked follows the attribute in both directions", () => {
  const { control, edit, send, answer } = form("<input type=checkbox>");
  answer(0, 2, 1, "checked", "");
  assert.equal(control.checked, true);
  edit(control, false);
  const id = send(control);
  answer(id, 3, 1, "checked");
  assert.equal(control.checked, false);
  edit(control, true);
  answer(id, 3, 1, "checked");
  assert.equal(control.checked, true);
  answer(send(control), 3, 1, "checked");
  assert.equal(control.checked, false);
});

test("a newer choice among radio buttons is not taken back", () => {
  const { root, edit, send, answer } = form("<input type=radio name=r checked><input type=radio name=r><input type=radio name=r>");
  const [, second, third] = root.querySelectorAll("input");
  edit(second, true);
  const id = send(second);
  edit(third, true);
  answer(id, 3, 1, "checked", 2, 2, "checked", "");
  assert.deepEqual([...root.querySelectorAll("input")].map(({ checked }) => checked), [false, false, true]);
});

test("a newer choice in a select is not taken back, also when the options are made anew", () => {
  const { control, edit, send, answer } = form("<select><option selected>a</option><option>b</option><option>c</option></select>");
  edit(control, "b");
  const id = send(control);
  edit(control, "c");
  answer(id, 3, 2, "selected", 2, 3, "selected", "");
  assert.equal(control.value, "c");
  answer(id, 7, 1, 5, "<option>a</option><option selected>b</option><option>c</option>");
  assert.equal(control.value, "c");
  answer(send(control), 7, 1, 8, "<option selected>a</option><option>c</option>");
  assert.equal(control.value, "a");
});

test("several choices of a select are kept", () => {
  const { control, fields, answer } = form("<select multiple><option>a</option><option>b</option><option>c</option></select>");
  control.options[0].selected = control.options[2].selected = true;
  fields.edited(control, 1);
  answer(1, 2, 3, "selected", "", 2, 2, "selected", "", 3, 2, "selected");
  assert.deepEqual([...control.selectedOptions].map(({ value }) => value), ["a", "c"]);
});

test("a file control and custom elements are left to themselves", () => {
  const { root, answer } = form("<input type=file><x-field></x-field>");
  answer(0, 2, 1, "value", "x", 2, 2, "value", "y", 2, 2, "checked", "");
  const [file, custom] = root.children;
  assert.equal(file.value, "");
  assert.deepEqual([custom.value, custom.checked], [undefined, undefined]);
});

test("edits made before the part arrived are protected by it", () => {
  load('<div dj-root><input value="a"></div>');
  const root = find("[dj-root]");
  const input = find("input");
  const fields = createEarly();
  const apply = fullApplier(root, undefined, (element, name) => fields.changed(element, name));
  fields.edited(input, 0);
  input.value = "typed";
  assert.equal(fields.order(), 1);
  start({ fields });
  assert.equal(fields.order(), 1);
  fields.during(0, () => apply([2, 1, "value", "b"]));
  assert.equal(input.value, "typed");
  fields.told(input, 1, 1);
  fields.during(1, () => apply([2, 1, "value", "c"]));
  assert.equal(input.value, "c");
});
