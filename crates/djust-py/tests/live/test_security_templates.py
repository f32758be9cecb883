"""What a template of a live page may call: the same as Django's, over every way in."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.template import engines

from djust.runtime.registry import registry
from djust.testing import LiveClient, LivePage
from live_site.models import Book
from live_site.sockets import CONNECTED, UPDATE
from live_site.traps import TrapView, called, things
from live_site.ways import WAYS

CONSTRUCTS = [
    "{{ X }}",
    "{{ X.more }}",
    "{{ X|upper }}",
    "{{ X|default:'none' }}",
    "{{ empty|default:X }}",
    "{{ 'a'|add:X }}",
    "{% if X %}yes{% else %}no{% endif %}",
    "{% if not X or X == 1 and X in 'abc' %}yes{% else %}no{% endif %}",
    "{% if 'a'|add:X %}yes{% endif %}",
    "{% for each in X %}{{ each }}{% empty %}none{% endfor %}",
    "{% with y=X %}{{ y }}{% endwith %}",
    "{% with X as y %}{{ y.z }}{{ y }}{% endwith %}",
    "{% firstof X 'none' %}",
    "{% firstof empty X 'none' %}",
    "{% cycle X 'b' %}",
    "{% ifchanged X %}changed{% endifchanged %}",
    "{% widthratio X 2 1 %}",
    "{% filter default:X %}{% endfilter %}",
    "{% regroup X by y as groups %}{{ groups|length }}",
    "{% include 'live_site/echo.html' with value=X %}",
    "{% load i18n %}{% blocktranslate with y=X %}of {{ y }}{% endblocktranslate %}",
    "{% load i18n %}{% translate X %}",
    "{% load traps %}{% echo X %}",
    "{% load traps %}{% echo value=X|default:X %}",
    "{% load traps %}{% echo named=X %}",
    "{% load traps %}{% echo X as y %}{{ y }}",
    "{% load traps %}{% echo_of 'X' %}",
    "{% load traps %}{% included X %}",
    "{% load traps %}{% resolved X %}",
    "{% load traps %}{% resolved empty|default:X %}",
]
ALTERING = [
    "books.delete",
    "books.all.delete",
    "book.delete",
    "book.save",
    "trap.delete",
    "trap.nested.delete",
    "traps.0.delete",
]
OTHERS = [
    "trap.delete.more",
    "trap.kept",
    "trap.Kind",
    "trap.Kind.value",
    "trap.silent",
    "trap.silent.more",
    "trap.silent_property",
    "trap.loud",
    "trap.method",
]
SEPARATOR = "&"


@pytest.fixture(autouse=True)
def _books(transactional_db: Any) -> Iterator[None]:
    Book.objects.create(title="A1")
    Book.objects.create(title="A2")
    called.clear()
    yield
    assert called == []


def page_of(constructs: list[str]) -> str:
    return f"<main dj-root>{{{{ count }}}}{SEPARATOR}{SEPARATOR.join(constructs)}</main>"


def outcome(render: Callable[[], str]) -> str:
    """What is shown, or the kind of the failure."""
    try:
        return render()
    except Exception as error:
        return type(error).__name__


def by_django(template: str, count: int) -> str:
    return str(engines["django"].from_string(template).render({"count": count, **things()}))


def opened(after: int = 1) -> LivePage:
    """A page as it is after some events."""
    page = LiveClient().open("/traps/")
    for _ in range(after):
        assert page.send("add")[-1][0] == UPDATE
    return page


def without_addresses(text: str) -> str:
    return re.sub("0x[0-9a-f]+", "0x", text, flags=re.IGNORECASE)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_a_page_shows_what_django_would(monkeypatch: pytest.MonkeyPatch, construct: str) -> None:
    for expression in [*ALTERING, *OTHERS]:
        source = page_of([construct.replace("X", expression)])
        monkeypatch.setattr(TrapView, "template", source)
        shown = outcome(lambda: opened().html)
        expected = outcome(partial(by_django, source, 1))
        assert without_addresses(shown) == without_addresses(expected), source
    assert Book.objects.count() == 2


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_nothing_that_alters_data_is_called(
    page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    every = [construct.replace("X", one) for construct in CONSTRUCTS for one in ALTERING]
    monkeypatch.setattr(TrapView, "template", page_of(every))
    socket = await page("/traps/")
    shown = socket.response.content.decode()
    assert f">0{SEPARATOR}" in shown and "a trap" not in shown
    entered = WAYS[way](socket)
    assert (await entered.connect())[0] == CONNECTED
    assert (await entered.send("add"))[0] == UPDATE
    (session,) = registry
    assert session.view.count == 1  # type: ignore[attr-defined]
    assert await sync_to_async(Book.objects.count)() == 2


def test_the_traps_are_real() -> None:
    """What the tests above find untouched is touched when Python calls it."""
    trap = things()["trap"]
    trap.delete()
    trap.kept()
    trap.Kind()
    assert called == ["delete", "kept", "NotCalled"]
    called.clear()
    things()["books"].delete()
    assert Book.objects.count() == 0
    every = "".join(construct.replace("X", "trap.method") for construct in CONSTRUCTS)
    assert by_django(every, 0).count("result") > 10
