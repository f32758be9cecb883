"""Tags and filters of third-party libraries, through both engines."""

from __future__ import annotations

import functools
import itertools
import sys
import types

import django
import django.template
import pytest
from django.template import Context
from django.template.library import SimpleNode
from django.utils.safestring import mark_safe

CARD = {
    "card.html": "<div>{{ title }}</div>",
    "form.html": "<form>{% csrf_token %}{{ csrf_token|default:'none' }}</form>",
    "busy.html": "{% load shop %}<i>{% visible 'title' %}{% visible 'markup' %}{% define 'q' title %}{{ q }}{{ a }}"
    "{% for x in rows %}{% count %}{% card_here x %}{% loop_position %}{% endfor %}{% wrap b z=title %}{{ z }}"
    "{% include 'counting.html' %}{% endwrap %}{% count %}{% cycle 'o' 'p' as turn %}</i>",
    "counting.html": "{% load shop %}{% count %}{% count %}",
    "base.html": "{% load shop %}{% block a %}base {% count %}{% endblock %};{% wrap p %}{% block b %}bee{% endblock %}{% endwrap %}",
}

SOURCES = [
    "{{ a|shout }} {{ a|shout:'?' }} {{ a|shout:n }}",
    "{{ markup|keep }} {{ safe|keep }} {{ n|keep }}",
    "{{ markup|tagged }}{% autoescape off %}{{ markup|tagged }}{% endautoescape %}",
    "{{ n|initials }} {{ 'one two three'|initials }}",
    "{% price 12 %} {% price n currency='$' %} {% price n|add:1 'x' size=a color='red' %}",
    "{% price 12 as p %}[{{ p }}]{% autoescape off %}{% price 1 %}{{ p }}{% endautoescape %}",
    "{% kind_of a %} {% kind_of n %} {% kind_of rows %} {% kind_of missing %} {% kind_of 1.5 %} {% kind_of 'x' %} {% kind_of safe %}",
    "{% visible 'a' %} {% visible 'missing' %}{% with z=n %}{% visible 'z' %}{% endwith %}",
    "{% for x in rows %}{% loop_position %} {% visible 'x' %};{% endfor %}",
    "{% define 'fresh' 5 %}{{ fresh }}",
    "{% with q=1 %}{% define 'q' 5 %}{{ q }}{% define 'w' 6 %}{{ w }}{% endwith %}[{{ q }}{{ w }}]",
    "{% for x in rows %}{{ x }}{% define 'x' 9 %}{{ x }}{{ seen }}{% define 'seen' n %} {% endfor %}[{{ seen }}]",
    "{% for x in rows %}{% for y in rows %}{% loop_position %}{{ forloop.parentloop.counter }}{% define 'y' 0 %}{{ y }}{{ forloop.last }} {% endfor %}{% endfor %}",
    "{% card a %}{% card_here title=markup %}{% with user='me' %}{% card_here 'x' %}{% endwith %}",
    "{% wrap b %}in {{ a }}{% if n %} yes{% endif %}{% endwrap %} {% wrap i x=n y=a %}{{ x }}{{ y }}{% endwrap %}[{{ x }}]",
    "{% for x in rows %}{% wrap b x=1 %}{{ x }}{{ forloop.counter }}{% endwrap %}{{ x }} {% endfor %}",
    "{% wrap a %}{% wrap b %}{% wrap c z=3 %}{{ z }}{% endwrap %}{{ z }}{% endwrap %}{% endwrap %}",
    "{% choose n %}one{% otherwise %}two{% endchoose %}{% choose missing %}one{% otherwise %}two{% endchoose %}{% choose missing %}one{% endchoose %}",
    "a{% ignore %}{% nonsense %}{{ !! }}{% endignore %}b",
    "{% count %}{% for x in rows %}{% count %}{% endfor %}",
    "{% include 'counting.html' %} {% include 'counting.html' %} {% for x in rows %}{% include 'counting.html' %}{% endfor %}",
    "{% report %}a {% count %}{% if n %}b{% count %}{% endif %}{% endreport %}",
    "{% numbered %}{% wrap p %}{% numbered %}{% endwrap %}{% if n %}{% numbered %}{% endif %}{% numbered %}",
    "{% repeat_next %}{{ n }}{{ a }}",
    "{% repeat_next %}{% count %}.",
    "{% each %}a{{ n }}b{% count %}{% endeach %}",
    "{% alone %}{{ only }}{{ a }}{% wrap p %}{{ only }}{% endwrap %}{% endalone %}{{ only }}",
    "{% noescape %}{{ markup }}{% wrap p %}{{ markup }}{% endwrap %}{% endnoescape %}{{ markup }}",
    "{{ 1.5 }}{{ n|yesno }}{% speak de %}{{ 1.5 }}{{ n|yesno }}{% endspeak %}{{ 1.5 }}{{ n|yesno }}",
    "{% autoescape off %}{% wrap p %}{{ markup }}{% visible 'markup' %}{% endwrap %}{% endautoescape %}",
    "{% extends 'base.html' %}{% load shop %}{% block a %}own {% count %} {{ block.super }}{% endblock %}{% block b %}{{ block.super }}!{% endblock %}",
    "{% extends 'base.html' %}{% load shop %}{% block b %}{% wrap em v=a %}{{ v }}{{ block.super }}{% endwrap %}{% endblock %}",
    "{% include 'card.html' with title=a only %}{% wrap p %}{% include 'card.html' with title=n %}{% endwrap %}",
    "{% wrap p %}{% cycle 'a' 'b' as turn %}{% cycle turn %}{% endwrap %}",
    "{% for x in rows %}{% wrap p %}{% cycle 'a' 'b' %}{% ifchanged %}{{ n }}{% endifchanged %}{% endwrap %}{% endfor %}",
    "{% wrap p %}{% verbatim %}{% count %}{% endverbatim %}{# no #}{% comment %}{% x %}{% endcomment %}{% endwrap %}",
    "{% wrap p %}unclosed",
    "{% wrap p %}{% if n %}{% endwrap %}{% endif %}",
    "{% wrap p %}{% unknown %}{% endwrap %}",
    "{% wrap p %}{{ a|unknown }}{% endwrap %}",
    "{% wrap %}{% endwrap %}",
    "{% ignore %} never closed",
    "{% fails 'boom' %}",
    "{% wrap p %}{% fails 'boom' %}{% endwrap %}",
    "{% price %}",
    "{% price 1 2 3 %}",
    "{% price amount=1 amount=2 %}",
    "{% price unknown|nope %}",
    "{{ a|shout:1:2 }}",
    "{{ a|initials:'x' }}",
    "{% load price from shop %}{% price 1 %}",
    "{% load nope from shop %}",
    "{% load nope %}",
    "{% for x in rows %}{% busy x %}{% count %}{% endfor %}{{ q }}{{ turn }}[{% visible 'title' %}]",
    "{% with title='outer' %}{% busy markup %}{{ title }}{% same_context %}{{ q }}{% endwith %}{{ q }}",
    "{% wrap p %}{% busy 1 %}{% first_card markup %}{% titled markup %}{% endwrap %}{% autoescape off %}{% busy markup %}{% endautoescape %}",
    "{% include 'busy.html' with title=a %}{% busy a %}{% alone %}{% busy n %}{{ only }}{% endalone %}",
    "{% lost %}",
    "{% busy %}",
    "{% guarded %}{% with csrf_token='abc' %}{% guarded %}{% endwith %}",
    "{% teach own %}{% own %}{{ a|own }}{% wrap p %}{% own %}{{ n|own }}{% endwrap %}",
    "{% wrap p %}{% teach own %}{% own %}{% endwrap %}{% own %}{% teach if %}{% if %}",
    "{% teach own %}{% unteach own %}{% own %}",
    "{% teach own %}{% unteach own %}{{ a|own }}",
    "{% own %}{% teach own %}",
    "{% without if upper %}{% if a %}{% endif %}",
    "{% without if upper %}{{ a|lower }}{{ a|upper }}",
    "{% if a %}{{ a|upper }}{% endif %}{% wrap p %}{% without if upper %}{% endwrap %}{% for x in rows %}{{ x }}{% endfor %}",
    "{% wrap p %}{% without upper %}{% endwrap %}{{ a|upper }}",
    "{% without if %}{% teach if %}{% if %}",
    "{% without price %}{% load shop %}{% price 1 %}{% without price %}{% price 1 %}",
    "{% shouting %}{% price 1 %}{% wrap b %}{% price 2 %}{% endwrap %}{% endshouting %}{% price 3 %}",
]


