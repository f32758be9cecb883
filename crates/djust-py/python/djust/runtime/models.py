"""What the controls that ``dj-model`` binds should hold, where their markup does not say so itself."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from .._djust import mentions

if TYPE_CHECKING:
    from .session import LiveSession

_ATTRIBUTE = "dj-model"
# In the markup of a browser, which quotes all values.
_BOUND = re.compile(r'dj-model[^\s=>]*="([^"]*)"')

# What a control without a word of markup holds.
_EMPTY: tuple[Any, ...] = ("", False, [])


class Models:
    """The values that the client has been told, or has told.

    Invariants: only attributes that a page may set are here; pages without bound controls cost nothing.
    """

    __slots__ = ("_known", "_used")

    def __init__(self) -> None:
        # By name: the numbers of the controls, and the value that they hold.
        self._known: dict[str, tuple[tuple[int, ...], Any]] = {}
        self._used = False

    def start(self, session: LiveSession, html: str) -> None:
        """The page was rendered whole: all values are told with it."""
        self._used = mentions(html, _ATTRIBUTE)
        self._known = self._present(session)

    def first_values(self) -> dict[str, Any]:
        """What the client has to be told with the page."""
        return {name: value for name, (_, value) in self._known.items() if value not in _EMPTY}

    def tell(self, values: Mapping[str, Any]) -> None:
        """The client said these values itself, and shows them in its own way."""
        for name, value in values.items():
            if name in self._known:
                self._known[name] = (self._known[name][0], _shown(value))

    def changes(self, session: LiveSession, operations: str) -> dict[str, Any]:
        """What the client has to be told after these operations: other values, and those of new controls."""
        self._used = self._used or mentions(operations, _ATTRIBUTE)
        former, self._known = self._known, self._present(session)
        return {name: now[1] for name, now in self._known.items() if former.get(name) != now}

    def renumbered(self, session: LiveSession, html: str, operations: str) -> dict[str, Any]:
        """The same when the client has numbered its controls anew: other values, and those of controls that its page,
        which is ``html``, does not have yet.
        """
        self._used = self._used or mentions(operations, _ATTRIBUTE)
        former, self._known = self._known, self._present(session)
        shown = Counter(_BOUND.findall(html) if self._known else ())
        return {
            name: value
            for name, (numbers, value) in self._known.items()
            if (name in former and former[name][1] != value)
            or (len(numbers) > shown[name] and value not in _EMPTY)
        }

    def _present(self, session: LiveSession) -> dict[str, tuple[tuple[int, ...], Any]]:
        if not self._used:
            return {}
        view = session.view
        nodes: dict[str, tuple[int, ...]] = {}
        for node, name, says_value in session.native.bindings():
            if not says_value and view._djust_names.settable(view, name):
                nodes[name] = (*nodes.get(name, ()), node)
        return {name: (numbers, _shown(getattr(view, name))) for name, numbers in nodes.items()}


def _shown(value: Any) -> Any:
    """A value as a control holds it: text, true or false, or a list of texts."""
    if isinstance(value, bool):
        return value
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(_shown(item)) for item in value]
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dt.datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
