"""The project that ``load.py`` puts on a server: one counter, nothing else."""

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


urlpatterns = [
    path("counter/", CounterView.as_view()),
    path("async-counter/", AsyncCounterView.as_view()),
]
