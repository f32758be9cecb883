"""Every attribute that binds an event, used as a visitor uses the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect
from tab import LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture
def live(open_page: OpenPage) -> LivePage:
    return open_page("/heard/")


def heard(live: LivePage) -> list[str]:
    """What the server has heard since this was last asked."""
    live.settle()
    lines = live.page.locator("#heard li").all_inner_texts()
    before: int = getattr(live, "lines_read", 0)
    live.lines_read = len(lines)  # type: ignore[attr-defined]
    return lines[before:]


def test_clicks_carry_their_data(live: LivePage) -> None:
    live.page.locator("#click b").click()
    live.page.locator("#other").click()
    assert heard(live) == ["click 7", "größer"]


def test_attributes_that_come_and_go(live: LivePage) -> None:
    def click_both() -> list[str]:
        live.page.locator("#conditional").click()
        live.page.locator("#switched").click()
        live.settle()
        live.check_same_state()
        return heard(live)

    assert click_both() == ["größer"]
    live.click("#toggle")
    assert click_both() == ["click 8", "click 0"]
    live.click("#toggle")
    assert click_both() == ["größer"]
    assert not live.errors


def test_attributes_of_others_are_left_alone(live: LivePage) -> None:
    live.click("#toggle")
    live.page.locator("#theirs").click()
    assert heard(live) == []
    attributes = live.page.locator("#theirs").evaluate(
        "(button) => Object.fromEntries([...button.attributes].map((one) => [one.name, one.value]))"
    )
    assert attributes == {
        "id": "theirs",
        "hx-get": "/x",
        "@click": "x()",
        "data-action": "menu#open",
        "dj-unknown": "x",
    }


def test_controls_say_what_they_hold(live: LivePage) -> None:
    live.page.locator("#typed").press_sequentially("hi")
    live.page.locator("#chosen").select_option("2")
    live.page.locator("#several").select_option(["x", "z"])
    live.page.locator("#ticked").check()
    live.page.locator("#ticked").uncheck()
    assert heard(live) == [
        "typed 'h'",
        "typed 'hi'",
        "chosen '2'",
        "several ['x', 'z']",
        "ticked True",
        "ticked False",
    ]


def test_keys_and_their_filters(live: LivePage) -> None:
    live.page.locator("#key").press("x")
    live.page.locator("#key").press("ArrowUp")
    live.page.locator("#filtered").fill("text")
    for key in ("a", "Enter", "b", "Escape"):
        live.page.locator("#filtered").press(key)
    assert heard(live) == ["key 'x' ''", "key 'ArrowUp' 'x'", "enter 'texta'", "escaped"]


def test_a_field_is_visited_and_left(live: LivePage) -> None:
    live.page.locator("#visited").focus()
    live.page.keyboard.type("v")
    live.page.locator("#key").focus()
    assert heard(live) == ["focused", "left 'v'"]


def test_a_question_is_asked_first(live: LivePage) -> None:
    asked: list[str] = []
    answers = [False, True]

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if answers.pop(0):
            dialog.accept()
        else:
            dialog.dismiss()

    live.page.on("dialog", answer)
    delete = live.page.locator(".delete")
    delete.first.click()
    expect(delete).to_have_count(2)
    assert live.events == []
    delete.first.click()
    expect(delete).to_have_count(1)
    assert asked == ["Delete a?", "Delete a?"]
    live.settle()
    live.check_same_state()
    # The question is the one that the page shows now.
    answers.append(False)
    delete.first.click()
    assert asked[-1] == "Delete b?"


def test_a_submit_sends_what_a_native_one_would(live: LivePage) -> None:
    native = live.page.evaluate("""() => {
        const form = document.querySelector('#form');
        return [...new FormData(form, form.querySelector('#named'))].map(
            ([name, value]) => [name, value.replace('\\n', '\\r\\n')]);
    }""")
    fields = sorted((name, value) for name, value in native if name != "csrfmiddlewaretoken")
    assert {("tag", "2"), ("many", "q"), ("action", "draft"), ("text", "l\r\nm")} <= set(fields)
    live.page.locator("#named").click()
    assert heard(live) == [f"save {fields!r}"]
    live.page.locator("#plain").click()
    fields.remove(("action", "draft"))
    assert heard(live) == [f"save {fields!r}"]
    live.page.locator("[name=email]").press("Enter")
    assert heard(live) == [f"save {fields!r}"]
    live.check_same_state()
