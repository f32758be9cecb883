"""Nothing is kept alive that is done with, and threads share templates."""

from __future__ import annotations

import gc
import threading
import types
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import LIBRARIES
from django.template import Context
from django.template.base import NodeList

from djust.template import Engine
from djust.template.backends.django import Template as BackendTemplate


class Value:
    text = "text"

    def method(self):
        return [self]


SOURCE = (
    "{% load shop %}{{ value.text }}{% for x in value.method %}{{ x.text }}{% wrap p v=x %}{{ v.text }}{% visible 'v' %}"
    "{% endwrap %}{% endfor %}{% with w=value %}{% price w %}{% card w %}{% endwith %}{% define 'd' value %}"
)


def make_engine():
    loaders = [("django.template.loaders.locmem.Loader", {"card.html": "{{ title }}"})]
    return Engine(libraries=LIBRARIES, loaders=loaders)


def in_backend(template):
    return BackendTemplate(template, types.SimpleNamespace(engine=template.engine))


def test_a_render_keeps_no_value():
    template = make_engine().from_string(SOURCE)
    value = Value()
    reference = weakref.ref(value)
    context = Context({"value": value})
    template.render(context)
    assert not hasattr(context, "_djust_scope")
    del value, context
    gc.collect()
    assert reference() is None


def test_a_failed_render_keeps_no_value():
    template = make_engine().from_string(
        "{% load shop %}{% wrap p v=value %}{% fails 'x' %}{% endwrap %}"
    )
    value = Value()
    reference = weakref.ref(value)
    with pytest.raises(RuntimeError):
        template.render(Context({"value": value}))
    del value
    gc.collect()
    assert reference() is None


def test_engines_and_templates_are_collected():
    engine = make_engine()
    template = engine.from_string(SOURCE)
    template.render(Context({"value": Value()}))
    list(template.nodelist)
    references = [weakref.ref(engine), weakref.ref(template), weakref.ref(template.nodelist)]
    del engine, template
    gc.collect()
    assert [reference() for reference in references] == [None, None, None]


def test_a_text_that_was_rendered_is_freed_at_once():
    engine = make_engine()
    gc.disable()
    try:
        template = engine.from_string("{% for x in xs %}{{ x|upper }}{% endfor %}")
        reference = weakref.ref(template)
        # As the backend renders where nobody listens; Django's test environment does.
        shown = template.compiled.render_view({"xs": ["a"]}, None, None, True)
        assert shown == "A"
        del template
        assert reference() is None
    finally:
        gc.enable()


def test_the_nodes_of_a_template_are_made_once_and_may_be_replaced():
    engine = make_engine()
    template = engine.from_string("a{{ x }}")
    assert template.nodelist is template.nodelist
    assert [type(node).__name__ for node in template.nodelist] == ["TextNode", "VariableNode"]
    template.nodelist = NodeList(template.nodelist[:1])
    assert template.render(Context({"x": 1})) == "a"
    assert in_backend(template).render({"x": 1}) == "a"


def test_a_template_whose_tag_keeps_the_parser_is_collected():
    from shop_tags import register

    class KeepingNode(register.tags["count"](None, None).__class__):
        pass

    @register.tag
    def keeping(parser, token):
        node = KeepingNode()
        node.parser = parser
        return node

    try:
        engine = make_engine()
        template = engine.from_string("{% load shop %}{% wrap p %}{% keeping %}{% endwrap %}")
        assert template.render(Context()) == "<p>1</p>"
        reference = weakref.ref(template)
        del template, engine
        gc.collect()
        assert reference() is None
    finally:
        del register.tags["keeping"]


def test_threads_share_a_template():
    template = make_engine().from_string(
        SOURCE + "{{ number }}{% for i in range %}{% cycle 'a' 'b' %}{% count %}{% endfor %}"
    )
    ready = threading.Barrier(8)

    def render(number):
        ready.wait()
        names = {"value": Value(), "number": number, "range": range(50)}
        return {template.render(Context(names)) for _ in range(20)}

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(render, range(8)))
    assert all(len(texts) == 1 for texts in results)
    assert (
        len(
            {
                next(iter(texts)).replace(f"{number}abab", "N")
                for number, texts in enumerate(results)
            }
        )
        >= 1
    )
    for number, texts in enumerate(results):
        assert str(number) in next(iter(texts))


def test_threads_compile_at_once():
    engine = make_engine()
    ready = threading.Barrier(8)

    def compile_and_render(number):
        ready.wait()
        return engine.from_string(SOURCE + str(number)).render(Context({"value": Value()}))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(compile_and_render, range(8)))
    assert [text[-1] for text in results] == [str(number) for number in range(8)]


def test_rendering_inside_a_render():
    engine = make_engine()
    inner = engine.from_string("{% load shop %}{% wrap i %}{{ n }}{% endwrap %}")

    class Renders:
        def __str__(self):
            return inner.render(Context({"n": 5}))

    outer = engine.from_string("{% load shop %}{% wrap b %}{{ r }}{{ n }}{% endwrap %}")
    assert outer.render(Context({"r": Renders(), "n": 1})) == "<b><i>5</i>1</b>"
