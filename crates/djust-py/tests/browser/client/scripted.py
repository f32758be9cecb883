"""A page with the built client in a real browser, whose server is the test itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, WebSocketRoute

from djust.page import PARTS

STATIC = Path(__file__, "../../../../python/djust/static/djust").resolve()
FILES = {"": "/parts/"} | {word: f"{name}.js" for word, name in PARTS.items()}
ADDRESS = "http://scripted.test/"
STRICT = "default-src 'self'; require-trusted-types-for 'script'; trusted-types djust"

MEASURE = """(root) => {
  let count = 0, sum = 0;
  const visit = (node) => {
    count++;
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(node.localName ?? "#comment"))
      hash = Math.imul(hash ^ byte, 0x01000193);
    sum = (Math.imul(sum, 0x01000193) + hash) | 0;
    if (node.localName === "template" || /^(ignore|append|prepend)$/.test(node.getAttribute?.("dj-update"))) return;
    for (const child of node.childNodes) if (child.nodeType !== 3) visit(child);
  };
  visit(root);
  return { count, sum: sum >>> 0 };
}"""


class Scripted:
    """Serves one page with `body` and answers its socket as the test says."""

    def __init__(
        self,
        context: BrowserContext,
        body: str,
        *,
        csp: str = STRICT,
        doctype: str = "<!doctype html>",
        before: str = "",
    ) -> None:
        self.frames: list[Any] = []
        self.seq = 0
        self.connections: list[WebSocketRoute] = []
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        page = self.page
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._console)
        plain = f"{doctype}<html><head></head><body>{body}</body></html>"
        page.set_content(plain)
        numbers = page.evaluate(f"({MEASURE})(document.querySelector('[dj-root]'))")
        config = json.dumps(
            {"token": "t", "csrf": "c", "socket": "/ws/live/", "parts": FILES, **numbers}
        )
        html = plain.replace(
            "</body>",
            f'<script type="application/json" id="djust-config">{config}</script>'
            '<script type="module" src="/client.js" data-djust></script></body>',
        )

        def serve(route: Any) -> None:
            name = route.request.url.removeprefix(ADDRESS)
            if name.endswith(".js"):
                route.fulfill(path=STATIC / name, content_type="text/javascript")
            else:
                route.fulfill(
                    body=html,
                    content_type="text/html; charset=utf-8",
                    headers={"Content-Security-Policy": csp} if csp else {},
                )

        page.route(f"{ADDRESS}**", serve)
        page.route_web_socket(re.compile("ws://scripted.test/.*"), self._accept)
        if before:
            page.add_init_script(before)
        page.goto(ADDRESS)
        self.wait("document.documentElement.dataset.djustStatus === 'connected'")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _accept(self, socket: WebSocketRoute) -> None:
        self.connections.append(socket)

        def receive(text: str | bytes) -> None:
            frame = json.loads(text)
            self.frames.append(frame)
            if frame[0] == 0:
                limits = {"message": 2097152, "events": 256}
                greeting = {"v": 2, "seq": self.seq, "last": 0, "resume": "continue"}
                self.send([0, {**greeting, "limits": limits}])
            elif frame[0] == 3:
                self.send([3])

        socket.on_message(receive)

    def send(self, frame: Any) -> None:
        self.connections[-1].send(json.dumps(frame))

    def update(self, *operations: Any, ref: int = 0) -> None:
        """Send an update and wait until it is applied."""
        self.push(*operations, ref=ref)
        self.push_done()

    def push(self, *operations: Any, ref: int = 0) -> None:
        self.seq += 1
        self.send([1, self.seq, ref, list(operations)])

    def push_done(self) -> None:
        self.seq += 1
        self.send([1, self.seq, 0, [], [["title", f"frame {self.seq}"]]])
        self.wait(f"document.title === 'frame {self.seq}'")

    def wait(self, expression: str) -> None:
        self.page.wait_for_function(f"() => {expression}")

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    @property
    def html(self) -> str:
        return self.run("document.querySelector('[dj-root]').innerHTML")

    @property
    def events(self) -> list[Any]:
        return [frame for frame in self.frames if frame[0] == 1]

    @property
    def resyncs(self) -> list[Any]:
        return [frame for frame in self.frames if frame[0] == 4]
