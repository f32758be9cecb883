"""Which functions of Django's own libraries the Rust engine has natively."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any

from djust import _djust

from . import support as support  # the Rust side finds it as an attribute of the package

# Module of Django, and the library's name for the Rust engine ("": built in).
_MODULES = {
    "django.template.defaulttags": "",
    "django.template.defaultfilters": "",
    "django.template.loader_tags": "",
    "django.templatetags.cache": "cache",
    "django.templatetags.i18n": "i18n",
    "django.templatetags.l10n": "l10n",
    "django.templatetags.static": "static",
    "django.templatetags.tz": "tz",
    "django.contrib.humanize.templatetags.humanize": "humanize",
}

# Django's function is used: it shows the interpreter's state.
_LEFT_TO_DJANGO = {"debug"}


@functools.cache
def native_functions() -> dict[Any, tuple[str, str]]:
    """Django's tag and filter functions, with library and name.

    A function that a project put in the place of Django's is not among them: it comes from another module.
    """
    functions: dict[Any, tuple[str, str]] = {}
    for path, library in _MODULES.items():
        register = import_module(path).register
        for table in (register.tags, register.filters):
            for name, function in table.items():
                if function.__module__ == path and name not in _LEFT_TO_DJANGO:
                    functions[function] = (library, name)
    return functions


def core_engine(engine: Any) -> Any:
    """The Rust engine for a Python one."""
    return _djust.Engine(engine)
