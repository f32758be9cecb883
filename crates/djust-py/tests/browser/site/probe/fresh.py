"""A second opinion: the state of a live page, rendered from the start by Django's own engine.

`?key=…` in the address of a live page names it; `/fresh/<key>/` renders what it holds now. Neither
the session, nor the engine, nor the difference that keep the live page current take part.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.urls import resolve

from djust import LiveView

LATEST: dict[str, LiveView] = {}


def recorded(view: type[LiveView]) -> type[LiveView]:
    """The same view, which tells where its newest instance is each time it is rendered."""

    class Recorded(view):  # type: ignore[misc, valid-type]
        def mount(self, request: HttpRequest, **kwargs: Any) -> None:
            self._key = request.GET.get("key", "")
            self._address = request.path_info
            super().mount(request, **kwargs)

        def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
            LATEST[self._key] = self
            return super().get_context_data(**kwargs)

    Recorded.__name__ = view.__name__
    Recorded.__qualname__ = view.__qualname__
    Recorded.__module__ = view.__module__
    return Recorded


def fresh(request: HttpRequest, key: str) -> HttpResponse:
    view = LATEST.get(key)
    if view is None:
        raise Http404("no live page has this key")
    request.resolver_match = resolve(view._address)
    template = engines["django"].get_template(view.template_name)
    return HttpResponse(template.render(view.get_context_data(), request))
