"""What decorators say to the client and to the runtime, in any order, with and without parentheses."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.cache import caches
from django.test import RequestFactory

from djust import LiveView
from djust.decorators import (
    cache,
    client_state,
    debounce,
    event_handler,
    optimistic,
    permission_required,
    rate_limit,
    throttle,
)
from djust.events import handlers_of
from djust.exceptions import DecoratorError, RateLimited
from djust.http import client_options
from djust.page import PARTS
from djust.runtime import rates as rates_module
from djust.runtime.rates import Rates
from djust.store.cache import CacheStore, state_store
from djust.testing import LiveClient
from live_site import views
from live_site.sockets import ERROR

Load = Callable[..., Any]


class SearchView(LiveView):
    template = "<main dj-root></main>"

    @event_handler
    @debounce(wait=0.5)
    def search(self, value: str = "", **kwargs: Any) -> None: ...

    @throttle(interval=0.1)
    @event_handler
    def on_scroll(self, **kwargs: Any) -> None: ...

    @event_handler()
    @optimistic
    def like_post(self, post_id: int = 0, **kwargs: Any) -> None: ...

    @event_handler
    @cache(ttl=300, key_params=["query"])
    @debounce
    def autocomplete(self, query: str = "", **kwargs: Any) -> None: ...

    @event_handler
    @client_state(keys=["filter"])
    def choose(self, **kwargs: Any) -> None: ...

    @event_handler
    @permission_required("auth.delete_user")
    @optimistic()
    def delete(self, **kwargs: Any) -> None: ...

    @event_handler
    @rate_limit(rate=5, burst=3)
    def expensive(self, **kwargs: Any) -> None: ...

    @event_handler
    def plain(self, **kwargs: Any) -> None: ...


def options(user: Any) -> dict[str, Any]:
    request = RequestFactory().get("/")
    request.user = user
    return client_options(SearchView(), request)


def test_the_page_learns_the_options_of_what_the_visitor_may_call() -> None:
    known = options(AnonymousUser())
    assert known == {
        "search": {"debounce": 500},
        "on_scroll": {"throttle": 100},
        "like_post": {"optimistic": True},
        "autocomplete": {"cache": {"ttl": 300_000, "keys": ["query"]}, "debounce": 500},
        "choose": {"client_state": ["filter"]},
    }
    json.dumps(known)
    words = {word for option in known.values() for word in option}
    assert words <= set(PARTS)


@pytest.mark.django_db
def test_who_has_the_permission_gets_the_options_too() -> None:
    user = User.objects.create_user("ann")
    user.user_permissions.add(Permission.objects.get(codename="delete_user"))
    assert options(user)["delete"] == {"optimistic": True}


def test_every_stacking_order_means_the_same() -> None:
    decorators = [
        event_handler,
        debounce(wait=1),
        optimistic,
        cache(ttl=2),
        permission_required("a.b"),
        rate_limit(rate=2),
    ]
    expected = {"debounce": 1000, "optimistic": True, "cache": {"ttl": 2000, "keys": None}}
    for order in itertools.permutations(decorators):

        def run(self: Any, **kwargs: Any) -> str:
            return "ran"

        for decorator in order:
            run = decorator(run)  # type: ignore[operator, assignment]
        view = type("OrderView", (LiveView,), {"run": run})
        handler = handlers_of(view)["run"]
        assert handler.client_options == expected
        assert handler.permissions == ("a.b",)
        assert handler.rate is not None and handler.rate.calls == 2
        assert view().run() == "ran"


def test_options_of_one_handler_are_not_those_of_another() -> None:
    assert handlers_of(SearchView)["plain"].client_options == {}
    assert handlers_of(SearchView)["plain"].rate is None


@pytest.mark.parametrize(
    ("decorate", "message"),
    [
        (lambda: debounce(wait="soon"), "number of seconds"),  # type: ignore[call-overload]
        (lambda: debounce(wait=-1), "number of seconds"),
        (lambda: throttle(interval=float("nan")), "number of seconds"),
        (lambda: debounce(0.5), "belongs on a method"),  # type: ignore[call-overload]
        (lambda: cache(ttl=True), "number of seconds"),
        (lambda: cache(key_params=[1]), "parameter names"),  # type: ignore[list-item, call-overload]
        (lambda: client_state(keys=[]), "needs keys"),
        (lambda: rate_limit(rate=0), "more than 0"),
        (lambda: rate_limit(rate=1, burst=0), "more than 0"),
    ],
)
def test_wrong_use_is_said_at_once(decorate: Callable[[], Any], message: str) -> None:
    with pytest.raises(DecoratorError, match=message):
        decorate()


# ---- rate_limit


def caller(visitor: str = "b") -> Any:
    binding = SimpleNamespace(user="", session="", browser=visitor)
    return SimpleNamespace(view=SearchView(), binding=binding, id="page")


def limited(**limits: Any) -> Any:
    @rate_limit(**limits)
    def handler() -> None: ...

    view = type("LimitedView", (LiveView,), {"handler": event_handler(handler)})
    return handlers_of(view)["handler"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    now = SimpleNamespace(at=100.0)
    both = SimpleNamespace(monotonic=lambda: now.at, time=lambda: 1e9 + now.at)
    monkeypatch.setattr(rates_module, "time", both)
    return now


def allowed(rates: Rates, session: Any, handler: Any) -> bool:
    try:
        rates.count(session, "handler", handler)
    except RateLimited:
        return False
    return True


@pytest.mark.parametrize(
    ("limits", "calls", "seconds"),
    [
        ({"rate": 5, "burst": 3}, 5, 1.0),
        ({"rate": 1, "burst": 3}, 3, 3.0),
        ({"rate": 0.5}, 1, 2.0),
        ({"rate": 2.5}, 2, 0.8),
    ],
)
@pytest.mark.parametrize("pause", [0, 0.01, 0.05, 0.1, 0.15, 0.19, 0.21, 0.4, 0.7, 1.1])
def test_no_window_has_more_calls_than_allowed_and_none_below_is_refused(
    limits: dict[str, Any], calls: int, seconds: float, pause: float, clock: Any
) -> None:
    rates, session, handler = Rates(), caller(), limited(**limits)
    accepted: list[float] = []
    for _ in range(40):
        recent = sum(at > clock.at - seconds for at in accepted)
        assert allowed(rates, session, handler) == (recent < calls)
        if recent < calls:
            accepted.append(clock.at)
        clock.at += pause


def test_a_visitor_shares_a_limit_over_pages_and_not_with_others(clock: Any) -> None:
    rates, handler = Rates(), limited(rate=1)
    assert allowed(rates, caller(), handler)
    assert not allowed(rates, caller(), handler)
    assert allowed(rates, caller("other"), handler)


def test_what_is_kept_is_bounded(clock: Any) -> None:
    rates, handler = Rates(), limited(rate=1)
    for number in range(10_050):
        rates.count(caller(str(number)), "handler", handler)
    assert len(rates._calls) == 10_000
    assert not allowed(rates, caller("10049"), handler)
    assert allowed(rates, caller("0"), handler)


def test_processes_that_share_a_cache_share_the_limit(clock: Any, settings: Any) -> None:
    handler, processes = limited(rate=5), [Rates(), Rates()]
    settings.DJUST = {"STATE_CACHE": "default"}
    answers = [allowed(processes[number % 2], caller(), handler) for number in range(8)]
    assert answers == [True] * 5 + [False] * 3
    assert allowed(processes[0], caller("other"), handler)
    clock.at += 1
    assert allowed(processes[1], caller(), handler)


@pytest.mark.parametrize("damage", ["text", ["text"], None, {"at": 1.0}])
def test_what_is_not_a_count_counts_nothing(clock: Any, settings: Any, damage: Any) -> None:
    settings.DJUST = {"STATE_CACHE": "default"}
    store, handler = state_store(), limited(rate=1)
    assert store is not None
    assert allowed(Rates(), caller(), handler)
    (key,) = [key for key in caches["default"]._cache if "djust.calls." in key]  # type: ignore[attr-defined]
    caches["default"].set(key.split(":", 2)[2], damage)
    assert allowed(Rates(), caller(), handler)


def test_a_cache_that_cannot_be_reached_stops_nobody(
    clock: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DJUST = {"STATE_CACHE": "default"}

    def fail(*args: Any) -> Any:
        raise ConnectionError("away")

    monkeypatch.setattr(CacheStore, "calls", fail)
    monkeypatch.setattr(CacheStore, "note_calls", fail)
    rates, handler = Rates(), limited(rate=2)
    assert [allowed(rates, caller(), handler) for _ in range(3)] == [True, True, False]
    assert "this process only" in caplog.text


async def test_the_sixth_call_in_a_second_is_refused_over_socket_and_test_client(
    page: Load, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)
    socket = await page("/counter/1/")
    await socket.connect()
    for _ in range(6):
        await socket.send("hurried")
    answers = [frame for frame in socket.frames if frame[0] in (1, ERROR)]
    assert [frame[0] for frame in answers] == [1] * 5 + [ERROR]
    assert answers[-1][3]["code"] == "rate-limited"
    assert "Too often" in answers[-1][3]["message"]

    clock.at += 2

    def run() -> list[Any]:
        client_page = LiveClient().open("/counter/1/")
        for _ in range(6):
            client_page.send("hurried")
        return [frame[0] for frame in client_page.frames if frame[0] in (1, ERROR)]

    assert await sync_to_async(run)() == [1] * 5 + [ERROR]
