"""Worker threads for an event loop.

``concurrent.futures`` under ``sync_to_async`` would do the same at about three times the cost, which is most of what a short
event costs. What runs here may call ``async_to_sync``, as under ``sync_to_async``.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import close_old_connections

from ..store.connections import keep_caches, lend_caches

Job = tuple[
    asyncio.AbstractEventLoop,
    "asyncio.Future[Any]",
    contextvars.Context,
    Callable[..., Any],
    tuple[Any, ...],
]


class Pool:
    """Runs functions in at most so many threads, which are started when they are first needed.

    Invariants: a job is done by one thread, in a copy of the context of the one who asked for it; ``_free`` is at most the
    number of threads that wait for a job.
    """

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._free = 0

    def run(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """The function's result, as a future of the running loop.

        Database connections are looked after as around a request; each thread keeps its caches.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._lock:
            if self._free:
                self._free -= 1
            elif self._started < self._size:
                self._started += 1
                threading.Thread(
                    target=self._work, name=f"{self._name}-{self._started}", daemon=True
                ).start()
        self._jobs.put((loop, future, contextvars.copy_context(), function, arguments))
        return future

    def _work(self) -> None:
        local: Any = SyncToAsync.threadlocal
        local.main_event_loop_pid = os.getpid()
        while True:
            loop, future, context, function, arguments = self._jobs.get()
            local.main_event_loop = loop
            result, error = None, None
            try:
                result = context.run(_run, function, arguments)
            except BaseException as raised:
                error = raised
            with self._lock:
                if self._jobs.empty():
                    self._free += 1
            # A loop that is closed has nobody who waits.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_resolve, future, result, error)
            # Until the next job comes, nothing is kept alive.
            del loop, future, context, function, arguments, result, error


def _run(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    close_old_connections()
    lend_caches()
    try:
        return function(*arguments)
    finally:
        keep_caches()
        close_old_connections()


def _resolve(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        # A future does not take it.
        future.set_exception(RuntimeError("StopIteration was raised"))
    else:
        future.set_exception(error)
