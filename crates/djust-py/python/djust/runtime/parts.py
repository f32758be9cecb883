"""Parts of a state that are written apart, and only when they have changed.

Each part has two places in the store, used in turn: a state that was written before a part changed leads to the part as it
was then. A part that cannot be found, or has changed under a state, makes the page start anew.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..exceptions import StateError
from ..store import codec
from ..store.cache import StateStore, state_store

if TYPE_CHECKING:
    from .session import LiveSession

# Where a part is, and its fingerprint.
Place = tuple[int, str]


def split(session: LiveSession, attributes: dict[str, str]) -> dict[str, Place]:
    """Take the view's fingerprinted attributes out of a state in text, write those that changed, and say where they are."""
    store = state_store()
    names = getattr(session.view, "fingerprinted_assigns", ())
    if store is None or not names:
        return {}
    places: dict[str, Place] = {}
    for name in names:
        if name in attributes:
            places[name] = _write(session, store, name, attributes.pop(name))
    session.parts = places
    return places


def join(page_id: str, places: dict[str, Any]) -> dict[str, Any]:
    """The attributes that were written apart.

    Raises:
        StateError: one of them is not there any more.
    """
    store = state_store()
    attributes: dict[str, Any] = {}
    for name, (place, fingerprint) in places.items():
        text = store.load(_key(page_id, name, place)) if store is not None else None
        if text is None or _fingerprint(text) != fingerprint:
            raise StateError(f"the part {name} of the stored state is gone")
        attributes[name] = codec.loads(text)
    return attributes


def forget(page_id: str, store: StateStore) -> None:
    """Take the parts of a page's stored state out of the store."""
    text = store.load(page_id)
    for name in json.loads(text).get("parts", {}) if text else ():
        for place in (0, 1):
            store.delete(_key(page_id, name, place))


def _write(session: LiveSession, store: StateStore, name: str, text: str) -> Place:
    fingerprint = _fingerprint(text)
    place, known = session.parts.get(name, (0, ""))
    if known == fingerprint and store.refresh(_key(session.id, name, place)):
        return place, fingerprint
    place = 1 - place
    store.save(_key(session.id, name, place), text)
    return place, fingerprint


def _key(page_id: str, name: str, place: int) -> str:
    return f"{page_id}.{name}.{place}"


def _fingerprint(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
