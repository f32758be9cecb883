"""What the specification shows, done the way it shows it."""

import importlib
import logging
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import PermissionDenied
from django.template import engines
from django.test import Client, RequestFactory

from djust import push_to_view
from djust.testing import LiveClient
from live_site.models import Author, Book
from live_site.spec_views import DashboardView, ItemsView, ProductListView, S3Client, SecureView

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "live_site.spec_urls"


@pytest.mark.parametrize(
    "statement",
    [
        "djust: LiveView state computed event_handler push_to_view LoginRequiredMixin PermissionRequiredMixin",
        "djust.decorators: event_handler debounce throttle optimistic cache client_state permission_required rate_limit",
        "djust.routing: websocket_urlpatterns DjustMiddlewareStack",
        "djust.asgi: get_application",
        "djust.template: DjustTemplates",
        "djust.optimization.fingerprint: FingerprintMixin",
    ],
)
def test_names_that_import(statement: str) -> None:
    module, names = statement.split(": ")
    for name in names.split():
        assert getattr(importlib.import_module(module), name) is not None


def test_the_scripts_need_no_load() -> None:
    source = "<p>{% djust_scripts %}</p>"
    assert "djust/client.js" in engines["djust"].from_string(source).render(
        {}, RequestFactory().get("/")
    )


def test_computed_values_and_declared_state(live: LiveClient) -> None:
    page = live.open("/dashboard/")
    assert "1 of 2 active (50.0%)" in page.html
    page.send("select_service", service_id="keycloak")
    assert '<p id="selected">keycloak</p>' in page.html
    assert len(page.send("select_service", service_id="unknown")[0]) == 3
    assert not page.errors
    assert DashboardView().services == []


def test_ticks_and_pushes(live: LiveClient) -> None:
    page = live.open("/dashboard/")
    page.tick()
    assert "2 of 3 active" in page.html
    push_to_view("dashboard", {"services": [], "search_query": "pushed"})
    assert "0 of 0 active (0%)" in page.html and 'value="pushed"' in page.html
    for name in ("DashboardView", "live_site.spec_views.DashboardView"):
        push_to_view(name, {"search_query": name, "_private": 1, "unknown": 2, "request": 3})
        assert f'value="{name}"' in page.html
    assert not hasattr(page.view, "unknown") and not hasattr(page.view, "_private")


def test_search_with_a_private_queryset(live: LiveClient) -> None:
    Book.objects.bulk_create(Book(title=title) for title in ("Rust Book", "Django Book"))
    page = live.open("/products/")
    assert page.html.index("Django") < page.html.index("Rust")
    frames = page.send("search", value="Django")
    assert "Rust" not in page.html
    # One row went away, and the field shows what was searched for.
    assert [frame for frame in frames if "Django Book" in str(frame)] == []


def test_a_bare_dict_as_context(live: LiveClient) -> None:
    Book.objects.bulk_create(Book(title=title) for title in ("Tea", "Teapot", "Cup"))
    page = live.open("/bare/")
    assert ":3:Cup Tea Teapot " in page.html
    page.send("do_search", value="tea")
    assert "tea:2:Tea Teapot " in page.html


def test_derived_data(live: LiveClient) -> None:
    page = live.open("/log/")
    assert page.html.count("<li>") == 3
    page.send("search", value="error")
    assert page.html.count("<li>") == 2


def test_modal_tabs_toast_and_loading(live: LiveClient) -> None:
    page = live.open("/patterns/")
    page.send("open_modal", item_id="7")
    assert "<div>item 7</div>" in page.html
    page.send("close_modal")
    assert "modal" not in page.html
    page.send("switch_tab", tab_name="settings")
    assert 'class="active"' in page.html and "the settings" in page.html
    page.send("switch_tab", tab_name="nonsense")
    assert "the settings" in page.html
    page.send("save_item")
    assert '<div class="toast">Saved successfully!</div>' in page.html
    page.send("save_item", fail=True)
    assert "Error: &lt;no room&gt;" in page.html
    page.send("load_data")
    assert '<div id="data">expensive</div>' in page.html and "spinner" not in page.html


