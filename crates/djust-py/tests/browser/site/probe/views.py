"""Views that a demo does not need but a test does."""

import time
from random import Random
from typing import Any

from django.http import HttpRequest

from djust import LiveView, event_handler, state

WORDS = [
    "one",
    "two",
    "three",
    "four",
    "<five>",
    "six&amp;",
    "seven",
    '"eight"',
    "nine'",
    "",
    "ten",
]


class StepsView(LiveView):
    """A page with a bit of everything, changed at random but repeatably."""

    template_name = "probe/steps.html"

    keyed: list[dict[str, Any]] = state(default=[])
    plain: list[str] = state(default=[])
    flags: dict[str, bool] = state(default={})
    number = state(default=0)
    steps = state(default=0)

    def mount(self, request: HttpRequest, **kwargs: object) -> None:
        self._seed = request.GET.get("seed", "")
        self.flags = dict.fromkeys("abcdefgh", False)

    @event_handler
    def step(self, **kwargs: object) -> None:
        self.steps += 1
        random = Random(f"{self._seed} {self.steps}")
        for _ in range(random.choice([1, 1, 1, 2, 5])):
            random.choice(
                [
                    self._insert,
                    self._remove,
                    self._move,
                    self._shuffle,
                    self._relabel,
                    self._flip,
                    self._words,
                ]
            )(random)
        if random.random() < 0.02:
            self.keyed, self.plain = [], []

    def _insert(self, random: Random) -> None:
        for _ in range(random.choice([1, 1, 2, 7])):
            self.number += 1
            row = {
                "id": self.number,
                "label": random.choice(WORDS),
                "tail": "",
                "open": False,
                "children": [],
            }
            self.keyed.insert(random.randint(0, len(self.keyed)), row)

    def _remove(self, random: Random) -> None:
        for _ in range(random.choice([1, 1, 3])):
            if self.keyed:
                del self.keyed[random.randrange(len(self.keyed))]

    def _move(self, random: Random) -> None:
        if self.keyed:
            row = self.keyed.pop(random.randrange(len(self.keyed)))
            self.keyed.insert(random.randint(0, len(self.keyed)), row)

    def _shuffle(self, random: Random) -> None:
        random.choice([random.shuffle, list.reverse])(self.keyed)

    def _relabel(self, random: Random) -> None:
        for row in self.keyed:
            if random.random() < 0.3:
                row["label"] = random.choice(WORDS)
                row["tail"] = random.choice(["", "", "tail", " "])
                row["open"] = random.random() < 0.5
                row["children"] = random.sample(WORDS, random.randint(0, 3))

    def _flip(self, random: Random) -> None:
        flag = random.choice(list(self.flags))
        self.flags[flag] = not self.flags[flag]

    def _words(self, random: Random) -> None:
        self.plain = [random.choice(WORDS) for _ in range(random.randint(0, 6))]


class TypingView(LiveView):
    """A field whose page changes around it, by itself and with each key."""

    template_name = "probe/typing.html"
    tick_interval = 100

    text = state(default="")
    ticks = state(default=0)
    running = state(default=False)
    items: list[int] = state(default=[])

    def handle_tick(self) -> None:
        if self.running:
            self.ticks += 1
            self.items = [*self.items, self.ticks][-5:]

    @event_handler
    def start(self, **kwargs: object) -> None:
        self.running = True

    @event_handler
    def stop(self, **kwargs: object) -> None:
        self.running = False

    @event_handler
    def typed(self, value: str = "", **kwargs: object) -> None:
        self.text = value

    @event_handler
    def replace(self, **kwargs: object) -> None:
        self.text = "from the server"


class FaultsView(LiveView):
    """Handlers that fail, each in a way of its own."""

    template_name = "probe/faults.html"

    count = state(default=0)
    items: list[int] = state(default=[])
    poison = state(default=False)

    @event_handler
    def increment(self, **kwargs: object) -> None:
        self.count += 1
        self.items.append(self.count)

    @event_handler
    def increment_slowly(self, **kwargs: object) -> None:
        time.sleep(1)
        self.increment()

    @event_handler
    def fail(self, **kwargs: object) -> None:
        self.count += 100
        self.items.append(100)
        raise RuntimeError("a secret that must stay on the server")

    @event_handler
    def fail_to_render(self, **kwargs: object) -> None:
        self.count += 100
        self.poison = True

    @event_handler
    def wants_a_number(self, amount: int, **kwargs: object) -> None:
        self.count += amount

    def not_a_handler(self, **kwargs: object) -> None:
        self.count += 1000

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.poison:
            raise RuntimeError("a secret of the render")
        return super().get_context_data(**kwargs)


class NoteView(LiveView):
    """A field beside markup that may be anything."""

    template_name = "probe/note.html"

    count = state(default=0)
    note = state(default="<b>one</b>")

    @event_handler
    def spoil(self, **kwargs: object) -> None:
        self.count += 1
        self.note = f"<p>never<p>closed {self.count}"
