"""Views with state in the address, bound controls and effects."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied

from djust import LiveView, NavigationMixin, computed, event_handler, state

from .views import Colour

TABS = ("overview", "settings", "logs")


class SearchView(NavigationMixin, LiveView):
    template = "<main dj-root>{{ active_tab }}|{{ query }}|{{ calls }}|{{ request.GET.tab }}</main>"
    active_tab = state(default="overview")
    query = state(default="")
    calls = state(default=0)

    def handle_params(self, params: Any, uri: str) -> None:
        self.calls += 1
        self._uri = uri
        if params.get("tab") == "fail":
            raise RuntimeError("no such tab")
        if params.get("tab") == "old":
            self.push_patch({"tab": "settings"}, replace=True)
        if params.get("tab") == "round":
            self.push_patch("?tab=round")
        if params.get("tab", "overview") in TABS:
            self.active_tab = params.get("tab", "overview")
        self.query = params.get("q", "")

    @event_handler
    def go(self, to: str = "", replace: bool = False, **kwargs: Any) -> None:
        self.push_patch(to, replace=replace)

    @event_handler
    def go_twice(self, **kwargs: Any) -> None:
        self.push_patch("?tab=logs")
        self.live_patch({"tab": "settings", "q": ["a b", "c"], "none": None})

    @event_handler
    async def go_slowly(self, **kwargs: Any) -> None:
        self.push_patch({"tab": "logs"})

    @event_handler
    def leave(self, to: str = "", **kwargs: Any) -> None:
        self.push_navigate(to)

    @event_handler
    def leave_for_good(self, to: str = "", **kwargs: Any) -> None:
        self.redirect(to)

    @event_handler
    def go_live(self, to: str = "", **kwargs: Any) -> None:
        self.live_patch({"tab": "logs"}, path=to)

    @event_handler
    def leave_live(self, to: str = "", **kwargs: Any) -> None:
        self.live_redirect(to, {"a": 1})


class ShelfView(LiveView):
    """Another path of the same view; the third shelf is closed to everybody."""

    template = "<main dj-root>shelf {{ number }} {{ request.path }}</main>"
    number = state(default=0)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs["number"] == 3:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    async def handle_params(self, params: Any, uri: str) -> None:
        self.number = self.kwargs["number"]

    @event_handler
    def show(self, **kwargs: Any) -> None:
        self.push_event("shown", {"path": self.request.path, "query": dict(self.request.GET)})


class BoundView(LiveView):
    """Attributes of all kinds; the template binds most of them."""

    template = """<form dj-root>
        <input dj-model="text"><input dj-model.lazy="number"><input dj-model.debounce-500="ratio">
        <input type="checkbox" dj-model="flag"><input dj-model="price"><input dj-model="day">
        <input dj-model="moment"><input dj-model="clock"><input dj-model="key"><input dj-model="colour">
        <select multiple dj-model="tags"></select><select multiple dj-model="numbers"></select>
        <select multiple dj-model="group"></select>
        <input dj-model="free"><input dj-model="until"><input dj-model="on_class">
        <input dj-model="_private"><input dj-model="request"><input dj-model="template_name">
        <input dj-model="__class__"><input dj-model="text.upper"><input dj-model="missing">
        <input dj-model="double"><input dj-model="save"><input dj-model="mapping">
        {% if flag %}<input dj-model="hidden_until">{% endif %}
        <div dj-update="ignore"><input dj-model="inside"></div>
        <output>{{ text }}|{{ results|join:"," }}</output></form>"""
    text = state(default="")
    number = state(default=1)
    ratio = state(default=0.5)
    flag = state(default=False)
    price = state(default=Decimal("1.00"))
    day = state(default=dt.date(2030, 1, 1))
    moment = state(default=dt.datetime(2030, 1, 1, tzinfo=dt.timezone.utc))
    clock = state(default=dt.time(12))
    key = state(default=uuid.UUID(int=1))
    colour: Any = state(default=Colour.RED)
    tags: Any = state(default=[])
    numbers: Any = state(default=[1])
    group: Any = state(default=("a",))
    free = state(default=None)
    until: "dt.date | None" = state(default=None)
    hidden_until = state(default="")
    inside = state(default="")
    mapping: Any = state(default={})
    unbound = state(default="")
    on_class = "plain"

    def mount(self, request: Any, **kwargs: Any) -> None:
        self._private = "secret"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.text:
            context["results"] = [name for name in ("tea", "toast") if self.text in name]
        return context

    @computed
    def double(self) -> int:
        return self.number * 2

    @event_handler
    def save(self, **kwargs: Any) -> None:
        self.text = self.text.upper()


class BoundLaterView(LiveView):
    template = "<main dj-root>{% if shown %}<input dj-model='text'>{% endif %}</main>"
    shown = state(default=False)
    text = state(default="tea")

    @event_handler
    def again(self, **kwargs: Any) -> None:
        pass


class EffectsView(LiveView):
    template = "<main dj-root>{{ count }}</main>"
    page_title = state(default="First")
    count = state(default=0)

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.put_flash("info", "Welcome")

    @event_handler
    def all_of_them(self, **kwargs: Any) -> None:
        self.count += 1
        self.page_title = f"Count {self.count}"
        self.push_event("chart", {"day": dt.date(2030, 1, 2), "price": Decimal("1.50")})
        self.put_flash("success", "Saved")
        self.push_focus("#name")
        self.push_scroll("#end")

    @event_handler
    def fail(self, **kwargs: Any) -> None:
        self.push_event("never")
        self.page_title = "never"
        raise RuntimeError

    @event_handler
    def fail_to_render(self, **kwargs: Any) -> None:
        self.push_event("never")
        self.count = -1

    @event_handler
    def unsendable(self, what: str = "", **kwargs: Any) -> None:
        self.push_event("never", {"object": object(), "large": 2**60, "nan": float("nan")}[what])

    def handle_tick(self) -> None:
        self.push_event("ticked", self.count)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.count < 0:
            raise RuntimeError
        return super().get_context_data(**kwargs)


class SentOnView(LiveView):
    """Answers the first request with another address."""

    template = "<main dj-root></main>"

    def mount(self, request: Any, **kwargs: Any) -> None:
        way = request.GET.get("way")
        if way == "navigate":
            self.push_navigate("/counter/")
        elif way == "redirect":
            self.redirect("/ordinary/")

    def handle_params(self, params: Any, uri: str) -> None:
        if "way" not in params:
            self.push_patch("?way=patched")
