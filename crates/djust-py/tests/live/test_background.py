"""Work beside the page: begun after the turn, reported by a turn."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from djust import AsyncResult
from djust.runtime import once
from djust.runtime.registry import registry
from djust.testing import LiveClient, LivePage
from live_site import views
from live_site.sockets import ERROR, UPDATE

Load = Callable[..., Any]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """What slow work waits for."""
    gate = asyncio.Event()
    monkeypatch.setattr(views.ReportView, "gate", gate)
    return gate


def opened() -> tuple[LivePage, Any]:
    page = LiveClient().open("/report/")
    return page, page.view


async def connected(page: Load) -> Any:
    """A socket whose page has done what ``mount`` asked for."""
    socket = await page("/report/")
    await socket.connect()
    assert "first" in json.dumps(await socket.next())
    return socket


def view() -> Any:
    (session,) = list(registry)
    return session.view


def test_work_of_mount_begins_when_the_page_is_connected() -> None:
    page, view = opened()
    assert "new:" in page.response.content.decode()
    assert view.results == [("first", 2)]
    assert "ready" in page.html
    # The page was told: a frame that answers no event.
    assert [frame[2] for frame in page.frames if frame[0] == UPDATE] == [0]


@pytest.mark.parametrize("handler", ["begin", "begin_slowly"])
def test_the_test_client_waits_for_work(handler: str) -> None:
    page, view = opened()
    answer, report = page.send(handler, number=21)
    assert (answer[2], report[2]) == (1, 0)
    assert view.results[1:] == [("it", 42)]


@pytest.mark.parametrize("handler", ["begin", "begin_slowly"])
def test_an_exception_is_for_the_handler_and_not_for_the_page(handler: str) -> None:
    page, view = opened()
    page.send(handler, number=-1)
    assert (view.status, view.results[1:]) == ("ValueError", [("it", None)])
    assert not page.errors and "secret" not in json.dumps(page.frames)


def test_a_view_without_handle_async_fails_as_a_handler_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(views.ReportView, "handle_async")
    page, _view = opened()
    page.send("begin", number=-1)
    (error,) = page.errors
    assert error["code"] == "handler-failed" and "secret" not in json.dumps(page.frames)
    assert error["id"] in caplog.text and "a secret of the work" in caplog.text
    assert page.send("cancel")[0][0] == UPDATE


def test_handle_async_may_be_a_coroutine_function(monkeypatch: pytest.MonkeyPatch) -> None:
    async def handle(self: Any, name: str, result: AsyncResult) -> None:
        await asyncio.sleep(0)
        self.status = f"{name} {result.get()}"

    monkeypatch.setattr(views.ReportView, "handle_async", handle)
    page, view = opened()
    page.send("begin", number=4)
    assert view.status == "it 8"


def test_a_handler_that_fails_begins_nothing() -> None:
    page, view = opened()
    assert page.send("begin_and_fail")[0][0] == ERROR
    page.send("cancel", name="other")
    assert [name for name, _ in view.results] == ["first"]


def test_what_is_asked_for_is_no_state() -> None:
    page, _view = opened()
    page.send("begin")
    assert not [name for name in vars(page.view) if name.startswith("_djust")]


async def test_work_goes_on_while_the_page_has_no_socket(page: Load, gate: asyncio.Event) -> None:
    socket = await connected(page)
    await socket.send("begin_slowly", {"number": 5})
    await socket.disconnect()
    gate.set()
    await asyncio.sleep(0.1)
    assert view().results[1:] == [("it", 10)]
    answer = await socket.connect(seq=socket.seq)
    assert answer[1]["resume"] == "continue"
    assert "10" in json.dumps(await socket.next())


async def test_cancelled_work_is_not_heard_of(page: Load, gate: asyncio.Event) -> None:
    socket = await connected(page)
    await socket.send("begin_slowly")
    await socket.send("cancel")
    gate.set()
    await asyncio.sleep(0.1)
    assert (view().status, view().results[1:]) == ("cancelled", [])


async def test_the_same_name_again_replaces_the_first(page: Load, gate: asyncio.Event) -> None:
    socket = await connected(page)
    await socket.send("begin_slowly", {"number": 1})
    await socket.send("begin_slowly", {"number": 2})
    gate.set()
    await socket.next()
    await asyncio.sleep(0.1)
    assert view().results[1:] == [("it", 4)]


async def test_results_that_come_together_are_rendered_together(
    page: Load, gate: asyncio.Event
) -> None:
    socket = await connected(page)
    await socket.send("begin_many")
    before = views.ReportView.renders
    gate.set()
    frame = await socket.next()
    while "part19" not in json.dumps(frame):
        frame = await socket.next()
    assert len(view().results) == 21
    # The first may find an empty queue; nineteen others do not.
    assert views.ReportView.renders - before <= 4


async def test_work_ends_with_the_page(page: Load, settings: Any, gate: asyncio.Event) -> None:
    settings.DJUST = {"RESUME_SECONDS": 0.05}
    socket = await connected(page)
    await socket.send("begin_slowly")
    (session,) = list(registry)
    work = session.work["it"]
    await socket.disconnect()
    await asyncio.sleep(0.3)
    assert len(registry) == 0 and not session.work
    assert work._task is not None and work._task.done()


async def test_work_that_is_lost_with_its_process_is_said(
    page: Load, settings: Any, gate: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}
    socket = await connected(page)
    await socket.send("begin_slowly")
    await asyncio.sleep(0.2)
    await socket.disconnect()
    registry.clear()
    monkeypatch.setattr(once, "_PROCESS", "another")
    await socket.connect(count=0, sum=0)
    await asyncio.sleep(0.1)
    assert view().status == "WorkInterrupted"
    assert view().results == [("first", 2), ("it", None)]


def test_a_result_gives_the_value_or_raises() -> None:
    assert AsyncResult(5).get() == 5 and AsyncResult().ok
    with pytest.raises(KeyError):
        AsyncResult(error=KeyError("x")).get()
