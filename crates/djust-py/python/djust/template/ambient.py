"""What a thread has active outside of the template: the language with its conventions, the URL configuration, the
script prefix.

Django keeps these in ``asgiref.local.Local`` objects, which are slow to read. They live in context variables; the Rust
side therefore reads them once, and again when the thread's context variables have changed.
"""

from __future__ import annotations

import weakref
from typing import Any

import django.urls.base
from django.conf import settings
from django.urls import resolvers
from django.utils import translation
from django.utils.translation import trans_real

from . import locales

_CONVERTERS = "django.urls.converters"
_PATTERNS = "django.urls.resolvers"


def is_tracked() -> bool:
    """Whether the state lives in context variables, so that their change tells of its change."""
    base: Any = django.urls.base
    real: Any = trans_real
    for local in (base._prefixes, base._urlconfs, real._active):
        try:
            storage = object.__getattribute__(local, "_storage")
        except AttributeError:
            return False
        if type(storage).__name__ != "_CVar":
            return False
    return True


def sources() -> tuple[Any, ...]:
    """Objects that Django exchanges when settings change; while they are the same, so is what they lead to."""
    real: Any = trans_real
    functions: Any = translation
    return (
        real._active,
        real._default,
        functions._trans.gettext,
        _setting("LANGUAGE_CODE"),
        _setting("ROOT_URLCONF"),
        locales.known,
    )


# Where Django's settings keep what was asked for until it changes: asking them takes much longer.
_kept = settings.__dict__


def _setting(name: str) -> Any:
    try:
        return _kept[name]
    except KeyError:
        return getattr(settings, name, None)


def read() -> tuple[Any, Any, str, str | None]:
    """The catalog of messages, the URL configuration, the script prefix and the language."""
    return (
        _catalog(),
        django.urls.get_urlconf(),
        django.urls.get_script_prefix(),
        translation.get_language(),
    )


def _catalog() -> Any:
    """The object that translates messages; nothing where messages come from elsewhere."""
    real: Any = trans_real
    functions: Any = translation
    if functions._trans.gettext is not real.gettext:
        return None
    real._default = real._default or real.translation(settings.LANGUAGE_CODE)
    found = getattr(real._active, "value", real._default)
    return found if type(found) is real.DjangoTranslation else None


_plain: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()


def is_plain(resolver: Any) -> bool:
    """Whether addresses depend on their arguments alone: all patterns and converters below are Django's own."""
    try:
        return _plain[resolver]
    except KeyError:
        known = _plain[resolver] = _is_plain(resolver)
        return known


def _is_plain(resolver: Any) -> bool:
    if type(resolver) is resolvers.URLPattern:
        below = []
    elif type(resolver) is resolvers.URLResolver:
        below = resolver.url_patterns
    else:
        return False
    if type(resolver.pattern).__module__ != _PATTERNS:
        return False
    if any(type(each).__module__ != _CONVERTERS for each in resolver.pattern.converters.values()):
        return False
    return all(_is_plain(each) for each in below)
