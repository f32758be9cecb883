"""The base class of live pages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.views import View

from .background import REQUESTS, AsyncResult, Request
from .decorators import is_event_handler
from .effects import Effects
from .events import form_data
from .names import ClassNames
from .navigation import Navigation


class LiveView(Effects, Navigation, View):
    """A page whose state lives on the server and that changes while it is open.

    Write ``mount`` to set the state up, handlers marked with :func:`~djust.event_handler` to change it, and a template
    that shows it. After each event the template is rendered again and the differences go to the page. Route it like any
    view of Django, with ``as_view()``.

    .. code-block:: python

        class Counter(LiveView):
            template_name = "counter.html"
            count = state(default=0)

            @event_handler
            def increment(self, **kwargs):
                self.count += 1
    """

    template_name: str | None = None
    """Name of the template."""

    template: str | None = None
    """The text of a template, instead of a name."""

    template_engine: str | None = None
    """``NAME`` of the entry in ``TEMPLATES`` whose directories and options are used; by default the first that fits."""

    login_required: bool = False
    """Send visitors who are not logged in to the login page."""

    tick_interval: int | None = None
    """Milliseconds between calls of :meth:`handle_tick` while a socket is open."""

    temporary_assigns: ClassVar[dict[str, Any]] = {}
    """Names of public attributes with their defaults, which they have again after each render; they are not stored. Show
    them in an element with ``dj-update``, which keeps what was rendered there before."""

    _djust_names: ClassVar[ClassNames]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._djust_names = ClassNames(cls, _FRAMEWORK)
        # A handler called `delete` or `post` answers events, not requests.
        cls.http_method_names = [
            name for name in cls.http_method_names if not is_event_handler(getattr(cls, name, None))
        ]
        if "mount" in vars(cls):
            cls.mount = _keeping_request(cls.mount)  # type: ignore[method-assign]

    @functools.cached_property
    def form_data(self) -> QueryDict:
        """Inside a handler: the fields of the form that was submitted, empty for other events."""
        return form_data(None)

    def mount(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Set the state up; called once for each load of the page, with the URL's keyword arguments.

        It may raise ``PermissionDenied`` or ``Http404``, and may return a response (a redirect, say), which is then sent
        instead of the page. It may be a coroutine function.
        """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Names for the template, called before each render.

        The public attributes and the computed values are in the context whether or not an override calls this method, so
        an override may also return only what it adds.
        """
        return {**self._djust_names.context(self), **kwargs}

    def handle_tick(self) -> Any:
        """Called every ``tick_interval`` milliseconds; may be a coroutine function."""

    def start_async(
        self, name: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> None:
        """Run a function beside the page, and tell :meth:`handle_async` how it ended.

        It begins when the handler, or ``mount`` and the connection of the page, is done; if the handler fails it does not
        begin. Coroutine functions run on the event loop, others in a thread. It should take what it needs as arguments: the
        view belongs to the handlers. Starting the same name again cancels what ran under it.
        """
        self.__dict__.setdefault(REQUESTS, []).append(Request(name, function, args, kwargs))

    def cancel_async(self, name: str, /) -> None:
        """Cancel what was started under this name; :meth:`handle_async` will not hear of it.

        A function that runs in a thread comes to its end, but its result is dropped.
        """
        self.__dict__.setdefault(REQUESTS, []).append(Request(name))

    def handle_async(self, name: str, result: AsyncResult) -> Any:
        """Called when work in the background has ended, like a handler; may be a coroutine function.

        ``result.ok`` says how, ``result.value`` and ``result.error`` are the outcome, ``result.get()`` gives the one or
        raises the other. Work that was lost with its process ends with ``WorkInterrupted``.
        """
        result.get()

    def rebuild_private(self, missing: list[str]) -> None:
        """Make the private attributes again that could not be stored; called when a page resumes in another process.

        Everything else is in its place by then. A view without this method is mounted again instead, and the stored
        public state is laid over the result.
        """

    def get_template_name(self) -> str | None:
        """The template to use; override it to choose one."""
        return self.template_name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The whole page, which then takes a socket to the same state."""
        from .http import page_response

        return page_response(self, request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        from .access import refusal_of
        from .runtime.entry import entry_of

        refusal = refusal_of(self, request)
        if refusal is not None:
            return refusal
        entry = entry_of(request)
        if entry is not None:
            return entry.reach(self)
        return super().dispatch(request, *args, **kwargs)


def _keeping_request(mount: Callable[..., Any]) -> Callable[..., Any]:
    """Let ``self.request`` work after a direct ``view.mount(request)``, as tests call it."""

    @functools.wraps(mount)
    def mount_keeping_request(
        self: LiveView, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Any:
        if not hasattr(self, "request"):
            self.request = request
        return mount(self, request, *args, **kwargs)

    return mount_keeping_request


_FRAMEWORK = frozenset(name for name in dir(LiveView) if not name.startswith("_"))
LiveView._djust_names = ClassNames(LiveView, _FRAMEWORK)
