"""State that another version of a view has left: what of it fits the class as it is now.

A deployment may add, remove or re-type state while pages are open. A state is stored with the outline of the class that it
is from; where the present class has another one, the page is mounted first and then given what fits. Attributes that the
new version's ``mount`` makes are there then, and so are the values that the visitor has brought about.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..attributes import State
from ..binding import converter_to
from .failures import logger

if TYPE_CHECKING:
    from ..view import LiveView

_METHODS = (classmethod, staticmethod)
_outlines: WeakKeyDictionary[type, str] = WeakKeyDictionary()
_declarations: WeakKeyDictionary[type, dict[str, str]] = WeakKeyDictionary()


def outline(view_class: type[LiveView]) -> str:
    """Stands for what a class of views declares and for what its own functions name; the same in all processes."""
    known = _outlines.get(view_class)
    if known is None:
        words = [repr(item) for item in sorted(declarations(view_class).items())]
        for cls in _own_classes(view_class):
            for name, value in vars(cls).items():
                function = _function(value)
                if function is not None:
                    words.append(name)
                    words.extend(_words(function.__code__))
        text = "\0".join(words).encode(errors="backslashreplace")
        known = _outlines[view_class] = hashlib.sha256(text).hexdigest()[:16]
    return known


def declarations(view_class: type[LiveView]) -> dict[str, str]:
    """The annotation and the type of the default of each declared state, as text."""
    known = _declarations.get(view_class)
    if known is None:
        known = _declarations[view_class] = {
            name: f"{_annotation(view_class, name)} {_kind(state)}"
            for name, state in view_class._djust_names.states.items()
        }
    return known


def fitting(
    view: LiveView, attributes: Mapping[str, Any], declared: Mapping[str, str]
) -> dict[str, Any]:
    """What a view of this version can take over of these attributes, each of the type that it now has.

    ``declared`` is what :func:`declarations` said of the version that left them. Values that do not fit are left out, so
    that the view has its default, and the log says which.
    """
    names, now = view._djust_names, declarations(type(view))
    taken: dict[str, Any] = {}
    for name, value in attributes.items():
        if not names.storable(name):
            _tell(view, name, "is no state any more")
        elif name in now and declared.get(name) != now[name]:
            try:
                taken[name] = _as_declared(view, name, value)
            except ValueError:
                _tell(view, name, "has another type now and begins with its default")
        elif name in now or name not in declared or name in view.__dict__ or name in names.values:
            taken[name] = value
        else:
            _tell(view, name, "is gone")
    return taken


def _as_declared(view: LiveView, name: str, value: Any) -> Any:
    default = view._djust_names.states[name].make_default()
    if default is not None and type(value) is type(default):
        return value
    return converter_to(type(view), name, default)(value)


def _tell(view: LiveView, name: str, what: str) -> None:
    logger.warning(
        "stored state of another version of %s: %s %s", type(view).__qualname__, name, what
    )


def _own_classes(view_class: type[LiveView]) -> list[type]:
    """The class and its bases up to those of the framework."""
    return [
        cls
        for cls in view_class.__mro__
        if cls is not object and cls.__module__.partition(".")[0] not in ("djust", "django")
    ]


def _function(value: Any) -> FunctionType | None:
    """What the author of a class wrote as a function, below its decorators."""
    if isinstance(value, property):
        value = value.fget
    value = getattr(value, "__func__", value) if isinstance(value, _METHODS) else value
    if isinstance(value, FunctionType):
        value = inspect.unwrap(value)
    return value if isinstance(value, FunctionType) else None


def _words(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)
        elif isinstance(constant, (str, int, float)):
            yield repr(constant)


def _annotation(view_class: type, name: str) -> str:
    for cls in view_class.__mro__:
        if name in vars(cls):
            return str(inspect.get_annotations(cls).get(name, ""))
    return ""


def _kind(state: State) -> str:
    if state.default_factory is not None:
        return ""
    kind = type(state.default)
    return f"{kind.__module__}.{kind.__qualname__}"
