"""After every operation the live page is node by node the page of a fresh load."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tab import RESYNC, UPDATE, LivePage

OpenPage = Callable[..., LivePage]


def click_and_check(live: LivePage, *selectors: str) -> None:
    for selector in selectors:
        live.click(selector)
        live.check_same_state()


def test_counter(open_page: OpenPage) -> None:
    live = open_page("/counter/")
    live.check_same_as_reload("/counter/")
    click_and_check(
        live, "text=+", "text=+", "[dj-click=decrement]", "text=Reset", "[dj-click=decrement]"
    )
    expect(live.page.locator("output")).to_have_text("-1")
    live.page.locator("select").select_option("5")
    live.settle()
    click_and_check(live, "text=+")
    expect(live.page.locator("output")).to_have_text("4")


def test_todo(open_page: OpenPage) -> None:
    live = open_page("/todo/")
    live.check_same_as_reload("/todo/")
    rows = live.page.locator(".list > li")
    before = rows.count()

    new = live.page.get_by_label("New task")
    for title in ["Water <the> plants & rest", "Second"]:
        new.fill(title)
        new.press("Enter")
        live.until(lambda: set(live.events) and new.input_value() == "", "an empty field")
        live.settle()
        live.check_same_as_reload("/todo/")
    expect(rows).to_have_count(before + 2)

    rows.last.get_by_role("checkbox").click()
    live.settle()
    live.check_same_as_reload("/todo/")
    expect(rows.last).to_have_class("done")

    rows.last.get_by_role("button", name="Edit").click()
    live.settle()
    live.check_same_state()
    title = live.page.get_by_label("Title", exact=True)
    title.fill("Second, changed")
    title.press("Enter")
    live.settle()
    live.check_same_as_reload("/todo/")
    expect(rows.last).to_contain_text("Second, changed")

    for name in ["Open", "Done", "All"]:
        live.page.get_by_role("group").get_by_role("button", name=name, exact=True).click()
        live.settle()
        live.check_same_state()
    rows.last.get_by_role("button", name="Remove").click()
    live.settle()
    live.check_same_as_reload("/todo/")
    expect(rows).to_have_count(before + 1)
    live.page.get_by_role("button", name="Remove 1 done").click()
    live.settle()
    live.check_same_as_reload("/todo/")


def test_todo_list_can_become_empty_and_grow_again(open_page: OpenPage) -> None:
    live = open_page("/todo/")
    while live.page.get_by_role("button", name="Remove ").count():
        live.page.get_by_role("button", name="Remove ").first.click()
        live.settle()
    expect(live.page.locator(".empty")).to_be_visible()
    live.check_same_as_reload("/todo/")
    live.page.get_by_label("New task").fill("First")
    live.page.get_by_label("New task").press("Enter")
    expect(live.page.locator(".empty")).to_have_count(0)
    live.settle()
    live.check_same_as_reload("/todo/")


def test_search(open_page: OpenPage) -> None:
    live = open_page("/search/")
    live.check_same_as_reload("/search/")
    field = live.page.get_by_role("searchbox")
    status = live.page.get_by_role("status")
    for query, found in [
        ("oak", 100),
        ("oak cha", 10),
        ("oak chx", 0),
        ("round steel", 10),
        ("", 1000),
    ]:
        field.fill(query)
        expect(status).to_contain_text(f"{found} product")
        live.settle()
        live.check_same_as_reload(f"/search/?q={query.replace(' ', '+')}")
    live.page.locator("select").select_option("Seating")
    expect(status).to_contain_text("300 products")
    live.settle()
    live.check_same_as_reload("/search/?category=Seating")


@pytest.mark.parametrize("first", ["Create 1,000", "Prepend one", "Append 1,000"])
def test_table(open_page: OpenPage, first: str) -> None:
    live = open_page("/table/")
    live.check_same_as_reload("/table/")
    click_and_check(live, f"text={first}")
    if first == "Prepend one":
        click_and_check(live, "text=Prepend one", "text=Prepend one")
    click_and_check(
        live,
        "text=Swap two",
        "text=Update every tenth",
        "tbody tr:nth-child(3) .link",
        "text=Reverse",
        "tbody tr:nth-child(2) .quiet",
        "text=Prepend one",
        "text=Append 1,000",
        "tbody tr:first-child .quiet",
        "tbody tr:last-child .quiet",
        "text=Swap two",
        "text=Replace by 1,000",
        "text=Clear",
        "text=Create 1,000",
    )
    expect(live.page.locator("tbody tr")).to_have_count(1000)


def test_table_of_ten_thousand(open_page: OpenPage) -> None:
    live = open_page("/table/")
    for name in ["Create 10,000", "Update every tenth", "Swap two", "Reverse"]:
        live.click(f"text={name}")
    live.check_same_state()
    live.click("text=Replace by 1,000")
    live.check_same_state()


def test_dashboard(open_page: OpenPage) -> None:
    live = open_page("/dashboard/")
    points = live.page.locator("polyline").get_attribute("points")
    live.until(
        lambda: sum(frame[0] == UPDATE and frame[2] == 0 for frame in live.received) >= 3,
        "three ticks",
    )
    live.click("text=Pause")
    assert live.page.locator("polyline").get_attribute("points") != points
    live.check_same_state()
    live.page.wait_for_timeout(1500)
    live.check_same_state()
    live.click("text=Continue")


def test_chat_between_two_tabs(open_page: OpenPage) -> None:
    one, two = open_page("/chat/"), open_page("/chat/")
    body = one.page.get_by_label("Message", exact=True)
    one.page.get_by_label("Your name").fill("Ada")
    for text in ["Hello <b>you</b>", "& again"]:
        body.fill(text)
        body.press("Enter")
        expect(two.page.locator(".bubble").last).to_have_text(text)
        expect(one.page.locator(".bubble").last).to_have_text(text)
        live = (one, two)
        for tab in live:
            tab.settle()
            tab.check_same_state()
    two.check_same_as_reload("/chat/")
    expect(one.page.locator(".mine .bubble").last).to_have_text("& again")
    expect(two.page.locator(".mine")).to_have_count(0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hundred_random_steps(open_page: OpenPage, seed: int) -> None:
    live = open_page(f"/steps/?seed={seed}")
    live.check_same_state()
    for step in range(100):
        live.click("#step")
        try:
            live.check_same_state()
        except AssertionError as error:
            raise AssertionError(f"step {step + 1} of seed {seed}: {error}") from None
    assert not any(frame[0] == RESYNC for frame in live.sent), (
        "patches alone must do, without a resync"
    )
