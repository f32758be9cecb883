"""Large pastes: they arrive, or the page says that they are refused."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from tab import LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture
def live(open_page: OpenPage, context: BrowserContext) -> LivePage:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return open_page("/typing/")


def paste(live: LivePage, selector: str, size: int) -> None:
    live.page.evaluate("(size) => navigator.clipboard.writeText('é<&x'.repeat(size / 4))", size)
    live.page.locator(selector).focus()
    live.page.keyboard.press("Control+A")
    live.page.keyboard.press("Control+V")


def test_a_megabyte_arrives(live: LivePage) -> None:
    paste(live, "#echo", 1_000_000)
    seen = "document.querySelector('#seen').textContent.length"
    live.until(lambda: live.page.evaluate(seen) == 1_000_000, "the text", 20)
    live.settle()
    live.check_same_state()
    assert not live.errors


def test_more_than_the_server_takes_is_refused_in_the_page(live: LivePage) -> None:
    live.page.locator("#echo").fill("before")
    expect(live.page.locator("#seen")).to_have_text("before")
    paste(live, "#echo", 4_000_000)
    html = live.page.locator("html")
    expect(html).to_have_attribute("data-djust-error", "too-large")
    expect(live.page.locator("#seen")).to_have_text("before")
    # What was pasted is still there to be copied or cut down, and the page goes on.
    assert live.page.evaluate("document.querySelector('#echo').value.length") == 4_000_000
    live.page.locator("#echo").fill("after")
    expect(live.page.locator("#seen")).to_have_text("after")
    assert html.get_attribute("data-djust-error") is None
    assert live.connections == 1
    live.settle()
    live.check_same_state()
