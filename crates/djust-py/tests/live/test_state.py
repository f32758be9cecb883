"""Declared state, computed values, public and private names."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from djust import LiveView, computed, event_handler, state


class View(LiveView):
    template_name = "x.html"
    tick_interval = 1000
    title = "title"

    items: list[Any] = state(default=[])
    nested: dict[str, Any] = state(default={"a": [1]})
    made: list[int] = state(default_factory=lambda: [7])
    nothing: Any = state()

    def mount(self, request: Any, **kwargs: Any) -> None:
        self._secret = "s"
        self.shown = "shown"

    @computed
    def size(self) -> int:
        return len(self.items)

    @property
    def ordinary(self) -> int:
        raise AssertionError("properties are not read")

    @event_handler
    def search(self, value: str = "", **kwargs: Any) -> None:
        self.items = [value]

    def helper(self) -> None: ...


def test_mutable_defaults_belong_to_one_instance() -> None:
    one, two = View(), View()
    one.items.append(1)
    one.nested["a"].append(2)
    one.made.append(8)
    assert (two.items, two.nested, two.made) == ([], {"a": [1]}, [7])
    assert one.items is one.items
    assert View.__dict__["items"].default == []


def test_state_without_default_is_none() -> None:
    assert View().nothing is None


def test_state_takes_one_kind_of_default() -> None:
    with pytest.raises(TypeError, match="not both"):
        state(default=[], default_factory=list)  # type: ignore[call-overload]


def test_context_has_public_names_only() -> None:
    view = View()
    view.setup(RequestFactory().get("/"), pk=1)
    view.mount(view.request)
    assert view.get_context_data(extra=5) == {
        "title": "title",
        "items": [],
        "nested": {"a": [1]},
        "made": [7],
        "nothing": None,
        "shown": "shown",
        "size": 0,
        "extra": 5,
    }


def test_direct_use_without_a_server() -> None:
    request = RequestFactory().get("/")
    view = View()
    view.mount(request)
    view.search(value="Django")
    assert view.request is request
    assert view.items == ["Django"]
    assert view.get_context_data()["size"] == 1


def test_subclass_may_replace_state_by_a_value() -> None:
    class Sub(View):
        items = ["fixed"]

    assert Sub().get_context_data()["items"] == ["fixed"]


@pytest.mark.parametrize(
    "name", ["request", "template_name", "kwargs", "mount", "form_data", "get"]
)
def test_names_of_the_framework_cannot_be_state(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        type("Broken", (LiveView,), {name: state(default=1)})


@pytest.mark.parametrize("name", ["get", "mount", "dispatch", "handle_tick"])
def test_names_of_the_framework_cannot_be_handlers(name: str) -> None:
    def handler(self: Any, **kwargs: Any) -> None: ...

    handler.__name__ = name
    with pytest.raises(ImproperlyConfigured, match=name):
        type("Broken", (LiveView,), {name: event_handler(handler)})


def test_handlers_with_names_of_methods_answer_no_requests() -> None:
    class Items(LiveView):
        @event_handler
        async def delete(self, **kwargs: Any) -> None:
            raise AssertionError("called by a request")

        @event_handler
        def post(self, **kwargs: Any) -> None:
            raise AssertionError("called by a request")

    view = Items.as_view()
    assert view(RequestFactory().delete("/")).status_code == 405
    assert view(RequestFactory().post("/")).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "_secret",
        "__class__",
        "request",
        "template_name",
        "size",
        "ordinary",
        "helper",
        "search",
        "mount",
        "unknown",
        "items.0",
        "nested.a",
        "form_data",
        "tick_interval",
    ],
)
def test_names_that_nothing_outside_may_set(name: str) -> None:
    view = View()
    view.mount(RequestFactory().get("/"))
    assert not view._djust_names.settable(view, name)


@pytest.mark.parametrize("name", ["items", "nothing", "title", "shown"])
def test_names_that_a_push_may_set(name: str) -> None:
    view = View()
    view.mount(RequestFactory().get("/"))
    assert view._djust_names.settable(view, name)
