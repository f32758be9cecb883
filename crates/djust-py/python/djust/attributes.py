"""Declared state and values derived from it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

# Values of these types cannot change, so that all instances of a view may share them.
_IMMUTABLE = (str, int, float, bool, bytes, type(None), complex, frozenset)


class State:
    """The descriptor that :func:`state` makes.

    The value lies in the instance's ``__dict__``. There is no ``__set__``, so that reads and assignments after the first
    do not pass through Python code.
    """

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None) -> None:
        self.default = default
        self.default_factory = default_factory
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, view: object | None, owner: type | None = None) -> Any:
        if view is None:
            return self
        value = self.make_default()
        view.__dict__[self.name] = value
        return value

    def make_default(self) -> Any:
        """A default that nothing else refers to."""
        if self.default_factory is not None:
            return self.default_factory()
        if isinstance(self.default, _IMMUTABLE):
            return self.default
        return copy.deepcopy(self.default)

    def __repr__(self) -> str:
        if self.default_factory is not None:
            return f"state(default_factory={self.default_factory!r})"
        return f"state(default={self.default!r})"


@overload
def state(default: T) -> T: ...
@overload
def state(*, default_factory: Callable[[], T]) -> T: ...
@overload
def state() -> Any: ...


def state(default: Any = None, *, default_factory: Callable[[], Any] | None = None) -> Any:
    """Declare an attribute of a :class:`~djust.LiveView` as part of its state.

    The attribute is in the template context even before it is first assigned. A mutable ``default`` is copied for each
    instance when it is first read; ``default_factory`` is called instead where a copy is not what is wanted.

    .. code-block:: python

        class Dashboard(LiveView):
            services = state(default=[])
            opened = state(default_factory=timezone.now)

    Raises:
        TypeError: both a default and a factory were given.
    """
    if default is not None and default_factory is not None:
        raise TypeError("state() takes default or default_factory, not both")
    return State(default, default_factory)


class computed(property):  # noqa: N801 - used like a function
    """A value derived from state: a property in Python, a plain name in templates.

    It is worked out anew at each read, so that it can never be stale.

    .. code-block:: python

        @computed
        def active_count(self):
            return sum(1 for service in self.services if service["active"])
    """
