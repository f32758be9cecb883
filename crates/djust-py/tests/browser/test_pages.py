"""What holds for the pages as a whole: policy, history, faults, no JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from server import Server
from tab import LivePage

OpenPage = Callable[..., LivePage]

PATHS = ["/counter/", "/todo/", "/search/", "/table/", "/report/", "/dashboard/", "/chat/"]
SERIOUS = ("error:", "warning:")


def serious(live: LivePage) -> list[str]:
    return [line for line in live.console if line.startswith(SERIOUS)]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_breaks_the_strict_policy(open_page: OpenPage, path: str) -> None:
    live = open_page(path)
    response = live.page.request.get(f"{live.url}{path}")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    live.page.evaluate("""() => {
        window.violations = [];
        document.addEventListener('securitypolicyviolation', (event) => {
            window.violations.push(event.violatedDirective);
        });
    }""")
    clicks = {
        "/counter/": ["text=+"],
        "/todo/": ["text=Edit >> nth=0", "text=Cancel"],
        "/table/": ["text=Create 1,000", "text=Prepend one", "text=Reverse"],
        "/dashboard/": ["text=Pause"],
    }
    for selector in clicks.get(path, []):
        live.click(selector)
    if path == "/search/":
        live.page.get_by_role("searchbox").fill("oak")
        live.settle()
    assert live.page.evaluate("() => window.violations") == []
    assert serious(live) == []


@pytest.mark.parametrize("path", ["/", *[f"/source{path[:-1]}.py" for path in PATHS]])
def test_ordinary_pages_have_no_live_root(
    open_page: OpenPage, path: str, shared_server: Server
) -> None:
    page = open_page("/counter/").page
    response = page.goto(f"{shared_server.url}{path}")
    assert response is not None and response.status == 200
    expect(page.locator("[dj-root]")).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()


def test_back_and_forward(open_page: OpenPage) -> None:
    live = open_page("/counter/")
    live.click("text=+")
    live.page.get_by_role("link", name="To-do list").click()
    expect(live.page.locator("h1")).to_have_text("To-do list")
    live.until(lambda: live.connections == 2, "the second page's connection")
    live.forget()
    live.page.go_back()
    expect(live.page.locator("h1")).to_have_text("Counter")
    live.until(lambda: live.connections == 3, "a connection after going back")
    # The page was kept with its state, or it was loaded anew; it shows what the server has.
    shown = int(live.page.locator("output").inner_text())
    assert shown in (0, 1)
    live.page.get_by_role("button", name="More").click()
    expect(live.page.locator("output")).to_have_text(str(shown + 1))
    live.page.go_forward()
    expect(live.page.locator("h1")).to_have_text("To-do list")
    live.until(lambda: live.connections == 4, "a connection after going forward")


def test_a_handler_that_raises_keeps_the_state_and_says_so(
    open_page: OpenPage, shared_server: Server
) -> None:
    live = open_page("/faults/")
    live.click("#increment")
    for selector in [
        "#fail",
        "#fail-to-render",
        "#wrong-type",
        "#missing",
        "#unknown",
        "#undecorated",
    ]:
        errors = len(live.errors)
        live.click(selector)
        assert len(live.errors) == errors + 1, selector
        expect(live.page.get_by_role("alert")).to_contain_text("could not do that")
        expect(live.page.locator("#count")).to_have_text("1")
        expect(live.page.locator("#items")).to_have_text("1")
        live.check_same_state()
    assert [error["code"] for error in live.errors] == [
        "handler-failed",
        "render-failed",
        "bad-parameter",
        "missing-parameter",
        "unknown-handler",
        "unknown-handler",
    ]
    assert live.errors[0]["id"] and live.errors[0]["id"] in shared_server.log.read_text()
    live.click("#increment")
    expect(live.page.locator("#count")).to_have_text("2")
    expect(live.page.get_by_role("alert")).to_be_hidden()
    expect(live.page.locator("#items")).to_have_text("2")
    live.check_same_state()


def test_refusals_name_no_other_handler(open_page: OpenPage) -> None:
    live = open_page("/faults/")
    for selector in ["#unknown", "#undecorated"]:
        live.click(selector)
    assert len(live.errors) == 2
    for error in live.errors:
        assert error["code"] == "unknown-handler"
        assert "increment" not in str(error) and "FaultsView" not in str(error)


def test_pages_are_useful_without_javascript(browser: Browser, shared_server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in PATHS:
        page.goto(f"{shared_server.url}{path}")
        expect(page.locator("[dj-root]")).to_be_visible()
        expect(page.locator("noscript .note")).to_contain_text("JavaScript is off")
    page.goto(f"{shared_server.url}/search/")
    page.get_by_role("searchbox").fill("round steel")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("10 products found")
    context.close()
