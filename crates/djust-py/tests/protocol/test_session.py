"""The diff side of a live page, from Python."""

from __future__ import annotations

import gc
import pickle
import threading
import weakref
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import mark_safe

from djust import _djust
from djust.template import engine_for


def session(source: str) -> _djust.Session:
    return _djust.Session(engine_for(None).from_string(source).compiled)


def checksum(names: list[str]) -> int:
    """A polynomial over the 32-bit FNV-1a hashes of the names."""
    result = 0
    for name in names:
        value = 0x811C9DC5
        for byte in name.encode():
            value = (value ^ byte) * 0x01000193 % 2**32
        result = (result * 0x01000193 + value) % 2**32
    return result


COUNTER = "<!DOCTYPE html><body><p dj-root>{{ n }}<b>{{ n }}</b></p></body>"


def test_mount_gives_the_page_and_update_what_changed() -> None:
    live = session(COUNTER)
    assert (live.count, live.checksum, live.fingerprint) == (0, 0, 0)
    assert live.mount({"n": 1}) == live.template.render({"n": 1})
    assert live.count == 2
    assert live.checksum == checksum(["p", "b"])
    assert live.update({"n": 1}) == ""
    assert live.update({"n": "<2>"}) == '[0,0,"<2>",0,1,"<2>"]'


def test_equal_renders_have_equal_fingerprints() -> None:
    first, second = session(COUNTER), session(COUNTER)
    first.mount({"n": 1})
    second.mount({"n": 2})
    assert first.fingerprint != second.fingerprint
    second.update({"n": 1})
    assert first.fingerprint == second.fingerprint


def test_a_resync_answers_the_page_that_the_client_has() -> None:
    live = session(COUNTER)
    live.mount({"n": 1})
    client = '<p dj-root="">1<b>1</b><i>foreign</i></p>'
    assert live.resync(client, {"n": 1}) == ("[5,2,1]", 3)
    assert live.resync('<p dj-root="">1<b>1</b></p>', {"n": 1}) == ("", 2)
    assert live.update({"n": 2}) == '[0,0,"2",0,1,"2"]'


def test_a_resync_that_counts_differently_replaces_everything() -> None:
    live = session(COUNTER)
    live.mount({"n": 1})
    client = '<p dj-root="">1<b>1</b></p>'
    assert live.resync(client, {"n": 1}, live.count, live.checksum) == ("", 2)
    assert live.resync(client, {"n": 1}, 3, live.checksum) == ('[7,0,2,"1<b>1</b>"]', 3)


def test_an_update_needs_a_mount() -> None:
    live = session(COUNTER)
    with pytest.raises(RuntimeError, match="not mounted yet"):
        live.update({"n": 1})
    assert "not mounted" in repr(live)


@pytest.mark.parametrize(
    ("source", "code"),
    [("<p>{{ n }}</p>", "no-root"), ("<{{ n }} dj-root>x</{{ n }}>", "root-replaced")],
)
def test_a_page_must_keep_its_root(source: str, code: str) -> None:
    live = session(source.replace("<p>", "<p{% if n == 'p' %} dj-root{% endif %}>"))
    live.mount({"n": "p"})
    before = live.fingerprint
    with pytest.raises(_djust.PageError) as caught:
        live.update({"n": "h1"})
    assert caught.value.code == code
    assert isinstance(caught.value, ValueError)
    assert live.fingerprint == before


class Failing:
    @property
    def name(self) -> str:
        raise RuntimeError("a property failed")


def test_an_exception_of_a_value_leaves_the_page_as_it_was() -> None:
    live = session("<p dj-root>{{ n }}{{ value.name }}</p>")
    live.mount({"n": 1, "value": None})
    before = live.fingerprint
    with pytest.raises(RuntimeError, match="a property failed"):
        live.update({"n": 2, "value": Failing()})
    with pytest.raises(RuntimeError, match="a property failed"):
        live.resync('<p dj-root="">1</p>', {"n": 2, "value": Failing()})
    assert live.fingerprint == before
    assert live.update({"n": 3, "value": None}) == '[0,0,"3"]'


def test_a_missing_template_is_djangos_exception() -> None:
    live = session("<p dj-root>{% include name %}</p>")
    with pytest.raises(TemplateDoesNotExist):
        live.mount({"name": "nowhere.html"})


class Calling:
    """Runs a function when the template reads its attribute."""

    def __init__(self, function: Any) -> None:
        self._function = function

    @property
    def name(self) -> str:
        self._function()
        return "called"


