"""Frames on their way to the client, kept until it says that it has them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

# Unacknowledged frames after which updates wait and are sent as one.
WINDOW = 8


class Outbox:
    """Numbers the frames of one page and keeps those that are not acknowledged.

    Invariants: numbers grow by one; ``kept`` holds the frames after the acknowledged one, oldest first, without a gap
    but those that were left on purpose.
    """

    __slots__ = ("acknowledged", "kept", "seq")

    def __init__(self, seq: int = 0) -> None:
        self.seq = seq
        self.acknowledged = seq
        self.kept: deque[tuple[int, str]] = deque()

    @property
    def is_full(self) -> bool:
        """Whether the client is so far behind that updates should wait."""
        return len(self.kept) >= WINDOW

    def add(self, write: Callable[[int], str]) -> str:
        """Write a frame with the next number and keep it."""
        frame = write(self.seq + 1)
        self.seq += 1
        self.kept.append((self.seq, frame))
        return frame

    def skip(self) -> None:
        """Leave a number out, so that the client sees that it has to say what it shows."""
        self.seq += 1

    def acknowledge(self, seq: int) -> None:
        """Let go of the frames up to this number. A number that was never sent is ignored."""
        if seq > self.seq:
            return
        while self.kept and self.kept[0][0] <= seq:
            self.kept.popleft()
        self.acknowledged = max(self.acknowledged, seq)

    def can_continue(self, seq: int) -> bool:
        """Whether a client that has the frames up to ``seq`` can be given all that follow."""
        return self.acknowledged <= seq <= self.seq

    def after(self, seq: int) -> list[str]:
        """The kept frames that follow ``seq``."""
        return [frame for number, frame in self.kept if number > seq]

    def void(self, seq: int) -> None:
        """Forget all frames: the client starts again from its own page, with numbers after both sides' last."""
        self.kept.clear()
        self.seq = max(self.seq, seq)
        self.acknowledged = self.seq
