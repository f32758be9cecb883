"""What a template says that it reads covers what it reads while it is rendered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.template import VariableDoesNotExist
from hypothesis import given, settings
from hypothesis import strategies as st

from djust.template import Engine

Path = tuple[Any, ...]


class Spy:
    """A value that has every attribute and three items, and notes what is asked of it."""

    def __init__(self, path: Path, seen: set[Path]) -> None:
        self._path = path
        self._seen = seen

    def __getattr__(self, name: str) -> Spy:
        if name.startswith("__") or name.isdigit():
            raise AttributeError(name)
        return self._lead_to(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return list(self)[key]
        if not isinstance(key, int):
            raise TypeError
        return self._lead_to(None)

    def __iter__(self) -> Iterator[Spy]:
        return (self._lead_to(None) for _ in range(3))

    def __len__(self) -> int:
        return 3

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        self._seen.add((*self._path, True))
        return "text"

    def __eq__(self, other: object) -> bool:
        self._seen.add((*self._path, True))
        return self is other

    def __lt__(self, other: object) -> bool:
        self._seen.add((*self._path, True))
        return False

    __hash__ = None  # type: ignore[assignment]

    def _lead_to(self, step: Any) -> Spy:
        path = (*self._path, step)
        self._seen.add(path)
        return Spy(path, self._seen)


names = st.sampled_from(["a", "b", "item", "other", "group"])
steps = st.sampled_from(
    ["", ".x", ".y.z", ".items_of", ".0", ".0.x", ".grouper", ".list", ".x.y.z"]
)
filters = st.sampled_from(
    [
        "",
        "|upper",
        "|first",
        "|slice:':2'",
        "|length",
        "|default:b.y",
        "|dictsort:'x.y'",
        "|add:a.x",
        "|join:b",
    ]
)
values = st.builds("{}{}{}".format, names, steps, filters)
leaves = st.one_of(
    st.builds("{{{{ {} }}}}".format, values),
    st.builds("{{% firstof {} {} %}}".format, values, values),
    st.builds("{{% cycle {} {} as item %}}".format, values, values),
    st.builds(
        "{{% regroup {} by {} as group %}}".format, values, st.sampled_from(["x", "x.y", "list"])
    ),
    st.builds("{{% include 'row.html' with item={} %}}".format, values),
    st.builds("{{% include 'row.html' with other={} only %}}".format, values),
    st.just("text"),
)


def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        st.builds(
            "{{% for {} in {} %}}{}{{% empty %}}{}{{% endfor %}}".format, names, values, body, body
        ),
        st.builds(
            "{{% if {} == {} or not {} %}}{}{{% else %}}{}{{% endif %}}".format,
            values,
            values,
            values,
            body,
            body,
        ),
        st.builds("{{% with {}={} %}}{}{{% endwith %}}".format, names, values, body),
        st.builds("{{% ifchanged {} %}}{}{{% endifchanged %}}".format, values, body),
        st.builds("{{% filter upper|cut:{} %}}{}{{% endfilter %}}".format, values, body),
        st.builds(
            "{{% spaceless %}}{{% autoescape off %}}{}{{% endautoescape %}}{{% endspaceless %}}".format,
            body,
        ),
    )


sources = st.lists(st.recursive(leaves, nest, max_leaves=8), min_size=1, max_size=4).map("".join)
ROW = "{{ item.y }}{% for other in other.x %}{{ other.z }}{{ a.y }}{% endfor %}"


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(sources, st.booleans())
def test_every_lookup_was_foretold(source: str, inherited: bool) -> None:
    templates = {"row.html": ROW, "base.html": "{{ a }}{% block main %}{{ b.y }}{% endblock %}"}
    if inherited:
        source = f"{{% extends 'base.html' %}}{{% block main %}}{source}{{{{ block.super }}}}{{% endblock %}}"
    engine = Engine(loaders=[("django.template.loaders.locmem.Loader", templates)])
    compiled = engine.from_string(source).compiled
    reads, complete = compiled.reads()
    if not complete:
        return
    seen: set[Path] = set()
    # What was looked up before an error was foretold as well.
    with contextlib.suppress(TypeError, ValueError, AttributeError, VariableDoesNotExist):
        compiled.render({name: Spy((name,), seen) for name in ("a", "b", "item")})
    for path in seen:
        if path[-1] is None:
            # An item that nothing is read of.
            continue
        use = reads
        for step in path:
            assert step in use, (source, path)
            use = use[step]
            if use is True or True in use:
                # Used as it is: anything in it may be read.
                break
