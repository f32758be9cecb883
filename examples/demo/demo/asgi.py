"""The ASGI application: pages and static files over HTTP, live pages over one WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")

from djust.asgi import get_application

application = get_application()
