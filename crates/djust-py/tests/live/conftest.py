"""What the tests of live pages share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import caches
from django.test import Client

from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site import views
from live_site.sockets import Socket


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    registry.clear()
    views.CounterView.mounts = 0
    yield
    registry.clear()
    for alias in ("default", "files"):
        caches[alias].clear()


@pytest.fixture
def live() -> LiveClient:
    """A visitor who is not logged in."""
    return LiveClient()


@pytest.fixture
async def page(transactional_db: None) -> AsyncIterator[Callable[..., Any]]:
    """Load a page with a GET, for a socket of Channels.

    The workers of the runtime have connections of their own to the database.
    """
    from djust.asgi import get_application

    application = get_application().application_mapping["websocket"]
    opened: list[Socket] = []

    async def load(path: str, client: Client | None = None, app: Any = None) -> Socket:
        client = client or Client()
        response = await sync_to_async(client.get)(path)
        socket = Socket(client, path, app or application, response)
        opened.append(socket)
        return socket

    yield load
    for socket in opened:
        if hasattr(socket, "communicator"):
            await socket.communicator.disconnect()
