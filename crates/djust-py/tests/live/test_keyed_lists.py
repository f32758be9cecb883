"""What a change of a list costs on the wire."""

import json
import random
from typing import Any

import pytest

from djust import _djust
from djust.template import engine_for

ROW = """<tr {{ key }}="{{ row.id }}"><td>{{ row.id }}</td><td>{{ row.name }}</td><td><input></td></tr>"""


def table(key: str) -> Any:
    source = "<table><tbody dj-root>{% for row in rows %}" + ROW.replace("{{ key }}", key)
    return engine_for(None).from_string(source + "{% endfor %}</tbody></table>").compiled


def rows(count: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"the name of number {number}"} for number in range(count)]


class Table:
    """A live table with its rows."""

    def __init__(self, key: str, count: int = 1000) -> None:
        self.session = _djust.Session(table(key))
        self.rows = rows(count)
        self.session.mount({"rows": self.rows})

    def update(self) -> list[Any]:
        text = self.session.update({"rows": self.rows})
        return json.loads(text) if text else []


@pytest.mark.parametrize("key", ["data-key", "id", "dj-key"])
def test_only_rows_that_changed_are_patched(key: str) -> None:
    live = Table(key)
    assert live.update() == []
    live.rows[500]["name"] = "new"
    assert len(json.dumps(live.update())) < 30
    live.rows[1], live.rows[-2] = live.rows[-2], live.rows[1]
    moved = live.update()
    assert [moved[at] for at in range(0, len(moved), 4)] == [6, 6]
    del live.rows[10:60]
    (kind, _, count) = live.update()
    assert (kind, count) == (5, 50)
    live.rows.insert(0, {"id": "first", "name": "x"})
    inserted = live.update()
    assert inserted[0] == 4 and len(inserted) == 5
    live.rows.reverse()
    (kind, _, _, ids) = live.update()
    # All but one move, and nothing is written anew.
    assert kind == 10 and len(ids) == len(live.rows) - 1


@pytest.mark.parametrize("key", ["data-key", "id", "class"])
@pytest.mark.parametrize("seed", range(5))
def test_keys_that_are_missing_doubled_or_mixed_are_patched_right(key: str, seed: int) -> None:
    choose = random.Random(seed)
    live = Table(key, 12)
    ids = ["", "a", "a", "b", "c", None, 7, '<&">']
    for _ in range(20):
        live.rows = [
            {"id": choose.choice(ids), "name": choose.choice("xyz")}
            for _ in range(choose.randrange(12))
        ]
        live.update()
        fresh = _djust.Session(table(key))
        fresh.mount({"rows": live.rows})
        assert live.session.fingerprint == fresh.fingerprint
        assert (live.session.count, live.session.checksum) == (fresh.count, fresh.checksum)
