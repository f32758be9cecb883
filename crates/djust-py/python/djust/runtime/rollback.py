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
from itertools import chain
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState

# Values of these types neither change nor lead to others.
_LEAVES = frozenset(
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
_ROWS = {dict}
_CONTAINERS = (list, dict, set, deque)


class Checkpoint:
    """The state of one view at one moment.

    Invariants: a container met more than once is remembered with the same contents each time; every remembered object is
    kept alive, so that an identity cannot be reused.
    """

    __slots__ = ("_attributes", "_contents", "_view")

    def __init__(self, view: Any) -> None:
        self._view = view
        self._attributes = dict(view.__dict__)
        self._contents: list[tuple[Any, Any]] = []
        self._remember(list(self._attributes.values()))

    def restore(self) -> None:
        """Give the view and everything remembered its former contents."""
        for container, contents in self._contents:
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

    def _remember(self, level: list[Any]) -> None:
        """Walk breadth first: each level is filtered and copied by loops that do little for each value."""
        contents = self._contents
        leaves = _LEAVES
        seen: set[int] = set()
        while level:
            below: list[Any] = []
            for value in level:
                kind = type(value)
                if kind in leaves or id(value) in seen:
                    continue
                if kind is dict:
                    contents.append((value, value.copy()))
                    inner: Any = value.values()
                elif kind is list:
                    contents.append((value, value.copy()))
                    inner = self._remember_rows(value) if set(map(type, value)) == _ROWS else value
                elif kind is tuple:
                    inner = value
                else:
                    inner = self._remember_other(value)
                    if inner is None:
                        continue
                seen.add(id(value))
                below += [each for each in inner if type(each) not in leaves]
            level = below

    def _remember_rows(self, rows: list[dict[Any, Any]]) -> Any:
        """Remember the dicts of a list at once: the common case, and the expensive one."""
        self._contents += zip(rows, map(dict.copy, rows), strict=True)
        if _LEAVES.issuperset(map(type, chain.from_iterable(map(dict.values, rows)))):
            return ()
        return chain.from_iterable(map(dict.values, rows))

    def _remember_other(self, value: Any) -> Any:
        """Remember a less common container and return what is in it; nothing for any other object."""
        if isinstance(value, _CONTAINERS):
            self._contents.append((value, value.copy()))
            return list(value.values() if isinstance(value, dict) else value)
        if isinstance(value, tuple):
            return value
        if isinstance(value, (Model, ModelState)) or (
            dataclasses.is_dataclass(value) and not isinstance(value, type)
        ):
            attributes = getattr(value, "__dict__", None)
            if attributes is not None:
                self._contents.append((value, dict(attributes)))
                return list(attributes.values())
        return None
