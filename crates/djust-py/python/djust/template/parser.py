"""The parser that tag functions of libraries drive.

It is Django's ``Parser`` with its token list, tags, filters, ``command_stack`` and ``extra_data``; only ``parse()`` goes to
the Rust parser, which reads on from the same tokens. A tag function therefore finds every attribute and method that
Django documents or that libraries have come to use, and whatever it stores on the parser stays there for the template.
"""

from __future__ import annotations

from typing import Any

from django.template.base import Parser as DjangoParser
from django.template.base import Token, TokenType
from django.template.library import Library

KINDS = (TokenType.TEXT, TokenType.VAR, TokenType.BLOCK, TokenType.COMMENT)


class Names(dict[str, Any]):
    """Tag or filter functions by name, which notes that code has changed it."""

    is_changed = False


def _noting(name: str) -> Any:
    method = getattr(dict, name)

    def call(self: Names, *args: Any, **kwargs: Any) -> Any:
        self.is_changed = True
        return method(self, *args, **kwargs)

    call.__name__ = name
    call.__doc__ = method.__doc__
    return call


for _name in (
    "__setitem__",
    "__delitem__",
    "__ior__",
    "clear",
    "pop",
    "popitem",
    "setdefault",
    "update",
):
    setattr(Names, _name, _noting(_name))


class Parser(DjangoParser):
    """Django's parser over the tokens of one template, with the Rust parser behind ``parse()``."""

    def __init__(
        self,
        raw_tokens: list[tuple[int, str, int, int, int]],
        libraries: dict[str, Any],
        builtins: list[Any],
        origin: Any,
    ) -> None:
        tokens = [
            Token(KINDS[kind], contents, (start, end), line)
            for kind, contents, start, end, line in raw_tokens
        ]
        super().__init__(tokens, libraries, builtins, origin)
        # What tag functions returned, by the place of their token: the node, and the place where the tag ends.
        self.compiled_nodes: dict[int, tuple[Any, int | None]] = {}
        # The Rust parser; absent once the template is compiled.
        self.driver: Any = None
        self.note_names()

    def parse(self, parse_until: Any = None) -> Any:
        if self.driver is None:
            return super().parse(parse_until)
        return self.driver.parse(self, list(parse_until or ()))

    def add_library(self, lib: Any) -> None:
        super().add_library(lib)
        if getattr(self, "driver", None) is not None:
            self.driver.add_library(lib)

    def note_names(self) -> None:
        """Takes tags and filters as they are for what the Rust parser knows."""
        tags, filters = Names(self.tags), Names(self.filters)
        self.known_tags = (tags, dict(tags))
        self.known_filters = (filters, dict(filters))
        self.tags, self.filters = tags, filters

    def take_changes(self) -> tuple[Library, list[str], list[str]] | None:
        """What code has changed in ``tags`` and ``filters``: a library of the new ones, and the names removed."""
        tables = ((self.tags, self.known_tags[0]), (self.filters, self.known_filters[0]))
        if all(now is known and not known.is_changed for now, known in tables):
            return None
        library = Library()
        library.tags, tags = _difference(self.known_tags[1], self.tags)
        library.filters, filters = _difference(self.known_filters[1], self.filters)
        self.note_names()
        return library, tags, filters

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError("a template parser cannot be pickled")


def _difference(before: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    fresh = {name: function for name, function in now.items() if before.get(name) is not function}
    return fresh, [name for name in before if name not in now]


class ReplayedTags(dict[str, Any]):
    """Tag functions that return the node which the template already has for a token."""

    def __init__(self, tags: dict[str, Any], known: dict[int, tuple[Any, int | None]]) -> None:
        super().__init__(tags)
        self.known = known

    def __getitem__(self, name: str) -> Any:
        function = super().__getitem__(name)

        def compile_or_reuse(parser: Any, token: Any) -> Any:
            try:
                node, end = self.known[token.position[0]]
            except (KeyError, TypeError):
                return function(parser, token)
            while parser.tokens and (end is None or parser.tokens[-1].position[0] < end):
                parser.delete_first_token()
            return node

        return compile_or_reuse


def replay(
    tokens: list[Token],
    *,
    tags: dict[str, Any],
    filters: dict[str, Any],
    libraries: dict[str, Any],
    origin: Any,
    known: dict[int, tuple[Any, int | None]],
) -> Any:
    """The node list of Django's own classes for tokens that the Rust parser has compiled.

    Nodes of libraries are the very objects that the compiled template renders.
    """
    parser = DjangoParser(tokens, libraries, [], origin)
    parser.tags = ReplayedTags(tags, known)
    parser.filters = dict(filters)
    return parser.parse()
