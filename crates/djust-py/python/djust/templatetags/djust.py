"""Template tags of djust. The engine of djust knows them without ``{% load djust %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from djust.page import script_tag

register = template.Library()


@register.simple_tag(takes_context=True)
def djust_scripts(context: Any) -> SafeString:
    """The script of the client, for pages that want it in a certain place.

    A live page that has no such tag gets the script before its ``</body>``. On other pages the script does nothing.
    """
    return script_tag(context.get("request"))
