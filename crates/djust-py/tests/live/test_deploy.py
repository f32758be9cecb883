"""Pages that are open while a new version of their view is deployed."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import clear_url_caches, path
from test_resume import _written

from djust import LiveView, computed, event_handler, state
from djust.runtime.registry import registry
from djust.runtime.versions import outline
from live_site import urls
from live_site.sockets import CLOSE, CONNECTED, ERROR, RENUMBERED, UPDATE, Socket

Load = Callable[..., Any]
Deploy = Callable[[type[LiveView]], None]

SHOWN = "<main dj-root>{{ count }} {{ note }}</main>"


@pytest.fixture(autouse=True)
def _stored(settings: Any) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploy]:
    """Let a process with this version of the view take the place of the present one."""
    others = urls.urlpatterns

    def deploy(version: type[LiveView]) -> None:
        registry.clear()
        served = path("deployed/", version.as_view(), name="deployed")
        monkeypatch.setattr(urls, "urlpatterns", [served, *others])
        clear_url_caches()

    yield deploy
    monkeypatch.undo()
    clear_url_caches()


def version(name: str = "DeployedView", **attributes: Any) -> type[LiveView]:
    """A class of the same name as all other versions; a value on it is part of the class."""
    body = {"__module__": __name__, "__annotations__": {}, **attributes}
    return type(name, (LiveView,), body)


@event_handler
def add(self: Any, **kwargs: Any) -> None:
    self.count += 1


@event_handler
def write(self: Any, value: Any = "", **kwargs: Any) -> None:
    self.note = value


def before(**attributes: Any) -> type[LiveView]:
    known = {"template": SHOWN, "count": state(default=0), "note": state(default=""), "add": add}
    return version(**{**known, "write": write, **attributes})


async def left(page: Load, deploy: Deploy, old: type[LiveView], note: Any = "kept") -> Socket:
    """A page of the old version on which something was done."""
    deploy(old)
    socket: Socket = await page("/deployed/")
    await socket.connect()
    assert (await socket.send("add"))[0] == UPDATE
    assert (await socket.send("write", {"value": note}))[0] == UPDATE
    await _written()
    await socket.disconnect()
    return socket


async def resynchronised(socket: Socket, shown: str) -> list[Any]:
    """Come back; what the server changes in what the page shows."""
    answer = await socket.connect()
    assert (answer[0], answer[1]["resume"], answer[1]["last"]) == (CONNECTED, "resync", 2)
    await socket.raw(json.dumps([4, answer[1]["seq"], f"<main dj-root>{shown}</main>"]))
    frame = await socket.next()
    assert frame[0] == RENUMBERED
    return frame


def view() -> Any:
    (session,) = registry
    return session.view


async def test_a_page_of_the_same_version_is_not_mounted_again(page: Load, deploy: Deploy) -> None:
    mounts = []

    def mount(self: Any, request: Any, **kwargs: Any) -> None:
        mounts.append(1)

    socket = await left(page, deploy, before(mount=mount))
    deploy(before(mount=mount))
    await resynchronised(socket, "1 kept")
    assert (view().count, view().note, len(mounts)) == (1, "kept", 1)


async def test_added_state_has_its_default(page: Load, deploy: Deploy) -> None:
    socket = await left(page, deploy, before())
    new = {"added": state(default=["new"]), "template": SHOWN.replace("{{ n", "{{ added.0 }} {{ n")}
    deploy(before(**new))
    assert "new kept" in json.dumps(await resynchronised(socket, "1 kept"))
    assert (view().count, view().added) == (1, ["new"])
    assert "2 new" in json.dumps(await socket.send("add"))


async def test_what_the_new_mount_makes_is_there(page: Load, deploy: Deploy) -> None:
    def mount(self: Any, request: Any, **kwargs: Any) -> None:
        self._step = 5
        self.count = 100
        self.plain = "made"

    @event_handler
    def step(self: Any, **kwargs: Any) -> None:
        self.count += self._step

    socket = await left(page, deploy, before())
    deploy(before(mount=mount, add=step, template=SHOWN.replace("{{ n", "{{ plain }} {{ n")))
    assert "made" in json.dumps(await resynchronised(socket, "1 kept"))
    assert (await socket.send("add"))[0] == UPDATE
    assert (view().count, view().plain) == (6, "made")


async def test_removed_state_is_left_out(
    page: Load, deploy: Deploy, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await left(page, deploy, before())
    only = version(template="<main dj-root>{{ count }}{{ note }}</main>", count=state(0), add=add)
    deploy(only)
    await resynchronised(socket, "1 kept")
    assert view().count == 1 and "note" not in vars(view())
    assert "note is gone" in caplog.text
    assert (await socket.send("add"))[0] == UPDATE
    # What is stored from now on is of the new version.
    await _written()
    await socket.disconnect()
    registry.clear()
    caplog.clear()
    await socket.connect()
    assert view().count == 2 and caplog.text == ""


async def test_declared_state_that_mount_now_makes_keeps_its_value(
    page: Load, deploy: Deploy
) -> None:
    def mount(self: Any, request: Any, **kwargs: Any) -> None:
        self.note = ""

    socket = await left(page, deploy, before())
    deploy(version(template=SHOWN, count=state(0), add=add, mount=mount))
    await resynchronised(socket, "1 kept")
    assert view().note == "kept"


@pytest.mark.parametrize("kind", ["computed", "method", "handler"])
async def test_a_name_that_is_no_state_any_more_is_not_hidden(
    page: Load, deploy: Deploy, kind: str
) -> None:
    def note(self: Any, **kwargs: Any) -> str:
        return f"made of {self.count}"

    wrapped: Any = {"computed": computed, "method": lambda it: it, "handler": event_handler}[kind]

    @event_handler
    def add_and_use(self: Any, **kwargs: Any) -> None:
        self.count += 1
        self.used = self.note if kind == "computed" else self.note()

    socket = await left(page, deploy, before())
    deploy(
        version(template=SHOWN, count=state(0), used=state(""), note=wrapped(note), add=add_and_use)
    )
    await resynchronised(socket, "1 kept")
    assert (await socket.send("add"))[0] == UPDATE
    assert view().used == "made of 2"


RETYPED = [
    # What was left, the new default, the new annotation, what the page begins with.
    ("7", 0, None, 7),
    ("seven", 3, None, 3),
    (7, "", None, "7"),
    ([1, 2], 3, None, 3),
    ({"a": 1}, [], None, []),
    ("2030-01-02", None, "dt.date | None", dt.date(2030, 1, 2)),
    ("7", None, "int | None", 7),
    ("seven", None, "int | None", None),
    ("text", {}, None, {}),
    ("1.5", 0.5, None, 1.5),
    ("x", ["y"], "list[str]", ["x"]),
]


@pytest.mark.parametrize(("old", "default", "annotation", "expected"), RETYPED)
async def test_retyped_state_takes_its_new_type_or_its_default(
    page: Load,
    deploy: Deploy,
    caplog: pytest.LogCaptureFixture,
    old: Any,
    default: Any,
    annotation: str | None,
    expected: Any,
) -> None:
    first = before(note=state(default=old), template=SHOWN)
    socket = await left(page, deploy, first, note=old)
    annotations = {"note": annotation} if annotation else {}
    deploy(before(note=state(default=default), __annotations__=annotations))
    await resynchronised(socket, "1 x")
    assert (type(view().note), view().note) == (type(expected), expected)
    assert view().count == 1
    if expected == default:
        assert "DeployedView: note has another type now" in caplog.text
        assert "seven" not in caplog.text
    assert (await socket.send("add"))[0] == UPDATE


async def test_state_of_the_declared_type_that_holds_something_else_is_kept(
    page: Load, deploy: Deploy
) -> None:
    """A value may be of another type than its default; only another declaration makes it doubtful."""
    socket = await left(page, deploy, before(), note=7)
    deploy(before(added=state(default=0)))
    await resynchronised(socket, "1 7")
    assert view().note == 7


async def test_a_state_that_cannot_be_shown_any_more_starts_anew_and_is_told(
    page: Load, deploy: Deploy, caplog: pytest.LogCaptureFixture
) -> None:
    old = before(note=state(default=[]))
    socket = await left(page, deploy, old, note=["text"])

    def total(self: Any) -> int:
        return sum(item["price"] for item in self.note)

    shown = "<main dj-root>{{ count }} {{ total }}</main>"
    deploy(before(note=state(default=[]), total=computed(total), template=shown))
    answer = await socket.connect()
    assert (answer[0], answer[1]["resume"], answer[1]["last"]) == (CONNECTED, "resync", 2)
    told = await socket.next()
    assert (told[0], told[3]["code"]) == (ERROR, "interrupted")
    assert (view().count, view().note) == (0, [])
    assert "its state is of another version" in caplog.text
    # Nothing that ran before the deployment is run again.
    await socket.raw(json.dumps([1, 2, socket.seq, "add", {}]))
    await socket.raw(json.dumps([4, socket.seq, "<main dj-root>1 x</main>"]))
    assert (await socket.next())[0] == RENUMBERED
    assert (await socket.send("add"))[0] == UPDATE
    assert view().count == 1


async def test_a_failure_of_the_same_version_is_not_taken_for_a_deployment(
    page: Load, deploy: Deploy
) -> None:
    fails: list[int] = []

    def get_context_data(self: Any, **kwargs: Any) -> dict[str, Any]:
        if fails:
            raise OSError("the database is away")
        return LiveView.get_context_data(self, **kwargs)

    same = before(get_context_data=get_context_data)
    socket = await left(page, deploy, same)
    deploy(same)
    fails.append(1)
    answer = await socket.connect()
    assert (answer[0], answer[1]["code"]) == (CLOSE, "internal")
    fails.clear()
    await resynchronised(socket, "1 kept")
    assert (view().count, view().note) == (1, "kept")


@pytest.mark.parametrize("handled", [True, False])
async def test_a_changed_template_is_shown(page: Load, deploy: Deploy, handled: bool) -> None:
    old = before()
    if handled:
        socket = await left(page, deploy, old)
        shown = "1 kept"
    else:
        deploy(old)
        socket = await page("/deployed/")
        shown = "0 "
    deploy(before(template="<main dj-root><b>{{ count }}</b> newly {{ note }}</main>"))
    answer = await socket.connect()
    assert answer[1]["resume"] == "resync"
    await socket.raw(json.dumps([4, answer[1]["seq"], f"<main dj-root>{shown}</main>"]))
    frame = await socket.next()
    assert frame[0] == RENUMBERED and "newly" in json.dumps(frame)
    assert "2" in json.dumps(await socket.send("add")) or not handled
    assert view().note == ("kept" if handled else "")


async def test_another_view_at_the_address_loads_the_page_again(page: Load, deploy: Deploy) -> None:
    socket = await left(page, deploy, before())
    deploy(version("MovedView", template=SHOWN, count=state(default=0)))
    answer = await socket.connect()
    assert answer[0] == CLOSE
    assert (answer[1]["code"], answer[1]["reload"]) == ("expired", True)
    assert "MovedView" not in json.dumps(answer)
    assert len(registry) == 0


def test_outlines_tell_versions_apart() -> None:
    def mount(self: Any, request: Any) -> None:
        self.one = [self.name for _ in ("nested",)]

    def other(self: Any, request: Any) -> None:
        self.two = [self.name for _ in ("nested",)]

    versions = [
        before(),
        before(note=state(default=0)),
        before(__annotations__={"note": "str"}),
        before(more=state()),
        before(mount=mount),
        before(mount=other),
        before(helper=classmethod(mount)),
        before(total=computed(mount)),
    ]
    outlines = [outline(each) for each in versions]
    assert len(set(outlines)) == len(outlines)
    assert outline(before()) == outlines[0] and outline(before(mount=mount)) == outlines[4]
