"""A page that goes on in another server: state in Redis, unsaved input in the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from server import Server, Wire
from tab import LivePage

from live_site.cluster import Redis


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    redis = Redis(tmp_path)
    servers = [Server(tmp_path, PROBE_REDIS=redis.url) for _ in range(2)]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    redis.stop()


def test_a_page_goes_on_in_another_process(context: BrowserContext, servers: list[Server]) -> None:
    one, two = servers
    wire = Wire(one.port)
    try:
        live = LivePage(context, wire.url).open("/typing/")
        live.page.locator("#own").fill("typed, not sent")
        live.page.locator("#echo").fill("typed and sent")
        expect(live.page.locator("#seen")).to_have_text("typed and sent")
        live.settle()
        # The state is written beside the answer.
        live.page.wait_for_timeout(500)
        wire.target = two.port
        one.kill()
        live.until(lambda: live.connections == 2, "a new connection", 60)
        expect(live.page.locator("#seen")).to_have_text("typed and sent")
        expect(live.page.locator("#own")).to_have_value("typed, not sent")
        live.click("#replace")
        expect(live.page.locator("#own")).to_have_value("typed, not sent")
        expect(live.page.locator("#seen")).to_have_text("from the server")
        assert not live.errors
    finally:
        wire.close()
