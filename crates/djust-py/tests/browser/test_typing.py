"""Patches leave alone what the user types, selects, composes and scrolls."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from server import Wire
from tab import LivePage

OpenPage = Callable[..., LivePage]


def ticks(live: LivePage) -> int:
    return int(live.page.locator("#ticks").inner_text())


def wait_for_ticks(live: LivePage, count: int = 4) -> None:
    goal = ticks(live) + count
    live.until(lambda: ticks(live) >= goal, f"{count} ticks")


def wait_for_updates(live: LivePage, count: int = 2) -> None:
    """Wait until the server has sent so much; whether the page shows it is up to the client."""
    goal = len(live.received) + count
    live.until(lambda: len(live.received) >= goal, f"{count} frames")


@pytest.fixture
def ticking(open_page: OpenPage) -> LivePage:
    live = open_page("/typing/")
    live.click("#start")
    wait_for_ticks(live, 1)
    return live


def test_focus_caret_and_selection_in_a_field(ticking: LivePage) -> None:
    field = ticking.page.locator("#own")
    field.fill("abcdefghij")
    field.evaluate(
        "(field) => { field.focus(); field.setSelectionRange(3, 6, 'backward'); field.mark = 1; }"
    )
    wait_for_ticks(ticking)
    state = """(field) => [
        document.activeElement === field, field.mark, field.value,
        field.selectionStart, field.selectionEnd, field.selectionDirection,
    ]"""
    assert field.evaluate(state) == [True, 1, "abcdefghij", 3, 6, "backward"]


def test_caret_in_the_middle_while_the_server_echoes(open_page: OpenPage) -> None:
    live = open_page("/search/")
    field = live.page.get_by_role("searchbox")
    field.click()
    live.page.keyboard.type("round el")
    for _ in range(2):
        live.page.keyboard.press("ArrowLeft")
    live.page.keyboard.type("ste")
    expect(live.page.get_by_role("status")).to_contain_text("10 products")
    live.settle()
    assert field.evaluate(
        "(field) => [field.value, field.selectionStart, document.activeElement === field]"
    ) == [
        "round steel",
        9,
        True,
    ]


def test_a_change_that_the_server_cannot_compare_takes_nothing_away(open_page: OpenPage) -> None:
    live = open_page("/note/")
    field = live.page.locator("#own")
    field.fill("typed")
    field.evaluate("(field) => { field.focus(); field.setSelectionRange(1, 3); field.mark = 1; }")
    for count in (1, 2):
        live.page.keyboard.press("Enter")
        expect(live.page.locator("#note p")).to_have_text(["never", f"closed {count}"])
        expect(live.page.locator("#count")).to_have_text(str(count))
    live.settle()
    state = """(field) => [
        document.activeElement === field, field.mark, field.value, field.selectionStart, field.selectionEnd,
    ]"""
    assert field.evaluate(state) == [True, 1, "typed", 1, 3]


def test_selected_text_of_the_page_stays_selected(ticking: LivePage) -> None:
    ticking.page.evaluate("""() => {
        const text = document.querySelector('#words').firstChild;
        getSelection().setBaseAndExtent(text, 5, text, 10);
    }""")
    wait_for_ticks(ticking)
    assert ticking.page.evaluate("() => getSelection().toString()") == "words"


def test_scroll_positions_stay(open_page: OpenPage) -> None:
    live = open_page("/table/")
    live.click("text=Create 1,000")
    box = live.page.locator(".scroll")
    box.evaluate("(box) => { box.scrollTop = 5000; }")
    # No click, which would scroll: an event from a script.
    for name in ["update", "append", "swap"]:
        live.page.evaluate("(name) => document.querySelector(`[dj-click=${name}]`).click()", name)
        live.settle()
        assert box.evaluate("(box) => box.scrollTop") == 5000, name


def test_typing_with_slow_answers_loses_nothing(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/typing/", wire.url)
    wire.delay = 0.25
    live.page.locator("#echo").click()
    text = "the quick brown fox jumps over the lazy dog"
    live.page.keyboard.type(text, delay=25)
    expect(live.page.locator("#echo")).to_have_value(text)
    expect(live.page.locator("#seen")).to_have_text(text, timeout=20_000)
    live.settle()
    expect(live.page.locator("#echo")).to_have_value(text)
    live.check_same_state()


def test_the_server_can_replace_what_was_typed_before(open_page: OpenPage) -> None:
    live = open_page("/typing/")
    live.page.locator("#echo").fill("typed")
    expect(live.page.locator("#seen")).to_have_text("typed")
    live.settle()
    live.click("#replace")
    expect(live.page.locator("#echo")).to_have_value("from the server")
    live.check_same_state()


def test_a_composition_is_not_interrupted(ticking: LivePage) -> None:
    page = ticking.page
    page.evaluate("""() => {
        window.composition = [];
        const field = document.querySelector('#echo');
        for (const type of ['compositionstart', 'compositionend']) {
            field.addEventListener(type, (event) => window.composition.push([type, event.data]));
        }
    }""")
    page.locator("#echo").click()
    keyboard = page.context.new_cdp_session(page)
    for text in ["に", "にほ", "にほん"]:
        keyboard.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
        wait_for_updates(ticking)
        expect(page.locator("#echo")).to_have_value(text)
        assert page.evaluate("() => window.composition.map(([type]) => type)") == [
            "compositionstart"
        ]
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(page.locator("#echo")).to_have_value("日本")
    assert page.evaluate("() => window.composition") == [
        ["compositionstart", ""],
        ["compositionend", "日本"],
    ]
    expect(page.locator("#seen")).to_have_text("日本")
    wait_for_ticks(ticking)
    expect(page.locator("#echo")).to_have_value("日本")
    ticking.click("#stop")
    ticking.check_same_state()


def test_a_composition_in_a_field_that_the_server_replaces(ticking: LivePage) -> None:
    page = ticking.page
    page.locator("#echo").click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "かん", "selectionStart": 2, "selectionEnd": 2}
    )
    page.evaluate("() => document.querySelector('#replace').click()")
    wait_for_updates(ticking)
    expect(page.locator("#echo")).to_have_value("かん")
    keyboard.send("Input.insertText", {"text": "漢"})
    expect(page.locator("#seen")).to_have_text("漢")
    wait_for_ticks(ticking)
    expect(page.locator("#echo")).to_have_value("漢")
    ticking.click("#stop")
    ticking.check_same_state()
