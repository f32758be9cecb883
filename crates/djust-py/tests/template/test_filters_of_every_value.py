"""Each built-in filter with arguments and values of many kinds, of subclasses and strange objects too: both engines agree."""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import uuid

import django.template
import pytest
from conftest import ADDRESS
from django.template import Context, defaultfilters
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from djust.template import Engine


class Text(str):
    """A string that writes itself otherwise than it is."""

    def __str__(self) -> str:
        return f"written<{super().__str__()}>"


class Color(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 3


class Markup:
    def __html__(self) -> str:
        return "<b>html</b>"

    def __str__(self) -> str:
        return "text & more"


UTC = datetime.timezone.utc
VALUES = [
    "",
    "it's <b>Text</b> & é",
    "1",
    mark_safe("<i>safe</i>"),
    gettext_lazy("Yes"),
    gettext_lazy("Monday"),
    Text("a text"),
    Color.RED,
    Level.LOW,
    Markup(),
    0,
    -7,
    10**25,
    1.0,
    2.675,
    float("nan"),
    decimal.Decimal("1.50"),
    decimal.Decimal("NaN"),
    None,
    True,
    datetime.date(2024, 2, 29),
    datetime.datetime(2024, 2, 29, 13, 5, 6, 789),
    datetime.datetime(2024, 2, 29, 13, 5, tzinfo=UTC),
    datetime.time(13, 5),
    datetime.timedelta(days=3, seconds=7),
    b"bytes",
    uuid.UUID(int=7),
    [],
    ["b", "a<"],
    ("one",),
    {"a": 1},
    [{"a": 2}, {"a": 1}],
]
LITERALS = [
    '""',
    '"a"',
    '"é,b"',
    '"a,b,c"',
    '"r"',
    '"j. F Y, H:i"',
    '"%"',
    '"d"',
    '"5"',
    "0",
    "2",
    "-1",
    "1.5",
    "None",
]
FILTERS = sorted(set(defaultfilters.register.filters) - {"random", "timesince", "timeuntil"})


def expressions(name: str) -> list[str]:
    function = inspect.unwrap(defaultfilters.register.filters[name])
    if len(inspect.signature(function).parameters) == 1:
        return [f"{{{{ value|{name} }}}}"]
    arguments = [*LITERALS, "argument"]
    with_argument = [f"{{{{ value|{name}:{argument} }}}}" for argument in arguments]
    parameters = list(inspect.signature(function).parameters.values())
    return (
        with_argument
        if parameters[1].default is parameters[1].empty
        else [f"{{{{ value|{name} }}}}", *with_argument]
    )


def outcome(template, names):
    try:
        return ADDRESS.sub("0x", template.render(Context(names)))
    except Exception as error:
        return type(error), ADDRESS.sub("0x", str(error))


def is_limit(found) -> bool:
    """Whether a limit of ours was reached; Django then fails in ways of its own."""
    return not isinstance(found, str) and found[0] is RecursionError


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_filter_gives_what_django_gives(name, language):
    engines = django.template.Engine(), Engine()
    differing = []
    with translation.override(language):
        for source in expressions(name):
            pair = [engine.from_string(source) for engine in engines]
            for value in VALUES:
                for argument in VALUES if "argument" in source else [None]:
                    names = {"value": value, "argument": argument}
                    expected, found = (outcome(template, names) for template in pair)
                    if is_limit(found) and not isinstance(expected, str):
                        continue
                    if expected != found:
                        differing.append((source, value, argument, expected, found))
    assert not differing, "\n".join(map(str, differing[:20]))
