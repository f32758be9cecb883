"""A view that writes down what it hears."""

from __future__ import annotations

from typing import Any

from djust import LiveView, event_handler, state


class HeardView(LiveView):
    """Each handler adds a line: its name, and what it was called with."""

    template_name = "probe/heard.html"

    heard: list[str] = state(default=[])
    open = state(default=False)
    items: list[str] = state(default=["a", "b"])

    def _hear(self, name: str, *values: object) -> None:
        self.heard.append(" ".join([name, *map(repr, values)]))

    @event_handler
    def click(self, item_id: int = 0, **kwargs: Any) -> None:
        self._hear("click", item_id)

    @event_handler
    def größer(self, **kwargs: Any) -> None:
        self._hear("größer")

    @event_handler
    def typed(self, value: str = "", **kwargs: Any) -> None:
        self._hear("typed", value)

    @event_handler
    def chosen(self, value: str = "", **kwargs: Any) -> None:
        self._hear("chosen", value)

    @event_handler
    def several(self, value: list[str] | None = None, **kwargs: Any) -> None:
        self._hear("several", value)

    @event_handler
    def ticked(self, value: bool = False, **kwargs: Any) -> None:
        self._hear("ticked", value)

    @event_handler
    def key(self, key: str = "", value: str = "", **kwargs: Any) -> None:
        self._hear("key", key, value)

    @event_handler
    def enter(self, value: str = "", **kwargs: Any) -> None:
        self._hear("enter", value)

    @event_handler
    def escaped(self, **kwargs: Any) -> None:
        self._hear("escaped")

    @event_handler
    def focused(self, **kwargs: Any) -> None:
        self._hear("focused")

    @event_handler
    def left(self, value: str = "", **kwargs: Any) -> None:
        self._hear("left", value)

    @event_handler
    def delete_item(self, item_id: str = "", **kwargs: Any) -> None:
        self.items.remove(item_id)

    @event_handler
    def toggle(self, **kwargs: Any) -> None:
        self.open = not self.open

    @event_handler
    def save(self, **kwargs: Any) -> None:
        sent = self.form_data.lists()
        fields = [(name, value) for name, values in sent for value in values]
        self._hear("save", sorted(pair for pair in fields if pair[0] != "csrfmiddlewaretoken"))
