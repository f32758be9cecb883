"""Values from a page, read as a handler's annotations say.

A page sends text (``data-*`` attributes, form fields) or JSON values. :func:`converter` turns an annotation into a
function that gives a value of that type or raises ``ValueError`` with a sentence that may be shown. Annotations that say
nothing here (``Any``, other classes) let the value through as it came.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
import types
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time

Converter = Callable[[Any], Any]

_INTEGER = re.compile(r"[+-]?[0-9]{1,400}", re.ASCII)
_TRUE = frozenset({"true", "1", "on", "yes"})
_FALSE = frozenset({"false", "0", "off", "no", ""})
_SEQUENCES: dict[Any, Any] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
    Sequence: list,
    Iterable: list,
}


def as_is(value: Any) -> Any:
    """The value as it came."""
    return value


def _refuse(value: Any, expected: str) -> ValueError:
    shown = repr(value)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    return ValueError(f"expected {expected}, got {shown}")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    raise _refuse(value, "text")


def _integer(value: Any) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _refuse(value, "a whole number")


def _float(value: Any) -> float:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            pass
        else:
            if math.isfinite(number) and "_" not in str(value):
                return number
    raise _refuse(value, "a number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise _refuse(value, "true or false")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        text = str(value).strip()
        if len(text) <= 400 and "_" not in text:
            try:
                number = Decimal(text)
            except InvalidOperation:
                pass
            else:
                if number.is_finite():
                    return number
    raise _refuse(value, "a decimal number")


def _uuid(value: Any) -> uuid.UUID:
    if isinstance(value, str):
        try:
            return uuid.UUID(value.strip())
        except ValueError:
            pass
    raise _refuse(value, "a UUID")


def _moment(parse: Callable[[str], Any], expected: str) -> Converter:
    def convert(value: Any) -> Any:
        if isinstance(value, str):
            try:
                parsed = parse(value.strip())
            except ValueError:
                parsed = None
            if parsed is not None:
                return parsed
        raise _refuse(value, expected)

    return convert


def _datetime(value: Any) -> dt.datetime:
    moment: dt.datetime = _moment(parse_datetime, "a date and time such as 2030-12-31T23:59")(value)
    # Django: forms/utils.py, from_current_timezone: what a person types is meant in the current time zone.
    if settings.USE_TZ and timezone.is_naive(moment):
        return timezone.make_aware(moment)
    return moment


_CONVERTERS: dict[Any, Converter] = {
    str: _text,
    int: _integer,
    float: _float,
    bool: _boolean,
    Decimal: _decimal,
    uuid.UUID: _uuid,
    dt.datetime: _datetime,
    dt.date: _moment(parse_date, "a date such as 2030-12-31"),
    dt.time: _moment(parse_time, "a time such as 23:59"),
}


def converter(annotation: Any) -> Converter:
    """The function that reads a value as ``annotation`` says."""
    if annotation in (Any, object) or isinstance(annotation, TypeVar):
        return as_is
    if annotation is None or annotation is type(None):
        return _nothing
    if isinstance(annotation, NewType):
        return converter(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return converter(get_args(annotation)[0])
    if origin is Literal:
        return _choice(get_args(annotation))
    if origin is Union or origin is types.UnionType:
        return _union(get_args(annotation))
    base = origin or annotation
    if not isinstance(base, type):
        return as_is
    if base in _CONVERTERS:
        return _CONVERTERS[base]
    if base in _SEQUENCES:
        return _sequence(_SEQUENCES[base], get_args(annotation))
    if base is dict or base is Mapping:
        return _mapping
    if issubclass(base, enum.Enum):
        return _member(base)
    return as_is


def takes_many(annotation: Any) -> bool:
    """Whether a form field with this annotation gets all its values instead of the last one."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return takes_many(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return any(takes_many(member) for member in get_args(annotation))
    try:
        return (origin or annotation) in _SEQUENCES
    except TypeError:
        return False


def _nothing(value: Any) -> None:
    if value is None or value == "":
        return
    raise _refuse(value, "nothing")


def _union(members: tuple[Any, ...]) -> Converter:
    # Text fits every str, so it is tried last; nothing fits best, so it is tried first unless text is meant.
    order = sorted(members, key=lambda member: (member is str, member is not type(None)))
    converters = [converter(member) for member in order]
    optional = type(None) in members and str in members

    def convert(value: Any) -> Any:
        if optional and value == "":
            return value
        for member in members:
            if isinstance(member, type) and type(value) is member:
                return value
        for attempt in converters[:-1]:
            try:
                return attempt(value)
            except ValueError:
                continue
        return converters[-1](value)

    return convert


def _sequence(make: Callable[[Iterable[Any]], Any], arguments: tuple[Any, ...]) -> Converter:
    if make is tuple and arguments and arguments[-1] is not Ellipsis:
        each = [converter(argument) for argument in arguments]

        def convert_tuple(value: Any) -> Any:
            if not isinstance(value, list) or len(value) != len(each):
                raise _refuse(value, f"{len(each)} values")
            return tuple(convert(item) for convert, item in zip(each, value, strict=True))

        return convert_tuple
    convert_item = converter(arguments[0]) if arguments else as_is

    def convert(value: Any) -> Any:
        if value is None or isinstance(value, dict):
            raise _refuse(value, "a list")
        items = value if isinstance(value, list) else [value]
        try:
            return make(convert_item(item) for item in items)
        except TypeError:
            raise _refuse(value, "values that can be in a set") from None

    return convert


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _refuse(value, "an object")


def _choice(choices: tuple[Any, ...]) -> Converter:
    def convert(value: Any) -> Any:
        for choice in choices:
            if type(choice) is type(value) and choice == value:
                return choice
        for choice in choices:
            if isinstance(value, str) and not isinstance(choice, str) and str(choice) == value:
                return choice
        raise _refuse(value, "one of " + ", ".join(map(repr, choices)))

    return convert


def _member(members: type[enum.Enum]) -> Converter:
    def convert(value: Any) -> enum.Enum:
        for member in members:
            if type(member.value) is type(value) and member.value == value:
                return member
        if isinstance(value, str):
            for member in members:
                if str(member.value) == value:
                    return member
            if value in members.__members__:
                return members[value]
        names = ", ".join(str(member.value) for member in members)
        raise _refuse(value, f"one of {names}")

    return convert
