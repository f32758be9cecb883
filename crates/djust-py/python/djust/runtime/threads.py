"""Worker threads for code that may block: synchronous handlers, renders, the database."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from ..conf import djust_settings

_hop: Any = None
_background: Any = None


def hop(function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
    """Run a function in a worker thread, with the caller's context variables.

    Database connections are looked after as around a request. The number of threads is bounded.
    """
    global _hop
    if _hop is None:
        threads = djust_settings().THREADS or min(32, (os.cpu_count() or 1) + 4)
        executor = ThreadPoolExecutor(threads, thread_name_prefix="djust")
        _hop = sync_to_async(_run, thread_sensitive=False, executor=executor)
    return _hop(function, arguments)  # type: ignore[no-any-return]


def background(function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
    """Run a function that may take long, in a thread that no turn waits for."""
    global _background
    if _background is None:
        threads = djust_settings().BACKGROUND_THREADS
        executor = ThreadPoolExecutor(threads, thread_name_prefix="djust-background")
        _background = sync_to_async(_run, thread_sensitive=False, executor=executor)
    return _background(function, arguments)  # type: ignore[no-any-return]


def background_of(runner: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Where work runs beside turns that ``runner`` runs: tests keep all of it in their own thread."""
    return background if runner is hop else runner


def _run(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        close_old_connections()
