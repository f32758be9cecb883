"""Threads of the runtime: bounded, with the context of the one who asks."""

import asyncio
import contextvars
import threading
import time
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from djust.runtime.pool import Pool


async def test_results_and_exceptions_come_back() -> None:
    pool = Pool(2, "test")
    assert await pool.run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 7, 0)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await pool.run(next, iter(()))
    with pytest.raises(SystemExit):
        await pool.run(exit)
    assert await pool.run(int) == 0


async def test_no_more_threads_than_allowed_and_no_fewer_than_needed() -> None:
    pool = Pool(3, "bounded")
    running: list[int] = []
    most = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal most
        with lock:
            running.append(1)
            most = max(most, len(running))
        time.sleep(0.02)
        with lock:
            running.pop()

    for _ in range(3):
        await asyncio.gather(*(pool.run(work) for _ in range(9)))
    assert most == 3
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("bounded")]
    assert len(names) == 3


async def test_one_after_the_other_takes_one_thread() -> None:
    pool = Pool(8, "single")
    for _ in range(20):
        await pool.run(time.sleep, 0.001)
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("single")]
    assert len(names) <= 2


async def test_context_variables_go_in_and_do_not_come_out() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="")
    pool = Pool(1, "test")
    variable.set("outside")

    def work() -> str:
        seen = variable.get()
        variable.set("inside")
        return seen

    assert [await pool.run(work) for _ in range(2)] == ["outside", "outside"]
    assert variable.get() == "outside"


async def test_async_to_sync_comes_back_to_the_loop() -> None:
    loops: list[Any] = []

    async def note() -> None:
        loops.append(asyncio.get_running_loop())

    await Pool(1, "test").run(async_to_sync(note))
    assert loops == [asyncio.get_running_loop()]


async def test_a_result_that_nobody_waits_for_is_dropped() -> None:
    pool = Pool(1, "test")
    future = pool.run(time.sleep, 0.02)
    future.cancel()
    assert await pool.run(int) == 0
