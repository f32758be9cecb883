"""Pages whose template another library has compiled, in a language that only it reads.

Such a template has no literals and places that could be compared, only a text that it renders to. The page is kept as a
tree and compared as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template import Context
from django.utils.safestring import SafeString

from .. import _djust

if TYPE_CHECKING:
    from ..template import Template


def native_of(template: Template) -> Any:
    """The native session of a page of this template."""
    if template.compiled is None:
        return ForeignSession(template)
    return _djust.Session(template.compiled)


def rendered(template: Template, context: dict[str, Any]) -> str:
    """What a template renders to, whoever compiled it."""
    if template.compiled is None:
        made = Context(context, autoescape=template.engine.autoescape)
        return str(template.render(made))
    return str(template.compiled.render(context))


class ForeignSession:
    """The interface of ``_djust.Session`` over a template of another library."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._native = _djust.Session(template.engine.from_string("{{ page }}").compiled)

    def _page(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"page": SafeString(rendered(self._template, context))}

    def mount(self, context: dict[str, Any]) -> str:
        html: str = self._native.mount(self._page(context))
        return html

    def update(self, context: dict[str, Any]) -> str | None:
        operations: str | None = self._native.update(self._page(context))
        return operations

    def resync(self, client_html: str, context: dict[str, Any], *numbering: Any) -> tuple[str, int]:
        answer: tuple[str, int] = self._native.resync(client_html, self._page(context), *numbering)
        return answer

    def report(self) -> list[str]:
        name = self._template.name or "a template"
        return [
            f"{name}: the page is compared as a whole: another library has compiled its template; keep the tags that"
            " only it reads in templates that are included"
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._native, name)
