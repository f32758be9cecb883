"""Turns: the things that may happen to a live page, one at a time.

Every turn goes the same way: may the visitor still be here, run something on the view, render, put what changed in the
outbox. If something raises, the view gets back what it held before, the page keeps what it shows, and an error frame says
so. :func:`perform` is used by the socket and by the test client alike.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied

from .. import _djust
from ..access import is_restricted, require_access, require_permissions
from ..effects import take, title_of
from ..events import Fields, find_handler, form_data
from ..exceptions import PageRefused
from .answers import (
    answer_deferred,
    ask_for_page,
    effects_alone,
    error_frame,
    title_effect,
    values_effect,
)
from .failures import Failure, failure_of, logger
from .navigating import follow
from .once import begin, keeps_marks
from .rates import rates
from .rendering import context_of
from .rollback import Checkpoint
from .session import LiveSession
from .shapes import report_shape
from .storing import check_state

Hop = Callable[..., Awaitable[Any]]


class Turn:
    """Something that happens to a page. ``ref`` is the event that it answers, 0 for none."""

    ref = 0
    coalesces = False
    """Whether the render may be left to a turn that waits already."""
    told: Mapping[str, Any] = MappingProxyType({})
    """Values of bound controls that the client has said itself."""

    def is_async(self, session: LiveSession) -> bool:
        """Whether :meth:`call` gives a coroutine."""
        return False

    def call(self, session: LiveSession) -> Callable[[], Any]:
        """What to run, after all checks that can be made without running it."""
        return _nothing

    def begin(self, session: LiveSession) -> None:
        """Called when all checks are passed, immediately before what :meth:`call` returned."""

    def begin_blocks(self, session: LiveSession) -> bool:
        """Whether :meth:`call` and :meth:`begin` may ask a database or a cache."""
        return False

    def is_over(self, session: LiveSession) -> bool:
        """Whether there is nothing to do any more."""
        return False

    def name(self, session: LiveSession) -> str:
        """For the log."""
        return type(session.view).__qualname__


class EventTurn(Turn):
    """A handler called by the page."""

    __slots__ = ("fields", "handler", "parameters", "ref")

    def __init__(
        self, ref: int, handler: str, parameters: dict[str, Any], fields: Fields | None
    ) -> None:
        self.ref = ref
        self.handler = handler
        self.parameters = parameters
        self.fields = fields

    def is_async(self, session: LiveSession) -> bool:
        try:
            return find_handler(session.view, self.handler).is_async
        except Exception:  # Said when it is called.
            return False

    def call(self, session: LiveSession) -> Callable[[], Any]:
        view = session.view
        handler = find_handler(view, self.handler)
        require_permissions(handler, session.request)
        rates.count(session, self.handler, handler)
        positional, named = handler.arguments(self.parameters, self.fields)
        method = getattr(view, self.handler)

        def run() -> Any:
            if self.fields is not None:
                view.form_data = form_data(self.fields)
            return method(*positional, **named)

        return run

    def begin(self, session: LiveSession) -> None:
        if not find_handler(session.view, self.handler).is_idempotent:
            begin(session, self.ref)

    def begin_blocks(self, session: LiveSession) -> bool:
        return bool(find_handler(session.view, self.handler).permissions) or keeps_marks()

    def name(self, session: LiveSession) -> str:
        return f"{super().name(session)}.{self.handler}"


class TickTurn(Turn):
    """``handle_tick``."""

    def is_async(self, session: LiveSession) -> bool:
        return inspect.iscoroutinefunction(session.view.handle_tick)

    def call(self, session: LiveSession) -> Callable[[], Any]:
        return session.view.handle_tick

    def name(self, session: LiveSession) -> str:
        return f"{super().name(session)}.handle_tick"


class PushTurn(Turn):
    """Values that come from outside the view."""

    coalesces = True

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def call(self, session: LiveSession) -> Callable[[], Any]:
        return lambda: self._assign(session)

    def _assign(self, session: LiveSession) -> None:
        view = session.view
        for name, value in self.values.items():
            if view._djust_names.settable(view, name):
                setattr(view, name, value)
            else:
                logger.error(
                    "push to %s refused: it has no public attribute %r", self.name(session), name
                )


class RenderTurn(Turn):
    """Nothing but a render: the client has caught up."""


class CheckTurn(Turn):
    """The question whether the visitor may still be here, and nothing else."""


class ResyncTurn(Turn):
    """The client numbered its page anew and sent it."""

    def __init__(self, html: str, count: int | None, checksum: int | None) -> None:
        self.html = html
        self.count = count
        self.checksum = checksum


async def perform(session: LiveSession, turn: Turn, hop: Hop) -> list[str]:
    """Run one turn and return the frames to send, which are in the outbox as well.

    ``hop`` runs synchronous code where it may block: handlers that are no coroutines, and every render.

    Raises:
        PageRefused: the visitor may not be here any more; nothing was run.
    """
    if turn.is_over(session):
        return []
    if not turn.is_async(session):
        return await hop(session.run, _perform, session, turn)  # type: ignore[no-any-return]
    with session.activated():
        if _may_block(session, turn):
            run = await hop(_begin, session, turn)
        else:
            run = _begin(session, turn)
        if isinstance(run, Failure):
            return _fail(session, turn, run)
        checkpoint = Checkpoint(session.view)
        try:
            await run()
        except Exception as error:
            checkpoint.restore()
            return _fail(session, turn, failure_of(error, "handler-failed", turn.name(session)))
    return await hop(session.run, _finish, session, turn, checkpoint)  # type: ignore[no-any-return]


def _perform(session: LiveSession, turn: Turn) -> list[str]:
    run = _begin(session, turn)
    if isinstance(run, Failure):
        return _fail(session, turn, run)
    if isinstance(turn, CheckTurn):
        return []
    checkpoint = Checkpoint(session.view)
    try:
        run()
    except Exception as error:
        checkpoint.restore()
        return _fail(session, turn, failure_of(error, "handler-failed", turn.name(session)))
    return _finish(session, turn, checkpoint)


def _may_block(session: LiveSession, turn: Turn) -> bool:
    """Whether :func:`_begin` may ask a database or a cache, for which it needs a thread."""
    visitor = session.connection.visitor if session.connection is not None else None
    return (
        (visitor is not None and not visitor.is_fresh)
        or is_restricted(session.view)
        or turn.begin_blocks(session)
    )


def _begin(session: LiveSession, turn: Turn) -> Callable[[], Any] | Failure:
    """The checks, and what to run if they pass."""
    if session.connection is not None:
        session.connection.visitor.refresh(session)
    try:
        require_access(session.view, session.request)
    except PermissionDenied as error:
        raise PageRefused(
            f"{type(session.view).__qualname__}: {error}", code="forbidden", reload=True
        ) from error
    try:
        run = turn.call(session)
        turn.begin(session)
    except Exception as error:
        return failure_of(error, "internal", turn.name(session))
    return run


def _finish(session: LiveSession, turn: Turn, checkpoint: Checkpoint) -> list[str]:
    """Render and answer, or note that an answer is due when the client has caught up."""
    view = session.view
    view.__dict__.pop("form_data", None)
    session.take_requests()
    session.last = max(session.last, turn.ref)
    try:
        follow(view)
        check_state(view)
    except Exception as error:
        checkpoint.restore()
        session.requests.clear()
        return _fail(session, turn, failure_of(error, "handler-failed", turn.name(session)))
    session.models.tell(turn.told)
    if isinstance(turn, ResyncTurn):
        return _renumber(session, turn)
    _save_visitor(session)
    session.changed = True
    if turn.ref or not session.deferred:
        session.deferred.append(turn.ref)
    session.unrendered = turn.coalesces and bool(session.turns)
    if session.unrendered or session.outbox.is_full:
        session.effects.add(take(view))
        session.temporary.wait(session)
        return []
    session.temporary.begin(session)
    try:
        operations = session.native.update(_context(session))
        title = title_of(view)
    except Exception as error:
        checkpoint.restore()
        session.requests.clear()
        failure = failure_of(error, "render-failed", turn.name(session))
        frames = answer_deferred(session, lambda seq, ref: error_frame(seq, ref, failure))
        return [*frames, *effects_alone(session)]
    changes = {} if operations is None else session.models.changes(session, operations)
    session.effects.add([*values_effect(changes), *title_effect(session, title), *take(view)])
    if operations is None:
        report_shape(session.native)
        return ask_for_page(session)
    frames = answer_deferred(
        session,
        lambda seq, ref: _djust.encode_update(seq, ref, operations, session.effects.take(seq)),
        skip=not operations and not session.effects.waiting,
    )
    session.temporary.rendered(session)
    session.failing_tick = False
    return frames


def _renumber(session: LiveSession, turn: ResyncTurn) -> list[str]:
    session.temporary.begin(session, again=True)
    try:
        operations, base = session.native.resync(
            turn.html, _context(session), turn.count, turn.checksum
        )
    except Exception as error:
        return _fail(session, turn, failure_of(error, "render-failed", turn.name(session)))
    session.outbox.void(session.outbox.seq)
    session.deferred.clear()
    changes = session.models.renumbered(session, turn.html, operations)
    session.effects.add(values_effect(changes))
    frame = session.outbox.add(
        lambda seq: _djust.encode_renumbered(seq, session.last, operations, base)
    )
    session.temporary.rendered(session)
    return [frame, *effects_alone(session)]


def _fail(session: LiveSession, turn: Turn, failure: Failure) -> list[str]:
    """An error frame. A tick that keeps failing says so once, not every time."""
    session.view.__dict__.pop("form_data", None)
    if turn.ref:
        session.last = max(session.last, turn.ref)
        session.changed = True
    if isinstance(turn, TickTurn):
        if session.failing_tick:
            return []
        session.failing_tick = True
    return [session.outbox.add(lambda seq: error_frame(seq, turn.ref, failure))]


def _context(session: LiveSession) -> dict[str, Any]:
    return context_of(session.view, session.template, session.request, session.csrf_token)


def _save_visitor(session: LiveSession) -> None:
    """Save the visitor's session if the turn changed it, as Django's middleware does after a request."""
    store: Any = getattr(session.request, "session", None)
    if store is None or not store.modified:
        return
    if not store.session_key:
        logger.warning(
            "%s changed request.session, but this visitor has no session and a socket cannot set its cookie: "
            "the change is lost. Create the session when the page is served.",
            type(session.view).__qualname__,
        )
        return
    store.save()
    store.modified = False


def _nothing() -> None:
    return None
