"""The counter page of ``load_site.py`` for the published djust, run by an environment that has that package instead of this one.

Limits that would bound the load itself are lifted, as there. The package starts a Django session for each visitor; it is kept
in memory, where it costs least time.
"""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.conf import settings

UNBOUNDED = 1_000_000

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "channels",
        "djust",
    ],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": UNBOUNDED},
        }
    },
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    ROOT_URLCONF="project",
    USE_TZ=True,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    STATIC_URL="/static/",
    LIVEVIEW_ALLOWED_MODULES=["project"],
    LIVEVIEW_CONFIG={
        "rate_limit": {
            "rate": UNBOUNDED,
            "burst": UNBOUNDED,
            "max_connections_per_ip": UNBOUNDED,
        }
    },
)
sys.modules.setdefault("project", sys.modules[__name__])

from django.core.asgi import get_asgi_application  # noqa: E402

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402
from djust.websocket import LiveViewConsumer  # noqa: E402

from djust import LiveView, event_handler  # noqa: E402
from djust.routing import DjustMiddlewareStack  # noqa: E402


class CounterView(LiveView):
    template = (
        "<!doctype html><html><head><title>Counter</title></head><body>"
        "<main dj-root><p>{{ count }}</p>"
        "<button dj-click='increment'>+1</button></main></body></html>"
    )

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.count = 0

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
sockets = URLRouter([path("ws/live/", LiveViewConsumer.as_asgi())])
application = ProtocolTypeRouter({"http": http, "websocket": DjustMiddlewareStack(sockets)})
