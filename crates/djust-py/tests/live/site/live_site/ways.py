"""The ways into a live page, with one face: a socket, plain HTTP, and the test client."""

from __future__ import annotations

import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import HttpCommunicator
from django.test import Client

from djust.asgi import get_application
from djust.testing import LivePage
from live_site.sockets import CLOSE, ERROR, UPDATE, Socket


class SocketWay:
    """A WebSocket."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.frames: list[list[Any]] = []

    async def connect(self, **changes: Any) -> list[Any]:
        """Make the handshake; the first answer."""
        return self._note(await self.socket.connect(**changes))

    async def send(self, handler: str, parameters: Any = None) -> list[Any]:
        """Send an event; its answer, or that the page is closed."""
        event = await self.socket.post(handler, parameters)
        while True:
            frame = self._note(await self.socket.next())
            if is_answer(frame, event):
                return frame

    async def send_text(self, text: str) -> list[Any]:
        """Send a frame as it is; the next frame that comes."""
        await self.socket.raw(text)
        return self._note(await self.socket.next())

    def _note(self, frame: list[Any]) -> list[Any]:
        self.frames.append(frame)
        return frame


class HttpWay:
    """Frames over HTTP: one request after the other to send, one at a time to fetch."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.application = get_application()
        self.id = ""
        self.status = 0
        self.frames: list[list[Any]] = []
        self._fetched: list[list[Any]] = []

    async def connect(self, **changes: Any) -> list[Any]:
        self.id = ""
        return (await self.request(self.socket.handshake(**changes)))[0]

    async def send(self, handler: str, parameters: Any = None) -> list[Any]:
        self.socket.events += 1
        event = self.socket.events
        await self.request([1, event, self.socket.seq, handler, parameters or {}])
        while True:
            frame = await self._next()
            if is_answer(frame, event):
                return frame

    async def send_text(self, text: str) -> list[Any]:
        await self.request(text)
        return await self._next()

    async def request(
        self, *frames: Any, wait: bool = False, method: str = "POST", **headers: str | None
    ) -> list[list[Any]]:
        """One request; the frames that it brings."""
        texts = [frame if isinstance(frame, str) else json.dumps(frame) for frame in frames]
        all_headers = self.socket.headers(**headers)
        if self.id:
            all_headers.append((b"x-djust-connection", self.id.encode()))
        if wait:
            all_headers.append((b"x-djust-wait", b"1"))
        body = "\n".join(texts).encode()
        one = HttpCommunicator(self.application, method, "/ws/live/", body, all_headers)
        one.scope["scheme"] = "http"
        response = await one.get_response(timeout=10)
        self.status = response["status"]
        self.id = dict(response["headers"]).get(b"x-djust-connection", self.id.encode()).decode()
        answers = [json.loads(line) for line in response["body"].decode().split("\n") if line]
        self.frames += answers
        return answers

    async def _next(self) -> list[Any]:
        while not self._fetched:
            self._fetched = await self.request(wait=True)
            assert self.status == 200 or self._fetched, self.status
        frame = self._fetched.pop(0)
        if frame[0] in (UPDATE, ERROR):
            self.socket.seq = frame[1]
        return frame


class ClientWay:
    """``djust.testing``."""

    def __init__(self, socket: Socket) -> None:
        self.page = LivePage(socket.client, socket.path, socket.response)

    @property
    def frames(self) -> list[list[Any]]:
        return self.page.frames

    async def connect(self, **changes: Any) -> list[Any]:
        self.page._config.update(changes)
        return await self._run(self.page.connect)

    async def send(self, handler: str, parameters: Any = None) -> list[Any]:
        return await self._run(self.page.send, handler, **(parameters or {}))

    async def send_text(self, text: str) -> list[Any]:
        return await self._run(self.page.send_frame, text)

    async def _run(self, function: Any, *args: Any, **kwargs: Any) -> list[Any]:
        frames = await sync_to_async(function)(*args, **kwargs)
        return frames[0]  # type: ignore[no-any-return]


WAYS = {"socket": SocketWay, "http": HttpWay, "client": ClientWay}


def is_answer(frame: list[Any], event: int) -> bool:
    return frame[0] == CLOSE or (frame[0] in (UPDATE, ERROR) and frame[2] == event)


async def logged_in(user: Any) -> Client:
    client = Client()
    await sync_to_async(client.force_login)(user)
    return client
