"""`@optimistic`: the change is there at once, and the answer confirms it or takes it back, without a step between."""

from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import expect
from server import Wire
from tab import LivePage

OpenPage = Callable[..., LivePage]

WATCH = """(selector) => {
  // what is drawn, frame by frame
  window.drawn = [];
  const draw = () => {
    const text = document.querySelector(selector)?.textContent;
    if (drawn.at(-1) !== text) drawn.push(text);
    requestAnimationFrame(draw);
  };
  draw();
}"""


@pytest.fixture
def slow(open_page: OpenPage, wire: Wire) -> LivePage:
    """A page whose answers come 400 ms after the events."""
    live = open_page("/posts/", wire.url)
    live.click("#tick")
    wire.delay = 0.2
    return live


POST = """(number) => {
  const row = document.querySelector(`#post-${number}`);
  return [row.querySelector(".likes").textContent, row.querySelector(".like").className];
}"""


def post(live: LivePage, number: int) -> tuple[str, ...]:
    return tuple(live.page.evaluate(POST, number))


def like(live: LivePage, number: int) -> tuple[str, ...]:
    """Click, and look before any answer can have come."""
    script = f"""(number) => {{
      document.querySelector(`#post-${{number}} .like`).click();
      return ({POST})(number);
    }}"""
    return tuple(live.page.evaluate(script, number))


def test_a_like_shows_at_once_and_is_confirmed_without_flicker(slow: LivePage) -> None:
    slow.page.evaluate(WATCH, "#post-0 .likes")
    slow.page.wait_for_timeout(50)
    assert like(slow, 0) == ("1000 likes", "like liked")
    slow.settle()
    assert post(slow, 0) == ("1000 likes", "like liked")
    slow.page.wait_for_timeout(50)
    assert slow.page.evaluate("drawn") == ["999 likes", "1000 likes"]
    slow.check_same_state()
    assert like(slow, 0) == ("999 likes", "like")
    slow.settle()
    slow.check_same_state()


def test_a_refused_like_is_taken_back_in_one_step(slow: LivePage) -> None:
    before = slow.tree()
    slow.page.evaluate(WATCH, "#post-2 .likes")
    slow.page.wait_for_timeout(50)
    assert like(slow, 2) == ("1002 likes", "like liked")
    slow.settle()
    slow.page.wait_for_timeout(50)
    assert slow.page.evaluate("drawn") == ["1001 likes", "1002 likes", "1001 likes"]
    assert slow.tree() == before
    assert len(slow.errors) == 1


def test_updates_meanwhile_do_not_disturb_what_is_shown(slow: LivePage) -> None:
    slow.page.evaluate(WATCH, "#post-1 .likes")
    slow.page.locator("#tick").click()
    slow.page.wait_for_timeout(150)
    assert like(slow, 1) == ("1001 likes", "like liked")
    assert like(slow, 0) == ("1000 likes", "like liked")
    expect(slow.page.locator("#ticks")).to_have_text("2")
    slow.settle()
    assert slow.page.evaluate("drawn") == ["1000 likes", "1001 likes"]
    slow.check_same_state()


def test_a_row_disappears_at_once(slow: LivePage) -> None:
    hidden = slow.page.evaluate(
        """() => {
          document.querySelector("#post-1 .remove").click();
          return document.querySelector("#post-1").checkVisibility();
        }"""
    )
    assert hidden is False
    slow.settle()
    assert slow.page.locator("#post-1").count() == 0
    slow.check_same_state()


def test_a_toggle_flips_without_any_hint(slow: LivePage) -> None:
    toggle = slow.page.locator("#toggle")
    at_once = toggle.evaluate(
        "(it) => (it.click(), [it.ariaPressed, it.hasAttribute('data-djust-optimistic')])"
    )
    assert at_once == ["true", True]
    slow.settle()
    assert toggle.get_attribute("aria-pressed") == "true"
    assert toggle.get_attribute("data-djust-optimistic") is None
    slow.check_same_state()


def test_a_refused_box_goes_back(slow: LivePage) -> None:
    box = slow.page.locator("#box")
    assert box.evaluate("(it) => (it.click(), it.checked)")
    slow.settle()
    assert not box.is_checked()
    assert len(slow.errors) == 1


def test_clicks_at_random_end_where_the_server_is(slow: LivePage) -> None:
    random = Random(5)
    for _ in range(20):
        # one of ten is refused
        number = 2 if random.random() < 0.1 else random.randrange(2)
        slow.page.evaluate(
            "(number) => document.querySelector(`#post-${number} .like`).click()", number
        )
        slow.page.wait_for_timeout(random.choice([0, 20, 150]))
    slow.settle()
    slow.check_same_state()


def test_a_page_that_resumes_meanwhile_keeps_what_is_shown(slow: LivePage, wire: Wire) -> None:
    slow.page.locator("#post-0 .like").click()
    connections = slow.connections
    wire.cut()
    slow.until(lambda: slow.connections > connections, "another connection")
    slow.settle()
    assert post(slow, 0) == ("1000 likes", "like liked")
    slow.check_same_state()
