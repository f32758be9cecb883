"""Pages of a process: kept, bounded, swept."""

import threading
import time
from types import SimpleNamespace
from typing import Any

from djust.runtime.registry import Registry
from djust.token import Binding


def page(name: str, weight: int = 1000) -> Any:
    return SimpleNamespace(
        binding=Binding("", "", "b"),
        id=name,
        expires=None,
        cancel_work=lambda: None,
        weight=lambda: weight,
    )


def test_a_waiting_page_is_found_until_its_time_is_over() -> None:
    registry = Registry()
    one = page("one")
    registry.wait(one, 60)
    assert registry.get("one") is one
    one.expires = time.monotonic()
    assert registry.get("one") is None


def test_expired_pages_are_swept_by_a_thread() -> None:
    registry = Registry()
    registry.wait(page("long"), 60)
    registry.wait(page("short"), 0.1)
    assert len(registry) == 2
    deadline = time.monotonic() + 5
    while len(registry) > 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [one.id for one in registry] == ["long"]


def test_a_page_with_a_socket_does_not_expire() -> None:
    registry = Registry()
    one = page("one")
    registry.wait(one, 0.05)
    registry.hold(one)
    time.sleep(0.1)
    registry.sweep()
    assert registry.get("one") is one
    registry.wait(one, 0.01)
    time.sleep(0.05)
    registry.sweep()
    assert len(registry) == 0


def test_waiting_pages_are_bounded_and_the_first_to_expire_goes(settings: Any) -> None:
    settings.DJUST = {"SESSIONS": 3}
    registry = Registry()
    held = page("held")
    registry.hold(held)
    for number in range(10):
        registry.wait(page(str(number)), 60 + number)
        registry.wait(page("again"), 200)
    assert sorted(one.id for one in registry) == ["8", "9", "again", "held"]


def test_waiting_pages_are_bounded_in_bytes(settings: Any) -> None:
    settings.DJUST = {"SESSION_BYTES": 5000}
    registry = Registry()
    held = page("held", 4000)
    registry.hold(held)
    for number in range(10):
        registry.wait(page(str(number), 2000), 60 + number)
    assert sorted(one.id for one in registry) == ["8", "9", "held"]
    # Another weight of the same page takes the place of its first one, and a page with a socket does not count.
    registry.wait(page("9", 3000), 80)
    assert sorted(one.id for one in registry) == ["8", "9", "held"]
    registry.hold(page("9", 3000))
    registry.wait(page("10", 2900), 90)
    assert sorted(one.id for one in registry) == ["10", "8", "9", "held"]
    # One that is too large by itself is kept alone.
    registry.wait(page("large", 90_000), 100)
    assert sorted(one.id for one in registry) == ["9", "held", "large"]
    registry.clear()
    assert registry._bytes == 0


def test_forgetting_is_by_identity() -> None:
    registry = Registry()
    one, other = page("same"), page("same")
    registry.wait(one, 60)
    registry.forget(other)
    assert registry.get("same") is one
    registry.hold(other)
    registry.forget(one)
    assert registry.get("same") is other
    registry.forget(other)
    assert len(registry) == 0


def test_the_sweeper_ends_when_there_is_nothing_to_sweep() -> None:
    registry = Registry()
    registry.wait(page("one"), 0.05)
    sweeper = registry._sweeper
    assert isinstance(sweeper, threading.Thread)
    sweeper.join(5)
    assert not sweeper.is_alive()
    registry.wait(page("two"), 0.05)
    assert registry._sweeper is not sweeper
