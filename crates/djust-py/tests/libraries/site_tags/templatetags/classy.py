"""Tags written with django-classy-tags."""

from __future__ import annotations

from classytags.arguments import Argument
from classytags.core import Options, Tag
from django import template

register = template.Library()


@register.tag
class Greet(Tag):
    options = Options(
        Argument("name"),
        "with",
        Argument("count", required=False, default=1),
        "as",
        Argument("varname", required=False, resolve=False),
    )

    def render_tag(self, context, name, count, varname):
        text = f"hello {name} " * count
        if varname:
            context[varname] = text
            return ""
        return text


@register.tag
class Wrapped(Tag):
    options = Options(Argument("element"), blocks=[("endwrapped", "nodelist")])

    def render_tag(self, context, element, nodelist):
        context.push(title="inner")
        try:
            return f"<{element}>{nodelist.render(context)}</{element}>"
        finally:
            context.pop()
