"""Works off the turns of a page, and writes its state beside them."""

from __future__ import annotations

from ..exceptions import PageRefused
from ..store.cache import state_store
from .background import report_lost, start_requested
from .failures import logger
from .once import is_elsewhere
from .registry import registry
from .session import LiveSession
from .storing import Unsaved, dump, keep
from .tasks import spawn
from .turns import Hop, RenderTurn, Turn, perform


def enqueue(session: LiveSession, turn: Turn, hop: Hop) -> None:
    """Queue a turn, and work the queue off unless that is being done. Called on the loop."""
    session.turns.append(turn)
    if session.connection is not None:
        session.connection.disturb(turn)
    if not session.running:
        session.running = True
        spawn(work_off(session, hop))


def begin_work(session: LiveSession, hop: Hop) -> None:
    """Start and cancel the work that was asked for, and tell of work that was lost. Called on the loop."""

    def done(turn: Turn) -> None:
        enqueue(session, turn, hop)

    start_requested(session, hop, done)
    report_lost(session, done)


async def work_off(session: LiveSession, hop: Hop) -> None:
    """Run the turns of a page one after the other, and have its state written when there are no more."""
    try:
        while session.turns:
            frames = await perform(session, session.turns.popleft(), hop)
            if frames and session.connection is not None:
                await session.connection.send_frames(frames)
            if session.requests:
                begin_work(session, hop)
            if session.unrendered and not session.turns and not session.outbox.is_full:
                session.turns.append(RenderTurn())
            if not session.turns and session.changed:
                await _save(session, hop)
    except PageRefused as refusal:
        await _shut(session, refusal, hop)
    except Exception:
        logger.exception("a turn of %s failed", type(session.view).__qualname__)
        await _shut(session, PageRefused("internal", code="internal", reload=False), hop)
    finally:
        session.running = False


async def _save(session: LiveSession, hop: Hop) -> None:
    """Take the state down in this turn, and write it beside the next ones.

    Writes of one page follow one another; of several that wait, only the newest is made.
    """
    session.changed = False
    if state_store() is None:
        return
    session.unsaved = Unsaved(await hop(dump, session))
    if not session.writing:
        session.writing = True
        spawn(_write(session, hop))


async def _write(session: LiveSession, hop: Hop) -> None:
    try:
        while session.unsaved is not None:
            unsaved, session.unsaved = session.unsaved, None
            await hop(_keep, session, unsaved.text)
    except Exception:
        logger.exception("the state of %s could not be written", type(session.view).__qualname__)
    finally:
        session.writing = False


def _keep(session: LiveSession, text: str | None) -> None:
    # A page whose socket is here can have been taken over only if that socket is dead.
    if session.connection is None and is_elsewhere(session):
        registry.forget(session)
    else:
        keep(session.id, text)


async def _shut(session: LiveSession, refusal: PageRefused, hop: Hop) -> None:
    """Close a page whose visitor may not be here any more, and forget its state."""
    logger.info("page closed: %s", refusal)
    session.turns.clear()
    if session.connection is not None:
        await session.connection.end(
            refusal.code, "The page must be loaded again.", reload=refusal.reload
        )
    registry.forget(session)
    session.unsaved = None
    try:
        await hop(keep, session.id, None)
    except Exception:
        logger.exception("the state of %s could not be deleted", type(session.view).__qualname__)
