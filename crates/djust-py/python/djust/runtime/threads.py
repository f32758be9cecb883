"""Worker threads for code that may block: synchronous handlers, renders, the database."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from ..conf import djust_settings
from .pool import Pool

_turns: Pool | None = None
_work: Pool | None = None


def hop(function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
    """Run a function in a worker thread, with the caller's context variables.

    Database connections are looked after as around a request. The number of threads is bounded.
    """
    global _turns
    if _turns is None:
        _turns = Pool(djust_settings().THREADS or min(32, (os.cpu_count() or 1) + 4), "djust")
    return _turns.run(function, *arguments)


def background(function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
    """Run a function that may take long, in a thread that no turn waits for."""
    global _work
    if _work is None:
        _work = Pool(djust_settings().BACKGROUND_THREADS, "djust-background")
    return _work.run(function, *arguments)


def background_of(runner: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Where work runs beside turns that ``runner`` runs: tests keep all of it in their own thread."""
    return background if runner is hop else runner
