"""A page and its socket, as a browser has them."""

from __future__ import annotations

import json
from typing import Any

from channels.testing import WebsocketCommunicator
from django.test import Client

CONNECTED, UPDATE, ERROR, PONG, RENUMBERED, CLOSE = range(6)


class Socket:
    """A page loaded over HTTP, and a WebSocket of Channels to it."""

    def __init__(self, client: Client, path: str, application: Any, response: Any) -> None:
        self.client = client
        self.path = path
        self.application = application
        self.response = response
        self.config = read_config(response)
        self.scheme: str | None = "ws"
        self.events = 0
        self.seq = 0
        self.frames: list[list[Any]] = []

    def handshake(self, **changes: Any) -> list[Any]:
        body = {
            "v": 2,
            "token": self.config["token"],
            "csrf": self.config["csrf"],
            "seq": self.seq,
            "count": self.config["count"],
            "sum": self.config["sum"],
            "url": self.path,
        }
        return [0, {**body, **changes}]

    def headers(self, **changes: str | None) -> list[tuple[bytes, bytes]]:
        cookies = "; ".join(f"{key}={one.value}" for key, one in self.client.cookies.items())
        headers = {"host": "testserver", "origin": "http://testserver", "cookie": cookies}
        headers.update(changes)  # type: ignore[arg-type]
        return [
            (key.encode(), value.encode()) for key, value in headers.items() if value is not None
        ]

    async def open(self, **headers: str | None) -> bool:
        """Open the socket; whether the server takes it."""
        self.communicator = WebsocketCommunicator(
            self.application, "/ws/live/", headers=self.headers(**headers)
        )
        if self.scheme is not None:
            self.communicator.scope["scheme"] = self.scheme
        connected, _ = await self.communicator.connect(timeout=10)
        return bool(connected)

    async def connect(self, **changes: Any) -> list[Any]:
        """Open the socket and make the handshake; the first answer."""
        assert await self.open()
        await self.raw(json.dumps(self.handshake(**changes)))
        return await self.next()

    async def raw(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def next(self) -> list[Any]:
        """The next frame."""
        frame = json.loads(await self.communicator.receive_from(timeout=10))
        if frame[0] in (UPDATE, ERROR, RENUMBERED):
            self.seq = frame[1]
        self.frames.append(frame)
        return frame  # type: ignore[no-any-return]

    async def post(self, handler: str, parameters: Any = None, fields: Any = None) -> int:
        """Send an event without waiting; its id."""
        self.events += 1
        frame = [1, self.events, self.seq, handler, parameters or {}]
        await self.raw(json.dumps(frame if fields is None else [*frame, fields]))
        return self.events

    async def send(self, handler: str, parameters: Any = None, fields: Any = None) -> list[Any]:
        """Send an event and wait for its answer."""
        event = await self.post(handler, parameters, fields)
        frame = await self.next()
        while frame[0] not in (UPDATE, ERROR) or frame[2] != event:
            frame = await self.next()
        return frame

    async def closed(self) -> bool:
        """Whether the server closes the socket."""
        output = await self.communicator.receive_output(timeout=10)
        return bool(output["type"] == "websocket.close")

    async def disconnect(self) -> None:
        await self.communicator.disconnect()


def read_config(response: Any) -> dict[str, Any]:
    text = response.content.decode()
    start = text.index('id="djust-config">') + len('id="djust-config">')
    config: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return config
