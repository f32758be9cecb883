"""What the Rust side asks of Django: the parts of its behaviour that are said best in Python."""

from __future__ import annotations

import copy
import functools
import inspect
import logging
import warnings
from datetime import datetime
from types import CodeType, FunctionType
from typing import Any

from django.conf import settings
from django.core.cache import InvalidCacheBackendError, caches
from django.core.cache.utils import make_template_fragment_key
from django.template import defaultfilters, defaulttags
from django.template import library as tag_library
from django.template.base import DebugLexer, Token, TokenType, VariableDoesNotExist
from django.template.context import Context, RequestContext
from django.templatetags.static import PrefixNode, StaticNode
from django.urls import reverse as django_reverse
from django.utils import formats, timezone, translation

from .observation import send_rendered as send_rendered

try:
    from django.utils.inspect import signature
except ImportError:  # Django before 5.2
    from inspect import signature

logger = logging.getLogger("django.template")

gettext = translation.gettext
pgettext = translation.pgettext
ngettext = translation.ngettext
npgettext = translation.npgettext


# Lookup


def needs_arguments(function: Any) -> bool:
    """Whether a call that failed with a ``TypeError`` failed for want of arguments (``Variable._resolve_lookup``)."""
    try:
        known = signature(function)
    except ValueError:
        return True
    try:
        known.bind()
    except TypeError:
        return True
    return False


def log_failed_lookup(bit: str | None, template: str | None, error: Any, found: Any) -> None:
    """Writes the line that ``Variable._resolve_lookup`` writes."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    if error is None:
        error = VariableDoesNotExist("Failed lookup for key [%s] in %r", (bit, found))
    logger.debug(
        "Exception while resolving variable '%s' in template '%s'.",
        bit,
        template or "unknown",
        exc_info=error,
    )


def make_context(dicts: list[Any], template: Any, request: Any) -> Context:
    """A context of Django over dictionaries that a render reads; ``template`` is what it renders."""
    context = Context() if request is None else RequestContext(request)
    context.dicts = dicts
    context.template = template
    if template is not None:
        context.template_name = template.name
        context.render_context.template = template
    context.render_context.push()
    return context


def copy_context(outer: Context, dicts: list[Any]) -> Context:
    """The context of an inclusion tag's template: another's with other names (``InclusionNode.render``)."""
    context = outer.new()
    # The way back to the render that has lent the other context.
    vars(context).pop("_djust_scope", None)
    context.dicts = dicts
    context.render_context.push()
    return context


def show_localised(value: Any, use_tz: bool | None, use_l10n: bool | None) -> str:
    """A number or a moment as ``{{ }}`` shows it (``render_value_in_context``)."""
    local = timezone.template_localtime(value, use_tz=use_tz)  # type: ignore[attr-defined]
    return str(formats.localize(local, use_l10n=use_l10n))


# Errors


def enclosing_token(template: Any, start: int, end: int) -> Any:
    """The tag of a template's source that a place in it belongs to, or the place itself."""
    token: Any
    for token in DebugLexer(template.source).tokenize():
        first, last = token.position
        if first <= start < last and token.token_type is not TokenType.TEXT:
            return token
    return Token(TokenType.TEXT, template.source[start:end], (start, end), None)


def mark_token(exception: BaseException, template: Any, start: int, end: int) -> None:
    """Notes the innermost token that an exception is about (``Parser.error``)."""
    if not hasattr(exception, "token"):
        exception.token = enclosing_token(template, start, end)  # type: ignore[attr-defined]


def annotate(exception: BaseException, template: Any, start: int, end: int) -> None:
    """Sets ``template_debug``, from which Django's debug page shows the line."""
    if hasattr(exception, "template_debug"):
        return
    token = getattr(exception, "token", None)
    if not isinstance(token, Token) or token.position is None:
        token = enclosing_token(template, start, end)
    exception.template_debug = template.get_exception_info(exception, token)  # type: ignore[attr-defined]


# Tags and filters


def compile_tag(function: Any, parser: Any, token: Any) -> Any:
    """Calls a tag function as ``Parser.parse`` does."""
    command = token.contents.split()[0]
    start = token.position[0]
    parser.command_stack.append((command, token))
    try:
        node = function(parser, token)
    except Exception as error:
        raise parser.error(token, error) from error.__cause__
    parser.command_stack.pop()
    node.must_be_first  # noqa: B018 - what is no node fails here as in Django
    node.token = token
    node.origin = parser.origin
    end = parser.tokens[-1].position[0] if parser.tokens else None
    parser.compiled_nodes[start] = (node, end)
    return node


def apply_load(parser: Any, contents: str) -> None:
    """Runs ``{% load %}`` on the parser of a template that the Rust parser has run it on."""
    driver, parser.driver = parser.driver, None
    try:
        defaulttags.load(parser, Token(TokenType.BLOCK, contents))
    finally:
        parser.driver = driver


def _codes(method: Any) -> set[Any]:
    """The code of the functions that a decorator of Django's ``Library`` puts in the place of a tag function."""
    if getattr(method, "__module__", None) != _LIBRARY:
        return set()
    inner = [code for code in method.__code__.co_consts if isinstance(code, CodeType)]
    inner += [one for code in inner for one in code.co_consts if isinstance(one, CodeType)]
    return {code for code in inner if code.co_name == "compile_func"}


