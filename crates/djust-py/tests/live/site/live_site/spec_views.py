"""The views that the specification describes, with stand-ins for an application's own functions."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from djust import (
    LiveView,
    LoginRequiredMixin,
    PermissionRequiredMixin,
    computed,
    event_handler,
    push_to_view,
    state,
)
from djust.decorators import cache, debounce, optimistic, permission_required, rate_limit, throttle

from .models import Author, Book

STATUSES = [{"id": "keycloak", "active": True}, {"id": "mail", "active": False}]
SERVICES_BY_ID = {status["id"]: status for status in STATUSES}


def get_all_statuses() -> list[dict[str, Any]]:
    return [dict(status) for status in STATUSES]


class S3Client:
    """Stands for a client of a service, which holds a connection."""

    sent: ClassVar[list[str]] = []

    def upload_file(self, name: str) -> None:
        self.sent.append(name)


class DashboardView(LiveView):
    template = """<div dj-view="DashboardView" dj-root>
      <p id="active">{{ active_count }} of {{ services|length }} active ({{ percentage_active }}%)</p>
      <p id="selected">{{ selected_id }}</p><input value="{{ search_query }}"><i>{{ last_updated|default:"" }}</i>
      <button dj-click="select_service" data-service-id="keycloak">Select Keycloak</button></div>"""
    tick_interval = 8000

    services = state(default=[])
    selected_id = state(default="")
    search_query = state(default="")
    filter_category = state(default="all")
    last_updated = state(default=None)

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.services = get_all_statuses()

    @computed
    def active_count(self) -> int:
        return sum(1 for service in self.services if service["active"])

    @computed
    def percentage_active(self) -> float:
        total = len(self.services)
        return (self.active_count / total * 100) if total else 0

    @event_handler
    def select_service(self, service_id: Any = "", **kwargs: Any) -> None:
        if service_id not in SERVICES_BY_ID:
            return
        self.selected_id = service_id

    def handle_tick(self) -> None:
        self.services = [*get_all_statuses(), {"id": "new", "active": True}]
        self.last_updated = timezone.now().year

    @event_handler
    def announce(self, **kwargs: Any) -> None:
        push_to_view("dashboard", {"services": []})


class ProductListView(LiveView):
    template = """<div dj-view="ProductListView" dj-root><input dj-input="search" value="{{ search_query }}">
      {% for product in products %}<li data-key="{{ product.id }}">{{ product.title }}</li>{% endfor %}</div>"""

    search_query = state(default="")
    filter_category = state(default="all")
    sort_by = state(default="title")

    def mount(self, request: Any, **kwargs: Any) -> None:
        self._refresh_products()

    def _refresh_products(self) -> None:
        products = Book.objects.all()
        if self.search_query:
            products = products.filter(
                Q(title__icontains=self.search_query) | Q(author__name__icontains=self.search_query)
            )
        if self.filter_category != "all":
            products = products.filter(author__name=self.filter_category)
        self._products = products.order_by(self.sort_by)

    @event_handler
    @debounce(wait=0.5)
    def search(self, value: str = "", **kwargs: Any) -> None:
        self.search_query = value
        self._refresh_products()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.products = self._products
        context = super().get_context_data(**kwargs)
        return context  # noqa: RET504 - the shape of the specification


class BareContextView(LiveView):
    """The other form of ``get_context_data``, with the other spelling of the decorator."""

    template = "<div dj-root>{{ query }}:{{ how_many }}:{% for item in items %}{{ item.title }} {% endfor %}</div>"

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.items: Any = []
        self.query = ""
        self._refresh()

    def _refresh(self) -> None:
        self._items = Book.objects.filter(title__icontains=self.query).order_by("title")

    @computed
    def how_many(self) -> int:
        return self._items.count()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.items = self._items
        return {"items": self.items, "query": self.query}

    @event_handler()
    def do_search(self, value: str = "", **kwargs: Any) -> None:
        self.query = value
        self._refresh()


class LogView(LiveView):
    """Derived data that does not fit a single property."""

    template = "<ol dj-root>{% for line in filtered_logs %}<li>{{ line }}</li>{% endfor %}</ol>"
    log_content = state(default="Started\nERROR disk\nerror net")
    search_query = state(default="")

    @event_handler
    def search(self, value: str = "", **kwargs: Any) -> None:
        self.search_query = value

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ctx = super().get_context_data(**kwargs)
        lines = self.log_content.split("\n")
        if self.search_query:
            ctx["filtered_logs"] = [
                line for line in lines if self.search_query.lower() in line.lower()
            ]
        else:
            ctx["filtered_logs"] = lines
        return ctx


class PatternsView(LiveView):
    """Modal, tabs, toast and loading state."""

    template = """<div dj-root>
      {% if show_modal %}<div class="modal-overlay"><div class="modal"><button dj-click="close_modal">close</button>
        <div>{{ modal_data.name }}</div></div></div>{% endif %}
      <button dj-click="switch_tab" data-tab-name="settings"
        class="{% if active_tab == 'settings' %}active{% endif %}">Settings</button>
      {% if active_tab == "overview" %}the overview{% elif active_tab == "settings" %}the settings{% endif %}
      {% if toast_message %}<div class="toast">{{ toast_message }}</div>{% endif %}
      {% if is_loading %}<div class="spinner">Loading...</div>{% else %}<div id="data">{{ data }}</div>{% endif %}</div>"""

    show_modal = state(default=False)
    modal_data = state(default={})
    active_tab = state(default="overview")
    toast_message = state(default="")
    is_loading = state(default=False)
    broken = state(default=False)

    @event_handler
    def open_modal(self, item_id: Any = "", **kwargs: Any) -> None:
        self.modal_data = {"name": f"item {item_id}"}
        self.show_modal = True

    @event_handler
    def close_modal(self, **kwargs: Any) -> None:
        self.show_modal = False
        self.modal_data = {}

    @event_handler
    def switch_tab(self, tab_name: Any = "", **kwargs: Any) -> None:
        if tab_name in ("overview", "settings", "logs"):
            self.active_tab = tab_name

    @event_handler
    def save_item(self, fail: bool = False, **kwargs: Any) -> None:
        try:
            if fail:
                raise ValueError("<no room>")
            self.toast_message = "Saved successfully!"
        except Exception as error:
            self.toast_message = f"Error: {error}"

    @event_handler
    def load_data(self, **kwargs: Any) -> None:
        self.is_loading = True
        try:
            self.data = "expensive"
        finally:
            self.is_loading = False


class UploadView(LiveView):
    """A client of a service, made when it is needed."""

    template = "<p dj-root>{{ uploaded }}</p>"
    uploaded = state(default=0)

    def _get_s3_client(self) -> S3Client:
        return S3Client()

    @event_handler
    def upload(self, **kwargs: Any) -> None:
        client = self._get_s3_client()
        client.upload_file("photo")
        self.uploaded += 1


class ServiceInStateView(LiveView):
    template = "<p dj-root>{{ client }}{{ count }}</p>"
    count = state(default=0)

    def mount(self, request: Any, **kwargs: Any) -> None:
        self.client = S3Client()

    @event_handler
    def increment(self, **kwargs: Any) -> None:
        self.count += 1


class SecretsView(LiveView):
    template = "<p dj-root>{{ shown }}{% debug %}</p>"
    shown = state(default="shown")

    def mount(self, request: Any, **kwargs: Any) -> None:
        self._api_secret = "do not tell"


class SecureView(LoginRequiredMixin, LiveView):
    template = "<p dj-root>{{ count }}</p>"
    count = state(default=0)


class SecureByAttributeView(LiveView):
    template = "<p dj-root>in</p>"
    login_required = True


class AdminView(PermissionRequiredMixin, LiveView):
    template = "<p dj-root>in</p>"
    permission_required = "live_site.change_book"


class ItemsView(LiveView):
    template = "<ul dj-root>{% for item in items %}<li>{{ item.name }}</li>{% endfor %}</ul>"

    def mount(self, request: Any, **kwargs: Any) -> None:
        if not request.user.is_authenticated:
            raise PermissionDenied("Must be logged in")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"items": Author.objects.order_by("pk")}

    @event_handler
    @permission_required("live_site.delete_author")
    def delete_item(self, item_id: int = 0, **kwargs: Any) -> None:
        item = Author.objects.get(id=item_id)
        if item.name != self.request.user.get_username():
            raise PermissionDenied("Not authorized")
        item.delete()


class StackedView(LiveView):
    """Decorators on top of one another; called from Python they change nothing."""

    template = (
        "<p dj-root>{{ scroll_position }} {{ likes }} {{ suggestions|join:',' }} {{ runs }}</p>"
    )
    scroll_position = state(default=0)
    likes = state(default=0)
    suggestions = state(default=[])
    runs = state(default=0)

    @event_handler
    @throttle(interval=0.1)
    def on_scroll(self, scroll_y: int = 0, **kwargs: Any) -> None:
        self.scroll_position = scroll_y

    @event_handler
    @optimistic
    def like_post(self, post_id: int = 0, **kwargs: Any) -> None:
        self.likes += post_id

    @event_handler
    @cache(ttl=300, key_params=["query"])
    def autocomplete(self, query: str = "", **kwargs: Any) -> None:
        names = Author.objects.filter(name__istartswith=query).order_by("name")
        self.suggestions = [author.name for author in names[:10]]

    @event_handler
    @rate_limit(rate=5, burst=3)
    def expensive_operation(self, **kwargs: Any) -> None:
        self.runs += 1
