"""One live page on the server."""

from __future__ import annotations

import contextvars
import zoneinfo
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from ..background import REQUESTS
from .effects import Delivery
from .models import Models
from .outbox import Outbox
from .rollback import memory_of
from .temporary import Temporary, joined

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..background import Request
    from ..template import Template
    from ..token import Binding
    from ..view import LiveView
    from .background import Work
    from .connection import Connection
    from .storing import Unsaved
    from .turns import Turn


# Bytes of a page without state, and of a node of a page that is kept as a tree.
_LEAST = 10_000
_NODE = 300
# Items of one temporary attribute that are kept for a page without a socket; then the oldest go.
_MOST_MISSED = 1000


class LiveSession:
    """A view, what its page shows, and what is on its way to the page.

    It begins with the GET that serves the page, is handed to the socket, and outlives a lost socket for a while.

    Invariants: ``last <= received``; ``turns`` holds what waits for its turn, and one turn at a time runs; only the
    running turn changes the view or the native session.
    """

    __slots__ = (
        "__weakref__",
        "binding",
        "changed",
        "connection",
        "csrf_token",
        "deferred",
        "doubtful",
        "effects",
        "expires",
        "failing_tick",
        "id",
        "language",
        "last",
        "lost_events",
        "lost_work",
        "missed",
        "models",
        "native",
        "outbox",
        "parts",
        "received",
        "requests",
        "running",
        "script_prefix",
        "template",
        "temporary",
        "title",
        "turns",
        "unrendered",
        "unsaved",
        "view",
        "weighed",
        "work",
        "writing",
        "zone",
    )

    def __init__(
        self, page_id: str, view: LiveView, template: Template, native: Any, binding: Binding
    ) -> None:
        self.id = page_id
        self.view = view
        self.template = template
        self.native = native
        self.binding = binding
        self.csrf_token = ""
        self.language: str | None = translation.get_language()
        self.zone = timezone.get_current_timezone_name()
        self.script_prefix = get_script_prefix()
        self.outbox = Outbox()
        self.temporary = Temporary()
        # Where the parts of the state are that are written apart.
        self.parts: dict[str, tuple[int, str]] = {}
        self.effects = Delivery()
        self.models = Models()
        # The title that the page was last given; nothing while that is not known.
        self.title: str | None = None
        # The last event that was answered, and the last that was taken in.
        self.last = 0
        self.received = 0
        # Events up to this one may have been run by a process that had the page before; whether the state lacks some.
        self.doubtful = 0
        self.lost_events = False
        self.turns: deque[Turn] = deque()
        self.running = False
        # Events whose answer waits until the client has caught up.
        self.deferred: list[int] = []
        # Whether a turn left the render to the next one, which waited already.
        self.unrendered = False
        # Values pushed while there was no socket.
        self.missed: dict[str, Any] = {}
        self.failing_tick = False
        # Work in the background by name, and what the view has asked for since it was last started.
        self.work: dict[str, Work] = {}
        self.requests: list[Request] = []
        # Names of work that ran in a process that is gone.
        self.lost_work: list[str] = []
        # Whether the state differs from what was last written or is being written; the text that waits to be written.
        self.changed = False
        self.writing = False
        self.unsaved: Unsaved | None = None
        # Bytes, when they were last estimated.
        self.weighed = _LEAST
        # The socket, while there is one.
        self.connection: Connection | None = None
        # When the page is forgotten, in seconds of the monotonic clock; never while it has a socket.
        self.expires: float | None = None

    @property
    def request(self) -> HttpRequest:
        """The request of the view."""
        return self.view.request

    @property
    def is_connected(self) -> bool:
        """Whether a socket is open."""
        return self.connection is not None

    def weight(self) -> int:
        """About how many bytes this takes: a walk through the state, which neither copies nor evaluates anything.

        While a turn runs, which has the page to itself, it is what it was before.
        """
        if not self.running:
            frames = sum(len(text) for _, text in self.outbox.kept)
            page = self.native.memory or self.native.count * _NODE
            self.weighed = _LEAST + frames + page + memory_of(self.view)
        return self.weighed

    def acknowledge(self, seq: int) -> None:
        """The client has applied the frames up to this number."""
        self.outbox.acknowledge(seq)
        self.effects.acknowledge(seq)

    def void(self, seq: int) -> None:
        """The client starts again from its own page, having applied the frames up to this number."""
        self.effects.rewind(seq)
        self.outbox.void(seq)

    def miss(self, values: dict[str, Any]) -> None:
        """Keep values that are pushed while there may be no socket: the last one, of a temporary attribute all."""
        for name, value in values.items():
            if name in self.missed and name in self.view.temporary_assigns:
                value = joined([self.missed[name], value])
                if isinstance(value, list):
                    value = value[-_MOST_MISSED:]
            self.missed[name] = value

    def take_missed(self) -> dict[str, Any]:
        """The values that were pushed while there was no socket, which are then no longer kept."""
        missed, self.missed = self.missed, {}
        return missed

    def take_requests(self) -> None:
        """Take the work that the view asked for out of its attributes."""
        self.requests += self.view.__dict__.pop(REQUESTS, ())

    def cancel_work(self) -> None:
        """The page is gone: what runs in its background is of no use any more."""
        for work in list(self.work.values()):
            work.cancel()
        self.work.clear()

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function with the language, time zone and script prefix of the page.

        Whatever it changes of them ends with the call.
        """
        return contextvars.copy_context().run(self._run, function, arguments)

    def _run(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        # Asking costs less than setting, and mostly nothing is to be set.
        if translation.get_language() != self.language:
            if self.language is None:
                translation.deactivate_all()
            else:
                translation.activate(self.language)
        if timezone.get_current_timezone_name() != self.zone:
            zone = _zone(self.zone)
            if zone is not None:
                timezone.activate(zone)
        if get_script_prefix() != self.script_prefix:
            set_script_prefix(self.script_prefix)
        return function(*arguments)

    @contextmanager
    def activated(self) -> Iterator[None]:
        """Run code with the language, time zone and script prefix of the page."""
        with (
            translation.override(self.language),
            timezone.override(_zone(self.zone)),
        ):
            set_script_prefix(self.script_prefix)
            yield


def _zone(name: str) -> Any:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        # A zone without a name, such as a fixed offset: the project's zone is the best guess.
        return None
