"""The address and the state of a page in step, by every way that changes one of them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from server import Wire
from tab import EVENT, LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture
def tabs(open_page: OpenPage) -> LivePage:
    return open_page("/tabs/")


def shows(live: LivePage, text: str) -> None:
    expect(live.page.locator("#state")).to_have_text(text)
    live.settle()


def query(live: LivePage) -> str:
    return str(live.page.evaluate("new URLSearchParams(location.search).get('tab') ?? ''"))


def patches(live: LivePage) -> list[Any]:
    return [frame[4] for frame in live.sent if frame[0] == EVENT and frame[3] == "_patch"]


def test_a_link_changes_address_state_and_title_without_a_load(tabs: LivePage) -> None:
    tabs.page.evaluate("window.mark = 1")
    tabs.page.locator("#click").click()
    tabs.page.locator("#one").click()
    shows(tabs, "one 0 2 1 one")
    tabs.page.locator("#two").click()
    shows(tabs, "two 0 3 1 two")
    tabs.page.locator("#three").click()
    shows(tabs, "three 0 4 1 three")
    assert query(tabs) == "three" and tabs.page.title() == "Tab three"
    assert tabs.page.evaluate("window.mark") == 1 and tabs.connections == 1


def test_back_and_forward_bring_state_and_address_in_step(tabs: LivePage) -> None:
    for tab in ("two", "three"):
        tabs.page.locator(f"#{tab}").click()
    shows(tabs, "three 0 3 0 three")
    tabs.page.go_back()
    shows(tabs, "two 0 4 0 two")
    tabs.page.go_back()
    shows(tabs, "one 0 5 0")
    tabs.page.go_forward()
    tabs.page.go_forward()
    shows(tabs, "three 0 7 0 three")
    assert query(tabs) == "three" and tabs.page.title() == "Tab three" and tabs.connections == 1


def test_deep_link_and_reload(open_page: OpenPage) -> None:
    live = open_page("/tabs/7/?tab=two")
    shows(live, "two 7 1 0 two")
    live.page.locator("#three").click()
    shows(live, "three 7 2 0 three")
    live.page.reload()
    shows(live, "three 7 1 0 three")


def test_the_path_may_change_within_the_view(tabs: LivePage) -> None:
    tabs.page.locator("#path").click()
    shows(tabs, "two 7 2 0 two")
    tabs.page.go_back()
    shows(tabs, "one 0 3 0")
    assert tabs.connections == 1


def test_the_server_may_change_the_address(tabs: LivePage) -> None:
    tabs.page.locator("#go").click()
    shows(tabs, "pushed 0 2 0 pushed")
    assert query(tabs) == "pushed"
    tabs.page.go_back()
    shows(tabs, "one 0 3 0")
    tabs.page.locator("#old").click()
    shows(tabs, "new 0 5 0 new")
    assert query(tabs) == "new"
    tabs.page.go_back()
    shows(tabs, "one 0 6 0")


def test_a_patch_that_fails_takes_the_address_back(tabs: LivePage) -> None:
    tabs.page.locator("#two").click()
    shows(tabs, "two 0 2 0 two")
    tabs.page.locator("#fail").click()
    tabs.until(lambda: tabs.errors, "an error")
    tabs.settle()
    assert query(tabs) == "two"
    shows(tabs, "two 0 2 0 two")


def test_two_quick_links_and_back_on_a_slow_network(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/tabs/", url=wire.url)
    wire.delay = 0.2
    live.page.locator("#two").click()
    live.page.locator("#three").click()
    assert query(live) == "three"
    live.page.go_back()
    assert query(live) == "two"
    shows(live, "two 0 4 0 two")
    assert query(live) == "two"
    # A server that speaks late does not take the visitor back.
    live.page.locator("#go").click()
    live.page.locator("#three").click()
    shows(live, "three 0 6 0 three")
    assert query(live) == "three"


def test_a_connection_lost_in_the_middle(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/tabs/", url=wire.url)
    live.page.locator("#two").click()
    shows(live, "two 0 2 0 two")
    wire.refusing = True
    wire.cut()
    live.page.locator("#three").click()
    assert query(live) == "three"
    wire.refusing = False
    shows(live, "three 0 3 0 three")
    wire.refusing = True
    wire.cut()
    wire.refusing = False
    live.page.locator("#click").click()
    shows(live, "three 0 3 1 three")


def test_scroll_is_restored_when_the_content_is_back(tabs: LivePage) -> None:
    tabs.page.evaluate("scrollTo(0, 900)")
    tabs.page.evaluate("document.querySelector('#two').click()")
    shows(tabs, "two 0 2 0 two")
    expect(tabs.page.locator("#row-79")).to_have_count(0)
    tabs.page.go_back()
    shows(tabs, "one 0 3 0")
    tabs.until(lambda: tabs.page.evaluate("scrollY") == 900, "the scroll position")


def test_a_link_within_the_page_is_the_browsers(tabs: LivePage) -> None:
    tabs.page.locator("#plain").click()
    tabs.until(lambda: tabs.page.evaluate("scrollY") > 0, "the row")
    tabs.page.go_back()
    tabs.page.wait_for_timeout(100)
    assert patches(tabs) == []


def test_links_outside_the_live_root(open_page: OpenPage) -> None:
    live = open_page("/frame/")
    live.page.locator("#patch").click()
    shows(live, "two")
    assert query(live) == "two" and live.page.title() == "Tab two" and live.connections == 1
    live.page.go_back()
    shows(live, "one")
    live.page.locator("#navigate").click()
    live.page.wait_for_url("**/bound/")


@pytest.mark.parametrize("link", ["#elsewhere", "#navigate", "#leave"])
def test_another_view_is_loaded(tabs: LivePage, link: str) -> None:
    tabs.page.locator(link).click()
    tabs.page.wait_for_url("**/typing/" if link == "#elsewhere" else "**/bound/")
    tabs.until(lambda: tabs.connections == 2, "a connection of the other view")


@pytest.mark.parametrize("link", ["#script", "#foreign"])
def test_no_link_leads_to_a_foreign_address(tabs: LivePage, link: str) -> None:
    before = tabs.page.url
    tabs.page.locator(link).click()
    tabs.until(lambda: any("may not be sent" in line for line in tabs.console), "a warning")
    assert (tabs.page.url, tabs.page.title(), patches(tabs)) == (before, "Tab one", [])


def test_effects_follow_the_patch_in_order(tabs: LivePage) -> None:
    tabs.page.evaluate(
        """() => {
            window.seen = [];
            const state = () => document.querySelector('#state').textContent;
            for (const name of ['chart', 'djust:flash'])
                document.addEventListener(name, ({ detail }) => window.seen.push([name, detail, state()]));
        }"""
    )
    tabs.page.locator("#effects").click()
    shows(tabs, "one 0 1 1")
    assert tabs.page.evaluate("window.seen") == [
        ["chart", {"clicks": 1}, "one 0 1 1 "],
        ["djust:flash", {"level": "success", "text": "Saved"}, "one 0 1 1 "],
    ]
    assert tabs.page.evaluate("document.activeElement.id") == "target"
    assert tabs.page.evaluate("scrollY") > 0
