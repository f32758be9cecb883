"""Live pages whose template another library has compiled: tags over several lines, which only it reads."""

from __future__ import annotations

import re
from typing import Any

import django.template
import pytest
from django.template.base import Lexer, Parser
from django.test import override_settings
from django.urls import path

from djust import LiveView, event_handler, state
from djust.testing import LiveClient, LivePage

SOURCE = """<!DOCTYPE html><body><main dj-root>
{% if
    count %}<p>{{ count }}</p>{% else %}<p>none</p>{% endif %}
{% for name in names %}<li>{{ name }}</li>{% endfor %}</main></body>"""


class CountView(LiveView):
    template = SOURCE
    count = state(default=0)
    names = state(default=["<a>"])

    @event_handler
    def add(self) -> None:
        self.count += 1


class Patterns:
    urlpatterns = (path("", CountView.as_view()),)


def compiled_by_a_library(template: Any) -> Any:
    """A compiler as libraries of components have it: a tag may go over several lines."""
    one_line = re.sub(r"{%.*?%}", lambda tag: " ".join(tag[0].split()), template.source, flags=re.S)
    parser = Parser(
        Lexer(one_line).tokenize(),
        template.engine.template_libraries,
        template.engine.template_builtins,
        template.origin,
    )
    return parser.parse()


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(django.template.Template, "compile_nodelist", compiled_by_a_library)
    with override_settings(ROOT_URLCONF=Patterns):
        yield LiveClient().open("/")


def test_events_give_what_changed(counting: LivePage) -> None:
    assert "<p>none</p>\n<li>&lt;a&gt;</li>" in counting.response.content.decode()
    frame = counting.send("add")[-1]
    assert frame[3] == [0, 1, "1"]
    assert "<p>1</p>" in counting.html
    assert counting.send("add")[-1][3] == [0, 1, "2"]


def test_the_page_is_a_tree_and_the_report_says_why(counting: LivePage) -> None:
    native: Any = counting.session.native
    assert not native.is_shaped
    assert native.count == 3
    (line,) = native.report()
    assert "another library has compiled its template" in line


def test_a_client_that_counted_again_is_answered(counting: LivePage) -> None:
    counting.send("add")
    native: Any = counting.session.native
    shown = '<main dj-root=""><i></i></main>'
    operations, base = native.resync(shown, {"count": 3, "names": []})
    assert "<p>3</p>" in operations and base > 1


def test_such_a_template_reads_what_it_likes(counting: LivePage) -> None:
    assert counting.session.template.reads == ({}, False)
