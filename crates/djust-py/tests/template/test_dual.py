"""Templates over Python values, rendered by Django and by us: the same text or the same exception."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from collections import OrderedDict, defaultdict, namedtuple

import pytest
from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

Point = namedtuple("Point", "x y")


class Silent(Exception):
    silent_variable_failure = True


class Loud(Exception):
    pass


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Markup(str):
    def __html__(self):
        return "<u>html</u>"


class Shop:
    """Attributes, methods and traps of all kinds."""

    name = "Shop & Co"
    _private = "hidden"

    def __init__(self):
        self.instance = "instance"
        self.items_sold = [1, 2, 3]

    def method(self):
        return "called"

    def needs(self, argument):
        return argument

    def optional(self, argument="default"):
        return argument

    def delete(self):
        raise AssertionError("deleted")

    delete.alters_data = True

    def kept(self):
        return "not called"

    kept.do_not_call_in_templates = True

    @property
    def silent(self):
        raise Silent

    @property
    def loud(self):
        raise Loud("loud")

    @property
    def attribute_error(self):
        raise AttributeError("inside a property")

    def type_error(self):
        raise TypeError("inside a method")

    def silent_method(self):
        raise Silent

    def __str__(self):
        return "<Shop>"


class Mapping:
    def __getitem__(self, key):
        if key == "silent":
            raise Silent
        if key == "loud":
            raise Loud("item")
        if key == 1:
            return "one"
        raise KeyError(key)

    attribute = "attribute"


class Sized:
    def __len__(self):
        return 0


class NotIterable:
    pass


class Callable:
    def __call__(self):
        return {"inner": "called object"}


class NotCalled:
    do_not_call_in_templates = True
    value = "class not called"

    def __call__(self):
        raise AssertionError


class Form(forms.Form):
    name = forms.CharField(max_length=5, help_text="<i>help</i>")
    agree = forms.BooleanField(required=False)
    choice = forms.ChoiceField(choices=[("a", "A & B"), ("c", "C")])


def names():
    form = Form({"name": "too long & <bad>", "choice": "x"})
    form.is_valid()
    return {
        "text": "a <b> & 'c' \"d\"",
        "safe": mark_safe("<b>bold</b>"),
        "markup": Markup("plain"),
        "lazy": lazystr("lazy <i>"),
        "message": gettext_lazy("Yes"),
        "formatted": format_html("<p>{}</p>", "<x>"),
        "zero": 0,
        "one": 1,
        "big": 12345678901234567890123,
        "negative": -7,
        "float": 1.5,
        "tiny": 1e-7,
        "huge": 1e22,
        "nan": float("nan"),
        "decimal": decimal.Decimal("1234.50"),
        "true": True,
        "none": None,
        "bytes": b"bytes",
        "list": [3, 1, 2],
        "nested": [[1, [2, 3]], ["a", "b"]],
        "tuple": ("x", "y"),
        "empty": [],
        "dict": {"key": "value", "items": "own items", 1: "number", "n": {"m": [10, 20]}},
        "plain": {"b": 1, "a": 2},
        "ordered": OrderedDict([("z", 1), ("y", 2)]),
        "default": defaultdict(lambda: "made", {"k": "v"}),
        "set": {5},
        "range": range(3),
        "generator": (n * n for n in range(4)),
        "point": Point(1, 2),
        "points": [Point(1, 2), Point(3, 4)],
        "rows": [
            {"name": "b", "age": 2, "tags": ["t1", "t2"]},
            {"name": "a", "age": 1, "tags": []},
            {"name": "b", "age": 3, "tags": ["<t3>"]},
        ],
        "shop": Shop(),
        "shop_class": Shop,
        "mapping": Mapping(),
        "sized": Sized(),
        "opaque": NotIterable(),
        "callable": Callable(),
        "not_called": NotCalled(),
        "function": lambda: "result",
        "color": Color.RED,
        "color_class": Color,
        "level": Level.LOW,
        "uuid": uuid.UUID(int=5),
        "date": datetime.date(2024, 2, 29),
        "time": datetime.time(13, 5, 9),
        "naive": datetime.datetime(2024, 2, 29, 13, 5, 9, 123),
        "aware": datetime.datetime(2024, 7, 1, 12, 0, tzinfo=datetime.timezone.utc),
        "delta": datetime.timedelta(days=1, seconds=5),
        "query": QueryDict("a=1&a=2&b=3"),
        "user": User(username="<ann>", first_name="Ann"),
        "form": form,
        "exception": ValueError("<value>"),
    }


PLAIN = [
    "text",
    "safe",
    "markup",
    "lazy",
    "message",
    "formatted",
    "zero",
    "one",
    "big",
    "negative",
    "float",
    "tiny",
    "huge",
    "nan",
    "decimal",
    "true",
    "none",
    "bytes",
    "list",
    "nested",
    "tuple",
    "empty",
    "dict",
    "ordered",
    "set",
    "range",
    "point",
    "shop",
    "mapping",
    "opaque",
    "callable",
    "function",
    "color",
    "level",
    "uuid",
    "date",
    "time",
    "naive",
    "aware",
    "delta",
    "query",
    "user",
    "exception",
    "missing",
]

PATHS = [
    "shop.name",
    "shop.instance",
    "shop.method",
    "shop.needs",
    "shop.optional",
    "shop.delete",
    "shop.kept",
    "shop.silent",
    "shop.silent_method",
    "shop.missing",
    "shop.items_sold.1",
    "shop.items_sold.9",
    "shop.method.upper",
    "shop.needs.x",
    "shop_class",
    "shop_class.name",
    "mapping.1",
    "mapping.attribute",
    "mapping.missing",
    "mapping.silent",
    "dict.key",
    "dict.items",
    "dict.1",
    "dict.missing",
    "dict.n.m.1",
    "dict.n.m.5",
    "plain.items",
    "plain.keys",
    "plain.items.0",
    "default.k",
    "default.new",
    "list.0",
    "list.-1",
    "list.name",
    "list.0.1",
    "tuple.1",
    "text.0",
    "text.upper",
    "text.missing",
    "point.x",
    "point.1",
    "point.5",
    "points.1.y",
    "rows.0.name",
    "rows.0.tags.1",
    "callable.inner",
    "not_called",
    "not_called.value",
    "color.value",
    "color_class.RED",
    "color_class.RED.value",
    "level.value",
    "query.a",
    "query.b",
    "query.lists",
    "user.username",
    "user.get_full_name",
    "user.pk",
    "user.delete",
    "user.password",
    "date.year",
    "date.isoformat",
    "aware.tzinfo",
    "decimal.as_tuple",
    "function.upper",
    "form.name.errors",
    "form.name.label_tag",
    "form.errors",
    "form.name.help_text",
    "form.fields",
    "none.x",
    "true.real",
    "zero.real",
    "one.numerator",
    "big.bit_length",
    "float.is_integer",
    "nested.0.1.1",
    "generator",
    "range.1",
    "string.0.0",
    "lazy.upper",
    "message.lower",
    "safe.upper",
    "markup.upper",
    "forloop.counter",
    "uuid.hex",
]

SOURCES = [
    "{% load i18n %}{% translate '100% & <b>' %}{% translate '50%% of %(a)s' as b %}{{ b }}{% translate text %}{% translate text noop %}",
    "{% load i18n %}{% autoescape off %}{% translate '<b>' as b %}{{ b }}{% translate text %}{% endautoescape %}{{ b }}{{ _('5% <') }}{{ _('5%%')|upper }}",
    "{% load i18n %}{% translate text as t %}{{ t }}{% translate safe as s %}{{ s }}{% translate '' %}{% translate 'Yes' context '%' %}",
    "{% load i18n %}{% get_language_info_list for list as b %}",
    "{% load i18n %}{% get_language_info_list for one as b %}",
    "{{ text|date:'Y-m-d' }}{{ date|date:'d.m.y' }}{{ date|date:'j/n Y' }}{{ date|date:'D, é Y' }}{{ none|date:'Y' }}",
    *("{{ NAME }}".replace("NAME", name) for name in PLAIN),
    *("{{ NAME }}".replace("NAME", path) for path in PATHS),
    *(
        "{% if NAME %}yes{% else %}no{% endif %}".replace("NAME", name)
        for name in [*PLAIN, "sized"]
    ),
    *(
        "{% for x in NAME %}{{ x }},{% empty %}none{% endfor %}".replace("NAME", name)
        for name in PLAIN
    ),
    "{% for x in list reversed %}{{ x }}{% endfor %}{% for x in range reversed %}{{ x }}{% endfor %}{% for c in text reversed %}{{ c }}{% endfor %}",
    "{% for x in set reversed %}{{ x }}{% endfor %}",
    "{% for x in plain reversed %}{{ x }}{% endfor %}",
    "{% for x in generator reversed %}{{ x }}{% endfor %}",
    "{% for k, v in plain.items %}{{ k }}={{ v }};{% endfor %}{% for k, v in ordered.items reversed %}{{ k }}={{ v }};{% endfor %}",
    "{% for x, y in points %}{{ x }}{{ y }}{% endfor %}{% for a, b in nested %}{{ a }}{{ b }}{% endfor %}",
    "{% for x, y in list %}{{ x }}{% endfor %}",
    "{% for x, y, z in points %}{{ x }}{% endfor %}",
    "{% for row in rows %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }}{{ forloop.first }}{{ forloop.last }} {{ row.name }}:{% for tag in row.tags %}{{ forloop.parentloop.counter }}{{ tag }}{% empty %}-{% endfor %};{% endfor %}",
    "{% for x in list %}{{ forloop }}{% endfor %}",
    "{% for x in list %}{{ forloop.length }}{% endfor %}",
    "{% for row in rows %}{% cycle 'odd' 'even' as class %}{{ class }}{% ifchanged row.name %}{{ row.name }}{% else %}same{% endifchanged %}{% endfor %}",
    "{% if one == 1 and not zero or none %}a{% endif %}{% if 'a' in dict %}b{% endif %}{% if 'key' in dict %}c{% endif %}{% if 3 in list %}d{% endif %}{% if 'b' not in text %}e{% endif %}",
    "{% if one < decimal %}a{% endif %}{% if text < one %}b{% endif %}{% if one <= 1 %}c{% endif %}{% if none is None %}d{% endif %}{% if true is True %}e{% endif %}{% if date > time %}f{% endif %}",
    "{% if shop == shop %}a{% endif %}{% if color == color_class.RED %}b{% endif %}{% if level == 1 %}c{% endif %}{% if point == tuple %}d{% endif %}{% if list == list %}e{% endif %}{% if nan == nan %}f{% endif %}",
    "{% if shop.delete %}a{% else %}b{% endif %}{% if shop.silent %}a{% else %}b{% endif %}{% if shop.needs %}a{% else %}b{% endif %}",
    "{% if shop.loud %}a{% else %}b{% endif %}",
    "{{ shop.loud }}",
    "{{ mapping.loud }}",
    "{{ shop.attribute_error }}",
    "{{ shop.type_error }}",
    "{% with a=shop.method b=list.0 %}{{ a }}{{ b }}{% endwith %}{{ a }}",
    "{% with shop.silent as x %}[{{ x }}]{% endwith %}{% with missing as x %}[{{ x }}]{% endwith %}",
    "{% firstof zero none missing text %}{% firstof zero '<x>' %}{% firstof missing as f %}[{{ f }}]",
    "{% regroup rows by name as groups %}{% for g in groups %}{{ g.grouper }}:{% for r in g.list %}{{ r.age }}{% endfor %};{% endfor %}{{ groups }}",
    "{% regroup rows|dictsort:'name' by name|upper as groups %}{% for g, l in groups %}{{ g }}{{ l|length }}{% endfor %}",
    "{% widthratio float 3 100 %}{% widthratio missing 3 100 %}{% widthratio list 1 2 %}{% widthratio one 3 100 as w %}{{ w }}",
    "{% autoescape off %}{{ text }}{{ lazy }}{{ shop }}{{ markup }}{{ safe }}{{ list }}{% endautoescape %}",
    "{{ text|safe }}{{ text|escape }}{{ safe|escape }}{{ text|force_escape }}{{ safe|force_escape }}{{ shop|safe }}{{ markup|safe }}{{ markup|escape }}",
    "{{ list|join:', ' }}{{ nested|join:'<' }}{{ rows.0.tags|join:safe }}{{ generator|join:'-' }}{{ text|join:'.' }}{{ one|join:',' }}",
    "{{ list|first }}{{ list|last }}{{ empty|first }}{{ text|first }}{{ plain|first }}",
    "{{ list|length }}{{ text|length }}{{ generator|length }}{{ plain|length }}{{ none|length }}{{ sized|length }}{{ query|length }}",
    "{{ list|slice:':2' }}{{ text|slice:'-3:' }}{{ tuple|slice:'1' }}{{ range|slice:'::2' }}{{ one|slice:'1' }}",
    "{{ rows|dictsort:'age' }}{{ rows|dictsortreversed:'name' }}{{ points|dictsort:1 }}{{ points|dictsort:'y' }}{{ one|dictsort:'x' }}",
    "{{ nested|unordered_list }}",
    "{{ one|add:2 }}{{ one|add:'2' }}{{ text|add:text }}{{ list|add:list }}{{ one|add:text }}{{ date|add:delta }}{{ none|add:none }}{{ float|add:1 }}{{ decimal|add:decimal }}",
    "{{ none|default:'d' }}{{ zero|default:'d' }}{{ missing|default:'d' }}{{ none|default_if_none:'n' }}{{ text|default:shop }}",
    "{{ true|yesno }}{{ none|yesno:'a,b,c' }}{{ zero|yesno:'a,b' }}{{ shop|yesno:'x' }}",
    "{{ date|date }}{{ date|date:'D d M Y' }}{{ naive|date:'c' }}{{ aware|date:'r e T' }}{{ text|date }}{{ none|date }}{{ time|time:'H:i:s' }}{{ aware|time }}{{ date|time }}",
    "{{ naive|timesince:aware }}{{ date|timesince:naive }}{{ naive|timeuntil:date }}{{ text|timesince }}",
    "{{ float|floatformat }}{{ float|floatformat:2 }}{{ decimal|floatformat:'-3' }}{{ decimal|floatformat:'2g' }}{{ text|floatformat }}{{ none|floatformat }}{{ big|floatformat:1 }}{{ nan|floatformat }}",
    "{{ big|filesizeformat }}{{ float|filesizeformat }}{{ text|filesizeformat }}{{ zero|pluralize }}{{ one|pluralize:'y,ies' }}{{ list|pluralize }}{{ shop|pluralize }}",
    "{{ text|upper }}{{ text|title }}{{ text|truncatechars:4 }}{{ text|truncatewords:2 }}{{ safe|truncatechars_html:2 }}{{ shop|upper }}{{ one|upper }}{{ lazy|title }}{{ none|lower }}",
    "{{ text|urlencode }}{{ shop|urlencode }}{{ text|slugify }}{{ text|linebreaks }}{{ text|linebreaksbr }}{{ text|urlize }}{{ text|striptags }}{{ text|wordcount }}{{ text|center:20 }}|{{ one|ljust:5 }}|{{ text|cut:'b' }}",
    "{{ plain|json_script }}{{ list|json_script:'id' }}{{ aware|json_script }}{{ text|json_script:'<id>' }}",
    "{{ shop|json_script }}",
    "{{ list|stringformat:'s' }}{{ one|stringformat:'05d' }}{{ text|stringformat:'r' }}{{ float|stringformat:'.3f' }}{{ shop|stringformat:'s' }}{{ date|stringformat:'s' }}{{ big|stringformat:'d' }}",
    "{{ list|pprint }}{{ shop.items_sold|pprint }}{{ text|make_list }}{{ one|make_list }}{{ big|get_digit:2 }}{{ text|get_digit:1 }}{{ one|divisibleby:1 }}{{ text|phone2numeric }}{{ text|wordwrap:3 }}{{ text|addslashes }}{{ text|escapejs }}{{ text|iriencode }}{{ text|linenumbers }}",
    "{{ list|safeseq|join:'<' }}{{ rows.2.tags|safeseq|join:', ' }}{{ list|random|add:0|yesno:'n,z' }}",
    "{{ one|divisibleby:zero }}",
    "{{ text|divisibleby:2 }}",
    "{{ form }}",
    "{{ form.as_p }}{{ form.as_table }}{{ form.as_ul }}{{ form.media }}",
    "{% for field in form %}{{ field.label_tag }}{{ field }}{{ field.errors }}{{ field.help_text }}{{ field.help_text|safe }}{{ field.name }}{{ field.value }}{% for option in field %}{{ option.tag }}{{ option.choice_label }}{% endfor %}{% endfor %}{{ form.errors }}{{ form.non_field_errors }}",
    "{{ form.name.field.max_length }}{{ form.choice.0 }}{{ form.fields.name.label }}{{ form.missing }}",
    "{% filter upper|escape %}a {{ text }}{% endfilter %}{% spaceless %}<p> <a>{{ text }}</a> </p>{% endspaceless %}{% verbatim %}{{ x }}{% endverbatim %}{% templatetag openblock %}{% comment %}{{ x }}{% endcomment %}",
    "{% now 'Y' as year %}{{ year|length }}{% lorem 2 w %}{% load static %}{% static 'a b.css' %}{% get_static_prefix %}{% static text %}",
    "{% load i18n %}{% get_language_info for one as l %}",
    "{% load i18n %}{% get_language_info for none as l %}",
    "{% load i18n %}{% get_language_info for dict as l %}",
    "{% load i18n %}{% get_language_info for 'xx' as l %}",
    "{% load i18n %}{% get_language_info for 'de' as l %}{{ l.name }}",
    "{% load i18n %}{% translate 'Yes' %}{% translate 'Yes' as y %}{{ y }}{% blocktranslate with n=text count c=one %}one {{ n }}{% plural %}many {{ c }}{% endblocktranslate %}{% get_current_language as l %}{{ l }}{{ _('No') }}{{ 'de'|language_name }}",
    "{% load l10n tz %}{% localize off %}{{ float }}{{ date }}{% endlocalize %}{{ float|unlocalize }}{{ decimal|localize }}{% timezone 'Europe/Berlin' %}{{ aware }}{{ aware|utc }}{% endtimezone %}{{ aware|timezone:'Asia/Tokyo' }}{% localtime off %}{{ aware }}{% endlocaltime %}{% get_current_timezone as tz %}{{ tz }}",
    "{% load humanize %}{{ big|intcomma }}{{ one|ordinal }}{{ one|apnumber }}{{ big|intword }}{{ date|naturalday }}{{ text|intcomma }}",
    "{% load cache %}{% cache 60 name text %}{{ text }}{% endcache %}",
    "{% csrf_token %}[{{ csrf_token }}]",
    "{% url 'missing' %}",
    "{% url 'missing' as u %}[{{ u }}]",
    "{{ text|missing }}",
    "{{ text|default }}",
    "{{ text|upper:1 }}",
    "{{ text..upper }}",
    "{{ _private }}",
    "{{ shop._private }}",
    "{{ }}",
    "{% %}",
    "{% if %}{% endif %}",
    "{% if a b %}{% endif %}",
    "{% for x of list %}{% endfor %}",
    "{% include 'missing.html' %}",
    "{% include missing %}",
    "{% extends 'missing.html' %}",
    "{% extends missing %}",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% endif %}",
    "{% if text %}",
    "{{ text",
    "{{ 'unclosed }}",
    "{{ 1.5.2 }}{{ 1e5 }}{{ -3 }}{{ .5 }}",
    "{{ text|cut:'\\'' }}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_same_outcome(both, source):
    both(source, names)


@pytest.mark.parametrize("source", SOURCES)
def test_same_outcome_with_text_for_invalid_names(both, source):
    both(source, names, string_if_invalid="INVALID %s")


@pytest.mark.parametrize("source", SOURCES)
def test_same_outcome_in_another_language(both, source):
    berlin = timezone.override("Europe/Berlin")
    separators = override_settings(USE_THOUSAND_SEPARATOR=True)
    with translation.override("de"), berlin, separators:
        both(source, names)


@pytest.mark.parametrize("source", SOURCES)
def test_same_outcome_without_autoescape_in_debug_mode(both, source):
    both(source, names, autoescape=False, debug=True)


def test_messages_are_in_the_active_language(both):
    """Arabic has a comma of its own."""
    with translation.override("ar"):
        assert "،" in both("{% if a %}{% nothing %}{% endif %}").message


@pytest.mark.parametrize(
    "source",
    [
        "{% for row in rows %}{% ifchanged row %}{{ row.name }}{% endifchanged %}{% endfor %}",
        "{% for row in rows %}{% firstof row as kept %}{{ kept }}{% endfor %}{{ kept }}",
        "{% for row in rows %}{% cycle row other as turn %}{% endfor %}",
        "{% for row in rows %}{% with kept=row %}{% for row in rows %}{{ kept.name }}{{ row.name }}{% endfor %}{% endwith %}{% endfor %}",
        "{% load shop_tags %}{% for row in rows %}{% define 'kept' row %}{{ kept.name }}{% endfor %}",
        "{% for row in rows %}{{ row }}{% for part in row %}{{ part }}{% endfor %}{% endfor %}",
    ],
)
def test_an_item_that_is_held_outlives_its_iteration(both, source):
    class Row:
        def __init__(self, name):
            self.name = name

        def __iter__(self):
            return iter(self.name)

        def __str__(self):
            return f"<{self.name}>"

    rows = [
        {"name": "a"},
        {"name": "b"},
        {"name": "b"},
        Row("c"),
        "text",
        1,
        Row("d"),
        {"name": "e"},
    ]
    for given in (lambda: rows[:3], lambda: rows, lambda: tuple(rows), lambda: iter(rows)):
        both(source, lambda given=given: {"rows": given(), "other": 1})
