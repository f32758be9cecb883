"""The WebSocket of live pages on Channels: a thin shell over a connection of the runtime."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from .conf import djust_settings
from .push import groups_of, receive_push
from .request import refusal_of_origin
from .runtime.connection import Connection
from .runtime.failures import logger
from .runtime.threads import hop


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Checks host and origin, then passes text frames on and messages of the channel layer in."""

    connection: Connection | None = None
    _deadline: asyncio.TimerHandle | None = None
    _joined: tuple[str, ...] = ()

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels closes old database connections before each message, in a thread; the runtime does so itself, and only
        # where a database may be used.
        handler = _HANDLERS.get(message["type"])
        if handler is None:
            raise ValueError(f"no handler for message type {message['type']}")
        await handler(self, message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        refusal = refusal_of_origin(self.scope)
        if refusal is not None:
            logger.warning("socket refused: %s", refusal)
            await self.close()
            return
        self.connection = Connection(self.scope, self._send_text, self._close, hop)
        await self.accept()
        self._deadline = asyncio.get_running_loop().call_later(
            djust_settings().HANDSHAKE_SECONDS, self._expect_handshake
        )

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        connection = self.connection
        if connection is None:
            return
        text = message.get("text")
        if text is None:
            await connection.end("bad-frame", "Frames are text.")
            return
        await connection.receive(text)
        if not self._joined and connection.session is not None:
            await self._join(connection)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self.connection is not None:
            await self.connection.lost()
        for group in self._joined:
            await self.channel_layer.group_discard(group, self.channel_name)
        raise StopConsumer

    async def djust_push(self, message: dict[str, Any]) -> None:
        """A push from another process."""
        session = self.connection.session if self.connection is not None else None
        if session is not None:
            receive_push(session, message)

    async def _join(self, connection: Connection) -> None:
        assert connection.session is not None
        groups = groups_of(connection.session)
        for group in groups:
            await self.channel_layer.group_add(group, self.channel_name)
        self._joined = tuple(groups)

    async def _send_text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def _close(self) -> None:
        await self.close()

    def _expect_handshake(self) -> None:
        connection = self.connection
        if connection is not None and connection.session is None and connection.is_open:
            connection.give_up("The handshake did not come.")


_HANDLERS: dict[str, Any] = {
    "websocket.connect": LiveConsumer.websocket_connect,
    "websocket.receive": LiveConsumer.websocket_receive,
    "websocket.disconnect": LiveConsumer.websocket_disconnect,
    "djust.push": LiveConsumer.djust_push,
}
