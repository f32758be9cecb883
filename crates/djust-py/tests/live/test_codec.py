"""Stored values come back as themselves."""

import collections
import dataclasses
import datetime as dt
import enum
import io
import json
import math
import pickle
import threading
import uuid
import zoneinfo
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from djust.exceptions import StateError
from djust.store.codec import dumps, encode, loads
from live_site.models import Author, Book
from live_site.views import Colour, Point


class Pair(NamedTuple):
    a: int
    b: str


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass(frozen=True)
class Frozen:
    items: tuple[int, ...]
    inner: Point | None = None


VALUES = [
    "text",
    "\ud800 lone, \u2028 and </script>",
    '" and \\, \x00\n\x1f\x7f, ä and \U0001f600',
    {'"\\\n': "a key to be escaped", "ä": 1},
    0,
    -(2**63),
    2**64,
    10**100,
    1.5,
    -0.0,
    5e-324,
    1e16,
    1.7976931348623157e308,
    float("inf"),
    float("-inf"),
    True,
    None,
    [1, [2, {"a": [3]}]],
    {"a": 1, "b": {"c": None}},
    {1: "int key", "1": "text key", (2, 3): "tuple key", None: 0},
    {"$": "a key of ours"},
    {"b": 1, "a": 2},
    (1, (2,)),
    set(),
    {1, "a"},
    frozenset({1}),
    collections.deque([1, 2], maxlen=3),
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.Counter("aab"),
    b"\x00\xff",
    1 + 2j,
    range(1, 10, 2),
    Decimal("1.10"),
    Decimal("-0.00"),
    uuid.UUID(int=5),
    dt.date(2030, 12, 31),
    dt.time(23, 59, 1, 5, fold=1),
    dt.timedelta(days=-1, seconds=3, microseconds=7),
    dt.datetime(2030, 1, 2, 3, 4, 5, 6),
    dt.datetime(2030, 1, 2, tzinfo=dt.timezone.utc),
    dt.datetime(2030, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
    dt.datetime(2030, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    Colour.BLUE,
    Level.LOW,
    Point(1, 2),
    Frozen((1, 2), Point(3, 4)),
    Pair(1, "x"),
    [Point(1, 2), {"at": dt.date(2030, 1, 1)}],
]


def kind(value: Any) -> str:
    """The name of a case. A set's own text is another one in each process, and with it the names of tests."""
    return type(value).__name__


@pytest.mark.parametrize("value", VALUES, ids=kind)
def test_value_comes_back(value: Any) -> None:
    found = loads(dumps(value))
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize("value", VALUES, ids=kind)
def test_text_is_what_json_writes(value: Any) -> None:
    assert json.loads(dumps(value)) == json.loads(json.dumps(encode(value)))


def test_not_a_number_comes_back() -> None:
    assert math.isnan(loads(dumps([float("nan")]))[0])


def test_order_of_a_dict_is_kept() -> None:
    assert list(loads(dumps({"b": 1, "a": 2}))) == ["b", "a"]


def test_safe_text_stays_safe_and_lazy_text_becomes_text() -> None:
    assert type(loads(dumps(mark_safe("<b>")))) is SafeString
    assert type(loads(dumps([gettext_lazy("Yes")]))[0]) is str


class Client:
    pass


@pytest.mark.parametrize(
    "value",
    [
        Client(),
        object(),
        threading.Lock(),
        threading.Thread(),
        io.BytesIO(),
        lambda: None,
        print,
        Client,
        iter([]),
        (item for item in []),
        connection,
        type("Sub", (dict,), {})(),
        type("Sub", (list,), {})(),
        collections.defaultdict(list),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [{"deep": (value,)}]])
def test_what_cannot_be_stored_is_refused(value: Any, wrap: Any) -> None:
    with pytest.raises(StateError):
        encode(wrap(value))


def test_local_classes_are_refused() -> None:
    @dataclasses.dataclass
    class Local:
        x: int

    with pytest.raises(StateError, match="define it in a module"):
        encode(Local(1))


def test_values_that_contain_themselves_are_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(StateError, match="contain themselves"):
        encode(loop)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"$":[]}',
        '{"$":["nonsense",1]}',
        '{"$":["uuid","x"]}',
        '{"$":["datetime","x",null,0]}',
        '{"$":["datetime","2030-01-01T00:00:00","No/Zone",0]}',
        '{"$":["enum","os:environ","X"]}',
        '{"$":["enum","live_site.views:Colour","GREEN"]}',
        '{"$":["dataclass","live_site.views:CounterView"]}',
        '{"$":["dataclass","subprocess:Popen",["args","x"]]}',
        '{"$":["named","builtins:list",1]}',
        '{"$":["model","auth.nothing",null,false,{}]}',
        '{"$":["queryset","auth.user",null,"AAAA","ModelIterable",[]]}',
        '{"$":["queryset","auth.user",null,"AAAA","Popen",[]]}',
        '{"$":5}',
        "[" * 5000,
    ],
)
def test_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        loads(text)


def test_reading_imports_nothing() -> None:
    import sys

    assert "antigravity" not in sys.modules
    with pytest.raises(StateError):
        loads('{"$":["enum","antigravity:X","Y"]}')
    assert "antigravity" not in sys.modules


@pytest.mark.django_db
def test_model_instances_come_back_with_what_they_held() -> None:
    author = Author.objects.create(name="Ann")
    saved = Book.objects.create(
        title="A", price="1.50", published=dt.date(2030, 1, 1), author=author, extra={"n": [1]}
    )
    saved = Book.objects.get(pk=saved.pk)
    saved.title = "changed, not saved"
    with CaptureQueriesContext(connection) as queries:
        found = loads(dumps([saved, Book(title="new", cover="a.png")]))
    assert not queries.captured_queries
    one, new = found
    assert (one, one.title, one.price, one.extra) == (saved, saved.title, saved.price, {"n": [1]})
    assert one._state.adding is False and one._state.db == "default"
    assert one.author == author
    one.save()
    assert Book.objects.get(pk=saved.pk).title == "changed, not saved"
    assert (new.pk, new.title, new.cover.name) == (None, "new", "a.png")
    new.save()
    assert Book.objects.count() == 2


@pytest.mark.django_db
def test_deferred_fields_stay_deferred() -> None:
    Book.objects.create(title="A")
    found = loads(dumps(Book.objects.only("title").get()))
    assert found.get_deferred_fields() == {"price", "published", "author_id", "extra", "cover"}
    assert found.extra == {}


@pytest.mark.django_db
def test_querysets_come_back_without_being_evaluated() -> None:
    author = Author.objects.create(name="Ann")
    for title in "BAC":
        Book.objects.create(title=title, author=author)
    books = Book.objects.filter(title__lt="C").order_by("title").prefetch_related("author")
    with CaptureQueriesContext(connection) as queries:
        found = loads(dumps(books))
        values = loads(dumps(Book.objects.order_by("title").values("title")[:1]))
        pairs = loads(dumps(Book.objects.order_by("-title").values_list("title", flat=True)))
    assert not queries.captured_queries
    assert [book.title for book in found] == ["A", "B"]
    assert list(values) == [{"title": "A"}]
    assert "author" in found[0]._prefetched_objects_cache or found[0].author == author
    assert found.filter(title="A").count() == 1
    assert list(pairs) == ["C", "B", "A"]


def test_a_querysets_pickle_is_the_only_one() -> None:
    text = dumps([1, {"a": (2,)}, Point(1, 2)])
    json.loads(text)
    assert pickle.dumps(1)[:2].decode("latin1") not in text