def loaded(source):
    """The source with the library loaded; a template that extends another loads it itself."""
    return source if source.startswith("{% extends") else "{% load shop %}" + source


def names():
    return {
        "a": "Ada",
        "n": 3,
        "markup": "<b>&</b>",
        "safe": mark_safe("<b>"),
        "rows": ["x", "y", "z"],
    }


@pytest.mark.parametrize("source", SOURCES)
def test_library_tags_render_as_with_django(both, source):
    both(loaded(source), names, CARD)


@pytest.mark.parametrize("source", SOURCES)
def test_library_tags_in_debug_mode(both, source):
    both(loaded(source), names, CARD, debug=True)


@pytest.mark.parametrize("source", SOURCES[:10])
def test_library_tags_with_text_for_invalid_names(both, source):
    both(loaded(source), names, CARD, string_if_invalid="(%s)")


def test_a_node_that_returns_no_string(engine):
    template = engine.from_string("{% load shop %}{% broken %}")
    with pytest.raises(TypeError, match="expected str instance, int found"):
        template.render(Context())


def test_a_tag_that_returns_no_node(both):
    result = both("{% load shop %}{% nothing %}")
    assert result.message == "'NoneType' object has no attribute 'must_be_first'"


@pytest.mark.skipif(django.VERSION < (5, 2), reason="simple_block_tag came with Django 5.2")
def test_simple_block_tag(both):
    from shop_tags import register

    @register.simple_block_tag
    def quoted(content, author="nobody"):
        return f"'{content}' ({author})"

    try:
        source = "{% load shop %}{% quoted author=a %}{{ markup }}{% count %}{% endquoted %}{% quoted as q %}x{% endquoted %}{{ q }}"
        assert both(source, names).text is not None
    finally:
        del register.tags["quoted"]


