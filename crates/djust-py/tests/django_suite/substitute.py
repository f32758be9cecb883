"""Puts djust's template engine in the place of Django's, in a process that has not imported Django's tests yet."""

from __future__ import annotations

import sys
from importlib import import_module

import django.forms.renderers

# Modules that hold a name of the engine, imported before the names are exchanged.
MODULES = (
    "django.template",
    "django.template.backends.django",
    "django.template.base",
    "django.template.context_processors",
    "django.template.defaulttags",
    "django.template.engine",
    "django.template.library",
    "django.template.loader",
    "django.template.loader_tags",
    "django.template.loaders.base",
    "django.template.loaders.cached",
    "django.template.loaders.locmem",
    "django.template.response",
    "django.forms.renderers",
    "django.test.signals",
    "django.test.utils",
    "django.views.debug",
)


def substitute() -> None:
    """Exchanges ``Engine``, ``Template`` and the backend ``DjangoTemplates`` for djust's in all of Django."""
    for name in MODULES:
        import_module(name)
    from django.template import Engine, Template
    from django.template.backends.django import DjangoTemplates

    from djust import template as djust_template

    exchanged = {
        Engine: djust_template.Engine,
        Template: djust_template.Template,
        DjangoTemplates: djust_template.DjustTemplates,
    }
    django.forms.renderers.DjangoTemplates.backend = djust_template.DjustTemplates
    for name, module in list(sys.modules.items()):
        if module is None or not name.startswith("django."):
            continue
        for attribute, value in list(vars(module).items()):
            # Not isinstance(): lazy objects would look like their contents.
            if issubclass(type(value), type) and value in exchanged:
                setattr(module, attribute, exchanged[value])
