"""Pages on which nothing happens, and whose visitor is gone."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from django.contrib.auth.models import User
from django.core.signing import Signer
from django.test import Client

from djust.runtime.registry import registry
from djust.store import codec
from live_site.sockets import CLOSE, CONNECTED, PONG, UPDATE, Socket

Load = Callable[..., Any]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("djust.runtime.connection._SUSPICION_SECONDS", 0.05)


@pytest.fixture
def ann(transactional_db: Any) -> User:
    return User.objects.create_user("ann", password="x")


async def opened(page: Load, user: User | None = None) -> Socket:
    client = Client()
    if user is not None:
        await sync_to_async(client.force_login)(user)
    socket: Socket = await page("/private/" if user else "/quiet/0/", client)
    assert (await socket.connect())[0] == CONNECTED
    return socket


async def is_closed(socket: Socket) -> bool:
    frame = await socket.next()
    assert frame[0] == CLOSE and frame[1]["reload"] is True
    return await socket.closed()


async def is_alive(socket: Socket) -> bool:
    await socket.raw("[3]")
    return await socket.next() == [PONG]


async def test_a_logout_closes_the_pages_of_the_session_and_no_other(page: Load, ann: User) -> None:
    here, elsewhere, stranger = (
        await opened(page, ann),
        await opened(page, ann),
        await opened(page),
    )
    twin = await page("/private/", here.client)
    await twin.connect()
    await sync_to_async(here.client.logout)()
    assert await is_closed(here) and await is_closed(twin)
    assert await is_alive(elsewhere) and await is_alive(stranger)
    assert len(registry) == 2


@pytest.mark.parametrize("change", ["deactivate", "password", "delete"])
async def test_a_changed_user_closes_all_pages_of_the_user(
    page: Load, ann: User, change: str
) -> None:
    one, two, stranger = await opened(page, ann), await opened(page, ann), await opened(page)

    def make() -> None:
        if change == "deactivate":
            ann.is_active = False
            ann.save()
        elif change == "password":
            ann.set_password("y")
            ann.save()
        else:
            ann.delete()

    await sync_to_async(make)()
    assert await is_closed(one) and await is_closed(two)
    assert await is_alive(stranger)


async def test_a_user_who_may_stay_stays(page: Load, ann: User) -> None:
    socket = await opened(page, ann)
    ann.first_name = "Ann"
    await sync_to_async(ann.save)()
    await asyncio.sleep(0.15)
    assert await is_alive(socket)
    assert (await socket.send("add"))[0] == UPDATE


async def test_a_session_that_ends_without_a_signal_is_noticed_while_idle(
    page: Load, settings: Any, ann: User
) -> None:
    settings.DJUST = {"IDLE_CHECK_SECONDS": 0.05}
    socket, stranger = await opened(page, ann), await opened(page)
    await asyncio.sleep(0.2)
    assert await is_alive(socket)
    await sync_to_async(socket.client.session.flush)()
    assert await is_closed(socket)
    assert await is_alive(stranger)


async def test_a_session_without_a_user_may_end_as_well(page: Load, settings: Any) -> None:
    settings.DJUST = {"IDLE_CHECK_SECONDS": 0.05}
    client = Client()

    def visit() -> None:
        session = client.session
        session["basket"] = 1
        session.save()

    await sync_to_async(visit)()
    socket = await page("/quiet/0/", client)
    await socket.connect()
    await asyncio.sleep(0.15)
    assert await is_alive(socket)
    await sync_to_async(client.session.flush)()
    assert await is_closed(socket)


def test_expired_sessions_of_the_database_are_still_deleted_by_one_statement() -> None:
    from django.contrib.sessions.models import Session
    from django.db.models.deletion import Collector

    assert Collector(using="default", origin=None).can_fast_delete(Session.objects.all())


async def test_other_processes_are_told_and_tell(
    page: Load, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OtherProcessLayer(InMemoryChannelLayer):
        pass

    before = channel_layers.set("default", OtherProcessLayer())
    monkeypatch.setattr("djust.layer.leaves_process", lambda: True)
    try:
        layer = channel_layers["default"]
        listener = await layer.new_channel()
        await layer.group_add("djust", listener)
        socket = await opened(page, ann)
        await sync_to_async(User.objects.filter(pk=ann.pk).update)(is_active=False)
        await sync_to_async(ann.save)(update_fields=["first_name"])
        message = await layer.receive(listener)
        kind, user, session = codec.loads(Signer(salt="djust.layer").unsign(message["text"]))
        assert (kind, user, session) == ("suspect", str(ann.pk), "")
        assert await is_closed(socket)
        # The same from elsewhere, about a user who has changed without our knowledge.
        bob = await sync_to_async(User.objects.create_user)("bob")
        other = await opened(page, bob)
        await sync_to_async(User.objects.filter(pk=bob.pk).update)(is_active=False)
        text = Signer(salt="djust.layer").sign(codec.dumps(["suspect", str(bob.pk), ""]))
        await layer.group_send("djust", {**message, "process": "other", "text": text})
        assert await is_closed(other)
    finally:
        channel_layers.set("default", before)


async def test_connections_of_one_visitor_are_bounded(page: Load, settings: Any) -> None:
    settings.DJUST = {"CONNECTIONS_PER_SESSION": 2}
    client = Client()
    sockets = [await page("/quiet/0/", client) for _ in range(3)]
    for socket in sockets[:2]:
        assert (await socket.connect())[0] == CONNECTED
    answer = await sockets[2].connect()
    assert answer[0] == CLOSE and answer[1]["code"] == "too-many"
    # Coming back is not one more, another visitor is not counted, and a closed socket makes room.
    assert (await sockets[0].connect())[0] == CONNECTED
    await opened(page)
    await sockets[1].disconnect()
    assert (await sockets[2].connect())[0] == CONNECTED


async def test_limits_of_the_settings_are_told_and_kept(page: Load, settings: Any) -> None:
    settings.DJUST = {"MESSAGE_BYTES": 1000, "PENDING_EVENTS": 3}
    socket = await page("/quiet/0/")
    answer = await socket.connect()
    assert answer[1]["limits"] == {"message": 1000, "events": 3}
    frame = await socket.send("increment", {"text": "x" * 1000})
    assert frame[3]["code"] == "too-large"
    for _ in range(12):
        await socket.post("slowly")
    codes = [(await socket.next())[3] for _ in range(8)]
    assert {code["code"] for code in codes if isinstance(code, dict)} == {"too-many"}
