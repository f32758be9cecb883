from random import Random
from typing import TypedDict

from djust import LiveView, event_handler, state

ADJECTIVES = [
    "quiet",
    "bright",
    "plain",
    "brisk",
    "gentle",
    "clever",
    "sturdy",
    "tidy",
    "rare",
    "early",
]
COLOURS = ["red", "amber", "green", "teal", "blue", "violet", "brown", "grey", "white", "black"]
NOUNS = ["table", "chair", "house", "desk", "car", "pony", "cookie", "sandwich", "burger", "pizza"]
LARGEST = 20_000


class Row(TypedDict):
    id: int
    label: str


class TableView(LiveView):
    """A keyed table: each handler changes the list, djust finds the smallest change of the page."""

    template_name = "live/table.html"

    rows: list[Row] = state(default=[])
    selected = state(default=0)
    next_id = state(default=1)

    @event_handler
    def create(self, count: int = 1000, **kwargs: object) -> None:
        self.rows = self._new_rows(min(count, LARGEST))
        self.selected = 0

    @event_handler
    def append(self, count: int = 1000, **kwargs: object) -> None:
        self.rows += self._new_rows(min(count, LARGEST - len(self.rows)))

    @event_handler
    def prepend(self, **kwargs: object) -> None:
        self.rows[:0] = self._new_rows(1)

    @event_handler
    def update(self, **kwargs: object) -> None:
        for row in self.rows[::10]:
            row["label"] += " !"

    @event_handler
    def swap(self, **kwargs: object) -> None:
        if len(self.rows) > 2:
            self.rows[1], self.rows[-2] = self.rows[-2], self.rows[1]

    @event_handler
    def reverse(self, **kwargs: object) -> None:
        self.rows.reverse()

    @event_handler
    def select(self, row_id: int, **kwargs: object) -> None:
        self.selected = row_id

    @event_handler
    def remove(self, row_id: int, **kwargs: object) -> None:
        self.rows = [row for row in self.rows if row["id"] != row_id]

    @event_handler
    def clear(self, **kwargs: object) -> None:
        self.rows = []
        self.selected = 0

    def _new_rows(self, count: int) -> list[Row]:
        random = Random(self.next_id)
        words = (ADJECTIVES, COLOURS, NOUNS)
        first, self.next_id = self.next_id, self.next_id + count
        return [
            {"id": row_id, "label": " ".join(random.choice(word) for word in words)}
            for row_id in range(first, first + count)
        ]
