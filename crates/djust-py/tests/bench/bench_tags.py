"""A library of the kind that projects write, for the benchmarks."""

from django import template

register = template.Library()


@register.simple_tag
def price(amount: int) -> str:
    return f"{amount:.2f} EUR"


@register.inclusion_tag("card.html")
def card(title: str) -> dict[str, str]:
    return {"title": title}
