"""A page whose socket, process or state is lost."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import caches

from djust.runtime.registry import registry
from djust.testing import LiveClient, LivePage
from live_site import views
from live_site.models import Book
from live_site.sockets import CLOSE, CONNECTED, ERROR, RENUMBERED, UPDATE

Load = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)


@pytest.fixture
def stored(settings: Any) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}


def restart() -> None:
    """What a killed process leaves: nothing but the store."""
    registry.clear()


def root_of(page: LivePage) -> str:
    html = page.html
    start = html.index("<div dj-view")
    return html[start : html.index("</div>", start) + 6]


async def test_a_dropped_socket_continues_with_what_was_missed(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await socket.post("increment")
    lost = await socket.next()
    await socket.disconnect()
    socket.seq = 1
    answer = await socket.connect(seq=1, count=0, sum=0)
    assert answer[1]["resume"] == "continue"
    assert (answer[1]["seq"], answer[1]["last"]) == (2, 2)
    assert await socket.next() == lost
    assert views.CounterView.mounts == 1


async def test_an_event_sent_twice_runs_once(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await socket.disconnect()
    await socket.connect(count=(await _shown())[0], sum=(await _shown())[1])
    await socket.raw(json.dumps([1, 1, 1, "increment", {}]))
    frame = await socket.send("increment")
    assert frame[1:3] == [2, 2]
    assert next(iter(registry)).view.count == 2  # type: ignore[attr-defined]


async def test_an_event_runs_on_when_its_socket_is_lost(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.post("slowly", {"amount": 7})
    await asyncio.sleep(0.05)
    await socket.disconnect()
    await asyncio.sleep(0.1)
    answer = await socket.connect(seq=0, count=0, sum=0)
    assert (answer[1]["last"], answer[1]["resume"]) == (1, "continue")
    frame = await socket.next()
    assert frame[:3] == [UPDATE, 1, 1] and "7" in frame[3]


async def test_a_page_that_drifted_is_resynchronised(page: Load) -> None:
    socket = await page("/counter/")
    answer = await socket.connect(count=socket.config["count"] + 1)
    assert answer[1]["resume"] == "resync"


async def test_a_client_ahead_of_the_server_is_resynchronised(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await socket.disconnect()
    answer = await socket.connect(seq=5)
    assert answer[1]["resume"] == "resync" and answer[1]["seq"] >= 5


async def test_a_new_socket_replaces_the_old_one(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    old = socket.communicator
    count, checksum = await _shown()
    answer = await socket.connect(count=count, sum=checksum)
    assert answer[1]["resume"] == "continue"
    assert (await old.receive_output(timeout=5))["type"] == "websocket.close"
    assert "2" in (await socket.send("increment"))[3]
    assert len(registry) == 1


async def test_a_duplicated_tab_gets_a_page_of_its_own(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    twin = await page("/counter/", socket.client)
    answer = await twin.connect(token=socket.config["token"], csrf=socket.config["csrf"])
    assert answer[0] == CLOSE
    assert (answer[1]["code"], answer[1]["reload"]) == ("expired", True)
    assert (await socket.send("increment"))[0] == UPDATE


async def test_without_a_store_a_lost_page_is_mounted_again(page: Load) -> None:
    socket = await page("/counter/5/")
    await socket.connect()
    await socket.send("increment")
    await socket.disconnect()
    restart()
    answer = await socket.connect()
    assert answer[1]["resume"] == "resync" and answer[1]["last"] == 0
    assert views.CounterView.mounts == 2
    assert next(iter(registry)).view.count == 5  # type: ignore[attr-defined]


async def test_an_unchanged_page_goes_on_in_another_process(page: Load) -> None:
    socket = await page("/counter/5/")
    restart()
    answer = await socket.connect()
    assert answer[1]["resume"] == "continue"
    assert "6" in (await socket.send("increment"))[3]


async def test_a_page_that_mounts_differently_is_resynchronised(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await page("/counter/")
    restart()
    monkeypatch.setattr(views.CounterView.__dict__["count"], "default", 3)
    monkeypatch.setattr(views.CounterView, "mount", lambda self, request, **kwargs: None)
    answer = await socket.connect()
    assert answer[1]["resume"] == "resync"


async def test_the_query_of_the_address_is_there_when_a_page_is_mounted_again(page: Load) -> None:
    socket = await page("/tested/?let=in")
    restart()
    assert (await socket.connect())[0] == CONNECTED
    restart()
    other = await page("/tested/?let=in")
    restart()
    assert (await other.connect(url="/tested/?let=out"))[0] == CLOSE


@pytest.mark.usefixtures("stored")
async def test_a_restarted_server_has_the_state(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment", {"amount": 41})
    await _written()
    await socket.disconnect()
    restart()
    answer = await socket.connect()
    assert (answer[1]["resume"], answer[1]["last"]) == ("resync", 1)
    assert views.CounterView.mounts == 1
    shown = '<div dj-view="counter" dj-root><output>41</output></div>'
    await socket.raw(json.dumps([4, answer[1]["seq"], shown]))
    frame = await socket.next()
    assert frame[0] == RENUMBERED and frame[1] == answer[1]["seq"] + 1
    frame = await socket.send("increment")
    assert frame[1] == answer[1]["seq"] + 2 and "42" in frame[3]


@pytest.mark.usefixtures("stored")
async def test_the_served_page_is_in_the_store_before_its_socket_comes(page: Load) -> None:
    socket = await page("/counter/9/")
    restart()
    assert (await socket.connect())[1]["resume"] == "continue"
    assert views.CounterView.mounts == 1


@pytest.mark.usefixtures("stored")
async def test_an_older_copy_in_this_process_is_not_used(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    await _written()
    await socket.disconnect()
    here = next(iter(registry))
    # Another process takes the page over, goes on with it, and loses it again.
    restart()
    await socket.connect()
    await socket.send("increment")
    await _written()
    await socket.disconnect()
    restart()
    registry.wait(here, 60)
    await socket.connect()
    assert next(iter(registry)).view.count == 2  # type: ignore[attr-defined]


@pytest.mark.usefixtures("stored")
@pytest.mark.django_db(transaction=True)
async def test_all_kinds_of_state_come_back(page: Load) -> None:
    await sync_to_async(Book.objects.create)(title="A1")
    socket = await page("/keeping/")
    await socket.connect()
    await socket.send("keep", {"value": "mark"})
    await _written()
    await socket.disconnect()
    restart()
    await socket.connect()
    view: Any = next(iter(registry)).view
    assert view.kinds == [{1, 2}, (3,), views.Colour.BLUE, views.Point(1, 2), {4: "four"}]
    assert [type(kind) for kind in view.kinds] == [set, tuple, views.Colour, views.Point, dict]
    assert (view.count, view._mark) == (1, "mark")
    await sync_to_async(Book.objects.create)(title="A2")
    assert "2" in json.dumps(await socket.send("keep"))


@pytest.mark.usefixtures("stored")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "mark"), [("/keeping/", "mounted"), ("/rebuilding/", "mark")])
async def test_private_state_that_cannot_be_stored_is_made_again(
    page: Load, path: str, mark: str
) -> None:
    socket = await page(path)
    await socket.connect()
    await socket.send("keep", {"value": "mark"})
    await socket.send("hold_a_lock")
    await _written()
    await socket.disconnect()
    restart()
    await socket.connect()
    view: Any = next(iter(registry)).view
    assert (view.count, view._mark) == (1, mark)
    assert getattr(view, "_lock", "mounted again") == (
        "rebuilt" if path == "/rebuilding/" else "mounted again"
    )


@pytest.mark.usefixtures("stored")
@pytest.mark.django_db(transaction=True)
async def test_public_state_that_cannot_be_stored_is_an_error_in_the_log(
    page: Load, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await page("/keeping/")
    await socket.connect()
    await socket.send("keep")
    assert (await socket.send("show_a_lock"))[0] == UPDATE
    await _written()
    assert "the state of KeepingView cannot be stored" in caplog.text and "lock" in caplog.text
    await socket.disconnect()
    restart()
    answer = await socket.connect()
    assert (answer[1]["resume"], answer[1]["last"]) == ("resync", 0)
    assert next(iter(registry)).view.count == 0  # type: ignore[attr-defined]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("damage", ["x", "{}", "", None, 5, b"bytes"])
async def test_damaged_state_means_a_new_mount(page: Load, damage: Any) -> None:
    socket = await page("/counter/")
    page_id = next(iter(registry)).id
    restart()
    caches["files"].set(f"djust.page.{page_id}", damage)
    assert (await socket.connect())[0] == CONNECTED
    assert views.CounterView.mounts == 2


@pytest.mark.usefixtures("stored")
async def test_the_state_of_another_page_is_not_taken(page: Load) -> None:
    one, two = await page("/counter/1/"), await page("/counter/2/")
    ids = [session.id for session in registry]
    restart()
    cache = caches["files"]
    cache.set(f"djust.page.{ids[0]}", cache.get(f"djust.page.{ids[1]}"))
    await one.connect()
    assert views.CounterView.mounts == 3
    assert next(iter(registry)).view.count == 1  # type: ignore[attr-defined]
    assert two.config


@pytest.mark.usefixtures("stored")
async def test_a_failed_event_is_not_run_again_after_a_restart(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    assert (await socket.send("fail"))[0] == ERROR
    await _written()
    await socket.disconnect()
    restart()
    assert (await socket.connect())[1]["last"] == 1


@pytest.mark.usefixtures("stored")
def test_a_store_that_fails_does_not_stop_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = LiveClient().open("/counter/")

    def fail(*arguments: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("djust.store.cache.CacheStore.save", fail)
    assert page.send("increment")[0][0] == UPDATE
    assert page.send("increment")[0][0] == UPDATE
    assert "the disk is full" in caplog.text


async def _shown() -> tuple[int, int]:
    native = next(iter(registry)).native
    return native.count, native.checksum


async def _written() -> None:
    """Wait until the state is in the store."""
    from djust.runtime.tasks import _tasks

    while waiting := [task for task in _tasks if not task.done()]:
        await asyncio.wait(waiting, timeout=5)
