"""What a developer is told about templates that are not compared place by place."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings

logger = logging.getLogger("djust.shape")

_told: set[str] = set()


def report_shape(native: Any) -> None:
    """In DEBUG, log each line of the report of a page's template once in a process."""
    if not settings.DEBUG:
        return
    for line in native.report():
        if line not in _told and len(_told) < 1000:
            _told.add(line)
            logger.info("%s", line)
