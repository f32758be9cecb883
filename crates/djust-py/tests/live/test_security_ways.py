"""The same attacks over every way in: a socket, plain HTTP, and the test client."""

import asyncio
import gc
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission, User
from django.core import signing
from django.test import Client
from django.urls import get_resolver

from djust import LiveView
from djust.events import handlers_of
from djust.runtime.registry import registry
from live_site import views
from live_site.sockets import CLOSE, CONNECTED, ERROR, UPDATE
from live_site.ways import WAYS, HttpWay, logged_in

Load = Callable[..., Any]
Enter = Callable[..., Awaitable[Any]]


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.CounterView, "tick_interval", None)


@pytest.fixture(params=sorted(WAYS))
def enter(request: pytest.FixtureRequest, page: Load) -> Enter:
    """Load a page with a GET; one of the ways to it."""

    async def enter(path: str, client: Client | None = None) -> Any:
        return WAYS[request.param](await page(path, client))

    return enter


@pytest.fixture
def ann(transactional_db: Any) -> User:
    return User.objects.create_user("ann", password="x")


def view() -> Any:
    (session,) = list(registry)
    return session.view


# ---- 2: another site


@pytest.mark.parametrize("origin", [None, "", "null", "http://evil.example", "https://testserver"])
async def test_frames_over_http_need_the_origin_of_the_site(page: Load, origin: Any) -> None:
    way = HttpWay(await page("/counter/"))
    assert await way.request(way.socket.handshake(), origin=origin) == []
    assert way.status == 403
    assert (await way.connect())[0] == CONNECTED
    # Nor may another site go on with a connection that it has learned of.
    assert await way.request([1, 1, 0, "increment", {}], wait=True, origin=origin) == []
    assert way.status == 403
    assert view().count == 0


HANDSHAKES = {
    "no CSRF token": {"csrf": ""},
    "a CSRF token of another secret": {"csrf": "a" * 64},
    "no token": {"token": ""},
    "a forged token": {"token": "a:b:c"},
    "a token of another purpose": {"token": signing.dumps([1], salt="djust.state")},
    "a token that holds something else": {"token": signing.dumps({}, salt="djust.page")},
    "the name of a class": {"token": "live_site.views.CounterView"},
}


# ---- 1, 2, 5: handshakes


@pytest.mark.parametrize("attack", HANDSHAKES)
async def test_handshakes_that_are_refused(enter: Enter, attack: str) -> None:
    way = await enter("/counter/")
    frame = await way.connect(**HANDSHAKES[attack])
    assert frame[0] == CLOSE and frame[1]["code"] == "expired"
    assert frame[1]["message"] == "The page must be loaded again."


async def test_a_page_of_another_browser_is_refused(enter: Enter) -> None:
    victim, thief = await enter("/counter/"), await enter("/counter/")
    config = getattr(victim, "socket", None) or victim.page
    token = (config.config if hasattr(config, "config") else config._config)["token"]
    frame = await thief.connect(token=token)
    assert frame[0] == CLOSE and frame[1]["code"] == "expired"
    assert (await victim.connect())[0] == CONNECTED


async def test_an_old_token_is_refused(enter: Enter, settings: Any) -> None:
    settings.DJUST = {"TOKEN_SECONDS": 1}
    way = await enter("/counter/")
    await asyncio.sleep(2.1)
    assert (await way.connect())[1]["code"] == "expired"


# ---- 3: what may be called

NAMES = [
    "plain_method",
    "mount",
    "render",
    "dispatch",
    "as_view",
    "handle_tick",
    "handle_async",
    "get_context_data",
    "start_async",
    "count",
    "double",
    "request",
    "no_such",
    "_secret",
    "__class__",
    "__init__",
    "add",
]


async def test_nothing_but_a_handler_of_this_view_is_called(enter: Enter) -> None:
    way = await enter("/counter/")
    await way.connect()
    failures = [(await way.send(name))[3] for name in NAMES]
    # One and the same answer for all of them, but for the number under which the log has it.
    assert {(failure["code"], failure["message"]) for failure in failures} == {
        ("unknown-handler", "This page has no such action.")
    }
    assert (view().count, view().log) == (0, [])


# ---- 4: what may be written

WRITES = [
    {"name": name, "field": name, "value": "stolen", name: "stolen"}
    for name in (
        "_secret",
        "request",
        "template_name",
        "template",
        "__class__",
        "__dict__",
        "count.real",
        "log.0",
        "tick_interval",
        "login_required",
        "new_name",
    )
]


