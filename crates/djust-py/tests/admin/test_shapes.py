"""Pages of Django's admin as live pages: nearly every place of their templates is compared by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from own_process import output_of

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What ``shapes.py`` found."""
    return json.loads(output_of(HERE / "shapes.py"))


def test_pages_are_kept_as_shapes(found: dict[str, Any]) -> None:
    trees = {name: page["refusals"] for name, page in found.items() if not page["is_shaped"]}
    assert not trees


def shares(found: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """For each template the places that are typed, opaque and, where the page is a tree, escalated."""
    counts = {}
    for page in found.values():
        # Pages of one template share what was found; the last of them has it all.
        typed, opaque = page["typed"], page["opaque"]
        shaped = (typed, opaque, 0)
        counts[page["template"]] = shaped if page["is_shaped"] else (0, 0, typed + opaque)
    return counts


def share(counts: list[tuple[int, int, int]]) -> float:
    typed, opaque, escalated = (sum(kind) for kind in zip(*counts, strict=True))
    return typed / (typed + opaque + escalated)


#: Has branches that open an element or close it, and values in names of tags: those are compared together.
APART = "admin/change_form.html"


def test_most_places_are_compared_by_themselves(found: dict[str, Any]) -> None:
    counts = shares(found)
    assert sum(typed for typed, _, _ in counts.values()) > 1000
    assert share(list(counts.values())) >= 0.99
    assert share([count for name, count in counts.items() if name != APART]) >= 0.99
    assert share([counts[APART]]) >= 0.90


@pytest.mark.parametrize("name", ["index", "list", "list that can be edited", "delete", "login"])
def test_nothing_is_opaque(found: dict[str, Any], name: str) -> None:
    assert found[name]["opaque"] == 0
