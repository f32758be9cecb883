"""Pages on which nothing happens: what is kept of them is made small.

Only what is kept to compare the next render with can be: the hashes of the texts in long lists. The state of the view stays,
since what a handler puts there need not be in the store, and frames stay until the client says that it has them. So the next
event is as any other, but that it sends more of the rows that it changes.
"""

from __future__ import annotations

import asyncio
import time

from ..conf import djust_settings
from .session import LiveSession


def hibernate(session: LiveSession) -> None:
    """Make small what is kept of a page, unless a turn has it. Called on the loop, which is where turns begin."""
    if not session.running:
        session.native.hibernate()


class Rest:
    """Waits until nothing has happened to a page for a while.

    An event costs nothing but the time it is noted at: the timer finds out by itself that it has to wait longer.

    Invariants: there is a timer if something happened to the page since it was made small.
    """

    __slots__ = ("_active", "_loop", "_seconds", "_session", "_timer")

    def __init__(self, session: LiveSession, loop: asyncio.AbstractEventLoop) -> None:
        self._session = session
        self._loop = loop
        self._seconds = djust_settings().HIBERNATE_SECONDS
        self._active = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def disturb(self) -> None:
        """Something happens to the page. Called on the loop."""
        if not self._seconds:
            return
        self._active = time.monotonic()
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._look)

    def stop(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """The socket is gone: nothing is expected before the page comes back."""
        self.stop()
        if self._seconds:
            hibernate(self._session)

    def _look(self) -> None:
        left = self._active + self._seconds - time.monotonic()
        if self._session.running:
            left = self._seconds
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._timer = None
            hibernate(self._session)
