"""What is kept of Django's answers, addresses and messages, follows what is active where the template renders."""

from __future__ import annotations

import threading
import types

import django.template
import pytest
from django.http import HttpRequest
from django.template import Context, RequestContext
from django.test import override_settings
from django.urls import (
    NoReverseMatch,
    clear_script_prefix,
    clear_url_caches,
    converters,
    include,
    path,
    register_converter,
    set_script_prefix,
    set_urlconf,
)
from django.utils import translation
from django.utils.translation import gettext_lazy, trans_real

from djust.template import Engine


class Shifted(converters.IntConverter):
    """A converter whose answer depends on more than its argument."""

    by = 0

    def to_url(self, value: int) -> str:
        return str(value + self.by)


register_converter(Shifted, "shifted")


def view(request, **kwargs):
    raise AssertionError("nothing calls the view")


def module(*patterns) -> types.ModuleType:
    made = types.ModuleType("routes")
    made.urlpatterns = list(patterns)
    return made


@pytest.fixture(autouse=True)
def routes():
    inner = ([path("inner/<slug:name>/", view, name="inner")], "app")
    made = module(
        path("item/<int:pk>/", view, name="item"),
        path(gettext_lazy("Yes"), view, name="translated"),
        path("one/", include(inner, namespace="one")),
        path("two/", include(inner, namespace="two")),
    )
    with override_settings(ROOT_URLCONF=made):
        yield made
    set_urlconf(None)


def render(source: str, names: dict | None = None, context: Context | None = None) -> str:
    libraries = {"i18n": "django.templatetags.i18n"}
    template = Engine(libraries=libraries).from_string("{% load i18n %}" + source)
    return template.render(context or Context(names or {}))


def test_a_kept_address_is_that_of_the_arguments():
    address = "{% url 'item' pk %}{% url 'item' pk=pk %}"
    for pk in (1, 2, 1, "3", 3):
        assert render(address, {"pk": pk}) == f"/item/{pk}/" * 2
    # Equal to 1, but of another text.
    for pk in (True, 1.0):
        with pytest.raises(NoReverseMatch):
            render(address, {"pk": pk})
    assert render(address, {"pk": 1}) == "/item/1/" * 2


def test_an_address_that_does_not_exist_says_so_each_time():
    for _ in range(2):
        with pytest.raises(NoReverseMatch, match="'item' with keyword arguments"):
            render("{% url 'item' pk='x' %}")
        assert render("{% url 'item' pk='x' as address %}[{{ address }}]") == "[]"


def test_an_address_follows_prefix_and_configuration():
    assert render("{% url 'item' 1 %}") == "/item/1/"
    set_script_prefix("/below/")
    try:
        assert render("{% url 'item' 1 %}") == "/below/item/1/"
    finally:
        clear_script_prefix()
    assert render("{% url 'item' 1 %}") == "/item/1/"
    set_urlconf(module(path("other/<int:pk>/", view, name="item")))
    assert render("{% url 'item' 1 %}") == "/other/1/"
    set_urlconf(None)
    with override_settings(ROOT_URLCONF=module(path("third/<int:pk>/", view, name="item"))):
        assert render("{% url 'item' 1 %}") == "/third/1/"
    assert render("{% url 'item' 1 %}") == "/item/1/"


def test_an_address_follows_cleared_caches(routes):
    assert render("{% url 'item' 1 %}") == "/item/1/"
    routes.urlpatterns[0] = path("moved/<int:pk>/", view, name="item")
    clear_url_caches()
    assert render("{% url 'item' 1 %}") == "/moved/1/"


def test_an_address_follows_the_language():
    source = "{% url 'translated' %}{% language 'de' %}{% url 'translated' %}{% endlanguage %}"
    for _ in range(2):
        assert render(source + "{% url 'translated' %}") == "/Yes/Ja/Yes"
        with translation.override("de"):
            assert render(source) == "/Ja/Ja"


