"""State in the address: links with dj-patch, push_patch, and where a view may send its visitor."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site.navigation_views import SentOnView
from live_site.sockets import CONNECTED, ERROR, UPDATE
from live_site.ways import WAYS

Load = Callable[..., Any]

FOREIGN = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https://evil.example/",
    "http:///evil.example/",
    "\x08//evil.example/",
    " javascript:alert(1)",
    "vbscript:x",
    "/a\r\n//evil.example",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "\x00javascript:alert(1)",
    "/\t/evil.example/",
    "\t//evil.example/",
    "https:evil.example",
    "https:/\\evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://testserver:99/",
    "https://evil.example\\@testserver/",
    "ftp://testserver/",
    "file:///etc/passwd",
    "blob:http://testserver/1",
    "http://[testserver/",
]
# What sends a visitor away: as a handler of SearchView, and as what a view does when it is mounted.
LEAVE: dict[str, Callable[[Any, str], None]] = {
    "go": lambda view, to: view.push_patch(to),
    "go_live": lambda view, to: view.live_patch(path=to),
    "leave": lambda view, to: view.push_navigate(to),
    "leave_live": lambda view, to: view.live_redirect(to),
    "leave_for_good": lambda view, to: view.redirect(to),
}


def test_handle_params_runs_after_mount_so_that_deep_links_work(live: LiveClient) -> None:
    page = live.open("/search/?tab=settings&q=tea")
    assert "settings|tea|1|settings" in page.response.content.decode()
    assert page.view._uri == "http://testserver/search/?tab=settings&q=tea"  # type: ignore[attr-defined]


def test_a_patch_changes_state_and_address_without_a_mount(live: LiveClient) -> None:
    page = live.open("/search/?q=tea")
    frame = page.patch("?tab=logs")[-1]
    assert frame[:3] == [UPDATE, 1, 1] and "logs||2|logs" in frame[3]
    assert len(frame) == 4  # the page knows its address already
    assert page.view.request.GET.dict() == {"tab": "logs"}
    assert page.view.request.get_full_path() == "/search/?tab=logs"


def test_ticks_and_events_see_the_present_address(live: LiveClient) -> None:
    page = live.open("/shelf/1/?a=1")
    page.patch("/shelf/2/?b=2#part")
    page.send("show")
    assert page.effects == [["push", "shown", {"path": "/shelf/2/", "query": {"b": ["2"]}}]]


def test_a_patch_may_change_the_path_within_the_view(live: LiveClient) -> None:
    page = live.open("/shelf/1/")
    page.patch("/shelf/2/")
    assert "shelf 2 /shelf/2/" in page.html and page.view.kwargs == {"number": 2}


@pytest.mark.parametrize("url", ["/counter/", "/shelf/3/", "/ordinary/", "/nowhere/", "/private/"])
def test_a_patch_that_leads_elsewhere_becomes_a_page_load(live: LiveClient, url: str) -> None:
    page = live.open("/shelf/1/")
    page.patch(url)
    assert page.effects == [["navigate", url, "replace"]]
    assert "shelf 1 /shelf/1/" in page.html and page.view.kwargs == {"number": 1}


@pytest.mark.parametrize("url", [*FOREIGN, "", "?tab=logs", 7, None, ["/search/"]])
def test_a_patch_to_what_is_no_path_of_this_site_is_refused(live: LiveClient, url: Any) -> None:
    page = live.open("/search/")
    page.send("_patch", url=url)
    assert [error["code"] for error in page.errors] == ["bad-parameter"]
    assert page.view.calls == 1 and page.effects == []  # type: ignore[attr-defined]


def test_a_patch_below_another_prefix_leads_elsewhere(live: LiveClient) -> None:
    with override_settings(FORCE_SCRIPT_NAME="/site"):
        page = live.open("/search/")
        page.send("_patch", url="/site/search/?tab=logs")
        assert "logs" in page.html and page.effects == []
        page.send("_patch", url="/search/?tab=settings")
        assert page.effects == [["navigate", "/search/?tab=settings", "replace"]]


def test_a_failing_patch_leaves_the_address_and_the_state(live: LiveClient) -> None:
    page = live.open("/search/?tab=logs")
    frame = page.patch("?tab=fail")[-1]
    assert (frame[0], frame[3]["code"]) == (ERROR, "handler-failed")
    assert page.view.request.GET["tab"] == "logs" and page.view.calls == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("handler", ["go", "go_slowly"])
def test_push_patch_calls_handle_params_in_the_same_turn(live: LiveClient, handler: str) -> None:
    page = live.open("/search/")
    (frame,) = page.send(handler, to="?tab=logs")
    assert "logs||2|logs" in frame[3]
    assert frame[4] == [["url", "/search/?tab=logs", "push"]]


def test_only_the_last_push_patch_counts(live: LiveClient) -> None:
    page = live.open("/search/")
    page.send("go_twice")
    assert page.effects == [["url", "/search/?tab=settings&q=a+b&q=c", "push"]]
    assert page.view.calls == 2 and page.view.active_tab == "settings"  # type: ignore[attr-defined]


def test_handle_params_may_send_the_page_on(live: LiveClient) -> None:
    page = live.open("/search/")
    page.patch("?tab=old")
    assert page.effects == [["url", "/search/?tab=settings", "replace"]]
    assert page.view.active_tab == "settings" and page.view.calls == 3  # type: ignore[attr-defined]
    page.patch("?tab=round")
    assert page.errors[-1]["code"] == "handler-failed"
    assert page.view.active_tab == "settings" and page.view.calls == 3  # type: ignore[attr-defined]


def test_push_patch_to_another_view_fails(live: LiveClient) -> None:
    page = live.open("/search/")
    page.send("go", to="/counter/")
    assert page.errors[-1]["code"] == "handler-failed" and page.effects == []


@pytest.mark.parametrize("handler", LEAVE)
@pytest.mark.parametrize("url", FOREIGN)
def test_no_view_sends_its_visitor_to_a_foreign_address(
    live: LiveClient, handler: str, url: str
) -> None:
    page = live.open("/search/")
    page.send(handler, to=url)
    assert [error["code"] for error in page.errors] == ["handler-failed"]
    assert page.effects == []


@pytest.mark.parametrize("when", ["mount", "handle_params"])
@pytest.mark.parametrize("handler", LEAVE)
def test_no_first_request_is_answered_with_a_foreign_address(
    monkeypatch: pytest.MonkeyPatch, handler: str, when: str
) -> None:
    for url in ["/sent-on/?way=on", *FOREIGN]:
        monkeypatch.setattr(SentOnView, "mount", lambda view, request, **kwargs: None)
        monkeypatch.setattr(
            SentOnView, when, lambda view, *given, to=url, **kwargs: LEAVE[handler](view, to)
        )
        response = Client(raise_request_exception=False).get("/sent-on/?way=none")
        if url not in FOREIGN:
            assert (response.status_code, response["Location"][:9]) == (302, "/sent-on/")
            continue
        assert response.status_code == 500, url
        assert "Location" not in response.headers and "evil" not in response.content.decode()


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_no_way_in_leads_to_a_foreign_address(page: Load, settings: Any, way: str) -> None:
    settings.DJUST = {"FRAMES_PER_SECOND": 1000}
    entered = WAYS[way](await page("/search/"))
    assert (await entered.connect())[0] == CONNECTED
    for handler in LEAVE:
        for url in FOREIGN:
            frame = await entered.send(handler, {"to": url})
            assert (frame[0], frame[3]["code"]) == (ERROR, "handler-failed"), (handler, url)
            assert "evil" not in json.dumps(frame)
    for url in FOREIGN:
        frame = await entered.send("_patch", {"url": url})
        assert (frame[0], frame[3]["code"]) == (ERROR, "bad-parameter"), url
    (session,) = registry
    assert session.request.get_full_path() == "/search/"
    assert (await entered.send("leave", {"to": "/counter/"}))[4] == [
        ["navigate", "/counter/", "push"]
    ]


def test_where_a_view_may_send_its_visitor(live: LiveClient) -> None:
    page = live.open("/search/?tab=logs")
    page.send("leave", to="/counter/?a=1#x")
    page.send("leave", to="http://testserver/counter/")
    page.send("leave_for_good", to="/login/")
    with override_settings(DJUST={"REDIRECT_HOSTS": ["pay.example"]}):
        page.send("leave_for_good", to="https://pay.example/now")
        page.send("leave_for_good", to="javascript://pay.example/now")
    assert page.effects == [
        ["navigate", "/counter/?a=1#x", "push"],
        ["navigate", "/counter/", "push"],
        ["redirect", "/login/"],
        ["redirect", "https://pay.example/now"],
    ]
    assert len(page.errors) == 1


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("/sent-on/?way=navigate", "/counter/"),
        ("/sent-on/?way=redirect", "/ordinary/"),
        ("/sent-on/", "/sent-on/?way=patched"),
    ],
)
def test_a_first_request_is_answered_with_a_redirect(url: str, to: str) -> None:
    response = Client().get(url)
    assert (response.status_code, response["Location"]) == (302, to)


async def test_a_page_comes_back_at_its_address(page: Load) -> None:
    socket = await page("/shelf/1/")
    await socket.connect()
    await socket.send("_patch", {"url": "/shelf/2/?b=2"})
    await socket.disconnect()
    # What the client says of its address cannot move the page: that takes an event.
    answer = await socket.connect(url="/shelf/1/?a=1")
    assert answer[1]["resume"] == "resync" or answer[0] == CONNECTED
    (session,) = registry
    assert session.request.get_full_path() == "/shelf/2/?b=2"
    assert session.view.kwargs == {"number": 2}


async def test_a_forgotten_page_is_mounted_where_it_is_shown(page: Load) -> None:
    for url, path in [
        ("/shelf/2/?b=2", "/shelf/2/?b=2"),
        ("/shelf/3/", "/shelf/1/"),
        ("/counter/", "/shelf/1/"),
        ("//evil.example/shelf/2/", "/shelf/2/"),
        ("nonsense", "/shelf/1/"),
    ]:
        socket = await page("/shelf/1/")
        registry.clear()
        assert (await socket.connect(url=url))[0] == CONNECTED
        (session,) = registry
        assert session.request.get_full_path() == path
        assert f"shelf {path[7]}" in session.native.mount(session.view.get_context_data())
        await socket.disconnect()
        registry.clear()
