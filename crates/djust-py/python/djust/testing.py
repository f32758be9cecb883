"""Live pages in tests, without a server and without a browser.

A :class:`LiveClient` loads a page with Django's test client and speaks to it through the very connection that the WebSocket
uses, with the page's own token: what a test sends takes the same way as what a browser sends.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpResponse
from django.http.request import validate_host
from django.test import Client

from . import _djust
from .runtime.connection import Connection
from .runtime.foreign import rendered
from .runtime.rendering import context_of
from .runtime.tasks import idle
from .runtime.turns import PushTurn, TickTurn, Turn

if TYPE_CHECKING:
    from .runtime.session import LiveSession
    from .view import LiveView

_CONFIG = re.compile(r'<script type="application/json" id="djust-config">(.*?)</script>', re.DOTALL)
# The name that Django's test client gives itself.
_HOST = "testserver"


class LiveClient:
    """Opens live pages as one visitor.

    .. code-block:: python

        page = LiveClient().open("/counter/")
        page.send("increment", amount=2)
        assert page.view.count == 2
        assert "2" in page.html

    ``client`` is a ``django.test.Client``; log in with it, or set cookies.
    """

    def __init__(self, client: Client | None = None) -> None:
        self.client = client if client is not None else Client()

    def open(self, path: str) -> LivePage:
        """Load a page with a GET and connect to it.

        Raises:
            AssertionError: the response is not a live page.
        """
        known = self.client.defaults
        named = "SERVER_NAME" in known or "HTTP_HOST" in known
        extra: dict[str, Any] = {} if named else {"SERVER_NAME": _allowed_host()}
        response = self.client.get(path, **extra)
        page = LivePage(self.client, path, response)
        page.connect()
        return page


class LivePage:
    """One open page."""

    def __init__(self, client: Client, path: str, response: Any) -> None:
        self.client = client
        self.path = path
        self.response: HttpResponse = response
        self.frames: list[list[Any]] = []
        """Every frame that the server sent, decoded."""
        self.connection: Connection | None = None
        self._events = 0
        self._config = _config(response)
        self._session: LiveSession | None = None

    @property
    def session(self) -> LiveSession:
        """The page on the server.

        Raises:
            AssertionError: the page was refused.
        """
        assert self._session is not None, f"not connected: {self.frames[-1:]}"
        return self._session

    @property
    def view(self) -> LiveView:
        """The view."""
        return self.session.view

    @property
    def html(self) -> str:
        """What a render of the view's present state gives."""
        session = self.session
        context = context_of(session.view, session.template, session.request, session.csrf_token)
        with session.activated():
            return rendered(session.template, context)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The error frames so far: ``code``, ``message``, ``id``."""
        return [frame[3] for frame in self.frames if frame[0] == _ERROR]

    @property
    def effects(self) -> list[list[Any]]:
        """What the server has asked the page to do so far, such as ``["flash", "info", "Saved."]``."""
        updates = [frame for frame in self.frames if frame[0] == _UPDATE]
        return [effect for frame in updates for effect in (frame[4] if len(frame) > 4 else ())]

    @property
    def seq(self) -> int:
        """The number of the last frame that came."""
        numbers = [frame[1] for frame in self.frames if frame[0] in (_UPDATE, _ERROR, _RENUMBERED)]
        return max(numbers, default=0)

    def connect(self) -> list[list[Any]]:
        """Connect, or connect again; returns the frames that came."""
        handshake = {
            "v": _djust.PROTOCOL_VERSION,
            "token": self._config["token"],
            "csrf": self._config["csrf"],
            "seq": self.seq,
            "count": self._config["count"] if not self.seq else self.session.native.count,
            "sum": self._config["sum"] if not self.seq else self.session.native.checksum,
            "url": self.path,
        }
        frames: list[list[Any]] = self._run(self._open, json.dumps([0, handshake]))
        if self.connection is not None and self.connection.session is not None:
            self._session = self.connection.session
        return frames

    def disconnect(self) -> None:
        """Lose the socket. The page can connect again."""
        assert self.connection is not None
        self._run(self.connection.lost)
        self.connection = None

    def send(self, handler: str, /, **parameters: Any) -> list[list[Any]]:
        """Call a handler as the page would; returns the frames that came."""
        return self._send_event(handler, parameters)

    def submit(
        self,
        handler: str,
        fields: Mapping[str, Any] | Iterable[tuple[str, str]] = (),
        /,
        **parameters: Any,
    ) -> list[list[Any]]:
        """Submit a form; a list in a mapping stands for several fields of one name."""
        return self._send_event(handler, parameters, _pairs(fields))

    def set(self, **values: Any) -> list[list[Any]]:
        """Give controls with ``dj-model`` these values, as a visitor does; returns the frames that came."""
        return self._send_event("_model", values)

    def patch(self, url: str) -> list[list[Any]]:
        """Follow a link with ``dj-patch``; returns the frames that came."""
        self.path = urljoin(self.path, url)
        return self._send_event("_patch", {"url": self.path})

    def tick(self) -> list[list[Any]]:
        """Let ``handle_tick`` run once. Ticks do not come by themselves."""
        return self._run(self._connected.submit, TickTurn())

    def push(self, values: dict[str, Any]) -> list[list[Any]]:
        """What :func:`~djust.push_to_view` does, for this page only."""
        return self._run(self._connected.submit, PushTurn(values))

    def send_frame(self, text: str) -> list[list[Any]]:
        """Send a frame as it is; returns the frames that came."""
        return self._run(self._connected.receive, text)

    def submit_turn(self, turn: Turn) -> list[list[Any]]:
        """Queue a turn of the runtime; returns the frames that came."""
        return self._run(self._connected.submit, turn)

    @property
    def _connected(self) -> Connection:
        assert self.connection is not None, "not connected"
        return self.connection

    def _send_event(
        self, handler: str, parameters: dict[str, Any], fields: list[list[str]] | None = None
    ) -> list[list[Any]]:
        self._events += 1
        frame: list[Any] = [1, self._events, self.seq, handler, parameters]
        if fields is not None:
            frame.append(fields)
        return self.send_frame(json.dumps(frame))

    async def _open(self, handshake: str) -> None:
        self.connection = _Connection(self)
        await self.connection.receive(handshake)

    def _run(self, function: Any, *arguments: Any) -> list[list[Any]]:
        """Run a coroutine function and everything that it sets going."""
        before = len(self.frames)

        async def run() -> None:
            global _loop
            _loop = asyncio.get_running_loop()
            try:
                await function(*arguments)
                await idle()
            finally:
                _loop = None

        async_to_sync(run)()
        return self.frames[before:]

    async def _take(self, text: str) -> None:
        self.frames.append(json.loads(text))

    async def _closed(self) -> None:
        return None

    def _scope(self) -> dict[str, Any]:
        cookies = "; ".join(
            f"{name}={cookie.value}" for name, cookie in self.client.cookies.items()
        )
        request = self.response.wsgi_request  # type: ignore[attr-defined]
        host = request.get_host()
        return {
            "type": "websocket",
            "scheme": "wss" if request.is_secure() else "ws",
            "path": "/ws/live/",
            "query_string": b"",
            "headers": [
                (b"host", host.encode()),
                (b"origin", f"{request.scheme}://{host}".encode()),
                (b"cookie", cookies.encode()),
            ],
            "client": ("127.0.0.1", 0),
            "server": (host, int(request.get_port())),
        }


_UPDATE, _ERROR, _RENUMBERED = 1, 2, 4

# The event loop of the page that runs something; each call has a loop of its own.
_loop: asyncio.AbstractEventLoop | None = None


class _Connection(Connection):
    """A connection without a loop of its own, in which time stands still between calls."""

    def __init__(self, page: LivePage) -> None:
        super().__init__(page._scope(), page._take, page._closed, _hop, ticks=False)
        self._page = page

    def push(self, values: dict[str, Any]) -> None:
        if _loop is not None:
            # From a handler of this page or another one: it is done before that call returns.
            _loop.call_soon_threadsafe(self._push, values)
        else:
            self._page.push(values)


async def _hop(function: Any, *arguments: Any) -> Any:
    # In the thread of the test: its database connection, and the transaction around the test, are there.
    return await sync_to_async(function, thread_sensitive=True)(*arguments)


def _allowed_host() -> str:
    """The name of the test client where the project allows it, as its test runner does; else a host of the project."""
    allowed = settings.ALLOWED_HOSTS or (["localhost"] if settings.DEBUG else [])
    if validate_host(_HOST, allowed):
        return _HOST
    return next((name.lstrip(".") for name in allowed), _HOST)


def _pairs(fields: Mapping[str, Any] | Iterable[tuple[str, str]]) -> list[list[str]]:
    if not isinstance(fields, Mapping):
        return [[name, value] for name, value in fields]
    pairs: list[list[str]] = []
    for name, value in fields.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs.extend([name, str(each)] for each in values)
    return pairs


def _config(response: Any) -> dict[str, Any]:
    text = response.content.decode() if response.status_code == 200 else ""
    found = _CONFIG.search(text)
    if found is None:
        raise AssertionError(f"no live page: status {response.status_code}, no configuration in it")
    config: dict[str, Any] = json.loads(found[1])
    return config
