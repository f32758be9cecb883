"""Lists that keep what they show while the state forgets it."""

from typing import Any, ClassVar

from django.http import HttpRequest
from live.models import Message

from djust import LiveView, event_handler, state


class ChatView(LiveView):
    """A chat whose messages travel once. Each page has a chat of its own."""

    template_name = "probe/chat.html"
    temporary_assigns: ClassVar[dict[str, Any]] = {"messages": []}
    sent = state(default=0)
    how = state(default="append")

    def mount(self, request: HttpRequest, **kwargs: object) -> None:
        self._key = request.GET["key"][:40]
        self.how = request.GET.get("how", "append")
        self.messages = Message.objects.filter(author=self._key).order_by("pk")[:50]

    @event_handler
    def send_message(self, content: str = "", **kwargs: object) -> None:
        self.sent += 1
        self.messages = [Message.objects.create(author=self._key, body=content)]

    @event_handler
    def shout(self, pk: int = 0, **kwargs: object) -> None:
        message = Message.objects.get(pk=pk)
        message.body = message.body.upper()
        message.save()
        self.messages = [message]

    @event_handler
    def count(self, **kwargs: object) -> None:
        self.sent += 1


class RoomsView(LiveView):
    """Lists that only grow, in a branch and in a loop. The root is in a branch as well."""

    template_name = "probe/rooms.html"
    temporary_assigns: ClassVar[dict[str, Any]] = {"lines": []}
    rooms = state(default=["a", "b", "c"])
    is_open = state(default=True)
    place = state(default="")
    sent = state(default=0)

    @event_handler
    def say(self, room: str = "", **kwargs: object) -> None:
        self.sent += 1
        self.lines = [{"room": room, "number": self.sent}]

    @event_handler
    def toggle(self, **kwargs: object) -> None:
        self.is_open = not self.is_open

    @event_handler
    def turn(self, **kwargs: object) -> None:
        self.rooms.reverse()

    @event_handler
    def move(self, **kwargs: object) -> None:
        self.place += "x"


class AnimatedView(LiveView):
    """Rows that are animated, focused and scrolled while they are reordered."""

    template_name = "probe/animated.html"
    rows = state(default=["a", "b", "c", "d", "e", "f"])
    changes = state(default=0)

    @event_handler
    def reverse(self, **kwargs: object) -> None:
        self.rows.reverse()

    @event_handler
    def rotate(self, **kwargs: object) -> None:
        self.rows.append(self.rows.pop(0))

    @event_handler
    def change(self, row: str = "", **kwargs: object) -> None:
        self.changes += 1
        self.rows[self.rows.index(row)] = f"{row}{self.changes}"
