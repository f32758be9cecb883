"""What patches leave as the user has it: focus, caret, selection, scroll."""

from __future__ import annotations

import pytest

ROWS = "".join(
    f"<div class=row><input value=text{n}>"
    f"<p style='height:20px;overflow:auto'><b>one<br>two<br>three<br>four</b></p></div>"
    for n in range(3)
)
WITHOUT_MOVE = "delete Element.prototype.moveBefore"

browsers = pytest.mark.parametrize("before", ["", WITHOUT_MOVE], ids=["moveBefore", "insertBefore"])


@browsers
def test_a_move_keeps_focus_caret_and_scroll(scripted, before):
    page = scripted(f"<div dj-root dj-focus=f dj-blur=b>{ROWS}</div>", csp="", before=before)
    page.run(
        """() => {
          const [first] = document.querySelectorAll("input");
          window.first = first;
          first.focus();
          first.setSelectionRange(1, 3, "backward");
          document.querySelector("p").scrollTop = 17;
        }"""
    )
    sent = len(page.events)
    last = page.run("document.querySelectorAll('[dj-root] *').length - 6")
    page.update(6, 0, last, 1)
    page.update(6, 0, 0, last)
    state = page.run(
        """() => {
          const inputs = [...document.querySelectorAll("input")];
          const at = inputs.indexOf(window.first);
          const p = document.querySelectorAll("p")[at];
          const { selectionStart, selectionEnd, selectionDirection } = window.first;
          return [at, document.activeElement === window.first, selectionStart, selectionEnd,
            selectionDirection, p.scrollTop];
        }"""
    )
    assert state == [2, True, 1, 3, "backward", 17]
    assert len(page.events) == sent


@browsers
def test_a_move_keeps_the_selected_text(scripted, before):
    page = scripted("<div dj-root><p>abcdef</p><p>x</p></div>", before=before)
    page.run(
        """() => {
          const text = document.querySelector("p").firstChild;
          getSelection().setBaseAndExtent(text, 5, text, 2);
        }"""
    )
    page.update(6, 0, 2, 1)
    assert page.run("getSelection().toString()") == "cde"
    assert page.run("getSelection().anchorOffset") == 5


def test_a_moved_frame_is_not_loaded_again(scripted):
    page = scripted("<div dj-root><p><iframe></iframe></p><p></p></div>")
    page.run("document.querySelector('iframe').contentWindow.mark = 1")
    page.update(6, 0, 3, 1)
    assert page.run("document.querySelector('iframe').contentWindow.mark") == 1


def test_a_removed_element_may_have_the_focus(scripted):
    page = scripted("<div dj-root><input><p></p></div>")
    page.page.focus("input")
    page.update(5, 1, 1)
    assert page.html == "<p></p>"


def test_typing_is_neither_lost_nor_reordered_under_slow_replies(scripted):
    page = scripted('<div dj-root><input dj-input=type value=""></div>')
    text = "the quick brown fox jumps over the lazy dog"
    page.page.focus("input")
    for letter in text:
        page.page.keyboard.type(letter)
        # answers come eight events late
        if len(page.events) > 8:
            late = page.events[-9]
            page.push(2, 1, "value", late[4]["value"], ref=late[1])
    page.wait(f"document.querySelector('input').value === '{text}'")
    answered = len(page.events) - 8
    for event in page.events[answered - 1 :]:
        page.push(2, 1, "value", event[4]["value"], ref=event[1])
    page.push_done()
    assert page.run("document.querySelector('input').value") == text
    assert page.run("document.querySelector('input').getAttribute('value')") == text
    assert [event[4]["value"] for event in page.events] == [
        text[:n] for n in range(1, len(text) + 1)
    ]


def test_the_caret_stays_inside_a_text_that_the_server_changes(scripted):
    page = scripted('<div dj-root><input dj-input=upper value=""></div>')
    page.page.focus("input")
    page.page.keyboard.type("abcd")
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.type("x")
    page.wait("document[Symbol.for('djust')].pending() === 5")
    page.update(2, 1, "value", "ABXCD", ref=5)
    page.page.keyboard.type("y")
    assert page.run("document.querySelector('input').value") == "ABXyCD"


def test_a_submit_clears_the_field(scripted):
    page = scripted('<div dj-root><form dj-submit=add><input name=t value=""></form></div>')
    page.page.focus("input")
    page.page.keyboard.type("milk")
    page.page.keyboard.press("Enter")
    page.wait("document[Symbol.for('djust')].pending() === 1")
    assert page.events[-1] == [1, 1, 0, "add", {}, [["t", "milk"]]]
    page.update(ref=1)
    assert page.run("document.querySelector('input').value") == ""


def test_composition_is_not_disturbed(scripted):
    page = scripted('<div dj-root><input dj-input=search value=""><p>0</p></div>')
    page.page.focus("input")
    session = page.page.context.new_cdp_session(page.page)

    def compose(text: str) -> None:
        cursor = {"selectionStart": len(text), "selectionEnd": len(text)}
        session.send("Input.imeSetComposition", {"text": text, **cursor})

    compose("に")
    compose("にほ")
    page.push(0, 2, "1", 2, 1, "value", "other")
    page.page.wait_for_timeout(100)
    assert page.run("document.querySelector('p').textContent") == "0"
    assert page.run("document.querySelector('input').value") == "にほ"
    assert page.events == []
    session.send("Input.insertText", {"text": "日本"})
    page.wait("document.querySelector('p').textContent === '1'")
    assert page.run("document.querySelector('input').value") == "日本"
    assert [event[4]["value"] for event in page.events] == ["日本"]
