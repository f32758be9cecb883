import assert from "node:assert/strict";
import { test } from "node:test";
import { listen } from "../src/events.js";
import { find, load } from "./dom.js";

/** A page that records what its events send. */
function page(html, { busy = () => false } = {}) {
  load(`<div dj-root>${html}</div><button id=outside dj-click=never></button>`);
  const sent = [];
  const edited = [];
  const composing = [];
  listen(find("[dj-root]"), {
    send: ({ handler, params, fields }) => sent.push(JSON.parse(JSON.stringify([handler, params, ...(fields ? [fields] : [])]))),
    edited: (control) => edited.push(control),
    composing: (control) => composing.push(control),
    busy,
  });
  const fire = (selector, kind, init = {}, Kind = window.Event) => {
    const event = new Kind(kind, { bubbles: true, cancelable: true, ...init });
    find(selector).dispatchEvent(event);
    return event;
  };
  return { sent, edited, composing, fire };
}

test("a click sends its handler with the data attributes in snake case", () => {
  const { sent, fire } = page('<p dj-click="pick" data-service-id="keycloak" data-n="1"><b>x</b></p>');
  fire("b", "click");
  assert.deepEqual(sent, [["pick", { service_id: "keycloak", n: "1" }]]);
});

test("the nearest element with the attribute gets the event, once", () => {
  const { sent, fire } = page('<div dj-click="outer"><p dj-click="inner"><b></b></p><i></i></div>');
  fire("b", "click");
  fire("i", "click");
  assert.deepEqual(sent.map(([name]) => name), ["inner", "outer"]);
});

test("attributes are read when the event happens", () => {
  const { sent, fire } = page("<b></b>");
  fire("b", "click");
  find("b").setAttribute("dj-click", "late");
  fire("b", "click");
  find("b").removeAttribute("dj-click");
  fire("b", "click");
  assert.deepEqual(sent, [["late", {}]]);
});

test("what is outside the root, empty, disabled or cancelled sends nothing", () => {
  const { sent, fire } = page('<button dj-click="" id=a></button><fieldset disabled><button dj-click=x id=b></button></fieldset><i dj-click=x id=c></i>');
  find("#c").addEventListener("click", (event) => event.preventDefault());
  for (const id of ["#outside", "#a", "#b", "#c"]) fire(id, "click");
  assert.deepEqual(sent, []);
});

test("nothing is sent for events that a patch causes", () => {
  const { sent, fire } = page("<input dj-focus=x>", { busy: () => true });
  fire("input", "focusin");
  assert.deepEqual(sent, []);
});

test("links and plain buttons do nothing else, checkboxes and submit buttons do", () => {
  const { fire } = page("<a href=/x dj-click=x></a><button dj-click=x></button><button type=submit dj-click=x></button><input type=checkbox dj-click=x>");
  assert.equal(fire("a", "click").defaultPrevented, true);
  assert.equal(fire("button", "click").defaultPrevented, true);
  assert.equal(fire("[type=submit]", "click").defaultPrevented, false);
  assert.equal(fire("input", "click").defaultPrevented, false);
});

test("a link with a modifier key is the browser's", () => {
  const { sent, fire } = page("<div dj-click=row><a href=/x dj-click=x></a></div>");
  assert.equal(fire("a", "click", { ctrlKey: true }, window.MouseEvent).defaultPrevented, false);
  assert.deepEqual(sent, []);
});

test("dj-confirm asks first", () => {
  const { sent, fire } = page('<b dj-click="x" dj-confirm="Sure?"></b><form dj-submit="y"><button dj-confirm="Really?"></button></form>');
  const questions = [];
  let answer = false;
  globalThis.confirm = (question) => (questions.push(question), answer);
  fire("b", "click");
  const event = fire("form", "submit", { submitter: find("button") }, window.SubmitEvent);
  assert.equal(event.defaultPrevented, true);
  assert.deepEqual(sent, []);
  answer = true;
  fire("b", "click");
  assert.deepEqual(sent, [["x", {}]]);
  assert.deepEqual(questions, ["Sure?", "Really?", "Sure?"]);
});

test("input and change send value and name", () => {
  const { sent, edited, fire } = page('<input name=q dj-input=search value="a"><select dj-change=pick><option>b</option></select>');
  fire("input", "input");
  fire("select", "change");
  assert.deepEqual(sent, [["search", { value: "a", _target: "q" }], ["pick", { value: "b" }]]);
  assert.deepEqual(edited, [find("input")]);
});

