"""The settings of djust: keys of the ``DJUST`` dictionary in Django's settings, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from . import _djust


@dataclass(frozen=True)
class Settings:
    """What ``settings.DJUST`` may say."""

    STATE_CACHE: str | None = None
    """Alias in ``CACHES`` of the cache that keeps the state of pages; without it only this process has it."""

    STATE_SECONDS: float = 86_400
    """How long the cache keeps the state of a page after its last change."""

    SESSIONS: int = 10_000
    """Most pages without a socket that this process keeps."""

    SESSION_BYTES: int = 256 * 2**20
    """About how many bytes the pages without a socket may take; the largest one may be larger by itself."""

    HANDOVER_SECONDS: float = 60
    """How long a page that was served waits for its socket."""

    RESUME_SECONDS: float = 300
    """How long a page whose socket closed waits for it to come back."""

    TOKEN_SECONDS: float = 7 * 86_400
    """How long a page may connect after it was served; then it is loaded again."""

    AUTH_REFRESH_SECONDS: float = 10
    """How old the user, the session and the answer of the view's access checks may be when an event runs."""

    IDLE_CHECK_SECONDS: float = 60
    """How often a page on which nothing happens asks whether its visitor is still there; 0 for never."""

    HIBERNATE_SECONDS: float = 15
    """How long nothing happens to a page before what is kept of it is made small; 0 for never."""

    HANDSHAKE_SECONDS: float = 10
    """How long a new socket may take to send its first frame."""

    FRAMES_PER_SECOND: float = 100
    """Frames that one socket may send per second in the long run; three times as many at once."""

    CONNECTIONS_PER_SESSION: int = 100
    """Most sockets at a time of one visitor: of a session or, without one, of a browser."""

    PENDING_EVENTS: int = _djust.PENDING_EVENTS
    """Most events of one page that wait for their turn."""

    MESSAGE_BYTES: int = _djust.MESSAGE_BYTES
    """Most bytes of a frame that a page sends, the page itself excepted."""

    THREADS: int | None = None
    """Worker threads for handlers and rendering; by default four more than processors, at most 32."""

    REDIRECT_HOSTS: tuple[str, ...] = ()
    """Other hosts to which ``redirect()`` may send a visitor, such as ``("pay.example.com",)``."""

    BACKGROUND_THREADS: int = 32
    """Most functions of ``start_async`` that run in threads at the same time."""

    SOCKET_PATH: str = "/ws/live/"
    """Path of the socket below the script prefix. Change the route together with it."""


_current: Settings | None = None


def djust_settings() -> Settings:
    """The settings in force.

    Raises:
        ImproperlyConfigured: ``settings.DJUST`` has a key that djust does not know.
    """
    global _current
    if _current is None:
        given: dict[str, Any] = getattr(django_settings, "DJUST", {})
        known = [field.name for field in fields(Settings)]
        for key in given:
            if key not in known:
                raise ImproperlyConfigured(
                    f"DJUST has the unknown key {key!r}. Known keys: {', '.join(known)}."
                )
        _current = Settings(**given)
    return _current


def _forget(*, setting: str, **kwargs: Any) -> None:
    global _current
    if setting == "DJUST":
        _current = None


setting_changed.connect(_forget, dispatch_uid="djust.conf")
