"""``dj-model``: what a page may set, and what becomes of it."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest

from djust.testing import LiveClient, LivePage
from live_site.sockets import CLOSE, ERROR
from live_site.views import Colour


@pytest.mark.parametrize(
    ("name", "sent", "expected"),
    [
        ("text", "tea", "tea"),
        ("text", 7, "7"),
        ("number", "42", 42),
        ("ratio", "0.25", 0.25),
        ("flag", True, True),
        ("flag", "false", False),
        ("price", "9.90", Decimal("9.90")),
        ("day", "2031-02-03", dt.date(2031, 2, 3)),
        ("moment", "2031-02-03T04:05", dt.datetime(2031, 2, 3, 4, 5, tzinfo=dt.timezone.utc)),
        ("clock", "04:05", dt.time(4, 5)),
        ("key", str(uuid.UUID(int=9)), uuid.UUID(int=9)),
        ("colour", "2", Colour.BLUE),
        ("tags", ["a", "b"], ["a", "b"]),
        ("tags", [], []),
        ("numbers", ["3", "4"], [3, 4]),
        ("group", ["x"], ("x",)),
        ("free", "text", "text"),
        ("free", True, True),
        ("until", "2031-02-03", dt.date(2031, 2, 3)),
        ("until", "", None),
        ("on_class", "own", "own"),
        ("inside", "kept", "kept"),
    ],
)
def test_a_value_takes_the_type_of_what_it_replaces(
    live: LiveClient, name: str, sent: Any, expected: Any
) -> None:
    page = live.open("/bound/")
    page.set(**{name: sent})
    value = getattr(page.view, name)
    assert not page.errors
    assert (type(value), value) == (type(expected), expected)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("number", "x"),
        ("number", ""),
        ("number", "1.5"),
        ("ratio", "nan"),
        ("flag", "perhaps"),
        ("price", "a lot"),
        ("day", "2031-02-30"),
        ("key", "7"),
        ("colour", "green"),
        ("numbers", ["1", "x"]),
        ("tags", {"a": 1}),
        ("text", ["a"]),
        ("until", "soon"),
        ("mapping", {"a": 1}),
        ("mapping", "text"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error_and_changes_nothing(
    live: LiveClient, name: str, sent: Any
) -> None:
    page = live.open("/bound/")
    before = getattr(page.view, name)
    (frame,) = page.set(**{name: sent, "text": "also"} if name != "text" else {name: sent})
    assert (frame[0], frame[3]["code"]) == (ERROR, "bad-parameter")
    assert frame[3]["message"].startswith(f"parameter {name!r}: ")
    assert "dict" not in frame[3]["message"] and "Colour" not in frame[3]["message"]
    assert getattr(page.view, name) == before and page.view.text == ""  # type: ignore[attr-defined]
    page.set(text="next")
    assert page.view.text == "next"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name",
    [
        "_private",
        "request",
        "template_name",
        "__class__",
        "text.upper",
        "missing",
        "double",
        "save",
        "unbound",
        "hidden_until",
        "",
        "no_such",
        "kwargs",
        "_djust_effects",
    ],
)
def test_what_a_page_may_not_set_gets_one_answer(live: LiveClient, name: str) -> None:
    page = live.open("/bound/")
    before = {**vars(page.view)}
    (frame,) = page.set(**{name: "x", "text": "also"})
    assert frame[0] == ERROR
    assert (frame[3]["code"], frame[3]["message"]) == ("forbidden", "This page has no such value.")
    assert vars(page.view) == before


def test_a_binding_that_appears_may_be_used_and_one_that_goes_may_not(live: LiveClient) -> None:
    page = live.open("/bound/")
    page.set(flag=True)
    page.set(hidden_until="now")
    assert not page.errors and page.view.hidden_until == "now"  # type: ignore[attr-defined]
    page.set(flag=False)
    page.set(hidden_until="again")
    assert page.errors[-1]["code"] == "forbidden" and page.view.hidden_until == "now"  # type: ignore[attr-defined]


def test_the_context_is_made_anew_and_handlers_see_the_value(live: LiveClient) -> None:
    page = live.open("/bound/")
    (frame,) = page.set(text="t")
    assert "t|tea,toast" in frame[3]
    page.send("save")
    assert page.view.text == "T"  # type: ignore[attr-defined]


def test_access_is_checked_before_a_value_is_set(live: LiveClient) -> None:
    page = live.open("/bound/")
    view = page.view
    view.login_required = True
    page.set(text="x")
    assert page.frames[-1][:1] == [CLOSE] and page.frames[-1][1]["code"] == "forbidden"
    assert view.text == ""  # type: ignore[attr-defined]


def test_values_that_the_markup_does_not_say_are_told(live: LiveClient) -> None:
    page = live.open("/bound/")
    config = json.loads(
        page.response.content.decode().split('id="djust-config">')[1].split("</script>")[0]
    )
    told = config["model"]
    assert {
        name: told[name] for name in ("number", "price", "day", "moment", "clock", "colour")
    } == {
        "number": "1",
        "price": "1.00",
        "day": "2030-01-01",
        "moment": "2030-01-01T00:00",
        "clock": "12:00:00",
        "colour": "1",
    }
    assert told["numbers"] == ["1"] and told["group"] == ["a"]
    # Nothing of what a page may not set, and nothing that an empty control says by itself.
    for name in ("_private", "request", "template_name", "double", "text", "flag", "tags", "until"):
        assert name not in told


def test_a_value_is_told_when_another_one_takes_its_place(live: LiveClient) -> None:
    page = live.open("/bound/")
    page.set(text="tea")
    assert page.effects == []  # the page knows what it said
    page.send("save")
    page.send("save")
    assert page.effects == [["push", "djust:model", {"text": "TEA"}]]
    page.push({"number": 5})
    assert page.effects[1:] == [["push", "djust:model", {"number": "5"}]]
    page.view.hidden_until = "new"  # type: ignore[attr-defined]
    page.set(flag=True)
    assert page.effects[2:] == [["push", "djust:model", {"hidden_until": "new"}]]


def resync(page: LivePage, html: str) -> list[list[Any]]:
    """Say that the page shows this; returns the effects of the answer."""
    before = len(page.effects)
    page.send_frame(json.dumps([4, page.seq, html]))
    return page.effects[before:]


def test_controls_that_come_with_a_resync_are_told_their_values(live: LiveClient) -> None:
    page = live.open("/bound/")
    ((_, _, told),) = resync(page, "<form dj-root></form>")
    assert (told["number"], told["group"]) == ("1", ["a"])
    # Empty controls say so themselves.
    assert "text" not in told and "tags" not in told


def test_controls_that_the_page_has_are_left_alone_by_a_resync(live: LiveClient) -> None:
    page = live.open("/bound/")
    html = live.client.get("/bound/").content.decode()
    root = html[html.index("<form") : html.index("</form>") + len("</form>")]
    assert resync(page, root) == []
    page.view.number = 9  # type: ignore[attr-defined]
    assert resync(page, root) == [["push", "djust:model", {"number": "9"}]]


def test_a_first_control_that_comes_with_a_resync_is_told_its_value(live: LiveClient) -> None:
    page = live.open("/bound-later/")
    page.view.shown = True  # type: ignore[attr-defined]
    assert resync(page, "<main dj-root></main>") == [["push", "djust:model", {"text": "tea"}]]
    page.view.text = "other"  # type: ignore[attr-defined]
    page.send("again")
    assert page.effects[-1] == ["push", "djust:model", {"text": "other"}]
