"""A view whose template gets at what must not be called."""

from typing import Any

from djust import LiveView, event_handler, state

from .models import Book

# What was called since the list was last cleared.
called: list[str] = []


class Silent(Exception):
    silent_variable_failure = True


class Loud(Exception):
    pass


class NotCalled:
    do_not_call_in_templates = True
    value = "of the class"

    def __init__(self) -> None:
        called.append("NotCalled")


class Trap:
    """Says in ``called`` what a template has called."""

    Kind = NotCalled

    def method(self) -> str:
        return "result"

    def nested(self) -> "Trap":
        return Trap()

    def delete(self) -> str:
        called.append("delete")
        return "deleted"

    delete.alters_data = True  # type: ignore[attr-defined]

    def kept(self) -> str:
        called.append("kept")
        return "called"

    kept.do_not_call_in_templates = True  # type: ignore[attr-defined]

    def silent(self) -> str:
        raise Silent

    @property
    def silent_property(self) -> str:
        raise Silent

    def loud(self) -> str:
        raise Loud

    def __str__(self) -> str:
        return "a trap"


class TrapView(LiveView):
    template = "<main dj-root></main>"
    count = state(default=0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **things()}

    @event_handler
    def add(self, **kwargs: Any) -> None:
        self.count += 1


def things() -> dict[str, Any]:
    """What the template sees besides the state."""
    return {
        "trap": Trap(),
        "traps": [Trap()],
        "books": Book.objects.all(),
        "book": Book.objects.order_by("pk").first(),
        "empty": "",
    }
