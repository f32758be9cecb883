"""A site below a prefix of the URL: the page says where the socket is, and all addresses keep the prefix."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from channels.testing import HttpCommunicator, WebsocketCommunicator
from django.core.handlers import asgi
from django.test import Client
from django.urls import get_script_prefix, set_script_prefix

from djust.asgi import get_application
from djust.runtime.registry import registry
from live_site.sockets import CONNECTED, ERROR, UPDATE, Socket
from live_site.ways import HttpWay

# What servers hand over: FORCE_SCRIPT_NAME, the root path of the server, and what the path begins with.
DEPLOYMENTS = {
    "the setting": ("/below", "", "/below"),
    "a root path": (None, "/below", "/below"),
}


class Site:
    """The project as one of the servers sees it."""

    def __init__(self, settings: Any, name: str | None, root: str, front: str) -> None:
        settings.FORCE_SCRIPT_NAME = name
        self.root, self.front = root, front
        self.application = get_application()

    def scope(self, path: str) -> dict[str, Any]:
        """The path as the server hands it over, of a path that a browser shows."""
        assert path.startswith("/below/"), path
        return {"path": self.front + path.removeprefix("/below"), "root_path": self.root}

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        path, _, query = path.partition("?")
        all_headers = [(name.encode(), text.encode()) for name, text in headers.items()]
        all_headers.append((b"host", b"testserver"))
        one = HttpCommunicator(self.application, "GET", "/", b"", all_headers)
        one.scope |= {**self.scope(path), "query_string": query.encode(), "scheme": "http"}
        answer = await one.get_response(timeout=10)
        named = {name.decode().lower(): text.decode() for name, text in answer["headers"]}
        return answer["status"], named, answer["body"].decode()


class PrefixedSocket(Socket):
    def __init__(self, site: Site, path: str, cookies: str, html: str) -> None:
        self.site = site
        client = Client()
        client.cookies = SimpleCookie(cookies)
        super().__init__(client, path, site.application, Response(html))

    async def open(self, **headers: str | None) -> bool:
        self.communicator = WebsocketCommunicator(
            self.application, "/", headers=self.headers(**headers)
        )
        self.communicator.scope |= {**self.site.scope(self.config["socket"]), "scheme": "ws"}
        connected, _ = await self.communicator.connect(timeout=10)
        return bool(connected)


class Response:
    def __init__(self, html: str) -> None:
        self.content = html.encode()


@pytest.fixture(params=DEPLOYMENTS.values(), ids=list(DEPLOYMENTS))
def site(request: pytest.FixtureRequest, settings: Any, transactional_db: Any) -> Any:
    if request.param == DEPLOYMENTS["the setting"] and not hasattr(asgi, "get_script_prefix"):
        pytest.skip("Django 4.2 takes no prefix off the path of an ASGI request but the root path")
    before = get_script_prefix()
    yield Site(settings, *request.param)
    set_script_prefix(before)


@pytest.fixture
async def opened(site: Site) -> AsyncIterator[Callable[..., Any]]:
    sockets: list[PrefixedSocket] = []

    async def opened(path: str) -> PrefixedSocket:
        status, headers, html = await site.get(path)
        assert status == 200, html
        sockets.append(PrefixedSocket(site, path, headers["set-cookie"], html))
        return sockets[-1]

    yield opened
    for socket in sockets:
        if hasattr(socket, "communicator"):
            await socket.communicator.disconnect()


Opened = Callable[..., Any]


async def test_the_socket_is_below_the_prefix(opened: Opened) -> None:
    socket = await opened("/below/search/?tab=settings")
    assert socket.config["socket"] == "/below/ws/live/"
    answer = await socket.connect()
    assert (answer[0], answer[1]["resume"]) == (CONNECTED, "continue")
    (session,) = registry
    assert session.request.path == "/below/search/"
    assert session.request.path_info == "/search/"
    assert session.request.get_full_path() == "/below/search/?tab=settings"
    assert session.request.build_absolute_uri() == "http://testserver/below/search/?tab=settings"


async def test_addresses_keep_the_prefix(opened: Opened) -> None:
    socket = await opened("/below/search/")
    await socket.connect()
    frame = await socket.send("go", {"to": "?tab=logs"})
    assert frame[4] == [["url", "/below/search/?tab=logs", "push"]]
    frame = await socket.send("_patch", {"url": "/below/search/?tab=settings"})
    assert "settings" in json.dumps(frame[3]) and len(frame) == 4
    # The same path without the prefix is another site's.
    frame = await socket.send("_patch", {"url": "/search/?tab=logs"})
    assert frame[4] == [["navigate", "/search/?tab=logs", "replace"]]
    frame = await socket.send("leave", {"to": "/below/counter/"})
    assert frame[4] == [["navigate", "/below/counter/", "push"]]
    frame = await socket.send("leave", {"to": "//below/counter/"})
    assert frame[0] == ERROR
    frame = await socket.send("leave", {"to": "../counter/"})
    assert frame[4] == [["navigate", "/below/counter/", "push"]]
    (session,) = registry
    assert session.request.get_full_path() == "/below/search/?tab=settings"


async def test_a_first_request_is_sent_on_below_the_prefix(site: Site) -> None:
    status, headers, _ = await site.get("/below/sent-on/")
    assert (status, headers["location"]) == (302, "/below/sent-on/?way=patched")


async def test_a_page_that_is_forgotten_comes_back_where_it_is_shown(opened: Opened) -> None:
    socket = await opened("/below/shelf/1/")
    registry.clear()
    assert (await socket.connect(url="/below/shelf/2/?b=2"))[0] == CONNECTED
    (session,) = registry
    assert session.request.get_full_path() == "/below/shelf/2/?b=2"
    await socket.disconnect()
    assert (await socket.connect())[0] == CONNECTED
    frame = await socket.send("show")
    assert frame[4] == [["push", "shown", {"path": "/below/shelf/2/", "query": {"b": ["2"]}}]]


async def test_templates_make_addresses_below_the_prefix(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from live_site.views import CounterView

    monkeypatch.setattr(CounterView, "get_template_name", lambda self: None)
    monkeypatch.setattr(CounterView, "tick_interval", None)
    template = "<a dj-root href=\"{% url 'counter_from' start=count %}\">{{ request.path }}</a>"
    monkeypatch.setattr(CounterView, "template", template)
    socket = await opened("/below/counter/3/")
    shown = socket.response.content.decode()
    assert 'href="/below/counter/3/"' in shown and ">/below/counter/3/<" in shown
    await socket.connect()
    assert "/below/counter/4/" in json.dumps(await socket.send("increment"))


@pytest.mark.parametrize("front", ["", "/below"])
async def test_static_files_are_below_the_prefix(settings: Any, front: str) -> None:
    settings.STATIC_URL = "static/"
    before = get_script_prefix()
    site = Site(settings, "/below", "", front)
    assert (settings.STATIC_URL, get_script_prefix()) == ("/below/static/", before)
    assert await _status(site, "/below/static/djust/client.js") == 200
    assert await _status(site, "/below/static/djust/missing.js") == 404


async def _status(site: Site, path: str) -> int:
    """The status of an answer that may come in pieces, which the communicator does not read."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    body = asyncio.Queue[dict[str, Any]]()
    body.put_nowait({"type": "http.request", "body": b""})

    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b""}
    await site.application({**scope, **site.scope(path)}, body.get, send)
    return int(sent[0]["status"])


async def test_frames_over_http_are_below_the_prefix(site: Site, opened: Opened) -> None:
    socket = await opened("/below/search/")
    way = HttpWay(socket)
    way.application = application = site.application
    scope = site.scope(socket.config["socket"])

    async def served(given: dict[str, Any], receive: Any, send: Any) -> None:
        await application({**given, **scope}, receive, send)

    way.application = served
    assert (await way.connect())[0] == CONNECTED
    frame = await way.send("go", {"to": "?tab=logs"})
    assert frame[0] == UPDATE and frame[4] == [["url", "/below/search/?tab=logs", "push"]]
