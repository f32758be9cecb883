"""Rendering with Django's engine and with ours, for comparison."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django.template
import pytest
from django.core.cache import cache
from django.template import Context

from djust.template import Engine

sys.path.insert(0, str(Path(__file__).parent))

LIBRARIES = {
    "shop": "shop_tags",
    "i18n": "django.templatetags.i18n",
    "l10n": "django.templatetags.l10n",
    "tz": "django.templatetags.tz",
    "static": "django.templatetags.static",
    "cache": "django.templatetags.cache",
    "humanize": "django.contrib.humanize.templatetags.humanize",
}


# The two engines render different objects, which some texts name by address.
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")

# VariableDoesNotExist names the context: ours as it was, Django's as it is when the message is read.
CONTEXT = re.compile(r" in \[\{'True': True, .*\]$", re.DOTALL)


@dataclass(frozen=True)
class Outcome:
    """What a render gave: text, or the class and message of an exception."""

    text: str | None = None
    error: type[BaseException] | None = None
    message: str = ""


def outcome(
    engine_class: type[django.template.Engine],
    source: str,
    names: dict[str, Any],
    templates: dict[str, str],
    options: dict[str, Any],
) -> Outcome:
    loaders = [("django.template.loaders.locmem.Loader", templates)]
    options = {"libraries": LIBRARIES, "loaders": loaders, **options}
    engine = engine_class(**options)
    cache.clear()
    try:
        template = engine.from_string(source)
        text = template.render(Context(names, autoescape=engine.autoescape))
        return Outcome(text=ADDRESS.sub("0x", text))
    except Exception as error:
        return Outcome(error=type(error), message=CONTEXT.sub(" in context", str(error)))


def render_both(
    source: str,
    make_names: Callable[[], dict[str, Any]] = dict,
    templates: dict[str, str] | None = None,
    **options: Any,
) -> Outcome:
    """Renders with both engines, each with names of its own, and asserts that the outcomes are equal."""
    expected = outcome(django.template.Engine, source, make_names(), templates or {}, options)
    actual = outcome(Engine, source, make_names(), templates or {}, options)
    if expected.error is StopIteration:
        # Django: Token.split_contents runs off the end of a tag like {% firstof _('Yes')|upper %}; ours reads it.
        return actual
    assert actual == expected, source
    return actual


@pytest.fixture
def both() -> Callable[..., Outcome]:
    return render_both


@pytest.fixture
def engine() -> Engine:
    return Engine(libraries=LIBRARIES)
