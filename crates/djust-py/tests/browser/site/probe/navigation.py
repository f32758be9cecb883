"""Views with bound controls and with state in the address."""

from __future__ import annotations

import time
from typing import Any

from djust import LiveView, NavigationMixin, event_handler, state

NAMES = ("toast", "tea", "tomato", "onion")


class BoundView(LiveView):
    template_name = "probe/bound.html"

    query = state(default="")
    later = state(default="")
    paused = state(default="")
    notes = state(default="")
    number = state(default=1)
    flag = state(default=False)
    tags: list[str] = state(default=[])
    size = state(default="s")
    colour = state(default="red")
    many: list[int] = state(default=[])
    seen = state(default="")
    slow = state(default=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.slow:
            time.sleep(0.3)
        if self.query:
            context["results"] = [name for name in NAMES if self.query in name]
        return context

    @event_handler
    def look(self, **kwargs: Any) -> None:
        self.seen = f"{self.query}|{self.later}|{self.paused}|{self.notes}"

    @event_handler
    def clear(self, **kwargs: Any) -> None:
        self.query = ""
        self.notes = "new"
        self.number = 42
        self.flag = True
        self.tags = ["b"]
        self.size = "l"
        self.colour = "blue"
        self.many = [2, 3]

    @event_handler
    def be_slow(self, **kwargs: Any) -> None:
        self.slow = True


class TabsView(NavigationMixin, LiveView):
    template_name = "probe/tabs.html"

    tab = state(default="one")
    page = state(default=0)
    calls = state(default=0)
    clicks = state(default=0)
    rows: list[int] = state(default=list(range(80)))

    def handle_params(self, params: Any, uri: str) -> None:
        if params.get("tab") == "fail":
            raise RuntimeError
        if params.get("tab") == "old":
            self.push_patch("?tab=new", replace=True)
        self.calls += 1
        self.tab = params.get("tab", "one")
        self.page = self.kwargs.get("page", 0)
        self.page_title = f"Tab {self.tab}"

    @event_handler
    def click(self, **kwargs: Any) -> None:
        self.clicks += 1

    @event_handler
    def go(self, to: str = "", **kwargs: Any) -> None:
        self.push_patch(to)

    @event_handler
    def leave(self, to: str = "", **kwargs: Any) -> None:
        self.push_navigate(to)

    @event_handler
    def effects(self, **kwargs: Any) -> None:
        self.clicks += 1
        self.push_event("chart", {"clicks": self.clicks})
        self.put_flash("success", "Saved")
        self.push_focus("#target")
        self.push_scroll("#row-79")


class FrameView(TabsView):
    """All links are outside the live root."""

    template_name = "probe/frame.html"
