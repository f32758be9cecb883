"""Views whose handlers have decorators that act in the browser."""

import time
from typing import Any

from django.http import HttpRequest

from djust import LiveView, event_handler, state
from djust.decorators import (
    cache,
    client_state,
    debounce,
    optimistic,
    rate_limit,
    throttle,
)

CITIES = ["Bergen", "Berlin", "Bern", "Paris", "Parma", "Rome"]


class PaceView(LiveView):
    """Handlers that are called later, or less often, than the user acts."""

    template_name = "probe/pace.html"

    query = state(default="")
    log: list[str] = state(default=[])
    position = state(default=0)
    hurried = state(default=0)

    @event_handler
    @debounce(wait=0.4)
    def search(self, value: str = "", **kwargs: object) -> None:
        self.query = value
        self.log.append(f"search {value}")

    @event_handler
    def go(self, **kwargs: object) -> None:
        self.log.append("go")

    @event_handler
    def save(self, query: str = "", **kwargs: object) -> None:
        self.log.append(f"save {query}")

    @throttle(interval=0.3)
    @event_handler
    def move(self, value: int = 0, **kwargs: object) -> None:
        self.position = value
        self.log.append(f"move {value}")

    @event_handler
    @rate_limit(rate=5, burst=3)
    def hurry(self, **kwargs: object) -> None:
        self.hurried += 1


class PostsView(LiveView):
    """Likes, which some posts refuse."""

    template_name = "probe/posts.html"

    posts: list[dict[str, Any]] = state(default=[])
    ticks = state(default=0)
    done = state(default=False)

    def mount(self, request: HttpRequest, **kwargs: object) -> None:
        self.posts = [{"id": n, "likes": 999 + n, "liked": False} for n in range(3)]

    @event_handler
    @optimistic
    def like_post(self, post_id: int = 0, **kwargs: object) -> None:
        if post_id == 2:
            raise RuntimeError("this post cannot be liked")
        post = self.posts[post_id]
        post["liked"] = not post["liked"]
        post["likes"] += 1 if post["liked"] else -1

    @event_handler
    @optimistic
    def remove(self, post_id: int = 0, **kwargs: object) -> None:
        self.posts = [post for post in self.posts if post["id"] != post_id]

    @event_handler
    @optimistic
    def toggle(self, **kwargs: object) -> None:
        self.done = not self.done

    @event_handler
    @optimistic
    def check(self, **kwargs: object) -> None:
        raise RuntimeError("this box cannot be checked")

    @event_handler
    def tick(self, **kwargs: object) -> None:
        self.ticks += 1


class CitiesView(LiveView):
    """A lookup beside other state, some of which its result shows too."""

    template_name = "probe/cities.html"

    suggestions: list[str] = state(default=[])
    chosen: list[str] = state(default=[])
    count = state(default=0)
    seen = state(default="")

    @event_handler
    @cache(ttl=2, key_params=["query"])
    def autocomplete(self, query: str = "", **kwargs: object) -> None:
        self.suggestions = [city for city in CITIES if city.lower().startswith(query)]

    @event_handler
    def increment(self, **kwargs: object) -> None:
        self.count += 1

    @event_handler
    def choose(self, city: str = "", **kwargs: object) -> None:
        self.chosen = sorted({*self.chosen, city})

    @event_handler
    def tell(self, **kwargs: object) -> None:
        self.seen = ",".join(self.suggestions)


class SharedView(LiveView):
    """Controls that share a value."""

    template_name = "probe/shared.html"

    total = state(default="")
    level = state(default=3)

    @event_handler
    @client_state(keys=["level"])
    def set_level(self, level: int = 0, **kwargs: object) -> None:
        if level > 8:
            raise RuntimeError("too high")
        self.level = level

    @event_handler
    @client_state(keys=["level"])
    def report(self, level: int = 0, **kwargs: object) -> None:
        self.total = f"level {level}"


class WaitingView(LiveView):
    """Handlers that take their time."""

    template_name = "probe/waiting.html"

    saves = state(default=0)
    text = state(default="")

    @event_handler
    def save(self, **kwargs: object) -> None:
        time.sleep(0.3)
        self.saves += 1

    @event_handler
    def fail(self, **kwargs: object) -> None:
        time.sleep(0.3)
        raise RuntimeError("no")

    @event_handler
    def typed(self, value: str = "", **kwargs: object) -> None:
        self.text = value

    @event_handler
    def submit(self, **kwargs: object) -> None:
        time.sleep(0.3)
        self.saves += 1
