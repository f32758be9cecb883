"""What the template benchmark renders: the cases of the table, one after another.

Every plain case is written twice, for Django and for minijinja, so that the two give (nearly) the same bytes; where
minijinja has no such filter, its template writes the value as it is.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.safestring import mark_safe


@dataclass(frozen=True)
class Case:
    """One line of the table; ``jinja`` is the same template for minijinja."""

    name: str
    source: str
    names: dict[str, Any]
    jinja: str | None = None


class Person(models.Model):
    name = models.CharField(max_length=50)
    email = models.CharField(max_length=50)
    city = models.CharField(max_length=50)
    age = models.IntegerField()
    score = models.FloatField()
    joined = models.DateField()
    active = models.BooleanField()

    class Meta:
        app_label = "bench"


class ContactForm(forms.Form):
    name = forms.CharField()
    email = forms.EmailField(help_text="We do not pass it on.")
    topic = forms.ChoiceField(choices=[(number, f"Topic {number}") for number in range(10)])
    agreed = forms.BooleanField()


ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": f"Name {number}",
        "email": f"User{number}@example.com",
        "city": f"City <{number % 7}>" if number % 5 else "",
        "age": number % 90,
        "score": number * 1.37,
        "joined": datetime.date(2020, 1 + number % 12, 1 + number % 28),
        "active": number % 3 == 0,
    }
    for number in range(1000)
]
PEOPLE = [Person(**row) for row in ROWS]

FILES = {
    "base.html": """<html><head><title>{% block title %}Shop{% endblock %}</title></head>
