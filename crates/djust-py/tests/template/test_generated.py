"""Generated templates and contexts: both engines give the same text or the same exception.

``DJUST_EXAMPLES`` is the number of examples of each property; a long run takes some ten thousand, others each time. Without
it there are 200, always the same, so that a test run says something of a change and not of chance.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import timezone as current_timezone
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, ngettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("DJUST_EXAMPLES", "200"))

NAMES = [
    "a",
    "b",
    "c",
    "rows",
    "item",
    "x.y",
    "rows.0",
    "rows.0.name",
    "item.name",
    "forloop.counter",
    "missing",
    "s",
]
LITERALS = [
    "1",
    "0",
    "-2",
    "1.5",
    "'text'",
    '"<q>"',
    "''",
    "_('Yes')",
    "None",
    "True",
    "1e3",
    "99999999999999999999",
]
FILTERS = [
    "upper",
    "lower",
    "length",
    "default:'d'",
    "default_if_none:b",
    "add:1",
    "add:a",
    "safe",
    "escape",
    "join:'-'",
    "first",
    "last",
    "slice:':2'",
    "truncatechars:3",
    "yesno",
    "yesno:'y,n'",
    "floatformat",
    "floatformat:2",
    "stringformat:'s'",
    "capfirst",
    "title",
    "cut:'e'",
    "center:9",
    "ljust:a",
    "pluralize",
    "make_list",
    "striptags",
    "linebreaks",
    "urlencode",
    "force_escape",
    "dictsort:'name'",
    "divisibleby:2",
    "wordcount",
    "slugify",
    "random_nothing",
    "upper:1",
    "date:'Y'",
    "unknown",
    "addslashes",
    "escapejs",
    "linebreaksbr",
    "truncatewords:1",
    "wordwrap:2",
    "get_digit:1",
    "filesizeformat",
    "urlize",
    "length|add:1",
    "safeseq",
    "phone2numeric",
    "json_script:'i'",
    "shout:a",
    "keep",
    "tagged",
]
# Inside {% filter %} Django joins what the filter gives, and fails on what is no string.
STRING_FILTERS = [
    name
    for name in FILTERS
    if name.split(":")[0].split("|")[0]
    in {"upper", "lower", "title", "capfirst", "cut", "center", "ljust", "truncatechars", "escape", "force_escape", "linebreaks",
        "linebreaksbr", "striptags", "urlencode", "slugify", "addslashes", "escapejs", "wordwrap", "urlize", "unknown"}
]  # fmt: skip
OPERATORS = ["==", "!=", "<", ">", "<=", ">=", "in", "not in", "is", "is not", "and", "or"]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, width=16)
    | st.text("ab <&>'é", max_size=5) | st.builds(mark_safe, st.text("a<&", max_size=3)),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "y", "items", "0"]), inner, max_size=3)
    | st.tuples(inner, inner),
    max_leaves=8,
)  # fmt: skip

contexts = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": values,
        "c": values,
        "s": st.builds(mark_safe, st.text("x<>", max_size=4)),
        "x": st.dictionaries(st.just("y"), values),
        "item": values,
        "rows": st.lists(st.fixed_dictionaries({"name": values}) | values, max_size=3),
    },
)

operand = st.sampled_from(NAMES + LITERALS)
expression = st.builds(
    lambda value, filters: "|".join([value, *filters]),
    operand,
    st.lists(st.sampled_from(FILTERS), max_size=2),
)
condition = st.builds(
    lambda first, rest: first + "".join(f" {op} {value}" for op, value in rest),
    st.builds(lambda negated, value: negated + value, st.sampled_from(["", "not "]), expression),
    st.lists(st.tuples(st.sampled_from(OPERATORS), expression), max_size=2),
)
text = st.sampled_from(["", " ", "text ", "<p>", "</p>\n", "{", "}", "{ {", "%}", "é"])
simple = st.one_of(
    text,
    st.builds("{{{{ {} }}}}".format, expression),
    st.builds("{{% firstof {} {} %}}".format, expression, expression),
    st.builds("{{% cycle {} {} %}}".format, operand, operand),
    st.builds("{{% widthratio {} 3 10 %}}".format, operand),
    st.builds("{{% price {} currency={} %}}".format, expression, operand),
    st.builds("{{% define 'a' {} %}}".format, expression),
    st.sampled_from(
        [
            "{% count %}",
            "{% numbered %}",
            "{# note #}",
            "{% templatetag openbrace %}",
            "{% csrf_token %}",
        ]
    ),
    st.sampled_from(
        [
            "{% endif %}",
            "{% else %}",
            "{% nope %}",
            "{{ a|b",
            "{% if %}",
            "{{ }}",
            "{{ a b }}",
            "{% for %}",
        ]
    ),
)


def blocks(inner):
    body = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        st.builds(
            "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}".format,
            condition,
            body,
            condition,
            body,
            body,
        ),
        st.builds(
            "{{% for item in {} %}}{}{{% empty %}}{}{{% endfor %}}".format, expression, body, body
        ),
        st.builds("{{% for a, b in {} %}}{}{{% endfor %}}".format, expression, body),
        st.builds("{{% with a={} b={} %}}{}{{% endwith %}}".format, expression, expression, body),
        st.builds(
            "{{% filter {} %}}{}{{% endfilter %}}".format, st.sampled_from(STRING_FILTERS), body
        ),
        st.builds("{{% autoescape off %}}{}{{% endautoescape %}}".format, body),
        st.builds(
            "{{% ifchanged {} %}}{}{{% else %}}{}{{% endifchanged %}}".format, operand, body, body
        ),
        st.builds("{{% spaceless %}}{}{{% endspaceless %}}".format, body),
        st.builds("{{% wrap p b={} %}}{}{{% endwrap %}}".format, expression, body),
        st.builds(
            "{{% choose {} %}}{}{{% otherwise %}}{}{{% endchoose %}}".format, expression, body, body
        ),
        st.builds("{{% each %}}{}{{% endeach %}}".format, body),
        st.builds("{{% include 'part.html' with c={} %}}".format, expression),
        st.builds("{{% comment %}}{}{{% endcomment %}}".format, body),
    )


templates = st.lists(st.recursive(simple, blocks, max_leaves=8), max_size=5).map("".join)
PART = {"part.html": "[{{ c }}{{ a }}{% cycle 1 2 %}]"}
checked = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize="DJUST_EXAMPLES" not in os.environ,
)


@checked
@given(source=templates, names=contexts, invalid=st.sampled_from(["", "INV", "(%s)"]))
def test_generated_templates(both, source, names, invalid):
    both("{% load shop %}" + source, lambda: dict(names), PART, string_if_invalid=invalid)


# Every filter of Django's, with arguments that suit it and some that do not.
ALL_FILTERS = [
    "addslashes", "apnumber", "capfirst", "cut", "date", "default", "default_if_none", "dictsort", "dictsortreversed",
    "divisibleby", "escape", "escapejs", "escapeseq", "filesizeformat", "first", "floatformat", "force_escape",
    "get_digit", "intcomma", "intword", "iriencode", "join", "json_script", "last", "length", "linebreaks", "linebreaksbr",
    "linenumbers", "ljust", "localize", "localtime", "lower", "make_list", "naturalday", "ordinal", "phone2numeric",
    "pluralize", "pprint", "rjust", "safe", "safeseq", "slice", "slugify", "stringformat", "striptags", "time", "timesince",
    "timeuntil", "timezone", "title", "truncatechars", "truncatechars_html", "truncatewords", "truncatewords_html",
    "unlocalize", "unordered_list", "upper", "urlencode", "urlize", "urlizetrunc", "utc", "wordcount", "wordwrap", "yesno",
    "add", "center", "language_name", "language_bidi", "language_name_local", "language_name_translated",
]  # fmt: skip
ARGUMENTS = [
    "", "", ":1", ":'2'", ":-1", ":0", ":'Y-m-d H:i:s e T O'", ":'jS F y, P'", ":'D d M N o W z t L B U c r'",
    ":'SHORT_DATE_FORMAT'", ":'DATETIME_FORMAT'", ":'name'", ":'a,b,c'", ":','", ":'1:2'", ":':-1'", ":'::2'", ":'-3'",
    ":'2g'", ":'3u'", ":'.3f'", ":'05d'", ":'r'", ":'%'", ":b", ":moment", ":'Asia/Tokyo'", ":zone", ":_('Yes')",
    ":missing", ":'<&>'", ":1.5", ":None",
]  # fmt: skip
WHEN = st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1))
ZONES = ["UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata"]
moments = st.one_of(
    WHEN,
    st.builds(
        lambda moment, zone: moment.replace(tzinfo=zone),
        WHEN,
        st.sampled_from([timezone.utc, *map(ZoneInfo, ZONES), timezone(timedelta(hours=-3.5))]),
    ),
    st.dates(date(1950, 1, 1), date(2080, 1, 1)),
    st.times(),
)
lazy = st.builds(
    lambda make: make(),
    st.sampled_from(
        [
            lambda: gettext_lazy("Yes"),
            lambda: gettext_lazy("<unknown & new>"),
            lambda: gettext_lazy("January"),
            lambda: ngettext_lazy("%d hour", "%d hours", 3) % 3,
        ]
    ),
)
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.integers(-2000, 2000),
    st.floats(width=32),
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3
    ),
    st.sampled_from([Decimal("NaN"), Decimal("1E+5"), Decimal("-0.0"), 10**40, -0.0, 1e22]),
)
words = st.one_of(
    st.text("aB 1.,<>&'\"éß\n-_/@:%\\", max_size=20),
    st.sampled_from(
        [
            "see www.example.com/a?b=c&d or mail <a@example.com>.",
            "<p>One <b>two</b> three &amp; four</p> five",
            "line\r\nbreak\n\nparagraph",
            "it's \u00c0 la carte \U0001f600 \u0130stanbul",
            "de",
            "1,234",
        ]
    ),
).flatmap(lambda text: st.sampled_from([text, mark_safe(text)]))
rich_values = st.recursive(
    st.one_of(moments, lazy, numbers, words, st.booleans(), st.none()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "y", "a b"]), inner, max_size=2)
    ),
    max_leaves=5,
)
rich_contexts = st.fixed_dictionaries(
    {"a": rich_values, "b": rich_values, "moment": moments, "zone": st.sampled_from(ZONES)},
    optional={"rows": st.lists(st.fixed_dictionaries({"name": rich_values}), max_size=3)},
)
rich_expression = st.builds(
    lambda value, filters: value + "".join(f"|{name}{argument}" for name, argument in filters),
    st.sampled_from(["a", "a", "a", "b", "moment", "rows", "rows.0.name", "1234567.891", "'text'", "_('No')"]),
    st.lists(st.tuples(st.sampled_from(ALL_FILTERS), st.sampled_from(ARGUMENTS)), min_size=1, max_size=3),
)  # fmt: skip
rich_tag = st.one_of(
    st.builds("{{{{ {} }}}}".format, rich_expression),
    st.builds("{{% translate {} %}}".format, st.sampled_from(["'Yes'", "a", "'May' context 'month name'", "a noop"])),
    st.builds(
        "{{% blocktranslate with x={} count n={} %}}{{{{ x }}}} one%{{% plural %}}{{{{ n }}}} {{{{ x }}}}{{% endblocktranslate %}}".format,
        rich_expression,
        st.sampled_from(["1", "2", "a", "a|length", "missing"]),
    ),
    st.builds("{{% blocktranslate trimmed asvar t %}} {{{{ a }}}}\n b {{{{ b }}}} {{% endblocktranslate %}}{{{{ t }}}}".format),
    st.builds("{{% widthratio {} 3 100 as w %}}{{{{ w }}}}".format, rich_expression),
    st.builds("{{% regroup rows by {} as groups %}}{{% for g in groups %}}{{{{ g.grouper }}}}:{{{{ g.list|length }}}}{{% endfor %}}".format,
              st.sampled_from(["name", "name.0", "missing", "name|upper"])),
    st.builds("{{% firstof missing {} as f %}}[{{{{ f }}}}]".format, rich_expression),
    st.builds("{{% if {} {} {} %}}y{{% else %}}n{{% endif %}}".format, rich_expression, st.sampled_from(OPERATORS), rich_expression),
    st.builds("{{% for r in rows %}}{{% ifchanged r.name %}}{{{{ r.name }}}}{{% cycle a b as turn silent %}}{{{{ turn }}}}{{% resetcycle turn %}}{{% endifchanged %}}{{% endfor %}}".format),
    st.sampled_from([
        "{% get_current_language as l %}{{ l }}{% get_language_info for 'de' as i %}{{ i.name_translated }}",
        "{% get_current_timezone as z %}{{ z }}", "{% get_current_language_bidi as r %}{{ r }}",
        "{% verbatim %}{{ a }}{% endverbatim %}", "{% lorem 3 w %}", "{% templatetag openblock %}",
        "{% cache 10 part a %}{{ a }}{% endcache %}", "{% static 'a b.css' %}{% get_static_prefix %}",
        "{% url 'missing' a as u %}[{{ u }}]", "{% querystring %}", "{% cycle a b %}", "{% include missing %}",
        "{% include 'rich.html' with b=a only %}", "{% include 'rich.html' %}",
    ]),
)  # fmt: skip


def rich_blocks(inner):
    body = st.lists(inner, max_size=3).map("".join)
    around = [
        ("{% language 'de' %}", "{% endlanguage %}"),
        ("{% localize off %}", "{% endlocalize %}"),
        ("{% localize on %}", "{% endlocalize %}"),
        ("{% localtime off %}", "{% endlocaltime %}"),
        ("{% timezone 'Asia/Tokyo' %}", "{% endtimezone %}"),
        ("{% timezone zone %}", "{% endtimezone %}"),
        ("{% autoescape off %}", "{% endautoescape %}"),
        ("{% spaceless %}", "{% endspaceless %}"),
        ("{% with a=b b=a %}", "{% endwith %}"),
        ("{% for key, value in a.items %}{{ key }}", "{% endfor %}"),
        ("{% for a in rows reversed %}", "{% empty %}none{% endfor %}"),
        ("{% block one %}", "{% endblock %}"),
        ("{% filter force_escape|upper %}", "{% endfilter %}"),
        ("{% if a %}", "{% endif"),
    ]
    return st.builds(lambda pair, body: pair[0] + body + pair[1], st.sampled_from(around), body)


LOADS = "{% load i18n l10n tz static cache humanize %}"
RICH = {"rich.html": LOADS + "({{ a }}{{ b|localize }}{% cycle 1 2 %}{% translate 'No' %})"}
rich_templates = st.lists(st.recursive(rich_tag, rich_blocks, max_leaves=5), max_size=3).map(
    "".join
)


@checked
@given(
    source=rich_templates,
    names=rich_contexts,
    language=st.sampled_from(["en-us", "de", "fr", "ar", "pl", None]),
    zone=st.sampled_from(ZONES),
    options=st.fixed_dictionaries(
        {"USE_THOUSAND_SEPARATOR": st.booleans(), "USE_TZ": st.sampled_from([True, True, False])}
    ),
    autoescape=st.booleans(),
)
def test_generated_values_in_languages_and_zones(
    both, source, names, language, zone, options, autoescape
):
    with (
        override_settings(**options),
        translation.override(language),
        current_timezone.override(zone),
    ):
        both(LOADS + source, lambda: dict(names), RICH, autoescape=autoescape)


broken = st.lists(
    st.one_of(
        simple,
        rich_tag,
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "{{",
                "{%",
                "{#",
                "#}",
                "%}",
                "}}",
                "|",
                ":",
                ",",
                ".",
                "'",
                '"',
                "(",
                ")",
                "=",
                "_(",
                "')",
                "a",
                "b",
                "if",
                "for",
                "in",
                "with",
                "as",
                "endif",
                "endfor",
                "block",
                "end",
            ]
        ),
        st.text("{}%# |:'\"a1._=<", max_size=6),
    ),
    max_size=8,
).map("".join)


@checked
@given(source=broken, debug=st.booleans())
def test_generated_syntax(both, source, debug):
    both(LOADS + source, dict, {**PART, **RICH}, debug=debug)


# What generated templates once found, with the values that they had.
FOUND = [
    ("{{ a|linebreaks:1 }}", "x"),
    ("{{ a|linebreaksbr:b }}", "x"),
    ("{{ a|urlize:1 }}", "x"),
    ("{{ a|unordered_list:'x' }}", [1]),
    ("{% widthratio a|pluralize:1 3 100 as w %}{{ w }}", 1),
    ("{% widthratio 1 a|pluralize:1 100 %}", 1),
    ("{% translate a %}", 0),
    ("{% translate a %}", Decimal("0.000")),
    ("{% translate a %}", date(2024, 5, 6)),
    ("{% translate a %}", timedelta(1)),
    ("{{ a|language_name }}", None),
    ("{{ a|language_bidi }}", 5),
    ("{{ a|language_name_translated }}", "de"),
    ("{{ a|language_name_local }}", "unknown"),
]


@pytest.mark.parametrize(("source", "value"), FOUND)
def test_what_was_found(both, source, value):
    both(LOADS + source, lambda: {"a": value})
