"""The conventions of languages for numbers and dates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils import formats, translation

_FORMATS = (
    "DECIMAL_SEPARATOR",
    "THOUSAND_SEPARATOR",
    "FIRST_DAY_OF_WEEK",
    "DATE_FORMAT",
    "TIME_FORMAT",
    "DATETIME_FORMAT",
    "YEAR_MONTH_FORMAT",
    "MONTH_DAY_FORMAT",
    "SHORT_DATE_FORMAT",
    "SHORT_DATETIME_FORMAT",
)

# By language; another dictionary once settings have changed.
known: dict[Any, dict[str, Any]] = {}


@receiver(setting_changed)
def _forget(**_: Any) -> None:
    global known
    known = {}


def locale() -> dict[str, Any]:
    """Conventions of the active language; the same object as long as they are the same."""
    active = translation.get_language()
    try:
        return known[active]
    except KeyError:
        made = known[active] = _locale(active)
        return made


def _locale(language: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {name: formats.get_format(name, language) for name in _FORMATS}
    grouping = formats.get_format("NUMBER_GROUPING", language)
    made["grouping"] = [grouping] if isinstance(grouping, int) else list(grouping)
    made["use_thousand_separator"] = settings.USE_THOUSAND_SEPARATOR
    made["language"] = language or settings.LANGUAGE_CODE
    return made
