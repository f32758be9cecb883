"""What a view held before an event, so that a failing handler leaves no trace.

A :class:`Checkpoint` remembers the binding of every attribute, and the contents of each list, dict, set, deque, dataclass
and model instance that can be reached from them through such containers and tuples. Restoring puts the same objects back
with their former contents, so that what was shared is shared again. Other objects are rebound, not copied: a handler that
changes one of those in place and then raises leaves that change. Nothing outside the process is undone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState

from .._djust import Contents, contents_memory

# Values of these types neither change nor lead to others.
_LEAVES: frozenset[type] = frozenset(
    {
        str,
        int,
        float,
        bool,
        type(None),
        bytes,
        complex,
        frozenset,
        dt.datetime,
        dt.date,
        dt.time,
        dt.timedelta,
        decimal.Decimal,
        uuid.UUID,
    }
)
_CONTAINERS = (list, dict, set, deque)
# Bytes of an item of a less common container, or of an attribute of an instance.
_ITEM = 100


class Checkpoint:
    """The state of one view at one moment.

    Invariants: a container met more than once is remembered with the same contents each time; every remembered object is
    kept alive, so that an identity cannot be reused.
    """

    __slots__ = ("_attributes", "_contents", "_others", "_view")

    def __init__(self, view: Any) -> None:
        self._view = view
        self._attributes = dict(view.__dict__)
        self._others: list[tuple[Any, Any]] = []
        # Lists and dicts, which are nearly all that a state is made of.
        self._contents = Contents(list(self._attributes.values()), _LEAVES, self._remember)

    def restore(self) -> None:
        """Give the view and everything remembered its former contents."""
        self._contents.restore()
        for container, contents in self._others:
            if isinstance(container, list):
                container[:] = contents
            elif isinstance(container, (dict, set)):
                container.clear()
                container.update(contents)
            elif isinstance(container, deque):
                container.clear()
                container.extend(contents)
            else:
                container.__dict__.clear()
                container.__dict__.update(contents)
        self._view.__dict__.clear()
        self._view.__dict__.update(self._attributes)

    def _remember(self, value: Any) -> list[Any] | None:
        return _reached(value, lambda contents: self._others.append((value, contents)))


def memory_of(view: Any) -> int:
    """About how many bytes the state of a view takes: of all that a :class:`Checkpoint` would remember."""
    others = 0

    def weigh(contents: Any) -> None:
        nonlocal others
        others += _ITEM * len(contents)

    lists_and_dicts = contents_memory(
        list(view.__dict__.values()), _LEAVES, lambda value: _reached(value, weigh)
    )
    return lists_and_dicts + others


def _reached(value: Any, note: Callable[[Any], None]) -> list[Any] | None:
    """What is in a tuple, a less common container or an instance; nothing for any other object.

    ``note`` gets the contents of what can change.
    """
    if isinstance(value, tuple):
        return list(value)
    contents = _copy(value)
    if contents is None:
        return None
    note(contents)
    return list(contents.values() if isinstance(contents, dict) else contents)


def _copy(value: Any) -> Any:
    """What a less common container or an instance holds; nothing for any other object."""
    if isinstance(value, _CONTAINERS):
        return value.copy()
    if isinstance(value, (Model, ModelState)) or (
        dataclasses.is_dataclass(value) and not isinstance(value, type)
    ):
        attributes = getattr(value, "__dict__", None)
        return dict(attributes) if attributes is not None else None
    return None
