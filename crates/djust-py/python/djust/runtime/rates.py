"""How often visitors call handlers that have a limit.

Calls are counted by visitor and handler, over all pages of the visitor: opening another page gives no new allowance. Each process
has its own count, which is exact and bounded: who has not called for longest is forgotten first. Where the state of pages is in a
cache, calls in other processes count, too; two that come to two processes at the very same moment may not see each other.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from threading import Lock
from typing import TYPE_CHECKING

from ..exceptions import RateLimited
from ..store.cache import StateStore, state_store
from .failures import logger

if TYPE_CHECKING:
    from ..decorators import Rate
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
        store = state_store()
        shared = _Shared(store, key, rate) if store is not None else None
        self._count_here(key, rate)
        if shared is not None:
            shared.note()

    def _count_here(self, key: tuple[str, str, str], rate: Rate) -> None:
        now = time.monotonic()
        with self._lock:
            calls = self._calls.setdefault(key, deque())
            self._calls.move_to_end(key)
            while calls and calls[0] <= now - rate.seconds:
                calls.popleft()
            _require_room(calls, rate, now)
            calls.append(now)
            if len(self._calls) > _MOST_KEPT:
                self._calls.popitem(last=False)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()


class _Shared:
    """The latest calls of one caller in all processes. A store that cannot be reached stops nobody.

    Raises:
        RateLimited: there were too many lately.
    """

    def __init__(self, store: StateStore, key: tuple[str, str, str], rate: Rate) -> None:
        self._store = store
        self._name = hashlib.blake2b("\0".join(key).encode(), digest_size=16).hexdigest()
        self._seconds = rate.seconds
        self._now = time.time()
        self._calls = [at for at in self._read() if at > self._now - rate.seconds]
        _require_room(self._calls, rate, self._now)

    def note(self) -> None:
        """Let the other processes know of this call."""
        try:
            self._store.note_calls(self._name, [*self._calls, self._now], self._seconds)
        except Exception:
            logger.exception("a call was counted in this process only")

    def _read(self) -> list[float]:
        try:
            return self._store.calls(self._name)
        except Exception:
            logger.exception("calls are counted in this process only")
            return []


def _require_room(calls: deque[float] | list[float], rate: Rate, now: float) -> None:
    if len(calls) >= rate.calls:
        wait = min(calls[0] + rate.seconds - now, rate.seconds)
        raise RateLimited(f"Too often. Please try again in {max(wait, 0.1):.1f} seconds.")


rates = Rates()
