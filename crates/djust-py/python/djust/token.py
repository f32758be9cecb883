"""The signed token of a page: which page this is, and whose.

It names the page by a random id and its path; the server resolves the path again, so the view in the token is only
compared, never looked up. A token is good for one browser (through the secret behind its CSRF cookie), one user and, where
there was one, one session.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from .conf import djust_settings
from .exceptions import PageRefused

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .view import LiveView

_SALT = "djust.page"


@dataclass(frozen=True)
class Binding:
    """Who a page belongs to."""

    user: str
    session: str
    browser: str

    @classmethod
    def of(cls, request: HttpRequest) -> Binding:
        """The visitor of a request whose CSRF secret is known."""
        user: Any = getattr(request, "user", None)
        session: Any = getattr(request, "session", None)
        key = (session.session_key or "") if session is not None else ""
        return cls(
            user=str(user.pk) if user is not None and user.is_authenticated else "",
            session=session_digest(key) if key else "",
            browser=_digest("browser", str(request.META.get("CSRF_COOKIE", ""))),
        )

    def admits(self, visitor: Binding) -> bool:
        """Whether this visitor is the one the page was made for.

        A page made before the visitor had a session is not bound to one.
        """
        return (
            constant_time_compare(self.user, visitor.user)
            and constant_time_compare(self.browser, visitor.browser)
            and (not self.session or constant_time_compare(self.session, visitor.session))
        )


@dataclass(frozen=True)
class Claims:
    """What a token says."""

    page: str
    path: str
    view: str
    fingerprint: str
    language: str
    zone: str
    binding: Binding


_PLAIN = [field.name for field in fields(Claims) if field.name != "binding"]
_BINDING = [field.name for field in fields(Binding)]


def new_page_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_urlsafe(16)


def view_digest(view: LiveView) -> str:
    """Stands for the class of a view without telling its name."""
    cls = type(view)
    return hashlib.sha256(f"{cls.__module__}.{cls.__qualname__}".encode()).hexdigest()[:16]


def sign(claims: Claims) -> str:
    """The token for a page."""
    plain = [getattr(claims, name) for name in _PLAIN]
    return signing.dumps(
        [*plain, *(getattr(claims.binding, name) for name in _BINDING)], salt=_SALT
    )


def read(token: str) -> Claims:
    """What a token says, if it is ours and not too old.

    Raises:
        PageRefused: the token is forged, damaged or expired.
    """
    try:
        values = signing.loads(token, salt=_SALT, max_age=int(djust_settings().TOKEN_SECONDS))
    except signing.BadSignature as error:
        raise PageRefused(f"page token: {error}", code="expired", reload=True) from None
    own = len(_PLAIN)
    if not isinstance(values, list) or len(values) != own + len(_BINDING):
        raise PageRefused("page token of another version", code="expired", reload=True)
    page, path, view, fingerprint, language, zone = values[:own]
    binding = Binding(*values[own:])
    return Claims(page, path, view, fingerprint, language, zone, binding)


def session_digest(key: str) -> str:
    """Stands for a session without telling its key."""
    return _digest("session", key)


def _digest(purpose: str, secret: str) -> str:
    return salted_hmac(f"{_SALT}.{purpose}", secret, algorithm="sha256").hexdigest()[:24]
