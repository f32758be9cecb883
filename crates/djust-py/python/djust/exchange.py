"""The way in for pages whose WebSocket is blocked: frames over plain HTTP, through the same connection of the runtime.

A POST carries frames up, one in each line. The first one, with the handshake, opens a connection and is answered with its
id. A POST that asks for it waits for frames and is answered with them, one in each line. A page has one such request open
at a time; when it stops coming back, the connection is lost as a socket would be.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from . import _djust, layer
from .conf import djust_settings
from .request import refusal_of_origin
from .runtime.connection import Connection
from .runtime.failures import logger
from .runtime.threads import hop

Scope = dict[str, Any]

# How long a request waits for frames, and how long a connection waits for the next request.
_WAIT_SECONDS = 20.0
_GONE_SECONDS = 15.0
_ID_HEADER = b"x-djust-connection"
_WAIT_HEADER = b"x-djust-wait"
_TYPE = (b"content-type", b"text/plain; charset=utf-8")

_connections: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Exchange]] = (
    WeakKeyDictionary()
)


class Answer:
    """Status, frames, and for a new connection its id."""

    def __init__(self, status: int, frames: list[str] | None = None, connection: str = "") -> None:
        self.status = status
        self.body = "\n".join(frames or ()).encode()
        self.headers: list[tuple[bytes, bytes]] = [_TYPE, (b"cache-control", b"no-store")]
        if connection:
            self.headers.append((_ID_HEADER, connection.encode()))


class _Exchange:
    """One connection over HTTP: frames that wait to be fetched, and the request that waits for them."""

    def __init__(self, scope: Scope) -> None:
        self.id = secrets.token_urlsafe(16)
        self.visitor = _visitor_of(scope)
        self.connection = Connection(scope, self._keep, self._close, hop)
        self.is_open = True
        self._frames: list[str] = []
        self._waiting: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline: asyncio.TimerHandle | None = None
        self.expect()

    def expect(self) -> None:
        """Give the connection up unless another request comes."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._loop.call_later(_WAIT_SECONDS + _GONE_SECONDS, self._lose)

    async def fetch(self) -> list[str]:
        """The frames that there are, or the next ones that come within a while."""
        self._wake()
        if not self._frames and self.is_open:
            waiting = self._waiting = self._loop.create_future()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(waiting, _WAIT_SECONDS)
            if self._waiting is not waiting:
                # A newer request has come. It gets the frames.
                return []
            self._waiting = None
        frames, self._frames = self._frames, []
        return frames

    async def lost(self) -> None:
        self.is_open = False
        if self._deadline is not None:
            self._deadline.cancel()
        self._wake()
        await self.connection.lost()

    async def _keep(self, text: str) -> None:
        self._frames.append(text)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _close(self) -> None:
        self.is_open = False

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _lose(self) -> None:
        _of_loop().pop(self.id, None)
        task = self._loop.create_task(self.lost())
        _losing.add(task)
        task.add_done_callback(_losing.discard)


_losing: set[asyncio.Task[None]] = set()


async def exchange(scope: Scope, body: bytes) -> Answer:
    """Take frames in, and give frames out if the request asks for them."""
    refusal = refusal_of_origin(scope)
    if refusal is not None:
        logger.warning("request for frames refused: %s", refusal)
        return Answer(403)
    try:
        frames = body.decode().split("\n") if body else []
    except UnicodeDecodeError:
        return Answer(400)
    if len(frames) > djust_settings().PENDING_EVENTS:
        return Answer(413)
    headers = dict(scope.get("headers", ()))
    known = headers.get(_ID_HEADER)
    if known is None:
        return await _open(scope, frames)
    live = _of_loop().get(known.decode("latin-1"))
    if live is None or not constant_time_compare(live.visitor, _visitor_of(scope)):
        return Answer(410)
    live.expect()
    for text in frames:
        await live.connection.receive(text)
    answers = await live.fetch() if _WAIT_HEADER in headers else []
    if not live.is_open and not live._frames:
        _of_loop().pop(live.id, None)
        await live.lost()
        if not answers:
            return Answer(410)
    return Answer(200, answers)


async def _open(scope: Scope, frames: list[str]) -> Answer:
    live = _Exchange(scope)
    for text in frames:
        await live.connection.receive(text)
    if live.connection.session is None:
        # Refused: the frames say why. There is nothing to come back to.
        answers = await live.fetch() if live._frames else []
        await live.lost()
        return Answer(200, answers)
    layer.listen()
    _of_loop()[live.id] = live
    return Answer(200, await live.fetch(), live.id)


def _of_loop() -> dict[str, _Exchange]:
    return _connections.setdefault(asyncio.get_running_loop(), {})


def _visitor_of(scope: Scope) -> str:
    """The cookies that say who this is."""
    cookies = parse_cookie(dict(scope.get("headers", ())).get(b"cookie", b"").decode("latin-1"))
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    return "\n".join(cookies.get(name, "") for name in names)


def most_bytes() -> int:
    """Most bytes of the body of a request."""
    return max(_djust.RESYNC_BYTES, djust_settings().MESSAGE_BYTES) + 65_536


async def serve_exchange(
    scope: Scope,
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """:func:`exchange` as an ASGI application."""
    body = bytearray()
    more = True
    while more and len(body) <= most_bytes():
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if scope["method"] != "POST":
        answer = Answer(405)
    elif len(body) > most_bytes():
        answer = Answer(413)
    else:
        answer = await exchange(scope, bytes(body))
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
