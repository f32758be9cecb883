"""A view's template, its context, and the native session that turns renders into patches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.core.exceptions import ImproperlyConfigured

from ..optimization import querysets
from ..template import Template, engine_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..view import LiveView

_inline: WeakKeyDictionary[Any, dict[str, Template]] = WeakKeyDictionary()


def template_of(view: LiveView) -> Template:
    """The compiled template that the view names, or the one it carries as text.

    Raises:
        ImproperlyConfigured: the view has neither.
        TemplateDoesNotExist: no template of that name is found.
        TemplateSyntaxError: the template has an error.
    """
    engine = engine_for(view.template_engine)
    name = view.get_template_name()
    if name is not None:
        found: Template = engine.get_template(name)
        return found
    if view.template is None:
        raise ImproperlyConfigured(
            f"{type(view).__qualname__} needs template_name, or template with the text of a template."
        )
    known = _inline.setdefault(engine, {})
    template = known.get(view.template)
    if template is None:
        template = known[view.template] = engine.from_string(view.template)
    return template


def context_of(
    view: LiveView, template: Template, request: HttpRequest, csrf_token: str
) -> dict[str, Any]:
    """All names that the template can see, as one flat dictionary.

    In this order, later ones win: context processors, the page's CSRF token, public attributes and computed values, what
    ``get_context_data`` returned. The token is the page's and not a new one for each render, which would make every
    render differ. QuerySets are copies, which fetch what the template reads of them.
    """
    returned = view.get_context_data()
    context: dict[str, Any] = {}
    for processor in template.engine.template_context_processors:
        context.update(processor(request))
    context["csrf_token"] = csrf_token
    names = view._djust_names
    context.update(names.public(view))
    for name in names.computed:
        if name not in returned:
            context[name] = getattr(view, name)
    context.update(returned)
    querysets.prepare(context, template)
    return context
