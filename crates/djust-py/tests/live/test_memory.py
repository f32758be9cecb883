"""What is kept of pages that are gone: nothing. The figures are in tests/bench/load.py."""

import asyncio
import gc
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from djust.runtime.connection import Connection
from djust.runtime.registry import registry
from djust.runtime.session import LiveSession
from djust.view import LiveView

Load = Callable[..., Any]

KINDS = (LiveSession, Connection, LiveView)


def alive() -> int:
    gc.collect()
    return sum(isinstance(each, KINDS) for each in gc.get_objects())


@pytest.fixture
def unlogged() -> Iterator[None]:
    """What pytest logs keeps the frames of its tracebacks, and with them the page."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("unlogged")
async def test_pages_that_come_and_go_leave_nothing(page: Load, settings: Any) -> None:
    settings.DJUST = {"RESUME_SECONDS": 0.05}

    async def come_and_go(path: str, handler: str) -> None:
        socket = await page(path)
        await socket.connect()
        await socket.send(handler)
        await socket.disconnect()

    before = alive()
    for number in range(20):
        await asyncio.gather(
            come_and_go(f"/quiet/{number}/", "increment"),
            come_and_go("/counter/", "fail"),
            come_and_go("/report/", "begin"),
        )
    await asyncio.sleep(0.5)
    assert len(registry) == 0
    assert alive() <= before


async def test_sockets_that_never_say_who_they_are_leave_nothing(page: Load) -> None:
    before = alive()
    for _ in range(20):
        socket = await page("/quiet/0/")
        assert await socket.open()
        await socket.disconnect()
    registry.clear()
    assert alive() <= before
