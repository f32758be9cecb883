"""Frames that answer turns: which event each one is for, and which effects go with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import _djust
from ..effects import Effect
from .failures import Failure

if TYPE_CHECKING:
    from .session import LiveSession


def values_effect(changes: dict[str, Any]) -> list[Effect]:
    """The effect that gives values to bound controls."""
    return [["push", "djust:model", changes]] if changes else []


def title_effect(session: LiveSession, title: str | None) -> list[Effect]:
    """The effect that sets the title of the document, where the view says another one than before."""
    if title is None or title == session.title:
        return []
    session.title = title
    return [["title", title]]


def effects_alone(session: LiveSession) -> list[str]:
    """A frame for effects whose turn was answered by a frame that cannot carry any."""
    if not session.effects.waiting:
        return []
    return [
        session.outbox.add(lambda seq: _djust.encode_update(seq, 0, "", session.effects.take(seq)))
    ]


def ask_for_page(session: LiveSession) -> list[str]:
    """Answer without changes, and leave a number out: the client sends what it shows and gets the changes against that.

    So a change that the native session cannot compare takes neither focus nor typing away.
    """
    session.temporary.wait(session)
    session.outbox.skip()
    return answer_deferred(
        session, lambda seq, ref: _djust.encode_update(seq, ref, "", session.effects.take(seq))
    )


def answer_deferred(
    session: LiveSession, write: Callable[[int, int], str], skip: bool = False
) -> list[str]:
    """One frame for the first event that waits, no-ops for the others; nothing if a tick changed nothing."""
    refs = [ref for ref in session.deferred if ref]
    session.deferred.clear()
    if not refs and skip:
        return []
    first, *others = refs or [0]
    frames = [session.outbox.add(lambda seq: write(seq, first))]
    frames += [session.outbox.add(partial(_djust.encode_update, ref=ref)) for ref in others]
    return frames


def refuse(session: LiveSession, ref: int, code: str, message: str) -> list[str]:
    """Answer an event that is not run at all."""
    session.last = max(session.last, ref)
    failure = Failure(code, message, "")
    return [session.outbox.add(lambda seq: error_frame(seq, ref, failure))]


def error_frame(seq: int, ref: int, failure: Failure) -> str:
    """The frame that tells of a failure."""
    return _djust.encode_error(seq, ref, failure.code, failure.message, failure.id)
