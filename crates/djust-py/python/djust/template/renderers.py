"""A form renderer on the Rust engine, for ``FORM_RENDERER``."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates

from .backends.django import DjustTemplates as Backend


class DjustTemplates(DjangoTemplates):
    """Django's renderer ``DjangoTemplates`` with our backend: the templates of ``django.forms`` and of applications."""

    backend = Backend
