"""Routes of the socket, for ``asgi.py``. Importing this module needs no configured settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

Scope = dict[str, Any]
Application = Callable[[Scope, Callable[..., Any], Callable[..., Any]], Awaitable[None]]

_serve: Any = None


async def live_socket(scope: Scope, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """The ASGI application of the socket; route it yourself for a path of your own."""
    global _serve
    if _serve is None:
        from .socket import serve_socket

        _serve = serve_socket
    await _serve(scope, receive, send)


websocket_urlpatterns = [path("ws/live/", live_socket)]  # type: ignore[arg-type]


def DjustMiddlewareStack(inner: Application) -> Any:  # noqa: N802 - named like Channels' stacks
    """Check the origin of sockets and add session and user to their scope, for all sockets routed inside.

    Inside, sockets are routed by what follows the script prefix, as Django does with pages. The live socket makes all these checks itself as well; sockets of your own get them from this.
    """
    stack: Any = None

    async def with_visitor(
        scope: Scope, receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        nonlocal stack
        if stack is None:
            stack = _visitor_stack(inner)
        # Channels looks at the path as it came, unless it is told what is left of it.
        await stack({"path_remaining": path_below_prefix(scope), **scope}, receive, send)

    return AllowedHostsOriginValidator(with_visitor)


def path_below_prefix(scope: Scope) -> str:
    """The path of a request or socket without the script prefix."""
    from django.conf import settings

    prefix = (scope.get("root_path") or settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    path: str = scope["path"]
    return path.removeprefix(prefix)


def _visitor_stack(inner: Application) -> Any:
    """Session and user for a project that has them. Applications are loaded by the time a socket comes."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.auth"):
        return inner
    from channels.auth import AuthMiddlewareStack

    return AuthMiddlewareStack(inner)
