"""The client alone: its server is the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext
from scripted import Scripted


@pytest.fixture
def scripted(context: BrowserContext) -> Iterator[Callable[..., Scripted]]:
    """Open a page; at the end of the test it must have reported no problem."""
    pages: list[Scripted] = []

    def open_page(body: str, **options: str) -> Scripted:
        page = Scripted(context, body, **options)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        assert page.problems == []
