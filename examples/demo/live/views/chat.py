from typing import Any

from djust import LiveView, event_handler, push_to_view, state
from live.models import Message

SHOWN = 50


class ChatView(LiveView):
    """One conversation, on every open page of this view."""

    template_name = "live/chat.html"

    author = state(default="")
    latest = state(default=0)

    @event_handler
    def send(self, author: str = "", body: str = "", **kwargs: object) -> None:
        self.author = author.strip()[:40]
        if body := body.strip():
            message = Message.objects.create(author=self.author or "Guest", body=body[:500])
            push_to_view("chat", {"latest": message.pk})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = Message.objects.order_by("-pk")[:SHOWN]
        return super().get_context_data(messages=list(newest)[::-1], **kwargs)
