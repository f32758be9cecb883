"""Projects that have little, and imports that need nothing."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path


def run(code: str, directory: Path) -> str:
    """What a program prints in a process of its own."""
    script = directory / "program.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:djust", str(script)],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_project_without_sessions_users_database_and_middleware(tmp_path: Path) -> None:
    output = run(
        """
        import asyncio, json
        import django
        from django.conf import settings
        from django.urls import path

        settings.configure(
            SECRET_KEY="x",
            ROOT_URLCONF=__name__,
            ALLOWED_HOSTS=["testserver"],
            INSTALLED_APPS=["djust"],
            TEMPLATES=[{"BACKEND": "djust.template.DjustTemplates"}],
            STATIC_URL="/static/",
            USE_TZ=True,
        )
        django.setup()

        from channels.testing import WebsocketCommunicator
        from djust import LiveView, event_handler, state
        from djust.asgi import get_application
        from djust.testing import LiveClient

        class Counter(LiveView):
            template = "<main dj-root>{{ count }}</main>"
            count = state(default=0)

            @event_handler
            def add(self, **kwargs):
                self.count += 1

        urlpatterns = [path("", Counter.as_view())]

        page = LiveClient().open("/")
        page.send("add")
        page.disconnect()
        page.connect()
        page.send("add")
        print(page.html)

        async def socket():
            headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
            communicator = WebsocketCommunicator(get_application(), "/ws/live/", headers=headers)
            connected, _ = await communicator.connect()
            await communicator.send_to(text_data="[3]")
            print(connected, json.loads(await communicator.receive_from())[1]["code"])
            await communicator.wait()

        asyncio.run(socket())
        """,
        tmp_path,
    )
    assert output == "<main dj-root>2</main>\nTrue bad-frame\n"


def test_importing_needs_no_settings(tmp_path: Path) -> None:
    output = run(
        """
        import djust
        import djust.decorators
        import djust.exceptions
        import djust.routing
        from djust import LiveView, computed, event_handler, push_to_view, state
        from djust.decorators import permission_required
        from djust.routing import DjustMiddlewareStack, websocket_urlpatterns
        from django.conf import settings

        class View(LiveView):
            count = state(default=0)

        print(settings.configured, callable(state), djust.state is state, "LiveView" in dir(djust))
        """,
        tmp_path,
    )
    assert output == "False True True True\n"


def test_the_asgi_file_of_the_specification(tmp_path: Path) -> None:
    (tmp_path / "myproject").mkdir()
    (tmp_path / "myproject" / "settings.py").write_text(
        "SECRET_KEY = 'x'\nINSTALLED_APPS = ['djust']\nALLOWED_HOSTS = ['testserver']\n"
    )
    output = run(
        """
        import os
        from django.core.asgi import get_asgi_application
        from channels.routing import ProtocolTypeRouter, URLRouter
        from channels.security.websocket import AllowedHostsOriginValidator
        from djust.routing import websocket_urlpatterns

        os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'myproject.settings')

        application = ProtocolTypeRouter({
            "http": get_asgi_application(),
            "websocket": AllowedHostsOriginValidator(
                URLRouter(websocket_urlpatterns)
            ),
        })
        print(sorted(application.application_mapping))
        """,
        tmp_path,
    )
    assert output == "['http', 'websocket']\n"