async def test_parameters_never_become_attributes(enter: Enter) -> None:
    way = await enter("/counter/")
    await way.connect()
    before = {name: value for name, value in vars(view()).items() if name != "count"}
    kind = type(view())
    for parameters in WRITES:
        await way.send("increment", parameters)
    after = {name: value for name, value in vars(view()).items() if name != "count"}
    assert after == before and type(view()) is kind
    assert view().count == len(WRITES)


NOT_BOUND = [
    "_private",
    "__class__",
    "__dict__",
    "__init__",
    "text.upper",
    "text.__class__",
    "text__class",
    "mapping.a",
    "tags.0",
    "request",
    "request.user",
    "args",
    "kwargs",
    "template",
    "template_name",
    "temporary_assigns",
    "tick_interval",
    "login_required",
    "permission_required",
    "get_context_data",
    "_djust_effects",
    "double",
    "save",
    "unbound",
    "hidden_until",
    "missing",
    "no_such",
    "Text",
    " text",
    "",
]


async def test_a_page_sets_what_it_binds_and_nothing_else(enter: Enter) -> None:
    way = await enter("/bound/")
    await way.connect()
    here, kind = view(), type(view())
    before, of_class = {**vars(here)}, {**vars(kind)}
    answers = set()
    for name in NOT_BOUND:
        # Neither alone, nor with a value that may be set.
        for values in ({name: "stolen"}, {"text": "also", name: {"a": ["stolen"]}}):
            frame = await way.send("_model", values)
            assert frame[0] == ERROR, name
            answers.add((frame[3]["code"], frame[3]["message"]))
            assert name not in frame[3]["message"].split() and "stolen" not in str(frame)
    assert answers == {("forbidden", "This page has no such value.")}
    assert (vars(here), {**vars(kind)}) == (before, of_class) and type(here) is kind
    assert (await way.send("_model", {"text": "own"}))[0] == UPDATE
    assert here.text == "own"


@pytest.mark.parametrize("values", ["text", [["text", "x"]], 7, None])
async def test_bound_values_come_by_name(enter: Enter, values: Any) -> None:
    way = await enter("/bound/")
    await way.connect()
    frame = await way.send_text(json.dumps([1, 1, 0, "_model", values]))
    assert frame[0] in (CLOSE, ERROR) and frame[-1 if frame[0] == ERROR else 1]["code"]
    assert view().text == ""


# ---- 6: who may be here

ENDS = ["logout", "deactivate", "delete", "permission"]


@pytest.mark.parametrize("how", ENDS)
async def test_lost_access_is_noticed_at_the_next_event(
    enter: Enter, settings: Any, ann: User, how: str
) -> None:
    settings.DJUST = {"AUTH_REFRESH_SECONDS": 0}
    permission = await sync_to_async(Permission.objects.get)(codename="change_book")
    await sync_to_async(ann.user_permissions.add)(permission)
    client = await logged_in(ann)
    way = await enter("/permission/", client)
    await way.connect()
    assert (await way.send("add"))[0] == UPDATE
    (session,) = list(registry)
    changes: dict[str, Callable[[], Any]] = {
        "logout": client.logout,
        "deactivate": lambda: User.objects.update(is_active=False),
        "delete": ann.delete,
        "permission": ann.user_permissions.clear,
    }
    cookies = client.cookies
    await sync_to_async(changes[how])()
    # The browser of an attacker does not forget them.
    client.cookies = cookies
    frame = await way.send("add")
    assert frame[0] == CLOSE and frame[1]["reload"] is True
    assert session.view.count == 1  # type: ignore[attr-defined]
    assert len(registry) == 0


@pytest.mark.parametrize("handler", ["delete", "delete_slowly"])
async def test_a_handler_asks_for_its_permission(enter: Enter, ann: User, handler: str) -> None:
    way = await enter("/counter/", await logged_in(ann))
    await way.connect()
    frame = await way.send(handler)
    assert frame[0] == ERROR and frame[3]["code"] == "forbidden"
    assert view().count == 0


# ---- 14: limits

TOO_MUCH = [
    ('[1,1,0,"increment",{"a":' + "[" * 40 + "]" * 40 + "}]", "too-deep"),
    ('[1,1,0,"increment",{"a":"' + "x" * 2_200_000 + '"}]', "too-large"),
    (json.dumps([1, 1, 0, "increment", {f"p{n}": 1 for n in range(300)}]), "too-many"),
    (json.dumps([1, 1, 0, "increment", {}, [["f", "x"]] * 2001]), "too-many"),
    ('[1,1,0,"increment",{"a":1,"a":2}]', "bad-frame"),
]


