"""Django's template language on the Rust engine: the backend for ``TEMPLATES`` and the engine behind it."""

from __future__ import annotations

from .access import engine_for
from .backends.django import DjustTemplates
from .engine import Engine
from .template import Template

__all__ = ["DjustTemplates", "Engine", "Template", "engine_for"]
