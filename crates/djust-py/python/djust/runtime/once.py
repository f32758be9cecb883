"""That no event is run twice, in whatever process its page goes on.

Within a process the page itself knows which events it has taken in. For the time after a crash, and for other processes, the
store has a mark beside the state: the last event that was begun, and by which process. It is written before the handler runs,
so that an event above the mark was certainly not begun. One that is at or below the mark and not part of the stored state has
an unknown fate: it is not run again, and the page says so. Handlers that are declared idempotent need no mark.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events import handlers_of
from ..store.cache import state_store
from .failures import logger

if TYPE_CHECKING:
    from .session import LiveSession
    from .storing import Stored

# A fork is another process, but begins no page of its own before it serves one.
_PROCESS = uuid.uuid4().hex


@dataclass(frozen=True)
class Mark:
    """The last event that was begun, and the process that has the page."""

    event: int
    process: str

    @property
    def is_ours(self) -> bool:
        """Whether this process wrote it."""
        return self.process == _PROCESS

    @classmethod
    def read(cls, page_id: str) -> Mark | None:
        """The mark of a page; nothing when there is none that can be read."""
        store = state_store()
        text = store.marked(page_id) if store is not None else None
        event, _, process = (text or "").partition(" ")
        if not (event.isascii() and event.isdecimal() and process):
            return None
        return cls(int(event), process)


def keeps_marks() -> bool:
    """Whether there is a store, in which the beginning of an event is noted."""
    return state_store() is not None


def begin(session: LiveSession, event: int) -> None:
    """Note that a handler is about to run. A store that cannot be reached does not stop the page."""
    store = state_store()
    if store is None:
        return
    try:
        store.mark(session.id, f"{event} {_PROCESS}")
    except Exception:
        logger.exception("event %s of page %s runs without a mark", event, session.id)


def is_behind(page_id: str, stored: Stored, handshake: dict[str, Any]) -> bool:
    """Whether a stored state lacks what the client has seen, or an event that another process has begun."""
    mark = Mark.read(page_id)
    if mark is not None and mark.is_ours:
        return False
    return handshake["seq"] > stored.seq or (mark is not None and mark.event > stored.last)


def take_over(session: LiveSession, handshake: dict[str, Any], stored: Stored | None) -> None:
    """Find out which events may have been run by the process that had the page before this one."""
    mark = Mark.read(session.id)
    if stored is None or (mark is None and stored.last):
        # Nothing but the client knows what it sent.
        session.doubtful = handshake["sent"]
    elif mark is not None:
        session.doubtful = mark.event
        session.lost_events = mark.event > stored.last
    if mark is not None:
        begin(session, mark.event)


def is_doubtful(session: LiveSession, event: int, handler: str) -> bool:
    """Whether this event may have been run before, and must not be run again for that reason."""
    if event > session.doubtful:
        return False
    found = handlers_of(type(session.view)).get(handler)
    return found is not None and not found.is_idempotent


def is_elsewhere(session: LiveSession) -> bool:
    """Whether another process has taken the page over."""
    mark = Mark.read(session.id)
    return mark is not None and not mark.is_ours
