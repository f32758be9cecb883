"""How often visitors call handlers that have a limit.

The count is kept in the process, by visitor and handler, over all pages of the visitor: opening another page gives no new
allowance. It is bounded: who has not called for longest is forgotten first.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from threading import Lock
from typing import TYPE_CHECKING

from ..exceptions import RateLimited

if TYPE_CHECKING:
    from ..events import Handler
    from .session import LiveSession

_MOST_KEPT = 10_000


class Rates:
    """The latest calls of each caller."""

    def __init__(self) -> None:
        self._calls: OrderedDict[tuple[str, str, str], deque[float]] = OrderedDict()
        self._lock = Lock()

    def count(self, session: LiveSession, name: str, handler: Handler) -> None:
        """Count one call of a handler.

        Raises:
            RateLimited: there were too many lately. This one does not count.
        """
        rate = handler.rate
        if rate is None:
            return
        binding, view = session.binding, type(session.view)
        visitor = binding.user or binding.session or binding.browser or session.id
        key = (visitor, f"{view.__module__}.{view.__qualname__}", name)
        now = time.monotonic()
        with self._lock:
            calls = self._calls.setdefault(key, deque())
            self._calls.move_to_end(key)
            while calls and calls[0] <= now - rate.seconds:
                calls.popleft()
            if len(calls) >= rate.calls:
                wait = calls[0] + rate.seconds - now
                raise RateLimited(f"Too often. Please try again in {max(wait, 0.1):.1f} seconds.")
            calls.append(now)
            if len(self._calls) > _MOST_KEPT:
                self._calls.popitem(last=False)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()


rates = Rates()
