"""The template engine and the comparison alone, from Python, without a runtime around them, beside the published djust.

Both get the same template and the same contexts, and take turns. What is measured of the published djust is what its own
runtime calls for an event: ``update_state`` and ``render_with_diff``.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import django.template
from published.interpreter import Interpreter

from djust import _djust

HERE = Path(__file__).resolve().parent

#: Milliseconds that reading and hashing 6,000 values and writing the operations take at least.
BOUNDS = {
    "no change": 0.06,
    "one text": 0.06,
    "swap": 0.07,
    "every tenth": 0.07,
    "shuffle": 0.1,
    "reverse": 0.1,
    "create 1000": 0.2,
}

Context = dict[str, Any]


def rows(start: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "label": f"Article {number}",
            "price": f"{number % 97}.50",
            "city": f"City {number % 13}",
            "stock": number * 7 % 101,
            "new": number % 5 == 0,
        }
        for number in range(start, start + count)
    ]


def changed(pattern: str, table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows after what the pattern says."""
    after = [dict(row) for row in table]
    if pattern == "one text":
        after[len(after) // 2]["label"] = "Changed"
    elif pattern == "swap":
        after[1], after[-2] = after[-2], after[1]
    elif pattern == "every tenth":
        for row in after[::10]:
            row["label"] += " !"
    elif pattern == "shuffle":
        random.Random(1).shuffle(after)
    elif pattern == "reverse":
        after.reverse()
    return after


class Session:
    """A page of this engine."""

    def __init__(self, source: str, contexts: list[Context]) -> None:
        template = django.template.engines.all()[0].from_string(source)
        self._session = _djust.Session(template.template.compiled)
        self._session.mount(contexts[0])
        self._contexts = contexts
        assert self._session.is_shaped, self._session.refusals()

    def run(self, repeats: int) -> tuple[list[float], int]:
        session, (before, after) = self._session, self._contexts
        spent, operations = [], ""
        for _ in range(repeats):
            start = time.process_time()
            operations = session.update(after) or ""
            spent.append((time.process_time() - start) * 1000)
            session.update(before)
        return spent, len(operations.encode())

    @property
    def memory(self) -> int:
        return int(self._session.memory)

    def hibernate(self) -> None:
        self._session.hibernate()


class Published:
    """The published djust, in a process of the environment that has it."""

    def __init__(self, python: Interpreter) -> None:
        command = [*python.command, str(HERE / "published/engine.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in: IO[str] = self._process.stdin
        self._out: IO[str] = self._process.stdout

    def _ask(self, question: Any) -> Any:
        self._in.write(json.dumps(question) + "\n")
        self._in.flush()
        return json.loads(self._out.readline())

    def begin(self, source: str, contexts: list[Context]) -> None:
        self._ask({"source": source, "contexts": contexts})

    def run(self, repeats: int) -> tuple[list[float], int]:
        spent, size = self._ask({"repeats": repeats})
        return spent, size

    def stop(self) -> None:
        self._in.close()
        self._process.wait()


@contextmanager
def published_engine(python: Interpreter | None) -> Iterator[Published | None]:
    """The published djust of an interpreter, while it is needed."""
    if python is None:
        yield None
        return
    engine = Published(python)
    try:
        yield engine
    finally:
        engine.stop()


def median(
    published: Published | None, source: str, contexts: list[Context], repeats: int
) -> tuple[float, int, float | None]:
    """Our milliseconds and bytes, and the milliseconds of the published djust, each in its turn."""
    ours, theirs = Session(source, contexts), published
    if theirs is not None:
        theirs.begin(source, contexts)
    ours.run(3)
    spent: list[float] = []
    others: list[float] = []
    size = 0
    for _ in range(4):
        some, size = ours.run(repeats // 4)
        spent += some
        if theirs is not None:
            # A tenth of the repeats: one of these takes as long as hundreds of ours.
            others += theirs.run(max(repeats // 40, 2))[0]
    return statistics.median(spent), size, statistics.median(others) if others else None


def line(name: str, bound: float | None, ours: float, size: int, theirs: float | None) -> None:
    shown = f"{name:32}{ours:>9.4f}{'' if bound is None else f'{bound:.2f}':>8}{size:>10,}"
    if theirs is not None:
        shown += f"{theirs:>12.3f}{theirs / ours:>9,.0f} x"
    print(shown, flush=True)


def compare(table_page: str, counter_page: str, python: Interpreter | None) -> None:
    """Print the figures; beside those of the published djust where an interpreter has it."""
    with published_engine(python) as published:
        heading = f"{'Engine and comparison alone':32}{'ms':>9}{'bound':>8}{'bytes':>10}"
        print(heading + (f"{'published':>12}{'ratio':>11}" if python else ""))
        table = rows(1, 1000)
        for pattern, bound in BOUNDS.items():
            before = [] if pattern == "create 1000" else table
            each = [{"rows": one, "selected": 0} for one in (before, changed(pattern, table))]
            line(pattern, bound, *median(published, table_page, each, 80))
        for kilobytes in (2, 200):
            page = static_page(kilobytes)
            figures = median(published, page, [{"count": 1}, {"count": 2}], 2000)
            line(f"one text in {kilobytes} KB", None, *figures)
        # What an event costs beside the values that the template reads is what the counter's costs.
        counter = median(published, counter_page, [{"count": 1}, {"count": 2}], 2000)
        line("one text of the counter", None, *counter)
        for count in (1000, 10_000):
            many = rows(1, count)
            each = [{"rows": one, "selected": 0} for one in (many, changed("one text", many))]
            ours, size, theirs = median(published, table_page, each, 40)
            line(f"one text in {count:,} rows", None, ours, size, theirs)
            print(f"{'  for each value read, ns':32}{ours * 1e6 / (count * 6):>9.1f}")
    for name, source, names in (
        ("counter", counter_page, {"count": 1}),
        ("table", table_page, {"rows": table, "selected": 0}),
    ):
        session = Session(source, [names, names])
        print(f"memory of a session, {name:11}{session.memory:>27,} bytes")
        session.hibernate()
        print(f"  when it is idle{session.memory:>43,} bytes")


def static_page(kilobytes: int) -> str:
    text = "<p>Nothing here ever changes, it is only <b>long</b>.</p>\n" * (kilobytes * 500 // 58)
    head = "<!doctype html><html><head><title>x</title></head><body>"
    return f"{head}<main dj-root>{text}<i>{{{{ count }}}}</i>{text}</main></body></html>"
