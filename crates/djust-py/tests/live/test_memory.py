"""What is kept of pages that are gone: nothing. The figures are in tests/bench/load.py."""

import asyncio
import gc
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from djust.runtime.connection import Connection
from djust.runtime.registry import registry
from djust.runtime.session import LiveSession
from djust.testing import LiveClient
from djust.view import LiveView
from live_site.models import Book

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


@pytest.mark.django_db
def test_the_weight_of_a_page_is_about_that_of_its_state(live: LiveClient) -> None:
    page = live.open("/counter/")
    session = page.session
    empty = session.weight()
    assert 10_000 <= empty < 20_000
    view: Any = page.view
    view.log = [{"id": number, "label": f"Row {number}"} for number in range(1000)]
    table = session.weight() - empty
    assert 150_000 < table < 500_000
    view._private = {"text": "x" * 1_000_000, "bytes": b"x" * 1_000_000}
    assert 2_000_000 < session.weight() - empty - table < 2_001_000
    view._queryset = Book.objects.all()
    view._set = set(range(1000))
    with CaptureQueriesContext(connection) as queries:
        assert 2_050_000 < session.weight() - empty - table < 2_150_000
    assert not queries.captured_queries
