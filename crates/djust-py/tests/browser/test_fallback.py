"""A page whose WebSocket is blocked goes on over plain HTTP, and says so."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from server import Server
from tab import LivePage

OpenPage = Callable[..., LivePage]

# What a proxy does that lets no upgrade through: the socket closes before it was open.
BLOCKED = """
window.WebSocket = class {
    constructor() { setTimeout(() => this.onclose?.(), 20); }
    close() {}
};
"""
CLICKS = """(count) => {
    const more = document.querySelector('[dj-click=increment]');
    while (count--) more.click();
}"""
PENDING = "() => document[Symbol.for('djust')].pending()"


@pytest.fixture
def blocked(context: BrowserContext) -> BrowserContext:
    context.add_init_script(BLOCKED)
    return context


def opened(context: BrowserContext, url: str, path: str) -> LivePage:
    live = LivePage(context, url)
    live.page.goto(f"{url}{path}?key={live.key}")
    expect(live.page.locator("html")).to_have_attribute(
        "data-djust-status", "connected", timeout=20_000
    )
    return live


def settle(live: LivePage) -> None:
    live.until(lambda: live.page.evaluate(PENDING) == 0, "answers", 20)


def test_events_work_and_the_page_says_how(blocked: BrowserContext, shared_server: Server) -> None:
    live = LivePage(blocked, shared_server.url)
    live.page.goto(f"{shared_server.url}/counter/?key={live.key}")
    # Clicked before anything is connected: kept, and counted once.
    live.page.evaluate(CLICKS, 3)
    expect(live.page.locator("output")).to_have_text("3", timeout=20_000)
    assert live.page.evaluate("document.documentElement.dataset.djustTransport") == "http"
    live.page.evaluate(CLICKS, 30)
    expect(live.page.locator("output")).to_have_text("33")
    settle(live)
    live.check_same_state()
    assert not live.errors


def test_what_waits_is_sent_when_the_page_is_left(
    blocked: BrowserContext, shared_server: Server
) -> None:
    live = opened(blocked, shared_server.url, "/pace/")
    live.page.locator("#typed").press_sequentially("left")
    live.page.evaluate("location.assign('/faults/')")
    live.page.wait_for_url("**/faults/**")

    def has_arrived() -> bool:
        return "search left" in json.dumps(live.fresh_tree(f"{live.url}/fresh/{live.key}/"))

    live.until(has_arrived, "the event")


def test_what_the_server_says_first_arrives(blocked: BrowserContext, shared_server: Server) -> None:
    live = opened(blocked, shared_server.url, "/typing/")
    live.page.locator("#start").click()
    live.until(lambda: int(live.page.locator("#ticks").inner_text() or 0) > 3, "ticks", 20)
    live.page.locator("#stop").click()
    settle(live)
    live.check_same_state()


def test_a_killed_server_resumes_with_the_state(blocked: BrowserContext, server: Server) -> None:
    live = opened(blocked, server.url, "/counter/")
    live.page.evaluate(CLICKS, 4)
    expect(live.page.locator("output")).to_have_text("4")
    settle(live)
    live.page.wait_for_timeout(300)
    server.kill()
    live.page.wait_for_timeout(100)
    live.page.evaluate(CLICKS, 3)
    server.start()
    expect(live.page.locator("output")).to_have_text("7", timeout=60_000)
    settle(live)
    live.check_same_state()


def test_a_page_whose_socket_works_does_not_load_the_part(open_page: OpenPage) -> None:
    live = open_page("/counter/")
    live.page.evaluate(CLICKS, 2)
    expect(live.page.locator("output")).to_have_text("2")
    loaded = live.page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [name for name in loaded if "fallback" in name]
    assert live.page.evaluate("document.documentElement.dataset.djustTransport") is None
