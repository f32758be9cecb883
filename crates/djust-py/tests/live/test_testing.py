"""The test client, and that it does what a socket does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site import views
from live_site.models import Book
from live_site.sockets import CONNECTED, ERROR, UPDATE

Load = Callable[..., Any]

SCRIPT: list[tuple[str, dict[str, Any], Any]] = [
    ("increment", {"amount": "2"}, None),
    ("slowly", {"amount": 3}, None),
    ("nothing", {}, None),
    ("only_named", {"amount": 4, "other": 1}, None),
    ("only_named", {"amount": "x"}, None),
    ("only_named", {}, None),
    ("no_such", {}, None),
    ("fail", {}, None),
    ("fail_slowly", {}, None),
    ("fail_to_render", {}, None),
    ("forbidden", {}, None),
    ("delete", {}, None),
    ("save", {"a": "b"}, [["tags", "x"], ["tags", "y"], ["name", "<n>"]]),
    ("increment", {}, None),
]


async def test_one_script_gives_the_same_frames_over_both_ways(
    page: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)
    socket = await page("/counter/1/")
    await socket.connect()
    for name, parameters, fields in SCRIPT:
        await socket.send(name, parameters, fields)
    over_socket = [without_ids(frame) for frame in socket.frames]

    def run() -> list[Any]:
        client_page = LiveClient().open("/counter/1/")
        for name, parameters, fields in SCRIPT:
            if fields is None:
                client_page.send(name, **parameters)
            else:
                client_page.submit(name, fields, **parameters)
        return [without_ids(frame) for frame in client_page.frames]

    over_client = await sync_to_async(run)()
    assert over_client == over_socket
    assert [frame[0] for frame in over_client].count(ERROR) == 8


def without_ids(frame: list[Any]) -> list[Any]:
    """A frame without the random id of an error."""
    copy = json.loads(json.dumps(frame))
    if copy[0] == ERROR:
        copy[3].pop("id")
    return copy  # type: ignore[no-any-return]


def test_html_is_what_a_render_gives() -> None:
    page = LiveClient().open("/counter/")
    page.send("increment", amount=4)
    assert "<output>4</output> <b>8</b>" in page.html
    assert page.view.count == 4  # type: ignore[attr-defined]


def test_errors_are_listed() -> None:
    page = LiveClient().open("/counter/")
    page.send("no_such")
    assert [error["code"] for error in page.errors] == ["unknown-handler"]


def test_ticks_come_when_the_test_says_so() -> None:
    page = LiveClient().open("/counter/")
    assert "tick" in json.dumps(page.tick())
    assert page.view.log == ["tick"]  # type: ignore[attr-defined]


def test_page_can_lose_its_socket_and_come_back() -> None:
    page = LiveClient().open("/counter/")
    page.send("increment")
    page.disconnect()
    (answer,) = page.connect()
    assert answer[0] == CONNECTED and answer[1]["resume"] == "continue"
    assert page.send("increment")[0][:3] == [UPDATE, 2, 2]


def test_form_from_a_mapping() -> None:
    page = LiveClient().open("/counter/")
    page.submit("save", {"tags": ["a", "b"], "name": "n"})
    assert page.view.log == [["a", "b"], "n", {}, ["a", "b"]]  # type: ignore[attr-defined]


def test_what_is_no_live_page_is_said() -> None:
    with pytest.raises(AssertionError, match="no live page: status 200"):
        LiveClient().open("/ordinary/")


@pytest.mark.django_db
def test_works_in_the_transaction_of_a_test() -> None:
    client = Client()
    client.force_login(User.objects.create_user("ann"))
    Book.objects.create(title="A")
    assert "ann 1" in _after_add(client)
    assert "1" in LiveClient(client).open("/keeping/").html


def _after_add(client: Client) -> str:
    page = LiveClient(client).open("/private/")
    page.send("add")
    return page.html


@pytest.mark.django_db
def test_pages_are_forgotten_with_their_visitor(settings: Any) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0}
    client = Client()
    client.force_login(User.objects.create_user("ann"))
    page = LiveClient(client).open("/private/")
    User.objects.update(is_active=False)
    (frame,) = page.send("add")
    assert frame[1]["reload"] is True
    assert len(registry) == 0


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        (["testserver"], "testserver"),
        (["*"], "testserver"),
        (["shop.example.com"], "shop.example.com"),
        ([".example.com", "other.example.org"], "example.com"),
    ],
)
def test_the_host_is_one_that_the_project_allows(
    settings: Any, allowed: list[str], host: str
) -> None:
    settings.ALLOWED_HOSTS = allowed
    page = LiveClient().open("/counter/")
    page.send("increment")
    assert not page.errors
    assert page.view.request.get_host() == host


@pytest.mark.parametrize("debug", [True, False])
def test_a_project_without_hosts_is_reached_while_developing(settings: Any, debug: bool) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG = [], debug
    if debug:
        assert LiveClient().open("/counter/").view.request.get_host() == "localhost"
    else:
        with pytest.raises(AssertionError, match="status 400"):
            LiveClient().open("/counter/")


def test_the_host_of_the_client_is_kept() -> None:
    page = LiveClient(Client(SERVER_NAME="localhost")).open("/counter/")
    page.send("increment")
    assert not page.errors and page.view.request.get_host() == "localhost"
