"""The parser that tag functions of libraries drive.

It is Django's ``Parser`` with its token list, tags, filters, ``command_stack`` and ``extra_data``; only ``parse()`` goes to
the Rust parser, which reads on from the same tokens. A tag function therefore finds every attribute and method that
Django documents or that libraries have come to use, and whatever it stores on the parser stays there for the template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.template.base import Parser as DjangoParser
from django.template.base import Token, TokenType
from django.template.library import Library

KINDS = (TokenType.TEXT, TokenType.VAR, TokenType.BLOCK, TokenType.COMMENT)


class Names(dict[str, Any]):
    """Tag or filter functions by name. When code first changes them, it keeps what they were."""

    before: dict[str, Any] | None = None

    def add_known(self, functions: dict[str, Any]) -> None:
        """Adds what the Rust parser knows, too."""
        dict.update(self, functions)
        if self.before is not None:
            self.before.update(functions)

    def take_changes(self) -> tuple[dict[str, Any], list[str]]:
        """What code has added or replaced since this was last asked, and the names that it removed."""
        before, self.before = self.before, None
        if before is None:
            return {}, []
        fresh = {
            name: function for name, function in self.items() if before.get(name) is not function
        }
        return fresh, [name for name in before if name not in self]


def _noting(name: str) -> Any:
    method = getattr(dict, name)

    def call(self: Names, *args: Any, **kwargs: Any) -> Any:
        if self.before is None:
            self.before = dict(self)
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


def merged(libraries: Iterable[Any], table: str) -> dict[str, Any]:
    """``tags`` or ``filters`` of libraries, of which the last one wins."""
    functions: dict[str, Any] = {}
    for library in libraries:
        functions.update(getattr(library, table))
    return functions


class Table:
    """`tags` or `filters` of a parser: put together when code first looks at it, which most tag functions never do."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, parser: Any, owner: type | None = None) -> Any:
        if parser is None:
            return self
        kept = vars(parser)
        if self.name not in kept:
            kept[self.name] = Names(merged(parser.known_libraries, self.name))
        return kept[self.name]

    def __set__(self, parser: Any, value: Any) -> None:
        kept = vars(parser)
        if not parser.is_made:
            # Django's constructor begins with an empty table.
            return
        names = Names(value)
        replaced: Names = self.__get__(parser)
        names.before = replaced if replaced.before is None else replaced.before
        kept[self.name] = names


class Parser(DjangoParser):
    """Django's parser over the tokens of one template, with the Rust parser behind ``parse()``."""

    # The Rust parser; absent once the template is compiled.
    driver: Any = None
    is_made = False
    tags: Any = Table()
    filters: Any = Table()

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
        # Libraries whose tags and filters the Rust parser knows as well.
        self.known_libraries: list[Any] = []
        super().__init__(tokens, libraries, builtins, origin)
        # What tag functions returned, by the place of their token: the node, and the place where the tag ends.
        self.compiled_nodes: dict[int, tuple[Any, int | None]] = {}
        self.is_made = True

    def parse(self, parse_until: Any = None) -> Any:
        if self.driver is None:
            return super().parse(parse_until)
        return self.driver.parse(self, list(parse_until or ()))

    def add_library(self, lib: Any) -> None:
        self.known_libraries.append(lib)
        kept = vars(self)
        for name in ("tags", "filters"):
            if name in kept:
                kept[name].add_known(getattr(lib, name))
        if self.driver is not None:
            self.driver.add_library(lib)

    def names_now(self) -> Callable[[], tuple[dict[str, Any], dict[str, Any]]]:
        """Gives the tags and filters of this moment when it is called."""
        kept = vars(self)
        if "tags" in kept or "filters" in kept:
            names = dict(self.tags), dict(self.filters)
            return lambda: names
        libraries = tuple(self.known_libraries)
        return lambda: (merged(libraries, "tags"), merged(libraries, "filters"))

    def take_changes(self) -> tuple[Library, list[str], list[str]] | None:
        """What code has changed in ``tags`` and ``filters``: a library of the new ones, and the names removed."""
        kept = vars(self)
        tables = [kept[name] for name in ("tags", "filters") if name in kept]
        if all(names.before is None for names in tables):
            return None
        library = Library()
        library.tags, tags = self.tags.take_changes()
        library.filters, filters = self.filters.take_changes()
        return library, tags, filters

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError("a template parser cannot be pickled")


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
