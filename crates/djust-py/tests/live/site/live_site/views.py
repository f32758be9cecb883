"""Views that the tests drive."""

import asyncio
import dataclasses
import enum
import os
from typing import Any

from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import translation

from djust import (
    LiveView,
    LoginRequiredMixin,
    PermissionRequiredMixin,
    computed,
    event_handler,
    push_to_view,
    state,
)
from djust.decorators import permission_required, rate_limit

from .models import Book


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: int
    y: int


class CounterView(LiveView):
    template_name = "live_site/counter.html"
    mounts = 0

    count = state(default=0)
    log: list[Any] = state(default=[])
    tick_interval = 20

    def mount(self, request: Any, start: int = 0, **kwargs: Any) -> None:
        type(self).mounts += 1
        self.count = start
        self._secret = "hidden"

    @computed
    def double(self) -> int:
        return self.count * 2

    @event_handler
    def increment(self, amount: int = 1, **kwargs: Any) -> None:
        self.count += amount

    @event_handler()
    async def slowly(self, amount: int = 1, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        self.count += amount

    @event_handler(idempotent=True)
    def set_to(self, amount: int = 1, **kwargs: Any) -> None:
        self.count = amount

    @event_handler
    @rate_limit(rate=5, burst=3)
    def hurried(self, **kwargs: Any) -> None:
        self.count += 1

    @event_handler
    def nothing(self, **kwargs: Any) -> None:
        pass

    @event_handler
    def only_named(self, amount: int) -> None:
        self.count = amount

    @event_handler
    def fail(self, **kwargs: Any) -> None:
        self.count = 1000
        self.log.append("never")
        self.extra = "never"
        raise RuntimeError("a secret of the server")

    @event_handler
    async def fail_slowly(self, **kwargs: Any) -> None:
        self.count = 1000
        self.log.append("never")
        raise RuntimeError("a secret of the server")

    @event_handler
    def fail_to_render(self, **kwargs: Any) -> None:
        self.count = -1
        self.log.append("never")

    @event_handler
    def forbidden(self, **kwargs: Any) -> None:
        self.count = 1000
        raise PermissionDenied("a secret reason")

    @event_handler
    @permission_required("live_site.delete_book")
    def delete(self, **kwargs: Any) -> None:
        self.count = 99

    @permission_required(["live_site.delete_book", "live_site.add_book"])
    @event_handler
    async def delete_slowly(self, **kwargs: Any) -> None:
        self.count = 98

    @event_handler
    def remember(self, **kwargs: Any) -> None:
        self.request.session["count"] = self.count

    @event_handler
    def save(self, tags: list[str] = [], name: str = "", **kwargs: Any) -> None:
        self.log = [tags, name, dict(kwargs), self.form_data.getlist("tags")]

    def plain_method(self, **kwargs: Any) -> None:
        self.count = 1000

    def handle_tick(self) -> None:
        self.log.append("tick")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.count < 0:
            raise RuntimeError("a secret of the render")
        return super().get_context_data(**kwargs)


class QuietView(CounterView):
    """A counter that does not tick."""

    tick_interval = None


def push_count(request: Any, count: int) -> HttpResponse:
    """An ordinary view that changes the pages that are open."""
    push_to_view("quiet", {"count": count})
    return HttpResponse(str(os.getpid()))


class BareView(LiveView):
    """A template as text, and a context of its own."""

    template = (
        "<main dj-root>{{ title }}|{{ shown }}|{{ count }}|{{ twice }}{% csrf_token %}</main>"
    )
    title = "on the class"
    count = 1

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.shown = "assigned here"
        return {"count": self.count}

    @computed
    def twice(self) -> int:
        return self.count * 2

    @event_handler
    def add(self, **kwargs: Any) -> None:
        self.count += 1


class PrivateView(LoginRequiredMixin, LiveView):
    template = "<main dj-root>{{ request.user.username }} {{ count }}</main>"
    count = state(default=0)

    @event_handler
    def add(self, **kwargs: Any) -> None:
        self.count += 1


class AttributeView(LiveView):
    login_required = True
    template = "<main dj-root>{{ user.username }}</main>"


class PermissionView(PermissionRequiredMixin, LiveView):
    permission_required = "live_site.change_book"
    template = "<main dj-root>{{ count }}</main>"
    count = state(default=0)

    @event_handler
    def add(self, **kwargs: Any) -> None:
        self.count += 1


class TestedView(UserPassesTestMixin, LiveView):
    template = "<main dj-root>{{ request.path }}</main>"

    def test_func(self) -> bool:
        return self.request.GET.get("let") == "in"


class MountRefusesView(LiveView):
    template = "<main dj-root></main>"

    def mount(self, request: Any, **kwargs: Any) -> None:
        if not request.user.is_authenticated:
            raise PermissionDenied("Must be logged in")


class RedirectingView(LiveView):
    template = "<main dj-root></main>"

    def mount(self, request: Any, **kwargs: Any) -> Any:
        return HttpResponseRedirect("/counter/")


class AsyncMountView(LiveView):
    template = "<main dj-root>{{ value }}</main>"
    value = state(default="")

    async def mount(self, request: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        self.value = "mounted"


class LanguageView(LiveView):
    template = "<main dj-root>{{ language }} {{ count }}</main>"
    count = state(default=0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"language": translation.get_language()}

    @event_handler
    def add(self, **kwargs: Any) -> None:
        self.count += 1

    @event_handler
    async def add_slowly(self, **kwargs: Any) -> None:
        self.count += len(translation.get_language() or "")


class KeepingView(LiveView):
    """State of all kinds, public and private, and a private attribute that cannot be stored."""

    template = "<main dj-root>{{ count }} {{ kinds|length }} {{ books|length }}</main>"
    count = state(default=0)
    kinds: list[Any] = state(default=[])

    def mount(self, request: Any, **kwargs: Any) -> None:
        self._books = Book.objects.filter(title__startswith="A").order_by("title")
        self._mark = "mounted"

    @event_handler
    def keep(self, value: str = "", **kwargs: Any) -> None:
        self.count += 1
        self.kinds = [{1, 2}, (3,), Colour.BLUE, Point(1, 2), {4: "four"}]
        self._mark = value

    @event_handler
    def hold_a_lock(self, **kwargs: Any) -> None:
        import threading

        self._lock = threading.Lock()

    @event_handler
    def show_a_lock(self, **kwargs: Any) -> None:
        import threading

        self.lock = threading.Lock()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.books = self._books
        return super().get_context_data(**kwargs)


class RebuildingView(KeepingView):
    def rebuild_private(self, missing: list[str]) -> None:
        for name in missing:
            setattr(self, name, "rebuilt")


class TypedView(LiveView):
    """Handlers with all kinds of parameters."""

    template = "<main dj-root>{{ got }}</main>"
    got: Any = state(default=None)

    @event_handler
    def show(self, value: str = "", **kwargs: Any) -> None:
        self.got = value

    @event_handler
    def needs(self, number: int, **kwargs: Any) -> None:
        self.got = number


def build(number: int) -> int:
    """Work that may take a while."""
    if number < 0:
        raise ValueError("a secret of the work")
    return number * 2


async def build_slowly(number: int, gate: asyncio.Event | None = None) -> int:
    if gate is not None:
        await gate.wait()
    return build(number)


class ReportView(LiveView):
    """Work in the background."""

    template = "<main dj-root>{{ status }}: {{ results|join:' ' }}</main>"
    status = state(default="new")
    results: list[Any] = state(default=[])
    gate: Any = None
    renders = 0

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.start_async("first", build, 1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        type(self).renders += 1
        return super().get_context_data(**kwargs)

    @event_handler
    def begin(self, name: str = "it", number: int = 1, **kwargs: Any) -> None:
        self.status = "running"
        self.start_async(name, build, number)

    @event_handler
    def begin_slowly(self, name: str = "it", number: int = 1, **kwargs: Any) -> None:
        self.status = "running"
        self.start_async(name, build_slowly, number, gate=type(self).gate)

    @event_handler
    def begin_many(self, **kwargs: Any) -> None:
        for number in range(20):
            self.start_async(f"part{number}", build_slowly, number, gate=type(self).gate)

    @event_handler
    def begin_and_fail(self, **kwargs: Any) -> None:
        self.start_async("never", build, 1)
        raise RuntimeError("a secret of the server")

    @event_handler
    def cancel(self, name: str = "it", **kwargs: Any) -> None:
        self.status = "cancelled"
        self.cancel_async(name)

    def handle_async(self, name: str, result: Any) -> None:
        self.status = "ready" if result.ok else type(result.error).__name__
        self.results.append((name, result.value))


class NoteView(LiveView):
    """Shows markup that it is given, whatever it is."""

    template = "<!doctype html><body><main dj-root><i>{{ count }}</i>{{ note|safe }}</main>"

    count = state(default=0)
    note = state(default="<b>one</b>")

    @event_handler
    def write(self, note: str = "", **kwargs: Any) -> None:
        self.count += 1
        self.note = note
