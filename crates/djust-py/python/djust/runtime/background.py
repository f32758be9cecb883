"""Work of a page beside its turns.

It begins when the turn that asked for it is over, runs on the loop (coroutine functions) or in a thread of its own pool, and
ends with a turn that calls ``handle_async``. It belongs to the page and not to a socket: it goes on while the page has none,
and is cancelled when the page is forgotten.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..background import AsyncResult, Request, WorkInterrupted
from .failures import logger
from .tasks import spawn
from .threads import background_of
from .turns import Hop, Turn

if TYPE_CHECKING:
    from .session import LiveSession


Done = Callable[[Turn], None]


class AsyncTurn(Turn):
    """``handle_async``: work in the background has ended."""

    coalesces = True

    def __init__(self, work: Work, result: AsyncResult) -> None:
        self.work = work
        self.result = result

    def is_async(self, session: LiveSession) -> bool:
        return inspect.iscoroutinefunction(session.view.handle_async)

    def call(self, session: LiveSession) -> Callable[[], Any]:
        view = session.view
        return lambda: view.handle_async(self.work.name, self.result)

    def is_over(self, session: LiveSession) -> bool:
        # The same name may have been started again, or cancelled, while this waited for its turn.
        return session.work.get(self.work.name) is not self.work

    def begin(self, session: LiveSession) -> None:
        session.work.pop(self.work.name, None)

    def name(self, session: LiveSession) -> str:
        return f"{super().name(session)}.handle_async({self.work.name!r})"


class Work:
    """Something that runs in the background of a page, or ran in a process that is gone."""

    __slots__ = ("_loop", "_task", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, session: LiveSession, request: Request, hop: Hop, done: Done) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = spawn(self._run(session, request, hop, done))

    def cancel(self) -> None:
        """May be called in any thread. A thread that runs already comes to its end, and its result is ignored."""
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _run(self, session: LiveSession, request: Request, hop: Hop, done: Done) -> None:
        function, kwargs = request.function, request.kwargs or {}
        assert function is not None
        try:
            if inspect.iscoroutinefunction(function):
                with session.activated():
                    value = await function(*request.args, **kwargs)
            else:
                value = await background_of(hop)(_call, session, function, request.args, kwargs)
            result = AsyncResult(value)
        except asyncio.CancelledError:
            return
        except Exception as error:
            logger.info("background work %r failed: %s", self.name, error, exc_info=error)
            result = AsyncResult(error=error)
        if session.work.get(self.name) is self:
            done(AsyncTurn(self, result))


def start_requested(session: LiveSession, hop: Hop, done: Done) -> None:
    """Start and cancel what was asked for. ``done`` queues a turn."""
    requests, session.requests = session.requests, []
    for request in requests:
        former = session.work.pop(request.name, None)
        if former is not None:
            former.cancel()
        if request.function is not None:
            work = session.work[request.name] = Work(request.name)
            work.start(session, request, hop, done)


def report_lost(session: LiveSession, done: Done) -> None:
    """Let the view know of work that ran in a process that is gone."""
    names, session.lost_work = session.lost_work, []
    for name in names:
        if name not in session.work:
            work = session.work[name] = Work(name)
            error = WorkInterrupted(f"the process in which {name!r} ran is gone")
            done(AsyncTurn(work, AsyncResult(error=error)))


def _call(session: LiveSession, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    return session.run(partial(function, *args, **kwargs))
