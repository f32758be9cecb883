"""Live pages on real servers, each in a process of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import websockets.exceptions
from websockets.asyncio.client import connect

from live_site.sockets import CONNECTED, RENUMBERED, UPDATE

SITE = Path(__file__).resolve().parent / "site"


class Server:
    def __init__(self, kind: str, directory: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        application = "live_site.asgi:application"
        self._command = {
            "uvicorn": ["uvicorn", "--host", "127.0.0.1", "--port", str(self.port), application],
            "daphne": ["daphne", "-b", "127.0.0.1", "-p", str(self.port), application],
        }[kind]
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(SITE), os.environ.get("PYTHONPATH", "")]),
            "LIVE_SITE_CACHE": str(directory / "cache"),
            "DJANGO_SETTINGS_MODULE": "live_site.served",
        }
        self._log = directory / "log"
        self.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get("/ordinary/")
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self._log.read_text()) from None
                time.sleep(0.05)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def get(self, path: str) -> tuple[str, str]:
        """The text of a page and the cookies it sets."""
        with urllib.request.urlopen(self.origin + path, timeout=10) as response:
            cookies = SimpleCookie()
            for line in response.headers.get_all("Set-Cookie") or ():
                cookies.load(line)
            text = response.read().decode()
        return text, "; ".join(f"{name}={one.value}" for name, one in cookies.items())


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    server = Server(request.param, tmp_path)
    yield server
    server.stop()


def read_config(text: str) -> dict[str, Any]:
    start = text.index('id="djust-config">') + len('id="djust-config">')
    config: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return config


class Page:
    def __init__(self, server: Server, path: str) -> None:
        self.server = server
        self.path = path
        text, self.cookies = server.get(path)
        self.config = read_config(text)
        self.seq = 0

    async def connect(self) -> Any:
        self.socket = await connect(
            f"ws://127.0.0.1:{self.server.port}{self.config['socket']}",
            origin=self.server.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookies},
        )
        names = ("token", "csrf", "count", "sum")
        handshake = {name: self.config[name] for name in names}
        await self.send([0, {"v": 1, "seq": self.seq, "url": self.path, **handshake}])
        return await self.next()

    async def send(self, frame: list[Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self) -> Any:
        frame = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
        if frame[0] in (UPDATE, RENUMBERED):
            self.seq = frame[1]
        return frame


async def test_a_page_works_and_survives_a_killed_server(server: Server) -> None:
    page = Page(server, "/quiet/3/")
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
    page = Page(server, "/quiet/3/")
    for origin in (None, "http://evil.example"):
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            await connect(
                f"ws://127.0.0.1:{server.port}/ws/live/",
                origin=origin,  # type: ignore[arg-type]
                additional_headers={"Cookie": page.cookies},
            )


async def test_many_pages_at_once(server: Server) -> None:
    pages = [Page(server, f"/quiet/{number}/") for number in range(20)]
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
