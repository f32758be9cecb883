"""The backend for ``TEMPLATES``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.backends import django as django_backend
from django.template.backends.base import BaseEngine

from .engine import Engine


class DjustTemplates(django_backend.DjangoTemplates):
    """Django's template language rendered in Rust: a drop-in for ``DjangoTemplates``.

    It takes the options of Django's backend, searches with Django's loaders, and runs tags and filters of any library.

    .. code-block:: python

        TEMPLATES = [{"BACKEND": "djust.template.DjustTemplates", "APP_DIRS": True, "OPTIONS": {}}]
    """

    engine: Engine

    def __init__(self, params: dict[str, Any]) -> None:
        # Django: template/backends/django.py, DjangoTemplates.__init__, with another engine class.
        params = params.copy()
        options = params.pop("OPTIONS").copy()
        options.setdefault("autoescape", True)
        options.setdefault("debug", settings.DEBUG)
        options.setdefault("file_charset", "utf-8")
        options["libraries"] = self.get_templatetag_libraries(options.get("libraries", {}))
        BaseEngine.__init__(self, params)
        self.engine = Engine(self.dirs, self.app_dirs, **options)
