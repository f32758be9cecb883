"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DjustConfig(AppConfig):
    """Put ``"djust"`` into ``INSTALLED_APPS``."""

    name = "djust"
    verbose_name = "djust"

    def ready(self) -> None:
        from .ended import connect_signals

        connect_signals()
