"""Caches of Django that a thread keeps.

Django keeps a cache for each context, and whoever runs jobs in contexts of their own gets a new one for each job: with Redis or
Memcached that is a new connection for every event. A thread that does one job after the other can keep its caches instead.
"""

from __future__ import annotations

import threading
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.signals import setting_changed

# Caches that have no connection to keep.
_LOCAL = tuple(f"django.core.cache.backends.{name}" for name in ("locmem.", "dummy.", "filebased."))


class _Kept(threading.local):
    """The caches of one thread by alias, and the settings that they were made for."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.version = _version
        self.caches: dict[str, BaseCache] = {}
        self.remote = [
            alias
            for alias, options in caches.settings.items()
            if not str(options.get("BACKEND")).startswith(_LOCAL)
        ]

    def current(self) -> dict[str, BaseCache]:
        """The caches, none of which is of other settings."""
        if self.version != _version:
            self._begin()
        return self.caches


# Counts how often the settings of the caches were changed.
_version = 0
_kept = _Kept()


def cache_of_thread(alias: str) -> BaseCache:
    """The cache with this alias, the same one for as long as the thread lives."""
    kept = _kept.current()
    cache = kept.get(alias)
    if cache is None:
        if alias not in caches.settings:
            # Django says it in its own words.
            return caches[alias]
        cache = kept[alias] = caches.create_connection(alias)
    return cache


def lend_caches() -> None:
    """Let this context use the caches of its thread."""
    kept = _kept.current()
    for alias in _kept.remote:
        if alias in kept:
            caches[alias] = kept[alias]


def keep_caches() -> None:
    """Let the thread have the caches that were made in this context."""
    kept = _kept.current()
    for alias in _kept.remote:
        # Asking for the cache would make it.
        if alias not in kept and hasattr(caches._connections, alias):  # type: ignore[attr-defined]
            kept[alias] = caches[alias]


def _forget(*, setting: str, **kwargs: Any) -> None:
    global _version
    if setting == "CACHES":
        _version += 1


setting_changed.connect(_forget, dispatch_uid="djust.store.connections")
