"""A server under load, on this machine only: ``python load.py``.

Starts uvicorn with one process on a free port and drives it over real sockets. Prints the round trip of an event, how many
events a core of the server handles in a second (by the server's own processor time, so that this client's share does not
count), what an idle session costs in memory, and how much stays after pages have come and gone. It stops by itself; the
numbers of pages and events are bounded by the options. Linux only: it reads ``/proc``.

Beside the figures of the counter stand those of the published djust, where an environment of its own has that package: the interpreter that
``--published`` names, or ``.venvs/published``, which ``scripts/bench`` makes. Both take turns, figure by figure.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from load_page import Page
from load_server import Server
from published import interpreter
from published.page import PublishedPage

HERE = Path(__file__).resolve().parent
PATHS = ("/counter/", "/async-counter/")
TABLE = "/table/"


@dataclass
class Target:
    server: Server
    page: type[Page | PublishedPage]

    async def open(self, path: str) -> Page | PublishedPage:
        return await self.page.open(self.server, path)


async def round_trip(target: Target, path: str, events: int) -> float:
    """Median milliseconds from a click to its answer, with nothing else going on."""
    page = await target.open(path)
    for _ in range(200):
        await page.click()
    times = []
    for _ in range(events):
        start = time.perf_counter()
        await page.click()
        times.append(time.perf_counter() - start)
    await page.socket.close()
    return statistics.median(times) * 1000


async def throughput(target: Target, path: str, pages: int, events: int) -> float:
    """Events for each second of the server's processor time, from many pages at once."""
    opened = [await target.open(path) for _ in range(pages)]

    async def work(page: Page | PublishedPage) -> None:
        for _ in range(events):
            await page.click()

    before = target.server.cpu()
    await asyncio.gather(*map(work, opened))
    spent = target.server.cpu() - before
    await asyncio.gather(*(page.socket.close() for page in opened))
    return pages * events / spent


async def idle_memory(target: Target, path: str, pages: int) -> float:
    """Resident kilobytes of one session that is open and used once."""
    opened: list[Page | PublishedPage] = []

    async def more(number: int) -> None:
        for _ in range(number):
            page = await target.open(path)
            await page.click()
            opened.append(page)

    # They stay: what they took must not be there for the others to take.
    await more(pages // 10)
    await asyncio.sleep(0.5)
    before = target.server.memory()
    await more(pages)
    await asyncio.sleep(0.5)
    spent = (target.server.memory() - before) / pages
    await asyncio.gather(*(page.socket.close() for page in opened))
    await asyncio.sleep(1.5)
    return spent


async def cycles(target: Target, path: str, number: int) -> tuple[float, float]:
    """Resident kilobytes after the first tenth of so many pages that come and go, and after all of them."""

    async def come_and_go() -> None:
        page = await target.open(path)
        await page.click()
        await page.socket.close()

    early = 0.0
    batch = 20
    for done in range(0, number, batch):
        await asyncio.gather(*(come_and_go() for _ in range(batch)))
        if not early and done + batch > number // 10:
            await asyncio.sleep(1.5)
            early = target.server.memory()
    await asyncio.sleep(1.5)
    return early, target.server.memory()


def row(name: str, *figures: str) -> None:
    print(f"{name:36}" + "".join(f"{figure:>18}" for figure in figures), flush=True)


def measure(targets: list[Target], options: argparse.Namespace) -> None:
    for path in PATHS:
        spent = [asyncio.run(round_trip(each, path, options.events)) for each in targets]
        row(f"{path} round trip, median", *(f"{each:.3f} ms" for each in spent))
        load = (path, options.pages, options.events // 4)
        rates = [asyncio.run(throughput(each, *load)) for each in targets]
        row(f"{path} events/s and core", *(f"{each:,.0f}" for each in rates))
    path = PATHS[0]
    spent = [asyncio.run(idle_memory(each, path, options.sessions)) for each in targets]
    row(f"{path} idle session", *(f"{each:.1f} KB" for each in spent))
    ours = targets[0]
    # The published djust takes fifty times as long for a table: it is left out.
    memory = asyncio.run(idle_memory(ours, TABLE, options.sessions // 5))
    row(f"{TABLE} idle session", f"{memory:.1f} KB")
    delay = asyncio.run(round_trip(ours, TABLE, options.events))
    row(f"{TABLE} round trip, median", f"{delay:.3f} ms")
    rate = asyncio.run(throughput(ours, TABLE, options.pages, options.events // 20))
    row(f"{TABLE} events/s and core", f"{rate:,.0f}")
    for path, number in ((PATHS[0], options.cycles), (TABLE, options.cycles // 20)):
        early, late = asyncio.run(cycles(ours, path, number))
        row(f"{path} after {number:,} pages", f"{late - early:+,.0f} KB of {early:,.0f} KB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=2000, help="events of the round trip")
    parser.add_argument("--pages", type=int, default=20, help="pages at once for the throughput")
    parser.add_argument("--sessions", type=int, default=500, help="idle sessions for the memory")
    parser.add_argument("--cycles", type=int, default=10_000, help="pages that come and go")
    interpreter.add_option(parser)
    options = parser.parse_args()
    published = interpreter.chosen(parser, options)
    targets: list[Target] = []
    try:
        targets.append(Target(Server([sys.executable], HERE / "load_site.py"), Page))
        if published is None:
            row("with Django", version("Django"))
        else:
            script = HERE / "published/project.py"
            targets.append(Target(Server(published.command, script), PublishedPage))
            row("djust", "this one", f"published {published.djust}")
            row("with Django", version("Django"), published.django)
        measure(targets, options)
    finally:
        for target in targets:
            target.server.stop()


if __name__ == "__main__":
    main()
