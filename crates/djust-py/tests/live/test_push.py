"""Updates from outside a view."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from django.core.signing import Signer

from djust import LiveView, apush_to_view, push_to_view
from djust.push import _short_name
from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site import views
from live_site.sockets import UPDATE

Load = Callable[..., Any]

NAMES = ["CounterView", "counter", "live_site.views.CounterView"]


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)


@pytest.mark.parametrize("name", NAMES)
async def test_a_view_is_named_in_three_ways(page: Load, name: str) -> None:
    socket = await page("/counter/")
    await socket.connect()
    push_to_view(name, {"count": 7})
    frame = await socket.next()
    assert frame[:3] == [UPDATE, 1, 0] and "7" in frame[3]


async def test_each_page_gets_a_copy_of_its_own(page: Load) -> None:
    one, two = await page("/counter/"), await page("/counter/")
    await one.connect()
    log = [{"n": 1}]
    push_to_view("CounterView", {"log": log})
    await one.next()
    await two.connect()
    await two.next()
    views = [session.view for session in registry]
    assert [view.log for view in views] == [log, log]  # type: ignore[attr-defined]
    assert len({id(view.log[0]) for view in views} | {id(log[0])}) == 3  # type: ignore[attr-defined]


async def test_every_page_of_the_view_and_no_other(page: Load) -> None:
    one, two, other = await page("/counter/"), await page("/counter/"), await page("/bare/")
    for socket in (one, two, other):
        await socket.connect()
    await apush_to_view("CounterView", {"count": 7})
    assert "7" in (await one.next())[3] and "7" in (await two.next())[3]
    assert await other.communicator.receive_nothing(0.1)


async def test_a_url_name_means_the_pages_at_that_url(page: Load) -> None:
    here, there = await page("/nested/x/"), await page("/bare/")
    await here.connect()
    await there.connect()
    push_to_view("nested:x", {"count": 7})
    assert "7" in str((await here.next())[3])
    assert await there.communicator.receive_nothing(0.1)


@pytest.mark.parametrize(
    "name", ["", "no_such", "live_site.views.NoSuch", "ordinary_", "nested:y", "no:x", "LiveView"]
)
def test_an_unknown_name_is_said(name: str) -> None:
    with pytest.raises(LookupError, match="no live view"):
        push_to_view(name, {})


def test_an_ambiguous_name_is_said() -> None:
    def make(module: str) -> type:
        return type("TwinView", (LiveView,), {"__module__": module})

    twins = [make("one"), make("two")]
    with pytest.raises(LookupError, match="one.TwinView, two.TwinView"):
        push_to_view("TwinView", {})
    assert len(twins) == 2


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("DashboardView", "dashboard"),
        ("ProductListView", "product_list"),
        ("ChatLiveView", "chat"),
        ("View", "view"),
        ("Counter", "counter"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert _short_name(type(name, (), {})) == short


@pytest.mark.parametrize(
    "name",
    ["_secret", "request", "template_name", "__class__", "double", "increment", "new", "log.0"],
)
def test_only_existing_public_attributes_are_set(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = LiveClient().open("/counter/")
    before = {key: value for key, value in vars(page.view).items() if key != "count"}
    push_to_view("CounterView", {name: "pushed", "count": 3})
    after = {key: value for key, value in vars(page.view).items() if key != "count"}
    assert after == before
    assert page.view.count == 3  # type: ignore[attr-defined]
    assert name in caplog.text


async def test_a_push_from_a_handler_reaches_the_other_tab(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(self: Any, amount: int = 1, **kwargs: Any) -> None:
        push_to_view("counter", {"count": amount})

    monkeypatch.setattr(views.CounterView, "increment", views.event_handler(tell))
    monkeypatch.setattr("djust.events._handlers", {})
    one, two = await page("/counter/"), await page("/counter/")
    await one.connect()
    await two.connect()
    await one.post("increment", {"amount": 9})
    assert "9" in (await two.next())[3]
    frames = [await one.next(), await one.next()]
    assert {frame[2] for frame in frames} == {0, 1}
    assert "9" in str(frames)


@pytest.mark.parametrize("where", ["thread", "worker", "coroutine"])
async def test_a_push_from_anywhere(page: Load, where: str) -> None:
    socket = await page("/counter/")
    await socket.connect()
    if where == "thread":
        thread = threading.Thread(target=push_to_view, args=("counter", {"count": 7}))
        thread.start()
        await sync_to_async(thread.join)()
    elif where == "worker":
        await sync_to_async(push_to_view)("counter", {"count": 7})
    else:
        await apush_to_view("counter", {"count": 7})
    assert "7" in (await socket.next())[3]


async def test_what_was_pushed_before_the_socket_came_is_there(page: Load) -> None:
    socket = await page("/counter/")
    push_to_view("counter", {"count": 3})
    push_to_view("counter", {"count": 7})
    await socket.connect()
    assert "7" in (await socket.next())[3]


class OtherProcessLayer(InMemoryChannelLayer):
    """Counts as a layer that leaves the process."""


@pytest.fixture
def other_layer(monkeypatch: pytest.MonkeyPatch) -> Any:
    before = channel_layers.set("default", OtherProcessLayer())
    monkeypatch.setattr("djust.layer.leaves_process", lambda: True)
    yield channel_layers["default"]
    channel_layers.set("default", before)


async def test_pushes_of_other_processes_come_through_the_layer(
    page: Load, other_layer: Any
) -> None:
    listener = await other_layer.new_channel()
    await other_layer.group_add("djust", listener)
    socket = await page("/counter/")
    await socket.connect()
    await asyncio.sleep(0.05)
    await apush_to_view("counter", {"count": 7, "log": [{1, 2}]})
    assert "7" in (await socket.next())[3]
    message = await other_layer.receive(listener)
    # Our own message is not taken twice; another process's is; a forged or damaged one is not.
    session = next(iter(registry))
    session.view.count = 0  # type: ignore[attr-defined]
    for change in (
        {},
        {"process": "other", "text": message["text"] + "x"},
        {"process": "other", "text": Signer(salt="djust.layer").sign('["no such kind"]')},
        {"process": "other", "text": Signer(salt="djust.layer").sign("5")},
    ):
        await other_layer.group_send("djust", {**message, **change})
    await asyncio.sleep(0.1)
    assert session.view.count == 0  # type: ignore[attr-defined]
    await other_layer.group_send("djust", {**message, "process": "other"})
    await asyncio.sleep(0.1)
    assert session.view.count == 7  # type: ignore[attr-defined]
    assert session.view.log == [{1, 2}]  # type: ignore[attr-defined]


async def test_a_layer_that_is_away_is_an_error_in_the_log(
    page: Load, other_layer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await page("/counter/")
    await socket.connect()

    async def fail(*arguments: Any) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(other_layer, "group_send", fail)
    push_to_view("counter", {"count": 7})
    assert "7" in (await socket.next())[3]
    await sync_to_async(push_to_view)("counter", {"count": 8})
    assert caplog.text.count("could not be told") == 2
    with pytest.raises(ConnectionError):
        await apush_to_view("counter", {"count": 9})
