"""Ways in that must be shut: origin, CSRF, tokens, other visitors, lost permissions."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.contrib.auth.models import Permission, User
from django.core import signing
from django.test import Client

from djust.routing import DjustMiddlewareStack, websocket_urlpatterns
from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site import views
from live_site.sockets import CLOSE, CONNECTED, ERROR, UPDATE

Load = Callable[..., Any]

BARE = URLRouter(websocket_urlpatterns)


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)


@pytest.fixture
def ann(transactional_db: Any) -> User:
    return User.objects.create_user("ann", password="x")


async def logged_in(user: User) -> Client:
    client = Client()
    await sync_to_async(client.force_login)(user)
    return client


def permit(user: User, *names: str) -> None:
    for name in names:
        user.user_permissions.add(Permission.objects.get(codename=name))


# ---- origin and host

ORIGINS = [
    (None, False),
    ("", False),
    ("null", False),
    ("http://evil.example", False),
    ("https://testserver", False),
    ("http://testserver:81", False),
    ("http://testserver.evil.example", False),
    ("http://testserver@evil.example", False),
    ("http://testserver", True),
]


@pytest.mark.parametrize(("origin", "allowed"), ORIGINS)
async def test_origin_is_checked_by_the_socket_itself(
    page: Load, origin: str | None, allowed: bool
) -> None:
    socket = await page("/counter/", app=BARE)
    assert await socket.open(origin=origin) is allowed


@pytest.mark.parametrize("hosts", [["*"], ["testserver"]])
async def test_any_host_in_the_settings_opens_nothing(
    page: Load, settings: Any, hosts: list[str]
) -> None:
    settings.ALLOWED_HOSTS = hosts
    socket = await page("/counter/", app=BARE)
    assert not await socket.open(origin=None)
    assert not await socket.open(origin="http://evil.example")


async def test_a_server_that_does_not_tell_the_scheme_leaves_it_to_the_origin(page: Load) -> None:
    socket = await page("/counter/", app=BARE)
    socket.scheme = None
    assert await socket.open(origin="https://testserver")
    assert not await socket.open(origin="https://evil.example")


async def test_foreign_host_is_refused(page: Load) -> None:
    socket = await page("/counter/", app=BARE)
    assert not await socket.open(host="evil.example", origin="http://evil.example")


async def test_debug_allows_localhost_without_a_setting(page: Load, settings: Any) -> None:
    socket = await page("/counter/", app=BARE)
    settings.ALLOWED_HOSTS = []
    settings.DEBUG = True
    assert await socket.open(host="localhost:8000", origin="http://localhost:8000")
    assert not await socket.open(host="testserver", origin="http://testserver")


async def test_trusted_origins_are_allowed(page: Load, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.partner.example"]
    socket = await page("/counter/", app=BARE)
    assert await socket.open(origin="https://www.partner.example")
    assert not await socket.open(origin="http://www.partner.example")


@pytest.mark.parametrize("stack", [DjustMiddlewareStack, AllowedHostsOriginValidator])
async def test_both_stacks_of_the_documentation_work(page: Load, stack: Any) -> None:
    socket = await page("/counter/", app=stack(BARE))
    assert (await socket.connect())[0] == CONNECTED
    assert (await socket.send("increment"))[0] == UPDATE
    other = await page("/counter/", app=stack(BARE))
    assert not await other.open(origin="http://evil.example")


# ---- the handshake


async def refused(socket: Any, **changes: Any) -> Any:
    answer = await socket.connect(**changes)
    assert answer[0] == CLOSE, answer
    assert await socket.closed()
    return answer[1]


@pytest.mark.parametrize("csrf", ["", "x", "a" * 32, "a" * 64])
async def test_csrf_token_is_needed(page: Load, csrf: str) -> None:
    socket = await page("/counter/")
    answer = await refused(socket, csrf=csrf)
    assert answer == {
        "code": "expired",
        "message": "The page must be loaded again.",
        "reload": True,
    }


async def test_csrf_cookie_is_needed(page: Load) -> None:
    socket = await page("/counter/")
    socket.client.cookies.clear()
    assert (await refused(socket))["code"] == "expired"


async def test_csrf_secret_in_the_session(page: Load, settings: Any) -> None:
    settings.CSRF_USE_SESSIONS = True
    socket = await page("/counter/")
    assert (await socket.connect())[0] == CONNECTED
    other = await page("/counter/")
    assert (await refused(other, csrf=socket.config["csrf"]))["code"] == "expired"


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
async def test_forged_tokens_are_refused(page: Load, token: str) -> None:
    socket = await page("/counter/")
    assert (await refused(socket, token=token))["code"] == "expired"


async def test_tampered_token_is_refused(page: Load) -> None:
    socket = await page("/counter/")
    token = socket.config["token"]
    for at in (0, len(token) // 2, len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        other = await page("/counter/")
        assert (await refused(other, token=changed))["code"] == "expired"


async def test_token_of_another_purpose_is_refused(page: Load) -> None:
    socket = await page("/counter/")
    values = signing.loads(socket.config["token"], salt="djust.page")
    for salt in ("djust.state", "djust.push", "django.core.signing"):
        assert (await refused(socket, token=signing.dumps(values, salt=salt)))["code"] == "expired"


async def test_expired_token_is_refused(page: Load, settings: Any) -> None:
    settings.DJUST = {"TOKEN_SECONDS": 1}
    socket = await page("/counter/")
    await asyncio.sleep(2.1)
    assert (await refused(socket))["code"] == "expired"


async def test_page_of_another_browser_is_refused(page: Load) -> None:
    victim = await page("/counter/")
    thief = await page("/counter/")
    # The thief has the page's token, but cookies and a CSRF token of his own.
    answer = await refused(thief, token=victim.config["token"])
    assert answer["code"] == "expired"
    # The victim's page is not disturbed.
    assert (await victim.connect())[1]["resume"] == "continue"


async def test_page_of_another_user_is_refused(page: Load, ann: User) -> None:
    bob = await sync_to_async(User.objects.create_user)("bob")
    client = await logged_in(ann)
    socket = await page("/private/", client)
    await sync_to_async(client.force_login)(bob)
    assert (await refused(socket))["code"] == "expired"


async def test_page_of_an_ended_session_is_refused(page: Load, ann: User) -> None:
    client = await logged_in(ann)
    socket = await page("/private/", client)
    cookie = client.cookies["sessionid"].value
    await sync_to_async(client.logout)()
    client.cookies["sessionid"] = cookie
    assert (await refused(socket))["code"] == "expired"


async def test_view_in_a_token_is_compared_and_never_looked_up(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await page("/counter/")
    registry.clear()
    monkeypatch.setattr("djust.runtime.lifecycle.view_digest", lambda view: "another view")
    assert (await refused(socket))["code"] == "expired"


async def test_no_class_name_travels(page: Load) -> None:
    socket = await page("/counter/")
    payload = socket.config["token"].split(":")[0]
    assert "CounterView" not in json.dumps(signing.loads(socket.config["token"], salt="djust.page"))
    assert payload


@pytest.mark.parametrize(
    "url", ["", "http://[", "//", "/counter/%ff?x=%ff", "x" * 8000, "/a\u0000?b"]
)
async def test_any_address_may_be_claimed(page: Load, url: str) -> None:
    socket = await page("/counter/")
    assert (await socket.connect(url=url))[0] == CONNECTED
    assert (await socket.send("increment"))[0] == UPDATE


# ---- access, over HTTP, at the socket and at each event

CLOSED_TO_STRANGERS = ["/private/", "/attribute/", "/decorated/", "/permission/"]


@pytest.mark.parametrize("path", CLOSED_TO_STRANGERS)
@pytest.mark.django_db
def test_strangers_are_sent_to_the_login(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={path}"


@pytest.mark.django_db
def test_refusals_of_mount_and_of_tests(client: Client) -> None:
    assert client.get("/mount-refuses/").status_code == 403
    assert client.get("/tested/").status_code == 302
    assert client.get("/tested/?let=in").status_code == 200


@pytest.mark.parametrize("path", ["/private/", "/attribute/", "/decorated/", "/permission/"])
async def test_lost_access_is_noticed_at_the_socket(page: Load, ann: User, path: str) -> None:
    await sync_to_async(permit)(ann, "change_book")
    client = await logged_in(ann)
    socket = await page(path, client)
    if path == "/permission/":
        await sync_to_async(ann.user_permissions.clear)()
        expected = "forbidden"
    else:
        ann.is_active = False
        await sync_to_async(ann.save)()
        expected = "expired"
    answer = await refused(socket)
    assert (answer["code"], answer["reload"]) == (expected, True)


@pytest.mark.parametrize("path", CLOSED_TO_STRANGERS)
async def test_lost_access_is_noticed_when_the_page_is_mounted_again(
    page: Load, ann: User, path: str
) -> None:
    await sync_to_async(permit)(ann, "change_book")
    client = await logged_in(ann)
    socket = await page(path, client)
    registry.clear()
    if path == "/permission/":
        await sync_to_async(ann.user_permissions.clear)()
    else:
        await sync_to_async(ann.delete)()
    assert (await refused(socket))["reload"] is True


@pytest.mark.parametrize("how", ["logout", "flush", "deactivate", "delete", "permission"])
async def test_lost_access_is_noticed_at_an_event(
    page: Load, settings: Any, ann: User, how: str
) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0}
    await sync_to_async(permit)(ann, "change_book")
    client = await logged_in(ann)
    socket = await page("/permission/", client)
    await socket.connect()
    assert (await socket.send("add"))[0] == UPDATE
    view = next(iter(registry)).view
    if how == "logout":
        await sync_to_async(client.logout)()
    elif how == "flush":
        await sync_to_async(client.session.flush)()
    elif how == "deactivate":
        await sync_to_async(User.objects.update)(is_active=False)
    elif how == "delete":
        await sync_to_async(ann.delete)()
    else:
        await sync_to_async(ann.user_permissions.clear)()
    await socket.post("add")
    answer = await socket.next()
    assert answer[0] == CLOSE and answer[1]["reload"] is True
    assert await socket.closed()
    assert view.count == 1  # type: ignore[attr-defined]
    assert len(registry) == 0


async def test_users_that_a_middleware_of_the_project_finds(
    page: Load, settings: Any, ann: User
) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0}
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "live_site.middleware.login_by_header"]

    async def by_header(scope: Any, receive: Any, send: Any) -> None:
        await BARE({**scope, "user": ann}, receive, send)

    socket = await page("/private/", Client(headers={"x-user": "ann"}), app=by_header)
    await socket.connect()
    assert "ann 1" in (await socket.send("add"))[3]
    assert (await socket.send("add"))[0] == UPDATE
    await sync_to_async(User.objects.update)(is_active=False)
    await socket.post("add")
    assert (await socket.next())[0] == CLOSE


async def test_access_is_read_again_after_the_interval_only(
    page: Load, settings: Any, ann: User, django_assert_num_queries: Any
) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0.3}
    client = await logged_in(ann)
    socket = await page("/private/", client)
    await socket.connect()
    await sync_to_async(User.objects.update)(is_active=False)
    assert (await socket.send("add"))[0] == UPDATE
    time.sleep(0.35)
    await socket.post("add")
    assert (await socket.next())[0] == CLOSE


async def test_lost_access_is_noticed_at_a_tick(
    page: Load, settings: Any, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0}
    monkeypatch.setattr(views.PrivateView, "tick_interval", 20)
    client = await logged_in(ann)
    socket = await page("/private/", client)
    await socket.connect()
    await sync_to_async(client.logout)()
    answer = await socket.next()
    assert answer[0] == CLOSE


@pytest.mark.parametrize("handler", ["delete", "delete_slowly"])
async def test_permission_of_a_handler(page: Load, ann: User, handler: str) -> None:
    client = await logged_in(ann)
    socket = await page("/counter/", client)
    await socket.connect()
    frame = await socket.send(handler)
    assert frame[0] == ERROR and frame[3]["code"] == "forbidden"
    assert "live_site" not in json.dumps(frame)
    assert next(iter(registry)).view.count == 0  # type: ignore[attr-defined]
    await sync_to_async(permit)(ann, "delete_book", "add_book")
    again = await page("/counter/", client)
    await again.connect()
    assert (await again.send(handler))[0] == UPDATE


@pytest.mark.django_db
def test_permission_denied_in_a_handler_changes_nothing() -> None:
    page = LiveClient().open("/counter/")
    (frame,) = page.send("forbidden")
    assert frame[3]["code"] == "forbidden" and "secret" not in json.dumps(frame)
    assert page.view.count == 0  # type: ignore[attr-defined]


# ---- what the page shows


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "&lt;", "</main>"]
)
def test_what_is_sent_is_escaped_as_django_escapes_it(value: str) -> None:
    from django.utils.html import escape

    page = LiveClient().open("/typed/")
    page.send("show", value=value)
    assert f"<main dj-root>{escape(value)}</main>" in page.html


async def test_a_socket_cannot_change_the_session_of_another(page: Load, ann: User) -> None:
    client = await logged_in(ann)
    socket = await page("/counter/3/", client)
    await socket.connect()
    assert (await socket.send("remember"))[0] == UPDATE
    session = await sync_to_async(lambda: dict(client.session))()
    assert session["count"] == 3
    assert session["_auth_user_id"] == str(ann.pk)
