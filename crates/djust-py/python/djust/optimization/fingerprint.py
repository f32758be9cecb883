"""Large values that seldom change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class FingerprintMixin:
    """Write large public attributes to the state store only when they have changed.

    A page is never sent what it shows already, with or without this mixin: every render is compared with the one before.
    What it adds is for pages whose state is kept in a cache (``STATE_CACHE``), where the whole state is written after every
    event: the attributes named here are written apart, each with its fingerprint, and an event that leaves one as it was
    does not write it again.

    .. code-block:: python

        class Dashboard(FingerprintMixin, LiveView):
            fingerprinted_assigns = ["services", "logs"]
    """

    fingerprinted_assigns: ClassVar[Sequence[str]] = ()
    """Names of the attributes, which should be much larger than a fingerprint."""
