"""Where the state of pages is kept: any cache of Django, behind a few methods."""

from __future__ import annotations

from typing import Protocol

from django.core import signing

from ..conf import djust_settings
from .connections import cache_of_thread

_SALT = "djust.state"


class StateStore(Protocol):
    """Keeps text by the id of a page."""

    def save(self, page_id: str, text: str) -> None:
        """Keep the text, instead of what was kept for this page before."""

    def load(self, page_id: str) -> str | None:
        """The text kept for a page; nothing when it is unknown, expired, damaged or not ours."""

    def refresh(self, page_id: str) -> bool:
        """Keep a text for as long as if it were saved now; whether it is there."""

    def delete(self, page_id: str) -> None:
        """Forget a page."""

    def mark(self, page_id: str, text: str) -> None:
        """Keep a short text beside the state of a page, which is written far more often than the state."""

    def marked(self, page_id: str) -> str | None:
        """The text that was last given to :meth:`mark`."""

    def note_calls(self, caller: str, calls: list[float], seconds: float) -> None:
        """Keep for so long when a caller has called."""

    def calls(self, caller: str) -> list[float]:
        """What was last given to :meth:`note_calls`; nothing when that is gone or is not ours."""


class CacheStore:
    """Keeps text in a cache of Django, signed together with the id of its page.

    Whoever can write to the cache can neither forge a state nor give one page the state of another.
    """

    def __init__(self, alias: str, seconds: float) -> None:
        self.alias = alias
        self.seconds = seconds

    def save(self, page_id: str, text: str) -> None:
        cache_of_thread(self.alias).set(
            self._key(page_id), self._signer(page_id).sign(text), self.seconds
        )

    def load(self, page_id: str) -> str | None:
        signed = cache_of_thread(self.alias).get(self._key(page_id))
        if not isinstance(signed, str):
            return None
        try:
            return self._signer(page_id).unsign(signed)
        except signing.BadSignature:
            return None

    def refresh(self, page_id: str) -> bool:
        return cache_of_thread(self.alias).touch(self._key(page_id), self.seconds)

    def delete(self, page_id: str) -> None:
        cache_of_thread(self.alias).delete_many([self._key(page_id), self._mark_key(page_id)])

    def mark(self, page_id: str, text: str) -> None:
        cache_of_thread(self.alias).set(self._mark_key(page_id), text, self.seconds)

    def marked(self, page_id: str) -> str | None:
        text = cache_of_thread(self.alias).get(self._mark_key(page_id))
        return text if isinstance(text, str) else None

    def note_calls(self, caller: str, calls: list[float], seconds: float) -> None:
        cache_of_thread(self.alias).set(f"djust.calls.{caller}", calls, max(seconds, 1))

    def calls(self, caller: str) -> list[float]:
        calls = cache_of_thread(self.alias).get(f"djust.calls.{caller}")
        is_ours = isinstance(calls, list) and all(isinstance(at, float) for at in calls)
        return calls if is_ours else []

    def _key(self, page_id: str) -> str:
        return f"djust.page.{page_id}"

    def _mark_key(self, page_id: str) -> str:
        return f"djust.mark.{page_id}"

    def _signer(self, page_id: str) -> signing.Signer:
        return signing.Signer(salt=f"{_SALT}.{page_id}")


def state_store() -> StateStore | None:
    """The store that the settings name; nothing when state stays in this process."""
    current = djust_settings()
    if current.STATE_CACHE is None:
        return None
    return CacheStore(current.STATE_CACHE, current.STATE_SECONDS)
