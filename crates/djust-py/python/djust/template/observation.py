"""Whether somebody listens for every template that is rendered.

Django's test environment (and tools such as debug toolbars) put a function in the place of ``Template._render`` that
sends a signal. While that is so, every template goes through it, with a real context.
"""

from __future__ import annotations

from typing import Any

import django.template.base

_template_class: Any = django.template.base.Template


def _original() -> Any:
    render = _template_class._render
    is_django = render.__module__ == "django.template.base"
    return render if is_django else None


# Django's own method; nothing at all if another one had taken its place when this module was imported: then the
# slower way, which is right in either case, is always taken.
original_render = _original()


def is_observed() -> bool:
    """Whether ``Template._render`` is another one than Django's."""
    return _template_class._render is not original_render


def send_rendered(template: Any, context: Any) -> None:
    """Tells the test client of an included template or a parent (``instrumented_test_render``)."""
    from django.test.signals import template_rendered

    if template_rendered.receivers:
        template_rendered.send(sender=template, template=template, context=context)
