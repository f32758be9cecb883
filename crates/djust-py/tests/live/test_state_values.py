"""Values in the state: changed in place, kept as what they are, refused when they cannot be kept."""

import dataclasses
import datetime as dt
import decimal
import functools
import io
import logging
import socket
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import RequestFactory

from djust import LiveView, event_handler, state
from djust.runtime.registry import registry
from djust.runtime.storing import check_state, dump
from djust.testing import LiveClient
from live_site.models import Author, Book
from live_site.views import Colour, Point

pytestmark = pytest.mark.django_db


class ValuesView(LiveView):
    """Holds one of everything, and changes it in place."""

    template = """<div dj-root>{{ items }} {{ table.rows.0.cells.1 }} {{ tags|length }} {{ point.x }} {{ book.title }}
        {{ book.author.name }} {{ pairs.0.0 }} {{ private_shown }}</div>"""
    items: list[Any] = state(default=[])
    table: dict[str, Any] = state(default={"rows": [{"cells": [1, 2]}]})
    made: ClassVar[list[Any]] = []

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.tags = {"a"}
        self.point = Point(1, 2)
        self.book = Book(title="draft", author=Author.objects.create(name="Ada"))
        self.pairs = ([1], [2])
        self.values = self.made[-1]
        self._books = Book.objects.filter(title__contains="x").order_by("title")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"private_shown": self._books.query.is_empty()}

    @event_handler
    def change(self, what: str = "", **kwargs: Any) -> None:
        changes: dict[str, Callable[[], Any]] = {
            "list": lambda: self.items.append("new item"),
            "nested": lambda: self.table["rows"][0]["cells"].__setitem__(1, "deep"),
            "set": lambda: self.tags.add("b"),
            "dataclass": lambda: setattr(self.point, "x", 77),
            "field": lambda: setattr(self.book, "title", "retitled"),
            "related": lambda: setattr(self.book.author, "name", "Lovelace"),
            "tuple": lambda: self.pairs[0].__setitem__(0, "within"),
        }
        changes[what]()


VALUES = [
    ("text", 1, 2.5, True, None),
    [1, [2, {"a": (3, 4)}], {5}],
    {"a": 1, 2: "two", (3, 4): None},
    {1, 2},
    frozenset({3}),
    dt.datetime(2026, 5, 4, 3, 2, 1, tzinfo=dt.timezone.utc),
    dt.date(2026, 5, 4),
    dt.time(3, 2, 1),
    dt.timedelta(days=1, seconds=2),
    uuid.UUID(int=5),
    decimal.Decimal("1.50"),
    b"bytes",
    Colour.BLUE,
    Point(3, 4),
]


@pytest.fixture(autouse=True)
def _urls(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.urls import path

    from live_site import urls

    page = path("values/", ValuesView.as_view(), name="values")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, page])
    settings.ROOT_URLCONF = urls.__name__
    ValuesView.made.append(None)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("list", "new item"),
        ("nested", "deep"),
        ("set", "2"),
        ("dataclass", "77"),
        ("field", "retitled"),
        ("related", "Lovelace"),
        ("tuple", "within"),
    ],
)
def test_a_change_in_place_is_seen(live: LiveClient, what: str, text: str) -> None:
    page = live.open("/values/")
    (frame,) = page.send("change", what=what)
    assert text in str(frame[3])


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_come_back_as_what_they_are(live: LiveClient, settings: Any, value: Any) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}
    ValuesView.made.append(value)
    page = live.open("/values/")
    page.disconnect()
    registry.clear()
    ValuesView.made.append("mounted again")
    page.connect()
    view: Any = page.view
    assert (type(view.values), view.values) == (type(value), value)
    assert view.point == Point(1, 2) and view.tags == {"a"} and view.pairs == ([1], [2])
    assert view.book.title == "draft" and view.book.pk is None
    assert isinstance(view._books, QuerySet) and view._books._result_cache is None


def test_a_private_queryset_is_stored_without_being_evaluated(
    live: LiveClient, settings: Any, django_assert_num_queries: Any
) -> None:
    page = live.open("/values/")
    with django_assert_num_queries(0):
        text = dump(page.session)
    assert text is not None and "_books" in text


def test_nothing_of_the_framework_is_stored_or_shown(live: LiveClient) -> None:
    page = live.open("/values/")
    text = dump(page.session) or ""
    context = page.view.get_context_data() | page.view._djust_names.public(page.view)
    for name in ("request", "template_name", "template", "args", "kwargs", "tick_interval", "head"):
        assert f'"{name}":' not in text and name not in context


class Holder(LiveView):
    template = "<p dj-root></p>"

    @functools.cached_property
    def service(self) -> Any:
        return threading.Lock()


UNSTORABLE: dict[str, Callable[[Path], Any]] = {
    "object": lambda _: object(),
    "socket": lambda _: socket.socket(),
    "file": lambda path: (path / "file").open("w"),
    "memory": lambda _: io.BytesIO(),
    "cursor": lambda _: connection.cursor(),
    "thread": lambda _: threading.Thread(),
    "lock": lambda _: threading.Lock(),
    "function": lambda _: lambda: None,
    "generator": lambda _: (number for number in ()),
    "class": lambda _: dict,
    "module": lambda _: io,
    "request": lambda _: RequestFactory().get("/"),
}
WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "alone": lambda value: value,
    "list": lambda value: [1, [value]],
    "dict": lambda value: {"a": {"b": value}},
    "tuple": lambda value: (value,),
    "dataclass": lambda value: dataclasses.replace(Point(1, 2), y=value),
}


@pytest.mark.parametrize("name", UNSTORABLE)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_what_cannot_be_stored_is_refused_while_developing(
    tmp_path: Path, settings: Any, name: str, wrapper: str
) -> None:
    settings.DEBUG = True
    value = UNSTORABLE[name](tmp_path)
    view: Any = Holder()
    view.client = WRAPPERS[wrapper](value)
    with pytest.raises(TypeError) as raised:
        check_state(view)
    assert str(raised.value).startswith(f"Cannot serialize client={view.client!r} in Holder.\n")
    # A private attribute may be anything.
    view._client, view.client = view.client, 1
    check_state(view)
    if hasattr(value, "close"):
        value.close()


def test_a_cached_property_that_holds_a_service_is_refused(settings: Any) -> None:
    settings.DEBUG = True
    view = Holder()
    check_state(view)
    assert view.service is not None
    with pytest.raises(TypeError, match="Cannot serialize service="):
        check_state(view)


def test_in_production_the_log_says_it_once_for_a_view(caplog: pytest.LogCaptureFixture) -> None:
    class Fresh(LiveView):
        template = "<p dj-root></p>"

    with caplog.at_level(logging.ERROR, logger="djust"):
        for _ in range(3):
            view: Any = Fresh()
            view.client = object()
            check_state(view)
    (record,) = caplog.records
    assert "Fresh" in record.getMessage() and "client" in record.getMessage()
    assert "object object at" not in record.getMessage()
