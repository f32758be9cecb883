"""Live pages over plain HTTP, for visitors whose WebSocket is blocked."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import HttpCommunicator
from django.test import AsyncClient, Client

from djust import exchange, push_to_view
from djust.runtime.registry import registry
from live_site import views
from live_site.sockets import CLOSE, CONNECTED, ERROR, PONG, UPDATE
from live_site.ways import HttpWay

Load = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)


class Transport(HttpWay):
    async def open(self, **changes: Any) -> list[list[Any]]:
        return await self.request(self.socket.handshake(**changes))


@pytest.fixture
async def opened(page: Load) -> Transport:
    transport = Transport(await page("/counter/5/"))
    (answer,) = await transport.open()
    assert (answer[0], answer[1]["resume"]) == (CONNECTED, "continue")
    return transport


async def test_events_go_up_and_answers_come_down(opened: Transport) -> None:
    assert await opened.request([1, 1, 0, "increment", {}], [1, 2, 0, "slowly", {}]) == []
    frames = await opened.request(wait=True)
    while len(frames) < 2:
        frames += await opened.request(wait=True)
    assert [frame[:3] for frame in frames] == [[UPDATE, 1, 1], [UPDATE, 2, 2]]
    assert "6" in frames[0][3] and "7" in frames[1][3]
    assert views.CounterView.mounts == 1
    assert await opened.request([3]) == [] and await opened.request(wait=True) == [[PONG]]


async def test_a_request_waits_for_what_the_server_says_first(opened: Transport) -> None:
    waiting = asyncio.create_task(opened.request(wait=True))
    await asyncio.sleep(0.05)
    push_to_view("CounterView", {"count": 9})
    (frame,) = await waiting
    assert frame[:3] == [UPDATE, 1, 0] and "9" in frame[3]


async def test_a_request_waits_for_a_while_only(
    opened: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_WAIT_SECONDS", 0.05)
    assert await opened.request(wait=True) == []
    assert opened.status == 200


async def test_a_newer_request_gets_the_frames(opened: Transport) -> None:
    older = asyncio.create_task(opened.request(wait=True))
    await asyncio.sleep(0.05)
    newer = asyncio.create_task(opened.request(wait=True))
    assert await older == []
    push_to_view("CounterView", {"count": 9})
    assert "9" in (await newer)[0][3]


async def test_a_page_that_does_not_come_back_is_lost_as_a_socket_would_be(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Transport(await page("/counter/"))
    await transport.open()
    (session,) = list(registry)
    assert session.is_connected
    monkeypatch.setattr(exchange, "_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(exchange, "_GONE_SECONDS", 0.05)
    # The time counts from the last request.
    await transport.request()
    for _ in range(1000):
        if not session.is_connected:
            break
        await asyncio.sleep(0.01)
    assert not session.is_connected
    assert exchange._of_loop() == {}
    await transport.request(wait=True)
    assert transport.status == 410
    # It comes back as it would over a socket, and may do so over one.
    answer = await transport.socket.connect()
    assert (answer[0], answer[1]["resume"]) == (CONNECTED, "continue")


async def test_a_refusal_of_the_handshake_is_said(opened: Transport) -> None:
    for changes in ({"csrf": ""}, {"token": "forged"}, {"csrf": "a" * 64}):
        other = Transport(opened.socket)
        (frame,) = await other.open(**changes)
        assert frame[0] == CLOSE and frame[1]["code"] == "expired"
        assert not other.id
    other = Transport(opened.socket)
    (frame,) = await other.request([1, 1, 0, "increment", {}])
    assert frame[0] == CLOSE and frame[1]["code"] == "bad-frame"
    assert len(exchange._of_loop()) == 1


async def test_a_connection_that_the_server_closes_is_gone(opened: Transport) -> None:
    await opened.request("no frame")
    frames = await opened.request(wait=True)
    assert frames[-1][0] == CLOSE
    await opened.request(wait=True)
    assert opened.status == 410


async def test_a_connection_belongs_to_the_visitor_who_opened_it(
    page: Load, opened: Transport
) -> None:
    thief = Transport(await page("/counter/"))
    thief.id = opened.id
    for frames in ([], [[1, 1, 0, "increment", {}]]):
        assert await thief.request(*frames, wait=True) == []
        assert thief.status == 410
    assert [session.view.count for session in registry] == [5, 0]  # type: ignore[attr-defined]


async def test_requests_that_are_none_are_refused(opened: Transport) -> None:
    await opened.request(method="GET")
    assert opened.status == 405
    await opened.request(*["[3]"] * 300)
    assert opened.status == 413
    await opened.request("x" * (exchange.most_bytes() + 1))
    assert opened.status == 413
    bad = HttpCommunicator(
        opened.application, "POST", "/ws/live/", b"\xff", opened.socket.headers()
    )
    assert (await bad.get_response())["status"] == 400


async def test_a_frame_that_is_too_large_is_answered(opened: Transport) -> None:
    await opened.request([1, 1, 0, "increment", {"text": "x" * 2_200_000}])
    (frame,) = await opened.request(wait=True)
    assert frame[:3] == [ERROR, 1, 1] and frame[3]["code"] == "too-large"


async def test_the_view_for_projects_with_an_application_of_their_own(page: Load) -> None:
    socket = await page("/counter/5/")
    client = AsyncClient()
    origin = {"origin": "http://testserver"}
    client.cookies = socket.client.cookies
    body = json.dumps(socket.handshake())
    response = await client.post("/ws/live/", body, content_type="text/plain", headers=origin)
    assert json.loads(response.content)[0] == CONNECTED
    known = {
        **origin,
        "x-djust-connection": response.headers["x-djust-connection"],
        "x-djust-wait": "1",
    }
    event = json.dumps([1, 1, 0, "increment", {}])
    response = await client.post("/ws/live/", event, content_type="text/plain", headers=known)
    assert response.status_code == 200, response.status_code
    assert json.loads(response.content)[:3] == [UPDATE, 1, 1]
    assert (await client.get("/ws/live/")).status_code == 405
    # Without an event loop there is nothing to come back to.
    post = sync_to_async(Client().post)
    assert (await post("/ws/live/", body, content_type="text/plain")).status_code == 501
