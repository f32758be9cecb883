"""What a page is told when something fails, and what the log is told."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied

from ..exceptions import EventError

logger = logging.getLogger("djust")

_MESSAGES = {
    "forbidden": "You may not do this.",
    "handler-failed": "The action failed. Nothing was changed.",
    "render-failed": "The page could not be brought up to date.",
    "internal": "Something went wrong.",
}


@dataclass(frozen=True)
class Failure:
    """An error frame to be: its code, a message that is safe to show, and an id that the log has, too."""

    code: str
    message: str
    id: str


def failure_of(error: Exception, code: str, where: str) -> Failure:
    """Log an exception and say what the page may know about it.

    In production that is a fixed sentence. With ``DEBUG`` the exception is named.
    """
    identity = secrets.token_hex(4)
    if isinstance(error, EventError):
        # Written for the sender: it names the parameter and nothing of the server.
        logger.info("%s: %s: %s [%s]", where, error.code, error, identity)
        return Failure(error.code, str(error), identity)
    if isinstance(error, PermissionDenied):
        code = "forbidden"
        logger.warning("%s: forbidden: %s [%s]", where, error or "no reason given", identity)
    else:
        logger.error("%s: %s [%s]", where, code, identity, exc_info=error)
    message = _MESSAGES[code]
    if settings.DEBUG:
        message = f"{message} {type(error).__name__}: {error}"
    return Failure(code, message, identity)
