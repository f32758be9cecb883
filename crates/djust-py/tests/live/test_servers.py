"""Live pages on real servers, each in a process of its own."""

import asyncio
import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets.exceptions
from websockets.asyncio.client import connect

from live_site.servers import Page, Server
from live_site.sockets import CONNECTED, RENUMBERED, UPDATE


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    server = Server(request.param, tmp_path)
    yield server
    server.stop()


async def test_a_page_works_and_survives_a_killed_server(server: Server) -> None:
    page = Page(server.origin, "/quiet/3/")
    answer = await page.connect()
    assert (answer[0], answer[1]["resume"]) == (CONNECTED, "continue")
    await page.send([1, 1, 0, "increment", {"amount": "4"}])
    frame = await page.next()
    assert frame[:3] == [UPDATE, 1, 1] and "7" in frame[3]
    await page.send([1, 2, 1, "slowly", {}])
    assert "8" in (await page.next())[3]
    await asyncio.sleep(0.5)
    server.kill()
    with pytest.raises(websockets.exceptions.ConnectionClosed):
        await page.next()
    server.start()
    answer = await page.connect()
    assert (answer[1]["resume"], answer[1]["last"]) == ("resync", 2)
    await page.send([4, answer[1]["seq"], '<div dj-view="counter" dj-root>8</div>'])
    assert (await page.next())[0] == RENUMBERED
    await page.send([1, 3, page.seq, "increment", {}])
    assert "9" in (await page.next())[3]
    await page.socket.close()


async def test_static_files_are_served(server: Server) -> None:
    text, _ = server.get("/static/djust/client.js")
    assert "already loaded, skipping duplicate initialization" in text
    with pytest.raises(urllib.error.HTTPError, match="404"):
        server.get("/static/djust/../../settings.py")


async def test_foreign_origins_are_refused(server: Server) -> None:
    page = Page(server.origin, "/quiet/3/")
    for origin in (None, "http://evil.example"):
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            await connect(
                f"ws://127.0.0.1:{server.port}/ws/live/",
                origin=origin,  # type: ignore[arg-type]
                additional_headers={"Cookie": page.cookies},
            )


async def test_a_slow_reader_gets_few_frames_and_then_one_for_all(server: Server) -> None:
    page = Page(server.origin, "/counter/")
    await page.connect()
    # It ticks every 20 ms, and nothing is acknowledged in this time.
    await asyncio.sleep(1.0)
    frames = []
    with pytest.raises(asyncio.TimeoutError):
        while True:
            frames.append(json.loads(await asyncio.wait_for(page.socket.recv(), 0.3)))
    assert [frame[1] for frame in frames] == list(range(1, 9))
    last = str(frames[-1]).count("tick")
    await page.send([2, 8])
    combined = await page.next()
    assert combined[:3] == [UPDATE, 9, 0]
    # It holds what happened meanwhile, and the page is in step again.
    assert str(combined).count("tick") > 8 + last
    await page.socket.close()


async def test_many_pages_at_once(server: Server) -> None:
    pages = [Page(server.origin, f"/quiet/{number}/") for number in range(20)]
    for page in pages:
        await page.connect()

    async def click(page: Page) -> str:
        for number in range(1, 11):
            await page.send([1, number, page.seq, "increment", {}])
            frame = await page.next()
            assert frame[2] == number
        return str(frame[3])

    texts = await asyncio.gather(*map(click, pages))
    assert all(str(number + 10) in text for number, text in enumerate(texts))
    for page in pages:
        await page.socket.close()
