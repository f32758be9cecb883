"""Who may see a view and who may call its handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.mixins import (
    AccessMixin,
    LoginRequiredMixin,
    PermissionRequiredMixin,
    UserPassesTestMixin,
)
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from .events import Handler
    from .view import LiveView

# Django's own mixins work: the socket enters a view through the same dispatch() as a request.
__all__ = ["LoginRequiredMixin", "PermissionRequiredMixin"]


def refusal_of(view: LiveView, request: HttpRequest) -> HttpResponseBase | None:
    """The response to a visitor whom ``login_required`` keeps out; nothing for everybody else."""
    if not view.login_required or is_logged_in(request):
        return None
    mixin: Any = view if isinstance(view, AccessMixin) else _standard(view, request)
    return mixin.handle_no_permission()  # type: ignore[no-any-return]


def require_access(view: LiveView, request: HttpRequest) -> None:
    """Ask again what the view asked when it was entered, as far as it can be asked without entering it again.

    Raises:
        PermissionDenied: the user may not see the view any more.
    """
    if (view.login_required or isinstance(view, LoginRequiredMixin)) and not is_logged_in(request):
        raise PermissionDenied("the user is not logged in")
    if isinstance(view, PermissionRequiredMixin) and not view.has_permission():
        raise PermissionDenied("the user lacks the permission of the view")
    if isinstance(view, UserPassesTestMixin) and not view.get_test_func()():
        raise PermissionDenied("the user does not pass the test of the view")


def require_permissions(handler: Handler, request: HttpRequest) -> None:
    """Let only users with the handler's permissions pass.

    Raises:
        PermissionDenied: a permission is missing.
    """
    if handler.permissions:
        user: Any = getattr(request, "user", None)
        if user is None or not user.has_perms(handler.permissions):
            raise PermissionDenied("the user lacks the permission of the handler")


def is_logged_in(request: HttpRequest) -> bool:
    """Whether the request has a user who is logged in."""
    user: Any = getattr(request, "user", None)
    return user is not None and bool(user.is_authenticated)


def _standard(view: LiveView, request: HttpRequest) -> Any:
    mixin: Any = AccessMixin()
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
