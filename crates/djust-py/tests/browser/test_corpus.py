"""Hundreds of recorded sequences of renders, each followed by the real client in a real browser.

A sequence is a template and the contexts it is rendered with, one after the other. Each begins in a frame of its own, with
a socket that the test answers: what the client shows must be what a fresh load shows, keyed elements must stay the same
ones, and the focus and what was typed must stay where they were.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page
from server import Server

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "corpus"))
from make import MARKUP  # noqa: E402

SEQUENCES = json.loads((HERE / "corpus" / "sequences.json").read_text("utf-8"))
RESYNC = 4
PAGE = (
    "<!DOCTYPE html><html><head><title>x</title></head><body><main dj-root>{}</main></body></html>"
)


@pytest.fixture(scope="module")
def native() -> Any:
    """The engine, in this process."""
    if not settings.configured:
        backend = "djust.template.backends.django.DjustTemplates"
        settings.configure(TEMPLATES=[{"BACKEND": backend}], SECRET_KEY="only for tests")
        django.setup()
    from djust import _djust
    from djust.template import engine_for

    return lambda source: _djust.Session(engine_for(None).from_string(source).compiled)


@pytest.fixture
def driver(context: BrowserContext, shared_server: Server) -> Page:
    """A page that starts and drives sequences."""
    with urllib.request.urlopen(f"{shared_server.url}/counter/") as answer:
        html = answer.read().decode()
    config = re.search(r'id="djust-config">(.*?)</script>', html, re.DOTALL)
    client = re.search(r'src="([^"]+client[^"]*\.js)"', html)
    assert config and client
    with urllib.request.urlopen(f"{shared_server.url}{client[1]}") as answer:
        code = answer.read().decode()
    page = context.new_page()
    # A page without a policy that would forbid what this test does.
    page.route(
        "**/corpus/", lambda route: route.fulfill(body="<!DOCTYPE html>", content_type="text/html")
    )
    page.goto(f"{shared_server.url}/corpus/")
    tree = (HERE / "tree.js").read_text("utf-8")
    page.add_script_tag(content=f"window.tree = {tree[tree.index('(root)') :]}")
    page.add_script_tag(path=HERE / "corpus" / "driver.js")
    page.evaluate(
        "([client, config]) => Object.assign(window, { client, config })",
        [code, json.loads(config[1])],
    )
    return page


def names(step: list[Any]) -> dict[str, Any]:
    word, flag, markup, rows = step
    return {
        "word": word,
        "flag": bool(flag),
        "markup": MARKUP[markup],
        "rows": [{"id": int(row[0]), "text": row[1], "on": row[2] == "+"} for row in rows.split()],
    }


class Sequence:
    """One template on its way through its contexts."""

    def __init__(
        self, driver: Page, native: Any, encode: Any, source: str, keyed: list[str]
    ) -> None:
        self.driver = driver
        self.keyed = keyed
        self.session = native(PAGE.format(source))
        self.encode = encode
        self.seq = 0

    def start(self, step: list[Any]) -> None:
        html = self.session.mount(names(step))
        numbering = {"count": self.session.count, "sum": self.session.checksum}
        connected = self.encode.encode_connected(0, 0, "continue")
        self.driver.evaluate("(given) => start(...given)", [html, numbering, connected])

    def go(self, step: list[Any]) -> str:
        """What is wrong after a step; nothing if all is well."""
        context = names(step)
        fresh = self.session.template.render(context)
        operations = self.session.update(context)
        if operations is None:
            # As the server does: a number is left out, and the client says what it shows.
            self.seq += 2
            frame = self.encode.encode_update(self.seq, 0)
            sent = self.driver.evaluate("(frame) => asked(frame)", frame)
            kind, _, html, *numbering = sent
            assert kind == RESYNC
            operations, base = self.session.resync(html, context, *numbering)
            self.seq += 1
            frame = self.encode.encode_renumbered(self.seq, 0, operations, base)
        else:
            self.seq += 1
            frame = self.encode.encode_update(self.seq, 0, operations)
        return self.driver.evaluate("(given) => go(...given)", [frame, fresh, self.keyed])


def test_sequences(driver: Page, native: Any) -> None:
    from djust import _djust

    assert len(SEQUENCES) >= 500
    faults = []
    shaped = 0
    for source, keyed, steps in SEQUENCES:
        sequence = Sequence(driver, native, _djust, source, keyed)
        sequence.start(steps[0])
        for number, step in enumerate(steps[1:], 1):
            fault = sequence.go(step)
            if fault:
                faults.append(f"{source!r} step {number}: {fault}")
                break
        shaped += sequence.session.is_shaped
    assert not faults, "\n".join([f"{len(faults)} of {len(SEQUENCES)}", *faults[:5]])
    assert shaped * 10 > len(SEQUENCES) * 7
