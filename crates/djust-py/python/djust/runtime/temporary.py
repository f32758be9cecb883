"""Temporary assigns: attributes that live for one render.

``temporary_assigns`` of a view names them with their defaults. After each render they are defaults again, so that what they
held, which the page keeps by ``dj-update``, costs no memory here and is not stored.

Invariants: outside a turn every temporary attribute holds its default or what waits for a render; a value that was rendered
is kept until the client has acknowledged the frame that carried it, because a client that has lost its place gets it again.
Such a client acknowledges frames that it could not apply, so that nothing is let go of until it has its place again.
"""

from __future__ import annotations

import copy
from collections import deque
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

if TYPE_CHECKING:
    from ..view import LiveView
    from .session import LiveSession

Values = dict[str, Any]


def set_defaults(view: LiveView) -> None:
    """Give a view the temporary attributes that it does not have yet."""
    for name, default in view.temporary_assigns.items():
        if not view._djust_names.is_public(name):
            raise ImproperlyConfigured(
                f"{type(view).__qualname__}.temporary_assigns: {name!r} is no public attribute."
            )
        view.__dict__.setdefault(name, copy.deepcopy(default))


def take(view: LiveView) -> Values:
    """The temporary values that are not their defaults; the view has the defaults then."""
    taken: Values = {}
    for name, default in view.temporary_assigns.items():
        value = view.__dict__.get(name, default)
        if not _is_default(value, default):
            taken[name] = value
            view.__dict__[name] = copy.deepcopy(default)
    return taken


class Temporary:
    """The temporary values of one page that are on their way."""

    __slots__ = ("_lost", "_sent", "_waiting")

    def __init__(self) -> None:
        # Values of turns that were not rendered yet, and of frames that are not acknowledged, oldest first.
        self._waiting: list[Values] = []
        self._sent: deque[tuple[int, Values]] = deque()
        self._lost = False

    def lose_place(self, session: LiveSession) -> None:
        """The client says that it is out of step; called before what it acknowledges from now on counts."""
        self._forget_acknowledged(session)
        self._lost = True

    def wait(self, session: LiveSession) -> None:
        """Put the values of this turn aside: it is not rendered now."""
        self._keep(take(session.view))

    def begin(self, session: LiveSession, *, again: bool = False) -> None:
        """Give the view all that this render has to show: what waits, and before it, for a client that has lost its place,
        what was sent and not acknowledged."""
        view = session.view
        if not view.temporary_assigns:
            return
        if again:
            self._lost = False
            self._waiting[:0] = [values for _, values in self._sent]
            self._sent.clear()
        if not self._waiting:
            return
        self._keep(take(view))
        for name in view.temporary_assigns:
            values = [each[name] for each in self._waiting if name in each]
            if values:
                view.__dict__[name] = joined(values)
        self._waiting.clear()

    def rendered(self, session: LiveSession) -> None:
        """The render is done and its frame, if there is one, is in the outbox: the values have had their time."""
        if not session.view.temporary_assigns:
            return
        values = take(session.view)
        if values:
            session.native.forget_merged()
            self._forget_acknowledged(session)
            self._sent.append((session.outbox.seq, values))

    def served(self, session: LiveSession) -> None:
        """The page was rendered as a whole, for a GET."""
        if take(session.view):
            session.native.forget_merged()

    def _keep(self, values: Values) -> None:
        if values:
            self._waiting.append(values)

    def _forget_acknowledged(self, session: LiveSession) -> None:
        while not self._lost and self._sent and self._sent[0][0] <= session.outbox.acknowledged:
            self._sent.popleft()


def _is_default(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def joined(values: list[Any]) -> Any:
    """Values of several turns as one: texts and lists one after the other, of anything else the last."""
    if len(values) == 1:
        return values[0]
    if all(isinstance(value, str) for value in values):
        return "".join(values)
    if all(isinstance(value, (list, tuple, QuerySet)) for value in values):
        return [item for value in values for item in value]
    return values[-1]
