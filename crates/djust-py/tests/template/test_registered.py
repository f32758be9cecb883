"""Tags and filters that are registered, replaced or removed after the first template was compiled."""

from __future__ import annotations

import pytest
from django.template import Context, Library, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import TextNode
from django.template.defaulttags import NowNode
from django.templatetags import i18n

from djust.template import Engine


@pytest.fixture
def libraries():
    """Two libraries that need no ``{% load %}``, in an engine that has compiled a template."""
    first, second = Library(), Library()
    first.filter("shout", lambda text: f"{text}!")
    engine = Engine()
    engine.template_builtins = [*engine.template_builtins, first, second]
    assert shown(engine, "{{ 'a'|shout|upper }}{% if 1 %}b{% endif %}") == "A!b"
    return engine, first, second


def shown(engine, source):
    return engine.from_string(source).render(Context({"a": "a"}))


def test_a_filter_that_is_replaced(libraries):
    engine, first, _ = libraries
    first.filters["shout"] = lambda text: f"{text}?"
    assert shown(engine, "{{ 'a'|shout }}") == "a?"


def test_a_filter_of_a_later_library(libraries):
    engine, _, second = libraries
    second.filter("shout", lambda text: f"<{text}")
    assert shown(engine, "{{ a|shout }}") == "&lt;a"
    del second.filters["shout"]
    assert shown(engine, "{{ a|shout }}") == "a!"


def test_a_name_that_did_not_exist(libraries):
    engine, first, second = libraries
    with pytest.raises(TemplateSyntaxError, match="Invalid filter: 'late'"):
        shown(engine, "{{ a|late }}")
    first.filter("late", lambda text: "late")
    assert shown(engine, "{{ a|late }}") == "late"
    with pytest.raises(TemplateSyntaxError, match="Invalid block tag"):
        shown(engine, "{% greet %}")
    second.simple_tag(lambda: "hello", name="greet")
    assert shown(engine, "{% greet %}{{ a|late }}") == "hellolate"


def test_a_name_that_is_removed(libraries):
    engine, first, _ = libraries
    del first.filters["shout"]
    with pytest.raises(TemplateSyntaxError, match="Invalid filter: 'shout'"):
        shown(engine, "{{ a|shout }}")
    assert shown(engine, "{{ a|upper }}") == "A"


def test_a_tag_of_django_that_is_replaced(libraries, monkeypatch):
    engine, _, _ = libraries
    source = "{% now 'Y' %}"
    assert shown(engine, source).isdigit()
    monkeypatch.setitem(
        defaulttags.register.tags, "now", lambda parser, token: NowNode("\\n\\o\\w")
    )
    assert shown(engine, source) == "now"
    monkeypatch.setitem(defaultfilters.register.filters, "upper", lambda text: "up")
    assert shown(engine, "{{ a|upper }}" + source) == "upnow"


def test_tables_and_libraries_that_are_replaced(libraries):
    engine, first, _ = libraries
    first.filters = {"shout": lambda text: "another table"}
    assert shown(engine, "{{ a|shout }}") == "another table"
    third = Library()
    third.filter("shout", lambda text: "another library")
    engine.template_builtins.append(third)
    assert shown(engine, "{{ a|shout }}") == "another library"
    engine.template_builtins = engine.template_builtins[:-1]
    assert shown(engine, "{{ a|shout }}") == "another table"


def test_a_wrapper_that_is_equal_to_the_function(libraries):
    class Wrapper:
        def __init__(self, function):
            self.function = function

        def __eq__(self, other):
            return self.function == other

        def __hash__(self):
            return hash(self.function)

        def __call__(self, text):
            return "wrapped " + self.function(text)

    engine, first, _ = libraries
    first.filters["shout"] = Wrapper(first.filters["shout"])
    assert shown(engine, "{{ a|shout }}") == "wrapped a!"


def test_what_a_load_registers_comes_too_late_for_its_template(libraries):
    engine, _, second = libraries

    def loading(parser, token):
        second.filters["shout"] = lambda text: "late"
        return TextNode("")

    second.tags["load"] = loading
    assert shown(engine, "{% load %}{{ a|shout }}") == "a!"
    assert shown(engine, "{{ a|shout }}") == "late"


@pytest.mark.parametrize("load", ["{% load i18n %}", "{% load language from i18n %}", ""])
def test_a_filter_that_is_replaced_is_seen_behind_a_load(libraries, load):
    engine, first, _ = libraries
    engine.template_libraries["i18n"] = i18n.register
    for mark in "?!":
        first.filters["shout"] = lambda text, mark=mark: text + mark
        assert shown(engine, load + "{{ a|shout }}") == "a" + mark


def test_a_library_that_registers_after_it_was_loaded(libraries):
    engine, _, _ = libraries
    late = engine.template_libraries["late"] = Library()
    late.filter("mark", lambda text: "first")
    for _ in range(2):
        assert shown(engine, "{% load late %}{{ a|mark }}") == "first"
    late.filter("mark", lambda text: "second")
    late.filter("shout", lambda text: "loaded")
    assert shown(engine, "{% load late %}{{ a|mark }}{{ a|shout }}") == "secondloaded"
    assert shown(engine, "{{ a|shout }}") == "a!"


def test_a_filter_that_changes_before_a_tag_of_python(libraries):
    engine, first, second = libraries
    second.simple_tag(lambda: "tag", name="tag")
    assert shown(engine, "{% tag %}{{ a|shout }}") == "taga!"
    first.filters["shout"] = lambda text: "new"
    assert shown(engine, "{{ a|shout }}{% tag %}") == "newtag"
    del second.tags["tag"]
    with pytest.raises(TemplateSyntaxError, match="Invalid block tag"):
        shown(engine, "{{ a|shout }}{% tag %}")


def test_names_that_are_no_longer_known_keep_their_error(libraries):
    engine, first, _ = libraries
    del first.filters["shout"]
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError, match="Invalid filter: 'shout'"):
            shown(engine, "{{ a|upper }}{{ a|shout }}")
