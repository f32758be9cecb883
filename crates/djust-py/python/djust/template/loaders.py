"""Django's template loaders, made to hand out our templates.

A loader compiles what it finds with ``django.template.Template``. The mixin below takes the place of the base class in the
loader's method resolution order, so that every loader that builds on ``django.template.loaders.base.Loader`` (the cached
loader and loaders of third parties included) keeps its own search and cache, and only the compilation is ours.
"""

from __future__ import annotations

import functools
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader

from .template import Template


class CompilingLoader(BaseLoader):
    """A loader whose ``get_template`` compiles with the Rust engine."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        # Django: template/loaders/base.py, Loader.get_template.
        tried = []
        for origin in self.get_template_sources(template_name):
            if skip is not None and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                contents = self.get_contents(origin)  # type: ignore[attr-defined]
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            name: Any = origin.template_name
            return Template(contents, origin, name, self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)


@functools.cache
def compiling(loader_class: type) -> type:
    """The loader class itself, or a subclass of it of the same name that compiles with our engine."""
    if not issubclass(loader_class, BaseLoader) or issubclass(loader_class, CompilingLoader):
        return loader_class
    return type(
        loader_class.__name__,
        (loader_class, CompilingLoader),
        {
            "__module__": loader_class.__module__,
            "__qualname__": loader_class.__qualname__,
            "__doc__": loader_class.__doc__,
        },
    )


# Django's cached loader with our compilation. It keeps a template under its name, and under a longer key only for a chain
# of templates of one name.
CachedLoader: Any = compiling(cached.Loader)
get_cached_template = cached.Loader.get_template
