"""Tags of a project, each of which looks at a value in its own way."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def echo(value: Any = "", **named: Any) -> str:
    return f"{value}{sorted(named.items())}"


@register.simple_tag(takes_context=True)
def echo_of(context: Any, name: str) -> str:
    return str(template.Variable(name).resolve(context))


@register.inclusion_tag("live_site/echo.html")
def included(value: Any) -> dict[str, Any]:
    return {"value": value}


@register.tag
def resolved(parser: Any, token: Any) -> template.Node:
    return ResolvedNode(parser.compile_filter(token.split_contents()[1]))


class ResolvedNode(template.Node):
    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def render(self, context: Any) -> str:
        return str(self.expression.resolve(context))
