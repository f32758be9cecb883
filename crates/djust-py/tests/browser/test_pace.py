"""`@debounce`, `@throttle` and `@rate_limit`: less is sent, nothing is lost, and the order stays."""

import json
from collections.abc import Callable

from playwright.sync_api import expect
from server import Wire
from tab import EVENT, LivePage

OpenPage = Callable[..., LivePage]


def calls(live: LivePage, handler: str) -> list[str]:
    frames = {frame[1]: frame for frame in live.sent if frame[0] == EVENT and frame[3] == handler}
    return [frame[4].get("value", "") if len(frame) > 4 else "" for frame in frames.values()]


def log(live: LivePage) -> list[str]:
    live.settle()
    return live.page.locator("#log li").all_inner_texts()


def test_a_debounced_handler_is_called_once_with_the_last_value(open_page: OpenPage) -> None:
    live = open_page("/pace/")
    live.page.locator("#typed").press_sequentially("django", delay=30)
    assert calls(live, "search") == []
    expect(live.page.locator("#seen")).to_have_text("django")
    assert calls(live, "search") == ["django"]
    assert live.page.locator("#typed").input_value() == "django"


def test_what_waits_is_sent_before_anything_else_the_user_does(open_page: OpenPage) -> None:
    live = open_page("/pace/")
    field = live.page.locator("#query")
    field.press_sequentially("ab")
    field.press("Enter")
    assert log(live) == ["search ab", "go", "save ab"]
    live.page.locator("#typed").press_sequentially("cd")
    live.page.locator("#go").click()
    assert log(live)[3:] == ["search cd", "go"]
    live.page.locator("#typed").press("End")
    live.page.keyboard.type("e")
    live.page.keyboard.press("Tab")
    assert log(live)[5:] == ["search cde"]


def test_what_waits_is_sent_when_the_page_is_left(open_page: OpenPage) -> None:
    live = open_page("/pace/")
    live.page.locator("#typed").press_sequentially("left")
    live.page.evaluate("location.assign('/faults/')")
    live.page.wait_for_url("**/faults/**")

    def has_arrived() -> bool:
        return "search left" in json.dumps(live.fresh_tree(f"{live.url}/fresh/{live.key}/"))

    live.until(has_arrived, "the event")


def test_typing_is_not_lost_while_answers_are_late(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/pace/", wire.url)
    wire.delay = 0.4
    field = live.page.locator("#typed")
    field.focus()
    for part in ("one", " two", " three"):
        live.page.keyboard.type(part, delay=10)
        live.page.wait_for_timeout(450)
    expect(live.page.locator("#seen")).to_have_text("one two three")
    assert calls(live, "search") == ["one", "one two", "one two three"]
    assert field.input_value() == "one two three"


def test_a_throttled_handler_is_called_at_once_and_at_last(open_page: OpenPage) -> None:
    live = open_page("/pace/")
    live.page.evaluate(
        """async () => {
          const slider = document.querySelector("#position");
          for (let value = 1; value <= 40; value++) {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }"""
    )
    expect(live.page.locator("#at")).to_have_text("40")
    values = [int(value) for value in calls(live, "move")]
    assert values[0] == 1 and values[-1] == 40 and values == sorted(values)
    # 0.8 seconds or more passed, at most one call in 0.3 seconds and one at the end
    assert 3 <= len(values) <= 20


def test_the_sixth_call_in_a_second_is_refused_and_said(open_page: OpenPage) -> None:
    live = open_page("/pace/")
    live.page.evaluate(
        """() => {
          window.problems = [];
          document.addEventListener("djust:error", ({ detail }) => problems.push(detail.code));
          for (let i = 0; i < 6; i++) document.querySelector("#hurry").click();
        }"""
    )
    live.settle()
    assert live.page.locator("#hurried").inner_text() == "5"
    assert live.page.evaluate("problems") == ["rate-limited"]
    assert live.page.evaluate("document.documentElement.dataset.djustError") == "rate-limited"
    live.page.wait_for_timeout(1100)
    live.click("#hurry")
    assert live.page.locator("#hurried").inner_text() == "6"
    assert live.page.evaluate("document.documentElement.dataset.djustError") is None
