"""The live pages of this process."""

from __future__ import annotations

import heapq
import threading
import time
from collections import Counter
from collections.abc import Iterator

from ..conf import djust_settings
from .session import LiveSession


class Registry:
    """Live pages by id: those with a socket, and for a while those without.

    Pages without a socket are bounded in number, bytes and age: the ones that expire first are forgotten first, and a thread
    forgets the expired ones even when nothing else happens in the process.

    Invariants: a page without a socket has an entry in the heap for its ``expires``; other entries in the heap are stale
    and skipped.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, LiveSession] = {}
        self._heap: list[tuple[float, str]] = []
        # The bytes of each page without a socket, and of all of them.
        self._waiting: dict[str, int] = {}
        self._bytes = 0
        self._connected: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._sweeper: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[LiveSession]:
        with self._changed:
            return iter(list(self._sessions.values()))

    def get(self, page_id: str) -> LiveSession | None:
        """The page with this id, unless it has expired."""
        with self._changed:
            session = self._sessions.get(page_id)
        if session is None or _is_over(session, time.monotonic()):
            return None
        return session

    def wait(self, session: LiveSession, seconds: float) -> None:
        """Keep a page that has no socket for so many seconds."""
        settings, weight = djust_settings(), session.weight()
        with self._changed:
            self._remove(session.id)
            session.expires = time.monotonic() + seconds
            self._sessions[session.id] = session
            self._waiting[session.id] = weight
            self._bytes += weight
            heapq.heappush(self._heap, (session.expires, session.id))
            while len(self._waiting) > settings.SESSIONS or (
                self._bytes > settings.SESSION_BYTES and len(self._waiting) > 1
            ):
                self._forget_first()
            self._start_sweeper()
            if self._heap and self._heap[0][1] == session.id:
                self._changed.notify()

    def hold(self, session: LiveSession) -> None:
        """Keep a page for as long as it has a socket."""
        with self._changed:
            self._remove(session.id)
            session.expires = None
            self._sessions[session.id] = session
            self._connected[_visitor(session)] += 1

    def connections_of(self, session: LiveSession) -> int:
        """How many other pages of the visitor of this page have a socket."""
        visitor = _visitor(session)
        with self._changed:
            known = self._sessions.get(session.id)
            is_held = known is not None and known.expires is None
            return self._connected[visitor] - is_held

    def forget(self, session: LiveSession) -> None:
        """Let go of a page."""
        with self._changed:
            if self._sessions.get(session.id) is session:
                self._remove(session.id)
                session.cancel_work()

    def clear(self) -> None:
        """Forget every page."""
        with self._changed:
            for session in self._sessions.values():
                session.cancel_work()
            self._sessions.clear()
            self._connected.clear()
            self._heap.clear()
            self._waiting.clear()
            self._bytes = 0
            self._changed.notify()

    def sweep(self) -> None:
        """Forget the pages whose time is over."""
        with self._changed:
            self._sweep()

    def _remove(self, page_id: str) -> None:
        known = self._sessions.pop(page_id, None)
        if known is None:
            return
        if known.expires is not None:
            self._bytes -= self._waiting.pop(page_id)
            return
        visitor = _visitor(known)
        self._connected[visitor] -= 1
        if not self._connected[visitor]:
            del self._connected[visitor]

    def _sweep(self) -> None:
        now = time.monotonic()
        while self._heap and self._heap[0][0] <= now:
            self._forget_first()

    def _forget_first(self) -> None:
        expires, page_id = heapq.heappop(self._heap)
        session = self._sessions.get(page_id)
        if session is not None and session.expires == expires:
            self._remove(page_id)
            session.cancel_work()

    def _start_sweeper(self) -> None:
        # A fork does not take the thread along, so that its being alive is what counts.
        if self._sweeper is None or not self._sweeper.is_alive():
            self._sweeper = threading.Thread(
                target=self._keep_sweeping, daemon=True, name="djust-sweeper"
            )
            self._sweeper.start()

    def _keep_sweeping(self) -> None:
        with self._changed:
            while self._heap:
                self._changed.wait(max(0.05, self._heap[0][0] - time.monotonic()))
                self._sweep()
            self._sweeper = None


def _visitor(session: LiveSession) -> str:
    return session.binding.session or session.binding.browser


def _is_over(session: LiveSession, now: float) -> bool:
    return session.expires is not None and session.expires <= now


registry = Registry()
