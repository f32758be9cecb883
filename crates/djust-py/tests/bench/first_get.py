"""What a GET of a live page costs, beside a plain view of Django that renders the same template with the same engine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie

from djust import LiveView
from djust.runtime.registry import registry

STATIC = "<p>Nothing here ever changes, it is only <b>long</b>.</p>\n" * 3450


def patterns(cases: dict[str, tuple[str, dict[str, Any]]]) -> list[Any]:
    """A live view and a plain one for each template with its names."""
    found = []
    for name, (source, names) in cases.items():
        plain = _plain(source, names)
        found.append(path(f"live-{name}/", _live(source, names).as_view()))
        found.append(path(f"plain-{name}/", plain))
        found.append(path(f"cookie-{name}/", ensure_csrf_cookie(plain)))
    return found


def _live(source: str, names: dict[str, Any]) -> type[LiveView]:
    def mount(self: LiveView, request: HttpRequest, **kwargs: Any) -> None:
        self.__dict__.update(names)

    return type("Page", (LiveView,), {"template": source, "mount": mount})


def _plain(source: str, names: dict[str, Any]) -> Callable[[HttpRequest], HttpResponse]:
    template = engines.all()[0].from_string(source)
    return lambda request: HttpResponse(template.render(dict(names), request))


def milliseconds(address: str, repeats: int) -> float:
    """Processor time of one GET, from the request object through the middleware to the response."""
    handler, factory = BaseHandler(), RequestFactory()
    handler.load_middleware()
    times = []
    for _ in range(repeats):
        request = factory.get(address)
        start = time.process_time()
        response = handler.get_response(request)
        times.append(time.process_time() - start)
        assert response.status_code == 200
    # Pages that wait for their socket are no part of the next measurement.
    registry.clear()
    return statistics.median(times) * 1000


def compare(cases: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """Live, plain, and plain with a CSRF cookie, which a page with a form of any kind sets and every live page."""
    print(
        f"{'First GET':24}{'live':>10}{'plain view':>14}{'ratio':>8}{'with cookie':>14}{'ratio':>8}"
    )
    for name in cases:
        repeats = 60 if name == "table" else 500
        live, plain, cookie = (
            milliseconds(f"/{kind}-{name}/", repeats) for kind in ("live", "plain", "cookie")
        )
        print(
            f"{name:24}{live:>7.3f} ms{plain:>11.3f} ms{live / plain:>8.1f}"
            f"{cookie:>11.3f} ms{live / cookie:>8.1f}",
            flush=True,
        )
