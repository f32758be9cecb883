"""Events whose process is lost: none is run twice, and the page is told what is not known."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from djust.decorators import event_handler
from djust.exceptions import DecoratorError
from djust.runtime import once, tasks, worker
from djust.runtime.registry import registry
from djust.runtime.storing import dump, keep
from djust.testing import LiveClient
from live_site import views
from live_site.sockets import ERROR, UPDATE, Socket

Load = Callable[..., Any]


class Machine:
    """Processes that follow one another: what one of them writes to the store, the next one reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._number = 0

    def lose_writes(self) -> None:
        """From now on this process does not get to writing states: it is about to die."""

        async def save(session: Any, hop: Any) -> None:
            return None

        self._monkeypatch.setattr(worker, "_save", save)

    async def restart(self, socket: Socket) -> None:
        """Another process without the pages of the last one."""
        await socket.disconnect()
        self._monkeypatch.undo()
        self.quieten()
        self.next_process()
        registry.clear()

    def next_process(self) -> None:
        self._number += 1
        self._monkeypatch.setattr(once, "_PROCESS", f"process{self._number}")

    def quieten(self) -> None:
        self._monkeypatch.setattr(views.CounterView, "tick_interval", None)


@pytest.fixture
def machine(settings: Any) -> Iterator[Machine]:
    settings.DJUST = {"STATE_CACHE": "files"}
    with pytest.MonkeyPatch.context() as monkeypatch:
        machine = Machine(monkeypatch)
        machine.quieten()
        yield machine


async def reconnect(socket: Socket, **changes: Any) -> list[Any]:
    answer = await socket.connect(count=0, sum=0, **changes)
    socket.seq = max(socket.seq, answer[1]["seq"])
    return answer


def view() -> Any:
    (session,) = list(registry)
    return session.view


async def resend(socket: Socket, event: int, handler: str, **parameters: Any) -> list[Any]:
    await socket.raw(json.dumps([1, event, socket.seq, handler, parameters]))
    frame = await socket.next()
    while frame[2] != event:
        frame = await socket.next()
    return frame


async def test_an_event_of_unknown_fate_is_not_run_again(page: Load, machine: Machine) -> None:
    socket = await page("/counter/")
    await socket.connect()
    machine.lose_writes()
    await socket.send("increment")
    await machine.restart(socket)
    answer = await reconnect(socket)
    assert answer[1]["last"] == 0
    frame = await resend(socket, 1, "increment")
    assert frame[0] == ERROR and frame[3]["code"] == "interrupted"
    assert view().count == 0
    # It is answered now, and the page goes on.
    assert "1" in (await resend(socket, 2, "increment"))[3]


async def test_an_idempotent_event_is_run_again(page: Load, machine: Machine) -> None:
    socket = await page("/counter/")
    await socket.connect()
    machine.lose_writes()
    await socket.send("increment")
    await socket.send("set_to", {"amount": 7})
    await machine.restart(socket)
    await reconnect(socket)
    assert (await resend(socket, 2, "set_to", amount=7))[0] == UPDATE
    assert view().count == 7


async def test_an_event_that_was_never_begun_is_run(page: Load, machine: Machine) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await tasks.idle()
    await machine.restart(socket)
    # Event 2 was sent, but the connection was lost before the server had it.
    await reconnect(socket, sent=2)
    assert (await resend(socket, 2, "increment"))[0] == UPDATE
    assert view().count == 2


async def test_lost_changes_of_an_answered_event_are_said(page: Load, machine: Machine) -> None:
    socket = await page("/counter/")
    await socket.connect()
    machine.lose_writes()
    await socket.send("increment")
    await machine.restart(socket)
    await reconnect(socket)
    frame = await socket.next()
    assert frame[0] == ERROR and frame[2] == 0
    assert frame[3]["code"] == "interrupted" and "missing" in frame[3]["message"]
    # It is said once.
    await socket.disconnect()
    await reconnect(socket)
    assert await socket.communicator.receive_nothing(0.1)


async def test_a_state_that_is_still_being_written_is_waited_for(
    page: Load, machine: Machine
) -> None:
    socket = await page("/counter/")
    await socket.connect()
    machine.lose_writes()
    await socket.send("increment")
    (former,) = list(registry)
    text = dump(former)
    # Another process, and the one before still has to write.
    await machine.restart(socket)
    late = threading.Timer(0.2, keep, (former.id, text))
    late.start()
    await reconnect(socket)
    late.join()
    assert view().count == 1
    assert await socket.communicator.receive_nothing(0.1)


async def test_without_a_store_the_client_tells_what_it_sent(
    page: Load, settings: Any, machine: Machine
) -> None:
    settings.DJUST = {}
    socket = await page("/counter/5/")
    await socket.connect()
    await socket.send("increment")
    await machine.restart(socket)
    await reconnect(socket, sent=1)
    frame = await resend(socket, 1, "increment")
    assert frame[0] == ERROR and frame[3]["code"] == "interrupted"
    assert (await resend(socket, 2, "increment"))[0] == UPDATE
    assert view().count == 6


async def test_a_late_write_of_the_former_process_changes_nothing(
    page: Load, machine: Machine
) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await tasks.idle()
    (former,) = list(registry)
    await machine.restart(socket)
    await socket.connect(count=0, sum=0)
    await resend(socket, 2, "increment")
    await tasks.idle()
    # The former process comes to an end with what it was doing.
    former.view.count = 1000  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(once, "_PROCESS", "the former one")
        worker._keep(former, "what it would write")
    await machine.restart(socket)
    await reconnect(socket)
    assert view().count == 2


async def test_a_page_that_another_process_had_in_between_is_read_anew(
    page: Load, machine: Machine
) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await tasks.idle()
    (here,) = list(registry)
    await machine.restart(socket)
    await socket.connect(count=0, sum=0)
    machine.lose_writes()
    await resend(socket, 2, "increment")
    await machine.restart(socket)
    # The first process still has the page, and the store has nothing newer than it; but event 2 was begun.
    registry.wait(here, 60)
    await socket.connect(count=0, sum=0)
    assert (await resend(socket, 2, "increment"))[3]["code"] == "interrupted"
    assert view().count == 1


def test_a_mark_that_cannot_be_written_does_not_stop_the_page(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = LiveClient().open("/counter/")

    def fail(*arguments: Any) -> None:
        raise OSError("the cache is gone")

    monkeypatch.setattr("djust.store.cache.CacheStore.mark", fail)
    assert page.send("increment")[0][0] == UPDATE
    assert "runs without a mark" in caplog.text and "the cache is gone" in caplog.text


@pytest.mark.parametrize("text", ["", "x", "1", "-1 p", "1.5 p", " p", "² p", "1 "])
def test_a_damaged_mark_is_none(machine: Machine, text: str) -> None:
    from django.core.cache import caches

    caches["files"].set("djust.mark.page", text)
    assert once.Mark.read("page") is None
    caches["files"].set("djust.mark.page", "12 p")
    assert once.Mark.read("page") == once.Mark(12, "p")


def test_a_handler_that_is_idempotent_writes_no_mark(machine: Machine) -> None:
    page = LiveClient().open("/counter/")
    page.send("set_to", amount=3)
    assert once.Mark.read(page.session.id) is None
    page.send("increment")
    assert once.Mark.read(page.session.id) == once.Mark(2, once._PROCESS)


def test_the_decorator_still_wants_a_method() -> None:
    with pytest.raises(DecoratorError):
        event_handler(idempotent=True)(5)  # type: ignore[type-var]
