"""How a live page begins: served by a GET, picked up by a socket, restored from the store, or mounted again."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils import translation
from django.utils.crypto import salted_hmac

from .. import _djust
from ..effects import noted, take, title_of
from ..exceptions import PageRefused, StateError
from ..store.cache import state_store
from ..token import Binding, Claims, new_page_id, sign, view_digest
from .entry import enter
from .failures import logger
from .foreign import native_of
from .navigating import call_handle_params
from .rendering import context_of, template_of
from .session import LiveSession
from .shapes import report_shape
from .storing import Stored, check_state, dump, keep
from .temporary import set_defaults

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..view import LiveView


class Answered(Exception):
    """``mount`` returned a response instead of setting a page up."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__("mount() answered the request itself")
        self.response = response


def open_page(view: LiveView, request: HttpRequest) -> tuple[LiveSession, str]:
    """Mount a view for a request and render its page: what a GET does.

    Raises:
        Answered: ``mount`` returned a response.
    """
    csrf_token = get_token(request)
    mount(view, request)
    session = make_session(view, new_page_id(), Binding.of(request))
    session.csrf_token = csrf_token
    html = render_whole(session)
    session.title = title_of(view)
    session.temporary.served(session)
    return session, html


def mount(view: LiveView, request: HttpRequest) -> None:
    """Call the view's ``mount`` with the URL's keyword arguments, then its ``handle_params``.

    Raises:
        Answered: one of them returned a response, or asked to go elsewhere.
    """
    set_defaults(view)
    result: Any = view.mount(request, *view.args, **view.kwargs)
    if inspect.isawaitable(result):
        result = async_to_sync(_wait)(result)
    _stay(view, result)
    _stay(view, call_handle_params(view))


def _stay(view: LiveView, result: Any) -> None:
    if isinstance(result, HttpResponseBase):
        raise Answered(result)
    for kind, *arguments in noted(view):
        if kind in ("url", "navigate", "redirect"):
            raise Answered(HttpResponseRedirect(arguments[0]))


def make_session(view: LiveView, page_id: str, binding: Binding) -> LiveSession:
    """A page for a view that is set up; nothing is rendered yet."""
    template = template_of(view)
    _seed_hashes()
    session = LiveSession(page_id, view, template, native_of(template), binding)
    session.take_requests()
    return session


@functools.cache
def _seed_hashes() -> None:
    """Let all processes of the site agree on the fingerprints of pages, by a key that visitors do not know."""
    _djust.seed(salted_hmac("djust.fingerprint", "", algorithm="sha256").digest()[:16])


def render_whole(session: LiveSession) -> str:
    """Render the page from the start and remember what it shows."""
    html: str = session.native.mount(
        context_of(session.view, session.template, session.request, session.csrf_token)
    )
    report_shape(session.native)
    check_state(session.view)
    session.models.start(session, html)
    session.effects.add(take(session.view))
    return html


def claim(session: LiveSession) -> str:
    """The token for a page that was just rendered."""
    return sign(
        Claims(
            page=session.id,
            path=session.request.path_info,
            view=view_digest(session.view),
            fingerprint=format(session.native.fingerprint, "016x"),
            language=session.language or "",
            zone=session.zone,
            binding=session.binding,
        )
    )


def save(session: LiveSession) -> None:
    """Write the state of a page to the store, if there is one."""
    session.changed = False
    if state_store() is not None:
        keep(session.id, dump(session))


def load(page_id: str) -> Stored | None:
    """What the store has for a page."""
    store = state_store()
    text = store.load(page_id) if store is not None else None
    if text is None:
        return None
    try:
        return Stored(page_id, text)
    except StateError as error:
        logger.warning("page %s starts anew: %s", page_id, error)
        return None


def enter_page(claims: Claims, request: HttpRequest) -> LiveView:
    """Enter the view of a page again through its URL.

    Raises:
        PageRefused: the visitor is not let in, or the URL leads to another view now.
    """
    with translation.override(claims.language or None):
        view = enter(request)
    if view_digest(view) != claims.view:
        raise PageRefused("the URL leads to another view now", code="expired", reload=True)
    return view


def reopen_page(
    view: LiveView, request: HttpRequest, claims: Claims, csrf_token: str, stored: Stored | None
) -> LiveSession:
    """A page for a socket whose page this process does not have: from the store if it is there, else mounted again.

    Raises:
        PageRefused: ``mount`` answered with a response, which only a page load can show.
    """
    with translation.override(claims.language or None):
        try:
            _set_up(view, request, stored)
        except Answered as error:
            raise PageRefused(str(error), code="expired", reload=True) from None
        except (PermissionDenied, Http404) as error:
            raise PageRefused(
                f"mount: {type(error).__name__}", code="forbidden", reload=True
            ) from error
        session = make_session(view, claims.page, claims.binding)
        session.zone = claims.zone
        session.csrf_token = csrf_token
    with session.activated():
        render_whole(session)
    if stored is not None:
        session.last = session.received = stored.last
        session.outbox.void(stored.seq)
        session.effects.load(stored.effects)
        session.lost_work = stored.work
    return session


def _set_up(view: LiveView, request: HttpRequest, stored: Stored | None) -> None:
    set_defaults(view)
    if stored is None:
        mount(view, request)
        return
    rebuilds = _rebuilds(view)
    if stored.is_of_other_version(view) or (stored.missing and not rebuilds):
        mount(view, request)
    stored.fill(view, private=rebuilds or not stored.missing)
    if stored.missing and rebuilds:
        view.rebuild_private(stored.missing)


def _rebuilds(view: LiveView) -> bool:
    from ..view import LiveView

    return type(view).rebuild_private is not LiveView.rebuild_private


async def _wait(awaitable: Any) -> Any:
    return await awaitable
