"""The test project on a server."""

from djust.asgi import get_application

application = get_application()
