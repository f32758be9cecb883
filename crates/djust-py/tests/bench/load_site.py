"""The project that ``load.py`` puts on a server: a counter, and a table of which each event changes one row."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.conf import settings

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["djust"],
    ROOT_URLCONF="load_site",
    USE_TZ=True,
    TEMPLATES=[{"BACKEND": "djust.template.DjustTemplates", "OPTIONS": {}}],
    STATIC_URL="/static/",
    DJUST={
        "FRAMES_PER_SECOND": 1_000_000,
        "CONNECTIONS_PER_SESSION": 1_000_000,
        "RESUME_SECONDS": 0.5,
        "HANDOVER_SECONDS": 60,
    },
)
sys.modules.setdefault("load_site", sys.modules[__name__])

from djust.asgi import get_application  # noqa: E402

application = get_application()

from django.urls import path  # noqa: E402

from djust import LiveView, event_handler, state  # noqa: E402


class CounterView(LiveView):
    template = (
        "<!doctype html><html><head><title>Counter</title></head><body>"
        "<main dj-view='Counter' dj-root><p>{{ count }}</p>"
        "<button dj-click='increment'>+1</button></main></body></html>"
    )
    count = state(default=0)

    @event_handler
    def increment(self, **kwargs: Any) -> None:
        self.count += 1


class AsyncCounterView(CounterView):
    @event_handler
    async def increment(self, **kwargs: Any) -> None:
        self.count += 1


class TableView(LiveView):
    template = (
        "<!doctype html><html><head><title>Rows</title></head><body>"
        "<main dj-view='Table' dj-root><table><tbody>{% for row in rows %}"
        "<tr dj-key='{{ row.id }}'><td>{{ row.id }}</td><td>{{ row.label }}</td><td>{{ row.price }}</td>"
        "<td>{{ row.city }}</td><td>{{ row.stock }}</td><td>{% if row.new %}<b>new</b>{% endif %}</td></tr>"
        "{% endfor %}</tbody></table></main></body></html>"
    )
    rows = state(default=[])
    changes = state(default=0)

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.rows = [
            {
                "id": number,
                "label": f"Article {number}",
                "price": f"{number % 97}.50",
                "city": f"City {number % 13}",
                "stock": number * 7 % 101,
                "new": number % 5 == 0,
            }
            for number in range(1000)
        ]

    @event_handler
    def increment(self, **kwargs: Any) -> None:
        self.changes += 1
        self.rows[500]["label"] = f"Changed {self.changes}"


urlpatterns = [
    path("counter/", CounterView.as_view()),
    path("async-counter/", AsyncCounterView.as_view()),
    path("table/", TableView.as_view()),
]
