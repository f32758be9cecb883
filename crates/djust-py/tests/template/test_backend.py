"""The backend for TEMPLATES: options, loading, errors, signals."""

from __future__ import annotations

import gc
import logging
import pickle
import weakref

import django.template
import django.template.backends.django
import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.forms.renderers import get_default_renderer
from django.http import HttpRequest
from django.template import (
    Context,
    Origin,
    RequestContext,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    engines,
)
from django.template.backends.django import DjangoTemplates
from django.template.loaders import cached
from django.template.response import TemplateResponse
from django.test import SimpleTestCase, override_settings
from django.test.signals import template_rendered
from django.utils.autoreload import file_changed
from django.utils.functional import lazystr
from django.utils.safestring import SafeString

from djust.template import DjustTemplates, Engine, Template, engine_for

TEMPLATES = {
    "page.html": "{% extends 'base.html' %}{% block body %}{% include 'part.html' %}{{ name }}{% endblock %}",
    "base.html": "<body>{% block body %}{% endblock %}</body>",
    "part.html": "[part {{ name }}]",
    "bad.html": "one\n{% if %}{% endif %}",
    "includes_bad.html": "{% include 'bad.html' %}",
    "includes_missing.html": "{% include 'missing.html' %}",
    "raises.html": "line\n{{ function }} rest",
    "includes_raises.html": "{% include 'raises.html' %}",
}


def view_processor(request):
    return {"name": "from processor", "processed": True}


def backend(**options) -> DjustTemplates:
    options.setdefault("loaders", [("django.template.loaders.locmem.Loader", TEMPLATES)])
    return DjustTemplates({"NAME": "test", "DIRS": [], "APP_DIRS": False, "OPTIONS": options})


def test_is_one_of_djangos_backends():
    assert isinstance(backend(), DjangoTemplates)
    assert isinstance(backend().engine, Engine)


def test_renders_with_names_and_request():
    made = backend(context_processors=["test_backend.view_processor"])
    template = made.get_template("page.html")
    assert template.render({"name": "<x>"}) == "<body>[part &lt;x&gt;]&lt;x&gt;</body>"
    assert isinstance(template.render({"name": "x"}), SafeString)
    # A processor never overrides the view's own names.
    assert template.render({"name": "own"}, HttpRequest()) == "<body>[part own]own</body>"
    assert template.render({}, HttpRequest()) == "<body>[part from processor]from processor</body>"


def both_backends() -> list[DjangoTemplates]:
    loader = ("django.template.loaders.locmem.Loader", {"card.html": "({{ title }}{{ name }})"})
    options = {
        "libraries": {"shop": "shop_tags"},
        "context_processors": ["test_backend.view_processor"],
        "loaders": [loader],
    }
    params = {"NAME": "test", "DIRS": [], "APP_DIRS": False, "OPTIONS": options}
    return [kind(params) for kind in (DjangoTemplates, DjustTemplates)]


@pytest.mark.parametrize("names", [None, {}, {"name": "own"}, {"processed": 0, "True": 1}])
@pytest.mark.parametrize("with_request", [False, True])
@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}{{ processed }}{{ True }}{{ None }}{{ request }}{{ csrf_token|yesno }}",
        "{% load shop %}{% visible 'name' %}{% define 'name' 5 %}{{ name }}{% visible 'True' %}{% layers %}",
        "{% load shop %}{% with name=2 %}{% layers %}{% endwith %}{% card_here 1 %}{% layers %}",
        "{% firstof name 'x' as name %}{% firstof 1 as new %}{{ name }}{% load shop %}{% layers %}",
    ],
)
def test_a_view_renders_as_with_django(source, with_request, names):
    outcomes = []
    for made in both_backends():
        own = None if names is None else dict(names)
        request = HttpRequest() if with_request else None
        outcomes.append((made.from_string(source).render(own, request), own))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("names", [Context(), [("a", 1)], "text"])
def test_a_view_gives_a_dictionary(names):
    messages = []
    for made in both_backends():
        with pytest.raises(TypeError) as caught:
            made.from_string("{{ a }}").render(names)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def no_dictionary(request):
    return None