def test_a_library_replaces_a_built_in_tag(both):
    from shop_tags import register

    @register.simple_tag(name="now")
    def own_now(value):
        return f"own {value}"

    @register.filter(name="upper")
    def own_upper(value):
        return f"up {value}"

    try:
        result = both(
            "{% load shop %}{% now 'Y' %} {{ a|upper }}{% wrap p %}{% now 'x' %}{{ a|upper }}{% endwrap %}",
            names,
        )
        assert result.text == "own Y up Ada<p>own xup Ada</p>"
    finally:
        del register.tags["now"]
        del register.filters["upper"]


SIGNATURES = {
    "none": lambda: "",
    "two": lambda a, b: (a, b),
    "default": lambda a, b="B": (a, b),
    "more": lambda a, *rest: (a, rest),
    "names": lambda a="A", **names: (a, names),
    "by_name": lambda a, *, k, d="D": (a, k, d),
    "all": lambda a, b="B", *rest, k="K", **names: (a, b, rest, k, names),
    "context": lambda context, a, b="B": (a, b, context["n"]),
    "no_context": lambda a: a,
}
WORDS = [
    "",
    "n",
    "'x'",
    "n|add:1",
    "a=n",
    "b='y'",
    "k=3",
    "z=n",
    "1",
    "as v",
    "a=",
    "_('x')",
    "n|nope",
]


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize("inclusion", [False, True])
def test_every_call_of_a_function_is_compiled_as_djangos_is(both, monkeypatch, name, inclusion):
    register = django.template.Library()
    takes_context = name.endswith("context") or None
    function = SIGNATURES[name]
    if inclusion:
        wrapped = functools.wraps(function)(
            lambda *args, **names: {"title": function(*args, **names)}
        )
        register.inclusion_tag("card.html", takes_context=takes_context, name="t")(wrapped)
    else:
        register.simple_tag(function, takes_context=takes_context, name="t")
    monkeypatch.setitem(sys.modules, "signature_tags", types.SimpleNamespace(register=register))
    for words in itertools.product(WORDS, repeat=2):
        source = "{% load sig %}{% t " + " ".join(words) + " %}{{ v }}"
        both(source, lambda: {"n": 2}, CARD, libraries={"sig": "signature_tags"})


@pytest.mark.parametrize("name", ["simple_tag", "inclusion_tag"])
def test_a_tag_of_a_function_is_not_compiled_by_python(engine, monkeypatch, name):
    register = engine.template_libraries["mine"] = django.template.Library()
    if name == "simple_tag":
        register.simple_tag(lambda a: a, name="t")
    else:
        register.inclusion_tag("card.html", name="t")(lambda a: {"title": a})
    compiled = engine.from_string("{% load mine %}{% t 1 %}").compiled
    assert compiled.parser is None
    # One that somebody wrapped is called.
    calls = []
    original = register.tags["t"]
    register.tags["t"] = lambda parser, token: calls.append(token) or original(parser, token)
    assert engine.from_string("{% load mine %}{% t 1 %}").compiled.parser is not None
    assert len(calls) == 1


def test_nodes_of_functions_are_there_for_those_who_look(engine):
    register = engine.template_libraries["mine"] = django.template.Library()
    register.simple_tag(lambda a: a * 2, name="t")
    template = engine.from_string(
        "{% load mine %}{% t 1 %}{% if n %}{% t n as b %}{{ b }}{% endif %}"
    )
    nodes = template.nodelist.get_nodes_by_type(SimpleNode)
    assert [node.target_var for node in nodes] == [None, "b"]
    assert template.render(Context({"n": 3})) == template.nodelist.render(Context({"n": 3})) == "26"