_LIBRARY = "django.template.library"
_KEPT = {
    "func",
    "takes_context",
    "params",
    "varargs",
    "varkw",
    "defaults",
    "kwonly",
    "kwonly_defaults",
}
_SIMPLE = _codes(tag_library.Library.simple_tag)
_INCLUSION = _codes(tag_library.Library.inclusion_tag)


def function_tag(function: Any) -> dict[str, Any] | None:
    """What ``simple_tag`` or ``inclusion_tag`` keeps of a function, if they made this tag function and nobody changed it.

    >>> register = tag_library.Library()
    >>> tag = register.simple_tag(lambda a, b=1: a + b, name="sum") and register.tags["sum"]
    >>> function_tag(tag)["params"]
    ['a', 'b']
    """
    if type(function) is not FunctionType or function.__globals__ is not vars(tag_library):
        return None
    code = function.__code__
    if code not in _SIMPLE and code not in _INCLUSION:
        return None
    own = (tag_library.parse_bits, tag_library.SimpleNode, tag_library.InclusionNode)
    if any(thing.__module__ != _LIBRARY for thing in own):
        return None
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    kept = {name: cell.cell_contents for name, cell in cells}
    if not kept.keys() >= _KEPT:
        # A version of Django that we do not know.
        return None
    kept["node"] = None
    if code in _INCLUSION:
        if "filename" not in kept:
            return None
        kept["node"] = tag_library.InclusionNode(
            kept["func"], kept["takes_context"], [], {}, kept["filename"]
        )
    return kept


@functools.cache
def filter_arity(function: Any) -> tuple[int, int]:
    """Least and most arguments besides the input (``FilterExpression.args_check``)."""
    names, _, _, defaults, *_ = inspect.getfullargspec(inspect.unwrap(function))
    least = len(names) - len(defaults or ()) - 1
    return max(least, 0), max(len(names) - 1, 0)


_FILTER_LIBRARIES = (
    "django.templatetags.i18n",
    "django.templatetags.l10n",
    "django.templatetags.tz",
    "django.contrib.humanize.templatetags.humanize",
)


def builtin_filter(name: str) -> Any:
    """Django's function for one of its own filters."""
    try:
        return defaultfilters.register.filters[name]
    except KeyError:
        for path in _FILTER_LIBRARIES:
            library = tag_library.import_library(path)
            if name in library.filters:
                return library.filters[name]
    return None


def include(template: Any, context: Any) -> str | None:
    """Renders what ``{% include %}`` was given, if it is a template of another class (``IncludeNode.render``)."""
    if not callable(getattr(template, "render", None)):
        return None
    if hasattr(template, "template"):
        template = template.template
    text: str = template.render(context)
    return text


def render_inclusion(node: Any, context: Any, names: Any) -> str:
    """Renders an inclusion tag whose function has returned something other than a dictionary."""
    copied = copy.copy(node)
    # What was resolved and called already is not resolved and called again.
    copied.func, copied.args, copied.kwargs = (lambda *context: names), [], {}
    rendered: str = copied.render(context)
    return rendered


def make_partial(template: Any, name: str, compiled: Any, start: int, end: int) -> Any:
    """A partial of a template, as ``template.extra_data`` has it from Django 6.0 on."""
    from django.template.base import PartialTemplate

    from .nodes import PartialNodeList

    places = {"source_start": start, "source_end": end} if template.engine.debug else {}
    nodelist = PartialNodeList(compiled, template, name)
    return PartialTemplate(nodelist, template.origin, name, **places)


# Services


def reverse(view: Any, args: list[Any], kwargs: dict[str, Any], current_app: Any) -> str:
    """Address of a view (``URLNode.render``)."""
    return django_reverse(view, args=args, kwargs=kwargs, current_app=current_app)


def query_string(request: Any, args: list[Any], kwargs: dict[str, Any]) -> str:
    """Text of ``{% querystring %}``."""
    context: Any = Context()
    if request is not None:
        context.request = request
    return defaulttags.querystring(context, *args, **kwargs)


def static_url(path: str) -> str:
    return StaticNode.handle_simple(path)


def prefix(name: str) -> str:
    return PrefixNode.handle_simple(name)


def now() -> datetime:
    """The present moment as ``{% now %}`` takes it."""
    return datetime.now(tz=timezone.get_current_timezone() if settings.USE_TZ else None)


def warn(message: str) -> None:
    if settings.DEBUG:
        warnings.warn(message, stacklevel=2)


override_language = translation.override
override_time_zone = timezone.override
language_is_bidi = translation.get_language_bidi
language_info = translation.get_language_info
time_zone_name = timezone.get_current_timezone_name


def language() -> str:
    return translation.get_language() or ""


def languages() -> list[tuple[str, str]]:
    """Codes and names of the languages on offer (``GetAvailableLanguagesNode``)."""
    return [(code, translation.gettext(name)) for code, name in settings.LANGUAGES]


def _fragment_cache(name: str | None) -> Any:
    if name is not None:
        return caches[name]
    try:
        return caches["template_fragments"]
    except InvalidCacheBackendError:
        return caches["default"]


def cached_fragment(cache: str | None, name: str, vary_on: list[str]) -> Any:
    """What ``{% cache %}`` kept (``CacheNode.render``)."""
    return _fragment_cache(cache).get(make_template_fragment_key(name, vary_on))


def keep_fragment(
    cache: str | None, name: str, vary_on: list[str], seconds: int | None, text: str
) -> None:
    """Keeps the text of a ``{% cache %}``."""
    _fragment_cache(cache).set(make_template_fragment_key(name, vary_on), text, seconds)
