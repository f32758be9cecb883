"""Large values that seldom change are written when they change."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches

from djust.runtime.registry import registry
from djust.runtime.storing import keep
from djust.testing import LiveClient, LivePage
from live_site.lists import FingerprintView


@pytest.fixture
def written(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """What goes to the store: keys with sizes."""
    settings.DJUST = {"STATE_CACHE": "files"}
    written: list[tuple[str, int]] = []
    cache = caches["files"]
    original = type(cache).set

    def count(self: Any, key: str, value: Any, *args: Any) -> None:
        written.append((key, len(value)))
        original(self, key, value, *args)

    monkeypatch.setattr(type(cache), "set", count)
    FingerprintView.mounts = 0
    yield written
    cache.clear()


def size(written: list[tuple[str, int]]) -> int:
    total = sum(length for _, length in written)
    written.clear()
    return total


def restart(page: LivePage) -> None:
    page.disconnect()
    registry.clear()
    page.connect()


def test_an_unchanged_value_is_neither_sent_nor_written(
    live: LiveClient, written: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = live.open("/fingerprint/")
    whole = size(written)
    assert whole > 30_000
    frames = page.send("increment")
    assert len(json.dumps(frames)) < 60
    saved = size(written)
    assert saved < whole / 20
    page.send("rename", name="changed")
    assert size(written) > 30_000
    page.send("write")
    assert size(written) < 1500
    # The same view without the mixin writes all each time.
    monkeypatch.setattr(FingerprintView, "fingerprinted_assigns", [])
    page.send("increment")
    assert size(written) > 20 * saved


def test_the_parts_come_back_in_another_process(
    live: LiveClient, written: list[tuple[str, int]]
) -> None:
    page = live.open("/fingerprint/")
    for name in ("one", "two", "three"):
        page.send("rename", name=name)
        page.send("increment")
    restart(page)
    view: Any = page.view
    assert (view.services[0]["name"], view.count, len(view.services)) == ("three", 3, 1000)
    assert FingerprintView.mounts == 1
    # The new process does not know what is in the store, and writes it once.
    page.send("increment")
    assert size(written) > 30_000
    page.send("increment")
    assert size(written) < 1500


def test_a_part_that_is_lost_makes_the_page_start_anew(
    live: LiveClient, written: list[tuple[str, int]]
) -> None:
    page = live.open("/fingerprint/")
    page.send("increment")
    for key, _ in written:
        if "services" in key:
            caches["files"].delete(key)
    restart(page)
    assert FingerprintView.mounts == 2
    assert page.view.count == 0  # type: ignore[attr-defined]


def test_a_part_that_the_cache_has_dropped_is_written_again(
    live: LiveClient, written: list[tuple[str, int]]
) -> None:
    page = live.open("/fingerprint/")
    caches["files"].clear()
    page.send("increment")
    restart(page)
    assert FingerprintView.mounts == 1 and page.view.count == 1  # type: ignore[attr-defined]


def test_a_page_that_is_forgotten_leaves_nothing(
    live: LiveClient, written: list[tuple[str, int]]
) -> None:
    page = live.open("/fingerprint/")
    page.send("rename", name="changed")
    keys = {key for key, _ in written}
    assert any("services" in key for key in keys)
    keep(page.session.id, None)
    assert not any(caches["files"].get(key) for key in keys)
