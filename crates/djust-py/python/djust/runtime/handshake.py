"""From the first frame of a socket to the page it belongs to."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import set_script_prefix

from ..conf import djust_settings
from ..exceptions import PageRefused
from ..request import (
    address_of,
    check_csrf,
    is_other_login,
    moved,
    path_below_prefix,
    request_for,
    split_address,
)
from ..token import Binding, Claims, read
from . import once
from .failures import logger
from .lifecycle import enter_page, load, reopen_page
from .outbox import Outbox
from .registry import registry
from .session import LiveSession

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..view import LiveView
    from .storing import Stored

# Seconds to wait for the state that another process may be about to write.
_PATIENCE = 1.0


class Visitor:
    """Who is at the other end of a socket.

    Invariants: after the handshake the visitor is the one whom the page was made for; the user, the session and the view's
    answer to "may this visitor come in" are never older than ``AUTH_REFRESH_SECONDS`` when a turn runs.
    """

    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope
        self.claims: Claims | None = None
        self._other_login = False
        self._checked = 0.0

    def arrive(self, handshake: dict[str, Any]) -> HttpRequest:
        """The page's request, once token, CSRF token and visitor are found to belong together.

        Raises:
            PageRefused: they do not.
        """
        claims = read(handshake["token"])
        request = request_for(self.scope, claims.path)
        check_csrf(request, self.scope, handshake["csrf"])
        if not claims.binding.admits(Binding.of(request)):
            raise PageRefused("the page belongs to another visitor", code="expired", reload=True)
        # A session that has ended since must not be made up for by the user whom the socket began with.
        self._other_login = is_other_login(request)
        self.claims = claims
        self._checked = time.monotonic()
        return request

    def doubt(self) -> None:
        """Read the visitor anew before whatever runs next."""
        self._checked = -math.inf

    @property
    def is_fresh(self) -> bool:
        """Whether :meth:`refresh` has nothing to do now."""
        return time.monotonic() - self._checked < djust_settings().AUTH_REFRESH_SECONDS

    def refresh(self, session: LiveSession) -> None:
        """Read the visitor's session and user again, and enter the view again, if that was long ago.

        Raises:
            PageRefused: the visitor is logged out, is somebody else now, or is not let in any more.
        """
        if self.is_fresh:
            return
        now = time.monotonic()
        assert self.claims is not None
        current = session.view.request
        path, query = current.path_info, current.META["QUERY_STRING"]
        request = request_for(self.scope, path, query, other_login=self._other_login)
        request.META["CSRF_COOKIE"] = current.META["CSRF_COOKIE"]
        if self.claims.binding.session:
            # A session that is not read keeps its key, whether it is still there or not.
            request.session.is_empty()
            request.session.keys()
        if not self.claims.binding.admits(Binding.of(request)):
            raise PageRefused("the visitor's session has ended", code="expired", reload=True)
        enter_page(self.claims, request)
        for name in ("session", "user", "auser"):
            if hasattr(request, name):
                setattr(current, name, getattr(request, name))
        self._checked = now


@dataclass(frozen=True)
class Reached:
    """The page of a socket, and whether the client has to send what it shows."""

    session: LiveSession
    must_resync: bool


def connect(visitor: Visitor, handshake: dict[str, Any]) -> Reached:
    """Find the page that the first frame names: in this process, in the store, or by mounting it again.

    Raises:
        PageRefused: the page is not this visitor's, is too old, or lets the visitor in no more.
    """
    request = visitor.arrive(handshake)
    claims = visitor.claims
    assert claims is not None
    set_script_prefix(f"{request.META['SCRIPT_NAME']}/")
    session = _known(claims, handshake)
    if session is not None:
        request, view = _enter_at(claims, request, address_of(session.request))
        session.view.request = request
        return Reached(session, must_resync=False)
    stored = _settled(claims.page, handshake)
    if stored is not None:
        session = _reopen(claims, request, handshake, stored)
    else:
        request, view = _enter_where_shown(claims, request, handshake["url"])
        session = reopen_page(view, request, claims, handshake["csrf"], None)
        once.take_over(session, handshake, None)
    as_served = (
        handshake["seq"] == 0
        and format(session.native.fingerprint, "016x") == claims.fingerprint
        and (handshake["count"], handshake["sum"])
        == (session.native.count, session.native.checksum)
    )
    if as_served:
        session.outbox = Outbox()
        session.effects.rewind(0)
    return Reached(session, must_resync=not as_served)


def _settled(page_id: str, handshake: dict[str, Any]) -> Stored | None:
    """What the store has for a page, once that is all there is.

    The process that had the page writes its state just after each answer, so a client that comes here at once may be faster.
    Only after a crash is the wait in vain.
    """
    deadline = time.monotonic() + _PATIENCE
    stored = load(page_id)
    while (
        stored is not None
        and once.is_behind(page_id, stored, handshake)
        and time.monotonic() < deadline
    ):
        time.sleep(0.02)
        stored = load(page_id)
    return stored


def _reopen(
    claims: Claims, request: HttpRequest, handshake: dict[str, Any], stored: Stored
) -> LiveSession:
    """A page from the store. Where another version of its view left it in a state that cannot be shown now, the page is
    mounted again and told so.
    """
    csrf = handshake["csrf"]
    there, view = _enter_at(claims, request, stored.address)
    try:
        session = reopen_page(view, there, claims, csrf, stored)
        once.take_over(session, handshake, stored)
    except PageRefused:
        raise
    except Exception:
        if not stored.is_of_other_version(view):
            raise
        logger.exception("page %s starts anew: its state is of another version", claims.page)
        there, view = _enter_at(claims, request, stored.address)
        session = reopen_page(view, there, claims, csrf, None)
        session.last = session.received = stored.last
        session.outbox.void(stored.seq)
        once.take_over(session, handshake, stored)
        session.lost_events = True
    return session


def _enter_at(claims: Claims, request: HttpRequest, address: str) -> tuple[HttpRequest, LiveView]:
    """Enter the view of a page at the address where the server last had it."""
    request = moved(request, *split_address(address))
    return request, enter_page(claims, request)


def _enter_where_shown(
    claims: Claims, request: HttpRequest, url: str
) -> tuple[HttpRequest, LiveView]:
    """Enter the view of a page that the server has forgotten: where the client shows it, else where it was served."""
    path, query = split_address(url)
    below = path_below_prefix(path, request)
    if below is not None:
        shown = moved(request, below, query)
        try:
            return shown, enter_page(claims, shown)
        except PageRefused:
            if below == request.path_info:
                raise
    return request, enter_page(claims, request)


def resume_mode(reached: Reached, handshake: dict[str, Any]) -> str:
    """Whether the client can go on from what it shows, or has to send it first."""
    session, seq = reached.session, handshake["seq"]
    if reached.must_resync or not session.outbox.can_continue(seq):
        return "resync"
    if session.outbox.seq == seq and not session.running:
        shown = (session.native.count, session.native.checksum)
        if shown != (handshake["count"], handshake["sum"]):
            return "resync"
    return "continue"


def _known(claims: Claims, handshake: dict[str, Any]) -> LiveSession | None:
    """The page if this process has it and has the newest state of it."""
    session = registry.get(claims.page)
    if session is None:
        return None
    seq = handshake["seq"]
    if session.is_connected and seq == 0:
        # A second tab made from the first one's page. It gets a page of its own, never this state.
        raise PageRefused("the page is open in another tab", code="expired", reload=True)
    if seq == 0 and session.last == 0:
        return session
    stored = load(claims.page)
    behind = stored is not None and (stored.last, stored.seq) > (session.last, session.outbox.seq)
    if behind or seq > session.outbox.seq or once.is_elsewhere(session):
        # Another process went on with it in the meantime.
        registry.forget(session)
        return None
    return session
