"""Attributes that live for one render, and the lists that keep what they showed."""

import json
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from djust import LiveView, push_to_view
from djust.runtime.registry import registry
from djust.runtime.storing import dump
from djust.runtime.temporary import set_defaults, take
from djust.testing import LiveClient, LivePage
from live_site.models import Author

pytestmark = pytest.mark.django_db

UPDATE, RENUMBERED = 1, 4
MERGE = 9


def operations(frames: list[list[Any]]) -> list[Any]:
    return [item for frame in frames if frame[0] == UPDATE for item in (frame[3:] or [[]])[0]]


def merged(frames: list[list[Any]]) -> list[str]:
    """The HTML of the merges in some frames, white space around it aside."""
    found: list[str] = []
    for frame in frames:
        parts = frame[3] if len(frame) > 3 else []
        for at, kind in enumerate(parts):
            if kind == MERGE and isinstance(parts[at + 1], int) and len(parts) > at + 2:
                found.append(parts[at + 2].strip())
    return found


def item(author: Author) -> str:
    return f'<li id="message-{author.pk}">{author.name}</li>'


@pytest.fixture
def chat(live: LiveClient) -> LivePage:
    for name in ("Ada", "Grace"):
        Author.objects.create(name=name)
    return live.open("/chat/")


def test_the_page_is_served_with_all_and_the_state_keeps_none(chat: LivePage) -> None:
    html = chat.response.content.decode()
    assert all(item(author) in html for author in Author.objects.all())
    assert chat.view.messages == []  # type: ignore[attr-defined]


def test_only_what_is_new_travels(chat: LivePage) -> None:
    frames = chat.send("send_message", content="Hello")
    message = Author.objects.get(name="Hello")
    assert merged(frames) == [item(message)]
    assert "Ada" not in json.dumps(frames)
    # The other attribute that the handler changed is there, too.
    assert operations(frames)[:3] == [0, 1, "1"]
    assert chat.view.messages == []  # type: ignore[attr-defined]
    assert merged(chat.send("count")) == []


def test_the_same_content_twice_is_shown_twice(chat: LivePage) -> None:
    for _ in range(2):
        frames = chat.send("write", line="tick")
        assert operations(frames)[-1] == "tick\n"


def test_a_change_in_place_of_the_default_counts_and_does_not_last(chat: LivePage) -> None:
    author = Author.objects.get(name="Ada")
    frames = chat.send("change_message", pk=author.pk, content="Lovelace")
    author.refresh_from_db()
    assert merged(frames) == [item(author)]
    assert chat.view.messages == []  # type: ignore[attr-defined]
    assert type(chat.view).temporary_assigns == {"messages": [], "log": ""}


def test_a_handler_that_fails_adds_nothing(chat: LivePage) -> None:
    chat.send("fail")
    assert len(chat.errors) == 1
    assert chat.view.messages == []  # type: ignore[attr-defined]
    assert merged(chat.send("count")) == []


def test_a_push_adds_too(chat: LivePage) -> None:
    author = Author.objects.create(name="from elsewhere")
    assert merged(chat.push({"messages": [author]})) == [item(author)]


def test_pushes_to_a_page_without_a_socket_all_arrive(chat: LivePage) -> None:
    chat.disconnect()
    authors = [Author.objects.create(name=name) for name in ("one", "two", "three")]
    for author in authors:
        push_to_view("chat", {"messages": [author], "sent": author.pk})
    frames = chat.connect()
    assert "".join(merged(frames)).count("<li") == 3
    assert chat.view.sent == authors[-1].pk  # type: ignore[attr-defined]
    for number in range(1500):
        chat.session.miss({"log": "x", "messages": [number]})
    missed = chat.session.take_missed()
    assert len(missed["messages"]) == 1000 and missed["messages"][-1] == 1499
    assert missed["log"] == "x" * 1500


