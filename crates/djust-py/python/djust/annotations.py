"""Annotations that are written as text."""

from __future__ import annotations

import inspect
import logging
import sys
import typing
from typing import Any

logger = logging.getLogger("djust")


def resolve_annotation(annotation: Any, module: str, where: str) -> Any:
    """The annotation itself where it is written as text; ``inspect.Parameter.empty`` where the text has no meaning.

    ``where`` tells the log what is annotated.
    """
    if not isinstance(annotation, str):
        return annotation
    names = getattr(sys.modules.get(module), "__dict__", {})
    holder = type("Annotated", (), {"__annotations__": {"it": annotation}})
    try:
        return typing.get_type_hints(holder, names, {}, include_extras=True)["it"]
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        logger.warning(
            "%s.%s: the annotation %r means nothing at run time (%s), so its values arrive as they were sent. "
            "Import the name outside TYPE_CHECKING.",
            module,
            where,
            annotation,
            error,
        )
        return inspect.Parameter.empty
