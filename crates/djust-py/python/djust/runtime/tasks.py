"""Tasks of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

# The event loop keeps only weak references to tasks.
_tasks: set[asyncio.Task[Any]] = set()


def spawn(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run a coroutine as a task of its own that lives until it is done."""
    task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(coroutine)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def idle() -> None:
    """Wait until no task of the running loop has anything left to do."""
    loop = asyncio.get_running_loop()
    while tasks := [task for task in _tasks if task.get_loop() is loop]:
        await asyncio.wait(tasks)
