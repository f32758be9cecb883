"""`dj-loading.*` on the element that fires and on bystanders, put on with the event and taken off with its answer."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from server import Server
from tab import LivePage

OpenPage = Callable[..., LivePage]

STATE = """() => {
  const at = (id) => document.getElementById(id);
  return {
    save: at("save").disabled, fail: at("fail").disabled, submit: at("submit").disabled,
    show: getComputedStyle(at("show")).display, hidden: getComputedStyle(at("hidden")).display,
    hide: getComputedStyle(at("hide")).display,
    class: at("class").className, for: at("for").className, failing: at("fail").className,
  };
}"""
IDLE = {
    "save": False,
    "fail": False,
    "submit": False,
    "show": "none",
    "hidden": "none",
    "hide": "block",
    "class": "",
    "for": "",
    "failing": "plain",
}
BUSY = {**IDLE, "show": "block", "hidden": "block", "hide": "none", "class": "opacity-50"}


def click(live: LivePage, selector: str) -> dict[str, object]:
    """Click, and look before any answer can have come."""
    script = f"(selector) => {{ document.querySelector(selector).click(); return ({STATE})(); }}"
    return dict(live.page.evaluate(script, selector))


@pytest.fixture
def live(browser: Browser, shared_server: Server) -> Iterator[LivePage]:
    """A page whose inline style counts, as on a site without a strict policy."""
    context = browser.new_context(bypass_csp=True)
    context.set_default_timeout(10_000)
    live = LivePage(context, shared_server.url).open("/waiting/")
    # the part has come when an event was answered
    live.click("#save")
    assert live.page.evaluate(STATE) == IDLE
    yield live
    context.close()


@pytest.mark.parametrize(
    ("selector", "busy"),
    [
        ("#save", {"save": True}),
        ("#fail", {"fail": True, "for": "faint", "failing": "plain busy wait"}),
        ("#submit", {"submit": True}),
    ],
)
def test_marks_are_there_until_the_answer_and_then_gone(
    live: LivePage, selector: str, busy: dict[str, object]
) -> None:
    before = live.tree()
    assert click(live, selector) == {**BUSY, **busy}
    live.settle()
    assert live.page.evaluate(STATE) == IDLE
    if selector == "#fail":
        assert live.tree() == before
    live.check_same_state()


def test_marks_stay_until_the_last_of_several_answers(live: LivePage) -> None:
    live.page.evaluate(
        """() => {
          window.seen = [];
          document.querySelector("#fail").click();
          document.querySelector("#submit").click();
          new MutationObserver(() => seen.push(getComputedStyle(document.querySelector("#show")).display))
            .observe(document.querySelector("[dj-root]"), { childList: true, subtree: true, characterData: true });
        }"""
    )
    live.page.locator("#typed").fill("typed meanwhile")
    live.settle()
    assert live.page.evaluate(STATE) == IDLE
    assert live.page.locator("#text").inner_text() == "typed meanwhile"
    assert live.page.evaluate("seen.slice(0, -1).every((display) => display === 'block')")


def test_a_disabled_button_gets_its_focus_back(live: LivePage) -> None:
    live.page.locator("#save").focus()
    live.page.keyboard.press("Enter")
    live.page.wait_for_timeout(100)
    live.settle()
    assert live.page.evaluate("document.activeElement.id") == "save"


def test_an_event_of_a_field_in_a_form_does_not_disable_its_button(live: LivePage) -> None:
    during = live.page.evaluate(
        f"""() => {{
          const field = document.querySelector("#typed");
          field.value = "x";
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
          return ({STATE})();
        }}"""
    )
    assert during == BUSY
    live.settle()
    assert live.page.evaluate(STATE) == IDLE


def test_nothing_is_searched_after_a_patch(live: LivePage) -> None:
    live.page.evaluate(
        """() => {
          window.searches = 0;
          for (const kind of [Element, Document])
            for (const name of ["querySelectorAll", "querySelector", "getElementsByTagName"]) {
              const original = kind.prototype[name];
              if (original) kind.prototype[name] = function (...args) { searches++; return original.apply(this, args); };
            }
          document.getElementById("save").click();
          window.searches = 0;
        }"""
    )
    live.settle()
    assert live.page.evaluate("[searches, document.getElementById('saves').textContent]") == [
        0,
        "2",
    ]


def test_a_strict_policy_is_kept(open_page: OpenPage) -> None:
    live = open_page("/waiting/")
    live.console.clear()
    shown = click(live, "#fail")
    assert {key: shown[key] for key in ("fail", "hidden", "hide", "class")} == {
        "fail": True,
        "hidden": "block",
        "hide": "none",
        "class": "opacity-50",
    }
    live.settle()
    assert live.page.evaluate(STATE) == {**IDLE, "show": "block"}
    assert [line for line in live.console if "Content Security Policy" in line] == []
    live.check_same_state()
