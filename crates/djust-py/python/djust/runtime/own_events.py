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

Start = Callable[["OwnTurn", "LiveSession"], Callable[[], Any]]


class OwnTurn(Turn):
    """An event that has no handler in the view."""

    __slots__ = ("handler", "parameters", "ref", "told")

    def __init__(self, ref: int, handler: str, parameters: dict[str, Any]) -> None:
        self.ref = ref
        self.handler = handler
        self.parameters = parameters
        self.told: dict[str, Any] = {}

    def call(self, session: LiveSession) -> Callable[[], Any]:
        return _STARTS[self.handler](self, session)

    def name(self, session: LiveSession) -> str:
        return f"{super().name(session)}.{self.handler}"


def event_turn(ref: int, handler: str, parameters: dict[str, Any], fields: Fields | None) -> Turn:
    """The turn for an event of the page. Names that begin with an underscore are never those of a view's handlers."""
    if handler in _STARTS:
        return OwnTurn(ref, handler, parameters)
    return EventTurn(ref, handler, parameters, fields)


def _model(turn: OwnTurn, session: LiveSession) -> Callable[[], Any]:
    bound = {name for _, name, _ in session.native.bindings()}
    turn.told = read_values(session.view, turn.parameters, bound)

    def run() -> None:
        for name, value in turn.told.items():
            setattr(session.view, name, value)

    return run


def _patch(turn: OwnTurn, session: LiveSession) -> Callable[[], Any]:
    return patch(session, turn.parameters)


_STARTS: dict[str, Start] = {"_model": _model, "_patch": _patch}
