"""Generated templates and contexts: both engines give the same text or the same exception."""

from __future__ import annotations

from django.utils.safestring import mark_safe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=templates, names=contexts, invalid=st.sampled_from(["", "INV", "(%s)"]))
def test_generated_templates(both, source, names, invalid):
    both("{% load shop %}" + source, lambda: dict(names), PART, string_if_invalid=invalid)
