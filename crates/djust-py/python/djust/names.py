"""Which attributes of a view a template sees.

An attribute is public when its name does not begin with an underscore and is no name of the framework. Public are: what
an instance holds, declared state, computed values, and plain values on the class.
"""

from __future__ import annotations

from functools import cached_property
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from .attributes import State, computed
from .decorators import is_event_handler

if TYPE_CHECKING:
    from .view import LiveView

# Options of views and of their mixins, which configure a view and are no part of its state.
_OPTIONS = frozenset(
    {
        "args",
        "content_type",
        "extra_context",
        "fingerprinted_assigns",
        "form_class",
        "form_data",
        "head",
        "http_method_names",
        "kwargs",
        "login_required",
        "login_url",
        "permission_denied_message",
        "permission_required",
        "raise_exception",
        "redirect_field_name",
        "request",
        "response_class",
        "template",
        "template_engine",
        "template_name",
        "temporary_assigns",
        "tick_interval",
        "view_is_async",
    }
)
_FUNCTIONS = (FunctionType, classmethod, staticmethod, type)


class ClassNames:
    """The names that a class of views gives its instances; made once for each class.

    Invariants: no name begins with an underscore; no name is one of the framework.
    """

    def __init__(self, view_class: type[LiveView], framework: frozenset[str]) -> None:
        self.view_class = view_class
        self.reserved = framework | _OPTIONS
        self._check()

    @cached_property
    def states(self) -> dict[str, State]:
        """Declared state by name."""
        return {name: value for name, value in self._attributes.items() if isinstance(value, State)}

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """Names of computed values."""
        return tuple(
            name for name, value in self._attributes.items() if isinstance(value, computed)
        )

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Names of plain public values on the class."""
        return tuple(
            name
            for name, value in self._attributes.items()
            if self.is_public(name)
            and not isinstance(value, _FUNCTIONS)
            and not hasattr(type(value), "__get__")
        )

    def is_public(self, name: str) -> bool:
        """Whether a template may see an attribute with this name."""
        return not name.startswith("_") and name not in self.reserved

    def public(self, view: LiveView) -> dict[str, Any]:
        """The public attributes of one view with their values, without computed ones."""
        context = {name: getattr(view, name) for name in self.values}
        for name in self.states:
            context[name] = getattr(view, name)
        for name, value in view.__dict__.items():
            if self.is_public(name):
                context[name] = value
        return context

    def context(self, view: LiveView) -> dict[str, Any]:
        """The public attributes and the computed values of one view."""
        context = self.public(view)
        for name in self.computed:
            context[name] = getattr(view, name)
        return context

    def settable(self, view: LiveView, name: str) -> bool:
        """Whether a value that comes from outside the view may be assigned to this name.

        It must exist, be public and be a value: no method, no computed value, no property.
        """
        if not self.is_public(name):
            return False
        return name in view.__dict__ or name in self.states or name in self.values

    def storable(self, name: str) -> bool:
        """Whether an instance may hold a stored value under this name: nothing that the class does hides behind it."""
        if not name.startswith("_") and name in self.reserved:
            return False
        value = self._attributes.get(name)
        return isinstance(value, State) or not (
            isinstance(value, _FUNCTIONS) or hasattr(type(value), "__get__")
        )

    @cached_property
    def _attributes(self) -> dict[str, Any]:
        attributes: dict[str, Any] = {}
        for cls in reversed(self.view_class.__mro__):
            if cls is not object:
                attributes.update(vars(cls))
        return attributes

    def _check(self) -> None:
        for name, value in vars(self.view_class).items():
            if not isinstance(value, (State, computed)) and not is_event_handler(value):
                continue
            if name in self.reserved:
                raise ImproperlyConfigured(
                    f"{self.view_class.__qualname__}.{name}: the name {name!r} belongs to LiveView; "
                    "choose another one."
                )