def test_a_processor_gives_a_dictionary():
    messages = []
    for kind in (DjangoTemplates, DjustTemplates):
        options = {"context_processors": ["test_backend.no_dictionary"]}
        made = kind({"NAME": "test", "DIRS": [], "APP_DIRS": False, "OPTIONS": options})
        with pytest.raises(TypeError) as caught:
            made.from_string("{{ a }}").render({}, HttpRequest())
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_a_changed_node_list_is_what_a_view_renders():
    template = backend().from_string("a{{ name }}b")
    assert template.render({"name": 1}) == "a1b"
    del template.template.nodelist[0]
    assert template.render({"name": 1}) == "1b"


def test_large_pieces_of_text_are_joined_with_what_stands_between_them():
    large = "é<p>" * 3000
    source = large + "{{ name }}" + large + "{% include 'part.html' %}" + "x" * 5000
    expected = large + "&amp;é" + large + "[part &amp;é]" + "x" * 5000
    template = backend().from_string(source)
    for _ in range(2):
        rendered = template.render({"name": "&é"})
        assert rendered == expected
        assert type(rendered) is SafeString


def test_renders_contexts_of_django():
    engine = backend(context_processors=["test_backend.view_processor"]).engine
    template = engine.get_template("page.html")
    assert template.render(Context({"name": 1})) == "<body>[part 1]1</body>"
    assert (
        template.render(RequestContext(HttpRequest()))
        == "<body>[part from processor]from processor</body>"
    )


def test_names_set_by_tags_stay_in_the_context():
    context = Context({"a": 1})
    engine_for("djust").from_string("{% cycle 'x' 'y' as turn %}{% firstof a as f %}").render(
        context
    )
    assert (context["turn"], context["f"]) == ("x", "1")
    assert len(context.dicts) == 2


def test_csrf_token():
    request = HttpRequest()
    template = backend().from_string("{% csrf_token %}")
    assert 'name="csrfmiddlewaretoken"' in template.render({}, request)


def test_select_and_missing_templates():
    made = backend()
    assert made.engine.select_template(["missing.html", "part.html"]).name == "part.html"
    with pytest.raises(TemplateDoesNotExist) as caught:
        made.get_template("missing.html")
    assert caught.value.backend is made
    assert [origin.name for origin, _ in caught.value.tried] == ["missing.html"]
    with pytest.raises(TemplateDoesNotExist, match="missing.html"):
        made.get_template("includes_missing.html").render({})


def test_from_lazy_string():
    assert backend().from_string(lazystr("{{ a }}")).render({"a": 1}) == "1"


def test_options():
    assert backend(autoescape=False).from_string("{{ a }}").render({"a": "<"}) == "<"
    assert backend(string_if_invalid="(%s)").from_string("{{ a.b }}").render() == "(a.b)"
    made = backend(libraries={"shop": "shop_tags"}, builtins=["shop_tags"])
    assert made.from_string("{{ 1|shout }}{% load shop %}{% kind_of 1 %}").render() == "1!int"


def test_syntax_error_points_at_the_tag():
    made = backend(debug=True)
    with pytest.raises(TemplateSyntaxError) as caught:
        made.get_template("includes_bad.html").render({})
    debug = caught.value.template_debug
    assert (debug["name"], debug["line"], debug["during"]) == ("bad.html", 2, "{% if %}")


def test_exception_of_python_passes_unchanged():
    error = ZeroDivisionError("mine")

    def function():
        raise error

    made = backend(debug=True)
    with pytest.raises(ZeroDivisionError) as caught:
        made.get_template("includes_raises.html").render({"function": function})
    assert caught.value is error
    debug = error.template_debug
    assert (debug["name"], debug["line"]) == ("raises.html", 2)
    assert (debug["before"], debug["during"], debug["after"]) == ("", "{{ function }}", " rest")
    assert caught.traceback[-1].name == "function"


def test_places_are_counted_in_characters():
    made = backend(debug=True)
    with pytest.raises(TemplateSyntaxError) as caught:
        made.from_string("äöü€\n😀 {{ a|nope }}")
    assert caught.value.template_debug["during"] == "{{ a|nope }}"


