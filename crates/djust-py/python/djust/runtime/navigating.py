"""Moving a page to another address of its view."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync

from ..exceptions import BadParameter, PageRefused
from ..navigation import Navigation, is_on_site, take_target
from ..request import moved, path_below_prefix, split_address
from ..token import view_digest
from .entry import enter

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..view import LiveView
    from .session import LiveSession

# A view may send itself on so many times within one turn.
_MOST_MOVES = 10


def call_handle_params(view: LiveView) -> Any:
    """Tell a view its address, and return what it answers."""
    if type(view).handle_params is Navigation.handle_params:
        return None
    request = view.request
    result = view.handle_params(request.GET, request.build_absolute_uri())
    return async_to_sync(_wait)(result) if inspect.isawaitable(result) else result


def follow(view: LiveView) -> None:
    """Go where ``push_patch`` asked to, and on, until the view stays where it is.

    Raises:
        ValueError: the address is another view's.
        RuntimeError: the view does not come to rest.
    """
    for _ in range(_MOST_MOVES):
        url = take_target(view)
        if url is None:
            return
        if not move(view, url):
            raise ValueError(f"push_patch: {url!r} leads to another view; use push_navigate()")
        call_handle_params(view)
    raise RuntimeError(f"handle_params called push_patch {_MOST_MOVES} times in a row")


def move(view: LiveView, url: str) -> bool:
    """Give a view another address; false when that is not one of the view, or does not let the visitor in.

    The new address is entered as any request is, so that its decorators, mixins and permissions have their say.
    """
    path, query = split_address(url)
    below = path_below_prefix(path, view.request)
    if below is None:
        return False
    request = moved(view.request, below, query)
    entered = enter_same(view, request)
    if entered is None:
        return False
    view.request = request
    view.args, view.kwargs = entered.args, entered.kwargs
    return True


def enter_same(view: LiveView, request: HttpRequest) -> LiveView | None:
    """The view at the address of a request, if it is of the same class and lets the visitor in."""
    try:
        entered = enter(request)
    except PageRefused:
        return None
    return entered if view_digest(entered) == view_digest(view) else None


def patch(session: LiveSession, parameters: dict[str, Any]) -> Callable[[], Any]:
    """What an event of the page does that says that its address has changed.

    An address of another view, or one that refuses the visitor, is left to a load of that page.

    Raises:
        BadParameter: the address is not one of this site.
    """
    url = parameters.get("url")
    if not isinstance(url, str) or not is_on_site(url):
        raise BadParameter("parameter 'url': expected a path on this site")
    # What follows `#` is the browser's business.
    url = urlsplit(url)._replace(fragment="").geturl()

    def run() -> None:
        view = session.view
        if move(view, url):
            call_handle_params(view)
        else:
            view.push_navigate(url, replace=True)

    return run


async def _wait(awaitable: Any) -> Any:
    return await awaitable
