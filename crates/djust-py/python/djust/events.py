"""From an event of a page to a call of a handler.

Only methods marked with :func:`~djust.event_handler` are found; whatever else the name may be (another method, an
attribute, nothing) gets the same answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.http import QueryDict

from .annotations import resolve_annotation
from .decorators import (
    CLIENT_MARK,
    IDEMPOTENT_MARK,
    PERMISSIONS_MARK,
    RATE_MARK,
    Rate,
    is_event_handler,
)
from .exceptions import BadParameter, MissingParameter, UnknownHandler
from .parameters import Converter, as_is, converter, takes_many

if TYPE_CHECKING:
    from .view import LiveView

Fields = list[tuple[str, str]]

# A native form carries its token as a field. The socket has checked it already, so handlers need not know of it.
_TOKEN_FIELD = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a handler."""

    name: str
    convert: Converter
    required: bool
    many: bool

    def read(self, value: Any) -> Any:
        """The value for the handler.

        Raises:
            BadParameter: the value is not what the annotation says.
        """
        try:
            return self.convert(value)
        except ValueError as error:
            raise BadParameter(f"parameter {self.name!r}: {error}") from None


class Handler:
    """A decorated method and what its signature says."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.is_async = inspect.iscoroutinefunction(inspect.unwrap(function))
        self.permissions: tuple[str, ...] = getattr(function, PERMISSIONS_MARK, ())
        self.is_idempotent: bool = getattr(function, IDEMPOTENT_MARK, False)
        self.rate: Rate | None = getattr(function, RATE_MARK, None)
        self.client_options: dict[str, Any] = getattr(function, CLIENT_MARK, {})
        self.positional: list[Parameter] = []
        self.named: dict[str, Parameter] = {}
        self.takes_rest = False
        self._read_signature()

    def arguments(
        self, parameters: dict[str, Any], fields: Fields | None
    ) -> tuple[list[Any], dict[str, Any]]:
        """What the handler is called with.

        Form fields win over parameters of the same name. A field that comes more than once gives its last value, or all
        values where the annotation is a list.

        Raises:
            BadParameter: a value is not what its annotation says.
            MissingParameter: a parameter without a default was not sent.
        """
        sent = dict(parameters)
        if fields:
            sent.update(self._by_name(fields))
        positional = [self._take(parameter, sent) for parameter in self.positional]
        arguments: dict[str, Any] = {}
        for name, parameter in self.named.items():
            if name in sent:
                arguments[name] = parameter.read(sent.pop(name))
            elif parameter.required:
                raise MissingParameter(f"parameter {name!r} is missing")
        if self.takes_rest:
            sent.pop(self.receiver, None)
            arguments.update(sent)
        return positional, arguments

    def _take(self, parameter: Parameter, sent: dict[str, Any]) -> Any:
        if parameter.name not in sent:
            raise MissingParameter(f"parameter {parameter.name!r} is missing")
        return parameter.read(sent.pop(parameter.name))

    def _by_name(self, fields: Fields) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in fields:
            if name == _TOKEN_FIELD:
                continue
            parameter = self.named.get(name)
            if parameter is not None and parameter.many:
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        return values

    def _read_signature(self) -> None:
        function = inspect.unwrap(self.function)
        parameters = list(inspect.signature(function).parameters.values())
        self.receiver = parameters[0].name if parameters else ""
        for parameter in parameters[1:]:
            if parameter.kind is parameter.VAR_KEYWORD:
                self.takes_rest = True
            elif parameter.kind is not parameter.VAR_POSITIONAL:
                self._add(function, parameter)

    def _add(self, function: Callable[..., Any], parameter: inspect.Parameter) -> None:
        annotation = resolve_annotation(
            parameter.annotation, function.__module__, f"{function.__qualname__}()"
        )
        known = annotation is not inspect.Parameter.empty
        read = Parameter(
            name=parameter.name,
            convert=converter(annotation) if known else as_is,
            required=parameter.default is parameter.empty,
            many=known and takes_many(annotation),
        )
        if parameter.kind is not parameter.POSITIONAL_ONLY:
            self.named[parameter.name] = read
        elif read.required:
            self.positional.append(read)


_handlers: WeakKeyDictionary[type, dict[str, Handler]] = WeakKeyDictionary()


def handlers_of(view_class: type[LiveView]) -> dict[str, Handler]:
    """The handlers of a class by name, read from its methods once."""
    found = _handlers.get(view_class)
    if found is None:
        found = {}
        for name in dir(view_class):
            method = inspect.getattr_static(view_class, name)
            if is_event_handler(method) and not name.startswith("_"):
                found[name] = Handler(method)
        _handlers[view_class] = found
    return found


def find_handler(view: LiveView, name: str) -> Handler:
    """The handler of a view with this name.

    Raises:
        UnknownHandler: no method of that name is decorated. The message is the same for every name.
    """
    handler = handlers_of(type(view)).get(name)
    if handler is None:
        raise UnknownHandler("This page has no such action.")
    return handler


def form_data(fields: Fields | None) -> QueryDict:
    """Form fields as Django's views get them."""
    data = QueryDict(mutable=True)
    for name, value in fields or ():
        data.appendlist(name, value)
    data._mutable = False
    return data
