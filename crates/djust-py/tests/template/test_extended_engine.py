"""Libraries that reach into the engine: they register later, or put functions in the place of Django's."""

from __future__ import annotations

import warnings
from contextlib import nullcontext

import django.template
import pytest
from django.template import TemplateSyntaxError, engines
from django.template.base import NodeList, Parser, TextNode
from django.template.library import Library
from django.test import override_settings

from djust.template import DjustTemplates
from djust.template.lexical import has_unusual_tags


def backend(**options) -> DjustTemplates:
    return DjustTemplates({"NAME": "test", "DIRS": [], "APP_DIRS": False, "OPTIONS": options})


def rendered(made: DjustTemplates, source: str, **names: object) -> str:
    return made.from_string(source).render(names)


def test_the_dotted_path_gives_the_alias_of_djangos_backend():
    path = "djust.template.backends.django.DjustTemplates"
    with override_settings(TEMPLATES=[{"BACKEND": path}]):
        assert type(engines["django"]) is DjustTemplates


def test_a_library_that_is_added_to_the_builtins_later():
    made = backend()
    with pytest.raises(TemplateSyntaxError):
        made.from_string("{% late %}")
    library = Library()
    library.simple_tag(lambda: "late", name="late")
    made.engine.template_builtins.append(library)
    assert rendered(made, "{% late %}") == "late"
    made.engine.template_builtins.remove(library)
    with pytest.raises(TemplateSyntaxError):
        made.from_string("{% late %}")


def test_a_tag_that_is_registered_after_the_first_template():
    library = Library()
    made = backend()
    made.engine.template_builtins.append(library)
    assert rendered(made, "{{ 1|add:1 }}") == "2"
    library.simple_tag(lambda: "late", name="late")
    assert rendered(made, "{% late %}") == "late"


def test_a_filter_that_is_exchanged_in_a_builtin_library():
    library = Library()
    library.filter("mark", lambda value: f"<{value}>")
    made = backend()
    made.engine.template_builtins.append(library)
    assert rendered(made, "{{ name|mark|safe }}", name="a") == "<a>"
    library.filters["mark"] = lambda value: f"[{value}]"
    assert rendered(made, "{{ name|mark }}", name="a") == "[a]"


def test_a_loaded_library_registers_and_exchanges_later():
    library = Library()
    library.simple_tag(lambda: "first", name="one")
    made = backend()
    made.engine.template_libraries["late"] = library
    assert rendered(made, "{% load late %}{% one %}") == "first"
    library.simple_tag(lambda: "exchanged", name="one")
    library.simple_tag(lambda: "second", name="two")
    assert rendered(made, "{% load late %}{% one %} {% two %}") == "exchanged second"


def test_a_replaced_render_takes_part(monkeypatch):
    render = django.template.Template.render
    seen = []

    def finished(self, context):
        seen.append(context.get("name"))
        return f"({render(self, context)})"

    monkeypatch.setattr(django.template.Template, "render", finished)
    assert rendered(backend(), "{{ name }}", name="a") == "(a)"
    assert seen == ["a"]


def over_several_lines(self):
    """A compiler as libraries of components have it: tags over several lines are one tag."""
    parser = Parser([], {}, [], self.origin)
    return NodeList([TextNode("by the library")]) if parser else NodeList()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% firstof\n 'a' %}", "by the library"),
        ("""{% firstof "{% now 'Y' %}" %}""", "by the library"),
        ("{% firstof 'ours' %}", "ours"),
    ],
)
def test_a_replaced_compiler_gets_the_tags_that_only_it_reads(monkeypatch, source, expected):
    monkeypatch.setattr(django.template.Template, "compile_nodelist", over_several_lines)
    assert rendered(backend(), source) == expected


def test_a_template_of_a_replaced_compiler_is_included(monkeypatch):
    monkeypatch.setattr(django.template.Template, "compile_nodelist", over_several_lines)
    sources = {"part.html": "{% firstof\n 'a' %}"}
    made = backend(loaders=[("django.template.loaders.locmem.Loader", sources)])
    assert rendered(made, "{% include 'part.html' %}!") == "by the library!"
    assert rendered(made, "{% include name %}!", name="part.html") == "by the library!"


def test_unusual_tags_are_djangos_text_without_such_a_library():
    assert has_unusual_tags("{% firstof\n 'a' %}")
    assert rendered(backend(), "{% firstof\n 'a' %}") == "{% firstof\n 'a' %}"


@pytest.mark.parametrize("debug", [False, True])
def test_a_missing_token_is_told_where_django_tells_it(debug):
    # The option of the engine has no say in it.
    made = backend(debug=not debug)
    expected = pytest.warns(UserWarning, match="csrf_token") if debug else nullcontext()
    with override_settings(DEBUG=debug), warnings.catch_warnings():
        warnings.simplefilter("error")
        with expected:
            assert rendered(made, "{% csrf_token %}") == ""
