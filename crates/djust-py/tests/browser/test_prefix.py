"""A real server below a prefix of the URL, behind a proxy that takes the prefix off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect
from proxy import StrippingProxy
from server import Server
from tab import LivePage

PREFIX = "/below"


@pytest.fixture(params=["FORCE_SCRIPT_NAME", "root path"])
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the site, as a visitor knows it."""
    directory = tmp_path_factory.mktemp("server")
    if request.param == "root path":
        # Django takes no notice of it in the addresses of static files.
        server = Server(
            directory,
            options=("--root-path", PREFIX),
            PROBE_STATIC_URL=f"{PREFIX}/static/",
        )
    else:
        server = Server(directory, PROBE_SCRIPT_NAME=PREFIX)
    server.start()
    proxy = StrippingProxy(PREFIX, server.port)
    yield proxy.url
    proxy.close()
    server.stop()


def test_pages_parts_and_sockets_keep_the_prefix(context: BrowserContext, front: str) -> None:
    live = LivePage(context, front).open("/counter/")
    live.click("text=+")
    live.click("text=+")
    expect(live.page.locator("output")).to_have_text("2")
    live.check_same_state()
    requested = live.page.evaluate(
        "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)"
    )
    assert requested and all(path.startswith(f"{PREFIX}/") for path in requested)
    assert live.connections == 1 and not [line for line in live.console if "404" in line]


def test_addresses_within_the_page_keep_the_prefix(context: BrowserContext, front: str) -> None:
    live = LivePage(context, front).open("/tabs/")
    live.page.locator("#two").click()
    live.page.wait_for_url(f"{front}/tabs/?tab=two**")
    live.settle()
    live.page.locator("#go").click()
    live.page.wait_for_url(f"{front}/tabs/?tab=pushed**")
    live.settle()
    live.page.go_back()
    live.settle()
    assert live.page.url.startswith(f"{front}/tabs/?tab=two")
    assert live.connections == 1 and not live.errors


def test_a_blocked_socket_falls_back_below_the_prefix(context: BrowserContext, front: str) -> None:
    context.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 20); } close() {} };"
    )
    page = context.new_page()
    page.goto(f"{front}/counter/")
    page.locator("text=+").click()
    expect(page.locator("output")).to_have_text("1", timeout=20_000)
    assert page.evaluate("document.documentElement.dataset.djustTransport") == "http"
