"""``dj-model``: values that controls of a page give to attributes of its view.

A page may set what its own markup binds, and nothing else: the attribute must be public, exist, and stand in a ``dj-model``
of what the page shows. The value takes the attribute's annotation, else the type of the value it replaces.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from .annotations import resolve_annotation
from .exceptions import BadParameter, NotBound
from .parameters import Converter, as_is, converter

if TYPE_CHECKING:
    from .view import LiveView


def read_values(
    view: LiveView, values: Mapping[str, Any], bound: Collection[str]
) -> dict[str, Any]:
    """The values for the attributes, each of the attribute's type.

    Raises:
        NotBound: a name is not one of ``bound``, or may not be set from outside.
        BadParameter: a value is not what the attribute holds.
    """
    for name in values:
        if name not in bound or not view._djust_names.settable(view, name):
            raise NotBound("This page has no such value.")
    return {name: _read(view, name, value) for name, value in values.items()}


def converter_to(view_class: type[LiveView], name: str, current: Any) -> Converter:
    """What makes a value one of the attribute's type: that of its annotation, else that of the value it has."""
    convert = _annotated(view_class, name)
    return _like(current) if convert is as_is else convert


def _read(view: LiveView, name: str, value: Any) -> Any:
    convert = converter_to(type(view), name, getattr(view, name))
    if isinstance(value, dict):
        # No control holds one.
        convert = _refuse
    try:
        return convert(value)
    except ValueError as error:
        raise BadParameter(f"parameter {name!r}: {error}") from None


def _annotated(view_class: type[LiveView], name: str) -> Converter:
    """What the class says about the attribute; ``as_is`` when it says nothing that helps."""
    for cls in view_class.__mro__:
        annotation = inspect.get_annotations(cls).get(name)
        if annotation is not None:
            resolved = resolve_annotation(annotation, cls.__module__, f"{cls.__qualname__}.{name}")
            return as_is if resolved is inspect.Parameter.empty else converter(resolved)
    return as_is


def _like(current: Any) -> Converter:
    """A converter to the type of a value."""
    if current is None:
        return as_is
    if isinstance(current, (list, tuple, set, frozenset)):
        kinds = {type(item) for item in current} or {str}
        base: Any = type(current)
        if base not in (list, tuple, set, frozenset):
            return _refuse
        item: Any = kinds.pop() if len(kinds) == 1 else str
        return converter(base[item, ...] if base is tuple else base[item])
    convert = converter(type(current))
    return _refuse if convert is as_is else convert


def _refuse(value: Any) -> Any:
    raise ValueError("a page cannot set a value of this kind")
