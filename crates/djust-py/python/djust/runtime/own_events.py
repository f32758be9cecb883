"""Events that belong to the protocol and not to a view: values of bound controls, and changes of the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..binding import read_values
from ..events import Fields
from .navigating import patch
from .turns import EventTurn, Turn

if TYPE_CHECKING:
    from .session import LiveSession

Start = Callable[["LiveSession", dict[str, Any]], Callable[[], Any]]


class OwnTurn(Turn):
    """An event that has no handler in the view."""

    __slots__ = ("handler", "parameters", "ref")

    def __init__(self, ref: int, handler: str, parameters: dict[str, Any]) -> None:
        self.ref = ref
        self.handler = handler
        self.parameters = parameters

    def call(self, session: LiveSession) -> Callable[[], Any]:
        return _STARTS[self.handler](session, self.parameters)

    def name(self, session: LiveSession) -> str:
        return f"{super().name(session)}.{self.handler}"


def event_turn(ref: int, handler: str, parameters: dict[str, Any], fields: Fields | None) -> Turn:
    """The turn for an event of the page. Names that begin with an underscore are never those of a view's handlers."""
    if handler in _STARTS:
        return OwnTurn(ref, handler, parameters)
    return EventTurn(ref, handler, parameters, fields)


def _model(session: LiveSession, parameters: dict[str, Any]) -> Callable[[], Any]:
    bound = {name for _, name, _ in session.native.bindings()}
    values = read_values(session.view, parameters, bound)

    def run() -> None:
        for name, value in values.items():
            setattr(session.view, name, value)

    return run


_STARTS: dict[str, Start] = {"_model": _model, "_patch": patch}
