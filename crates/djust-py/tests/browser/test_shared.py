"""`@client_state`: the elements and handlers of a page share a value without a round trip."""

from collections.abc import Callable

import pytest
from server import Wire
from tab import LivePage

OpenPage = Callable[..., LivePage]

SHOWN = """() => [
  document.querySelector("#other").value,
  document.querySelector("#rendered").textContent,
  document.querySelector("#empty").textContent,
]"""
# Moves the slider, and looks before any answer can have come.
SLIDE = f"""(value) => {{
  const slider = document.querySelector("#level");
  slider.value = value;
  slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
  slider.dispatchEvent(new Event("change", {{ bubbles: true }}));
  return ({SHOWN})();
}}"""


@pytest.fixture
def slow(open_page: OpenPage, wire: Wire) -> LivePage:
    live = open_page("/shared/", wire.url)
    live.page.evaluate(SLIDE, 4)
    live.settle()
    wire.delay = 0.2
    return live


def test_a_value_is_everywhere_at_once(slow: LivePage) -> None:
    assert slow.page.evaluate(SLIDE, 7) == ["7", "7", "7"]
    slow.settle()
    assert slow.page.evaluate(SHOWN) == ["7", "7", "7"]


def test_another_handler_gets_the_value(slow: LivePage) -> None:
    slow.page.evaluate(SLIDE, 6)
    slow.page.locator("#report").click()
    slow.settle()
    assert slow.page.locator("#total").inner_text() == "level 6"


def test_a_refused_value_is_taken_back(slow: LivePage) -> None:
    assert slow.page.evaluate(SLIDE, 9) == ["9", "9", "9"]
    slow.settle()
    assert slow.page.evaluate(SHOWN) == ["4", "4", "4"]
    assert len(slow.errors) == 1


def test_the_last_of_many_values_stays(slow: LivePage) -> None:
    for value in (1, 5, 2, 8, 3):
        assert slow.page.evaluate(SLIDE, value) == [str(value)] * 3
        slow.page.wait_for_timeout(60)
    slow.settle()
    assert slow.page.evaluate(SHOWN) == ["3", "3", "3"]