def test_what_waits_for_a_slow_client_is_sent_together(chat: LivePage) -> None:
    chat.view.how = "append"  # type: ignore[attr-defined]
    names = [f"message {number:02}" for number in range(12)]
    frames: list[list[Any]] = []
    for number, name in enumerate(names, start=1):
        event = {"content": name}
        frames += chat.send_frame(json.dumps([1, number, 0, "send_message", event]))
    assert len(merged(frames)) == 8
    frames = chat.send_frame(json.dumps([2, chat.seq]))
    (rest,) = merged(frames)
    assert [name for name in names if name in rest] == names[8:]


def test_a_client_that_lost_its_place_gets_again_what_it_may_have_missed(chat: LivePage) -> None:
    chat.send("send_message", content="seen")
    chat.send_frame(json.dumps([2, chat.seq]))
    chat.send("send_message", content="missed")
    chat.send("send_message", content="missed too")
    shown = item(Author.objects.get(name="seen"))
    html = (
        f'<div dj-root=""><ul dj-update="append" id="messages">{shown}</ul><pre dj-update="append">'
        "</pre><p></p></div>"
    )
    (frame,) = chat.send_frame(json.dumps([4, 1, html]))
    assert frame[0] == RENUMBERED
    found = "".join(merged([frame]))
    assert "missed" in found and "missed too" in found and "seen" not in found
    # What it has now is not sent once more.
    (frame,) = chat.send_frame(json.dumps([4, frame[1], html.replace(shown, shown + found)]))
    assert merged([frame]) == []


def test_a_page_that_resumes_elsewhere_keeps_what_it_shows(live: LiveClient, settings: Any) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}
    Author.objects.create(name="Ada")
    chat = live.open("/chat/")
    chat.send("send_message", content="Hello")
    assert "Hello" not in (dump(chat.session) or "")
    chat.disconnect()
    registry.clear()
    chat.connect()
    assert chat.view.messages == []  # type: ignore[attr-defined]
    message = Author.objects.get(name="Hello")
    html = (
        f'<div dj-root=""><h1>1</h1><ul dj-update="append" id="messages">{item(message)}</ul>'
        '<pre dj-update="append"></pre><p></p></div>'
    )
    (frame,) = chat.send_frame(json.dumps([4, chat.seq, html]))
    assert frame[0] == RENUMBERED and merged([frame]) == []
    assert len(merged(chat.send("send_message", content="again"))) == 1


def test_a_page_that_is_mounted_again_gets_what_came_meanwhile(live: LiveClient) -> None:
    first = Author.objects.create(name="first")
    chat = live.open("/chat/")
    chat.send("count")
    chat.disconnect()
    registry.clear()
    later = Author.objects.create(name="later")
    chat.connect()
    html = (
        f'<div dj-root=""><h1>1</h1><ul dj-update="append" id="messages">\n{item(first)}\n</ul>'
        '<pre dj-update="append"></pre><p></p></div>'
    )
    (frame,) = chat.send_frame(json.dumps([4, chat.seq, html]))
    assert merged([frame]) == [item(later)]


def test_newest_first(live: LiveClient) -> None:
    page = live.open("/newest-first/")
    frames = page.send("send_message", content="x")
    assert merged(frames) == [item(Author.objects.get())]


def test_defaults_belong_to_one_instance() -> None:
    class View(LiveView):
        temporary_assigns: ClassVar[dict[str, Any]] = {"rows": [], "by_name": {"a": [1]}}

    one, two = View(), View()
    set_defaults(one)
    set_defaults(two)
    one.rows.append(1)  # type: ignore[attr-defined]
    one.by_name["a"].append(2)  # type: ignore[attr-defined]
    assert two.__dict__ == {"rows": [], "by_name": {"a": [1]}}
    assert take(one) == {"rows": [1], "by_name": {"a": [1, 2]}}
    assert one.__dict__ == two.__dict__
    assert take(one) == {}


@pytest.mark.parametrize("name", ["_private", "request"])
def test_only_public_attributes_are_temporary(name: str) -> None:
    class View(LiveView):
        template = "<p dj-root></p>"
        temporary_assigns: ClassVar[dict[str, Any]] = {name: None}

    with pytest.raises(ImproperlyConfigured, match=name):
        View.as_view()(RequestFactory().get("/"))
