"""What a view can do in the page besides changing its markup.

A view only notes what it wants. The runtime sends the notes with the changes of the same turn, after them and in the order
in which they were made; a turn that fails sends none.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from . import _djust

Effect = list[Any]

_ATTRIBUTE = "_djust_effects"


class Effects:
    """The part of :class:`~djust.LiveView` that asks the page to do something."""

    def push_event(self, event: str, payload: Any = None) -> None:
        """Dispatch a DOM event in the page: a ``CustomEvent`` at the live root, with ``payload`` as its ``detail``.

        The payload is taken as it is now, and may hold what Django writes as JSON (dates, decimals, UUIDs and translated
        texts included).

        Raises:
            TypeError: the payload cannot be written as JSON.
            ValueError: it holds a number that JavaScript cannot read exactly.
        """
        detail = json.loads(json.dumps(payload, cls=DjangoJSONEncoder, allow_nan=False))
        note(self, ["push", event, detail])

    def put_flash(self, level: str, message: Any) -> None:
        """Show a message: the page gets ``djust:flash`` with ``level`` (``"info"``, ``"error"``, …) and ``text``."""
        note(self, ["flash", level, str(message)])

    def push_focus(self, selector: str) -> None:
        """Move the focus to the first element that a CSS selector matches."""
        note(self, ["focus", selector])

    def push_scroll(self, selector: str) -> None:
        """Scroll the first element that a CSS selector matches into view."""
        note(self, ["scroll", selector])


def note(view: Any, effect: Effect) -> None:
    """Note an effect, once it is known that it can be sent.

    Raises:
        TypeError, ValueError: it cannot.
    """
    _djust.encode_update(0, 0, "", [effect])
    view.__dict__.setdefault(_ATTRIBUTE, []).append(effect)


def noted(view: Any) -> list[Effect]:
    """What a view has noted and nobody has taken yet."""
    return list(view.__dict__.get(_ATTRIBUTE, ()))


def take(view: Any) -> list[Effect]:
    """What a view has noted, which is then no longer kept."""
    return view.__dict__.pop(_ATTRIBUTE, [])  # type: ignore[no-any-return]


def drop(view: Any, kind: str) -> None:
    """Forget noted effects of one kind."""
    kept = [effect for effect in take(view) if effect[0] != kind]
    if kept:
        view.__dict__[_ATTRIBUTE] = kept


def title_of(view: Any) -> str | None:
    """The title of the document, where the view says one: its attribute ``page_title``."""
    title = getattr(view, "page_title", None)
    return None if title is None else str(title)
