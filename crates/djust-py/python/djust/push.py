"""Updates that come from outside a view: a task, a signal, a command, another page.

A push reaches the pages of this process directly and those of other processes through the channel layer, where one is
configured that leaves the process.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core import signing
from django.urls import get_resolver

from .runtime.registry import registry
from .store import codec

if TYPE_CHECKING:
    from .runtime.session import LiveSession
    from .view import LiveView

MESSAGE_TYPE = "djust.push"

_SALT = "djust.push"
# Tells our own messages from those of other processes.
_PROCESS = uuid.uuid4().hex
_SUFFIXES = ("LiveView", "View")


def push_to_view(view: str, values: dict[str, Any], /) -> None:
    """Set public attributes on every live page of a view, and render those pages again.

    ``view`` is the name of the class (``"DashboardView"``, or short ``"dashboard"``), its dotted path, or the name of its URL;
    a URL name means only the pages at that URL. Only attributes that exist and are public are set; others are refused by the
    page and logged.

    It may be called anywhere. In a coroutine it returns before other processes have been told: await
    :func:`apush_to_view` to know that they have.

    Raises:
        LookupError: no view has this name, or several have.
        StateError: a value cannot be sent to another process.
    """
    message = _deliver(view, values)
    if message is None:
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        async_to_sync(_send)(*message)
    else:
        task = loop.create_task(_send(*message))
        _sending.add(task)
        task.add_done_callback(_sending.discard)


async def apush_to_view(view: str, values: dict[str, Any], /) -> None:
    """:func:`push_to_view` for coroutines: returns when other processes have been told."""
    message = _deliver(view, values)
    if message is not None:
        await _send(*message)


_sending: set[asyncio.Task[None]] = set()


def groups_of(session: LiveSession) -> list[str]:
    """The groups of the channel layer that a page listens to; none when pushes stay in this process."""
    if not _leaves_process():
        return []
    return [_group(target) for target in _targets(session)]


def receive_push(session: LiveSession, message: dict[str, Any]) -> None:
    """Take a push from the channel layer. What is not signed by this project is ignored."""
    if message.get("process") == _PROCESS:
        return
    try:
        values = codec.loads(signing.Signer(salt=_SALT).unsign(message["values"]))
    except signing.BadSignature:
        return
    _give(session, values)


def _deliver(name: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Tell the pages of this process; what to tell other processes, if there are any."""
    target = _find(name)
    for session in registry:
        if target in _targets(session):
            _give(session, values)
    if not _leaves_process():
        return None
    signed = signing.Signer(salt=_SALT).sign(codec.dumps(values))
    return _group(target), {"type": MESSAGE_TYPE, "process": _PROCESS, "values": signed}


def _give(session: LiveSession, values: dict[str, Any]) -> None:
    # Each page has a copy of its own: what one of them changes in place is not the others' business.
    own = copy.deepcopy(values)
    if session.connection is None:
        session.missed.update(own)
        own = {}
    # The socket may have come in between.
    connection = session.connection
    if connection is not None:
        connection.push({**session.take_missed(), **own})


async def _send(group: str, message: dict[str, Any]) -> None:
    await get_channel_layer().group_send(group, message)


def _leaves_process() -> bool:
    layer = get_channel_layer()
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


def _targets(session: LiveSession) -> tuple[str, ...]:
    path = _dotted_path(type(session.view))
    match = getattr(session.request, "resolver_match", None)
    if match is not None and match.view_name and match.url_name:
        return f"class {path}", f"url {match.view_name}"
    return (f"class {path}",)


def _group(target: str) -> str:
    # Group names have few characters to choose from and must be short.
    return f"djust.{hashlib.sha256(target.encode()).hexdigest()[:40]}"


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
