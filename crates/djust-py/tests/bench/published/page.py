"""A counter page of the published djust, as its client would drive it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from load_server import Server
from websockets.asyncio.client import ClientConnection

_VIEW = re.compile(r'dj-view="([\w.]+)"')


class PublishedPage:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.count = 0

    @classmethod
    async def open(cls, server: Server, path: str) -> PublishedPage:
        markup, cookies = await asyncio.to_thread(server.get, path)
        view = _VIEW.search(markup)
        assert view is not None, markup
        page = cls(await server.connect("/ws/live/", cookies))
        await page._expect("connect")
        mount = {"view": view[1], "url": path, "params": {}, "has_prerendered": True}
        await page.socket.send(json.dumps({"type": "mount", **mount}))
        await page._expect("mount")
        return page

    async def click(self) -> None:
        self.count += 1
        event = {"event": "increment", "params": {}, "ref": self.count}
        await self.socket.send(json.dumps({"type": "event", **event}))
        frame = await self._expect("patch")
        assert frame["ref"] == self.count, frame
        assert frame["patches"][0]["text"] == str(self.count), frame

    async def _expect(self, kind: str) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.socket.recv())
        assert frame["type"] == kind, frame
        return frame
