"""The page that a GET gets."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from django.template import engines
from django.templatetags.static import static
from django.test import Client, RequestFactory, override_settings
from django.urls import get_script_prefix, path, set_script_prefix

from djust import LiveView
from djust._djust import insert_at
from djust.page import PARTS, complete, config_block, script_tag
from djust.runtime.registry import registry
from djust.testing import LiveClient
from live_site.sockets import read_config


def test_page_is_complete_and_useful_without_a_script(client: Client) -> None:
    response = client.get("/counter/3/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "<output>3</output> <b>6</b>" in text
    assert text.startswith("<!DOCTYPE html>")
    config = read_config(response)
    assert set(config) == {"token", "csrf", "socket", "count", "sum", "parts"}
    assert config["socket"] == "/ws/live/"
    assert text.count("djust/client.js") == 1
    assert re.search(
        r'</script><script type="module" src="/static/djust/client.js" data-djust></script></body>',
        text,
    )


def test_page_names_no_class_and_no_private_state(client: Client) -> None:
    text = client.get("/counter/").content.decode()
    assert "CounterView" not in text and "live_site.views" not in text
    assert "hidden" not in text and "counter.html" not in text


def test_headers_keep_the_page_out_of_shared_caches(client: Client) -> None:
    response = client.get("/counter/")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "Cookie" in response["Vary"]
    assert "csrftoken" in response.cookies


def test_csrf_cookie_is_set_without_the_middleware(settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "csrf" not in name]
    client = Client()
    assert "csrftoken" in client.get("/counter/").cookies
    page = LiveClient(client).open("/counter/")
    assert page.send("increment")[0][:3] == [1, 1, 1]


@pytest.mark.parametrize("checked", [True, False])
def test_the_cookie_is_sent_with_every_page(settings: Any, checked: bool) -> None:
    if not checked:
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "csrf" not in name]
    client = Client()
    # So that it does not expire while the site is used.
    first, second = (client.get("/counter/").cookies["csrftoken"].value for _ in range(2))
    assert first == second


def test_head_and_options_leave_nothing_behind(client: Client) -> None:
    head = client.head("/counter/")
    assert (head.status_code, head.content) == (200, b"")
    assert client.options("/counter/")["Allow"] == "GET, HEAD, OPTIONS"
    assert len(registry) == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_are_not_allowed(client: Client, method: str) -> None:
    assert getattr(client, method)("/counter/").status_code == 405


def test_view_may_define_post(rf: RequestFactory) -> None:
    class Posted(LiveView):
        template = "<main dj-root></main>"

        def post(self, request: HttpRequest) -> Any:
            from django.http import HttpResponse

            return HttpResponse("posted")

    assert Posted.as_view()(rf.post("/")).content == b"posted"


def test_mount_runs_once_for_a_page(client: Client) -> None:
    from live_site.views import CounterView

    page = LiveClient(client).open("/counter/5/")
    page.send("increment")
    assert (page.view.count, CounterView.mounts) == (6, 1)  # type: ignore[attr-defined]


def test_mount_may_answer_itself(client: Client) -> None:
    response = client.get("/redirecting/")
    assert (response.status_code, response["Location"]) == (302, "/counter/")


def test_mount_may_be_a_coroutine_function(client: Client) -> None:
    assert b"<main dj-root>mounted</main>" in client.get("/async-mount/").content


def test_bare_context_has_public_names_and_computed_values(client: Client) -> None:
    text = client.get("/bare/").content.decode()
    assert "on the class|assigned here|1|2<input" in text


def test_template_without_root_is_said(rf: RequestFactory) -> None:
    class Rootless(LiveView):
        template = "<p>no root</p>"

    request = rf.get("/")
    with pytest.raises(ValueError, match="dj-root"):
        Rootless.as_view()(request)


def test_view_without_template_is_said(rf: RequestFactory) -> None:
    from django.core.exceptions import ImproperlyConfigured

    class Empty(LiveView):
        pass

    with pytest.raises(ImproperlyConfigured, match="template_name"):
        Empty.as_view()(rf.get("/"))


def test_works_when_templates_names_only_djangos_backend(client: Client, settings: Any) -> None:
    settings.TEMPLATES = [settings.TEMPLATES[1]]
    text = client.get("/counter/2/").content.decode()
    assert "<output>2</output>" in text and "djust-config" in text


@pytest.mark.parametrize("backend", ["djust", "django"])
def test_scripts_tag_places_the_script(backend: str) -> None:
    source = "{% djust_scripts %}" if backend == "djust" else "{% load djust %}{% djust_scripts %}"
    html = engines[backend].from_string(source).render({})
    assert html == '<script type="module" src="/static/djust/client.js" data-djust></script>'


def test_page_with_the_tag_gets_no_second_script(rf: RequestFactory) -> None:
    class Placed(LiveView):
        template = "<head>{% djust_scripts %}</head><body dj-root>x</body>"

    text = Placed.as_view()(rf.get("/")).content.decode()
    assert text.count("data-djust") == 1
    assert text.endswith("</script></body>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<body>a</body></html>", "<body>a+</body></html>"),
        ("<body>a</BODY >", "<body>a+</BODY >"),
        ("<p>a", "<p>a+"),
        ("<script>'</body>'</script>b</body>", "<script>'</body>'</script>b+</body>"),
        ("", "+"),
        ("é<b>é</body\n></bodyx></body", "é<b>é+</body\n></bodyx></body"),
    ],
)
def test_additions_go_before_the_last_body_end(html: str, expected: str) -> None:
    script = str(script_tag(None))
    assert complete(html, "+", None).decode() == expected.replace("+", "+" + script)


SCRIPT = re.compile(r"<script\b[^>]*\bdata-djust\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "html",
    [
        "<script data-djust>",
        "é<SCRIPT type=module\nsrc=x Data-DJUST=''>",
        "<script <b data-djust>",
        "<script data-djust",
        "<b data-djust><script>",
        "<script><b data-djust>",
        "<script a='>' data-djust>",
        "<scripts data-djust>",
        "<script data-djusts>",
        "<script data-djusté>",
        "<script data-djust-x>",
        "<script xdata-djust>",
        "<script édata-djust>",
        "<script x-data-djust>",
        "<script data--djust>",
        "script data-djust>",
        "-djust",
        "<script data-",
        "data-djust",
        "",
    ],
)
def test_a_page_with_the_script_gets_no_other(html: str) -> None:
    found = complete(html, "", None).decode() == html
    assert found == bool(SCRIPT.search(html))


def test_a_page_is_sent_in_the_charset_of_the_project(client: Client) -> None:
    class Page(LiveView):
        template = "<!DOCTYPE html><body><p dj-root>é</p></body>"

    class Patterns:
        urlpatterns = [path("", Page.as_view())]

    with override_settings(ROOT_URLCONF=Patterns):
        assert "é".encode() in client.get("/").content
    with override_settings(ROOT_URLCONF=Patterns, DEFAULT_CHARSET="iso-8859-1"):
        response = client.get("/")
    assert response.charset == "iso-8859-1"
    assert "é".encode("iso-8859-1") in response.content


def test_nothing_is_inserted_between_two_bytes_of_a_character() -> None:
    with pytest.raises(IndexError):
        insert_at("é", 1, "+")


def test_configuration_cannot_end_its_block() -> None:
    nasty = "</script><!--<script>&\u2028\u2029\"'"
    block = config_block(nasty, nasty, 1, 2)
    inner = block[block.index(">") + 1 : -len("</script>")]
    assert not set("<>&\u2028\u2029") & set(inner)
    assert json.loads(inner)["token"] == nasty


class HashedStorage(StaticFilesStorage):
    """Gives each file a name that depends on it, as Django's manifest storages do."""

    def url(self, name: str | None) -> str:
        assert name is not None
        path = finders.find(name)
        assert isinstance(path, str), f"{name} is no static file"
        digest = hashlib.md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()[:12]
        return f"https://files.test/{name.removesuffix('.js')}.{digest}.js"


