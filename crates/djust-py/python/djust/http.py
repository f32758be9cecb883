"""The page as a GET gets it."""

from __future__ import annotations

import codecs
import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import ensure_csrf_cookie

from .access import may_call
from .conf import djust_settings
from .events import handlers_of
from .page import complete, config_block
from .runtime.lifecycle import Answered, claim, open_page, save
from .runtime.registry import registry

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .view import LiveView


def page_response(view: LiveView, request: HttpRequest) -> HttpResponseBase:
    """Mount the view, render the page and leave its session for the socket.

    The response is the visitor's own: no shared cache may keep it, and a browser asks again before it reuses it. A HEAD
    request gets the same headers and leaves nothing behind.
    """

    if getattr(request, "csrf_processing_done", False):
        # The middleware of the project sends the cookie.
        return _respond(view, request)

    @ensure_csrf_cookie
    def respond(request: HttpRequest) -> HttpResponseBase:
        return _respond(view, request)

    return respond(request)


def _respond(view: LiveView, request: HttpRequest) -> HttpResponseBase:
    try:
        session, html = open_page(view, request)
    except Answered as answered:
        return answered.response
    if request.method == "GET":
        registry.wait(session, djust_settings().HANDOVER_SECONDS)
        save(session)
    native: Any = session.native
    config = config_block(
        claim(session),
        session.csrf_token,
        native.count,
        native.checksum,
        client_options(session.view, session.request),
        model=session.models.first_values(),
    )
    page = complete(html, config, request)
    response = HttpResponse(page if _is_utf8(settings.DEFAULT_CHARSET) else page.decode())
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ("Cookie",))
    return response


@functools.cache
def _is_utf8(charset: str) -> bool:
    return codecs.lookup(charset).name == "utf-8"


def client_options(view: LiveView, request: HttpRequest) -> dict[str, dict[str, Any]]:
    """What the client does about handlers, for those that have such options and that this visitor may call."""
    return {
        name: handler.client_options
        for name, handler in handlers_of(type(view)).items()
        if handler.client_options and may_call(handler, request)
    }
