"""Lists that only grow, and rows that are moved while the user is in them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from server import Server
from tab import RESYNC, LivePage

OpenPage = Callable[..., LivePage]

BODIES = "() => [...document.querySelectorAll('#messages b')].map((body) => body.textContent)"
MARK = "() => { for (const item of document.querySelectorAll('li')) item.mark = item.id }"
MARKS = "() => [...document.querySelectorAll('li')].map((item) => item.mark ?? null)"
RENUMBERED = 4


def send(live: LivePage, text: str) -> None:
    live.page.locator("[name=content]").fill(text)
    live.click("text=Send")


def bodies(live: LivePage) -> list[str]:
    found: list[str] = live.page.evaluate(BODIES)
    return found


@pytest.mark.parametrize("how", ["append", "prepend"])
def test_messages_travel_once_and_stay(open_page: OpenPage, how: str) -> None:
    live = open_page(f"/chat-once/?how={how}")
    texts = ["one", "two <b>", "three"]
    for text in texts:
        send(live, text)
    assert bodies(live) == (texts if how == "append" else texts[::-1])
    live.click("#count")
    expect(live.page.locator("output")).to_have_text("4")
    expect(live.page.locator("#end")).to_have_text("4 sent")
    assert len(bodies(live)) == 3
    last = [frame for frame in live.received if frame[0] == 1][2]
    assert "three" in str(last) and "one" not in str(last)
    assert not any(frame[0] == RESYNC for frame in live.sent)


def test_replace_and_ignore(open_page: OpenPage) -> None:
    live = open_page("/chat-once/?how=replace")
    for text in ("one", "two"):
        send(live, text)
    assert bodies(live) == ["two"]
    live.click("#count")
    assert bodies(live) == []
    live = open_page("/chat-once/?how=ignore")
    live.page.evaluate("""() => {
        const body = document.createElement('b');
        body.append('mine');
        document.querySelector('#messages').append(body);
    }""")
    send(live, "one")
    assert bodies(live) == ["mine"]
    expect(live.page.locator("#end")).to_have_text("1 sent")


def test_a_message_that_comes_again_is_updated_in_place(open_page: OpenPage) -> None:
    live = open_page("/chat-once/")
    for text in ("one", "two"):
        send(live, text)
    live.page.evaluate(MARK)
    marks: list[Any] = live.page.evaluate(MARKS)
    note = live.page.locator("#messages input").first
    note.fill("a note of mine")
    # Buttons that came with a message work like any other.
    live.page.evaluate("() => document.querySelector('#messages button').click()")
    live.settle()
    assert bodies(live) == ["ONE", "two"]
    assert live.page.evaluate(MARKS) == marks
    expect(note).to_be_focused()
    expect(note).to_have_value("a note of mine")


def test_the_list_survives_a_new_server(context: BrowserContext, server: Server) -> None:
    live = LivePage(context, server.url).open("/chat-once/")
    send(live, "before")
    live.page.evaluate(MARK)
    marks: list[Any] = live.page.evaluate(MARKS)
    live.page.locator("#messages input").fill("typed")
    server.kill()
    server.start()
    live.until(lambda: live.connections == 2, "a new connection", 60)
    live.settle()
    assert bodies(live) == ["before"]
    assert live.page.evaluate(MARKS) == marks
    send(live, "after")
    assert bodies(live) == ["before", "after"]
    expect(live.page.locator("output")).to_have_text("2")
    expect(live.page.locator("#messages input").first).to_have_value("typed")


def test_a_page_out_of_step_loses_no_message(open_page: OpenPage) -> None:
    live = open_page("/chat-once/")
    send(live, "one")
    # A script takes something away: the next patch does not fit, and both sides number anew.
    live.page.evaluate("() => document.querySelector('output').remove()")
    send(live, "two")
    live.until(lambda: any(frame[0] == RENUMBERED for frame in live.received), "new numbers")
    live.settle()
    assert bodies(live) == ["one", "two"]
    expect(live.page.locator("output")).to_have_text("2")
    send(live, "three")
    assert bodies(live) == ["one", "two", "three"]


LOG = "() => [...document.querySelectorAll('section li')].map((line) => line.textContent)"
ROOMS = """() => [...document.querySelectorAll('article')].map((room) =>
    [room.querySelector('h3').textContent, ...[...room.querySelectorAll('li')].map((line) => line.textContent)].join(' '))"""


def test_lists_in_branches_and_loops_keep_what_they_hold(open_page: OpenPage) -> None:
    live = open_page("/rooms-once/")
    for room in "aba":
        live.click(f"#say-{room}")
    assert live.page.evaluate(LOG) == ["1", "2", "3"]
    assert live.page.evaluate(ROOMS) == ["a 3 1", "b 2", "c"]
    live.click("#turn")
    live.click("#say-c")
    assert live.page.evaluate(ROOMS) == ["c 4", "b 2", "a 3 1"]
    # What goes is gone, and begins anew; the others keep what they have.
    live.click("#toggle")
    live.click("#say-b")
    assert live.page.evaluate(LOG) == []
    live.click("#toggle")
    assert live.page.evaluate(LOG) == []
    live.click("#say-b")
    assert live.page.evaluate(LOG) == ["6"]
    assert live.page.evaluate(ROOMS) == ["c 4", "b 6 5 2", "a 3 1"]
    expect(live.page.locator("h2")).to_have_text("6 sent")
    assert not any(frame[0] == RESYNC for frame in live.sent)


def test_a_list_in_a_branch_that_becomes_another_one(open_page: OpenPage) -> None:
    live = open_page("/rooms-once/")
    live.click("#say-a")
    live.page.locator("#note").fill("typed")
    live.page.evaluate("() => document.querySelector('#move').click()")
    live.until(lambda: any(frame[0] == RENUMBERED for frame in live.received), "new numbers")
    live.settle()
    # The element is another one; what is beside it stays.
    assert live.page.evaluate(LOG) == []
    expect(live.page.locator("#note")).to_have_value("typed")
    expect(live.page.locator("#note")).to_be_focused()
    assert live.page.evaluate(ROOMS) == ["a 1", "b", "c"]
    live.click("#say-c")
    assert live.page.evaluate(LOG) == ["2"]


STATE = """() => [...document.querySelectorAll('li')].map((row) => [
    row.mark,
    row.running.playState === 'running' && row.getAnimations()[0] === row.running,
    row.querySelector('div').scrollTop,
])"""
PREPARE = """() => {
    for (const row of document.querySelectorAll('li')) {
        const box = row.querySelector('div');
        row.mark = row.dataset.key;
        Object.assign(box.style, { height: '40px', overflow: 'auto' });
        row.querySelector('p').style.height = '200px';
        box.scrollTop = 50;
        row.running = row.animate([{ opacity: 0.5 }, { opacity: 1 }], 60000);
    }
}"""


def test_reordered_rows_keep_identity_focus_scroll_and_animations(open_page: OpenPage) -> None:
    live = open_page("/animated/")
    live.page.evaluate(PREPARE)
    field = live.page.locator("li[data-key=b] input")
    field.focus()
    field.evaluate("(input) => input.setSelectionRange(0, 1)")
    order = list("abcdef")
    for button in ("reverse", "rotate", "reverse"):
        live.page.evaluate(f"() => document.querySelector('#{button}').click()")
        live.settle()
        order = order[::-1] if button == "reverse" else [*order[1:], order[0]]
        assert live.page.evaluate(STATE) == [[key, True, 50] for key in order]
        expect(field).to_be_focused()
        assert field.evaluate("(input) => input.selectionEnd") == 1