def test_a_value_that_renders_its_own_page_is_told_so() -> None:
    live = session("<p dj-root>{{ value.name }}</p>")
    live.mount({})

    def again() -> None:
        live.update({})

    with pytest.raises(RuntimeError, match="this live page is being rendered"):
        live.update({"value": Calling(again)})
    with pytest.raises(RuntimeError, match="this live page is being rendered"):
        live.update({"value": Calling(lambda: live.count)})
    assert "in use" not in repr(live)
    assert live.update({"value": Calling(lambda: None)}) == '[0,0,"called"]'


def test_two_threads_do_not_use_one_session() -> None:
    live = session("<p dj-root>{{ value.name }}</p>")
    live.mount({})
    inside, leave = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        assert leave.wait(10)

    result: list[str] = []
    thread = threading.Thread(target=lambda: result.append(live.update({"value": Calling(wait)})))
    thread.start()
    assert inside.wait(10)
    with pytest.raises(RuntimeError, match="another thread uses it"):
        live.update({})
    leave.set()
    thread.join(10)
    assert result == ['[0,0,"called"]']


def test_sessions_are_independent_between_threads() -> None:
    source = "<ul dj-root>{% for n in rows %}<li dj-key='{{ n }}'>{{ n }}</li>{% endfor %}</ul>"
    template = engine_for(None).from_string(source).compiled
    failures: list[BaseException] = []

    def run(offset: int) -> None:
        try:
            live = _djust.Session(template)
            live.mount({"rows": range(offset)})
            for step in range(30):
                live.update({"rows": range(step, step + offset)})
                assert live.count == offset + 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(offset,)) for offset in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


class Value:
    name = "x"


def test_a_session_keeps_nothing_of_its_contexts() -> None:
    live = session("<p dj-root>{{ value.name }}</p>")
    value = Value()
    gone = weakref.ref(value)
    live.mount({"value": value})
    live.update({"value": value})
    live.resync('<p dj-root="">x</p>', {"value": value})
    del value
    gc.collect()
    assert gone() is None


def test_a_session_cannot_be_pickled_or_changed() -> None:
    live = session(COUNTER)
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(live)
    with pytest.raises(AttributeError):
        live.count = 5


class Told:
    """Counts how often its text is asked for."""

    asked = 0

    def __str__(self) -> str:
        self.asked += 1
        return "told"


def test_rows_that_show_the_same_are_left_out_and_others_read_once() -> None:
    live = session(
        "<ul dj-root>{% for row in rows %}"
        '<li dj-key="{{ row.id }}" class="{% if row.id == chosen %}on{% endif %}">{{ row.text }}</li>'
        "{% endfor %}</ul>"
    )
    told = Told()
    texts: list[Any] = [
        "a",
        2,
        True,
        None,
        "<&>",
        1.5,
        10**30,
        told,
        mark_safe("<b>x</b>"),
        "\U0001f600",
    ]
    rows = [{"id": number, "text": text} for number, text in enumerate(texts)]
    live.mount({"rows": rows, "chosen": None})
    assert (live.is_shaped, told.asked) == (True, 1)
    assert live.update({"rows": rows, "chosen": None}) == ""
    assert told.asked == 2
    rows[1]["text"] = "2"
    assert live.update({"rows": rows, "chosen": None}) == ""
    rows[1]["text"] = "two"
    assert live.update({"rows": rows, "chosen": 3}) == '[0,2,"two",2,4,"class","on"]'
    rows[0], rows[9] = rows[9], rows[0]
    assert live.update({"rows": rows, "chosen": 3}) == "[6,0,0,11,6,0,9,1]"
    assert told.asked == 5
    del rows[2]["text"]
    assert live.update({"rows": rows, "chosen": 3}) == '[0,3,""]'


def test_a_row_whose_keys_only_look_like_texts_is_read_by_the_rules() -> None:
    class Row(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            return f"got {name}"

    live = session("<p dj-root>{% for row in rows %}<i>{{ row.x }}</i>{% endfor %}</p>")
    live.mount({"rows": [{"x": 1}]})
    assert live.update({"rows": [Row(x=1)]}) == '[0,1,"got x"]'


def test_numbers_in_rows_follow_the_language() -> None:
    live = session("<p dj-root>{% for row in rows %}<i>{{ row.x }}</i>{% endfor %}</p>")
    rows = {"rows": [{"x": 12345}]}
    live.mount(rows)
    with override_settings(USE_THOUSAND_SEPARATOR=True), translation.override("en"):
        assert live.update(rows) == '[0,1,"12,345"]'
    assert live.update(rows) == '[0,1,"12345"]'
