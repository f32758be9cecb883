"""Values of a page, read as annotations say."""

import datetime as dt
import enum
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Optional, Union

import pytest
from django.utils import timezone

from djust.parameters import converter, takes_many


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


Weight = NewType("Weight", int)
ID = uuid.UUID("12345678-1234-5678-1234-567812345678")

GOOD = [
    (str, "x", "x"),
    (str, 5, "5"),
    (str, True, "true"),
    (str, "", ""),
    (int, "42", 42),
    (int, " -7 ", -7),
    (int, 42, 42),
    (int, 42.0, 42),
    (float, "1.5", 1.5),
    (float, 2, 2.0),
    (bool, "true", True),
    (bool, "on", True),
    (bool, "0", False),
    (bool, "", False),
    (bool, False, False),
    (bool, 1, True),
    (Decimal, "1.10", Decimal("1.10")),
    (Decimal, 1.1, Decimal("1.1")),
    (uuid.UUID, str(ID), ID),
    (dt.date, "2030-12-31", dt.date(2030, 12, 31)),
    (dt.time, "23:59", dt.time(23, 59)),
    (list, "x", ["x"]),
    (list, ["x", 1], ["x", 1]),
    (list[int], ["1", "2"], [1, 2]),
    (list[int], "3", [3]),
    (Sequence[int], ["1"], [1]),
    (set[int], ["1", "1"], {1}),
    (frozenset[str], ["a"], frozenset({"a"})),
    (tuple[int, ...], ["1", "2"], (1, 2)),
    (tuple[int, str], ["1", "2"], (1, "2")),
    (dict, {"a": 1}, {"a": 1}),
    (dict[str, Any], {"a": 1}, {"a": 1}),
    (Size, "s", Size.SMALL),
    (Size, "LARGE", Size.LARGE),
    (Level, "2", Level.HIGH),
    (Level, 1, Level.LOW),
    (Optional[int], "", None),
    (Optional[int], None, None),
    (Optional[int], "4", 4),
    (int | None, "4", 4),
    (Optional[str], "", ""),
    (Optional[str], None, None),
    (Union[int, str], "4", "4"),
    (Union[int, str], 4, 4),
    (Union[int, float], "1.5", 1.5),
    (Literal["a", "b"], "b", "b"),
    (Literal[1, 2], "2", 2),
    (Annotated[int, "note"], "4", 4),
    (Weight, "4", 4),
    (Any, {"a": [1]}, {"a": [1]}),
    (object, "x", "x"),
    (None, "", None),
]

BAD = [
    (str, None),
    (str, ["x"]),
    (str, {"a": 1}),
    (int, ""),
    (int, "1.5"),
    (int, "٤"),
    (int, "1_000"),
    (int, "9" * 5000),
    (int, True),
    (int, None),
    (int, [1]),
    (int, 1.5),
    (float, "nan"),
    (float, "inf"),
    (float, "1_0.0"),
    (float, True),
    (bool, "maybe"),
    (bool, 2),
    (bool, None),
    (Decimal, "NaN"),
    (Decimal, "1_0"),
    (Decimal, "x"),
    (uuid.UUID, "x"),
    (uuid.UUID, 5),
    (dt.date, "2030-02-31"),
    (dt.date, "tomorrow"),
    (dt.datetime, "2030-13-01T00:00"),
    (dt.time, "25:00"),
    (list[int], ["1", "x"]),
    (list, {"a": 1}),
    (list, None),
    (set, [["x"]]),
    (tuple[int, str], ["1"]),
    (dict, [1]),
    (Size, "x"),
    (Size, "_member_map_"),
    (Literal["a", "b"], "c"),
    (Literal[1], "c"),
    (Optional[int], "x"),
    (Union[int, float], "x"),
    (None, "x"),
]


@pytest.mark.parametrize(("annotation", "value", "expected"), GOOD)
def test_value_is_read(annotation: Any, value: Any, expected: Any) -> None:
    found = converter(annotation)(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("annotation", "value"), BAD)
def test_value_is_refused_in_words(annotation: Any, value: Any) -> None:
    with pytest.raises(ValueError, match="^expected .+, got ") as refusal:
        converter(annotation)(value)
    assert len(str(refusal.value)) < 200


def test_naive_datetime_is_meant_in_the_current_time_zone() -> None:
    with timezone.override("Europe/Berlin"):
        moment = converter(dt.datetime)("2030-07-01T12:00")
    assert moment.utcoffset() == dt.timedelta(hours=2)


def test_datetime_keeps_its_own_offset() -> None:
    moment = converter(dt.datetime)("2030-07-01T12:00:00+05:00")
    assert moment.utcoffset() == dt.timedelta(hours=5)


def test_naive_datetime_stays_naive_without_time_zones(settings: Any) -> None:
    settings.USE_TZ = False
    assert converter(dt.datetime)("2030-07-01T12:00") == dt.datetime(2030, 7, 1, 12)


@pytest.mark.parametrize(
    ("annotation", "many"),
    [
        (list, True),
        (list[str], True),
        (Optional[list[int]], True),
        (Annotated[set[str], "note"], True),
        (str, False),
        (Optional[str], False),
        (Any, False),
    ],
)
def test_lists_take_all_values_of_a_field(annotation: Any, many: bool) -> None:
    assert takes_many(annotation) is many
