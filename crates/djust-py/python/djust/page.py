"""What a live page carries besides its own markup: a block with the configuration, and the client's script."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ._djust import insert_at, page_marks
from .conf import djust_settings

try:
    from django.middleware.csp import get_nonce
except ImportError:  # Django before 6.0
    get_nonce = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from django.http import HttpRequest

CLIENT = "djust/client.js"

# The optional parts of the client by the words that ask for them: WORD of an attribute dj-WORD, the name of an element,
# the number of a patch operation, the kind of an effect, an option of a handler, or a name that the client itself uses.
PARTS = {
    "input": "fields",
    "textarea": "fields",
    "select": "fields",
    "effect-flash": "effects",
    "effect-focus": "effects",
    "effect-push": "effects",
    "effect-redirect": "effects",
    "effect-scroll": "effects",
    "effect-title": "effects",
    "model": "model",
    "patch": "navigation",
    "navigate": "navigation",
    "effect-url": "navigation",
    "effect-navigate": "navigation",
    "debounce": "pace",
    "throttle": "pace",
    "loading": "loading",
    "optimistic": "optimistic",
    "cache": "cache",
    "client_state": "share",
    "fallback": "fallback",
    "operation-6": "move",
    "operation-8": "tree",
    "operation-9": "merge",
    "operation-10": "move",
}

# None of these can then end the block or be taken for markup; JSON reads them back as they were.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def script_tag(request: HttpRequest | None) -> SafeString:
    """The tag that loads the client, with the page's nonce where the page has one."""
    nonce = _nonce(request)
    if nonce:
        return format_html(
            '<script type="module" src="{}" nonce="{}" data-djust></script>', static(CLIENT), nonce
        )
    return format_html('<script type="module" src="{}" data-djust></script>', static(CLIENT))


def config_block(
    token: str,
    csrf: str,
    count: int,
    checksum: int,
    handlers: dict[str, dict[str, Any]] | None = None,
    model: dict[str, Any] | None = None,
) -> SafeString:
    """The block that tells the client which page it is on, what it has to do about some of the handlers, and what bound
    controls hold that do not say so themselves.
    """
    own: dict[str, Any] = {"token": token, "csrf": csrf, "count": count, "sum": checksum}
    if handlers:
        own["handlers"] = handlers
    if model:
        own["model"] = model
    settings = djust_settings()
    site = _site(
        get_script_prefix() + settings.SOCKET_PATH.lstrip("/"),
        static(CLIENT),
        tuple(settings.REDIRECT_HOSTS),
    )
    return mark_safe(  # noqa: S308
        f'<script type="application/json" id="djust-config">{_json(own)[:-1]},{site[1:]}</script>'
    )


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")).translate(_ESCAPES)


@functools.lru_cache(maxsize=64)
def _site(socket: str, client: str, hosts: tuple[str, ...]) -> str:
    """What the block says on all pages: where the socket and the optional parts are, and where redirects may lead."""
    site: dict[str, Any] = {"socket": socket, "parts": _parts_beside(client)}
    return _json({**site, "hosts": list(hosts)} if hosts else site)


def _parts_beside(client: str) -> dict[str, str]:
    """The address of each part by its words; under "" what all addresses begin with.

    Kept by the address of the client: whatever changes addresses changes that one.
    """
    addresses = {word: static(f"djust/parts/{name}.js") for word, name in PARTS.items()}
    first, last = min(addresses.values()), max(addresses.values())
    pairs = enumerate(zip(first, last, strict=False))
    base = first[: next((at for at, (one, other) in pairs if one != other), len(first))]
    return {"": base} | {word: address.removeprefix(base) for word, address in addresses.items()}


def complete(html: str, config: str, request: HttpRequest | None) -> bytes:
    """The page in UTF-8 with the block, and with the script unless it has that already.

    Both go before the last ``</body>``, or to the end of a page that has none.
    """
    has_script, at = page_marks(html)
    return insert_at(html, at, config if has_script else config + script_tag(request))


def _nonce(request: HttpRequest | None) -> str:
    """The nonce of the page's content security policy, from Django or from django-csp."""
    if request is None:
        return ""
    nonce: Any = getattr(request, "csp_nonce", None)
    if nonce is None and get_nonce is not None:
        nonce = get_nonce(request)
    return str(nonce) if nonce is not None else ""
