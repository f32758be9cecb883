"""The request that a view sees once its page is on a socket, and the checks of the handshake.

It is a GET request for the page's path with the headers, cookies, session and user of the socket. Middleware does not run
for a socket, so attributes that middleware sets are not there.
"""

from __future__ import annotations

import copy
import io
from importlib import import_module
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware

from .exceptions import PageRefused


def request_for(
    scope: dict[str, Any], path: str, query: str = "", *, other_login: bool = True
) -> HttpRequest:
    """A GET request for a path below the script prefix, with everything else from the socket's scope.

    Session and user are read as they are now. ``other_login`` says whether a user that the socket's middleware found counts
    when the session has none.
    """
    root = scope.get("root_path") or settings.FORCE_SCRIPT_NAME or ""
    request = ASGIRequest(
        {
            "type": "http",
            "method": "GET",
            "scheme": _http_scheme(scope),
            "path": root.rstrip("/") + path,
            "root_path": root.rstrip("/"),
            "query_string": query.encode(),
            "headers": [
                (name, value)
                for name, value in scope.get("headers", ())
                if name not in (b"connection", b"upgrade") and not name.startswith(b"sec-websocket")
            ],
            "client": scope.get("client"),
            "server": scope.get("server"),
        },
        io.BytesIO(),
    )
    if _uses_sessions():
        request.session = _session(request, scope)
    if apps.is_installed("django.contrib.auth"):
        _add_user(request, scope if other_login else {})
    return request


def _uses_sessions() -> bool:
    return apps.is_installed("django.contrib.sessions") or not settings.SESSION_ENGINE.endswith(
        "db"
    )


def _session(request: HttpRequest, scope: dict[str, Any]) -> Any:
    # A session that another middleware of the socket found counts by its key only: it is read anew.
    known = scope.get("session")
    key = getattr(known, "session_key", None) or request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _add_user(request: HttpRequest, scope: dict[str, Any]) -> None:
    user = request.user = _user(request, scope)

    async def auser() -> Any:
        return user

    request.auser = auser


def is_other_login(request: HttpRequest) -> bool:
    """Whether the user of this request was not found through the session."""
    from django.contrib.auth import SESSION_KEY

    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    session: Any = getattr(request, "session", None)
    return session is None or SESSION_KEY not in session


def _user(request: HttpRequest, scope: dict[str, Any]) -> Any:
    from django.contrib.auth import get_user
    from django.contrib.auth.models import AnonymousUser

    user: Any = AnonymousUser()
    if hasattr(request, "session"):
        user = get_user(request)
    other = scope.get("user")
    if not user.is_authenticated and other is not None and other.is_authenticated:
        # The project logs sockets in by other means: is that user still there and active?
        user = other._meta.model._default_manager.filter(pk=other.pk).first() or user
        if not getattr(user, "is_active", False):
            user = AnonymousUser()
    return user


def refusal_of_origin(scope: dict[str, Any]) -> str | None:
    """Why a socket with these headers is not opened; nothing if it may be.

    Its ``Host`` must be allowed, and its ``Origin`` must be there and be the same site or one of
    ``CSRF_TRUSTED_ORIGINS``: the rules that Django applies to a POST, but a missing ``Origin`` is refused, too.
    """
    request = ASGIRequest(_handshake_scope(scope), io.BytesIO())
    if not request.META.get("HTTP_ORIGIN"):
        return "no Origin header"
    try:
        request.get_host()
    except DisallowedHost as error:
        return str(error)
    if not _csrf_middleware()._origin_verified(request):
        return f"foreign Origin {request.META['HTTP_ORIGIN']!r}"
    return None


def check_csrf(request: HttpRequest, scope: dict[str, Any], token: str) -> None:
    """Check the page's CSRF token against the socket's cookies as Django checks a POST.

    Afterwards the CSRF secret is known to ``request`` as well.

    Raises:
        PageRefused: Django would answer such a POST with 403.
    """
    post = ASGIRequest(_handshake_scope(scope), io.BytesIO())
    post.META[settings.CSRF_HEADER_NAME] = token
    if hasattr(request, "session"):
        post.session = request.session
    middleware = _csrf_middleware()
    middleware.process_request(post)
    if middleware.process_view(post, _protected, (), {}) is not None:
        raise PageRefused("the CSRF check failed", code="expired", reload=True)
    request.META["CSRF_COOKIE"] = post.META["CSRF_COOKIE"]


def address_of(request: HttpRequest) -> str:
    """Path below the script prefix, and query: what :func:`split_address` takes apart."""
    query = request.META.get("QUERY_STRING", "")
    return f"{quote(request.path_info)}?{query}" if query else quote(request.path_info)


def split_address(address: str) -> tuple[str, str]:
    """Path, unquoted, and query of an address; empty ones when it cannot be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return unquote(parts.path), parts.query


def moved(request: HttpRequest, path: str, query: str) -> HttpRequest:
    """The same request for another address, with ``path`` below the script prefix."""
    other = copy.copy(request)
    prefix = request.path[: len(request.path) - len(request.path_info)]
    other.META = {**request.META, "PATH_INFO": path, "QUERY_STRING": query}
    other.path_info = path
    other.path = prefix + path
    if isinstance(request, ASGIRequest):
        other.scope = {**request.scope, "path": other.path, "query_string": query.encode()}  # type: ignore[attr-defined]
    else:
        other.environ = other.META  # type: ignore[attr-defined]
    other.__dict__.pop("GET", None)
    return other


def path_below_prefix(path: str, request: HttpRequest) -> str | None:
    """The part of a path that follows the script prefix of a request; nothing when it lies elsewhere."""
    prefix = request.path[: len(request.path) - len(request.path_info)]
    return path[len(prefix) :] if path.startswith(f"{prefix}/") else None


def _handshake_scope(scope: dict[str, Any]) -> dict[str, Any]:
    return {**scope, "type": "http", "method": "POST", "scheme": _http_scheme(scope)}


def _http_scheme(scope: dict[str, Any]) -> str:
    if "scheme" in scope:
        return "https" if scope["scheme"] in ("wss", "https") else "http"
    # Daphne does not say whether a socket is encrypted. The page's own scheme decides then.
    origin = dict(scope.get("headers", ())).get(b"origin", b"")
    return "https" if origin.startswith(b"https:") else "http"


def _csrf_middleware() -> Any:
    return CsrfViewMiddleware(_protected)


def _protected(request: HttpRequest) -> Any:
    raise AssertionError("only asked about, never called")
