"""How the benchmarks measure: engines take turns, medians are kept, ratios are the claim."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def medians(
    contenders: list[Callable[[], object]],
    *,
    clock: Callable[[], float] = time.perf_counter,
    seconds: float = 1.0,
    least: int = 5,
) -> list[float]:
    """The median time of each function, in microseconds. They are called in turn."""
    for contender in contenders:
        contender()
    times: list[list[float]] = [[] for _ in contenders]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < least:
        for contender, measured in zip(contenders, times, strict=True):
            start = clock()
            contender()
            measured.append(clock() - start)
    return [statistics.median(measured) * 1e6 for measured in times]
