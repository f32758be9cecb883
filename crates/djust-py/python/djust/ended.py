"""Pages of visitors who are gone: a logout, an ended session, a changed, deactivated or deleted user.

The signals of Django only say that somebody may be gone. The pages concerned then ask the session and the user, as they do
before an event, and close if the answer is no. What sends no signal is found by the same question, asked from time to time.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from . import layer
from .runtime.registry import registry
from .token import session_digest


def connect_signals() -> None:
    """Called when the applications are loaded."""
    if apps.is_installed("django.contrib.auth"):
        from django.contrib.auth import get_user_model, user_logged_out

        user_logged_out.connect(_logged_out, dispatch_uid="djust.ended")
        for signal in (post_save, post_delete):
            signal.connect(_user_changed, sender=get_user_model(), dispatch_uid="djust.ended")
    # Not the sessions of the database: with a receiver, `clearsessions` would have to load what it deletes.


def suspect(*, user: str = "", session: str = "") -> None:
    """Let the pages of a user or of a session ask whether they may stay open, in all processes."""
    _suspect(user, session)
    layer.send("suspect", user, session)


@layer.receives("suspect")
def _suspect(user: str, session: str) -> None:
    for page in registry:
        binding = page.binding
        connection = page.connection
        if connection is not None and (
            (user and user == binding.user) or (session and session == binding.session)
        ):
            connection.suspect()


def _logged_out(*, request: Any, **kwargs: Any) -> None:
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        suspect(session=session_digest(key))


def _user_changed(
    *, instance: Any, update_fields: Any = None, created: bool = False, using: str, **kwargs: Any
) -> None:
    # Every login saves its time.
    if created or (update_fields is not None and set(update_fields) == {"last_login"}):
        return
    user = str(instance.pk)
    transaction.on_commit(lambda: suspect(user=user), using=using)
