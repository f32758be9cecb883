"""From the name and the parameters of an event to a call."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from djust import LiveView, event_handler, state
from djust.decorators import permission_required
from djust.events import find_handler, form_data, handlers_of
from djust.exceptions import BadParameter, DecoratorError, MissingParameter, UnknownHandler

if TYPE_CHECKING:
    from uuid import UUID


class Base(LiveView):
    template = "<main dj-root></main>"

    @event_handler
    def inherited(self, **kwargs: Any) -> None: ...

    @event_handler
    def overridden(self, **kwargs: Any) -> None: ...


class View(Base):
    items = state(default=[])

    @event_handler
    def bare(self, amount: int = 1, **kwargs: Any) -> None: ...

    @event_handler()
    def called(self, price: Decimal, tags: list[str] = (), name: str = "") -> None: ...  # type: ignore[assignment]

    @event_handler
    def unresolved(self, key: UUID | None = None) -> None: ...

    @event_handler
    def positional(self, first: int, /, second: int = 2, *rest: Any, third: int = 3) -> None: ...

    @event_handler
    async def waiting(self, **kwargs: Any) -> None: ...

    def overridden(self, **kwargs: Any) -> None: ...

    def plain(self, **kwargs: Any) -> None: ...


def arguments(name: str, parameters: Any = None, fields: Any = None) -> tuple[list[Any], Any]:
    return find_handler(View(), name).arguments(parameters or {}, fields)


def test_only_decorated_methods_are_handlers() -> None:
    assert set(handlers_of(View)) == {
        "bare",
        "called",
        "unresolved",
        "positional",
        "waiting",
        "inherited",
    }


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "overridden",
        "items",
        "mount",
        "dispatch",
        "get",
        "as_view",
        "handle_tick",
        "request",
        "template",
        "_djust_names",
        "__class__",
        "__init__",
        "__init__.__globals__",
        "bare.__call__",
        "no_such",
        "",
    ],
)
def test_everything_else_gets_the_same_answer(name: str) -> None:
    with pytest.raises(UnknownHandler) as refusal:
        find_handler(View(), name)
    assert str(refusal.value) == "This page has no such action."


def test_parameters_are_read_by_annotation() -> None:
    assert arguments("bare", {"amount": "5", "_targetElement": "b"}) == (
        [],
        {"amount": 5, "_targetElement": "b"},
    )


def test_annotations_may_be_text() -> None:
    # This module has `from __future__ import annotations`.
    assert arguments("called", {"price": "1.5"}) == ([], {"price": Decimal("1.5")})


def test_handler_without_kwargs_gets_only_what_it_names() -> None:
    sent = {"price": 1, "name": "n", "_targetElement": "b", "other": 1, "self": 2}
    assert arguments("called", sent) == ([], {"price": Decimal(1), "name": "n"})


def test_receiver_cannot_be_sent() -> None:
    assert arguments("bare", {"self": "x"}) == ([], {})


def test_positional_only_and_extra_positional() -> None:
    assert arguments("positional", {"first": "1", "third": "9", "rest": "x"}) == ([1], {"third": 9})


def test_missing_parameter_is_named() -> None:
    with pytest.raises(MissingParameter, match="^parameter 'price' is missing$"):
        arguments("called", {})
    with pytest.raises(MissingParameter, match="'first'"):
        arguments("positional", {})


def test_bad_parameter_is_named() -> None:
    with pytest.raises(
        BadParameter, match="^parameter 'price': expected a decimal number, got 'x'$"
    ):
        arguments("called", {"price": "x"})


def test_field_gives_its_last_value_or_all_for_a_list() -> None:
    fields = [("tags", "a"), ("name", "n"), ("tags", "b"), ("name", "m"), ("price", "2")]
    assert arguments("called", {}, fields) == (
        [],
        {"price": Decimal(2), "tags": ["a", "b"], "name": "m"},
    )


def test_fields_win_over_parameters_and_leave_the_token_out() -> None:
    fields = [("amount", "3"), ("csrfmiddlewaretoken", "t"), ("other", "o")]
    assert arguments("bare", {"amount": 1}, fields) == ([], {"amount": 3, "other": "o"})


def test_form_data_is_a_sealed_querydict() -> None:
    data = form_data([("a", "1"), ("a", "2"), ("b", "")])
    assert data.getlist("a") == ["1", "2"]
    assert data["b"] == ""
    with pytest.raises(AttributeError):
        data["c"] = "3"
    assert not form_data(None)


def test_annotation_without_meaning_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Other(View):
        pass

    with caplog.at_level(logging.WARNING, "djust"):
        handlers_of(Other)
    assert "UUID" in caplog.text and "unresolved" in caplog.text
    assert find_handler(Other(), "unresolved").arguments({"key": "x"}, None) == ([], {"key": "x"})


def test_async_handlers_are_known() -> None:
    assert find_handler(View(), "waiting").is_async
    assert not find_handler(View(), "bare").is_async


def test_decorators_in_any_order() -> None:
    class Ordered(LiveView):
        @event_handler
        @permission_required("a.x")
        def one(self, **kwargs: Any) -> None: ...

        @permission_required(["a.x", "a.y"])
        @permission_required("a.z")
        @event_handler()
        def two(self, **kwargs: Any) -> None: ...

    handlers = handlers_of(Ordered)
    assert handlers["one"].permissions == ("a.x",)
    assert handlers["two"].permissions == ("a.z", "a.x", "a.y")


def test_misuse_of_decorators_is_said() -> None:
    with pytest.raises(DecoratorError, match="underscore"):

        @event_handler
        def _private() -> None: ...

    with pytest.raises(DecoratorError, match="directly above its def"):
        event_handler(5)  # type: ignore[call-overload]
    with pytest.raises(DecoratorError, match="needs a permission"):
        permission_required(lambda: None)  # type: ignore[arg-type]
