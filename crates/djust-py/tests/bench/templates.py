"""Rendering and compiling beside Django's engine: ``python templates.py``.

Prints medians in microseconds and the ratio Django / djust for each case. Both outputs are compared first: a case that
differs ends the run.
"""

from __future__ import annotations

import math
import types
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

import sys  # noqa: E402

import django.template  # noqa: E402
from django import forms  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.template import Context  # noqa: E402
from django.urls import path  # noqa: E402

import djust.template  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
import bench_tags  # noqa: E402, F401
from timing import medians  # noqa: E402

urls = sys.modules["bench_urls"] = types.ModuleType("bench_urls")
urls.urlpatterns = [path("item/<int:pk>/", lambda request, pk: None, name="item")]  # type: ignore[attr-defined]


class Row:
    """A plain object with the fields of a row."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)


class ContactForm(forms.Form):
    name = forms.CharField()
    email = forms.EmailField(help_text="We do not pass it on.")
    topic = forms.ChoiceField(choices=[(number, f"Topic {number}") for number in range(10)])
    agreed = forms.BooleanField()


ROWS = [
    {
        "id": number,
        "name": f"Name {number}",
        "email": f"user{number}@example.com",
        "city": f"City <{number % 7}>",
        "age": number % 90,
        "active": number % 3 == 0,
    }
    for number in range(1000)
]
OBJECTS = [Row(row) for row in ROWS]
USERS = [
    User(
        id=row["id"],
        username=row["name"],
        email=row["email"],
        first_name=row["city"],
        is_active=row["active"],
    )
    for row in ROWS
]

TABLE = """<table>{% for row in rows %}
<tr class="{% if row.active %}on{% else %}off{% endif %}"><td>{{ forloop.counter }}</td><td>{{ row.name|upper }}</td>
<td>{{ row.email }}</td><td>{{ row.city|default:"-" }}</td><td>{{ row.age|add:1 }}</td></tr>{% endfor %}</table>"""
USER_TABLE = (
    TABLE.replace("row.active", "row.is_active")
    .replace("row.name", "row.username")
    .replace("row.city", "row.first_name")
    .replace("row.age", "row.id")
)
FILES = {
    "base.html": "<html><head><title>{% block title %}Shop{% endblock %}</title></head>"
    "<body>{% block body %}{% endblock %}</body></html>",
    "item.html": "<li>{{ row.name }} {{ row.email }}</li>",
    "card.html": "<div>{{ title }}</div>",
}
SIMPLE = """<html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><p>{{ user.name }}</p>
{% if open %}<p>Open</p>{% else %}<p>Closed</p>{% endif %}<ul>{% for item in few %}<li>{{ item }}</li>{% endfor %}</ul>
<p>Some words that do not change, as every page has them.</p></body></html>"""
NESTED = """{% for row in rows %}{% for cell in few %}{% if forloop.first %}<b>{{ forloop.parentloop.counter }}</b>
{% else %}{{ cell }}{% endif %}{% endfor %}{% endfor %}"""
INHERITED = """{% extends "base.html" %}{% block body %}{% for row in rows %}{% include "item.html" %}{% endfor %}
{% endblock %}"""
FILTERS = """{% for row in rows %}{{ row.name|lower|capfirst|truncatechars:20 }} {{ row.city|upper|slugify }}
{{ row.age|add:5|stringformat:"05d" }} {{ row.email|cut:"@"|default:"none"|length }}{% endfor %}"""

# Name, source, names. The first nine are plain: nothing in them needs Django's own Python.
PLAIN: list[tuple[str, str, dict[str, Any]]] = [
    ("simple page", SIMPLE, {"title": "Tea & cake", "user": {"name": "Ann"}, "open": 1, "few": [1, 2, 3]}),
    ("table, dicts", TABLE, {"rows": ROWS}),
    ("table, objects", TABLE, {"rows": OBJECTS}),
    ("table, models", USER_TABLE, {"rows": USERS}),
    ("nested loops", NESTED, {"rows": ROWS, "few": [1, 2, 3]}),
    ("inheritance, includes", INHERITED, {"rows": ROWS[:100]}),
    ("static page", "<p>Text that does not change.</p>\n" * 4500 + "{{ a }}", {"a": 1}),
    ("filter-heavy", FILTERS, {"rows": ROWS}),
    ("escape-heavy", "{% for text in texts %}<p>{{ text }}</p>{% endfor %}", {"texts": ["<b>a & b's</b> " * 8] * 500}),
]  # fmt: skip
WITH_PYTHON: list[tuple[str, str, dict[str, Any]]] = [
    ("simple tags", "{% load bench %}{% for row in rows %}{% price row.age %}{% endfor %}", {"rows": ROWS}),
    ("inclusion tags", "{% load bench %}{% for row in rows %}{% card row.name %}{% endfor %}", {"rows": ROWS[:200]}),
    ("url", "{% for row in rows %}{% url 'item' pk=row.id %}{% endfor %}", {"rows": ROWS}),
    ("translate", "{% load i18n %}{% for row in rows %}{% translate 'Yes' %}{% endfor %}", {"rows": ROWS}),
    ("form", "{{ form }}", {"form": ContactForm({})}),
]  # fmt: skip


def engine(kind: type[django.template.Engine]) -> django.template.Engine:
    return kind(
        libraries={"bench": "bench_tags", "i18n": "django.templatetags.i18n"},
        loaders=[
            (
                "django.template.loaders.cached.Loader",
                [("django.template.loaders.locmem.Loader", FILES)],
            )
        ],
    )


def main() -> None:
    theirs, ours = engine(django.template.Engine), engine(djust.template.Engine)
    print(
        f"Templates, Django {django.__version__}; medians in microseconds, ratio = Django / djust"
    )
    print(f"{'case':24}{'bytes':>9}{'Django':>10}{'djust':>9}{'ratio':>8}{'compile':>10}")
    for title, cases in (("plain", PLAIN), ("with Django's Python", WITH_PYTHON)):
        ratios = [measure(theirs, ours, *case) for case in cases]
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"{'geometric mean, ' + title:43}{mean:>17.1f}\n")


def measure(
    theirs: django.template.Engine,
    ours: django.template.Engine,
    name: str,
    source: str,
    names: dict[str, Any],
) -> float:
    """Print the line of one case and return its ratio."""
    pair = [theirs.from_string(source), ours.from_string(source)]
    outputs = [template.render(Context(names)) for template in pair]
    assert outputs[0] == outputs[1], f"{name}: the engines differ"
    django_time, djust_time = medians(
        [lambda template=template: template.render(Context(names)) for template in pair]
    )
    compiled = medians(
        [lambda each=each: each.from_string(source) for each in (theirs, ours)], seconds=0.3
    )
    ratio = django_time / djust_time
    size = len(outputs[0].encode())
    print(
        f"{name:24}{size:>9,}{django_time:>10.1f}{djust_time:>9.1f}{ratio:>8.1f}"
        f"{compiled[0] / compiled[1]:>10.1f}",
        flush=True,
    )
    return ratio


if __name__ == "__main__":
    main()
