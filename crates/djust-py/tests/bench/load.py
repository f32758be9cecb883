"""A server under load, on this machine only: ``python load.py``.

Starts uvicorn with one process on a free port and drives it over real sockets. Prints the round trip of an event, how many
events a core of the server handles in a second (by the server's own processor time, so that this client's share does not
count), what an idle session costs in memory, and how much stays after pages have come and gone. It stops by itself; the
numbers of pages and events are bounded by the options. Linux only: it reads ``/proc``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from socket import socket
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

HOST = "127.0.0.1"
_CONFIG = re.compile(r'id="djust-config">(.*?)</script>', re.DOTALL)


class Server:
    def __init__(self) -> None:
        with socket() as listener:
            listener.bind((HOST, 0))
            self.port = listener.getsockname()[1]
        here = str(Path(__file__).resolve().parent)
        command = ["uvicorn", "load_site:application", "--host", HOST, "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--log-level", "warning", "--app-dir", here]
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get("/counter/")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the server does not start") from None
                time.sleep(0.05)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    def get(self, path: str) -> tuple[dict[str, Any], str]:
        with urllib.request.urlopen(self.origin + path, timeout=10) as response:
            cookie = (response.headers["Set-Cookie"] or "").partition(";")[0]
            found = _CONFIG.search(response.read().decode())
        assert found is not None
        return json.loads(found[1]), cookie

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident kilobytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", text)
        assert found is not None
        return float(found[1])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Page:
    def __init__(self, server: Server, path: str, socket: ClientConnection) -> None:
        self.socket = socket
        self.event = self.seq = 0

    @classmethod
    async def open(cls, server: Server, path: str) -> Page:
        config, cookie = await asyncio.to_thread(server.get, path)
        socket = await connect(
            f"ws://{HOST}:{server.port}{config['socket']}",
            origin=server.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            compression=None,
            ping_interval=None,
        )
        names = ("token", "csrf", "count", "sum")
        handshake = {"v": 1, "seq": 0, "url": path, **{name: config[name] for name in names}}
        await socket.send(json.dumps([0, handshake]))
        assert json.loads(await socket.recv())[0] == 0
        return cls(server, path, socket)

    async def click(self) -> None:
        self.event += 1
        await self.socket.send(f'[1,{self.event},{self.seq},"increment"]')
        frame = json.loads(await self.socket.recv())
        assert frame[0] == 1 and frame[2] == self.event, frame
        self.seq = frame[1]


async def round_trip(server: Server, path: str, events: int) -> float:
    """Median milliseconds from a click to its answer, with nothing else going on."""
    page = await Page.open(server, path)
    times = []
    for _ in range(events):
        start = time.perf_counter()
        await page.click()
        times.append(time.perf_counter() - start)
    await page.socket.close()
    return statistics.median(times) * 1000


async def throughput(server: Server, path: str, pages: int, events: int) -> float:
    """Events for each second of the server's processor time, from many pages at once."""
    opened = [await Page.open(server, path) for _ in range(pages)]

    async def work(page: Page) -> None:
        for _ in range(events):
            await page.click()

    before = server.cpu()
    await asyncio.gather(*map(work, opened))
    spent = server.cpu() - before
    await asyncio.gather(*(page.socket.close() for page in opened))
    return pages * events / spent


async def idle_memory(server: Server, pages: int) -> float:
    """Resident kilobytes of one session that is open and used once."""
    warm = [await Page.open(server, "/counter/") for _ in range(50)]
    await asyncio.gather(*(page.socket.close() for page in warm))
    await asyncio.sleep(1.5)
    before = server.memory()
    opened = []
    for _ in range(pages):
        page = await Page.open(server, "/counter/")
        await page.click()
        opened.append(page)
    await asyncio.sleep(0.5)
    spent = (server.memory() - before) / pages
    await asyncio.gather(*(page.socket.close() for page in opened))
    await asyncio.sleep(1.5)
    return spent


async def cycles(server: Server, number: int) -> tuple[float, float]:
    """Resident kilobytes after the first tenth of so many pages that come and go, and after all of them."""

    async def come_and_go() -> None:
        page = await Page.open(server, "/counter/")
        await page.click()
        await page.socket.close()

    early = 0.0
    batch = 20
    for done in range(0, number, batch):
        await asyncio.gather(*(come_and_go() for _ in range(batch)))
        if not early and done >= number // 10:
            await asyncio.sleep(1.5)
            early = server.memory()
    await asyncio.sleep(1.5)
    return early, server.memory()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=2000, help="events of the round trip")
    parser.add_argument("--pages", type=int, default=20, help="pages at once for the throughput")
    parser.add_argument("--sessions", type=int, default=500, help="idle sessions for the memory")
    parser.add_argument("--cycles", type=int, default=10_000, help="pages that come and go")
    options = parser.parse_args()
    server = Server()
    try:
        for path in ("/counter/", "/async-counter/"):
            asyncio.run(round_trip(server, path, 200))
            spent = asyncio.run(round_trip(server, path, options.events))
            print(f"{path:18}round trip, median    {spent:>10.3f} ms", flush=True)
            rate = asyncio.run(throughput(server, path, options.pages, options.events // 4))
            print(f"{path:18}events/s and core     {rate:>10,.0f}", flush=True)
        spent = asyncio.run(idle_memory(server, options.sessions))
        print(f"{'/counter/':18}idle session          {spent:>10.1f} KB", flush=True)
        early, late = asyncio.run(cycles(server, options.cycles))
        print(
            f"{'/counter/':18}after {options.cycles:,} pages     {late - early:>+10,.0f} KB of {early:,.0f} KB"
        )
    finally:
        server.stop()


if __name__ == "__main__":
    main()
