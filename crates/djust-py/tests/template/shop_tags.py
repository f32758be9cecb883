"""A tag library as third parties write them."""

from __future__ import annotations

from django import template
from django.template.base import Node, TextNode, token_kwargs
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def shout(value, mark="!"):
    return f"{value}{mark}"


@register.filter(is_safe=True)
def keep(value):
    return value


@register.filter(needs_autoescape=True)
def tagged(value, autoescape=True):
    return mark_safe(f"<i>{value}</i>") if autoescape else value


@register.filter
@template.defaultfilters.stringfilter
def initials(value):
    return "".join(word[0] for word in value.split())


@register.simple_tag
def price(amount, currency="EUR", **extra):
    details = "".join(f" {name}={value}" for name, value in sorted(extra.items()))
    return f"{amount} <{currency}>{details}"


@register.simple_tag
def kind_of(value):
    return type(value).__name__


@register.simple_tag(takes_context=True)
def visible(context, name):
    return format_html("<b>{}</b>", context.get(name, "none"))


@register.simple_tag(takes_context=True)
def define(context, name, value):
    context[name] = value
    return ""


@register.simple_tag(takes_context=True)
def loop_position(context):
    loop = context["forloop"]
    return f"{loop['counter']}/{loop['revcounter']}{loop.get('length', '')}"


@register.simple_tag
def fails(message):
    raise RuntimeError(message)


@register.inclusion_tag("card.html")
def card(title):
    return {"title": title}


@register.inclusion_tag("card.html", takes_context=True)
def card_here(context, title):
    return {"title": f"{title} for {context.get('user', 'nobody')}"}


@register.simple_tag(takes_context=True)
def layers(context):
    """The dictionaries of the context, without what differs in each render."""
    hidden = {"csrf_token", "request", "forloop"}
    return [
        {name: value for name, value in names.items() if name not in hidden}
        for names in context.dicts
    ]


class WrapNode(Node):
    def __init__(self, nodelist, tag, names):
        self.nodelist = nodelist
        self.tag = tag
        self.names = names

    def render(self, context):
        values = {name: value.resolve(context) for name, value in self.names.items()}
        with context.push(**values):
            inner = self.nodelist.render(context)
        return f"<{self.tag}>{inner}</{self.tag}>"


@register.tag
def wrap(parser, token):
    _, tag, *bits = token.split_contents()
    names = token_kwargs(bits, parser)
    nodelist = parser.parse(["endwrap"])
    parser.delete_first_token()
    return WrapNode(nodelist, tag, names)


class ChooseNode(Node):
    child_nodelists = ("first", "second")

    def __init__(self, condition, first, second):
        self.condition = condition
        self.first = first
        self.second = second

    def render(self, context):
        chosen = self.first if self.condition.resolve(context, True) else self.second
        return chosen.render(context)


@register.tag
def choose(parser, token):
    condition = parser.compile_filter(token.split_contents()[1])
    first = parser.parse(("otherwise", "endchoose"))
    second = template.base.NodeList()
    if parser.next_token().contents == "otherwise":
        second = parser.parse(("endchoose",))
        parser.delete_first_token()
    return ChooseNode(condition, first, second)


@register.tag
def ignore(parser, token):
    parser.skip_past("endignore")
    return TextNode("")


class CountNode(Node):
    """Counts its renders in the render context, as nodes should."""

    def render(self, context):
        count = context.render_context.get(self, 0) + 1
        context.render_context[self] = count
        return str(count)


@register.tag
def count(parser, token):
    return CountNode()


class ReportNode(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        found = self.nodelist.get_nodes_by_type(CountNode)
        texts = self.nodelist.get_nodes_by_type(TextNode)
        return f"{len(found)} counters, {len(texts)} texts: {self.nodelist.render(context)}"


@register.tag
def report(parser, token):
    nodelist = parser.parse(("endreport",))
    parser.delete_first_token()
    return ReportNode(nodelist)


class NumberNode(Node):
    def __init__(self, number):
        self.number = number

    def render(self, context):
        return str(self.number)


@register.tag
def numbered(parser, token):
    """Keeps state on the parser."""
    parser.shop_numbers = getattr(parser, "shop_numbers", 0) + 1
    return NumberNode(parser.shop_numbers)


@register.tag
def repeat_next(parser, token):
    """Reads on past other tags and puts one back."""
    following = parser.next_token()
    parser.prepend_token(following)
    parser.prepend_token(following)
    return TextNode("")


class ProcessNode(Node):
    """Renders its children one by one."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return "|".join(node.render_annotated(context) for node in self.nodelist)


@register.tag
def each(parser, token):
    nodelist = parser.parse(("endeach",))
    parser.delete_first_token()
    return ProcessNode(nodelist)


class AloneNode(Node):
    """Renders its children with a context of their own."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return self.nodelist.render(context.new({"only": "this"}))


@register.tag
def alone(parser, token):
    nodelist = parser.parse(("endalone",))
    parser.delete_first_token()
    return AloneNode(nodelist)


class NoEscapeNode(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        before = context.autoescape
        context.autoescape = False
        try:
            return self.nodelist.render(context)
        finally:
            context.autoescape = before


@register.tag
def noescape(parser, token):
    nodelist = parser.parse(("endnoescape",))
    parser.delete_first_token()
    return NoEscapeNode(nodelist)


class BrokenNode(Node):
    def render(self, context):
        return 7


@register.tag
def broken(parser, token):
    return BrokenNode()


@register.tag
def nothing(parser, token):
    return None


@register.inclusion_tag("busy.html")
def busy(title):
    return {"title": title, "rows": [1, 2]}


@register.inclusion_tag(["missing.html", "card.html"])
def first_card(title):
    return {"title": title}


@register.inclusion_tag("busy.html", takes_context=True)
def same_context(context):
    return context


class Titles(dict):
    """A dictionary of another class."""


@register.inclusion_tag("card.html")
def titled(title):
    return Titles(title=title)


@register.inclusion_tag("missing.html")
def lost():
    return {}


@register.inclusion_tag("form.html")
def guarded():
    return {}


@register.tag
def teach(parser, token):
    """Makes a tag and a filter that exist from here on."""
    name = token.split_contents()[1]

    def taught(parser, token):
        return TextNode(f"<{name}>")

    parser.tags[name] = taught
    parser.filters[name] = lambda value: f"{name} {value}"
    return TextNode("")


@register.tag
def unteach(parser, token):
    """Forgets what ``teach`` made."""
    name = token.split_contents()[1]
    del parser.tags[name]
    parser.filters.pop(name)
    return TextNode("")


@register.tag
def without(parser, token):
    """Takes tags and filters away for the rest of the template, those of Django as well."""
    for name in token.split_contents()[1:]:
        parser.tags.pop(name, None)
        parser.filters.pop(name, None)
    return TextNode("")


@register.tag
def shouting(parser, token):
    """Inside, ``price`` is another tag."""
    before = parser.tags["price"]
    parser.tags = {**parser.tags, "price": lambda parser, token: TextNode("PRICE!")}
    nodelist = parser.parse(("endshouting",))
    parser.delete_first_token()
    parser.tags["price"] = before
    return WrapNode(nodelist, "i", {})


class SpeakNode(Node):
    def __init__(self, language, nodelist):
        self.language = language
        self.nodelist = nodelist

    def render(self, context):
        with translation.override(self.language):
            return self.nodelist.render(context)


@register.tag
def speak(parser, token):
    nodelist = parser.parse(("endspeak",))
    parser.delete_first_token()
    return SpeakNode(token.split_contents()[1], nodelist)
