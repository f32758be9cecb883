"""Tags that Django's lexer does not read as one tag."""

from __future__ import annotations

import re

from django.template.base import tag_re

_QUOTES = re.compile(r"""["']""")


def has_unusual_tags(source: str) -> bool:
    """Whether a source has a tag over several lines, or a tag inside a quoted argument of a tag.

    To Django both are text, or a syntax error. Libraries that put a function of their own in the place of
    ``Template.compile_nodelist`` read them.

    >>> has_unusual_tags('{% card title="{% lorem 1 w %}" %}')
    True
    >>> has_unusual_tags('{% card title="One" %}')
    False
    """
    for number, piece in enumerate(tag_re.split(source)):
        if number % 2 == 0:
            if "{%" in piece or "{{" in piece:
                return True
        elif piece.startswith("{%") and len(_QUOTES.findall(piece)) % 2:
            return True
    return False
