"""Decorators for methods of a view.

They mark the function and return it, so that a handler stays a plain method and may be called directly, and so that
their order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar, overload

from .exceptions import DecoratorError

Function = TypeVar("Function", bound=Callable[..., Any])

HANDLER_MARK = "_djust_event_handler"
PERMISSIONS_MARK = "_djust_permissions"
IDEMPOTENT_MARK = "_djust_idempotent"


@overload
def event_handler(function: Function, /) -> Function: ...
@overload
def event_handler(*, idempotent: bool = False) -> Callable[[Function], Function]: ...


def event_handler(function: Any = None, /, *, idempotent: bool = False) -> Any:
    """Let the page call this method. Works with and without parentheses.

    Only decorated methods can be called from a page. A name that begins with an underscore is refused.

    ``idempotent=True`` says that running the handler twice for one event does no harm. After a crash such an event is run
    again where its fate is unknown; others are not, and the page says so.
    """
    if function is None:
        return partial(event_handler, idempotent=idempotent)
    _require_function(function, "event_handler")
    if function.__name__.startswith("_"):
        raise DecoratorError(
            f"{function.__qualname__}: an event handler's name cannot begin with an underscore"
        )
    setattr(function, HANDLER_MARK, True)
    setattr(function, IDEMPOTENT_MARK, idempotent)
    return function


def is_event_handler(value: object) -> bool:
    """Whether this is a method that a page may call."""
    return getattr(value, HANDLER_MARK, False) is True


def permission_required(permission: str | Iterable[str], /) -> Callable[[Function], Function]:
    """Run the handler only for users with this permission, or with all of these permissions.

    The check is made on the server before each call that comes from a page; a refusal leaves the view as it was and the
    page says so. A direct call in Python is not checked.
    """
    if callable(permission):
        raise DecoratorError(
            'permission_required needs a permission: @permission_required("app.x")'
        )
    permissions = (permission,) if isinstance(permission, str) else tuple(permission)

    def decorate(function: Function) -> Function:
        _require_function(function, "permission_required")
        known = getattr(function, PERMISSIONS_MARK, ())
        setattr(function, PERMISSIONS_MARK, (*known, *permissions))
        return function

    return decorate


def _require_function(function: object, decorator: str) -> None:
    if not callable(function) or not hasattr(function, "__name__"):
        raise DecoratorError(
            f"@{decorator} belongs on a method, directly above its def; "
            f"found {type(function).__name__}"
        )
