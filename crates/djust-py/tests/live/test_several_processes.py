"""Two servers behind one address, with a real Redis between them."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets.exceptions

from live_site.cluster import Balancer, Redis
from live_site.servers import Page, Server, fetch
from live_site.sockets import CONNECTED, ERROR, RENUMBERED, UPDATE


class Cluster:
    def __init__(self, directory: Path) -> None:
        self.redis = Redis(directory)
        self.servers = []
        for name in ("one", "two"):
            home = directory / name
            home.mkdir()
            settings = "live_site.served_redis"
            self.servers.append(Server("uvicorn", home, settings, LIVE_SITE_REDIS=self.redis.url))
        self.balancer = Balancer(self.servers)
        self.origin = self.balancer.origin

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
        self.balancer.close()
        self.redis.stop()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


class Tab(Page):
    """A page with a client that clicks, reconnects, and keeps an account of what it was told."""

    clicks = 0
    interrupted = 0
    told_of_loss = False
    text = ""

    async def reconnect(self) -> None:
        """Come back, as the client does: with what was not answered, and with the page if that is asked for."""
        while True:
            try:
                answer = await self.connect(count=0, sum=0, sent=self.clicks)
                break
            except (OSError, websockets.exceptions.WebSocketException):
                await asyncio.sleep(0.05)
        assert answer[0] == CONNECTED, answer
        if answer[1]["resume"] == "resync":
            self.seq = answer[1]["seq"]
            await self.send([4, self.seq, '<div dj-view="counter" dj-root></div>'])
            while (await self.take())[0] != RENUMBERED:
                pass
        self.last = answer[1]["last"]

    async def take(self) -> Any:
        frame = await self.next()
        if frame[0] == ERROR:
            assert frame[3]["code"] == "interrupted", frame
            self.told_of_loss |= not frame[2]
        elif len(frame) > 3:
            # With one acknowledged frame after the other, each update shows the count.
            self.text = json.dumps(frame[3])
        return frame

    async def click(self) -> None:
        """Click once and wait until that is answered, over as many connections as it takes."""
        self.clicks += 1
        while True:
            try:
                await self.send([1, self.clicks, self.seq, "increment", {}])
                frame = await self.take()
                while frame[0] not in (UPDATE, ERROR) or frame[2] != self.clicks:
                    frame = await self.take()
                self.interrupted += frame[0] == ERROR
                return
            except (OSError, websockets.exceptions.WebSocketException):
                await self.reconnect()
                if self.last >= self.clicks:
                    return

    async def count(self) -> int:
        """What the state says now."""
        await self.send([4, self.seq, '<div dj-view="counter" dj-root></div>'])
        frame = await self.take()
        while frame[0] != RENUMBERED:
            frame = await self.take()
        (text,) = [part for part in frame[3] if isinstance(part, str) and "output" in part]
        return int(text.partition("<output>")[2].partition("<")[0])


async def opened(cluster: Cluster, number: int) -> list[Tab]:
    tabs = [Tab(cluster.origin, "/quiet/0/") for _ in range(number)]
    for tab in tabs:
        assert (await tab.connect())[0] == CONNECTED
    return tabs


async def test_pushes_reach_the_pages_of_every_process(cluster: Cluster) -> None:
    tabs = await opened(cluster, 4)
    # The listeners have joined once a push of each process has reached all pages.
    pids = set()
    for count in (7, 8, 9, 10):
        pid, _ = fetch(f"{cluster.origin}/push/{count}/")
        pids.add(pid)
        for tab in tabs:
            while str(count) not in tab.text:
                await tab.take()
            await tab.send([2, tab.seq])
    assert len(pids) == 2


async def test_a_page_goes_on_in_the_other_process_with_its_state(cluster: Cluster) -> None:
    (tab,) = await opened(cluster, 1)
    for _ in range(3):
        await tab.click()
    seen = set()
    for _ in range(4):
        await tab.socket.close()
        await tab.reconnect()
        await tab.click()
        seen.add(tab.text)
        assert str(tab.clicks) in tab.text
    assert (await tab.count(), tab.interrupted, tab.told_of_loss) == (7, 0, False)


async def test_a_process_killed_under_load_runs_nothing_twice(cluster: Cluster) -> None:
    tabs = await opened(cluster, 6)

    async def work(tab: Tab) -> None:
        for _ in range(60):
            await tab.click()

    work_done = asyncio.gather(*map(work, tabs))
    await asyncio.sleep(0.15)
    assert not work_done.done()
    cluster.servers[0].kill()
    await work_done
    for tab in tabs:
        count = await tab.count()
        # What is missing was said to be missing, and no click counts twice.
        assert count <= 60
        if not tab.told_of_loss:
            assert count >= 60 - tab.interrupted
        if not tab.told_of_loss and not tab.interrupted:
            assert count == 60


async def test_redis_may_go_and_come_back(cluster: Cluster) -> None:
    tabs = await opened(cluster, 2)
    for tab in tabs:
        await tab.click()
    cluster.redis.stop()
    for tab in tabs:
        await tab.click()
    assert [tab.text for tab in tabs] == [tabs[0].text] * 2 and "2" in tabs[0].text
    cluster.redis.start()
    # Pushes between the processes work again as soon as both listen anew.
    for count in range(100, 200):
        fetch(f"{cluster.origin}/push/{count}/")
        try:
            for tab in tabs:
                while str(count) not in tab.text:
                    await asyncio.wait_for(tab.take(), 0.5)
            break
        except (asyncio.TimeoutError, TimeoutError):
            continue
    else:
        pytest.fail("no push reached both pages after Redis was back")
    # And the state is in the store again: either process may die.
    for tab in tabs:
        await tab.click()
    await asyncio.sleep(0.5)
    cluster.servers[1].kill()
    for tab in tabs:
        await tab.click()
        assert await tab.count() == count + 2
        assert not tab.interrupted
