"""A page of the runtime on a loop of its own, as a server drives it: no socket, and nothing of a test client in between."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

from django.test import Client

from djust import _djust
from djust.runtime.connection import Connection
from djust.runtime.tasks import idle
from djust.runtime.threads import hop

_CONFIG = re.compile(r'id="djust-config">(.*?)</script>', re.DOTALL)


class EventPage:
    """Sends events and waits for their answers; handlers and renders run in the worker threads of the runtime."""

    def __init__(self, path: str) -> None:
        client = Client()
        found = _CONFIG.search(client.get(path).content.decode())
        assert found is not None
        self._config = json.loads(found[1])
        self._path = path
        cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "path": self._config["socket"],
            "query_string": b"",
            "headers": [
                (b"host", b"testserver"),
                (b"origin", b"http://testserver"),
                (b"cookie", cookies.encode()),
            ],
        }
        self._answers: asyncio.Queue[str] = asyncio.Queue()

    async def connect(self) -> None:
        self._connection = Connection(self._scope, self._take, self._close, hop, ticks=False)
        names = ("token", "csrf", "count", "sum")
        handshake = {"v": _djust.PROTOCOL_VERSION, "seq": 0, "url": self._path}
        handshake |= {name: self._config[name] for name in names}
        await self._connection.receive(json.dumps([0, handshake]))
        assert json.loads(await self._answers.get())[0] == 0
        self._event = self._seq = 0

    async def send(self, handler: str) -> str:
        """Send one event; returns the answer."""
        self._event += 1
        await self._connection.receive(f'[1,{self._event},{self._seq},"{handler}"]')
        answer = await self._answers.get()
        frame = json.loads(answer)
        assert frame[0] == 1 and frame[2] == self._event, answer
        self._seq = frame[1]
        return answer

    async def settle(self) -> None:
        """Wait until the state is written and the page does nothing."""
        session = self._connection.session
        assert session is not None
        await asyncio.sleep(0)
        while session.running or session.writing:
            await idle()

    async def disconnect(self) -> None:
        await self._connection.lost()

    async def _take(self, text: str) -> None:
        self._answers.put_nowait(text)

    async def _close(self) -> None:
        raise AssertionError("the page was closed")


async def times(path: str, handler: str, repeats: int) -> tuple[list[float], int]:
    """CPU seconds of each of so many events, over all threads, and the bytes of the last answer."""
    page = EventPage(path)
    await page.connect()
    for _ in range(3):
        await page.send(handler)
        await page.settle()
    spent, answer = [], ""
    for _ in range(repeats):
        start = time.process_time()
        answer = await page.send(handler)
        await page.settle()
        spent.append(time.process_time() - start)
    await page.disconnect()
    return spent, len(answer)
