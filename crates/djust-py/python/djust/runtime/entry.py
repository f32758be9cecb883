"""Entering a view through its URL, from a socket.

A socket does not make a view from a class: it resolves the page's path and calls what the URL names, decorators, mixins and
``dispatch()`` included, with a request that carries an :class:`Entry`. A request that gets as far as the view's own
``dispatch()`` leaves the view in the entry; a request that is refused or redirected on the way does not.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.urls import resolve

from ..exceptions import PageRefused

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..view import LiveView

_ATTRIBUTE = "_djust_entry"


class Entry:
    """Carried by a request whose purpose is to get at the view, not at a page."""

    def __init__(self) -> None:
        self.view: LiveView | None = None
        self.response = HttpResponse(status=204)

    def reach(self, view: LiveView) -> HttpResponse:
        """Called by the view that let the request in."""
        self.view = view
        return self.response


def entry_of(request: HttpRequest) -> Entry | None:
    """The entry that a request carries; nothing for an ordinary request."""
    return getattr(request, _ATTRIBUTE, None)


def enter(request: HttpRequest) -> LiveView:
    """A new instance of the view at the request's path, set up and let in, not mounted.

    Raises:
        PageRefused: there is no live view at this path any more, or it does not let this visitor in.
    """
    entry = Entry()
    setattr(request, _ATTRIBUTE, entry)
    try:
        match = resolve(request.path_info)
        request.resolver_match = match
        response: Any = match.func(request, *match.args, **match.kwargs)
        if inspect.isawaitable(response):
            response = async_to_sync(_wait)(response)
    except (PermissionDenied, Http404, SuspiciousOperation) as error:
        raise PageRefused(
            f"{request.path_info}: {type(error).__name__}", code="forbidden", reload=True
        ) from error
    finally:
        delattr(request, _ATTRIBUTE)
    # A decorator that lets the request in and then answers otherwise has refused it, too.
    if entry.view is None or response is not entry.response:
        raise PageRefused(f"{request.path_info}: not let in", code="forbidden", reload=True)
    return entry.view


async def _wait(awaitable: Any) -> Any:
    return await awaitable
