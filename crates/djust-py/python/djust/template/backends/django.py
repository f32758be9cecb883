"""The backend for ``TEMPLATES``.

Django names a backend after the module in its dotted path: as ``djust.template.backends.django.DjustTemplates`` it is
found by code that asks for ``engines["django"]``, as Django's own is.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.backends import django as django_backend
from django.template.backends.base import BaseEngine

from djust.template.engine import Engine
from djust.template.nodes import TemplateNodeList
from djust.template.observation import original_public_render, original_render, template_class
from djust.template.template import Template as OwnTemplate

backend_template_class: Any = django_backend.Template
original_backend_init = backend_template_class.__init__
new = object.__new__


class Template(django_backend.Template):
    """A template as views get it."""

    template: Any
    backend: DjustTemplates

    def render(self, context: dict[str, Any] | None = None, request: Any = None) -> Any:
        own = self.template
        # Asked for each render: nothing here calls a function as long as nothing is unusual.
        if not (
            type(own) is OwnTemplate
            and (type(context) is dict or context is None)
            and (
                # Nobody has looked at the nodes, or nobody has changed them.
                "nodelist" not in own.__dict__
                or (
                    type(nodelist := own.nodelist) is TemplateNodeList
                    and (nodelist.listed is None or not nodelist.is_changed())
                )
            )
            and template_class._render is original_render
            and template_class.render is original_public_render
        ):
            return super().render(context, request)
        try:
            if request is None:
                return own.compiled.render_view(context, None, None, self.backend.engine.autoescape)
            processed: dict[str, Any] = {}
            for processor in own.engine.template_context_processors:
                names = processor(request)
                if not isinstance(names, dict):
                    # Django's way, which says what is wrong with it.
                    return super().render(context, request)
                processed.update(names)
            return own.compiled.render_view(
                context, processed, request, self.backend.engine.autoescape
            )
        except TemplateDoesNotExist as error:
            django_backend.reraise(error, self.backend)


class DjustTemplates(django_backend.DjangoTemplates):
    """Django's template language rendered in Rust: a drop-in for ``DjangoTemplates``.

    It takes the options of Django's backend, searches with Django's loaders, and runs tags and filters of any library.

    .. code-block:: python

        TEMPLATES = [{"BACKEND": "djust.template.backends.django.DjustTemplates", "APP_DIRS": True, "OPTIONS": {}}]
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

    def from_string(self, template_code: Any) -> Template:
        template = self.engine.from_string(template_code)
        if backend_template_class.__init__ is not original_backend_init:
            return Template(template, self)
        made = new(Template)
        made.template = template
        made.backend = self
        return made

    def get_template(self, template_name: str) -> Any:
        try:
            return Template(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as error:
            django_backend.reraise(error, self)
