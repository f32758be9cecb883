"""Python values as JSON text that gives back the same types.

What JSON has stands for itself; everything else is an object with the single key ``$``: ``{"$": [tag, ...]}``. Reading
creates only the types listed here; classes of applications (models, enumerations, dataclasses, named tuples) are looked up
among the models and modules that are loaded, never imported.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import json
import sys
import uuid
import zoneinfo
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from .._djust import state_text
from ..exceptions import StateError
from . import models

_DEPTH = 100
# What JSON gives back as it was.
_PLAIN = frozenset({str, int, bool, type(None), float})
_TEXT = frozenset({str})


def dumps(value: Any) -> str:
    """Write a value as text.

    Raises:
        StateError: the value, or one inside it, has a type that cannot be stored.
    """
    return state_text(value, encode)


def loads(text: str) -> Any:
    """Read what :func:`dumps` wrote.

    Raises:
        StateError: the text is damaged, or names a class that this process does not have.
    """
    try:
        return decode(json.loads(text))
    except StateError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise StateError(f"stored state cannot be read: {error}") from error


def encode(value: Any, depth: int = 0) -> Any:
    """The value in terms of JSON; it may share plain lists and dicts with the value."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth > _DEPTH:
        raise StateError("values are nested too deeply, or contain themselves")
    depth += 1
    if kind is list:
        if _PLAIN.issuperset(map(type, value)):
            return value
        return [encode(item, depth) for item in value]
    if kind is dict:
        return _encode_dict(value, depth)
    write = _WRITERS.get(kind)
    if write is not None:
        return {"$": write(value, depth)}
    return {"$": _encode_instance(value, depth)}


def decode(value: Any) -> Any:
    """What :func:`encode` was given."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {key: decode(item) for key, item in value.items()}
    tag, *arguments = value["$"]
    return _READERS[tag](*arguments)


def _encode_dict(value: dict[Any, Any], depth: int) -> Any:
    if _TEXT.issuperset(map(type, value)) and "$" not in value:
        if _PLAIN.issuperset(map(type, value.values())):
            return value
        return {key: encode(item, depth) for key, item in value.items()}
    return {"$": ["dict", *_pairs(value, depth)]}


def _pairs(value: dict[Any, Any], depth: int) -> list[Any]:
    return [[encode(key, depth), encode(item, depth)] for key, item in value.items()]


def _read_pairs(pairs: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    return [(decode(key), decode(item)) for key, item in pairs]


def _items(tag: str) -> Callable[[Any, int], list[Any]]:
    return lambda value, depth: [tag, *(encode(item, depth) for item in value)]


def _encode_datetime(value: dt.datetime, depth: int) -> list[Any]:
    zone = value.tzinfo
    # pytz, which Django 4.2 still allows, calls the key of a zone `zone`.
    key = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if zone is None or isinstance(zone, dt.timezone) or not isinstance(key, str):
        return ["datetime", value.isoformat(), None, value.fold]
    return ["datetime", value.replace(tzinfo=None).isoformat(), key, value.fold]


def _read_datetime(text: str, zone: str | None, fold: int) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text).replace(fold=fold)
    return moment if zone is None else moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))


_WRITERS: dict[type, Callable[[Any, int], list[Any]]] = {
    tuple: _items("tuple"),
    set: _items("set"),
    frozenset: _items("frozenset"),
    deque: lambda value, depth: ["deque", value.maxlen, *(encode(item, depth) for item in value)],
    OrderedDict: lambda value, depth: ["ordered", *_pairs(value, depth)],
    Counter: lambda value, depth: ["counter", *_pairs(value, depth)],
    SafeString: lambda value, depth: ["safe", str(value)],
    bytes: lambda value, depth: ["bytes", base64.b64encode(value).decode()],
    complex: lambda value, depth: ["complex", value.real, value.imag],
    range: lambda value, depth: ["range", value.start, value.stop, value.step],
    decimal.Decimal: lambda value, depth: ["decimal", str(value)],
    uuid.UUID: lambda value, depth: ["uuid", value.hex],
    dt.datetime: _encode_datetime,
    dt.date: lambda value, depth: ["date", value.isoformat()],
    dt.time: lambda value, depth: ["time", value.isoformat(), value.fold],
    dt.timedelta: lambda value, depth: [
        "timedelta",
        value.days,
        value.seconds,
        value.microseconds,
    ],
}


def _encode_instance(value: Any, depth: int) -> list[Any]:
    if isinstance(value, enum.Enum):
        return ["enum", _class_name(type(value)), value.name]
    if isinstance(value, Model):
        return ["model", *models.encode_instance(value, lambda item: encode(item, depth))]
    if isinstance(value, QuerySet):
        return ["queryset", *models.encode_queryset(value)]
    if isinstance(value, Promise):
        return ["text", str(value)]
    if isinstance(value, str):
        return ["text", str(value)] if not hasattr(value, "__html__") else ["safe", str(value)]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return ["named", _class_name(type(value)), *(encode(item, depth) for item in value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        attributes = {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
            if hasattr(value, field.name)
        }
        return ["dataclass", _class_name(type(value)), *_pairs(attributes, depth)]
    raise StateError(f"{type(value).__module__}.{type(value).__qualname__} cannot be stored")


def _class_name(cls: type) -> str:
    if "<locals>" in cls.__qualname__ or sys.modules.get(cls.__module__) is None:
        raise StateError(f"{cls.__qualname__} cannot be found again: define it in a module")
    return f"{cls.__module__}:{cls.__qualname__}"


def _find_class(name: str, base: type | None) -> Any:
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or (base is not None and not issubclass(found, base)):
        raise StateError(f"stored state names {name}, which this process does not have")
    return found


def _read_dataclass(name: str, *pairs: Any) -> Any:
    cls: Any = _find_class(name, None)
    if not dataclasses.is_dataclass(cls):
        raise StateError(f"stored state names {name}, which is no dataclass here")
    instance = object.__new__(cls)  # type: ignore[arg-type]
    known = {field.name for field in dataclasses.fields(cls)}
    for key, value in _read_pairs(pairs):
        if key in known:
            object.__setattr__(instance, key, value)
    return instance


def _read_named(name: str, *items: Any) -> Any:
    return _find_class(name, tuple)._make(map(decode, items))


def _read_time(text: str, fold: int) -> dt.time:
    return dt.time.fromisoformat(text).replace(fold=fold)


_READERS: dict[str, Callable[..., Any]] = {
    "dict": lambda *pairs: dict(_read_pairs(pairs)),
    "ordered": lambda *pairs: OrderedDict(_read_pairs(pairs)),
    "counter": lambda *pairs: Counter(dict(_read_pairs(pairs))),
    "tuple": lambda *items: tuple(map(decode, items)),
    "set": lambda *items: set(map(decode, items)),
    "frozenset": lambda *items: frozenset(map(decode, items)),
    "deque": lambda maxlen, *items: deque(map(decode, items), maxlen),
    "safe": SafeString,
    "text": str,
    "bytes": base64.b64decode,
    "complex": complex,
    "range": range,
    "decimal": decimal.Decimal,
    "uuid": lambda text: uuid.UUID(hex=text),
    "datetime": _read_datetime,
    "date": dt.date.fromisoformat,
    "time": _read_time,
    "timedelta": dt.timedelta,
    "enum": lambda name, member: _find_class(name, enum.Enum)[member],
    "model": lambda *arguments: models.decode_instance(*arguments, decode=decode),
    "queryset": models.decode_queryset,
    "named": _read_named,
    "dataclass": _read_dataclass,
}
