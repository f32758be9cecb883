"""Live pages over a WebSocket of Channels."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from djust import _djust
from djust.runtime import tasks
from djust.runtime.registry import registry
from live_site import views
from live_site.sockets import CLOSE, CONNECTED, ERROR, PONG, RENUMBERED, UPDATE

Load = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_ticks(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if "ticks" not in request.keywords:
        monkeypatch.setattr(views.CounterView, "tick_interval", None)


async def test_the_socket_takes_over_the_pages_state(page: Load) -> None:
    socket = await page("/counter/5/")
    answer = await socket.connect()
    assert answer[0] == CONNECTED
    body = answer[1]
    assert (body["v"], body["seq"], body["last"], body["resume"]) == (2, 0, 0, "continue")
    assert body["limits"] == {"message": _djust.MESSAGE_BYTES, "events": _djust.PENDING_EVENTS}
    frame = await socket.send("increment", {"amount": "3"})
    assert frame[:3] == [UPDATE, 1, 1]
    assert "8" in frame[3] and "16" in frame[3]
    assert views.CounterView.mounts == 1


async def test_async_handlers_and_their_order(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    for _ in range(3):
        await socket.post("slowly", {"amount": 2})
        await socket.post("increment", {})
    frames = [await socket.next() for _ in range(6)]
    assert [frame[2] for frame in frames] == [1, 2, 3, 4, 5, 6]
    texts = [next(part for part in frame[3] if isinstance(part, str)) for frame in frames]
    assert texts == ["2", "3", "5", "6", "8", "9"]


async def test_no_change_is_an_empty_answer(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    assert await socket.send("nothing") == [UPDATE, 1, 1]


async def test_form_fields_arrive(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    fields = [["tags", "a"], ["tags", "b"], ["name", "n"], ["other", "o"]]
    await socket.send("save", {"row_id": "7"}, fields)
    view = registry.get(_page_id()).view  # type: ignore[union-attr]
    assert view.log == [["a", "b"], "n", {"row_id": "7", "other": "o"}, ["a", "b"]]  # type: ignore[attr-defined]
    assert not view.form_data


@pytest.mark.parametrize(
    "name", ["plain_method", "mount", "count", "no_such", "_secret", "__class__", "handle_tick"]
)
async def test_unknown_handlers_all_get_the_same_answer(page: Load, name: str) -> None:
    socket = await page("/counter/")
    await socket.connect()
    frame = await socket.send(name)
    assert frame[:3] == [ERROR, 1, 1]
    assert frame[3]["code"] == "unknown-handler"
    assert frame[3]["message"] == "This page has no such action."
    assert "increment" not in json.dumps(frame)


async def test_parameters_that_do_not_fit(page: Load) -> None:
    socket = await page("/typed/")
    await socket.connect()
    frame = await socket.send("needs")
    assert (frame[3]["code"], "'number'" in frame[3]["message"]) == ("missing-parameter", True)
    frame = await socket.send("needs", {"number": "x"})
    assert (frame[3]["code"], "'number'" in frame[3]["message"]) == ("bad-parameter", True)
    assert (await socket.send("needs", {"number": "4"}))[0] == UPDATE


@pytest.mark.parametrize("handler", ["fail", "fail_slowly", "fail_to_render"])
async def test_a_failing_handler_leaves_no_trace(
    page: Load, handler: str, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await page("/counter/5/")
    await socket.connect()
    with caplog.at_level(logging.ERROR, "djust"):
        frame = await socket.send(handler)
    assert frame[0] == ERROR
    code = "render-failed" if handler == "fail_to_render" else "handler-failed"
    assert frame[3]["code"] == code
    assert "secret" not in json.dumps(frame) and "RuntimeError" not in json.dumps(frame)
    assert frame[3]["id"] and frame[3]["id"] in caplog.text
    assert "a secret of the" in caplog.text
    view = registry.get(_page_id()).view  # type: ignore[union-attr]
    assert (view.count, view.log, hasattr(view, "extra")) == (5, [], False)  # type: ignore[attr-defined]
    frame = await socket.send("increment")
    assert frame[0] == UPDATE and "6" in frame[3]


async def test_debug_says_more(page: Load, settings: Any) -> None:
    settings.DEBUG = True
    socket = await page("/counter/")
    await socket.connect()
    frame = await socket.send("fail")
    assert "RuntimeError: a secret of the server" in frame[3]["message"]


async def test_unserializable_state_is_a_failure_in_debug(page: Load, settings: Any) -> None:
    settings.DEBUG = True
    socket = await page("/keeping/")
    await socket.connect()
    frame = await socket.send("show_a_lock")
    assert frame[3]["code"] == "handler-failed"
    assert "Cannot serialize lock=<unlocked _thread.lock object" in frame[3]["message"]
    assert (await socket.send("keep"))[0] == UPDATE


BAD_FRAMES = [
    ("{", "bad-frame"),
    ("[]", "bad-frame"),
    ("[9]", "bad-frame"),
    ('["1"]', "bad-frame"),
    ("[1]", "bad-frame"),
    ('[0,{"v":2}]', "bad-frame"),
    ('[1,0,0,"increment"]', "bad-frame"),
    ("\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "bad-frame"),
]


@pytest.mark.parametrize(("text", "code"), BAD_FRAMES)
async def test_frames_that_are_none_close_the_socket(page: Load, text: str, code: str) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.raw(text)
    frame = await socket.next()
    assert frame[0] == CLOSE and frame[1]["code"] == code and frame[1]["reload"] is False
    assert await socket.closed()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('[1,1,0,"increment",{"a":' + "[" * 40 + "]" * 40 + "}]", "too-deep"),
        ('[1,1,0,"increment",{"a":"' + "x" * 2_200_000 + '"}]', "too-large"),
        (json.dumps([1, 1, 0, "increment", {f"p{n}": 1 for n in range(300)}]), "too-many"),
        (json.dumps([1, 1, 0, "increment", {}, [["f", "x"]] * 2001]), "too-many"),
        (json.dumps([1, 1, 0, "x" * 200]), "too-large"),
        (json.dumps([1, 1, 0, "not a name"]), "bad-frame"),
    ],
)
async def test_an_event_that_cannot_be_read_gets_its_answer(
    page: Load, frame: str, code: str
) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.raw(frame)
    answer = await socket.next()
    assert answer[:3] == [ERROR, 1, 1]
    assert answer[3]["code"] == code
    socket.events = 1
    assert (await socket.send("increment"))[0] == UPDATE


async def test_binary_frames_close_the_socket(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.communicator.send_to(bytes_data=b"\x00")
    assert (await socket.next())[0] == CLOSE
    assert await socket.closed()


async def test_nothing_but_the_handshake_comes_first(page: Load) -> None:
    socket = await page("/counter/")
    assert await socket.open()
    await socket.raw('[1,1,0,"increment"]')
    assert (await socket.next())[1]["code"] == "bad-frame"
    assert await socket.closed()


async def test_a_second_handshake_closes_the_socket(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    await socket.raw(json.dumps(socket.handshake()))
    assert (await socket.next())[1]["code"] == "bad-frame"


async def test_a_silent_socket_is_closed(page: Load, settings: Any) -> None:
    settings.DJUST = {"HANDSHAKE_SECONDS": 0.05}
    socket = await page("/counter/")
    assert await socket.open()
    assert (await socket.next())[0] == CLOSE
    assert await socket.closed()


async def test_another_version_is_told_so(page: Load) -> None:
    socket = await page("/counter/")
    assert await socket.open()
    await socket.raw(json.dumps(socket.handshake(v=1)))
    assert (await socket.next())[1]["code"] == "unsupported-version"


async def test_ping_is_answered_while_a_handler_runs(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def wait(self: Any, amount: int = 1, **kwargs: Any) -> None:
        await release.wait()

    socket = await page("/counter/")
    await socket.connect()
    monkeypatch.setattr(views.CounterView, "slowly", views.event_handler(wait))
    monkeypatch.setattr("djust.events._handlers", {})
    await socket.post("slowly")
    await socket.raw("[3]")
    assert await socket.next() == [PONG]
    release.set()
    assert (await socket.next())[:3] == [UPDATE, 1, 1]


async def test_two_tabs_are_independent(page: Load) -> None:
    client = Client()
    one, two = await page("/counter/", client), await page("/counter/", client)
    await one.connect()
    await two.connect()
    await one.send("increment", {"amount": 5})
    frame = await two.send("increment")
    assert "1" in frame[3] and "6" not in frame[3]


async def test_fifty_events_at_once_all_count(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    for number in range(1, 51):
        await socket.raw(json.dumps([1, number, 0, "increment", {}]))
    refs: list[int] = []
    while len(refs) < 50:
        frame = await socket.next()
        refs.append(frame[2])
        if frame[1] % 4 == 0:
            await socket.raw(json.dumps([2, frame[1]]))
    assert refs == list(range(1, 51))
    assert registry.get(_page_id()).view.count == 50  # type: ignore[union-attr, attr-defined]


async def test_a_client_that_does_not_acknowledge_gets_one_combined_update(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    for number in range(1, 21):
        await socket.raw(json.dumps([1, number, 0, "increment", {}]))
    frames = [await socket.next() for _ in range(8)]
    assert [frame[1] for frame in frames] == list(range(1, 9))
    assert await socket.communicator.receive_nothing(0.2)
    view = registry.get(_page_id()).view  # type: ignore[union-attr]
    assert view.count == 20  # type: ignore[attr-defined]
    await socket.raw("[2,8]")
    frames = [await socket.next() for _ in range(12)]
    assert "20" in frames[0][3] and frames[0][2] == 9
    assert frames[1:] == [[UPDATE, 9 + n, 9 + n] for n in range(1, 12)]


async def test_too_many_waiting_events_are_refused_and_said(
    page: Load, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DJUST = {"PENDING_EVENTS": 3}
    socket = await page("/counter/")
    await socket.connect()
    for _ in range(50):
        await socket.post("slowly")
    codes = set()
    answered: set[int] = set()
    while len(answered) < 50:
        frame = await socket.next()
        answered.add(frame[2])
        await socket.raw(json.dumps([2, frame[1]]))
        if frame[0] == ERROR:
            codes.add(frame[3]["code"])
    assert codes <= {"too-many"}
    session = registry.get(_page_id())
    assert session is not None and session.last == 50


async def test_a_flood_is_refused_and_said(page: Load, settings: Any) -> None:
    settings.DJUST = {"FRAMES_PER_SECOND": 2}
    socket = await page("/counter/")
    await socket.connect()
    frames = [await socket.send("increment") for _ in range(10)]
    codes = [frame[3]["code"] for frame in frames if frame[0] == ERROR]
    assert codes == ["rate-limited"] * 4
    assert registry.get(_page_id()).view.count == 6  # type: ignore[union-attr, attr-defined]


async def test_resync_brings_any_page_in_step(page: Load) -> None:
    socket = await page("/counter/2/")
    await socket.connect()
    html = '<div dj-view="counter" dj-root><output>old</output></div>'
    await socket.raw(json.dumps([4, 0, html]))
    frame = await socket.next()
    assert frame[0] == RENUMBERED and frame[1] == 1
    assert frame[3]
    frame = await socket.send("increment")
    assert frame[:3] == [UPDATE, 2, 1] and "3" in frame[3]


async def test_a_change_that_cannot_be_compared_is_made_against_what_the_page_says(
    page: Load,
) -> None:
    socket = await page("/note/")
    await socket.connect()
    frame = await socket.send("write", {"note": "<b>two</b>"})
    assert frame == [UPDATE, 1, 1, [0, 1, "1", 0, 2, "two"]]
    # Tags that are not closed: the frame leaves a number out, and so asks for the page.
    frame = await socket.send("write", {"note": "<p>three<p>more"})
    assert frame == [UPDATE, 3, 2]
    # What comes before the page was said changes nothing, either.
    frame = await socket.send("write", {"note": "<p>four<p>more"})
    assert frame == [UPDATE, 5, 3]
    await socket.raw(json.dumps([4, 5, "<main dj-root><i>1</i><b>two</b></main>"]))
    frame = await socket.next()
    assert frame[:3] == [RENUMBERED, 6, 3]
    assert "<p>four</p><p>more</p>" in frame[3] and "3" in frame[3]
    frame = await socket.send("write", {"note": "<p>four<p>five"})
    assert frame[:3] == [UPDATE, 7, 4] and frame[3][-1] == "five"


async def test_endless_resyncs_reload_the_page(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    frame: list[Any] = [0]
    for _ in range(10):
        await socket.raw(json.dumps([4, 0, "<div dj-root></div>"]))
    while frame[0] != CLOSE:
        frame = await socket.next()
    assert frame[1]["code"] == "rate-limited" and frame[1]["reload"] is True


@pytest.mark.ticks
async def test_ticks_come_by_themselves_and_stop_with_the_socket(page: Load) -> None:
    socket = await page("/counter/")
    await socket.connect()
    frame = await socket.next()
    assert frame[:3] == [UPDATE, 1, 0] and "tick" in json.dumps(frame)
    await socket.next()
    await socket.disconnect()
    view = registry.get(_page_id()).view  # type: ignore[union-attr]
    await asyncio.sleep(0.05)
    ticks = len(view.log)  # type: ignore[attr-defined]
    await asyncio.sleep(0.1)
    assert len(view.log) == ticks  # type: ignore[attr-defined]


@pytest.mark.ticks
async def test_ticks_never_overlap_a_handler(page: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []
    overlaps: list[str] = []

    async def tick(self: Any) -> None:
        overlaps.extend(running)
        running.append("tick")
        await asyncio.sleep(0.03)
        running.remove("tick")

    async def handler(self: Any, **kwargs: Any) -> None:
        overlaps.extend(running)
        running.append("handler")
        await asyncio.sleep(0.03)
        running.remove("handler")

    monkeypatch.setattr(views.CounterView, "tick_interval", 5)
    monkeypatch.setattr(views.CounterView, "handle_tick", tick)
    monkeypatch.setattr(views.CounterView, "slowly", views.event_handler(handler))
    monkeypatch.setattr("djust.events._handlers", {})
    socket = await page("/counter/")
    await socket.connect()
    for _ in range(5):
        await socket.send("slowly")
    assert overlaps == []


@pytest.mark.ticks
async def test_a_failing_tick_says_so_once(
    page: Load, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def tick(self: Any) -> None:
        raise RuntimeError("a secret of the tick")

    monkeypatch.setattr(views.CounterView, "tick_interval", 5)
    monkeypatch.setattr(views.CounterView, "handle_tick", tick)
    socket = await page("/counter/")
    await socket.connect()
    frame = await socket.next()
    assert frame[0] == ERROR and frame[2] == 0 and frame[3]["code"] == "handler-failed"
    assert await socket.communicator.receive_nothing(0.1)
    assert caplog.text.count("a secret of the tick") > 1


async def test_the_pages_language_stays(page: Load) -> None:
    socket = await page("/de/language/")
    assert "de 0" in socket.response.content.decode()
    await socket.connect()
    assert "de 1" in (await socket.send("add"))[3]
    # The handler adds the length of the language's name.
    assert "de 3" in (await socket.send("add_slowly"))[3]


async def test_database_and_user_work_in_handlers(page: Load, transactional_db: Any) -> None:
    from django.contrib.auth.models import User

    user = await sync_to_async(User.objects.create_user)("ann", password="x")
    client = Client()
    await sync_to_async(client.force_login)(user)
    socket = await page("/private/", client)
    assert "ann 0" in socket.response.content.decode()
    await socket.connect()
    frame = await socket.send("add")
    assert frame[0] == UPDATE and "ann 1" in frame[3]


async def test_closed_sockets_leave_nothing_but_the_waiting_page(page: Load, settings: Any) -> None:
    settings.DJUST = {"RESUME_SECONDS": 0.05}
    socket = await page("/counter/")
    await socket.connect()
    await socket.send("increment")
    assert len(registry) == 1
    await socket.disconnect()
    await asyncio.sleep(0.3)
    assert len(registry) == 0
    assert not [task for task in tasks._tasks if not task.done()]


def _page_id() -> str:
    (session,) = list(registry)
    return session.id
