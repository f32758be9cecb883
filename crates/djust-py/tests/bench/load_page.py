"""A counter page of djust, as the client in the browser would drive it."""

from __future__ import annotations

import asyncio
import json
import re

from load_server import Server
from websockets.asyncio.client import ClientConnection

_CONFIG = re.compile(r'id="djust-config">(.*?)</script>', re.DOTALL)


class Page:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.event = self.seq = 0

    @classmethod
    async def open(cls, server: Server, path: str) -> Page:
        markup, cookies = await asyncio.to_thread(server.get, path)
        found = _CONFIG.search(markup)
        assert found is not None, markup
        config = json.loads(found[1])
        page = cls(await server.connect(config["socket"], cookies))
        names = ("token", "csrf", "count", "sum")
        handshake = {"v": 2, "seq": 0, "url": path, **{name: config[name] for name in names}}
        await page.socket.send(json.dumps([0, handshake]))
        assert json.loads(await page.socket.recv())[0] == 0
        return page

    async def click(self) -> None:
        self.event += 1
        await self.socket.send(f'[1,{self.event},{self.seq},"increment"]')
        frame = json.loads(await self.socket.recv())
        assert frame[0] == 1 and frame[2] == self.event, frame
        self.seq = frame[1]
