"""Pages on which nothing happens: less is kept of them, and the next event is as any other."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from djust.runtime.registry import registry
from djust.runtime.session import LiveSession
from live_site.sockets import ERROR, UPDATE

Load = Callable[..., Any]


@pytest.fixture(autouse=True)
def _soon(settings: Any) -> None:
    settings.DJUST = {"HIBERNATE_SECONDS": 0.05}


def session() -> LiveSession:
    (found,) = registry
    return found


async def rested(memory: int) -> int:
    """Wait until less is kept of the page."""
    for _ in range(200):
        if session().native.memory < memory:
            break
        await asyncio.sleep(0.02)
    return int(session().native.memory)


async def rename(socket: Any, row: int, label: str) -> list[Any]:
    frame: list[Any] = await socket.send("rename", {"row": row, "label": label})
    assert frame[0] == UPDATE
    return frame[3]  # type: ignore[no-any-return]


async def test_an_idle_page_keeps_less_and_goes_on_as_if_nothing_had_happened(page: Load) -> None:
    socket = await page("/rows/")
    awake = session().native.memory
    await socket.connect()
    assert await rested(awake) < awake / 1.5

    # Both texts of the row, though one has changed; then that one alone.
    first = await rename(socket, 7, "seven")
    assert first[2::3] == ["7 ", "seven"] and first[0::3] == [0, 0]
    assert await rename(socket, 7, "7!") == [0, first[4], "7!"]
    fingerprint = session().native.fingerprint

    session().native.hibernate()
    assert session().native.fingerprint == fingerprint
    assert (await socket.send("rename", {"row": 7, "label": "7!"}))[3:] == []


async def test_a_failing_handler_after_a_rest_leaves_no_trace(page: Load) -> None:
    socket = await page("/rows/")
    awake = session().native.memory
    await socket.connect()
    await rested(awake)
    assert (await socket.send("fail"))[0] == ERROR
    view: Any = session().view
    assert len(view.rows) == 200
    assert "x" in await rename(socket, 3, "x")


async def test_a_page_that_is_used_does_not_rest(page: Load, settings: Any) -> None:
    settings.DJUST = {"HIBERNATE_SECONDS": 3600}
    socket = await page("/rows/")
    awake = session().native.memory
    await socket.connect()
    await rename(socket, 1, "one")
    assert session().native.memory > awake / 1.5


async def test_a_page_rests_as_soon_as_its_socket_is_gone(page: Load, settings: Any) -> None:
    settings.DJUST = {"HIBERNATE_SECONDS": 3600}
    socket = await page("/rows/")
    awake = session().native.memory
    await socket.connect()
    weight = session().weight()
    await socket.disconnect()
    assert await rested(awake) < awake / 1.5
    assert session().weight() < weight


async def test_nothing_rests_where_that_is_switched_off(page: Load, settings: Any) -> None:
    settings.DJUST = {"HIBERNATE_SECONDS": 0}
    socket = await page("/rows/")
    awake = session().native.memory
    await socket.connect()
    await rename(socket, 1, "one")
    await socket.disconnect()
    await asyncio.sleep(0.1)
    assert session().native.memory > awake / 1.5