def test_addresses_of_the_parts_are_those_of_the_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "test_page.HashedStorage"},
    }
    assert static("djust/client.js").startswith("https://files.test/djust/client.")
    block = config_block("t", "c", 1, 2)
    parts = json.loads(block[block.index("{") : block.rindex("}") + 1])["parts"]
    base = parts.pop("")
    assert set(parts) == set(PARTS)
    for word, name in PARTS.items():
        assert base + parts[word] == static(f"djust/parts/{name}.js")
        assert base.startswith("https://files.test/djust/parts/")


def test_socket_path_follows_the_script_prefix(settings: Any) -> None:
    before = get_script_prefix()
    set_script_prefix("/below/")
    try:
        assert '"/below/ws/live/"' in config_block("t", "c", 1, 2)
        settings.DJUST = {"SOCKET_PATH": "/other/"}
        assert '"/below/other/"' in config_block("t", "c", 1, 2)
    finally:
        set_script_prefix(before)


def test_nonce_of_the_policy_is_on_the_script(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.csp_nonce = "abc"  # type: ignore[attr-defined]
    assert 'nonce="abc"' in script_tag(request)


def test_unserializable_state_is_refused_at_once_in_debug(client: Client, settings: Any) -> None:
    class Service:
        def __repr__(self) -> str:
            return "<Service object at 0x1>"

    class MyView(LiveView):
        template = "<main dj-root></main>"

        def mount(self, request: HttpRequest, **kwargs: Any) -> None:
            self.client = Service()

    class Patterns:
        urlpatterns = [path("", MyView.as_view())]

    with override_settings(ROOT_URLCONF=Patterns, DEBUG=True):
        with pytest.raises(TypeError) as refusal:
            client.get("/")
        assert str(refusal.value).startswith(
            "Cannot serialize client=<Service object at 0x1> in "
            "test_unserializable_state_is_refused_at_once_in_debug.<locals>.MyView.\n"
            "Service instances must be created on-demand via helper methods.\n"
            "See: docs/guides/services.md"
        )
    with override_settings(ROOT_URLCONF=Patterns, DEBUG=False):
        assert client.get("/").status_code == 200


def test_unknown_setting_is_said(client: Client, settings: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.DJUST = {"STATE_CASH": "default"}
    with pytest.raises(ImproperlyConfigured, match="unknown key 'STATE_CASH'"):
        client.get("/counter/")
