"""An ASGI application for projects that need nothing but pages, static files and live sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.urls import get_script_prefix, set_script_prefix
from django.views.static import serve

from .conf import djust_settings
from .routing import DjustMiddlewareStack, path_below_prefix, websocket_urlpatterns


def get_application() -> Any:
    """Pages over HTTP, static files, and the live socket.

    ``DJANGO_SETTINGS_MODULE`` must be set. Static files are served from ``STATIC_ROOT``, where ``collectstatic`` put them, else
    from where the finders find them; not at all when WhiteNoise serves them or ``STATIC_URL`` is on another host.
    """
    pages = get_asgi_application()
    return ProtocolTypeRouter(
        {
            "http": _with_frames(_StaticFiles(pages) if _serves_static_files() else pages),
            "websocket": DjustMiddlewareStack(URLRouter(websocket_urlpatterns)),
            "lifespan": _lifespan,
        }
    )


def _with_frames(pages: Any) -> Any:
    """Pages, and below the path of the socket frames over HTTP for pages whose WebSocket is blocked."""
    from .exchange import serve_exchange

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        is_frames = path_below_prefix(scope) == djust_settings().SOCKET_PATH
        await (serve_exchange if is_frames else pages)(scope, receive, send)

    return serve


class _StaticFiles(ASGIStaticFilesHandler):
    def get_base_url(self) -> str:
        # Django keeps a relative STATIC_URL with the prefix of whoever asks first, which is this.
        before = get_script_prefix()
        set_script_prefix(settings.FORCE_SCRIPT_NAME or before)
        try:
            return super().get_base_url()
        finally:
            set_script_prefix(before)

    def _should_handle(self, path: str) -> bool:
        return super()._should_handle(self._below_prefix(path))

    def file_path(self, url: str) -> str:
        return super().file_path(self._below_prefix(url))

    def _below_prefix(self, path: str) -> str:
        """The path with the prefix that STATIC_URL has, which a proxy may have taken off."""
        prefix = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
        return path if super()._should_handle(path) else f"{prefix}{path}"

    def serve(self, request: Any) -> Any:
        root = settings.STATIC_ROOT
        if root and Path(root).is_dir():
            try:
                return serve(request, self.file_path(request.path), document_root=root)
            except Http404:
                pass
        try:
            return super().serve(request)
        except SuspiciousFileOperation as error:
            raise Http404 from error


def _serves_static_files() -> bool:
    return apps.is_installed("django.contrib.staticfiles") and not any(
        name.startswith("whitenoise.") for name in settings.MIDDLEWARE
    )


async def _lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Start and stop with the server."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
