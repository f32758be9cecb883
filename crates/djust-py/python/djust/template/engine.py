"""The engine: Django's options and loaders, our compiler and renderer."""

from __future__ import annotations

from typing import Any

import django.template
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from . import libraries
from .loaders import CachedLoader, compiling, get_cached_template
from .observation import original_compile_nodelist, original_init, template_class
from .template import Template

new = object.__new__

OWN_LIBRARY = "djust.templatetags.djust"


class Engine(django.template.Engine):
    """A ``django.template.Engine`` whose templates are compiled and rendered in Rust.

    It takes the same arguments and has the same attributes. Templates that it returns are instances of
    ``django.template.Template``.
    """

    # The compiler for this engine's options and libraries.
    _core: Any = None

    def compile(self, template: Template) -> Any:
        """Compiles one of our templates, with the tags and filters that the libraries have now."""
        source, origin = template.source, template.origin
        core = self._core
        if core is not None:
            made = core.compile(template, source, origin, self.template_builtins)
            if made is not None:
                return made
        core = self._core = libraries.core_engine(self)
        return core.compile(template, source, origin, None)

    def get_template_builtins(self, builtins: list[str]) -> list[Any]:
        # ``{% djust_scripts %}`` needs no ``{% load %}``; ``self.builtins`` stays what was configured.
        at = len(self.default_builtins)
        return super().get_template_builtins([*builtins[:at], OWN_LIBRARY, *builtins[at:]])

    def find_template_loader(self, loader: Any) -> Any:
        # Django: template/engine.py, Engine.find_template_loader.
        if isinstance(loader, (tuple, list)):
            loader, *args = loader
        else:
            args = []
        if not isinstance(loader, str):
            raise ImproperlyConfigured(
                f"Invalid value in template loaders configuration: {loader!r}"
            )
        return compiling(import_string(loader))(self, *args)

    def get_template(self, template_name: str) -> Any:
        # Includes and parents are asked for at each render: the cached loader's answer without the way to it.
        loaders: list[Any] = self.template_loaders
        if (
            type(self) is Engine
            and len(loaders) == 1
            and type(loaders[0]) is CachedLoader
            and CachedLoader.get_template is get_cached_template
            and type(template_name) is str
        ):
            known = loaders[0].get_template_cache.get(template_name)
            if type(known) is Template:
                return known
        return super().get_template(template_name)

    def find_template(self, name: str, dirs: Any = None, skip: Any = None) -> Any:
        template, origin = super().find_template(name, dirs=dirs, skip=skip)
        return self.own(template, origin, name), origin

    def from_string(self, template_code: Any) -> Template:
        core = self._core
        if (
            core is not None
            and type(template_code) is str
            and template_class.__init__ is original_init
            and template_class.compile_nodelist is original_compile_nodelist
        ):
            # What Template.__init__ does, with as little as possible around it.
            template = new(Template)
            template.name = None
            template.engine = self
            template.source = template_code
            template.compiled = core.compile(template, template_code, None, self.template_builtins)
            if template.compiled is not None:
                return template
            self._core = None
        return Template(template_code, engine=self)

    def own(self, template: Any, origin: Any, name: str) -> Any:
        """What a loader returned, as one of our templates where it is Django's or plain source."""
        if isinstance(template, Template):
            return template
        if not hasattr(template, "render"):
            return Template(template, origin, name, engine=self)
        if type(template) is django.template.Template:
            return Template(template.source, template.origin, template.name, engine=self)
        return template
