"""`@cache`: a lookup that was made before makes no round trip, and the page is never stale for long."""

from collections.abc import Callable

from playwright.sync_api import expect
from server import Wire
from tab import EVENT, LivePage

OpenPage = Callable[..., LivePage]

BER = "Bergen\nBerlin\nBern"
PAR = "Paris\nParma"


def lookups(live: LivePage) -> int:
    return len(
        {frame[1] for frame in live.sent if frame[0] == EVENT and frame[3] == "autocomplete"}
    )


def result(live: LivePage) -> str:
    return str(
        live.page.evaluate(
            "[...document.querySelectorAll('#result li')].map((li) => li.textContent).join('\\n')"
        )
    )


def press(live: LivePage, selector: str) -> None:
    live.page.locator(selector).click()
    live.settle()


def warm(open_page: OpenPage, url: str | None = None) -> LivePage:
    live = open_page("/cities/", url) if url else open_page("/cities/")
    for selector in ("#ber", "#par", "#none", "#ber", "#par"):
        press(live, selector)
    # the first answers showed which elements belong to the result
    live.page.wait_for_timeout(50)
    return live


def test_a_repeated_lookup_makes_no_round_trip(open_page: OpenPage) -> None:
    live = warm(open_page)
    before = lookups(live)
    for _ in range(3):
        press(live, "#ber")
        assert result(live) == BER
        press(live, "#par")
        assert result(live) == PAR
    assert lookups(live) == before


def test_the_result_is_right_though_other_state_has_changed(open_page: OpenPage) -> None:
    live = warm(open_page)
    press(live, "#increment")
    press(live, "#increment")
    before = lookups(live)
    press(live, "#ber")
    assert result(live) == BER
    assert live.page.locator("#count").inner_text() == "2"
    assert lookups(live) == before
    live.page.wait_for_timeout(1300)
    live.settle()
    assert result(live) == BER
    live.check_same_state()


def test_the_server_knows_what_is_shown_before_it_hears_of_anything_else(
    open_page: OpenPage,
) -> None:
    live = warm(open_page)
    press(live, "#ber")
    press(live, "#tell")
    assert live.page.locator("#seen").inner_text() == "Bergen,Berlin,Bern"
    assert result(live) == BER
    live.check_same_state()


def test_a_result_that_shows_other_state_is_brought_up_to_date(open_page: OpenPage) -> None:
    live = warm(open_page)
    press(live, "#choose")
    press(live, "#ber")
    expect(live.page.locator("#result")).to_contain_text("Berlin (chosen)")
    live.settle()
    live.check_same_state()
    # from now on it is not taken for something that depends on its parameters alone
    press(live, "#par")
    press(live, "#increment")
    before = lookups(live)
    press(live, "#ber")
    assert lookups(live) == before + 1
    assert "Berlin (chosen)" in result(live)


def test_an_answer_is_kept_for_its_time(open_page: OpenPage) -> None:
    live = warm(open_page)
    before = lookups(live)
    live.page.wait_for_timeout(2100)
    press(live, "#ber")
    assert lookups(live) == before + 1
    assert result(live) == BER


def test_late_answers_and_a_lost_connection_leave_page_and_server_equal(
    open_page: OpenPage, wire: Wire
) -> None:
    live = warm(open_page, wire.url)
    wire.delay = 0.2
    for selector in ("#ber", "#increment", "#par", "#ber", "#choose", "#par", "#none"):
        live.page.locator(selector).click()
        live.page.wait_for_timeout(60)
    live.settle()
    press(live, "#ber")
    connections = live.connections
    wire.cut()
    live.until(lambda: live.connections > connections, "another connection")
    press(live, "#increment")
    live.check_same_state()
