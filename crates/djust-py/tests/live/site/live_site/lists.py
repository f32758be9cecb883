"""Views whose lists grow."""

from typing import Any, ClassVar

from djust import LiveView, event_handler, state
from djust.optimization.fingerprint import FingerprintMixin

from .models import Author


class ChatView(LiveView):
    """Shows the newest messages, then only adds to them; an author stands for a message."""

    temporary_assigns: ClassVar[dict[str, Any]] = {"messages": [], "log": ""}
    template = """
        <div dj-root>
          <h1>{{ sent }}</h1>
          <ul dj-update="{{ how }}" id="messages">
            {% for message in messages %}
              <li id="message-{{ message.pk }}">{{ message.name }}</li>
            {% endfor %}
          </ul>
          <pre dj-update="append">{{ log }}</pre>
          <p>{% if sent == 13 %}{{ sent.x.y|date:broken }}{% endif %}</p>
        </div>
    """
    sent = state(default=0)
    how = "append"

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.messages = Author.objects.all()[:50]

    @event_handler
    def send_message(self, content: str = "", **kwargs: Any) -> None:
        self.sent += 1
        self.messages = [Author.objects.create(name=content)]

    @event_handler
    def change_message(self, pk: int = 0, content: str = "", **kwargs: Any) -> None:
        Author.objects.filter(pk=pk).update(name=content)
        self.messages.append(Author.objects.get(pk=pk))

    @event_handler
    def write(self, line: str = "", **kwargs: Any) -> None:
        self.log = line + "\n"

    @event_handler
    def count(self, **kwargs: Any) -> None:
        self.sent += 1

    @event_handler
    def fail(self, **kwargs: Any) -> None:
        self.messages = [Author.objects.create(name="never")]
        raise RuntimeError


class NewestFirstView(ChatView):
    how = "prepend"


class FingerprintView(FingerprintMixin, LiveView):
    fingerprinted_assigns: ClassVar[list[str]] = ["services", "logs", "never_set"]
    template = "<p dj-root>{{ count }} {{ services.0.name }} {{ logs|length }}</p>"
    services: list[Any] = state(default=[])
    logs: list[str] = state(default=[])
    count = state(default=0)
    mounts = 0

    def mount(self, request: Any, **kwargs: Any) -> None:
        type(self).mounts += 1
        self.services = [{"name": f"service {number}", "up": True} for number in range(1000)]

    @event_handler
    def increment(self, **kwargs: Any) -> None:
        self.count += 1

    @event_handler
    def rename(self, name: str = "", **kwargs: Any) -> None:
        self.services[0]["name"] = name

    @event_handler
    def write(self, **kwargs: Any) -> None:
        self.logs.append("line")


class RowsView(LiveView):
    """A long list whose rows change one by one."""

    template = """
        <ul dj-root>{% for row in rows %}
          <li dj-key="{{ row.id }}">{{ row.id }} <b>{{ row.label }}</b><input></li>{% endfor %}
        </ul>
    """
    rows = state(default=[])

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.rows = [{"id": number, "label": f"Row {number}"} for number in range(200)]

    @event_handler
    def rename(self, row: int = 0, label: str = "", **kwargs: Any) -> None:
        self.rows[row]["label"] = label

    @event_handler
    def fail(self, **kwargs: Any) -> None:
        self.rows.clear()
        raise RuntimeError
