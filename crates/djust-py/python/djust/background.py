"""What a view says about work in the background, and what it is told of the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .exceptions import DjustError

# In the attributes of a view: what its handler asked for. A handler that fails has asked for nothing.
REQUESTS = "_djust_background"


class WorkInterrupted(DjustError):
    """The process in which the work ran is gone. The work may have been done in part."""


@dataclass(frozen=True)
class AsyncResult:
    """How work in the background ended: with a value, or with an exception."""

    value: Any = None
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.error is None

    def get(self) -> Any:
        """The value; the exception is raised if there was one."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(frozen=True)
class Request:
    """Work to be started, or, without a function, to be cancelled."""

    name: str
    function: Callable[..., Any] | None = None
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] | None = None
