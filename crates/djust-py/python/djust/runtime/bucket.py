"""A limit on how often something may happen."""

from __future__ import annotations

import time


class Bucket:
    """Allows so many at once, and then so many each second."""

    __slots__ = ("_level", "_per_second", "_size", "_time")

    def __init__(self, per_second: float, seconds: float) -> None:
        self._per_second = per_second
        self._size = self._level = per_second * seconds
        self._time = time.monotonic()

    def take(self) -> bool:
        """Whether one more is allowed now; if so, it counts."""
        now = time.monotonic()
        self._level = min(self._size, self._level + (now - self._time) * self._per_second)
        self._time = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