def test_every_template_is_signalled():
    seen = []

    def listen(sender, template, context, **kwargs):
        seen.append((template.name, context.get("name")))

    template_rendered.connect(listen)
    try:
        backend().get_template("page.html").render({"name": "n"})
    finally:
        template_rendered.disconnect(listen)
    assert seen == [("page.html", "n"), ("base.html", "n"), ("part.html", "n")]


@override_settings(
    TEMPLATES=[
        {
            "BACKEND": "djust.template.DjustTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
        }
    ]
)
class ClientTests(SimpleTestCase):
    def test_assert_template_used(self):
        with self.assertTemplateUsed("part.html"), self.assertTemplateNotUsed("bad.html"):
            engines.all()[0].get_template("page.html").render({})

    def test_template_response(self):
        response = TemplateResponse(HttpRequest(), "page.html", {"name": "r"})
        assert response.render().content == b"<body>[part r]r</body>"


def test_uncached_loader_sees_changes():
    templates = {"a.html": "one {% include 'b.html' %}", "b.html": "b1"}
    made = backend(loaders=[("django.template.loaders.locmem.Loader", templates)])
    assert made.get_template("a.html").render() == "one b1"
    templates["b.html"] = "b2"
    assert made.get_template("a.html").render() == "one b2"


def test_cached_loader_keeps_and_forgets():
    templates = {"a.html": "{% extends 'b.html' %}", "b.html": "b1"}
    locmem = ("django.template.loaders.locmem.Loader", templates)
    made = backend(loaders=[("django.template.loaders.cached.Loader", [locmem])])
    assert made.get_template("a.html").render() == "b1"
    templates["b.html"] = "b2"
    assert made.get_template("a.html").render() == "b1"
    for loader in made.engine.template_loaders:
        loader.reset()
    assert made.get_template("a.html").render() == "b2"


def test_a_cached_loader_whose_method_was_replaced_is_asked(monkeypatch):
    locmem = ("django.template.loaders.locmem.Loader", TEMPLATES)
    made = backend(loaders=[("django.template.loaders.cached.Loader", [locmem])])
    template = made.get_template("page.html")
    assert template.render({"name": "x"}) == "<body>[part x]x</body>"
    asked = []
    original = cached.Loader.get_template

    def get_template(self, template_name, skip=None):
        asked.append(template_name)
        return original(self, template_name, skip)

    monkeypatch.setattr(cached.Loader, "get_template", get_template)
    assert template.render({"name": "x"}) == "<body>[part x]x</body>"
    assert asked == ["base.html", "part.html"]


def test_engine_for_an_entry_of_djangos_backend():
    ours = engine_for("django")
    assert isinstance(ours, Engine)
    assert engine_for(engines["django"]) is ours
    assert engine_for("djust") is engines["djust"].engine
    assert ours.context_processors == engines["django"].engine.context_processors
    assert engine_for() is engines["djust"].engine
    with pytest.raises(ImproperlyConfigured):
        engine_for(object())


def test_a_changed_file_empties_the_caches_of_copies(tmp_path):
    (tmp_path / "a.html").write_text("one")
    original = DjangoTemplates({"NAME": "x", "DIRS": [tmp_path], "APP_DIRS": False, "OPTIONS": {}})
    engine = engine_for(original)
    assert engine.get_template("a.html").render(Context()) == "one"
    (tmp_path / "a.html").write_text("two")
    assert engine.get_template("a.html").render(Context()) == "one"
    file_changed.send(sender=None, file_path=tmp_path / "a.html")
    assert engine.get_template("a.html").render(Context()) == "two"


@override_settings(FORM_RENDERER="djust.template.renderers.DjustTemplates")
def test_forms_render_on_our_engine():
    class Form(forms.Form):
        name = forms.CharField(help_text="<help>")

    ours = str(Form({}))
    assert isinstance(get_default_renderer().engine, DjustTemplates)
    with override_settings(FORM_RENDERER="django.forms.renderers.DjangoTemplates"):
        assert str(Form({})) == ours


