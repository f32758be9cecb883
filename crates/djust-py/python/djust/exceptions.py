"""Exceptions of djust."""

from __future__ import annotations


class DjustError(Exception):
    """Base of the exceptions that djust defines."""


class DecoratorError(DjustError, TypeError):
    """A decorator of djust was applied to something it cannot work on."""


class EngineError(DjustError, RuntimeError):
    """The engine met a fault of its own; the message says where."""


class StateError(DjustError, TypeError):
    """A value cannot be part of what is stored, or what was stored cannot be read."""


class EventError(DjustError):
    """An event that cannot be run. ``code`` is one of the protocol's error codes; the message goes to the page."""

    code = "bad-frame"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class UnknownHandler(EventError):
    """The view has no event handler with this name."""

    code = "unknown-handler"


class BadParameter(EventError):
    """A parameter cannot be read as its annotation says."""

    code = "bad-parameter"


class MissingParameter(EventError):
    """A parameter without a default was not sent."""

    code = "missing-parameter"


class NotBound(EventError):
    """A page tried to set an attribute that its markup does not bind. The message is the same for every name."""

    code = "forbidden"


class RateLimited(EventError):
    """The handler was called too often."""

    code = "rate-limited"


class PageRefused(DjustError):
    """A page cannot be served on this socket. ``code`` and ``reload`` go to the client, the message to the log."""

    def __init__(self, message: str, *, code: str, reload: bool) -> None:
        super().__init__(message)
        self.code = code
        self.reload = reload
