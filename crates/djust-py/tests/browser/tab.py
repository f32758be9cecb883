"""A tab with a live page: what it sends and gets, and what its page must be equal to."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

TREE = (Path(__file__).resolve().parent / "tree.js").read_text(encoding="utf-8")
# Kinds of frames: sent, and received.
EVENT, RESYNC = 1, 4
CONNECTED, UPDATE, ERROR = 0, 1, 2


@cache
def second_window(browser: Browser) -> Page:
    """Where fresh loads go. As a tab it would hide the live page, and Chromium seldom draws what is hidden."""
    return browser.new_page()


class LivePage:
    """One tab. Its key names the state on the server, for a second look at it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.key = uuid4().hex
        self.page = context.new_page()
        self.sent: list[list[Any]] = []
        self.received: list[list[Any]] = []
        self.connections = 0
        self.console: list[str] = []
        self.page.on("websocket", self._connected)
        self.page.on("console", lambda line: self.console.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        assert context.browser is not None
        self._fresh = second_window(context.browser)

    def _connected(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(json.loads(frame)))
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        self.received.append(message)
        self.connections += message[0] == CONNECTED

    def open(self, path: str) -> LivePage:
        """Load the page and wait until its socket is up."""
        before = self.connections
        self.forget()
        self.page.goto(f"{self.url}{path}{'&' if '?' in path else '?'}key={self.key}")
        self.until(lambda: self.connections > before, "a connection")
        return self

    def until(self, condition: Any, what: str, seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}; console: {self.console}")
            # Lets the driver deliver what has arrived.
            self.page.wait_for_timeout(10)

    def forget(self) -> None:
        """Forget all frames: a new page load counts its events anew."""
        self.sent.clear()
        self.received.clear()

    @property
    def events(self) -> list[int]:
        """Numbers of the events sent since the page was loaded, each once."""
        return sorted({frame[1] for frame in self.sent if frame[0] == EVENT})

    @property
    def errors(self) -> list[dict[str, str]]:
        return [frame[3] for frame in self.received if frame[0] == ERROR]

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until the client has applied an answer to each of its events."""
        pending = "() => document[Symbol.for('djust')].pending()"
        self.until(lambda: self.page.evaluate(pending) == 0, "answers", seconds)
        # The last frames have reached this process too.
        self.page.wait_for_timeout(10)

    def click(self, selector: str) -> None:
        """Click, and wait for the answer: exactly one event more."""
        before = len(self.events)
        self.page.locator(selector).click()
        self.until(lambda: len(self.events) == before + 1, f"an event from {selector}")
        self.settle()

    def tree(self) -> Any:
        return json.loads(self.page.evaluate(TREE))

    def fresh_tree(self, address: str) -> Any:
        """The root of another page, loaded from the server and parsed by the browser."""
        response = self._fresh.goto(address)
        assert response is not None and response.ok, f"{address}: {response and response.text()}"
        return json.loads(self._fresh.evaluate(TREE))

    def check_same_state(self) -> None:
        """The live root is node by node what Django's own engine renders from this state."""
        expected = self.fresh_tree(f"{self.url}/fresh/{self.key}/")
        self._check(expected, "Django's render of the same state")

    def check_same_as_reload(self, path: str) -> None:
        """The live root is node by node what a new load of an address gives."""
        self._check(self.fresh_tree(f"{self.url}{path}"), f"a fresh load of {path}")

    def _check(self, expected: Any, what: str) -> None:
        live = self.tree()
        assert live == expected, f"live page and {what} differ at {difference(live, expected)}"


def difference(left: Any, right: Any, path: str = "root") -> str:
    """The first place where two trees differ, for the message of a failed test."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) > 4 and isinstance(left[1], str):
            path += f"/{left[1]}"
        for index, (a, b) in enumerate(zip(left, right, strict=False)):
            if a != b:
                return difference(a, b, f"{path}[{index}]")
        longer = left if len(left) > len(right) else right
        side = "live page" if longer is left else "expected"
        return f"{path}: only in the {side}: {json.dumps(longer[min(len(left), len(right))])[:300]}"
    return f"{path}: live {json.dumps(left)[:300]}, expected {json.dumps(right)[:300]}"
