"""Controls with ``dj-model`` and the state that they are bound to."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from server import Wire
from tab import EVENT, LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture
def bound(open_page: OpenPage) -> LivePage:
    return open_page("/bound/")


def state(live: LivePage) -> list[str]:
    live.settle()
    return live.page.locator("#state").inner_text().split("|")


def models(live: LivePage) -> list[Any]:
    return [frame[4] for frame in live.sent if frame[0] == EVENT and frame[3] == "_model"]


def test_every_key_tells_the_server_which_renders_again(bound: LivePage) -> None:
    bound.page.locator("#query").press_sequentially("to")
    expect(bound.page.locator("#results li")).to_have_text(["toast", "tomato"])
    bound.page.keyboard.type("m")
    expect(bound.page.locator("#results li")).to_have_text(["tomato"])
    assert bound.page.locator("#query").input_value() == "tom"
    bound.page.locator("#notes").fill("two\nlines")
    assert state(bound)[3] == "two lines"


def test_boxes_buttons_and_lists(bound: LivePage) -> None:
    page = bound.page
    page.locator("#flag").check()
    page.locator("#tag-b").check()
    page.locator("#tag-a").check()
    page.locator("#size").select_option("l")
    page.locator("#blue").check()
    page.locator("#many").select_option(["1", "3"])
    assert state(bound)[5:] == ["True", "a,b", "l", "blue", "1,3"]
    page.locator("#flag").uncheck()
    page.locator("#tag-b").uncheck()
    page.locator("#many").select_option([])
    assert state(bound)[5:] == ["False", "a", "l", "blue", ""]


def test_lazy_waits_until_the_control_is_left(bound: LivePage) -> None:
    field = bound.page.locator("#later")
    field.press_sequentially("abc")
    bound.page.wait_for_timeout(200)
    assert models(bound) == []
    field.blur()
    assert state(bound)[1] == "abc"
    assert models(bound) == [{"later": "abc"}]


def test_debounce_waits_for_a_pause_and_blur_ends_it(bound: LivePage) -> None:
    field = bound.page.locator("#paused")
    field.press_sequentially("abc", delay=30)
    assert models(bound) == []
    expect(bound.page.locator("#state")).to_contain_text("||abc|")
    assert models(bound) == [{"paused": "abc"}]
    field.press_sequentially("d")
    field.blur()
    bound.until(lambda: models(bound)[1:] == [{"paused": "abcd"}], "the value", 0.35)


def test_a_handler_sees_what_was_typed_before_it(bound: LivePage) -> None:
    page = bound.page
    page.locator("#later").press_sequentially("lazy")
    page.evaluate("document.querySelector('#look').click()")
    bound.settle()
    assert page.locator("#seen").inner_text() == "|lazy||"
    page.locator("#paused").press_sequentially("paused")
    page.evaluate("document.querySelector('#look').click()")
    bound.settle()
    assert page.locator("#seen").inner_text() == "|lazy|paused|"


def test_values_coalesce_and_nothing_typed_is_lost_on_a_slow_network(
    open_page: OpenPage, wire: Wire
) -> None:
    live = open_page("/bound/", url=wire.url)
    wire.delay = 0.15
    text = "the last value wins in the end"
    live.page.locator("#query").press_sequentially(text, delay=15)
    assert live.page.locator("#query").input_value() == text
    assert state(live)[0] == text
    assert live.page.locator("#query").input_value() == text
    values = [value["query"] for value in models(live)]
    assert values[-1] == text and len(values) < 8
    assert all(text.startswith(value) for value in values)


def test_what_is_typed_while_the_socket_is_down_arrives(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/bound/", url=wire.url)
    live.page.locator("#query").press_sequentially("to")
    live.settle()
    wire.refusing = True
    wire.cut()
    live.page.locator("#query").press_sequentially("ma")
    live.page.locator("#later").press_sequentially("also")
    wire.refusing = False
    live.page.locator("#look").click()
    live.settle()
    assert live.page.locator("#seen").inner_text() == "toma|also||"
    assert live.page.locator("#query").input_value() == "toma"


def test_a_value_that_does_not_fit_is_said_and_keeps_state_and_text(bound: LivePage) -> None:
    field = bound.page.locator("#number")
    field.fill("x")
    bound.settle()
    assert bound.errors[-1]["code"] == "bad-parameter" and "'number'" in bound.errors[-1]["message"]
    assert bound.page.locator("html").get_attribute("data-djust-error") == "bad-parameter"
    assert state(bound)[4] == "1" and field.input_value() == "x"
    field.fill("7")
    assert state(bound)[4] == "7"
    assert bound.page.locator("html").get_attribute("data-djust-error") is None


HELD = """() => [...document.querySelectorAll('form input, form select, form textarea')].map((control) =>
    control.multiple ? [...control.selectedOptions].map((option) => option.value)
        : /box|radio/.test(control.type) ? control.checked : control.value)"""


def test_controls_show_the_state_without_a_word_of_markup(bound: LivePage) -> None:
    page = bound.page
    expect(page.locator("#number")).to_have_value("1")
    initial = ["", "", "", "", "1", False, False, False, "s", True, False, []]
    assert page.evaluate(HELD) == initial
    page.locator("#query").press_sequentially("tea")
    page.locator("#later").press_sequentially("typed")
    page.locator("#clear").click()
    bound.settle()
    expect(page.locator("#number")).to_have_value("42")
    assert page.evaluate(HELD) == [
        "", "typed", "", "new", "42", True, False, True, "l", False, True, ["2", "3"],
    ]  # fmt: skip
    assert page.locator("#state").inner_text() == "|typed||new|42|True|b|l|blue|2,3"


def test_what_is_typed_while_the_server_changes_the_value_wins(
    open_page: OpenPage, wire: Wire
) -> None:
    live = open_page("/bound/", url=wire.url)
    wire.delay = 0.15
    live.page.locator("#query").press_sequentially("tea")
    live.page.evaluate("document.querySelector('#clear').click()")
    live.page.locator("#query").press_sequentially("pot")
    assert live.page.locator("#query").input_value() == "teapot"
    assert state(live)[0] == "teapot"
    assert live.page.locator("#query").input_value() == "teapot"
