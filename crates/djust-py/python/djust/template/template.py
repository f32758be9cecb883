"""Compiled templates with the interface of ``django.template.Template``."""

from __future__ import annotations

from typing import Any

import django
import django.template
from django.template.base import UNKNOWN_SOURCE, NodeList, Origin
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.functional import cached_property

from . import nodes
from .lexical import has_unusual_tags
from .observation import (
    is_render_replaced,
    original_compile_nodelist,
    original_init,
    template_class,
)


class Template(django.template.Template):
    """A template that the Rust engine compiles and renders.

    Everything but compilation and rendering is Django's: ``name``, ``origin``, ``engine``, ``source``, ``extra_data``,
    ``render(context)`` and the signal that Django's test client listens to.
    """

    engine: Any  # One of ours.
    _render: Any  # Of Django; its test environment exchanges it.

    @cached_property
    def reads(self) -> tuple[dict[Any, Any], bool]:
        """What the template reads of its context by names, and whether nothing else can be read."""
        if self.compiled is None:
            return {}, False
        return self.compiled.reads()  # type: ignore[no-any-return]

    @cached_property
    def plans(self) -> dict[Any, Any]:
        """How to fetch the QuerySets of a context: kept for ``djust.optimization.querysets``."""
        return {}

    # The compiled form; none where another library's ``compile_nodelist`` has read the source.
    compiled: Any = None

    def __init__(
        self, template_string: Any, origin: Any = None, name: Any = None, engine: Any = None
    ) -> None:
        if (
            type(self) is not Template
            or origin is not None
            or engine is None
            or template_class.__init__ is not original_init
        ):
            super().__init__(template_string, origin, name, engine)
            return
        # Django: template/base.py, Template.__init__. The node list of a text is made when somebody asks for it: it refers
        # to the template again, which could not be freed without the garbage collector.
        self.name = name
        self.engine = engine
        self.source = str(template_string)
        listed = self._compile()
        if listed is not None:
            self.nodelist = listed

    @cached_property
    def origin(self) -> Origin:  # type: ignore[override]
        """Of a template that was made of a text: any other has its own."""
        return Origin(UNKNOWN_SOURCE)

    @cached_property
    def extra_data(self) -> dict[str, Any]:  # type: ignore[override]
        """What tags left for the template, and its partials."""
        return {} if self.compiled is None else self.compiled.extra_data(self)

    @cached_property
    def nodelist(self) -> NodeList:  # type: ignore[override]
        return nodes.TemplateNodeList(self)

    def compile_nodelist(self) -> NodeList:
        listed = self._compile()
        return nodes.TemplateNodeList(self) if listed is None else listed

    def _compile(self) -> NodeList | None:
        """Compiles the source, and returns the nodes if they are not ours."""
        if template_class.compile_nodelist is not original_compile_nodelist and has_unusual_tags(
            self.source
        ):
            return super().compile_nodelist()
        try:
            self.compiled = self.engine.compile(self)
        except TemplateSyntaxError as error:
            # Django 6.0 and later say in which template.
            if django.VERSION >= (6, 0) and self.origin.name != UNKNOWN_SOURCE and error.args:
                message = error.args[0]
                error.raw_error_message = message  # type: ignore[attr-defined]
                error.args = (f"Template: {self.origin.name}, {message}", *error.args[1:])
            raise
        return None

    def render(self, context: Any) -> Any:
        # Django: template/base.py, Template.render, without its context managers for a plain context.
        if type(context) is not Context or context.template is not None or is_render_replaced():
            return super().render(context)
        render_context = context.render_context
        outer = render_context.template
        render_context.template = self
        render_context.push()
        context.template = self
        context.template_name = self.name
        try:
            return self._render(context)
        finally:
            context.template = None
            render_context.template = outer
            render_context.pop()
