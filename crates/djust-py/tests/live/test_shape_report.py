"""In DEBUG, what makes a page coarse is said once, with its line."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.forms import UserCreationForm

from djust import _djust
from djust.runtime import shapes
from djust.template import engine_for

SOURCE = "<!DOCTYPE html><body><main dj-root>\n<p>{{ n }}</p>\n<div>{{ n }}<template>{{ n }}</template></div></main></body>"


@pytest.fixture
def live() -> _djust.Session:
    session = _djust.Session(engine_for(None).from_string(SOURCE).compiled)
    session.mount({"n": 1})
    return session


def test_a_part_that_is_compared_as_a_whole_is_told_once(live, settings, caplog, monkeypatch):
    monkeypatch.setattr(shapes, "_told", set())
    caplog.set_level(logging.INFO, "djust.shape")
    shapes.report_shape(live)
    assert not caplog.messages
    settings.DEBUG = True
    shapes.report_shape(live)
    shapes.report_shape(live)
    (message,) = caplog.messages
    assert ":3: the part from" in message and "move what changes out of it" in message


def test_places_are_counted_by_how_they_are_compared(live):
    assert live.is_shaped
    assert live.coverage() == (2, 1)
    live.update({"n": 2})
    assert live.coverage() == (2, 1)


def test_a_page_that_is_compared_as_a_whole_says_so():
    session = _djust.Session(
        engine_for(None).from_string("<main dj-root>{{ n|safe }}<i></main>").compiled
    )
    session.mount({"n": "<b>"})
    assert not session.is_shaped
    (line,) = session.report()
    assert "the page is compared as a whole: " in line


def test_refusals_are_counted_over_the_process(live):
    before = sum(_djust.refusals().values())
    session = _djust.Session(engine_for(None).from_string("{{ n|safe }}").compiled)
    session.mount({"n": "<main dj-root></main>"})
    after = _djust.refusals()
    kinds = {kind.split(":")[0] for kind in after}
    known = {
        "template",
        "markup",
        "value",
        "leaf",
        "root",
        "key",
        "control",
        "variants",
        "size",
        "replaced",
    }
    assert kinds <= known
    assert sum(after.values()) == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["as_p", "as_div", "as_ul"])
def test_forms_of_django_are_no_reason_to_compare_the_whole_page(how, settings):
    validator = "django.contrib.auth.password_validation.MinimumLengthValidator"
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": validator}]
    # The advice about passwords is a list, in Django's markup within a paragraph.
    source = (
        f"<!DOCTYPE html><body><form dj-root>{{{{ form.{how} }}}}<b>{{{{ n }}}}</b></form></body>"
    )
    session = _djust.Session(engine_for(None).from_string(source).compiled)
    context = {"form": UserCreationForm(), "n": 1}
    assert "<li>Your password" in session.mount(context)
    assert session.is_shaped
    failed = UserCreationForm({"username": "a b"})
    assert session.update({"form": failed, "n": 1})
    assert session.is_shaped
