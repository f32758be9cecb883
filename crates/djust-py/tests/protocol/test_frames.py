"""Frames of the live protocol, as the runtime reads and writes them."""

from __future__ import annotations

import enum
import json
import math
from pathlib import Path

import pytest

from djust import _djust

PROTOCOL = Path(__file__).parents[3] / "djust-protocol" / "tests"
EXAMPLES = json.loads((PROTOCOL / "examples.json").read_text("utf-8"))
REFUSALS = json.loads((PROTOCOL / "refusals.json").read_text("utf-8"))
CONSTANTS = json.loads((PROTOCOL / "constants.json").read_text("utf-8"))


def of(examples: list[dict[str, str]], direction: str) -> list[str]:
    return [example["frame"] for example in examples if example["direction"] == direction]


@pytest.mark.parametrize("text", of(EXAMPLES, "client"))
def test_a_frame_of_a_client_becomes_a_tuple(text: str) -> None:
    kind, *rest = json.loads(text)
    frame = _djust.decode_client_frame(text)
    assert frame[0] == kind
    if kind == CONSTANTS["client"]["connect"]:
        body = dict(rest[0])
        assert body.pop("v") == _djust.PROTOCOL_VERSION
        assert frame == (kind, {"sent": 0, **body})
    elif kind == CONSTANTS["client"]["event"]:
        event, ack, handler, *optional = rest
        fields = [tuple(field) for field in optional[1]] if len(optional) > 1 else None
        assert frame == (kind, event, ack, handler, optional[0] if optional else {}, fields)
    elif kind == CONSTANTS["client"]["resync"]:
        assert frame == (kind, *rest, *[None] * (4 - len(rest)))
    else:
        assert frame == (kind, *rest)


def test_parameters_keep_order_and_types() -> None:
    text = '[1,1,0,"f",{"z":1,"a":[null,true,1.5,{"é":"x"}]}]'
    parameters = _djust.decode_client_frame(text)[4]
    assert list(parameters) == ["z", "a"]
    assert parameters["a"] == [None, True, 1.5, {"é": "x"}]
    assert [type(value) for value in parameters["a"]] == [type(None), bool, float, dict]


@pytest.mark.parametrize(
    "refusal", [refusal for refusal in REFUSALS if refusal["direction"] == "client"], ids=repr
)
def test_a_bad_frame_raises_with_code_place_and_event(refusal: dict[str, object]) -> None:
    with pytest.raises(_djust.FrameError) as caught:
        _djust.decode_client_frame(refusal["frame"])
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.code, error.message) == (refusal["code"], refusal["error"])
    assert error.event == refusal.get("event", 0)


def test_the_limit_of_a_message_can_be_lowered() -> None:
    with pytest.raises(_djust.FrameError) as caught:
        _djust.decode_client_frame('[1,7,0,"f",{"a":"long"}]', message_bytes=10)
    assert (caught.value.code, caught.value.event) == ("too-large", 7)


def test_frames_of_the_server_are_those_of_the_examples() -> None:
    written = {
        _djust.encode_connected(17, 9, "continue"),
        _djust.encode_connected(17, 9, "resync", message_bytes=2097152, pending_events=256),
        _djust.encode_update(18, 10, '[0,3,"2"]'),
        _djust.encode_update(19, 11),
        _djust.encode_update(20, 0, '[0,3,"3"]', []),
        _djust.encode_update(
            21, ref=12, ops='[0,3,"4"]', effects=[["title", "Four"], ("flash", "success", "Saved.")]
        ),
        _djust.encode_update(
            22,
            13,
            "",
            [
                ["url", "/counter/?page=2", "push"],
                ["push", "chart", {"points": (1, 2)}],
                ["focus", "#name"],
                ["scroll", "#end"],
            ],
        ),
        _djust.encode_update(23, 14, effects=[["url", "/counter/", "replace"]]),
        _djust.encode_update(24, 15, effects=iter([["redirect", "/login/"]])),
        _djust.encode_update(25, 16, effects=[["navigate", "/settings/", "push"]]),
        _djust.encode_error(26, 17, "handler-failed", "Something went wrong.", "7c1e09d2"),
        _djust.encode_error(27, 0, "bad-frame", "frame kind 9 is not known, at $[0]"),
        _djust.PONG,
        _djust.encode_renumbered(28, 17, '[0,1,"3"]', 2),
        _djust.encode_renumbered(29, 17, "", 2),
        _djust.encode_close("expired", "Please load the page again.", reload=True),
    }
    expected = [frame for frame in of(EXAMPLES, "server") if "unsupported-version" not in frame]
    assert written == set(expected)


