"""Node lists that Rust renders and that Python code can still look into."""

from __future__ import annotations

from typing import Any

from django.template.base import DebugLexer, NodeList
from django.template.loader_tags import BLOCK_CONTEXT_KEY

from .parser import Parser, replay


class CompiledNodeList(NodeList):
    """A ``NodeList`` whose rendering is compiled.

    Its elements are made of Django's node classes when they are first asked for; a list that was changed since renders
    those elements instead of the compiled code.
    """

    compiled: Any

    listed: list[Any] | None = None

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled

    def render(self, context: Any) -> Any:
        if self.is_changed() or BLOCK_CONTEXT_KEY in context.render_context:
            # Django: an ExtendsNode of a library's own makes the blocks wait in the render context.
            self.elements()
            return super().render(context)
        return self.compiled.render(context)

    def make_elements(self) -> list[Any]:
        raise NotImplementedError

    def elements(self) -> list[Any]:
        """Fills the list, the first time, with nodes of Django's classes."""
        if self.listed is None:
            made = self.make_elements()
            self.listed = made
            super().extend(made)
        return self.listed

    def is_changed(self) -> bool:
        listed = self.listed
        if listed is None:
            return False
        return len(listed) != super().__len__() or any(
            one is not other for one, other in zip(listed, super().__iter__(), strict=True)
        )


def _filled(name: str) -> Any:
    method = getattr(NodeList, name)

    def call(self: CompiledNodeList, *args: Any, **kwargs: Any) -> Any:
        self.elements()
        return method(self, *args, **kwargs)

    call.__name__ = name
    call.__doc__ = method.__doc__
    return call


for _name in (
    "__iter__",
    "__len__",
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__contains__",
    "__reversed__",
    "__eq__",
    "__ne__",
    "__add__",
    "__iadd__",
    "__mul__",
    "__repr__",
    "append",
    "clear",
    "copy",
    "count",
    "extend",
    "index",
    "insert",
    "pop",
    "remove",
    "reverse",
    "sort",
    "get_nodes_by_type",
):
    setattr(CompiledNodeList, _name, _filled(_name))
# Django: a node list is true when it has nodes; a compiled one knows that without making them.
CompiledNodeList.__hash__ = None


class TemplateNodeList(CompiledNodeList):
    """The nodes of a whole template."""

    def __init__(self, template: Any) -> None:
        self.compiled = template.compiled
        self.template = template

    def make_elements(self) -> list[Any]:
        template = self.template
        engine = template.engine
        parser: Parser | None = self.compiled.parser
        tokens = DebugLexer(template.source).tokenize()
        known = {} if parser is None else parser.compiled_nodes
        tags: dict[str, Any] = {}
        filters: dict[str, Any] = {}
        for library in engine.template_builtins:
            tags.update(library.tags)
            filters.update(library.filters)
        nodes: list[Any] = replay(
            tokens,
            tags=tags,
            filters=filters,
            libraries=engine.template_libraries,
            origin=template.origin,
            known=known,
        )
        return nodes


class PartialNodeList(CompiledNodeList):
    """The nodes of one partial of a template."""

    def __init__(self, compiled: Any, template: Any, name: str) -> None:
        super().__init__(compiled)
        self.template = template
        self.name = name

    def make_elements(self) -> list[Any]:
        from django.template.defaulttags import PartialDefNode

        for node in self.template.nodelist.get_nodes_by_type(PartialDefNode):
            if node.partial_name == self.name:
                return list(node.nodelist)
        return []


class ChildNodeList(CompiledNodeList):
    """What ``parser.parse(...)`` returns to the tag function of a library."""

    contains_nontext = True

    def __init__(self, compiled: Any, parser: Parser, tokens: list[Any]) -> None:
        super().__init__(compiled)
        self.tokens = tokens
        self.known = parser.compiled_nodes
        self.names = parser.names_now()
        self.libraries = parser.libraries
        self.origin = parser.origin

    def make_elements(self) -> list[Any]:
        tags, filters = self.names()
        nodes: list[Any] = replay(
            self.tokens,
            tags=tags,
            filters=filters,
            libraries=self.libraries,
            origin=self.origin,
            known=self.known,
        )
        return nodes