def test_templates_are_djangos_and_cannot_be_pickled():
    template = engine_for().from_string("{{ a }}")
    assert isinstance(template, Template)
    assert repr(template) == '<Template template_string="{{ a }}...">'
    with pytest.raises(TypeError):
        pickle.dumps(template.compiled)


def test_a_template_of_a_text_has_its_own_origin_and_data():
    made = engine_for()
    made.from_string("first")  # The engine's compiler is made for it.
    pair = made.from_string("{{ a }}"), made.from_string("{{ a }}")
    assert type(pair[0].origin) is Origin
    assert pair[0].origin is pair[0].origin is not pair[1].origin
    assert pair[0].origin == django.template.Engine().from_string("{{ a }}").origin
    assert pair[0].extra_data == {} and pair[0].extra_data is pair[0].extra_data
    pair[0].extra_data["seen"] = True
    assert pair[1].extra_data == {}
    assert pair[0].name is None and pair[0].engine is made and pair[0].source == "{{ a }}"
    assert not vars(pair[1]).get("nodelist")


def test_a_text_is_freed_with_its_template():
    class Text(str):
        pass

    text = Text("a{{ b }}" + "c" * 2000)
    reference = weakref.ref(text)
    template = Template(text, engine=engine_for())
    assert template.render(Context({"b": 1})) == "a1" + "c" * 2000
    del text
    assert reference() is None or template.source is reference()
    del template
    gc.collect()
    assert reference() is None


def test_a_replaced_constructor_of_djangos_templates_is_called(monkeypatch):
    made = backend()
    made.from_string("first")
    calls = []

    def counted(original):
        def init(self, *args, **kwargs):
            calls.append(original.__qualname__)
            original(self, *args, **kwargs)

        return init

    for kind in (django.template.Template, django.template.backends.django.Template):
        monkeypatch.setattr(kind, "__init__", counted(kind.__init__))
    assert made.from_string("{{ a }}").render({"a": 1}) == "1"
    assert calls == ["Template.__init__"] * 2


def test_django_node_classes_are_there_for_those_who_look():
    from django.template.base import TextNode, VariableNode
    from django.template.defaulttags import ForNode

    nodelist = engine_for().from_string("a{% for x in y %}{{ x }}b{% endfor %}").nodelist
    assert [type(node) for node in nodelist] == [TextNode, ForNode]
    assert len(nodelist.get_nodes_by_type(VariableNode)) == 1
    assert nodelist.render(Context({"y": "12"})) == "a1b2b"


def test_a_panic_would_be_an_engine_error():
    from djust.exceptions import EngineError

    assert issubclass(EngineError, RuntimeError)


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'self.html' %}",
        "{% extends 'self.html' %}",
        "{{ a|ljust:999999999999 }}",
        "{% if a %}" * 2000 + "{% endif %}" * 2000,
    ],
)
def test_limits_end_in_an_exception(source):
    made = backend(loaders=[("django.template.loaders.locmem.Loader", {"self.html": source})])
    with pytest.raises((RecursionError, MemoryError, TemplateSyntaxError, TemplateDoesNotExist)):
        made.get_template("self.html").render({"a": "x"})


class Lookups(logging.Handler):
    """Keeps the lines of failed lookups."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def test_failed_lookups_are_logged_while_the_logger_takes_them():
    logger = logging.getLogger("django.template")
    handler = Lookups()
    logger.addHandler(handler)
    before = logger.level
    template = Engine().from_string("{{ row.missing }}")
    line = "Exception while resolving variable 'missing' in template 'unknown'."

    def logged() -> list[str]:
        handler.lines.clear()
        template.render(Context({"row": {}}))
        return list(handler.lines)

    try:
        for _ in range(2):
            logger.setLevel(logging.INFO)
            assert logged() == logged() == []
            logger.setLevel(logging.DEBUG)
            assert logged() == logged() == [line]
            logging.disable(logging.DEBUG)
            assert logged() == []
            logging.disable(logging.NOTSET)
            assert logged() == [line]
            logger.disabled = True
            assert logged() == []
            logger.disabled = False
    finally:
        logging.disable(logging.NOTSET)
        logger.disabled = False
        logger.setLevel(before)
        logger.removeHandler(handler)