@pytest.mark.parametrize(("text", "code"), TOO_MUCH, ids=[code for _, code in TOO_MUCH])
async def test_limits_are_said_and_the_page_goes_on(enter: Enter, text: str, code: str) -> None:
    way = await enter("/counter/")
    await way.connect()
    frame = await way.send_text(text)
    assert frame[:3] == [ERROR, 1, 1] and frame[3]["code"] == code
    frame = await way.send_text('[1,2,1,"increment"]')
    assert frame[:3] == [UPDATE, 2, 2] and view().count == 1


PASTES = {
    "plain": "x" * 1_000_000,
    "lines": "\n" * 1_000_000,
    "two bytes": "é" * 1_000_000,
    "four bytes": "\N{GRINNING FACE}" * 250_000,
    "markup": "<b>&amp;" * 125_000,
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
async def test_a_megabyte_in_a_field_arrives(enter: Enter, text: str) -> None:
    way = await enter("/bound/")
    await way.connect()
    frame = await way.send_text(json.dumps([1, 1, 0, "_model", {"text": text}], ensure_ascii=False))
    assert frame[:3] == [UPDATE, 1, 1]
    assert view().text == text
    form = [1, 2, 1, "save", {}, [["text", text]]]
    frame = await way.send_text(json.dumps(form, ensure_ascii=False))
    assert frame[:3] == [UPDATE, 2, 2]
    assert view().text == text.upper()


async def test_more_than_the_limit_is_refused_and_kept_out(enter: Enter, settings: Any) -> None:
    settings.DJUST = {"MESSAGE_BYTES": 900_000}
    way = await enter("/bound/")
    connected = await way.connect()
    assert connected[1]["limits"]["message"] == 900_000
    for event, frame in enumerate(
        (
            [1, 1, 0, "_model", {"text": PASTES["plain"]}],
            [1, 2, 1, "save", {}, [["a", PASTES["plain"]]]],
        ),
        start=1,
    ):
        answer = await way.send_text(json.dumps(frame))
        assert answer[:3] == [ERROR, event, event] and answer[3]["code"] == "too-large"
    assert view().text == ""
    frame = await way.send_text(json.dumps([1, 3, 2, "_model", {"text": "y" * 800_000}]))
    assert frame[:3] == [UPDATE, 3, 3] and view().text == "y" * 800_000


async def test_a_flood_is_refused_and_said(enter: Enter, settings: Any) -> None:
    settings.DJUST = {"FRAMES_PER_SECOND": 1}
    way = await enter("/counter/")
    await way.connect()
    answers = [await way.send("increment") for _ in range(6)]
    codes = [frame[3]["code"] for frame in answers if frame[0] == ERROR]
    assert codes and set(codes) == {"rate-limited"}
    assert view().count == 6 - len(codes)


# ---- 12: what leaves the server


def paths() -> list[str]:
    """The addresses of the test site's live pages that a stranger may see."""
    found = []
    for pattern in get_resolver().url_patterns:
        if getattr(getattr(pattern, "callback", None), "view_class", None) is not None:
            found.append("/" + str(pattern.pattern).replace("<int:start>", "3"))
    return [path for path in found if "<" not in path]


def secrets_of_the_server() -> set[str]:
    """What no page and no frame may contain: classes, modules, documentation, texts of exceptions."""
    words = {
        "Traceback",
        "RuntimeError",
        "ValueError",
        "a secret",
        "live_site.views",
        "site-packages",
    }
    gc.collect()
    for name, value in vars(views).items():
        if isinstance(value, type) and issubclass(value, LiveView) and value is not LiveView:
            words.add(name)
            own = [value, *(handler.function for handler in handlers_of(value).values())]
            docs = [inspect.getdoc(each) for each in own]
            words |= {doc.splitlines()[0] for doc in docs if doc}
    return words


@pytest.mark.parametrize("path", paths())
async def test_no_page_and_no_frame_tells_of_the_server(
    enter: Enter, transactional_db: Any, path: str
) -> None:
    client = Client(raise_request_exception=False)
    response = await sync_to_async(client.get)(path)
    texts = [response.content.decode(), str(response.headers)]
    if response.status_code == 200:
        way = await enter(path, client)
        await way.connect()
        (session,) = [one for one in registry if one.is_connected]
        names = [*handlers_of(type(session.view)), "no_such", "mount"]
        for name in names:
            for parameters in ({}, {"amount": "x", "number": "x", "value": [{}]}):
                frame = await way.send(name, parameters)
                if frame[0] == CLOSE:
                    await way.connect()
        texts.append(json.dumps(way.frames))
    for word in secrets_of_the_server():
        for text in texts:
            assert word not in text, (word, path)


def test_there_are_pages_to_look_at() -> None:
    assert len(paths()) > 10
    assert {"CounterView", "A counter that does not tick."} <= secrets_of_the_server()
