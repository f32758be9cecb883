"""Addresses: which ones a view may send its visitor to, and how it does so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from .conf import djust_settings
from .effects import drop, note

if TYPE_CHECKING:
    from django.http import HttpRequest

_TARGET = "_djust_patch"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Query = Mapping[str, Any]


class Navigation:
    """The part of :class:`~djust.LiveView` that has to do with the address of the page."""

    request: HttpRequest

    def handle_params(self, params: QueryDict, uri: str) -> Any:
        """Bring the state in line with the address; override it to keep state in the URL.

        Called after ``mount``, and whenever the page moves to another address of this view: by a link with ``dj-patch``, by
        :meth:`push_patch`, by the browser's back and forward. ``params`` is the query, the same as ``self.request.GET``;
        ``uri`` is the whole address. It may be a coroutine function.
        """

    def push_patch(self, to: str | Query, *, replace: bool = False) -> None:
        """Move to another address of this view without leaving the page; :meth:`handle_params` is called next.

        ``to`` is an address relative to the present one, such as ``"?page=2"``, or the parameters of a query.
        ``replace`` leaves no entry in the browser's history.

        Raises:
            ValueError: the address is not one of this site.
        """
        url = _inside(self.request, to)
        drop(self, "url")
        note(self, ["url", url, "replace" if replace else "push"])
        self.__dict__[_TARGET] = url

    def push_navigate(self, to: str, *, replace: bool = False) -> None:
        """Go to another live page without loading the document anew, where that can be done.

        Raises:
            ValueError: the address is not one of this site.
        """
        note(self, ["navigate", _inside(self.request, to), "replace" if replace else "push"])

    def redirect(self, to: str) -> None:
        """Load another page, as a link does.

        Raises:
            ValueError: the address is neither on this site nor on one of ``DJUST["REDIRECT_HOSTS"]``.
        """
        hosts = set(djust_settings().REDIRECT_HOSTS)
        if not _is_allowed(to, hosts | {self.request.get_host()}):
            raise _refusal(to, 'Name the host in DJUST["REDIRECT_HOSTS"] if it is meant.')
        note(self, ["redirect", to])

    def live_patch(
        self, params: Query | None = None, path: str | None = None, replace: bool = False
    ) -> None:
        """:meth:`push_patch` to the parameters ``params`` at ``path``, by default at the present one."""
        to = path or self.request.path
        self.push_patch(to + _query(params), replace=replace)

    def live_redirect(self, path: str, params: Query | None = None, replace: bool = False) -> None:
        """:meth:`push_navigate` to ``path`` with the parameters ``params``."""
        self.push_navigate(path + _query(params), replace=replace)


def take_target(view: Any) -> str | None:
    """The address that :meth:`Navigation.push_patch` asked for, which is then no longer kept."""
    return view.__dict__.pop(_TARGET, None)  # type: ignore[no-any-return]


def is_on_site(url: str) -> bool:
    """Whether this is a path on the site that serves the page, with or without a query."""
    return url.startswith("/") and _is_allowed(url, set())


def _inside(request: HttpRequest, to: str | Query) -> str:
    """The path and query that ``to`` means, seen from the present address."""
    if isinstance(to, Mapping):
        to = request.path + _query(to)
    if _is_allowed(to, {request.get_host()}):
        parts = urlsplit(urljoin(request.get_full_path(), to))
        url = parts._replace(scheme="", netloc="").geturl()
        if is_on_site(url):
            return url
    raise _refusal(to, "Use redirect() to leave the site.")


def _is_allowed(url: str, hosts: set[str]) -> bool:
    # An empty address is the present one. Browsers pass over control characters, each in its own way.
    return not _CONTROL.search(url) and (
        url == "" or url_has_allowed_host_and_scheme(url, allowed_hosts=hosts)
    )


def _refusal(url: str, hint: str) -> ValueError:
    return ValueError(f"{url!r} is not an address that this page may lead to. {hint}")


def _query(params: Query | None) -> str:
    if not params:
        return ""
    query = QueryDict(mutable=True)
    for name, value in params.items():
        if value is None:
            continue
        values = value if isinstance(value, (list, tuple)) else [value]
        query.setlist(name, [str(each) for each in values])
    return f"?{query.urlencode()}" if query else ""