<body><nav>{% include "nav.html" %}</nav>{% block body %}{% endblock %}<footer>{% block footer %}{{ year }}{% endblock %}</footer>
</body></html>""",
    "list.html": '{% extends "base.html" %}{% block body %}<ul>{% block rows %}{% endblock %}</ul>{% endblock %}',
    "nav.html": '{% for link in links %}<a href="{{ link.url }}">{{ link.text }}</a>{% endfor %}',
    "item.html": """<li id="item-{{ row.id }}"><b>{{ row.name }}</b> <i>{{ row.email }}</i>
{% if row.city %}<span class="city">{{ row.city }}</span>{% endif %}</li>""",
    "card.html": '<div class="card"><b>{{ title }}</b></div>',
    "field.html": """<div class="form-row{% if field.errors %} errors{% endif %} field-{{ field.name }}">
{% for error in field.errors %}<p class="error">{{ error }}</p>{% endfor %}
<label{% if field.required %} class="required"{% endif %} for="{{ field.id }}">{{ field.label|capfirst }}:</label>
{{ field.widget }}{% if field.help %}<div class="help">{{ field.help|safe }}</div>{% endif %}</div>""",
}
LINKS = [{"url": f"/part/{number}/?a=1&b=2", "text": f"Part {number}"} for number in range(8)]


def field(number: int) -> dict[str, Any]:
    name = f"field_{number}"
    return {
        "name": name,
        "id": f"id_{name}",
        "label": f"label of field {number}",
        "required": number % 2 == 0,
        "errors": ["This field is required."] if number % 7 == 0 else [],
        "help": "Up to <b>50</b> characters." if number % 3 == 0 else "",
        "widget": mark_safe(
            f'<input type="text" name="{name}" value="Value {number}" class="vTextField" maxlength="50" id="id_{name}">'
        ),
    }


FIELDSETS = [
    {
        "title": f"Part {part} & more",
        "open": part % 2 == 0,
        "fields": [field(part * 10 + number) for number in range(10)],
    }
    for part in range(8)
]

TABLE = """<table>{% for row in rows %}
<tr id="row-{{ row.id }}" class="{% cycle 'odd' 'even' %}{% if row.active %} on{% endif %}"><td>{{ forloop.counter }}</td>
<td><a href="/people/{{ row.id }}/">{{ row.name|upper }}</a></td><td>{{ row.email|lower }}</td><td>{{ row.city|default:"-" }}</td>
<td>{{ row.age|add:1 }}</td><td>{{ row.score|floatformat:2 }}</td><td>{{ row.joined|date:"Y-m-d" }}</td>
<td>{% if row.age >= 18 and row.active %}yes{% else %}no{% endif %}</td></tr>{% endfor %}</table>"""
TABLE_JINJA = """<table>{% for row in rows %}
<tr id="row-{{ row.id }}" class="{{ loop.cycle('odd', 'even') }}{% if row.active %} on{% endif %}"><td>{{ loop.index }}</td>
<td><a href="/people/{{ row.id }}/">{{ row.name|upper }}</a></td><td>{{ row.email|lower }}</td><td>{{ row.city or "-" }}</td>
<td>{{ row.age + 1 }}</td><td>{{ row.score|round(2) }}</td><td>{{ row.joined }}</td>
<td>{% if row.age >= 18 and row.active %}yes{% else %}no{% endif %}</td></tr>{% endfor %}</table>"""

SIMPLE = """<html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><p>Hello {{ user.name }}, of {{ user.city }}.</p>
{% if open %}<p>We are open.</p>{% else %}<p>We are closed.</p>{% endif %}
<ul>{% for item in few %}<li class="item">{{ item.name }}: {{ item.price }}</li>{% endfor %}</ul>
"""
SIMPLE += "<p>Some words that do not change, as every page has them.</p>\n" * 9 + "</body></html>"

NESTED = """{% for row in rows %}<tr>{% for cell in few %}<td{% if forloop.first %} class="first"{% elif forloop.last %} class="last"{% endif %}>\
{{ forloop.parentloop.counter }}.{{ forloop.counter }}: {{ cell }}</td>{% endfor %}</tr>
{% endfor %}"""
NESTED_JINJA = """{% for row in rows %}{% set outer = loop %}<tr>{% for cell in few %}\
<td{% if loop.first %} class="first"{% elif loop.last %} class="last"{% endif %}>{{ outer.index }}.{{ loop.index }}: {{ cell }}</td>\
{% endfor %}</tr>
{% endfor %}"""

INHERITED = """{% extends "list.html" %}{% block title %}List: {{ block.super }}{% endblock %}
{% block rows %}{% for row in rows %}{% include "item.html" %}{% endfor %}{% endblock %}"""
INHERITED_JINJA = INHERITED.replace("block.super", "super()")

FORM = """<form method="post">{% for fieldset in fieldsets %}<fieldset class="module{% if fieldset.open %} open{% endif %}">
<h2>{{ fieldset.title }}</h2>{% for field in fieldset.fields %}{% include "field.html" %}{% endfor %}</fieldset>
{% endfor %}<div class="submit-row"><input type="submit" value="Save"></div></form>"""

STATIC = "<p>Text that does not change.</p>\n" * 2250
STATIC = "<h1>{{ title }}</h1>" + STATIC + "<p>{{ user }}</p>" + STATIC + "{{ year }}"

FILTERS = """{% for row in rows %}<p>{{ row.name|lower|capfirst|truncatechars:20 }} {{ row.city|upper|slugify }}
{{ row.age|add:5|stringformat:"05d" }} {{ row.email|cut:"@"|default:"none"|length }} {{ row.name|title|ljust:20 }}
{{ row.age|pluralize }} {{ row.active|yesno:"on,off" }}</p>{% endfor %}"""
FILTERS_JINJA = """{% for row in rows %}<p>{{ row.name|lower|capitalize|truncate(length=20) }} {{ row.city|upper|replace(" ", "-") }}
{{ (row.age + 5)|string }} {{ row.email|replace("@", "")|default("none")|length }} {{ row.name|title|string }}
{{ "s" if row.age != 1 else "" }} {{ "on" if row.active else "off" }}</p>{% endfor %}"""

ESCAPES = "{% for text in texts %}<p>{{ text }}</p>{% endfor %}"

# Nothing in these needs Django's own Python.
PLAIN = [
    Case(
        "simple page",
        SIMPLE,
        {
            "title": "Tea & cake",
            "user": {"name": "Ann", "city": "Ghent"},
            "open": True,
            "few": [{"name": f"Tea {number}", "price": number * 3} for number in range(5)],
        },
        SIMPLE,
    ),
    Case("table, dicts", TABLE, {"rows": ROWS}, TABLE_JINJA),
    Case("table, models", TABLE, {"rows": PEOPLE}, TABLE_JINJA),
    Case("nested loops", NESTED, {"rows": ROWS[:500], "few": ["a", "b", "c", "d", "e"]}, NESTED_JINJA),
    Case(
        "inheritance, includes",
        INHERITED,
        {"rows": ROWS[:100], "links": LINKS, "year": 2024},
        INHERITED_JINJA,
    ),
    Case("admin-like form page", FORM, {"fieldsets": FIELDSETS}, FORM.replace("|capfirst", "|capitalize")),
    Case("static page", STATIC, {"title": "Tea & cake", "user": "Ann", "year": 2024}, STATIC),
    Case("filter-heavy", FILTERS, {"rows": ROWS}, FILTERS_JINJA),
    Case("escape-heavy", ESCAPES, {"texts": ["<b>a & b's</b> \"quoted\" words that go on " * 4] * 500}, ESCAPES),
]  # fmt: skip

# Django's own Python does the work, or much of it.
WITH_PYTHON = [
    Case(
        "simple tags",
        "{% load bench %}{% for row in rows %}<td>{{ row.name }}</td><td>{% price row.age %}</td>{% endfor %}",
        {"rows": ROWS},
    ),
    Case(
        "inclusion tags",
        "{% load bench %}{% for row in rows %}{% card row.name %}{% endfor %}",
        {"rows": ROWS[:200]},
    ),
    Case(
        "url",
        "{% for row in rows %}<a href=\"{% url 'item' pk=row.id %}\"></a>{% endfor %}",
        {"rows": ROWS},
    ),
    Case(
        "translate",
        "{% load i18n %}{% for row in rows %}<p>{% translate 'Yes' %}</p>{% endfor %}",
        {"rows": ROWS},
    ),
    Case("form", "{{ form }}", {"form": ContactForm({})}),
]
