"""Decorators for methods of a view.

They mark the function and return it, so that a handler stays a plain method and may be called directly, and so that
their order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, overload

from .exceptions import DecoratorError

Function = TypeVar("Function", bound=Callable[..., Any])

HANDLER_MARK = "_djust_event_handler"
PERMISSIONS_MARK = "_djust_permissions"
IDEMPOTENT_MARK = "_djust_idempotent"
# What the client does about a handler, by the name of the option.
CLIENT_MARK = "_djust_client_options"
RATE_MARK = "_djust_rate"


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


@overload
def debounce(function: Function, /) -> Function: ...
@overload
def debounce(*, wait: float = 0.5) -> Callable[[Function], Function]: ...


def debounce(function: Any = None, /, *, wait: float = 0.5) -> Any:
    """Call the handler when its control has been quiet for ``wait`` seconds, with the last value.

    The client waits. It stops waiting when the control loses focus, its form is submitted, the user does something else,
    or the page is left. Other callers are not held up: a direct call runs at once.
    """
    return _client_option("debounce", function, lambda: _milliseconds("debounce", "wait", wait))


@overload
def throttle(function: Function, /) -> Function: ...
@overload
def throttle(*, interval: float = 0.1) -> Callable[[Function], Function]: ...


def throttle(function: Any = None, /, *, interval: float = 0.1) -> Any:
    """Call the handler at most once in ``interval`` seconds for each control: at once, and then with the last value."""
    return _client_option(
        "throttle", function, lambda: _milliseconds("throttle", "interval", interval)
    )


@overload
def optimistic(function: Function, /) -> Function: ...
@overload
def optimistic() -> Callable[[Function], Function]: ...


def optimistic(function: Any = None, /) -> Any:
    """Show at once what the handler will probably do, and take it back when the server answers otherwise.

    A toggle flips; what else changes is said by ``dj-optimistic`` in the template.
    """
    return _client_option("optimistic", function, lambda: True)


@overload
def cache(function: Function, /) -> Function: ...
@overload
def cache(
    *, ttl: float = 300, key_params: Iterable[str] | None = None
) -> Callable[[Function], Function]: ...


def cache(
    function: Any = None, /, *, ttl: float = 300, key_params: Iterable[str] | None = None
) -> Any:
    """Let the client show an answer again for ``ttl`` seconds when the parameters ``key_params`` are the same.

    For lookups whose outcome depends on nothing but these parameters; without ``key_params``, on all of them.
    """
    keys = None if key_params is None else _names("cache", "key_params", key_params)
    return _client_option(
        "cache", function, lambda: {"ttl": _milliseconds("cache", "ttl", ttl), "keys": keys}
    )


def client_state(*, keys: Iterable[str]) -> Callable[[Function], Function]:
    """Share the named parameters of the handler among the elements and handlers of the page, without a round trip."""
    names = _names("client_state", "keys", keys)
    if not names:
        raise DecoratorError("client_state needs keys: @client_state(keys=[...])")

    def decorate(function: Function) -> Function:
        return _client_option("client_state", function, lambda: names)  # type: ignore[no-any-return]

    return decorate


@dataclass(frozen=True)
class Rate:
    """How often something may be done: ``calls`` in any ``seconds``."""

    calls: int
    seconds: float


@overload
def rate_limit(function: Function, /) -> Function: ...
@overload
def rate_limit(*, rate: float = 10, burst: int | None = None) -> Callable[[Function], Function]: ...


def rate_limit(function: Any = None, /, *, rate: float = 10, burst: int | None = None) -> Any:
    """Run the handler at most ``rate`` times in any second for one visitor; what is above gets an error.

    ``burst`` matters where it is more than ``rate``: so many calls may come at once, if the second's average stays below
    ``rate``. The limit holds in each server process and, where ``STATE_CACHE`` is set, over all of them; a direct call in
    Python is not counted.
    """
    if rate <= 0 or (burst is not None and burst < 1):
        raise DecoratorError("rate_limit: rate and burst must be more than 0")
    calls = max(rate, burst or 1)
    allowed = Rate(max(1, int(calls)), max(1, int(calls)) / rate)

    def decorate(function: Function) -> Function:
        _require_function(function, "rate_limit")
        setattr(function, RATE_MARK, allowed)
        return function

    return decorate if function is None else decorate(function)


def _client_option(name: str, function: Any, read: Callable[[], Any]) -> Any:
    """Note an option for the client on the function, now or when it is known."""
    value = read()

    def decorate(function: Any) -> Any:
        _require_function(function, name)
        setattr(function, CLIENT_MARK, getattr(function, CLIENT_MARK, {}) | {name: value})
        return function

    return decorate if function is None else decorate(function)


def _milliseconds(decorator: str, parameter: str, seconds: float) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e6:
        raise DecoratorError(
            f"{decorator}: {parameter} is a number of seconds, not {seconds!r}: "
            f"@{decorator}({parameter}=0.5)"
        )
    return round(seconds * 1000)


def _names(decorator: str, parameter: str, names: Iterable[str]) -> list[str]:
    listed = [names] if isinstance(names, str) else list(names)
    if not all(isinstance(name, str) for name in listed):
        raise DecoratorError(f"{decorator}: {parameter} is a list of parameter names")
    return listed


def _require_function(function: object, decorator: str) -> None:
    if not callable(function) or not hasattr(function, "__name__"):
        raise DecoratorError(
            f"@{decorator} belongs on a method, directly above its def; "
            f"found {type(function).__name__}"
        )
