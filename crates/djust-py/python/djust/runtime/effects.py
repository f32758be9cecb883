"""Effects on their way to the page, each delivered once."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..effects import Effect
from .failures import logger

# Effects that wait while a client does not keep up; then the oldest are given up.
_MOST_WAITING = 1_000


class Delivery:
    """Effects of finished turns: those that wait for a frame, and those sent in frames that are not acknowledged.

    Invariants: ``sent`` is in the order of its sequence numbers; every effect is in one of the two until the client says
    that it has applied the frame.
    """

    __slots__ = ("sent", "waiting")

    def __init__(self) -> None:
        self.waiting: list[Effect] = []
        self.sent: deque[tuple[int, list[Effect]]] = deque()

    def add(self, effects: list[Effect]) -> None:
        """Effects of a turn that has succeeded."""
        self.waiting += effects
        surplus = len(self.waiting) - _MOST_WAITING
        if surplus > 0:
            logger.warning("%d effects given up: the client does not keep up", surplus)
            del self.waiting[:surplus]

    def take(self, seq: int) -> list[Effect]:
        """What waits, to be sent in the frame with this number."""
        effects, self.waiting = self.waiting, []
        if effects:
            self.sent.append((seq, effects))
        return effects

    def acknowledge(self, seq: int) -> None:
        """The client has applied the frames up to this number."""
        while self.sent and self.sent[0][0] <= seq:
            self.sent.popleft()

    def rewind(self, seq: int) -> None:
        """The client will not get the frames after this number: their effects wait again."""
        self.acknowledge(seq)
        lost = [effect for _, effects in self.sent for effect in effects]
        self.sent.clear()
        self.waiting[:0] = lost

    def dump(self) -> list[Any]:
        """All of it as plain data, for :meth:`load`."""
        rows: list[Any] = [[seq, effects] for seq, effects in self.sent]
        return [*rows, [None, self.waiting]] if self.waiting else rows

    def load(self, rows: list[Any]) -> None:
        """Take over what :meth:`dump` gave."""
        for seq, effects in rows:
            if seq is None:
                self.waiting += effects
            else:
                self.sent.append((seq, effects))