def test_stacked_decorators(live: LiveClient) -> None:
    Author.objects.bulk_create(Author(name=name) for name in ("Berlin", "Bern", "Rome"))
    page = live.open("/stacked/")
    page.send("on_scroll", scroll_y="120")
    page.send("like_post", post_id=2)
    page.send("autocomplete", query="ber")
    assert ">120 2 Berlin,Bern 0<" in page.html
    for _ in range(9):
        page.send("expensive_operation")
    assert page.errors and {error["code"] for error in page.errors} == {"rate-limited"}
    view: Any = page.view
    assert 3 <= view.runs < 9
    # From Python it is a plain method.
    view.expensive_operation()


def test_a_service_that_is_made_when_needed(live: LiveClient) -> None:
    page = live.open("/upload/")
    page.send("upload")
    page.send("upload")
    assert S3Client.sent[-2:] == ["photo", "photo"]
    assert "2" in page.html


def test_a_service_in_the_state_is_refused_while_developing(settings: Any) -> None:
    settings.DEBUG = True
    with pytest.raises(TypeError) as raised:
        Client().get("/service/")
    message = str(raised.value)
    assert message.startswith("Cannot serialize client=<live_site.spec_views.S3Client object at 0x")
    lines = message.splitlines()
    assert lines[0].endswith(" in ServiceInStateView.")
    assert lines[1] == "Service instances must be created on-demand via helper methods."
    assert lines[2] == "See: docs/guides/services.md"


def test_a_service_in_the_state_is_logged_in_production(
    live: LiveClient, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DJUST = {"STATE_CACHE": "files"}
    with caplog.at_level(logging.ERROR, logger="djust"):
        page = live.open("/service/")
        page.send("increment")
    assert "ServiceInStateView" in caplog.text and "client" in caplog.text
    # It is the object still, never a text made of it.
    assert isinstance(page.view.client, S3Client)  # type: ignore[attr-defined]


def test_private_attributes_are_not_shown(live: LiveClient) -> None:
    response = Client().get("/secrets/")
    assert b"do not tell" not in response.content and b"shown" in response.content


def test_login_is_required() -> None:
    for path in ("/secure/", "/secure-too/"):
        assert Client().get(path).status_code == 302
    client = Client()
    client.force_login(User.objects.create_user("ada"))
    assert all(client.get(path).status_code == 200 for path in ("/secure/", "/secure-too/"))
    assert client.get("/admin/").status_code == 403


def test_permissions_are_checked_again_in_handlers() -> None:
    user = User.objects.create_user("ada")
    own, other = Author.objects.create(name="ada"), Author.objects.create(name="grace")
    assert Client().get("/items/").status_code == 403
    client = Client()
    client.force_login(user)
    page = LiveClient(client).open("/items/")
    page.send("delete_item", item_id=own.pk)
    assert page.errors[-1]["code"] == "forbidden" and Author.objects.count() == 2
    user.user_permissions.add(Permission.objects.get(codename="delete_author"))
    page = LiveClient(client).open("/items/")
    page.send("delete_item", item_id=other.pk)
    assert page.errors[-1]["code"] == "forbidden" and Author.objects.count() == 2
    page.send("delete_item", item_id=own.pk)
    assert list(Author.objects.all()) == [other]
    assert "grace" in page.html and "ada" not in page.html


def test_views_are_tested_without_a_server() -> None:
    Book.objects.bulk_create(Book(title=title) for title in ("Rust Book", "Django Book"))
    request = RequestFactory().get("/")
    request.user = User.objects.create_user("test")

    view = DashboardView()
    view.mount(request)
    assert (view.search_query, view.filter_category) == ("", "all")
    context = view.get_context_data()
    assert "active_count" in context and hasattr(view, "active_count")

    products = ProductListView()
    products.mount(request)
    products.search(value="Django")
    assert products.search_query == "Django"
    assert products._products.count() == 1

    with pytest.raises(PermissionDenied):
        ItemsView().mount(_anonymous())
    assert SecureView().count == 0


def _anonymous() -> Any:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request
