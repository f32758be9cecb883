"""What a view asks the page to do: in order, with the changes of its turn, once."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from djust.runtime import tasks
from djust.runtime.registry import registry
from djust.runtime.turns import TickTurn
from djust.testing import LiveClient
from live_site.navigation_views import EffectsView
from live_site.sockets import ERROR, RENUMBERED, UPDATE

Load = Callable[..., Any]

ALL = [
    ["push", "chart", {"day": "2030-01-02", "price": "1.50"}],
    ["flash", "success", "Saved"],
    ["focus", "#name"],
    ["scroll", "#end"],
]


@pytest.fixture
def stored(settings: Any) -> Iterator[None]:
    settings.DJUST = {"STATE_CACHE": "default"}
    yield


def test_effects_follow_the_changes_in_order(live: LiveClient) -> None:
    page = live.open("/effects/")
    assert page.effects == [["flash", "info", "Welcome"]]
    (frame,) = page.send("all_of_them")
    assert frame[3:] == [[0, 0, "1"], [["title", "Count 1"], *ALL]]
    page.view.page_title = "Count 1"  # type: ignore[attr-defined]
    assert page.send("_model")[-1] == [UPDATE, 3, 2]


@pytest.mark.parametrize("handler", ["fail", "fail_to_render"])
def test_a_turn_that_fails_has_no_effects(live: LiveClient, handler: str) -> None:
    page = live.open("/effects/")
    assert page.send(handler)[-1][0] == ERROR
    page.tick()
    assert page.effects == [["flash", "info", "Welcome"], ["push", "ticked", 0]]


@pytest.mark.parametrize("what", ["object", "large", "nan"])
def test_what_cannot_be_sent_fails_where_it_is_asked_for(live: LiveClient, what: str) -> None:
    page = live.open("/effects/")
    page.send("unsendable", what=what)
    assert page.errors[-1]["code"] == "handler-failed"
    page.send("all_of_them")
    assert page.effects[2:] == ALL


def test_a_view_without_a_page_notes_them(rf: Any) -> None:
    view = EffectsView()
    view.request = rf.get("/")
    view.all_of_them()
    view.push_patch("?a=1")


async def test_effects_of_turns_that_coalesce_come_in_one_frame(page: Load) -> None:
    socket = await page("/effects/")
    await socket.connect()
    await socket.next()  # the flash of mount
    for _ in range(7):
        socket.seq = 0
        await socket.send("all_of_them")
    (session,) = registry
    # Nothing was acknowledged: the window is full.
    frame = [1, 8, 0, "all_of_them", {}]
    for event in (8, 9, 10):
        frame[1] = event
        await socket.raw(json.dumps(frame))
    while session.running or session.received < 10:
        await asyncio.sleep(0.01)
    await session.connection.submit(TickTurn())
    while session.running:
        await asyncio.sleep(0.01)
    assert len(session.effects.waiting) == 3 * len(ALL) + 1
    await socket.raw("[2,8]")
    frames = [await socket.next() for _ in range(3)]
    assert [each[2] for each in frames] == [8, 9, 10]
    assert frames[0][3:] == [
        [0, 0, "10"],
        [*ALL * 3, ["push", "ticked", 10], ["title", "Count 10"]],
    ]
    assert [len(each) for each in frames[1:]] == [3, 3]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("applied", [0, 1, 2, 3])
async def test_effects_survive_a_lost_socket_once(page: Load, restart: bool, applied: int) -> None:
    socket = await page("/effects/")
    await socket.connect()
    await socket.next()
    for _ in range(2):
        socket.seq = 0
        await socket.send("all_of_them")
    # The state of the last event is written after its answer.
    await tasks.idle()
    await socket.disconnect()
    if restart:
        registry.clear()
    socket.seq = applied
    (count, checksum) = (socket.config["count"], socket.config["sum"])
    answer = await socket.connect(count=count, sum=checksum)
    frames = []
    if answer[1]["resume"] == "resync":
        await socket.raw(json.dumps([4, applied, "<main dj-root>2</main>"]))
        frames.append(await socket.next())
        assert frames[-1][0] == RENUMBERED
    await socket.send("_model")
    frames = socket.frames[socket.frames.index(answer) + 1 :]
    got = [effect for frame in frames if frame[0] == UPDATE for effect in (frame[4:] or [[]])[0]]
    assert [each for each in got if each[0] == "push"] == ALL[:1] * min(2, 3 - applied)
    welcome = [] if applied else [["flash", "info", "Welcome"]]
    expected = [*welcome, *ALL[1:2] * min(2, 3 - applied)]
    assert [each for each in got if each[0] == "flash"] == expected
