"""The store of states on top of Django's caches."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from djust.runtime.pool import Pool
from djust.store.cache import CacheStore

_made: list[CountingCache] = []


class CountingCache(LocMemCache):
    """A cache that would connect to a server when it is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _made.append(self)


@pytest.fixture
def counting(settings: Any) -> list[CountingCache]:
    backend = {"BACKEND": f"{__name__}.CountingCache", "LOCATION": "counting"}
    settings.CACHES = {**settings.CACHES, "counting": backend}
    _made.clear()
    return _made


def test_a_thread_connects_to_the_cache_once(counting: list[CountingCache]) -> None:
    store, pool = CacheStore("counting", 60), Pool(1, "store")

    async def work() -> list[str | None]:
        # Each job runs in a context of its own.
        await pool.run(store.save, "page", "state")
        await pool.run(store.mark, "page", "1 process")
        return [await pool.run(store.load, "page"), await pool.run(store.marked, "page")]

    assert asyncio.run(work()) == ["state", "1 process"]
    assert len(counting) == 1


def test_threads_do_not_share_a_connection(counting: list[CountingCache]) -> None:
    store = CacheStore("counting", 60)

    async def work() -> None:
        for name in "ab":
            await Pool(1, name).run(store.save, "page", name)

    asyncio.run(work())
    assert len(counting) == 2
    assert store.load("page") == "b"


def test_handlers_get_the_cache_of_their_thread(counting: list[CountingCache]) -> None:
    pool = Pool(1, "handlers")

    def add(name: str) -> int:
        caches["counting"].add(name, 0)
        return caches["counting"].incr(name)

    async def work() -> list[int]:
        store = CacheStore("counting", 60)
        counts = [await pool.run(add, "count") for _ in range(3)]
        await pool.run(store.save, "page", "state")
        return counts

    assert asyncio.run(work()) == [1, 2, 3]
    assert len(counting) == 1


def test_a_thread_keeps_no_cache_of_other_settings(
    counting: list[CountingCache], settings: Any
) -> None:
    pool = Pool(1, "settings")

    def set_and_get(value: str) -> tuple[str | None, int]:
        before = caches["counting"].get("name")
        caches["counting"].set("name", value)
        return before, id(caches["counting"])

    assert asyncio.run(_run(pool, set_and_get, "one"))[0] is None
    other = {**settings.CACHES["counting"], "LOCATION": "others"}
    settings.CACHES = {**settings.CACHES, "counting": other}
    assert asyncio.run(_run(pool, set_and_get, "two"))[0] is None
    assert asyncio.run(_run(pool, set_and_get, "three"))[0] == "two"
    assert len(counting) == 2


async def _run(pool: Pool, *job: Any) -> Any:
    return await pool.run(*job)


def test_other_settings_are_another_cache(counting: list[CountingCache], settings: Any) -> None:
    store = CacheStore("counting", 60)
    store.save("page", "before")
    settings.CACHES = {
        **settings.CACHES,
        "counting": {**settings.CACHES["counting"], "LOCATION": "elsewhere"},
    }
    assert store.load("page") is None
