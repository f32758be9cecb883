"""URLs of djust over HTTP, for projects that do not use ``djust.asgi.get_application()``.

.. code-block:: python

    # What the decorator does; that of Django 4.2 knows no coroutine functions.
frames.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [path("", include("djust.urls")), ...]
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from .conf import djust_settings


async def frames(request: HttpRequest) -> HttpResponse:
    """Frames over HTTP, for pages whose WebSocket is blocked. They carry a CSRF token of their own."""
    from .exchange import Answer, exchange, most_bytes

    scope = getattr(request, "scope", None)
    if request.method != "POST":
        answer = Answer(405)
    elif scope is None:
        # A server without an event loop of its own has nothing that could wait for the next request.
        answer = Answer(501)
    elif int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes():
        answer = Answer(413)
    else:
        # The body is bounded here, and not by the limit for forms.
        answer = await exchange(scope, request.read())
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return HttpResponse(answer.body, status=answer.status, headers=headers)


urlpatterns = [path(djust_settings().SOCKET_PATH.lstrip("/"), frames, name="djust_frames")]
