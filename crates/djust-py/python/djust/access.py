"""Who may see a view and who may call its handlers.

``django.contrib.auth`` need not be installed; without it there are no users, and nothing here asks for one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from .events import Handler
    from .view import LiveView


def refusal_of(view: LiveView, request: HttpRequest) -> HttpResponseBase | None:
    """The response to a visitor whom ``login_required`` keeps out; nothing for everybody else."""
    if not view.login_required or is_logged_in(request):
        return None
    from django.contrib.auth.mixins import AccessMixin

    mixin: Any = view if isinstance(view, AccessMixin) else _standard(view, AccessMixin(), request)
    return mixin.handle_no_permission()  # type: ignore[no-any-return]


def require_access(view: LiveView, request: HttpRequest) -> None:
    """Ask again what the view asked when it was entered, as far as it can be asked without entering it again.

    Raises:
        PermissionDenied: the user may not see the view any more.
    """
    if view.login_required and not is_logged_in(request):
        raise PermissionDenied("the user is not logged in")
    # A module that nobody has imported has no subclasses among the views.
    mixins: Any = sys.modules.get("django.contrib.auth.mixins")
    if mixins is None or not isinstance(view, mixins.AccessMixin):
        return
    if isinstance(view, mixins.LoginRequiredMixin) and not is_logged_in(request):
        raise PermissionDenied("the user is not logged in")
    if isinstance(view, mixins.PermissionRequiredMixin) and not view.has_permission():
        raise PermissionDenied("the user lacks the permission of the view")
    if isinstance(view, mixins.UserPassesTestMixin) and not view.get_test_func()():
        raise PermissionDenied("the user does not pass the test of the view")


def is_restricted(view: LiveView) -> bool:
    """Whether :func:`require_access` has anything to ask."""
    mixins: Any = sys.modules.get("django.contrib.auth.mixins")
    return view.login_required or (mixins is not None and isinstance(view, mixins.AccessMixin))


def require_permissions(handler: Handler, request: HttpRequest) -> None:
    """Let only users with the handler's permissions pass.

    Raises:
        PermissionDenied: a permission is missing.
    """
    if not may_call(handler, request):
        raise PermissionDenied("the user lacks the permission of the handler")


def may_call(handler: Handler, request: HttpRequest) -> bool:
    """Whether the user has the handler's permissions."""
    if not handler.permissions:
        return True
    user: Any = getattr(request, "user", None)
    return user is not None and bool(user.has_perms(handler.permissions))


def is_logged_in(request: HttpRequest) -> bool:
    """Whether the request has a user who is logged in."""
    user: Any = getattr(request, "user", None)
    return user is not None and bool(user.is_authenticated)


def _standard(view: LiveView, mixin: Any, request: HttpRequest) -> Any:
    """Django's own behaviour, with the options that the view has."""
    mixin.request = request
    for option in (
        "login_url",
        "raise_exception",
        "permission_denied_message",
        "redirect_field_name",
    ):
        if hasattr(view, option):
            setattr(mixin, option, getattr(view, option))
    return mixin
