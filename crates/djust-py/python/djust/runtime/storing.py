"""The state of a page as text, and a page made from such text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from django.conf import settings

from ..exceptions import StateError
from ..request import address_of
from ..store import codec
from ..store.cache import state_store
from . import parts
from .failures import logger
from .versions import declarations, fitting, outline

if TYPE_CHECKING:
    from ..view import LiveView
    from .session import LiveSession

_VERSION = 2

# Classes of views whose state was looked at; without DEBUG that is done once.
_checked: WeakSet[type] = WeakSet()


def check_state(view: LiveView) -> None:
    """Complain about public state that cannot be stored: with ``DEBUG`` at once, otherwise in the log, once for each class.

    Raises:
        TypeError: names the attribute, its value and the view.
    """
    if type(view) in _checked and not settings.DEBUG:
        return
    _checked.add(type(view))
    for name, value in view._djust_names.public(view).items():
        if name in view.temporary_assigns:
            continue
        try:
            codec.dumps(value)
        except StateError as error:
            if not settings.DEBUG:
                _log_unstorable(view, name, error)
                return
            raise TypeError(
                f"Cannot serialize {name}={value!r} in {type(view).__qualname__}.\n"
                "Service instances must be created on-demand via helper methods.\n"
                "See: docs/guides/services.md\n"
                f"({error})"
            ) from None


def _log_unstorable(view: LiveView, name: str, error: StateError) -> None:
    logger.error(
        "the state of %s cannot be stored, so the page would start anew in another process: %s: %s",
        type(view).__qualname__,
        name,
        error,
    )


def dump(session: LiveSession) -> str | None:
    """The state of a page as text; nothing, and an error in the log, when it cannot be stored.

    Public and private attributes are kept, those of the framework and temporary ones are not. Private ones that cannot be
    stored are left out and named, so that they can be made again. Fingerprinted ones are written apart.
    """
    view = session.view
    names = view._djust_names
    # A value on the class is stored once the instance has one of its own.
    attributes: dict[str, Any] = {name: getattr(view, name) for name in names.states}
    attributes.update(
        (name, value)
        for name, value in view.__dict__.items()
        if name.startswith("_") or names.is_public(name)
    )
    for name in view.temporary_assigns:
        attributes.pop(name, None)
    stored: dict[str, str] = {}
    missing: list[str] = []
    for name, value in attributes.items():
        try:
            stored[name] = codec.dumps(value)
        except StateError as error:
            if not name.startswith("_"):
                _log_unstorable(view, name, error)
                return None
            missing.append(name)
    places = parts.split(session, stored)
    rest = json.dumps(
        {
            "version": _VERSION,
            "outline": outline(type(view)),
            "declared": declarations(type(view)),
            "parts": places,
            "missing": missing,
            "work": [*session.work, *session.lost_work],
            "last": session.last,
            "seq": session.outbox.seq,
            "fingerprint": format(session.native.fingerprint, "016x"),
            "address": address_of(session.request),
            "effects": codec.encode(session.effects.dump()),
        },
        separators=(",", ":"),
    )
    inside = ",".join(f"{json.dumps(name)}:{text}" for name, text in stored.items())
    return f'{{"attributes":{{{inside}}},{rest[1:]}'


@dataclass(frozen=True)
class Unsaved:
    """A state that waits to be written; no text when it cannot be stored."""

    text: str | None


def keep(page_id: str, text: str | None) -> None:
    """Put a state into the store, or take an old one out when there is none to put."""
    store = state_store()
    if store is None:
        return
    if text is None:
        parts.forget(page_id, store)
        store.delete(page_id)
    else:
        store.save(page_id, text)


class Stored:
    """A state read from text.

    Raises:
        StateError: the text is damaged or of another version.
    """

    def __init__(self, page_id: str, text: str) -> None:
        content = codec.loads(text)
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            raise StateError("stored state of another version")
        self.attributes: dict[str, Any] = content["attributes"]
        self.attributes.update(parts.join(page_id, content["parts"]))
        self.missing: list[str] = content["missing"]
        self.last: int = content["last"]
        self.seq: int = content["seq"]
        # Pages that were left by an earlier release do not say.
        self.outline: str | None = content.get("outline")
        self.declared: dict[str, str] = content.get("declared", {})
        self.work: list[str] = content.get("work", [])
        self.fingerprint: str = content["fingerprint"]
        self.address: str = content["address"]
        self.effects: list[Any] = content["effects"]

    def is_of_other_version(self, view: LiveView) -> bool:
        """Whether another version of the view's class has left this, as before a deployment."""
        return self.outline is not None and self.outline != outline(type(view))

    def fill(self, view: LiveView, *, private: bool = True) -> None:
        """Give the attributes to a view, in place of what it has."""
        attributes = self.attributes
        if self.is_of_other_version(view):
            attributes = fitting(view, attributes, self.declared)
        view.__dict__.update(
            (name, value)
            for name, value in attributes.items()
            if private or not name.startswith("_")
        )