def test_an_address_follows_the_current_application():
    source = "{% url 'app:inner' 'a' %}"
    for current in ("one", "two", "one"):
        request = HttpRequest()
        request.current_app = current
        assert render(source, context=RequestContext(request)) == f"/{current}/inner/a/"
    assert render(source, {"request": request}) == "/two/inner/a/"


def test_an_address_made_by_a_converter_of_the_project_is_asked_for_each_time(monkeypatch):
    with override_settings(ROOT_URLCONF=module(path("<shifted:pk>/", view, name="item"))):
        assert render("{% url 'item' 1 %}") == "/1/"
        monkeypatch.setattr(Shifted, "by", 4)
        assert render("{% url 'item' 1 %}") == "/5/"


def test_a_message_follows_the_language():
    source = (
        "{% translate 'Yes' %}{{ _('Yes') }}{% translate 'May' context 'abbrev. month' %}"
        "{% language 'de' %}{% translate 'Yes' %}{{ _('Yes') }}{% translate 'No' %}{% endlanguage %}"
    )
    for _ in range(2):
        assert render(source) == "YesYesMayJaJaNein"
        with translation.override("fr"):
            assert render(source) == "OuiOuimaiJaJaNein"
        with translation.override(None):
            assert render(source) == "YesYesMayJaJaNein"


def test_a_message_follows_the_settings():
    assert render("{% translate 'Yes' %}") == "Yes"
    with override_settings(LANGUAGE_CODE="de"):
        assert render("{% translate 'Yes' %}") == "Ja"
    with override_settings(LOCALE_PATHS=[]):
        assert render("{% translate 'Yes' %}") == "Yes"


def test_a_message_follows_catalogs_that_are_loaded_again(monkeypatch):
    with translation.override("de"):
        assert render("{% translate 'Yes' %}") == "Ja"
    # django.utils.translation.reloader.translation_file_changed
    monkeypatch.setattr(trans_real, "_translations", {})
    catalog = trans_real.translation("de")
    catalog._catalog["Yes"] = "Jawohl"
    with translation.override("de"):
        assert render("{% translate 'Yes' %}") == "Jawohl"


def test_threads_have_languages_of_their_own():
    seen = {}

    def work(language: str) -> None:
        with translation.override(language):
            seen[language] = {render("{% translate 'Yes' %}{% url 'translated' %}") for _ in "1234"}

    threads = [threading.Thread(target=work, args=(code,)) for code in ("de", "fr", "nl", "es")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"de": {"Ja/Ja"}, "fr": {"Oui/Oui"}, "nl": {"Ja/Ja"}, "es": {"Sí/S%C3%AD"}}
    assert render("{% translate 'Yes' %}{% url 'translated' %}") == "Yes/Yes"


def test_numbers_follow_language_and_settings():
    engine = Engine()
    template = engine.from_string("{{ whole }} {{ part }}")
    names = {"whole": 12345, "part": 1234.5}

    def shown() -> str:
        return template.render(Context(names))

    for _ in range(2):
        assert shown() == "12345 1234.5"
        with translation.override("de"):
            assert shown() == "12345 1234,5"
            with override_settings(USE_THOUSAND_SEPARATOR=True):
                assert shown() == "12.345 1.234,5"
            assert shown() == "12345 1234,5"
        with override_settings(USE_THOUSAND_SEPARATOR=True):
            assert shown() == "12,345 1,234.5"
        with override_settings(LANGUAGE_CODE="de"), translation.override(None):
            own = django.template.Engine().from_string("{{ whole }} {{ part }}")
            assert shown() == own.render(Context(names))


def test_numbers_follow_a_language_of_the_template():
    source = "{{ part }}{% language 'de' %} {{ part }}{% endlanguage %} {{ part }}"
    for _ in range(2):
        assert render(source, {"part": 1.5}) == "1.5 1,5 1.5"


def test_numbers_are_those_of_their_thread():
    template = Engine().from_string("{{ part }}")
    seen = []

    def other() -> None:
        with translation.override("de"):
            seen.append(template.render(Context({"part": 1.5})))

    assert template.render(Context({"part": 1.5})) == "1.5"
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == ["1,5"]
    assert template.render(Context({"part": 1.5})) == "1.5"
