"""Pages that are left and come back: from the browser's cache, after sleep, by a reload, in another tab."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from server import Server, Wire
from tab import LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture(scope="session")
def caching(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """A browser with the back/forward cache, which Playwright switches off."""
    browser = launch(ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


@pytest.fixture
def keeping(caching: Browser) -> Iterator[BrowserContext]:
    context = caching.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()


def leave_and_return(live: LivePage, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Go to an ordinary page and back, to the very document that was left.

    Playwright does not see the sockets of a document that comes back; the document itself says how it is.
    """
    live.page.evaluate("window.mark = 'kept'")
    live.page.goto(f"{live.url}/source/counter.py")
    meanwhile()
    # The document is there already: it is not loaded.
    live.page.go_back(wait_until="commit")
    live.until(lambda: live.page.evaluate("window.mark") == "kept", "the page from the cache")
    expect(live.page.locator("html")).to_have_attribute("data-djust-status", "connected")


def test_a_page_from_the_cache_goes_on(keeping: BrowserContext, shared_server: Server) -> None:
    live = LivePage(keeping, shared_server.url).open("/counter/")
    more, count = live.page.locator("text=+"), live.page.locator("output")
    more.click()
    expect(count).to_have_text("1")
    for shown in (1, 2):
        leave_and_return(live)
        expect(count).to_have_text(str(shown))
        more.click()
        expect(count).to_have_text(str(shown + 1))
        live.settle()
        live.check_same_state()


def test_a_page_from_the_cache_goes_on_with_a_new_server(
    keeping: BrowserContext, server: Server
) -> None:
    live = LivePage(keeping, server.url).open("/typing/")
    live.page.locator("#echo").fill("sent")
    expect(live.page.locator("#seen")).to_have_text("sent")
    live.page.locator("#own").fill("not sent")
    live.settle()

    def restart() -> None:
        server.kill()
        server.start()

    leave_and_return(live, restart)
    expect(live.page.locator("#own")).to_have_value("not sent")
    live.page.locator("#replace").click()
    expect(live.page.locator("#seen")).to_have_text("from the server")
    expect(live.page.locator("#own")).to_have_value("not sent")


def test_clicks_around_a_sleep_count_once(context: BrowserContext, wire: Wire) -> None:
    live = LivePage(context, wire.url).open("/counter/")
    session = context.new_cdp_session(live.page)
    wire.delay = 0.3
    live.page.evaluate(
        "for (let n = 0; n < 3; n++) document.querySelector('[dj-click=increment]').click()"
    )
    # On their way, perhaps handled, surely not answered.
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    wire.refusing = True
    wire.cut()
    live.page.wait_for_timeout(1000)
    wire.refusing, wire.delay = False, 0.0
    session.send("Page.setWebLifecycleState", {"state": "active"})
    live.page.evaluate("document.querySelector('[dj-click=increment]').click()")
    live.until(lambda: live.connections == 2, "a new connection", 30)
    expect(live.page.locator("output")).to_have_text("4")
    live.settle()
    live.check_same_state()
    assert live.events == [1, 2, 3, 4]


def test_a_reload_keeps_the_scroll_position(open_page: OpenPage) -> None:
    live = open_page("/tabs/")
    # After a move within the page positions are the client's to keep.
    live.page.locator("#three").click()
    expect(live.page.locator("#row-79")).to_have_text("Row 79 of three")
    live.page.evaluate("scrollTo(0, 900)")
    live.page.reload()
    live.until(lambda: live.connections == 2, "a connection")
    live.until(lambda: live.page.evaluate("scrollY") == 900, "the scroll position")
    live.page.locator("#click").dispatch_event("click")
    live.until(lambda: " 1 " in live.page.locator("#state").inner_text(), "the answer")
    assert live.page.evaluate("scrollY") == 900


def test_a_tab_opened_from_a_page_has_state_of_its_own(
    open_page: OpenPage, context: BrowserContext
) -> None:
    live = open_page("/counter/")
    live.click("text=+")
    # The new tab gets a copy of the storage of the old one, as a duplicated tab does.
    with context.expect_page() as opened:
        live.page.evaluate("window.open(location.href)")
    twin = opened.value
    expect(twin.locator("html")).to_have_attribute("data-djust-status", "connected")
    twin.locator("text=+").click()
    expect(twin.locator("output")).to_have_text("1")
    live.page.bring_to_front()
    live.click("text=+")
    expect(live.page.locator("output")).to_have_text("2")
    expect(twin.locator("output")).to_have_text("1")
