"""The engine for a ``TEMPLATES`` entry, whichever of the two backends the entry names."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import Any

import django.template
from django.core.exceptions import ImproperlyConfigured
from django.dispatch import receiver
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.utils.autoreload import file_changed

from .engine import Engine

_lock = threading.Lock()
_engines: weakref.WeakKeyDictionary[django.template.Engine, Engine] = weakref.WeakKeyDictionary()


def engine_for(backend: DjangoTemplates | str | None = None) -> Engine:
    """The engine with the directories and options of a backend.

    ``backend`` is a configured backend, its alias in ``TEMPLATES``, or nothing for the first entry that speaks Django's
    language. An entry that names Django's own backend gets an engine of ours with the same options; the same entry
    always gets the same engine.
    """
    found: Any = backend
    if backend is None:
        found = _first()
    elif isinstance(backend, str):
        found = engines[backend]
    if not isinstance(found, DjangoTemplates):
        raise ImproperlyConfigured(
            f"{type(found).__name__} does not speak Django's template language: "
            "name a DjangoTemplates or DjustTemplates entry of TEMPLATES."
        )
    return _for_engine(found.engine)


def _first() -> Any:
    for candidate in engines.all():
        if isinstance(candidate, DjangoTemplates):
            return candidate
    raise ImproperlyConfigured("No DjangoTemplates backend is configured.")


def _for_engine(engine: django.template.Engine) -> Engine:
    if isinstance(engine, Engine):
        return engine
    with _lock:
        ours = _engines.get(engine)
        if ours is None:
            ours = _engines[engine] = _copy(engine)
    return ours


@receiver(file_changed, dispatch_uid="djust_template_file_changed")
def forget_templates(sender: Any, file_path: Path, **kwargs: Any) -> None:
    """Empties the caches of the copies when the development server sees a file change.

    Django does that for the configured backends (``django.template.autoreload``).
    """
    if file_path.suffix == ".py":
        return
    for engine in list(_engines.values()):
        for loader in engine.template_loaders:
            loader.reset()


def _copy(engine: django.template.Engine) -> Engine:
    return Engine(
        dirs=engine.dirs,
        # The loaders already say whether application directories are searched.
        app_dirs=False,
        context_processors=engine.context_processors,
        debug=engine.debug,
        loaders=engine.loaders,
        string_if_invalid=engine.string_if_invalid,
        file_charset=engine.file_charset,
        libraries=engine.libraries,
        builtins=[name for name in engine.builtins if name not in engine.default_builtins],
        autoescape=engine.autoescape,
    )
