"""Rendering and compiling beside Django's backend: ``python templates.py [PART OF A NAME]``.

Prints medians of the thread's own time in microseconds (a busy machine distorts them little), the ratio Django / djust and, where the package ``minijinja`` is installed, minijinja /
djust. The last column is what copying the output's bytes takes: no engine can be faster. Django's output and ours are
compared first: a case that differs ends the run.
"""

from __future__ import annotations

import math
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    USE_TZ=True,
    ROOT_URLCONF="bench_urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from django.forms.renderers import DjangoTemplates as DjangoRenderer  # noqa: E402
from django.template.backends.django import DjangoTemplates  # noqa: E402
from django.urls import path  # noqa: E402

from djust.template import DjustTemplates  # noqa: E402
from djust.template.renderers import DjustTemplates as DjustRenderer  # noqa: E402

try:
    import minijinja
except ImportError:
    minijinja = None

sys.path.insert(0, str(Path(__file__).parent))
import bench_tags  # noqa: E402, F401
from cases import FILES, PLAIN, WITH_PYTHON, Case  # noqa: E402
from timing import medians  # noqa: E402

urls = sys.modules["bench_urls"] = types.ModuleType("bench_urls")
urls.urlpatterns = [path("item/<int:pk>/", lambda request, pk: None, name="item")]  # type: ignore[attr-defined]


def backend(kind: type[DjangoTemplates]) -> DjangoTemplates:
    return kind(
        {
            "NAME": kind.__name__,
            "DIRS": [],
            "APP_DIRS": False,
            "OPTIONS": {
                "libraries": {"bench": "bench_tags", "i18n": "django.templatetags.i18n"},
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", FILES)],
                    )
                ],
            },
        }
    )


def with_minijinja(case: Case) -> Callable[[], object] | None:
    """The case rendered by minijinja."""
    if minijinja is None or case.jinja is None:
        return None
    files = {
        name: text.replace("block.super", "super()").replace("|capfirst", "|capitalize")
        for name, text in FILES.items()
    }
    environment = minijinja.Environment(
        templates={**files, "case.html": case.jinja}, auto_escape_callback=lambda _: True
    )
    return lambda: environment.render_template("case.html", **case.names)


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    engines = backend(DjangoTemplates), backend(DjustTemplates)
    print(f"Templates, Django {django.__version__}; medians in microseconds; x: times djust's")
    print(
        f"{'case':24}{'bytes':>9}{'Django':>10}{'djust':>9}{'x':>7}{'minijinja':>11}{'x':>6}"
        f"{'copy':>7}{'compile x':>11}"
    )
    for title, cases in (("plain", PLAIN), ("with Django's Python", WITH_PYTHON)):
        measured = [measure(engines, case) for case in cases if wanted in case.name]
        if measured:
            means = [
                math.exp(sum(map(math.log, ratios)) / len(ratios)) if all(ratios) else 0
                for ratios in zip(*measured, strict=True)
            ]
            beside = f"{means[1]:>17.1f}" if means[1] else ""
            print(f"{'geometric mean, ' + title:52}{means[0]:>7.1f}{beside}\n")


def measure(engines: tuple[DjangoTemplates, DjangoTemplates], case: Case) -> tuple[float, float]:
    """Print the line of one case and return what Django and minijinja take, in times of ours."""
    pair = [engine.from_string(case.source) for engine in engines]
    if "form" in case.names:
        # Each with the templates of forms and widgets on its own engine.
        form = type(case.names["form"])
        own = [{"form": form({}, renderer=each)} for each in (DjangoRenderer(), DjustRenderer())]
    else:
        own = [case.names, case.names]
    outputs = [template.render(names) for template, names in zip(pair, own, strict=True)]
    assert outputs[0] == outputs[1], f"{case.name}: the engines differ"
    contenders: list[Callable[[], Any]] = [
        lambda template=template, names=names: template.render(names)  # type: ignore[misc]
        for template, names in zip(pair, own, strict=True)
    ]
    peer = with_minijinja(case)
    if peer is not None:
        contenders.append(peer)
    data = outputs[0].encode()
    times = medians([*contenders, lambda: memoryview(data).tobytes()], clock=time.thread_time)
    compiled = medians(
        [lambda each=each: each.from_string(case.source) for each in engines],  # type: ignore[misc]
        seconds=0.3,
        clock=time.thread_time,
    )
    django_ratio = times[0] / times[1]
    peer_ratio = times[2] / times[1] if peer else 0
    beside = f"{times[2]:>11.1f}{peer_ratio:>6.1f}" if peer else f"{'-':>11}{'-':>6}"
    print(
        f"{case.name:24}{len(data):>9,}{times[0]:>10.1f}{times[1]:>9.1f}{django_ratio:>7.1f}{beside}"
        f"{times[-1]:>7.1f}{compiled[0] / compiled[1]:>11.1f}",
        flush=True,
    )
    return django_ratio, peer_ratio


if __name__ == "__main__":
    main()
