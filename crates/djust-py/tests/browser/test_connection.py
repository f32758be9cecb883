"""Many clicks, two tabs, a wire that is cut, a server that dies."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect
from server import Server, Wire
from tab import RESYNC, LivePage

OpenPage = Callable[..., LivePage]

CLICKS = """(count) => {
    const more = document.querySelector('[dj-click=increment]');
    while (count--) more.click();
}"""


def test_fifty_rapid_clicks_all_count(open_page: OpenPage) -> None:
    live = open_page("/counter/")
    live.page.evaluate(CLICKS, 50)
    expect(live.page.locator("output")).to_have_text("50")
    live.settle()
    live.check_same_state()
    assert len(live.events) == 50


def test_clicks_before_the_socket_is_up_count(context: BrowserContext, wire: Wire) -> None:
    wire.delay = 0.2
    live = LivePage(context, wire.url)
    live.page.goto(f"{wire.url}/counter/?key={live.key}", wait_until="domcontentloaded")
    live.page.evaluate(CLICKS, 3)
    expect(live.page.locator("output")).to_have_text("3")


def test_two_tabs_are_independent(open_page: OpenPage) -> None:
    one, two = open_page("/counter/"), open_page("/counter/")
    one.page.evaluate(CLICKS, 3)
    two.page.evaluate(CLICKS, 5)
    expect(one.page.locator("output")).to_have_text("3")
    expect(two.page.locator("output")).to_have_text("5")
    for tab in (one, two):
        tab.settle()
        tab.check_same_state()


def test_clicks_ticks_and_late_answers_end_in_the_state_of_the_server(
    open_page: OpenPage, wire: Wire
) -> None:
    live = open_page("/typing/", wire.url)
    wire.delay = 0.15
    live.page.evaluate("""async () => {
        document.querySelector('#start').click();
        for (let count = 0; count < 30; count++) {
            document.querySelector(count % 3 ? '#start' : '#replace').click();
            await new Promise((done) => setTimeout(done, 40));
        }
        document.querySelector('#stop').click();
    }""")
    live.settle()
    assert len(live.events) == 32
    assert int(live.page.locator("#ticks").inner_text()) > 3
    live.check_same_state()


def test_a_page_changed_before_the_client_came_is_repaired(
    context: BrowserContext, shared_server: Server
) -> None:
    live = LivePage(context, shared_server.url)
    live.page.add_init_script("""
        new MutationObserver((_, observer) => {
            const list = document.querySelector('[dj-root] ul');
            if (!list || document.readyState === 'complete') return;
            observer.disconnect();
            document.querySelector('[dj-root]').prepend(document.createElement('aside'));
        }).observe(document, { childList: true, subtree: true });
    """)
    live.open("/steps/?seed=4")
    live.until(lambda: any(frame[0] == RESYNC for frame in live.sent), "a resync")
    for _ in range(10):
        live.click("#step")
        live.check_same_state()


def test_patches_find_their_nodes_beside_those_of_a_stranger(open_page: OpenPage) -> None:
    live = open_page("/table/")
    live.click("text=Create 1,000")
    live.page.evaluate("""() => {
        const stranger = document.createElement('tr');
        stranger.id = 'stranger';
        document.querySelector('tbody').append(stranger);
        document.querySelector('[dj-root]').append(document.createElement('aside'));
    }""")
    for name in ["Swap two", "Update every tenth", "Reverse", "Prepend one", "Append 1,000"]:
        live.click(f"text={name}")
    # Either the nodes of the stranger are still there, or a resync has removed them.
    live.page.evaluate("""() => {
        document.querySelector('#stranger')?.remove();
        document.querySelector('[dj-root] > aside')?.remove();
    }""")
    assert live.connections == 1
    live.check_same_state()


def test_a_dropped_socket_resumes_and_clicks_meanwhile_count(
    open_page: OpenPage, wire: Wire
) -> None:
    live = open_page("/counter/", wire.url)
    live.page.evaluate(CLICKS, 2)
    expect(live.page.locator("output")).to_have_text("2")
    for dropped in range(1, 4):
        connections = live.connections
        wire.refusing = True
        wire.cut()
        live.page.wait_for_timeout(100)
        live.page.evaluate(CLICKS, 3)
        wire.refusing = False
        live.until(lambda before=connections: live.connections > before, "a new connection", 30)
        expect(live.page.locator("output")).to_have_text(str(2 + 3 * dropped))
        live.settle()
        live.check_same_state()


def test_an_answer_lost_on_the_way_runs_no_handler_twice(open_page: OpenPage, wire: Wire) -> None:
    live = open_page("/counter/", wire.url)
    wire.delay = 0.3
    live.page.evaluate(CLICKS, 1)
    # The event is on its way or has been handled; its answer has not arrived.
    live.page.wait_for_timeout(450)
    wire.cut()
    wire.delay = 0.0
    live.until(lambda: live.connections == 2, "a new connection", 30)
    expect(live.page.locator("output")).to_have_text("1")
    live.settle()
    live.check_same_state()


def test_a_killed_server_resumes_with_the_state(context: BrowserContext, server: Server) -> None:
    live = LivePage(context, server.url).open("/counter/")
    live.page.evaluate(CLICKS, 4)
    expect(live.page.locator("output")).to_have_text("4")
    live.settle()
    server.kill()
    live.page.wait_for_timeout(200)
    live.page.evaluate(CLICKS, 3)
    server.start()
    live.until(lambda: live.connections == 2, "a new connection", 60)
    expect(live.page.locator("output")).to_have_text("7")
    live.settle()
    live.check_same_state()
    live.page.evaluate(CLICKS, 1)
    expect(live.page.locator("output")).to_have_text("8")


def test_a_killed_server_resumes_a_table_with_its_rows(
    context: BrowserContext, server: Server
) -> None:
    live = LivePage(context, server.url).open("/table/")
    live.click("text=Create 1,000")
    live.click("text=Swap two")
    before = live.tree()
    server.kill()
    server.start()
    live.until(lambda: live.connections == 2, "a new connection", 60)
    assert live.tree() == before
    live.click("text=Prepend one")
    live.check_same_state()
    live.click("text=Reverse")
    live.check_same_state()


def test_a_server_killed_within_an_event_counts_it_at_most_once(
    context: BrowserContext, server: Server
) -> None:
    live = LivePage(context, server.url).open("/faults/")
    live.click("#increment")
    live.page.locator("#slow").click()
    live.page.wait_for_timeout(400)
    server.kill()
    server.start()
    live.until(lambda: live.connections == 2, "a new connection", 60)
    live.settle()
    count = live.page.locator("#count")
    assert count.inner_text() in ("1", "2")
    before = int(count.inner_text())
    live.check_same_state()
    live.click("#increment")
    expect(count).to_have_text(str(before + 1))
    live.check_same_state()


def test_what_was_typed_survives_a_restart(context: BrowserContext, server: Server) -> None:
    live = LivePage(context, server.url).open("/typing/")
    live.page.locator("#own").fill("typed, not sent")
    live.page.locator("#echo").fill("typed and sent")
    expect(live.page.locator("#seen")).to_have_text("typed and sent")
    live.settle()
    server.kill()
    server.start()
    live.until(lambda: live.connections == 2, "a new connection", 60)
    live.click("#replace")
    expect(live.page.locator("#own")).to_have_value("typed, not sent")
    expect(live.page.locator("#seen")).to_have_text("from the server")


def test_works_on_daphne(context: BrowserContext, tmp_path_factory) -> None:
    server = Server(tmp_path_factory.mktemp("daphne"), "daphne")
    server.start()
    try:
        live = LivePage(context, server.url).open("/counter/")
        live.page.evaluate(CLICKS, 5)
        expect(live.page.locator("output")).to_have_text("5")
        live.settle()
        live.check_same_state()
        table = LivePage(context, server.url).open("/table/")
        table.click("text=Create 1,000")
        table.check_same_state()
    finally:
        server.stop()


def test_clicks_while_offline_count_when_online_again(context: BrowserContext, wire: Wire) -> None:
    live = LivePage(context, wire.url).open("/counter/")
    context.set_offline(True)
    wire.cut()
    expect(live.page.locator("html")).to_have_attribute("data-djust-status", "disconnected")
    live.page.evaluate(CLICKS, 3)
    live.page.wait_for_timeout(300)
    context.set_offline(False)
    expect(live.page.locator("output")).to_have_text("3", timeout=40_000)
    live.settle()
    live.check_same_state()


def test_a_duplicated_tab_gets_state_of_its_own(
    context: BrowserContext, shared_server: Server
) -> None:
    live = LivePage(context, shared_server.url).open("/counter/")
    live.page.evaluate(CLICKS, 2)
    expect(live.page.locator("output")).to_have_text("2")
    # The second tab shows the page of the first, with its token, as a browser may restore it.
    response = live.page.request.get(live.page.url)
    bodies = [response.text()]
    twin = LivePage(context, shared_server.url)
    other = LivePage(context, shared_server.url)

    def serve(route: Route) -> None:
        if bodies:
            route.fulfill(body=bodies.pop(), content_type="text/html")
        else:
            route.continue_()

    bodies.append(bodies[0])
    for tab in (twin, other):
        tab.page.route("**/counter/**", serve)
        tab.page.goto(live.page.url)
    # Only one of them can have the page; the other one loads it again, whichever comes second.
    for tab in (twin, other):
        expect(tab.page.locator("html")).to_have_attribute("data-djust-status", "connected")
    twin.page.evaluate(CLICKS, 5)
    other.page.evaluate(CLICKS, 1)
    expect(twin.page.locator("output")).to_have_text("5")
    expect(other.page.locator("output")).to_have_text("1")
    expect(live.page.locator("output")).to_have_text("2")
