"""What a checkpoint gives back."""

import collections
import dataclasses
from typing import Any

from djust.runtime.rollback import Checkpoint
from live_site.models import Author, Book


@dataclasses.dataclass
class Item:
    tags: list[str]


class Holder:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def test_bindings_come_back() -> None:
    view = Holder(a=1, b=2)
    checkpoint = Checkpoint(view)
    view.a = 10
    del view.b
    view.c = 3
    checkpoint.restore()
    assert vars(view) == {"a": 1, "b": 2}


def test_contents_come_back_at_any_depth() -> None:
    view = Holder(
        rows=[{"n": 1, "tags": ["x"]}, {"n": 2, "tags": []}],
        plain=[{"n": 1}, {"n": 2}],
        mapping={"a": {"b": [1]}},
        numbers={1, 2},
        queue=collections.deque([1]),
        pair=([1], {"x": [2]}),
        counter=collections.Counter("ab"),
        item=Item(["t"]),
    )
    checkpoint = Checkpoint(view)
    view.rows[0]["n"] = 9
    view.rows[1]["tags"].append("y")
    view.rows.reverse()
    view.plain[0]["n"] = 9
    del view.plain[1]["n"]
    view.plain.clear()
    view.mapping["a"]["b"].append(2)
    view.numbers.add(3)
    view.queue.append(2)
    view.pair[0].append(2)
    view.pair[1]["x"].clear()
    view.counter["c"] = 5
    view.item.tags.append("u")
    view.item.tags = []
    checkpoint.restore()
    assert view.rows == [{"n": 1, "tags": ["x"]}, {"n": 2, "tags": []}]
    assert view.plain == [{"n": 1}, {"n": 2}]
    assert view.mapping == {"a": {"b": [1]}}
    assert view.numbers == {1, 2}
    assert view.queue == collections.deque([1])
    assert view.pair == ([1], {"x": [2]})
    assert view.counter == collections.Counter("ab")
    assert view.item == Item(["t"])


def test_identity_and_sharing_come_back() -> None:
    row = {"n": 1}
    view = Holder(rows=[row], selected=row)
    rows = view.rows
    checkpoint = Checkpoint(view)
    view.rows = [{"n": 2}]
    view.selected = None
    row["n"] = 3
    checkpoint.restore()
    assert view.rows is rows
    assert view.selected is view.rows[0] is row
    assert row == {"n": 1}


def test_values_that_contain_themselves() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    rows: list[dict[str, Any]] = [{}]
    rows[0]["rows"] = rows
    view = Holder(loop=loop, rows=rows)
    checkpoint = Checkpoint(view)
    loop.append(2)
    rows[0]["n"] = 1
    checkpoint.restore()
    assert len(loop) == 2 and loop[1] is loop
    assert list(rows[0]) == ["rows"]


def test_model_instances_come_back() -> None:
    book = Book(title="A", extra={"n": [1]}, author=Author(pk=1, name="Ann"))
    view = Holder(book=book)
    checkpoint = Checkpoint(view)
    book.title = "B"
    book.extra["n"].append(2)
    book.author = Author(pk=2)
    book._state.adding = False
    checkpoint.restore()
    assert view.book is book
    assert (book.title, book.extra, book.author_id) == ("A", {"n": [1]}, 1)
    assert book.author.name == "Ann"
    assert book._state.adding is True


def test_containers_that_contain_themselves_and_each_other() -> None:
    small: dict[str, Any] = {"n": 1}
    large: dict[Any, Any] = dict.fromkeys(range(40))
    items: list[Any] = [small, large]
    small["self"], small["items"], large["self"] = small, items, large
    items += [items, (items, small), {"leaf": 1}]
    shared = {"leaf": 2}
    view = Holder(items=items, again=[shared, shared, large, small], tuple=(shared,))
    checkpoint = Checkpoint(view)
    small["n"], shared["leaf"], large[3] = 2, 3, 4
    del small["self"], large["self"]
    items.clear()
    view.again.reverse()
    checkpoint.restore()
    assert list(small) == ["n", "self", "items"] and small["n"] == 1
    assert small["self"] is small and small["items"] is items and large["self"] is large
    assert items[0] is small and items[1] is large and items[2] is items
    assert items[3] == (items, small) and items[4] == {"leaf": 1} and len(items) == 5
    assert large[3] is None and list(large)[-1] == "self"
    first, second, *others = view.again
    assert first is second is shared is view.tuple[0] and shared == {"leaf": 2}
    assert others[0] is large and others[1] is small


def test_what_is_shared_by_many_is_remembered_once() -> None:
    tags = [{"name": str(number)} for number in range(1000)]
    rows = [{"id": number, "tags": tags} for number in range(1000)]
    checkpoint = Checkpoint(Holder(rows=rows))
    # Two lists, the rows, and the tags.
    assert len(checkpoint._contents) == 2002
    rows[500]["tags"] = []
    tags[0]["name"] = "changed"
    checkpoint.restore()
    assert rows[500]["tags"] is tags and tags[0] == {"name": "0"}