def test_text_of_an_effect_survives() -> None:
    text = '"\\</script>\u2028\0é😀'
    frame = json.loads(_djust.encode_update(1, 2, effects=[["title", text]]))
    assert frame == [1, 1, 2, [], [["title", text]]]


class Level(enum.IntEnum):
    HIGH = 3


class Text(str):
    __slots__ = ()


def test_subclasses_of_plain_values_are_values() -> None:
    detail = {Text("k"): [Level.HIGH, Text("v"), -0.5]}
    frame = json.loads(_djust.encode_update(1, 2, effects=[["push", "e", detail]]))
    assert frame[4] == [["push", "e", {"k": [3, "v", -0.5]}]]


endless: list[object] = []
endless.append(endless)


@pytest.mark.parametrize(
    ("effects", "error", "message"),
    [
        ([["push", "e", {"a": [1, {2}]}]], TypeError, r'effects\[0\]\[2\]\["a"\]\[1\] is a set'),
        ([["push", "e", {1: 2}]], TypeError, r"keys of effects\[0\]\[2\] must be str, not int"),
        ([["title", b"x"]], TypeError, r"effects\[0\]\[1\] is a bytes"),
        ([["push", "e", 2**53]], ValueError, r"effects\[0\]\[2\] is 9007199254740992"),
        ([["push", "e", 10**30]], ValueError, "at most 9007199254740991 in magnitude"),
        ([["push", "e", math.nan]], ValueError, "must be finite"),
        ([["push", "e", math.inf]], ValueError, "must be finite"),
        ([["push", "e", endless]], ValueError, "nested deeper than 32 levels"),
        ([["title", "\ud800"]], ValueError, "surrogates"),
        ([["title", "a"], ["explode"]], ValueError, r'effects\[1\]: effect "explode" is not known'),
        ([["title"]], ValueError, r"effects\[0\]: title is missing"),
        ([["title", 5]], ValueError, r"effects\[0\]: title must be a text, found 5"),
        (["title"], ValueError, r"effects\[0\]: effect must be an array"),
        (5, TypeError, "not iterable"),
    ],
)
def test_a_bad_effect_says_where_it_is_bad(
    effects: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        _djust.encode_update(1, 2, "", effects)


@pytest.mark.parametrize("ops", ["x", "[]", "[", '{"a":1}', "[5,4,1] "])
def test_operations_come_from_a_session(ops: str) -> None:
    with pytest.raises(ValueError, match="ops must be what Session.update returned"):
        _djust.encode_update(1, 2, ops)


def test_codes_and_answers_outside_the_protocol_are_refused() -> None:
    with pytest.raises(ValueError, match="is not an error code"):
        _djust.encode_error(1, 2, "odd", "message")
    with pytest.raises(ValueError, match="is not an error code"):
        _djust.encode_close("odd", "message")
    with pytest.raises(ValueError, match="'continue' or 'resync'"):
        _djust.encode_connected(1, 2, "restart")
    with pytest.raises(OverflowError):
        _djust.encode_update(-1, 2)


def test_constants_are_those_of_the_protocol() -> None:
    assert CONSTANTS["version"] == _djust.PROTOCOL_VERSION
    assert tuple(CONSTANTS["errors"]) == _djust.ERROR_CODES
    for name, value in CONSTANTS["limits"].items():
        constant = "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()
        assert getattr(_djust, constant) == value
