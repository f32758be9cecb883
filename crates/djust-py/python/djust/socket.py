"""The WebSocket of live pages as an ASGI application: a thin shell over a connection of the runtime."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

# Importing push registers what other processes send.
from . import layer, push  # noqa: F401
from .conf import djust_settings
from .request import refusal_of_origin
from .runtime.connection import Connection
from .runtime.failures import logger
from .runtime.threads import hop

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def serve_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Check host and origin, then pass text frames on until the socket is closed."""
    await receive()
    refusal = refusal_of_origin(scope)
    if refusal is not None:
        logger.warning("socket refused: %s", refusal)
        await send({"type": "websocket.close"})
        return
    socket = _Socket(send)
    connection = Connection(scope, socket.send_text, socket.close, hop)
    await send({"type": "websocket.accept"})
    layer.listen()
    deadline = asyncio.get_running_loop().call_later(
        djust_settings().HANDSHAKE_SECONDS, _expect_handshake, connection
    )
    try:
        while (message := await receive())["type"] == "websocket.receive":
            text = message.get("text")
            if text is None:
                await connection.end("bad-frame", "Frames are text.")
            else:
                await connection.receive(text)
    finally:
        deadline.cancel()
        socket.is_open = False
        await connection.lost()


class _Socket:
    """The sending side. What is sent after the close is not sent at all."""

    __slots__ = ("_send", "is_open")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_open = True

    async def send_text(self, text: str) -> None:
        if self.is_open:
            try:
                await self._send({"type": "websocket.send", "text": text})
            except OSError:
                # The other side is gone. The server says so in its next message.
                self.is_open = False

    async def close(self) -> None:
        if self.is_open:
            self.is_open = False
            await self._send({"type": "websocket.close"})


def _expect_handshake(connection: Connection) -> None:
    if connection.session is None and connection.is_open:
        connection.give_up("The handshake did not come.")
