"""Compiled templates with the interface of ``django.template.Template``."""

from __future__ import annotations

from typing import Any

import django
import django.template
from django.template.base import UNKNOWN_SOURCE, NodeList
from django.template.exceptions import TemplateSyntaxError
from django.utils.functional import cached_property

from . import nodes


class Template(django.template.Template):
    """A template that the Rust engine compiles and renders.

    Everything but compilation and rendering is Django's: ``name``, ``origin``, ``engine``, ``source``, ``extra_data``,
    ``render(context)`` and the signal that Django's test client listens to.
    """

    engine: Any  # One of ours.
    nodelist: NodeList

    @cached_property
    def reads(self) -> tuple[dict[Any, Any], bool]:
        """What the template reads of its context by names, and whether nothing else can be read."""
        return self.compiled.reads()  # type: ignore[no-any-return]

    def compile_nodelist(self) -> NodeList:
        try:
            compiled, extra_data = self.engine.core.compile(self)
        except TemplateSyntaxError as error:
            # Django 6.0 and later say in which template.
            if django.VERSION >= (6, 0) and self.origin.name != UNKNOWN_SOURCE and error.args:
                message = error.args[0]
                error.raw_error_message = message  # type: ignore[attr-defined]
                error.args = (f"Template: {self.origin.name}, {message}", *error.args[1:])
            raise
        self.extra_data = extra_data
        self.compiled = compiled
        return nodes.TemplateNodeList(self)
