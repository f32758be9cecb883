"""Turns pages of Django's admin and of its forms live: ``python shapes.py``.

Prints one JSON object: for each page whether it is kept as a shape, how many places of its templates are compared by
themselves and how many in a larger whole, and what was refused.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import compare  # Sets Django up.
import django
from admin_pages import PAGES, Page
from admin_site import settings as project
from django.contrib import admin
from django.template.context import make_context
from django.test.utils import override_settings

from djust import _djust
from djust.template.backends.django import Template


def live_base() -> str:
    """The base of all pages with a live root in it."""
    path = Path(admin.__file__).parent / "templates" / "admin" / "base.html"
    source = path.read_text("utf-8")
    live = source.replace('<div id="container">', '<div id="container" dj-root>')
    assert live != source, f"Django {django.__version__} has another container"
    return live


def measure(template: Any, context: dict[str, Any], request: Any) -> dict[str, Any]:
    """A page as a live one: mounted, and updated with the same."""
    compiled = template.template.compiled
    session = _djust.Session(compiled)
    names = make_context(context, request)
    with names.bind_template(template.template):
        html = session.mount(names)
        assert session.update(names) == ""
    typed, opaque = session.coverage()
    return {
        "template": template.template.name,
        "is_shaped": session.is_shaped,
        "typed": typed,
        "opaque": opaque,
        "refusals": session.refusals(),
        "length": len(html),
    }


def main() -> None:
    compare.fill()
    found: dict[str, Any] = {}
    original = Template.render
    current: list[Page] = []

    def render(template: Any, context: Any = None, request: Any = None) -> Any:
        html = original(template, context, request)
        if request is not None and " dj-root" in html:
            found[current[0].name] = measure(template, context, request)
        return html

    Template.render = render  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "admin").mkdir()
        (Path(directory) / "admin" / "base.html").write_text(live_base(), "utf-8")
        backend = [{**project.DJUST[0], "DIRS": [directory]}]
        with override_settings(TEMPLATES=backend):
            for page in PAGES:
                current[:] = [page]
                compare.ask(page)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
