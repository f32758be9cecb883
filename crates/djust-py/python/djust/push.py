"""Updates that come from outside a view: a task, a signal, a command, another page.

A push reaches the pages of this process directly and those of other processes through the channel layer, where one is
configured that leaves the process.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver

from . import layer
from .runtime.registry import registry

if TYPE_CHECKING:
    from .runtime.session import LiveSession
    from .view import LiveView

_SUFFIXES = ("LiveView", "View")


def push_to_view(view: str, values: dict[str, Any], /) -> None:
    """Set public attributes on every live page of a view, and render those pages again.

    ``view`` is the name of the class (``"DashboardView"``, or short ``"dashboard"``), its dotted path, or the name of its URL;
    a URL name means only the pages at that URL. Only attributes that exist and are public are set; others are refused by the
    page and logged.

    It may be called anywhere. In a coroutine it returns before other processes have been told: await
    :func:`apush_to_view` to know that they have. A channel layer that cannot be reached is an error in the log here, and an
    exception there.

    Raises:
        LookupError: no view has this name, or several have.
        StateError: a value cannot be sent to another process.
    """
    target = _find(view)
    _deliver(target, values)
    layer.send("push", target, values)


async def apush_to_view(view: str, values: dict[str, Any], /) -> None:
    """:func:`push_to_view` for coroutines: returns when other processes have been told."""
    target = _find(view)
    _deliver(target, values)
    await layer.asend("push", target, values)


@layer.receives("push")
def _deliver(target: str, values: dict[str, Any]) -> None:
    """Give the values to the pages of this process."""
    for session in registry:
        if target in _targets(session):
            _give(session, values)


def _give(session: LiveSession, values: dict[str, Any]) -> None:
    # Each page has a copy of its own: what one of them changes in place is not the others' business.
    own = copy.deepcopy(values)
    session.miss(own)
    connection = session.connection
    if connection is not None:
        connection.push(session.take_missed())


def _targets(session: LiveSession) -> tuple[str, ...]:
    path = _dotted_path(type(session.view))
    match = getattr(session.request, "resolver_match", None)
    if match is not None and match.view_name and match.url_name:
        return f"class {path}", f"url {match.view_name}"
    return (f"class {path}",)


def _find(name: str) -> str:
    """The target that a name means: a class by its path or name, a URL, a class by its short name."""
    # Loading the URLs loads the views.
    resolver = get_resolver()
    resolver.url_patterns  # noqa: B018
    paths = {_dotted_path(cls): cls for cls in _views()}
    if name in paths:
        return f"class {name}"
    for matches in (
        [path for path, cls in paths.items() if cls.__name__ == name],
        ["url"] if _is_url_name(resolver, name) else [],
        [path for path, cls in paths.items() if _short_name(cls) == name],
    ):
        if matches == ["url"]:
            return f"url {name}"
        if len(matches) > 1:
            raise LookupError(
                f"several views are called {name!r}: name one of {', '.join(sorted(matches))}"
            )
        if matches:
            return f"class {matches[0]}"
    raise LookupError(f"no live view has the name, dotted path or URL name {name!r}")


def _is_url_name(resolver: Any, name: str) -> bool:
    *namespaces, last = name.split(":")
    for namespace in namespaces:
        if namespace not in resolver.namespace_dict:
            return False
        resolver = resolver.namespace_dict[namespace][1]
    return any(isinstance(known, str) and known == last for known in resolver.reverse_dict)


def _views() -> Iterator[type[LiveView]]:
    from .view import LiveView

    waiting: list[type[LiveView]] = [LiveView]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            yield cls
            waiting.append(cls)


def _dotted_path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _short_name(cls: type) -> str:
    """``DashboardView`` as ``dashboard``, ``ProductListView`` as ``product_list``."""
    name = cls.__name__
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            name = name[: -len(suffix)]
            break
    words: list[str] = []
    for character in name:
        if character.isupper() and words and not words[-1].isupper():
            words.append("_")
        words.append(character)
    return "".join(words).lower()
