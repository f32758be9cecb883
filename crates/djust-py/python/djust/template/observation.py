"""Whether somebody listens for, or takes part in, every template that is rendered.

Django's test environment (and tools such as debug toolbars) put a function in the place of ``Template._render`` that
sends a signal; libraries of components put one in the place of ``Template.render`` that finishes the page. While that
is so, every template goes through it, with a real context.
"""

from __future__ import annotations

from typing import Any

import django.template.base

template_class: Any = django.template.base.Template


def _original(name: str) -> Any:
    method = getattr(template_class, name)
    is_django = method.__module__ == "django.template.base"
    return method if is_django else None


# Django's own methods, to which `template_class` is compared for each render. Nothing at all if another one had taken
# its place when this module was imported: then the slower way, which is right in either case, is always taken.
original_render = _original("_render")
original_public_render = _original("render")
original_init = _original("__init__")
original_compile_nodelist = _original("compile_nodelist")


def is_render_replaced() -> bool:
    """Whether ``Template.render`` is another one than Django's."""
    return template_class.render is not original_public_render


def send_rendered(template: Any, context: Any) -> None:
    """Tells the test client of an included template or a parent (``instrumented_test_render``)."""
    from django.test.signals import template_rendered

    if template_rendered.receivers:
        template_rendered.send(sender=template, template=template, context=context)
