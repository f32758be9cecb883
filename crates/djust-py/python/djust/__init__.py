"""Reactive server-side rendering for Django: state lives on the server, patches go to the browser.

The names below are imported when they are first used, so that ``import djust`` needs neither configured settings nor
loaded applications.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "AsyncResult": "background",
    "LiveView": "view",
    "LoginRequiredMixin": "mixins",
    "NavigationMixin": "mixins",
    "PermissionRequiredMixin": "mixins",
    "apush_to_view": "push",
    "computed": "attributes",
    "event_handler": "decorators",
    "WorkInterrupted": "background",
    "push_to_view": "push",
    "state": "attributes",
}

if TYPE_CHECKING:
    from .attributes import computed as computed
    from .attributes import state as state
    from .background import AsyncResult as AsyncResult
    from .background import WorkInterrupted as WorkInterrupted
    from .decorators import event_handler as event_handler
    from .mixins import LoginRequiredMixin as LoginRequiredMixin
    from .mixins import NavigationMixin as NavigationMixin
    from .mixins import PermissionRequiredMixin as PermissionRequiredMixin
    from .push import apush_to_view as apush_to_view
    from .push import push_to_view as push_to_view
    from .view import LiveView as LiveView

__all__ = [
    "AsyncResult",
    "LiveView",
    "LoginRequiredMixin",
    "NavigationMixin",
    "PermissionRequiredMixin",
    "WorkInterrupted",
    "apush_to_view",
    "computed",
    "event_handler",
    "push_to_view",
    "state",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
