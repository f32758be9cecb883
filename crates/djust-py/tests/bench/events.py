"""A whole event in process, from the frame that comes in to the frame that goes out: ``python events.py``.

Prints the median CPU time in milliseconds, of all threads together, and the bytes of the answer. Nothing of the runtime is
left out: frame decoding, the queue, the worker thread, the handler, rendering, comparing, encoding. No socket and no browser
take part. Beside it stands the same event sent by ``LiveClient``, as a project's tests send it: that has an event loop and a
thread of its own for each call, which a server has not. Then:

- the same with the state of the page in a cache, in this process and in Redis (where ``redis-server`` is there), with the mark
  that is written before each handler and without it, which ``@event_handler(idempotent=True)`` saves;
- what a GET of a page costs, beside a plain view with the same template and engine;
- what Django's own engine takes to render the same template once;
- the template engine and the comparison alone, without a runtime around them, beside the bound of the design: reading and
  hashing the values, and writing what the event must send. Beside it the published djust, where an environment of its own
  has that package: see ``load.py``. ``--alone`` prints this part only.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection, create_server
from typing import Any

import django
from django.conf import settings

TABLE = """<!doctype html><html><head><title>Rows</title></head><body><main dj-view="Table" dj-root>
<p>{{ rows|length }} rows</p><table><tbody>{% for row in rows %}
<tr dj-key="{{ row.id }}" class="{% if row.id == selected %}selected{% endif %}"><td>{{ row.id }}</td><td>{{ row.label }}</td>
<td>{{ row.price }}</td><td>{{ row.city }}</td><td>{{ row.stock }}</td><td>{% if row.new %}<b>new</b>{% endif %}</td></tr>
{% endfor %}</tbody></table></main></body></html>"""
COUNTER = """<!doctype html><html><head><title>Counter</title></head><body><main dj-view="Counter" dj-root>
<p>{{ count }}</p><button dj-click="increment">+1</button></main></body></html>"""

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=["djust"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    ROOT_URLCONF="bench_urls",
    USE_TZ=True,
    TEMPLATES=[{"BACKEND": "djust.template.DjustTemplates", "OPTIONS": {}}],
    STATIC_URL="/static/",
    DJUST={"FRAMES_PER_SECOND": 1_000_000},
)
django.setup()

import django.template  # noqa: E402
import engine_alone  # noqa: E402
import first_get  # noqa: E402
from django.urls import path  # noqa: E402
from engine_alone import rows  # noqa: E402
from event_page import times  # noqa: E402
from published import interpreter  # noqa: E402

from djust import LiveView, event_handler, state  # noqa: E402
from djust.testing import LiveClient  # noqa: E402


class CounterView(LiveView):
    template = COUNTER
    count = state(default=0)

    @event_handler
    def increment(self, **kwargs: Any) -> None:
        self.count += 1

    @event_handler(idempotent=True)
    def unmarked(self, **kwargs: Any) -> None:
        self.count += 1

    @event_handler
    async def asynchronous(self, **kwargs: Any) -> None:
        self.count += 1


class TableView(LiveView):
    template = TABLE
    rows = state(default=[])
    selected = state(default=0)
    turn = state(default=0)

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.rows = rows(1, 1000)

    @event_handler
    def nothing(self, **kwargs: Any) -> None:
        pass

    @event_handler
    def one_row(self, **kwargs: Any) -> None:
        self.turn += 1
        self.rows[500]["label"] = f"Changed {self.turn}"

    @event_handler
    def select(self, **kwargs: Any) -> None:
        self.selected = self.selected % 1000 + 1

    @event_handler
    def swap(self, **kwargs: Any) -> None:
        self.rows[1], self.rows[998] = self.rows[998], self.rows[1]

    @event_handler
    def every_tenth(self, **kwargs: Any) -> None:
        self.turn += 1
        for row in self.rows[::10]:
            row["label"] = f"Tenth {self.turn}"

    @event_handler
    def prepend(self, **kwargs: Any) -> None:
        self.turn += 1
        self.rows = rows(10_000 + self.turn, 1) + self.rows[:-1]

    @event_handler
    def reverse(self, **kwargs: Any) -> None:
        self.rows.reverse()

    @event_handler
    def create(self, **kwargs: Any) -> None:
        self.turn += 1
        self.rows = rows(100_000 * self.turn, 1000)


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "counter": (COUNTER, {"count": 0}),
    "table": (TABLE, {"rows": rows(1, 1000), "selected": 0}),
    "static": (COUNTER.replace("<p>", f"{first_get.STATIC}<p>"), {"count": 0}),
}

urls = sys.modules["bench_urls"] = types.ModuleType("bench_urls")
urls.urlpatterns = [path("counter/", CounterView.as_view()), path("table/", TableView.as_view())]  # type: ignore[attr-defined]
urls.urlpatterns += first_get.patterns(PAGES)  # type: ignore[attr-defined]


TABLE_EVENTS = [
    "nothing",
    "one_row",
    "select",
    "swap",
    "every_tenth",
    "prepend",
    "reverse",
    "create",
]


def measure(address: str, handler: str, repeats: int) -> tuple[float, int]:
    """CPU milliseconds of one event in the runtime, and the bytes of its answer."""
    spent, size = asyncio.run(times(address, handler, repeats))
    return statistics.median(spent) * 1000, size


def measure_client(address: str, handler: str, repeats: int) -> float:
    """CPU milliseconds of one event that a test sends."""
    page = LiveClient().open(address)
    page.send(handler)
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        frames = page.send(handler)
        spent.append(time.process_time() - start)
        assert frames and frames[-1][0] == 1, f"{handler}: {frames}"
    return statistics.median(spent) * 1000


@contextmanager
def redis() -> Iterator[str | None]:
    """The address of a Redis of our own; nothing where there is no redis-server."""
    program = shutil.which("redis-server")
    try:
        import redis as client  # noqa: F401
    except ImportError:
        program = None
    if program is None:
        yield None
        return
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as directory:
        command = [program, "--port", str(port), "--save", "", "--dir", directory]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while True:
                try:
                    create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def with_stores() -> None:
    """Events of pages whose state is kept in a cache."""
    from django.test import override_settings

    print("The state in a cache:")
    cases = [("/counter/", "increment"), ("/counter/", "unmarked"), ("/table/", "one_row")]
    with redis() as address:
        caches = {"in this process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        if address is not None:
            backend = "django.core.cache.backends.redis.RedisCache"
            caches["Redis"] = {"BACKEND": backend, "LOCATION": address}
        for name, cache in caches.items():
            options = {**settings.DJUST, "STATE_CACHE": "default"}
            with override_settings(CACHES={"default": cache}, DJUST=options):
                for path_, handler in cases:
                    spent, _ = measure(path_, handler, 100 if path_ == "/table/" else 500)
                    print(f"{name:18}{path_:10}{handler:14}{spent:>9.3f} ms", flush=True)


def django_render(source: str, names: dict[str, Any]) -> float:
    template = django.template.Engine().from_string(source)
    times = []
    for _ in range(5):
        start = time.process_time()
        template.render(django.template.Context(names))
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--alone", action="store_true", help="the engine and comparison only")
    interpreter.add_option(parser)
    options = parser.parse_args()
    published = interpreter.chosen(parser, options)
    if options.alone:
        engine_alone.compare(TABLE, COUNTER, published)
        return
    print(f"One event in process, Django {django.__version__}; CPU milliseconds, median")
    print(f"{'':24}{'runtime':>12}{'LiveClient':>14}{'answer':>16}")
    cases = [("/counter/", handler, 1000) for handler in ("increment", "asynchronous")]
    cases += [("/table/", handler, 100) for handler in TABLE_EVENTS]
    for address, handler, repeats in cases:
        spent, size = measure(address, handler, repeats)
        client = measure_client(address, handler, repeats)
        figures = f"{spent:>9.3f} ms{client:>11.3f} ms{size:>10,} bytes"
        print(f"{address:10}{handler:14}{figures}", flush=True)
    with_stores()
    first_get.compare(PAGES)
    print("Rendering alone, by Django's engine:")
    print(f"{'/counter/':24}{django_render(COUNTER, {'count': 1}):>9.2f} ms")
    print(f"{'/table/':24}{django_render(TABLE, {'rows': rows(1, 1000), 'selected': 0}):>9.2f} ms")
    engine_alone.compare(TABLE, COUNTER, published)


if __name__ == "__main__":
    main()