test("the value of a checkbox is a boolean, of a multiple select a list", () => {
  const { sent, fire } = page("<input type=checkbox value=x dj-change=a><select multiple dj-change=b><option selected>1</option><option>2</option><option selected>3</option></select>");
  fire("input", "change");
  find("input").checked = true;
  fire("input", "change");
  fire("select", "change");
  assert.deepEqual(sent.map(([, { value }]) => value), [false, true, ["1", "3"]]);
});

test("a box is edited by its click, before the event is sent, and not again after", () => {
  const { sent, edited, fire } = page("<input type=checkbox dj-click=x><input type=radio><input>");
  find("input").addEventListener("click", () => assert.deepEqual([edited.length, sent.length], [1, 0]));
  fire("input", "click");
  fire("input", "input");
  fire("[type=radio]", "click");
  fire("[type=radio]", "input");
  fire("input:last-child", "click");
  fire("input:last-child", "input");
  assert.deepEqual(edited, [...document.querySelectorAll("input")]);
});

test("an attribute on the form hears its controls", () => {
  const { sent, fire } = page("<form dj-change=check data-step=2><input name=mail value=m></form>");
  fire("input", "change");
  assert.deepEqual(sent, [["check", { step: "2", value: "m", _target: "mail" }]]);
});

test("a submit sends what a native one would", () => {
  const { sent, fire } = page(`<form dj-submit="save" data-id="7" id="f">
    <input name="title" value="Tea"><input name="off" value="x" disabled><input type="checkbox" name="tag" value="hot" checked>
    <input type="checkbox" name="tag" value="cold"><input type="checkbox" name="tag" value="green" checked><input value="unnamed">
    <textarea name="note">a\nb</textarea><button name="how" value="now">go</button></form><input name="late" value="z" form="f">`);
  const event = fire("form", "submit", { submitter: find("form button") }, window.SubmitEvent);
  assert.equal(event.defaultPrevented, true);
  assert.deepEqual(sent, [
    ["save", { id: "7" }, [["title", "Tea"], ["tag", "hot"], ["tag", "green"], ["note", "a\r\nb"], ["how", "now"], ["late", "z"]]],
  ]);
});

test("fields named like properties of a form confuse nothing", () => {
  const names = ["attributes", "elements", "name", "id", "action", "children"];
  const { sent, fire } = page(`<form dj-submit="save" data-id="7">${names.map((name) => `<input name="${name}">`).join("")}</form>`);
  fire("form", "submit");
  assert.deepEqual(sent, [["save", { id: "7" }, names.map((name) => [name, ""])]]);
});

test("a form without dj-submit is the browser's", () => {
  const { sent, fire } = page("<form></form>");
  assert.equal(fire("form", "submit").defaultPrevented, false);
  assert.deepEqual(sent, []);
});

test("keys send their name, and filters let one through", () => {
  const { sent, fire } = page("<input dj-keydown=any dj-keydown.enter=enter dj-keyup.escape=leave><i dj-keydown.space=jump></i>");
  for (const key of ["a", "Enter"]) fire("input", "keydown", { key }, window.KeyboardEvent);
  for (const key of ["a", "Escape"]) fire("input", "keyup", { key }, window.KeyboardEvent);
  fire("i", "keydown", { key: " " }, window.KeyboardEvent);
  assert.deepEqual(sent.map(([name, params]) => [name, params.key]), [["any", "a"], ["any", "Enter"], ["enter", "Enter"], ["leave", "Escape"], ["jump", " "]]);
});

test("focus and blur are sent", () => {
  const { sent, fire } = page("<input dj-focus=on dj-blur=off value=v>");
  fire("input", "focusin");
  fire("input", "focusout");
  assert.deepEqual(sent, [["on", { value: "v" }], ["off", { value: "v" }]]);
});

test("composed text is sent when the composition ends", () => {
  const { sent, composing, edited, fire } = page("<input dj-input=search dj-keydown.enter=go>");
  const input = find("input");
  fire("input", "compositionstart");
  input.value = "に";
  fire("input", "input", { isComposing: true }, window.InputEvent);
  fire("input", "keydown", { key: "Enter", isComposing: true }, window.KeyboardEvent);
  assert.deepEqual([sent, composing, edited], [[], [input], [input]]);
  input.value = "日";
  fire("input", "compositionend");
  assert.deepEqual(sent, [["search", { value: "日" }]]);
  assert.deepEqual(composing, [input, null]);
});

test("losing the focus ends a composition", () => {
  const { composing, fire } = page("<input>");
  fire("input", "compositionstart");
  fire("input", "focusout");
  assert.deepEqual(composing, [find("input"), null]);
});
